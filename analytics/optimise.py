"""Number and scale: the optimisation model, solved by HiGHS with a proven gap (METHOD 6)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import highspy
import numpy as np
import numpy.typing as npt

from analytics.problem import Problem, reach
from analytics.scenario import Scenario

Floats = npt.NDArray[np.float64]
INFINITY = highspy.kHighsInf


class SolverError(RuntimeError):
    """The solver found no plan; the text says which question and what HiGHS answered."""


@dataclass(frozen=True)
class Solution:
    """Units by option, persons by (cell, option), and what is proven about the objective.

    For a budget the objective is a value to raise and `bound` lies above it; for a target it is a cost in EUR to lower and
    `bound` lies below it. `balanced_share` is g*; `balance_kept` the part of it that every cell gains, at most the scenario's
    `balance`, lower where whole units do not fit the budget.
    """

    units: npt.NDArray[np.int64]
    persons: dict[tuple[int, int], float]
    objective: float | None
    bound: float | None
    balanced_share: float | None
    balance_kept: float | None
    too_small: tuple[int, ...]
    seconds: float


@dataclass
class _Rows:
    """Constraint rows collected as triplets."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def add(self, entries: list[tuple[int, float]], lower: float, upper: float) -> int:
        index = len(self.lower)
        self.lower.append(lower)
        self.upper.append(upper)
        for column, value in entries:
            self.row.append(index)
            self.column.append(column)
            self.value.append(value)
        return index


