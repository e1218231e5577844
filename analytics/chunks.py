"""A large problem cut into chunks of areas that only money and national work tie together (METHOD 6); the questions are in decompose.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import highspy
import numpy as np

from analytics.model import INFINITY, Floats, Model, SolverError
from analytics.problem import Problem
from analytics.scenario import Scenario
from analytics.search import relaxed_columns, round_near

AREAS_A_CHUNK = 50
"""Simplex slows down faster than a chunk grows, and a solver has a fixed cost a chunk: flat between 30 and 120 areas."""
THREADS = 2
T = TypeVar("T")
PART_OF_GAP = 0.25
"""Part of the scenario's gap that rounding a chunk may use up; the rest is for the price of money and the last euros."""


@dataclass(frozen=True)
class Point:
    """What one chunk answers to one price of money: columns, their value (national conditions apart) and cost in EUR."""

    columns: Floats
    value: float
    cost: float


def separable(problem: Problem) -> bool:
    """Whether nothing but the budget and national options ties areas together, so that chunks can answer apart."""
    if problem.caps or problem.floors or problem.purses:
        return False
    area = [option.area for option in problem.options]
    for option in problem.options:
        if option.area is None:
            if option.service:
                return False
        elif any(area[p] not in (None, option.area) for group in option.groups for p in group):
            return False
    return all(problem.options[o].area == cell.pcode for cell in problem.cells for o in cell.options)


