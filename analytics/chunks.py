"""A large problem cut into chunks of areas that only money and national work tie together (METHOD 6); the questions are in decompose.py.

Here are their plans in whole units; what a chunk is held to and its relaxation are in part.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from typing import TypeVar

import highspy
import numpy as np

from analytics.apart import Apart
from analytics.model import INFINITY, Floats
from analytics.part import Part, Point, relaxed_run
from analytics.search import around, relaxed_columns
from analytics.ties import Overdraft, Ties

__all__ = ["Chunk", "Point", "each", "relaxed_run"]

AREAS_A_CHUNK = 50
"""Simplex slows down faster than a chunk grows, and a solver has a fixed cost a chunk: flat between 30 and 120 areas."""
THREADS = 2
T = TypeVar("T")
NODES = 200
"""Nodes after which the search of a chunk for whole units ends with what it has; nearly all end at the first."""
PART_OF_GAP = 0.25
"""Part of the scenario's gap that rounding a chunk may use up; the rest is for the price of money and the last euros."""


class Chunk(Part):
    """Some areas, with plans in whole units."""

    def rounded(self, near: Point, objective: Floats, scale: float) -> Point:
        """The best whole-number plan around a relaxed one, within a part of the gap of `scale`.

        Rounding every unit up always keeps the rules (money is not one of them here), so there is always a plan.
        """
        solver = self._searching(objective, 1e-9, around(self.model, near.columns))
        solver.setOptionValue("mip_abs_gap", self.gap_of(scale))
        solver.run()
        if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return self.rounded_up(near)
        return self.point(np.array(solver.getSolution().col_value))

    def gap_of(self, scale: float) -> float:
        """What the search of the chunk for whole units may leave open, of an objective of about `scale`."""
        return max(1e-6, PART_OF_GAP * self.scenario.gap_tolerance * abs(scale))

    @cached_property
    def areas(self) -> Apart:
        """The areas of the chunk as models of their own."""
        return Apart(self.model, self.area_of_columns())

    def proven(self, plan: Point, objective: Floats, scale: float) -> tuple[Point, float]:
        """A plan no worse than this one for an objective to raise, area by area, and a bound on it that knows of whole units."""
        many = len(self.areas.areas)
        bounds = np.array(self.model.lower), np.array(self.model.upper)
        columns, most = self.areas.best(objective, bounds, plan.columns, self.gap_of(scale) / max(1, many), np.arange(many))
        found, bound = self.point(columns), float(most.sum())
        if float(objective @ found.columns) < float(objective @ plan.columns):
            found = plan
        return found, max(bound, float(objective @ found.columns))

    def _searching(self, objective: Floats, gap: float, bounds: tuple[Floats, Floats] | None = None) -> highspy.Highs:
        """A solver of the model as it stands in whole units. What ends it is counted in nodes, not by a clock: on a busy machine the plan is the same."""
        solver = self.model.highs(objective, maximise=True, relaxed=False, seconds=self.scenario.seconds_allowed, gap=gap, bounds=bounds)
        solver.setOptionValue("mip_max_nodes", NODES)
        # where units are rounded around a relaxed plan its jumps find nothing, and take a fifth of the time
        solver.setOptionValue("mip_heuristic_run_feasibility_jump", False)
        return solver

    def rounded_up(self, near: Point) -> Point:
        """Every unit of a relaxed plan rounded up; who is served stays as it is."""
        columns = near.columns.copy()
        columns[self.integer] = np.ceil(columns[self.integer] - 1e-6)
        return self.point(columns)

    def refilled(self, plan: Point) -> Point:
        """The same persons on the first steps of the utility: a search that ends within its gap may leave them on later ones."""
        columns = plan.columns.copy()
        for steps in self.steps.values():
            left = float(columns[steps].sum())
            for column in steps:
                columns[column] = min(left, self.model.upper[column])
                left -= columns[column]
        return self.point(columns)

    def serving(self, plan: Point, objective: Floats) -> Point:
        """The same units, serving whom an objective asks for."""
        lower, upper = np.array(self.model.lower), np.array(self.model.upper)
        lower[self.integer] = upper[self.integer] = np.round(plan.columns[self.integer])
        self.solver.changeColsBounds(len(self.columns), self.columns, lower, upper)
        found = self.relax(objective)
        self.update()
        return found

    def within(self, money: float) -> Point | None:
        """The plan of highest value whose cost keeps to an amount in EUR; None where rounding finds none."""
        relaxed = self.relaxed_within(money)
        if relaxed is None:
            return None
        mark = self.model.mark()
        self.model.rows.add(self.model.spending()[self.national :], -INFINITY, money)
        try:
            return self._near(self.value, self.point(relaxed))
        finally:
            self.model.back_to(mark)

    def within_ties(
        self, ties: Ties, others: Floats, over: Overdraft, near: Point | None = None, start: Point | None = None, *, more: bool = False
    ) -> Point | None:
        """The plan of highest value that keeps to what others leave of the resources, overdrawing as little as can be.

        Rounded around `near`, else around the relaxed one (None where there is none); with a `start` searched for in whole units, with `more`
        among those that add to the start at most one unit of each.
        """
        model, size, mark = self.model, len(self.columns), self.model.mark()
        ties.hold(model, self.entries, others, over)
        objective = np.array(model.cost)
        objective[:size] += self.value
        try:
            if start is None:
                return self._near(objective, near)
            solver = self._searching(objective, self.scenario.gap_tolerance / 2, self._one_more(start) if more else None)
            solver.setSolution(size, self.columns, start.columns)
            solver.run()
            if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
                return None
            return self.point(np.array(solver.getSolution().col_value)[:size])
        finally:
            model.back_to(mark)

    def _one_more(self, plan: Point) -> tuple[Floats, Floats]:
        """Bounds of the columns that leave every unit of a plan, and room for one more of each."""
        lower, upper, whole = np.array(self.model.lower), np.array(self.model.upper), np.flatnonzero(self.integer)
        lower[whole] = np.round(plan.columns[whole])
        upper[whole] = np.maximum(lower[whole], np.minimum(upper[whole], lower[whole] + 1))
        return lower, upper

    def _near(self, objective: Floats, near: Point | None = None) -> Point | None:
        """The best plan in whole units around a relaxed one, of the model with the rows it has now; None where there is none."""
        relaxed = near.columns if near else relaxed_columns(self.model, objective, maximise=True)
        if relaxed is None:
            return None
        relaxed = np.concatenate([relaxed, np.zeros(len(self.model.lower) - len(relaxed))])
        solver = self._searching(objective, self.scenario.gap_tolerance / 2, around(self.model, relaxed))
        solver.run()
        if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        return self.point(np.array(solver.getSolution().col_value)[: len(self.columns)])


def each(do: Callable[[Chunk, int], T], chunks: Sequence[Chunk]) -> list[T]:
    """Does the same to every chunk, on both cores: the solver works outside the interpreter's lock. The order does not matter to the result."""
    return list(_threads().map(do, chunks, range(len(chunks))))


@cache
def _threads() -> ThreadPoolExecutor:
    """The threads of all solutions of a process: to start two for each of a hundred steps takes a good part of a quick one."""
    return ThreadPoolExecutor(THREADS, thread_name_prefix="chunks")
