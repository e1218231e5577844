"""A part of a problem: its model, what it is held to, and its linear relaxation, solved again and again from where it ended (METHOD 6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import highspy
import numpy as np
import numpy.typing as npt

from analytics.model import INFINITY, OUTSIDE, Floats, Model, SolverError
from analytics.options import missed_as
from analytics.problem import Problem
from analytics.scenario import Scenario
from analytics.ties import Ties


@dataclass(frozen=True)
class Point:
    """What one chunk answers to one price of money: columns, their value (national conditions apart) and cost in EUR."""

    columns: Floats
    value: float
    cost: float


class Part:
    """Some areas with their options and cells. National options are columns too, their level set from outside, at no cost here.

    `options`, `cells`: positions in the whole problem, national options first. Persons a cell must gain are lower
    bounds on its steps of the utility: a concave utility is filled from its first step in any case.
    """

    def __init__(self, problem: Problem, scenario: Scenario, nationals: Sequence[int], options: Sequence[int], cells: Sequence[int], ties: Ties | None = None):
        self.scenario = scenario
        self.national = len(nationals)
        self.options, self.cells = [*nationals, *options], list(cells)
        at = self.place = {position: index for index, position in enumerate(self.options)}
        own = [
            option.placed((), (), 0.0)
            if index < self.national
            else option.placed(
                tuple(tuple([at[q] for q in group]) for group in option.groups), tuple([at.get(q, OUTSIDE) for q in option.needed_by]), option.weight
            )
            for index, option in enumerate([problem.options[p] for p in self.options])
        ]
        mine = [replace(problem.cells[c], options=tuple([at[o] for o in problem.cells[c].options])) for c in self.cells]
        self.model = Model(Problem(tuple(own), tuple(mine), (), (), {}), scenario)
        self.slack_of: dict[int, str | None] = {}
        self.ties, self.uses = ties, self._uses(problem, ties) if ties else np.zeros((0, 0))
        self.entries = [[(int(c), float(row[c])) for c in np.flatnonzero(row)] for row in self.uses]
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
        self.first = list(self.model.lower), list(self.model.upper)
        self.basis: highspy.HighsBasis | None = None
        self.solver = self.fresh_solver()

    def fresh_solver(self) -> highspy.Highs:
        """A solver of the linear relaxation, for the lowest cost as yet. Without a limit: its clock is never set back, and a solver is kept for long."""
        return self.model.highs(-self.cost, maximise=True, relaxed=True, seconds=INFINITY, gap=0)

    def _uses(self, problem: Problem, ties: Ties) -> Floats:
        """Rows of the floors that lie in this chunk, and what one unit of each column uses of what is shared."""
        here = {c: index for index, c in enumerate(self.cells)}
        slack, spanning = list[int](), {floor.place for floor in ties.floors}
        for floor in problem.floors:
            if floor.place not in spanning and floor.cells[0] in here:
                slack.append(self.model.column(0, floor.missing))
                self.slack_of[slack[-1]] = problem.cells[floor.cells[0]].pcode
                gained = [entry for c in floor.cells for entry in self.model.cell_entries(here[c])]
                self.model.rows.add([*gained, (slack[-1], 1.0)], floor.missing, INFINITY)
        for position in problem.asked:
            if position in self.place:
                persons = missed_as(problem.options[position], self.scenario)
                slack.append(self.model.column(0, persons))
                self.slack_of[slack[-1]] = problem.options[position].area
                self.model.rows.add([(self.model.unit[self.place[position]], persons), (slack[-1], 1.0)], persons, INFINITY)
        uses = ties.uses(self.options, self.model, self.cells, slack)
        uses[:, self.model.unit[: self.national]] = 0.0
        return uses

    def remember(self) -> None:
        """Keeps the solver's last basis as the one to begin again from."""
        self.basis = self.solver.getBasis()

    def begin_again(self) -> None:
        """Takes back everything that was asked of the chunk: what it answers from here on is what it answered the first time."""
        self.model.lower[:], self.model.upper[:] = self.first
        self.least = []
        self.update()
        self.solver.clearSolver()
        if self.basis is not None:
            self.solver.setBasis(self.basis)

    def stand_nationals(self, level: dict[int, float]) -> None:
        """Fixes how far each national option stands (0 where it is not named)."""
        for index in range(self.national):
            column = self.model.unit[index]
            self.model.lower[column] = self.model.upper[column] = min(level.get(self.options[index], 0.0), float(self.model.problem.options[index].upper > 0))

    def permit(self, problem: Problem, standing: set[int]) -> bool:
        """Takes the permission of services from which nothing that stands outside needs; whether one lost it."""
        lost = [index for index in self.model.permitted if not standing.intersection(problem.options[self.options[index]].needed_by)]
        for index in lost:
            self.model.upper[self.model.permitted[index]] = 0.0
        return bool(lost)

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
        left_out = set(self.model.unit[: self.national])
        left_out |= {self.model.unit[index] for index, column in self.model.permitted.items() if self.model.upper[column] == 0}
        for column in (int(c) for c in np.flatnonzero(self.integer) if c not in left_out):
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
        columns = relaxed_run(self.solver)
        if columns is None:
            raise SolverError(f"chunk: {self.solver.modelStatusToString(self.solver.getModelStatus())}")
        return self.point(columns)

    def area_of_columns(self) -> npt.NDArray[np.int64]:
        """The area each column lies in, counted from 0; -1 for national options."""
        own, cells = self.model.problem.options, self.model.problem.cells
        places: dict[str | None, int] = {}
        found = np.full(len(self.columns), -1)
        for index in range(self.national, len(own)):
            mine = [self.model.unit[index], *(table[index] for table in (self.model.stands, self.model.permitted) if index in table)]
            found[mine] = places.setdefault(own[index].area, len(places))
        for (c, _), column in (*self.model.served.items(), *self.model.step.items()):
            found[column] = places.setdefault(cells[c].pcode, len(places))
        for column, pcode in self.slack_of.items():
            found[column] = places.setdefault(pcode, len(places))
        return found

    def relaxed_within(self, money: float) -> Floats | None:
        """Columns of the relaxation of highest value that costs at most so much, from where the last one ended; None where nothing costs so little."""
        row, paid = self.solver.getNumRow(), np.flatnonzero(self.cost).astype(np.int32)
        self.solver.changeColsCost(len(self.columns), self.columns, self.value)
        self.solver.addRow(-INFINITY, money, len(paid), paid, self.cost[paid])
        try:
            return relaxed_run(self.solver)
        finally:
            self.solver.deleteRows(1, np.array([row], dtype=np.int32))

    def priced(self, price: float) -> Point:
        """The relaxed plan of highest value less cost times a price of money."""
        return self.relax(self.value - price * self.cost)

    def priced_apart(self, prices: Floats, *, valued: bool = True) -> Point:
        """The relaxed plan of highest value (or none) less what it uses at the prices of what is shared."""
        return self.relax(self.worth_at(prices, valued=valued))

    def worth_at(self, prices: Floats, *, valued: bool = True) -> Floats:
        """What a unit of each column is worth: its value (or none) less what it uses at the prices of what is shared."""
        return (self.value if valued else 0.0) - prices @ self.uses

    def used(self, point: Point) -> Floats:
        """What a plan uses of what is shared."""
        return np.asarray(self.uses @ point.columns)

    def cheapest(self) -> Point:
        """The relaxed plan of lowest cost that keeps what must be served and stand."""
        return self.relax(-self.cost)

    def point(self, columns: Floats) -> Point:
        return Point(columns, float(self.value @ columns), float(self.cost @ columns))

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


def relaxed_run(solver: highspy.Highs) -> Floats | None:
    """Columns of the linear relaxation; None where it has no solution."""
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        # the last basis can be a bad place to start from: forget it once
        solver.clearSolver()
        solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        # where what is overdrawn costs most of all, simplex can lose its way among figures of very different size
        solver.setOptionValue("solver", "ipm")
        solver.clearSolver()
        solver.run()
        solver.setOptionValue("solver", "choose")
    return np.array(solver.getSolution().col_value) if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal else None
