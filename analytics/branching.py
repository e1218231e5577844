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
from analytics.master import Column, Master
from analytics.model import Floats, SolverError
from analytics.nationals import Nationals
from analytics.options import Problem
from analytics.ties import Overdraft, Ties

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

    def whole(self, objective: Floats, scale: float) -> list[Point]:
        """Plans in whole units around the relaxed ones, one for each choice of what stands."""
        self._hold()
        return [self.chunk.rounded(self.chunk.point(near), objective, scale, held) for near, held in zip(self._relaxed(objective), self.held, strict=True)]

    def proven(self, objective: Floats, scale: float) -> tuple[list[Point], float]:
        """Plans in whole units, one for each choice of what stands, and a bound on every plan that knows of whole units.

        What the search leaves open in a choice is open in its areas together, so it is added once a choice.
        """
        self._hold()
        plans, room = [], 0.0
        for near, held in zip(self._relaxed(objective), self.held, strict=True):
            plan, most = self.chunk.proven(self.chunk.rounded(self.chunk.point(near), objective, scale, held), objective, scale, held)
            plans.append(plan)
            room += most - float(objective @ plan.columns)
        return plans, room + float(np.max([self.by_area(objective * plan.columns) for plan in plans], axis=0).sum())

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


def chosen_by_area(
    branches: Sequence[Branches], plans: Sequence[Sequence[Point]], ties: Ties, nationals: Nationals, standing: set[int], over: Overdraft
) -> tuple[list[Point], Floats]:
    """A plan of each chunk in which every area has one of its plans, together of the highest value within what is shared; and its prices.

    The mix leaves few areas between two plans, at most one for each thing that is shared: these take the one that uses less.
    """
    columns: list[list[Column]] = []
    for branch, mine in zip(branches, plans, strict=True):
        values = [branch.by_area(branch.chunk.value * plan.columns) for plan in mine]
        used = [np.array([branch.by_area(row * plan.columns) for row in branch.chunk.uses]) for plan in mine]
        columns += [
            [Column(Point(plan.columns[:0], float(value[a]), 0.0), use[:, a]) for plan, value, use in zip(mine, values, used, strict=True)]
            for a in range(branch.areas)
        ]
    master = Master(ties, nationals, len(columns), standing, over, valued=True)
    master.add(columns)
    mixed = master.mix()
    parts = mixed.parts
    found, first = [], 0
    for branch, mine in zip(branches, plans, strict=True):
        chosen = np.array([_least(columns[a], parts[a], ties) for a in range(first, first + branch.areas)], dtype=np.int64)
        found.append(branch.chunk.point(branch.put_together([plan.columns for plan in mine], chosen)))
        first += branch.areas
    return found, mixed.prices


def _least(columns: list[Column], parts: list[float], ties: Ties) -> int:
    """Of the plans an area lies between the one that uses least of the caps, then of the money."""
    taken = [j for j, part in enumerate(parts) if part > ALIKE]
    return min(taken, key=lambda j: (float(columns[j].used[ties.first_cap : ties.first_floor].sum()), float(columns[j].used[0])))
