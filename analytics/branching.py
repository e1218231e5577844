"""Prerequisites that a cap makes scarce: in every area they stand or do not, never by half (METHOD 6).

Half a prerequisite in every area looks as good to a linear relaxation as whole ones in half of them, and bounds too high by
several per cent. At given prices the areas of a chunk are independent, so every choice of what stands is tried in all of
them at once, a linear relaxation each, and every area keeps its best.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import product

import highspy
import numpy as np
import numpy.typing as npt

from analytics.chunks import Chunk, Point, relaxed_run
from analytics.model import Floats, SolverError
from analytics.options import Problem
from analytics.search import around

Ints = npt.NDArray[np.int64]
MOST = 3
"""Scarce prerequisites tried in every combination; those asked for most beyond their cap."""
ALIKE = 1e-6


def scarce(problem: Problem) -> list[str]:
    """Capped interventions that something in an area needs and that may not stand everywhere they could, scarcest first."""
    needed = {p for option in problem.options if option.area is not None for group in option.groups for p in group}
    wanted = {
        code: sum(1 if option.service else option.upper for p, option in enumerate(problem.options) if option.code == code and p in needed and option.area)
        for code in problem.caps
    }
    tight = [code for code, most in problem.caps.items() if wanted[code] > most]
    return sorted(tight, key=lambda code: (problem.caps[code] / wanted[code], code))[:MOST]


class Branches:
    """One chunk with every choice of what stands of the scarce prerequisites."""

    def __init__(self, chunk: Chunk, codes: Collection[str]):
        self.chunk = chunk
        self.area = chunk.area_of_columns()
        self.areas = int(self.area.max()) + 1
        own = chunk.model.problem.options
        needed = {p for option in own for group in option.groups for p in group}
        self.stands: dict[str, npt.NDArray[np.int32]] = {}
        for code in codes:
            by_area: dict[str | None, list[int]] = {}
            for index in range(chunk.national, len(own)):
                if own[index].code == code and index in needed:
                    by_area.setdefault(own[index].area, []).append(chunk.model.stand(index))
            # where two stand in for each other, one or the other is a choice not tried
            self.stands[code] = np.array([mine[0] for mine in by_area.values() if len(mine) == 1], dtype=np.int32)
        self.codes = [code for code in codes if len(self.stands[code])]
        self.patterns = list(product((0.0, 1.0), repeat=len(self.codes)))
        self.solvers: list[highspy.Highs] = []
        self.excluded: list[npt.NDArray[np.bool_]] = []
        self.held: list[tuple[Floats, Floats]] = []
        self.bounds: tuple[Floats, Floats] | None = None

    def best(self, objective: Floats) -> Point:
        """The plan of highest objective in which the scarce prerequisites stand or do not, all else divisible."""
        if not self.codes:
            return self.chunk.relax(objective)
        found = self._relaxed(objective)
        worth = np.array([self.by_area(objective * columns) for columns in found])
        # an area where this choice breaks a rule has it open here: its figure stands for no plan
        worth[np.array(self.excluded)] = -np.inf
        chosen = worth.argmax(axis=0)
        none = np.isneginf(worth.max(axis=0))
        if none.any():  # no choice at all keeps the rules there: the relaxation bounds what is not
            found.append(self.chunk.relax(objective).columns)
            chosen[none] = len(found) - 1
        return self.chunk.point(self.put_together(found, chosen))

    def whole(self, objective: Floats) -> list[Point]:
        """Plans in whole units around the relaxed ones; the first has in every area the choice of what stands that looks best."""
        return self._by_area(objective, near=True)[0]

    def proven(self, objective: Floats) -> tuple[list[Point], float]:
        """The same, wherever they lie, and a bound on every plan that knows of whole units."""
        return self._by_area(objective, near=False)

    def _by_area(self, objective: Floats, *, near: bool) -> tuple[list[Point], float]:
        """Every area tries its choices from the one that looks best, until none that is left can be better than what it has."""
        self._hold()
        chunk, relaxed = self.chunk, self._relaxed(objective)
        worth = np.array([self.by_area(objective * columns) for columns in relaxed])
        # an area where a choice breaks a rule has it open there: one of the others says the same, or none is possible
        worth[np.array(self.excluded)] = -np.inf
        order, every = np.argsort(-worth, axis=0, kind="stable"), np.arange(self.areas)
        plans, gap = list[Point](), 0.0
        best, bound = np.full(self.areas, -np.inf), np.full(self.areas, -np.inf)
        for turn, choice in enumerate(order):
            open_to_it = worth[choice, every] > best if turn else np.full(self.areas, True)
            if not open_to_it.any():
                break
            there = chunk.point(self.put_together(relaxed, choice))
            held = self.put_together([low for low, _ in self.held], choice), self.put_together([high for _, high in self.held], choice)
            start = np.where(open_to_it[self.area] & (self.area >= 0), chunk.rounded_up(there).columns, plans[0].columns if plans else there.columns)
            gap = gap or chunk.gap_of(there.value) / self.areas
            bounds = around(chunk.model, there.columns, held=held) if near else held
            columns, most = chunk.areas.best(objective, bounds, start, gap, np.flatnonzero(open_to_it))
            plans.append(chunk.point(columns))
            best, bound = np.maximum(best, self.by_area(objective * columns)), np.maximum(bound, most)
        return plans, float(bound.sum())

    def by_area(self, figures: Floats) -> Floats:
        """Sums of figures of columns by area."""
        inside = self.area >= 0
        return np.asarray(np.bincount(self.area[inside], figures[inside], minlength=self.areas), dtype=float)

    def put_together(self, plans: Sequence[Floats], chosen: Ints) -> Floats:
        """Columns of the plan that each area has chosen."""
        rows = np.where(self.area >= 0, chosen[np.maximum(self.area, 0)], 0)
        return np.asarray(np.array(plans)[rows, np.arange(len(self.area))])

    def _relaxed(self, objective: Floats) -> list[Floats]:
        """Columns of the relaxation for each choice of what stands."""
        self._hold()
        found = []
        for solver in self.solvers:
            solver.changeColsCost(len(objective), self.chunk.columns, objective)
            columns = relaxed_run(solver)
            if columns is None:
                raise SolverError("chunk: a choice that was possible is not any more")
            found.append(columns)
        return found

    def _hold(self) -> None:
        """Brings the solvers to the bounds the chunk has now, each with its choice fixed where it breaks no rule."""
        lower, upper = np.array(self.chunk.model.lower), np.array(self.chunk.model.upper)
        if self.bounds is not None and np.array_equal(lower, self.bounds[0]) and np.array_equal(upper, self.bounds[1]):
            return
        self.bounds = lower, upper
        if not self.solvers:
            self.solvers = [self.chunk.fresh_solver() for _ in self.patterns]
        self.held = [(lower.copy(), upper.copy()) for _ in self.patterns]
        self.excluded = [self._fix(*one) for one in zip(self.solvers, self.patterns, self.held, strict=True)]

    def _fix(self, solver: highspy.Highs, pattern: tuple[float, ...], held: tuple[Floats, Floats]) -> npt.NDArray[np.bool_]:
        """Fixes what stands in every area where it can (bounds changed in place); returns where it cannot."""
        lower, upper = held
        size, columns = len(lower), self.chunk.columns
        toward = np.zeros(size)
        best = np.zeros(self.areas)
        for code, stands in zip(self.codes, pattern, strict=True):
            toward[self.stands[code]] = 1.0 if stands else -1.0
            np.add.at(best, self.area[self.stands[code]], stands)
        solver.changeColsBounds(size, columns, lower, upper)
        solver.changeColsCost(size, columns, toward)
        nearest = relaxed_run(solver)
        if nearest is None:
            raise SolverError("chunk: the relaxation has no plan")
        excluded = self.by_area(toward * nearest) < best - ALIKE
        for code, stands in zip(self.codes, pattern, strict=True):
            free = self.stands[code][~excluded[self.area[self.stands[code]]]]
            lower[free] = upper[free] = stands
        solver.changeColsBounds(size, columns, lower, upper)
        return np.asarray(excluded)