class Model:
    """The variables and rows that every question shares; a question adds its own rows and its objective.

    Columns: `unit[o]` units of a service (integer) or whether an enabling option stands (0/1); `stands[o]` for a
    service that others need; `served[c, o]` persons; `step[c, k]` persons of a cell on each step of the utility.
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
            for group in option.groups:
                standing = [(self.stand(p), -float(option.upper if option.service else 1)) for p in group]
                self.rows.add([(self.unit[position], 1), *standing], -INFINITY, 0)
                if position in self.stands:
                    self.rows.add([(self.stands[position], 1), *((self.stand(p), -1.0) for p in group)], -INFINITY, 0)

    def _service(self) -> None:
        steps = self.scenario.utility
        for c, cell in enumerate(self.problem.cells):
            if not cell.options:
                continue
            limit = self.scenario.mix_cap if len(cell.options) > 1 else 1.0
            for o in cell.options:
                option = self.problem.options[o]
                most = min(limit * cell.gap, option.serves[cell.sector] * option.upper)
                self.served[c, o] = self.column(0, most)
                self.rows.add([(self.served[c, o], 1), (self.unit[o], -option.serves[cell.sector])], -INFINITY, 0)
                # the same prerequisite, said of persons: cuts off plans that stand on a sliver of a prerequisite
                for group in option.groups if self.rules else ():
                    self.rows.add([(self.served[c, o], 1), *((self.stand(p), -most) for p in group)], -INFINITY, 0)
            if limit < 1:
                for one in cell.options:
                    self.rows.add([(self.served[c, o], float(o == one) - limit) for o in cell.options], -INFINITY, 0)
            base = 0.0
            for k, step in enumerate(steps):
                room = cell.demand * max(0.0, step.until - max(cell.coverage, base))
                base = step.until
                if room > 0:
                    self.step[c, k] = self.column(0, room)
                    self.slopes[c, k] = step.slope * cell.weight
            mine = [(self.step[c, k], -1.0) for k in range(len(steps)) if (c, k) in self.step]
            self.rows.add([*((self.served[c, o], 1.0) for o in cell.options), *mine], 0, 0)

    def _caps(self) -> None:
        for code, most in self.problem.caps.items():
            mine = [(self.unit[p], 1.0 if o.service else float(o.upper)) for p, o in enumerate(self.problem.options) if o.code == code]
            if mine:
                self.rows.add(mine, -INFINITY, most)

    def spending(self) -> list[tuple[int, float]]:
        return [(self.unit[p], self.price_of(p)) for p in range(len(self.problem.options))]

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
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.lower), len(self.rows.lower)
        lp.col_cost_ = objective
        lp.col_lower_, lp.col_upper_ = bounds or (np.array(self.lower), np.array(self.upper))
        lp.row_lower_, lp.row_upper_ = np.array(self.rows.lower), np.array(self.rows.upper)
        lp.sense_ = highspy.ObjSense.kMaximize if maximise else highspy.ObjSense.kMinimize
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        counts = np.bincount(np.array(self.rows.row, dtype=np.int64), minlength=lp.num_row_) if self.rows.row else np.zeros(lp.num_row_, dtype=int)
        lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        lp.a_matrix_.index_ = np.array(self.rows.column, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(self.rows.value, dtype=float)
        if not relaxed:
            lp.integrality_ = [highspy.HighsVarType.kInteger if i else highspy.HighsVarType.kContinuous for i in self.integer]
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("log_to_console", False)
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("time_limit", seconds)
        solver.setOptionValue("mip_rel_gap", gap)
        solver.setOptionValue("random_seed", 0)
        lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = lp.num_col_, lp.num_row_
        if solver.passModel(lp) == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refuses the model; a column stands twice in a row or a figure is not finite")
        return solver


def solve_in_place(problem: Problem) -> Solution:
    """Nothing is bought: coverage today."""
    return Solution(np.zeros(len(problem.options), dtype=np.int64), {}, None, None, None, None, (), 0.0)


def solve_budget(problem: Problem, scenario: Scenario, budget: float) -> Solution:
    """The plan of highest value for a budget in EUR, every cell with at least its share of what is balanced (METHOD 6)."""
    began = time.perf_counter()
    share = balanced_share(problem, scenario, budget)
    kept, most = scenario.balance, budget
    while True:
        floors, too_small = balance_floors(problem, scenario, kept * share)
        model = Model(problem, scenario)
        for c, persons in floors.items():
            model.rows.add(model.cell_entries(c), persons, INFINITY)
        keeping = _cheapest(model, scenario) if floors else np.zeros(len(model.lower))
        if keeping is not None and float(_cost(model) @ keeping) <= most:
            break
        # whole units do not fit: halve the balance until it takes no more than its part of the money
        kept, most = kept / 2, scenario.balance * budget
    model.rows.add(model.spending(), -INFINITY, budget)
    answer = _run(model, model.value(), scenario, maximise=True, start=keeping)
    if answer is None:
        raise SolverError("budget: no plan fits the budget")
    return _solution(model, answer, began, share=share, kept=kept, too_small=too_small)


def balanced_share(problem: Problem, scenario: Scenario, budget: float) -> float:
    """g*: the largest share of every servable gap the budget could close everywhere at once, units divisible (METHOD 6)."""
    model = Model(problem, scenario)
    share = model.column(0, 1)
    open_cells = _servable(problem, scenario)
    if not open_cells:
        return 0.0
    model.rows.add(model.spending(), -INFINITY, budget)
    for c in open_cells:
        model.rows.add([*model.cell_entries(c), (share, -problem.cells[c].gap)], 0, INFINITY)
    objective = np.zeros(len(model.lower))
    objective[share] = 1
    solver = model.highs(objective, maximise=True, relaxed=True, seconds=scenario.seconds_allowed, gap=0)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise SolverError(f"balance: {solver.modelStatusToString(solver.getModelStatus())}")
    return float(min(1.0, max(0.0, solver.getInfo().objective_function_value)))


def balance_floors(problem: Problem, scenario: Scenario, share: float) -> tuple[dict[int, float], tuple[int, ...]]:
    """Persons every servable cell gains for a share of its gap, and the cells too small for a unit of their own (METHOD 6)."""
    floors, too_small = {}, []
    for c in _servable(problem, scenario):
        cell = problem.cells[c]
        persons = share * cell.gap
        smallest = min(problem.options[o].serves[cell.sector] for o in cell.options)
        if persons < scenario.small_cell_units * smallest:
            too_small.append(c)
        elif persons > 0:
            floors[c] = persons
    return floors, tuple(too_small)


def solve_target(problem: Problem, scenario: Scenario, supported: set[str]) -> Solution:
    """The cheapest plan that brings every cell of the supported areas to its target and meets every condition (METHOD 6)."""
    began = time.perf_counter()
    wanted = target_persons(problem, scenario, supported)
    model = Model(problem, scenario)
    for position, option in enumerate(problem.options):
        if option.weight > 0 and not option.service:
            model.lower[model.unit[position]] = 1
    for c, persons in wanted.items():
        model.rows.add(model.cell_entries(c), persons, INFINITY)
    answer = _run(model, _cost(model), scenario, maximise=False)
    if answer is None:  # only caps can stand in the way: come as near as they allow
        model, answer = _target_within_caps(problem, scenario, wanted)
    return _solution(model, answer, began)


def solve_by_hand(problem: Problem, scenario: Scenario, units: Mapping[int, int]) -> Solution:
    """Who the planner's own units serve: units fixed by option, rules not enforced but reported elsewhere (METHOD 6)."""
    began = time.perf_counter()
    model = Model(problem, scenario, rules=False)
    # an enabling column buys its whole number at once; part of it costs, but meets nothing
    for position, option in enumerate(problem.options):
        bought = units.get(position, 0)
        fixed = bought if option.service else int(option.upper > 0 and bought >= option.upper)
        model.lower[model.unit[position]] = model.upper[model.unit[position]] = fixed
    objective = model.value()
    values = _relaxed(model, objective, scenario.seconds_allowed, maximise=True)
    if values is None:
        raise SolverError("by_hand: no way to serve anyone with these units")
    value = float(objective @ values)
    solution = _solution(model, _Answer(values, value, value), began)
    return replace(solution, units=np.array([units.get(p, 0) for p in range(len(problem.options))], dtype=np.int64))