def area_groups(problem: Problem, areas_a_chunk: int) -> list[list[str]]:
    """Areas by chunk: every n-th area, so that chunks resemble each other and one can stand for all."""
    areas = list(dict.fromkeys([cell.pcode for cell in problem.cells if cell.options] + [o.area for o in problem.options if o.area is not None]))
    chunks = -(-len(areas) // areas_a_chunk)
    return [areas[first::chunks] for first in range(chunks)]


class Chunk:
    """Some areas with their options and cells. National options are columns too, their level set from outside, at no cost here.

    `options`, `cells`: positions in the whole problem, national options first. Persons a cell must gain are lower
    bounds on its steps of the utility: a concave utility is filled from its first step in any case.
    """

    def __init__(self, problem: Problem, scenario: Scenario, nationals: Sequence[int], options: Sequence[int], cells: Sequence[int]):
        self.scenario = scenario
        self.national = len(nationals)
        self.options, self.cells = [*nationals, *options], list(cells)
        at = self.place = {position: index for index, position in enumerate(self.options)}
        own = [
            replace(problem.options[p], groups=(), weight=0.0)
            if problem.options[p].area is None
            else replace(problem.options[p], groups=tuple(tuple(at[q] for q in group) for group in problem.options[p].groups))
            for p in self.options
        ]
        mine = [replace(problem.cells[c], options=tuple(at[o] for o in problem.cells[c].options)) for c in self.cells]
        self.model = Model(Problem(tuple(own), tuple(mine), (), (), {}), scenario)
        self.columns = np.arange(len(self.model.lower), dtype=np.int32)
        self.integer = np.array(self.model.integer)
        self.value = self.model.value()
        self.cost = np.zeros(len(self.columns))
        for column, price in self.model.spending()[self.national :]:
            self.cost[column] = price
        self.steps: dict[int, list[int]] = defaultdict(list)
        for (c, _), column in self.model.step.items():
            self.steps[c].append(column)
        self.least: list[float] = []
        self.stand_nationals(dict.fromkeys(nationals, 1.0))
        self.solver = self.model.highs(-self.cost, maximise=True, relaxed=True, seconds=scenario.seconds_allowed, gap=0)

    def stand_nationals(self, level: dict[int, float]) -> None:
        """Fixes how far each national option stands (0 where it is not named)."""
        for index in range(self.national):
            column = self.model.unit[index]
            self.model.lower[column] = self.model.upper[column] = min(level.get(self.options[index], 0.0), float(self.model.problem.options[index].upper > 0))

    def free_nationals(self) -> None:
        """Lets each national option stand as far as it helps."""
        for index in range(self.national):
            column = self.model.unit[index]
            self.model.lower[column], self.model.upper[column] = 0.0, float(self.model.problem.options[index].upper > 0)

    def serve(self, persons: dict[int, float]) -> None:
        """Least persons each cell gains (by position in the whole problem; 0 where it is not named)."""
        for index, c in enumerate(self.cells):
            left = persons.get(c, 0.0)
            for column in self.steps.get(index, ()):
                self.model.lower[column] = min(left, self.model.upper[column])
                left -= self.model.lower[column]

    def force(self, positions: Iterable[int], *, lasting: bool) -> None:
        """Options that must stand, by position in the whole problem; for good, or until `lower_again`."""
        if not lasting:
            self.least = self.least or list(self.model.lower)
        for position in positions:
            if position in self.place:
                self.model.lower[self.model.stand(self.place[position])] = 1.0
                self.model.lower[self.model.unit[self.place[position]]] = 1.0

    def raise_to(self, plan: Point) -> None:
        """No fewer units than in a plan, until `lower_again`."""
        self.least = self.least or list(self.model.lower)
        national = set(self.model.unit[: self.national])
        for column in (int(c) for c in np.flatnonzero(self.integer) if c not in national):
            self.model.lower[column] = max(self.model.lower[column], round(plan.columns[column]))
        self.update()

    def lower_again(self) -> None:
        """Takes back `raise_to`, and what was not forced for good."""
        if self.least:
            self.model.lower[:] = self.least

    def update(self) -> None:
        """Hands changed bounds to the solver, which keeps its last basis."""
        self.solver.changeColsBounds(len(self.columns), self.columns, np.array(self.model.lower), np.array(self.model.upper))

    def relax(self, objective: Floats) -> Point:
        """The linear relaxation, from where the last one ended."""
        self.solver.changeColsCost(len(self.columns), self.columns, objective)
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            # the last basis can be a bad place to start from: forget it once
            self.solver.clearSolver()
            self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise SolverError(f"chunk: {self.solver.modelStatusToString(self.solver.getModelStatus())}")
        return self.point(np.array(self.solver.getSolution().col_value))

    def priced(self, price: float) -> Point:
        """The relaxed plan of highest value less cost times a price of money."""
        return self.relax(self.value - price * self.cost)

    def cheapest(self) -> Point:
        """The relaxed plan of lowest cost that keeps what must be served and stand."""
        return self.relax(-self.cost)

    def point(self, columns: Floats) -> Point:
        return Point(columns, float(self.value @ columns), float(self.cost @ columns))

    def rounded(self, near: Point, objective: Floats, scale: float) -> Point:
        """The best whole-number plan around a relaxed one, within a part of the gap of `scale`.

        Rounding every unit up always keeps the rules (money is not one of them here), so there is always a plan.
        """
        lower, upper = np.array(self.model.lower), np.array(self.model.upper)
        lower[self.integer] = np.maximum(lower[self.integer], np.floor(near.columns[self.integer] + 1e-6))
        upper[self.integer] = np.minimum(upper[self.integer], np.ceil(near.columns[self.integer] - 1e-6))
        return self._whole(objective, scale, (lower, np.maximum(lower, upper)))[0] or self.rounded_up(near)

    def proven(self, plan: Point, objective: Floats, scale: float) -> tuple[Point, float]:
        """A plan no worse than this one for an objective to raise, and a bound on it that knows of whole units."""
        found, bound = self._whole(objective, scale, None, plan)
        if found is None or float(objective @ found.columns) < float(objective @ plan.columns):
            found = plan
        return found, max(bound, float(objective @ found.columns))

    def _whole(self, objective: Floats, scale: float, bounds: tuple[Floats, Floats] | None, start: Point | None = None) -> tuple[Point | None, float]:
        solver = self.model.highs(objective, maximise=True, relaxed=False, seconds=self.scenario.seconds_allowed / 4, gap=1e-9, bounds=bounds)
        solver.setOptionValue("mip_abs_gap", max(1e-6, PART_OF_GAP * self.scenario.gap_tolerance * abs(scale)))
        if start is not None:
            solver.setSolution(len(start.columns), self.columns, start.columns)
        solver.run()
        info = solver.getInfo()
        bound = float(info.mip_dual_bound)
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None, bound
        return self.point(np.array(solver.getSolution().col_value)), bound

    def rounded_up(self, near: Point) -> Point:
        """Every unit of a relaxed plan rounded up; who is served stays as it is."""
        columns = near.columns.copy()
        columns[self.integer] = np.ceil(columns[self.integer] - 1e-6)
        return self.point(columns)

    def within(self, money: float) -> Point | None:
        """The plan of highest value whose cost keeps to an amount in EUR; None where rounding finds none."""
        self.model.rows.add(self.model.spending()[self.national :], -INFINITY, money)
        relaxed = relaxed_columns(self.model, self.value, self.scenario.seconds_allowed, maximise=True)
        found = None if relaxed is None else round_near(self.model, self.value, relaxed, self.scenario, maximise=True)
        for kept in (self.model.rows.lower, self.model.rows.upper):
            kept.pop()
        entries = len(self.options) - self.national
        for triplets in (self.model.rows.row, self.model.rows.column, self.model.rows.value):
            del triplets[len(triplets) - entries :]
        return None if found is None else self.point(found)

    def level(self, near: Point) -> dict[int, float]:
        """How far each national option stands in a plan."""
        return {self.options[index]: float(near.columns[self.model.unit[index]]) for index in range(self.national)}

    def relied_on(self, near: Point) -> set[int]:
        """National options (the cheapest where several would do) that a plan's own options need because nothing local stands."""
        own, needed = self.model.problem.options, set()
        stands = [near.columns[self.model.stand(i)] for i in range(len(own))]
        for index in range(self.national, len(own)):
            if near.columns[self.model.unit[index]] > 1e-6:
                for group in own[index].groups:
                    national = [i for i in group if i < self.national]
                    if national and sum(stands[i] for i in group if i >= self.national) < 1 - 1e-6:
                        needed.add(self.options[min(national, key=lambda i: (own[i].price * own[i].upper, i))])
        return needed

    def stands(self, near: Point, position: int) -> bool:
        """Whether one of this chunk's own options stands in a plan."""
        return position in self.place and near.columns[self.model.stand(self.place[position])] > 1 - 1e-6

    def units(self, plan: Point) -> dict[int, int]:
        """Units of the areas' own options, by position in the whole problem."""
        own = range(self.national, len(self.options))
        return {self.options[i]: round(plan.columns[self.model.unit[i]]) * (1 if o.service else o.upper) for i in own if (o := self.model.problem.options[i])}

    def persons(self, plan: Point) -> dict[tuple[int, int], float]:
        """Persons served by (cell, option), by position in the whole problem."""
        served = self.model.served.items()
        return {(self.cells[c], self.options[o]): float(plan.columns[column]) for (c, o), column in served if plan.columns[column] > 1e-6}


def each(do: Callable[[Chunk, int], T], chunks: Sequence[Chunk]) -> list[T]:
    """Does the same to every chunk, on both cores: the solver works outside the interpreter's lock. The order does not matter to the result."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(do, chunks, range(len(chunks))))


def cut(problem: Problem, scenario: Scenario, areas_a_chunk: int) -> list[Chunk]:
    """The chunks of a separable problem."""
    nationals = {p for option in problem.options if option.area is not None for group in option.groups for p in group if problem.options[p].area is None}
    options, cells = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
    for position, option in enumerate(problem.options):
        if option.area is not None:
            options[option.area].append(position)
    for c, cell in enumerate(problem.cells):
        if cell.options:
            cells[cell.pcode].append(c)
    return [
        Chunk(problem, scenario, sorted(nationals), [p for a in areas for p in options[a]], [c for a in areas for c in cells[a]])
        for areas in area_groups(problem, areas_a_chunk)
    ]
