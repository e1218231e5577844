"""The optimisation model as columns and rows for HiGHS (METHOD 6); the questions are in optimise.py, the search in search.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import highspy
import numpy as np
import numpy.typing as npt

from analytics.options import mixed
from analytics.problem import Problem
from analytics.scenario import Scenario

Floats = npt.NDArray[np.float64]
INFINITY: Final = highspy.kHighsInf
OUTSIDE: Final = -1
"""In `needed_by`: an option that is no part of this model."""


class SolverError(RuntimeError):
    """The solver found no plan; the text says which question and what HiGHS answered."""


@dataclass
class _Rows:
    """Constraint rows one after the other: `ends[r]` entries belong to the rows up to `r`."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def add(self, entries: Sequence[tuple[int, float]], lower: float, upper: float) -> int:
        self.lower.append(lower)
        self.upper.append(upper)
        if entries:
            columns, values = zip(*entries, strict=True)
            self.column += columns
            self.value += values
        self.ends.append(len(self.column))
        return len(self.ends) - 1


class Model:
    """The variables and rows that every question shares; a question adds its own rows and its objective.

    Columns: `unit[o]` units of a service (integer) or whether an enabling option stands (0/1); `stands[o]` for a
    service that others need; `permitted[o]` for a service that something outside the model may need; `served[c, o]`
    persons; `step[c, k]` persons of a cell on each step of the utility.
    """

    def __init__(self, problem: Problem, scenario: Scenario, *, rules: bool = True):
        self.problem, self.scenario, self.rules = problem, scenario, rules
        self.rows = _Rows()
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.integer: list[bool] = []
        self.cost: list[float] = []
        self.unit: list[int] = []
        self.stands: dict[int, int] = {}
        self.permitted: dict[int, int] = {}
        self.served: dict[tuple[int, int], int] = {}
        self.step: dict[tuple[int, int], int] = {}
        self.slopes: dict[tuple[int, int], float] = {}
        self._units()
        if rules:
            self._prerequisites()
        self._service()
        if rules:
            self._caps()

    def column(self, lower: float, upper: float, *, integer: bool = False) -> int:
        self.lower.append(lower)
        self.upper.append(upper)
        self.integer.append(integer)
        self.cost.append(0.0)
        return len(self.lower) - 1

    def _units(self) -> None:
        needed = {p for option in self.problem.options for group in option.groups for p in group}
        for position, option in enumerate(self.problem.options):
            self.unit.append(self.column(0, option.upper if option.service else min(1, option.upper), integer=True))
            if option.service and position in needed:
                self.stands[position] = self.column(0, 1, integer=True)
                self.rows.add([(self.stands[position], 1), (self.unit[position], -1)], -INFINITY, 0)

    def stand(self, position: int) -> int:
        """The 0/1 column that says an option stands in its required number."""
        return self.stands.get(position, self.unit[position])

    def price_of(self, position: int) -> float:
        """EUR per unit of the column: an enabling column buys its whole required number at once."""
        option = self.problem.options[position]
        return option.price if option.service else option.price * option.upper

    def _prerequisites(self) -> None:
        for position, option in enumerate(self.problem.options):
            if option.needed_by:  # it has the permission of what needs it, and none without
                users = [(self.unit[p], -float(option.upper)) for p in option.needed_by if p >= 0]
                if OUTSIDE in option.needed_by:
                    self.permitted[position] = self.column(0, option.upper)
                    users.append((self.permitted[position], -1.0))
                self.rows.add([(self.unit[position], 1), *users], -INFINITY, 0)
            for group in option.groups:
                standing = [(self.stand(p), -float(option.upper if option.service else 1)) for p in group]
                self.rows.add([(self.unit[position], 1), *standing], -INFINITY, 0)
                if position in self.stands:
                    self.rows.add([(self.stands[position], 1), *((self.stand(p), -1.0) for p in group)], -INFINITY, 0)

    def _service(self) -> None:
        steps = self.scenario.utility
        options, rows, unit = self.problem.options, self.rows, self.unit
        for c, cell in enumerate(self.problem.cells):
            if not cell.options:
                continue
            limit = self.scenario.mix_cap if self.rules and mixed(cell, options) else 1.0
            served = []
            for o in cell.options:
                option = options[o]
                persons = option.serves[cell.sector]
                most = min(limit * cell.gap, persons * option.upper)
                column = self.served[c, o] = self.column(0, most)
                served.append(column)
                rows.add(((column, 1), (unit[o], -persons)), -INFINITY, 0)
                # the same prerequisite, said of persons: cuts off plans that stand on a sliver of a prerequisite
                for group in option.groups if self.rules else ():
                    rows.add(((column, 1), *((self.stand(p), -most) for p in group)), -INFINITY, 0)
            if limit < 1:
                for one in served:
                    rows.add([(column, float(column == one) - limit) for column in served], -INFINITY, 0)
            base = 0.0
            mine = []
            for k, step in enumerate(steps):
                room = cell.demand * max(0.0, step.until - max(cell.coverage, base))
                base = step.until
                if room > 0:
                    column = self.step[c, k] = self.column(0, room)
                    self.slopes[c, k] = step.slope * cell.weight
                    mine.append((column, -1.0))
            rows.add([*((column, 1.0) for column in served), *mine], 0, 0)

    def _caps(self) -> None:
        for code, most in self.problem.caps.items():
            mine = [(self.unit[p], 1.0 if o.service else float(o.upper)) for p, o in enumerate(self.problem.options) if o.code == code]
            if mine:
                self.rows.add(mine, -INFINITY, most)

    def mark(self) -> tuple[int, int, int]:
        """How large the model is, to come back to after adding columns and rows for a while."""
        return len(self.lower), len(self.rows.lower), len(self.rows.column)

    def back_to(self, mark: tuple[int, int, int]) -> None:
        """Takes out every column and row added since."""
        columns, rows, entries = mark
        for kept in (self.lower, self.upper, self.integer, self.cost):
            del kept[columns:]
        del self.rows.lower[rows:], self.rows.upper[rows:], self.rows.ends[rows:]
        del self.rows.column[entries:], self.rows.value[entries:]

    def spending(self) -> list[tuple[int, float]]:
        return [(self.unit[p], self.price_of(p)) for p in range(len(self.problem.options))]

    def costs(self) -> Floats:
        """EUR per unit of each column."""
        costs = np.zeros(len(self.lower))
        for column, price in self.spending():
            costs[column] = price
        return costs

    def cell_entries(self, c: int) -> list[tuple[int, float]]:
        return [(self.served[c, o], 1.0) for o in self.problem.cells[c].options]

    def value(self) -> Floats:
        """Objective of the budget question: weighted persons on the utility plus met conditions (METHOD 6)."""
        objective = np.zeros(len(self.lower))
        for key, column in self.step.items():
            objective[column] = self.slopes[key]
        for position, option in enumerate(self.problem.options):
            if option.weight > 0:
                objective[self.unit[position]] += self.scenario.beta * option.weight
        return objective

    def highs(
        self, objective: Floats, *, maximise: bool, relaxed: bool, seconds: float, gap: float, bounds: tuple[Floats, Floats] | None = None
    ) -> highspy.Highs:
        """A HiGHS instance holding the model as it stands now, perhaps with other bounds."""
        solver = quiet_solver(seconds, gap)
        lower, upper = bounds or (np.array(self.lower), np.array(self.upper))
        rows, starts = self.rows, np.array([0, *self.rows.ends], dtype=np.int32)
        # as arrays: handed over figure by figure a model takes longer than its relaxation
        status = solver.passModel(
            len(self.lower),
            len(rows.lower),
            len(rows.column),
            int(highspy.MatrixFormat.kRowwise),
            int(highspy.ObjSense.kMaximize if maximise else highspy.ObjSense.kMinimize),
            0.0,
            objective,
            lower,
            upper,
            np.array(rows.lower),
            np.array(rows.upper),
            starts,
            np.array(rows.column, dtype=np.int32),
            np.array(rows.value, dtype=float),
            np.zeros(len(self.lower), dtype=np.int32) if relaxed else np.array(self.integer, dtype=np.int32),
        )
        if status == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refuses the model; a column stands twice in a row or a figure is not finite")
        return solver


def quiet_solver(seconds: float, gap: float) -> highspy.Highs:
    """A HiGHS instance without a model: it prints nothing, and comes to the same answer every time."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("log_to_console", False)
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("random_seed", 0)
    solver.setOptionValue("threads", 1)  # chunks are solved side by side: further threads of the solver only wait, at full speed
    return solver