def target_persons(problem: Problem, scenario: Scenario, supported: set[str]) -> dict[int, float]:
    """Persons each cell of the supported areas must gain: up to the target, or to its best reachable coverage."""
    wanted = {}
    for c, cell in enumerate(problem.cells):
        if cell.pcode in supported and cell.options:
            missing = (scenario.target - cell.coverage) * cell.demand
            persons = min(missing, reach(cell, problem.options, scenario))
            if persons > 0:
                wanted[c] = persons
    return wanted


def _servable(problem: Problem, scenario: Scenario) -> list[int]:
    return [c for c, cell in enumerate(problem.cells) if reach(cell, problem.options, scenario) > 0]


def _cost(model: Model) -> Floats:
    objective = np.zeros(len(model.lower))
    for column, price in model.spending():
        objective[column] = price
    return objective


def _cheapest(model: Model, scenario: Scenario) -> Floats | None:
    """A cheap plan that keeps every row of the model; None where rounding the relaxed one finds none."""
    objective = _cost(model)
    relaxed = _relaxed(model, objective, scenario.seconds_allowed, maximise=False)
    return None if relaxed is None else _near(model, objective, relaxed, scenario, maximise=False)


def _target_within_caps(problem: Problem, scenario: Scenario, wanted: dict[int, float]) -> tuple[Model, _Answer]:
    """First the fewest persons and conditions missed, then the lowest cost that keeps to it."""
    model = Model(problem, scenario)
    missed = []
    for position, option in enumerate(problem.options):
        if option.weight > 0 and not option.service:
            missed.append(model.column(0, 1))
            model.rows.add([(model.unit[position], 1), (missed[-1], 1)], 1, INFINITY)
    _, start = _least_shortfall(model, scenario, wanted, missed)
    answer = _run(model, _cost(model), scenario, maximise=False, start=start)
    if answer is None:
        raise SolverError("target: no plan keeps within the caps")
    return model, answer


def _least_shortfall(model: Model, scenario: Scenario, floors: dict[int, float], others: list[int] | None = None) -> tuple[float, Floats]:
    """Holds every floor with a slack, finds the least sum of slacks, keeps the model to it; returns it and a plan that does."""
    columns = list(others or [])
    for c, persons in floors.items():
        columns.append(model.column(0, persons))
        model.rows.add([*model.cell_entries(c), (columns[-1], 1.0)], persons, INFINITY)
    if not columns:
        return 0.0, np.zeros(len(model.lower))
    objective = np.zeros(len(model.lower))
    objective[columns] = 1
    answer = _run(model, objective, scenario, maximise=False, seconds=scenario.seconds_allowed / 5)
    if answer is None:
        raise SolverError("no plan exists even without the floors")
    least = max(0.0, answer.objective)
    # a hair's width of room, so that rounding inside the solver does not make the same plan impossible
    model.rows.add([(column, 1.0) for column in columns], -INFINITY, least * (1 + 1e-9) + 1e-4)
    return (least if least > 1e-3 else 0.0), answer.values


@dataclass(frozen=True)
class _Answer:
    """Column values with their objective and a proven bound."""

    values: Floats
    objective: float
    bound: float


def _run(model: Model, objective: Floats, scenario: Scenario, *, maximise: bool, start: Floats | None = None, seconds: float | None = None) -> _Answer | None:
    """The best plan found, with a proven bound; None where no plan fits the rows.

    The linear relaxation is close here, so most answers come from it: round by a small integer model around its
    solution (kept at or above `start`, a plan that fits) and stop when the relaxation itself proves the gap. Only what
    stays open goes to full branch and bound, which starts from that plan.
    """
    limit = seconds or scenario.seconds_allowed
    relaxed = _relaxed(model, objective, limit, maximise)
    if relaxed is None:
        return None
    bound = float(objective @ relaxed)
    known = [start] if start is not None else []
    for plan in (start, None) if start is not None else (None,):
        above = _relaxed(model, objective, limit, maximise, plan) if plan is not None else relaxed
        near = _near(model, objective, above, scenario, maximise, plan) if above is not None else None
        if near is None:
            continue
        known.append(near)
        if _gap(float(objective @ near), bound) <= scenario.gap_tolerance:
            return _Answer(near, float(objective @ near), bound)
    best = max(known, key=lambda values: (1 if maximise else -1) * float(objective @ values), default=None)
    solver = model.highs(objective, maximise=maximise, relaxed=False, seconds=limit, gap=scenario.gap_tolerance)
    if best is not None:
        solver.setSolution(len(best), np.arange(len(best), dtype=np.int32), best)
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None if best is None else _Answer(best, float(objective @ best), bound)
    tighter = min if maximise else max
    values = np.array(solver.getSolution().col_value)
    # not the solver's own figure: with a start it can name a better objective than that of the plan it hands back
    return _Answer(values, float(objective @ values), tighter(bound, float(info.mip_dual_bound)))


def _relaxed(model: Model, objective: Floats, seconds: float, maximise: bool, least: Floats | None = None) -> Floats | None:
    """Columns of the linear relaxation, whole-number columns at or above `least`; None where it has no solution."""
    bounds = (_raised(model, least), np.array(model.upper)) if least is not None else None
    solver = model.highs(objective, maximise=maximise, relaxed=True, seconds=seconds, gap=0, bounds=bounds)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array(solver.getSolution().col_value)


def _raised(model: Model, least: Floats | None) -> Floats:
    """Lower bounds of the columns, the whole-number ones raised to a plan's units."""
    lower, integer = np.array(model.lower), np.array(model.integer)
    if least is not None:
        lower[integer] = np.maximum(lower[integer], np.round(least[integer]))
    return lower


def _near(model: Model, objective: Floats, relaxed: Floats, scenario: Scenario, maximise: bool, least: Floats | None = None) -> Floats | None:
    """The best whole-number plan that rounds each unit of the relaxed one down or up; None where none fits."""
    integer = np.array(model.integer)
    lower, upper = _raised(model, least), np.array(model.upper)
    lower[integer] = np.maximum(lower[integer], np.floor(relaxed[integer] + 1e-6))
    upper[integer] = np.minimum(upper[integer], np.ceil(relaxed[integer] - 1e-6))
    solver = model.highs(
        objective,
        maximise=maximise,
        relaxed=False,
        seconds=scenario.seconds_allowed / 4,
        gap=scenario.gap_tolerance / 2,
        bounds=(lower, upper),
    )
    solver.run()
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    return np.array(solver.getSolution().col_value)


def _gap(objective: float, bound: float) -> float:
    return abs(bound - objective) / max(abs(objective), 1e-9)


def _solution(
    model: Model, answer: _Answer, began: float, *, share: float | None = None, kept: float | None = None, too_small: tuple[int, ...] = ()
) -> Solution:
    values = answer.values
    units = [round(values[model.unit[p]]) * (1 if option.service else option.upper) for p, option in enumerate(model.problem.options)]
    persons = {key: float(values[column]) for key, column in model.served.items() if values[column] > 1e-6}
    return Solution(np.array(units, dtype=np.int64), persons, answer.objective, answer.bound, share, kept, too_small, time.perf_counter() - began)
