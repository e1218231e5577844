"""Number and scale: the four questions put to the optimisation model, answered with a proven gap (METHOD 6)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import highspy
import numpy as np
import numpy.typing as npt

from analytics.aimed import target_within_caps
from analytics.balance import balance_floors, balanced_share, largest_kept
from analytics.country import Country
from analytics.decompose import areas_of, is_large, large_budget, large_target
from analytics.found import Found
from analytics.funding import add_budget
from analytics.model import INFINITY, Floats, Model, SolverError
from analytics.problem import Problem
from analytics.scenario import Scenario
from analytics.search import Answer, relative_gap, relaxed_columns, round_near, search
from analytics.shortfall import fewest_missed_then_cheapest
from analytics.tied import tied_budget

WIDE = 0.01
"""Proven gap of chunks above which the joint model is asked too, where it can still answer: up to so many areas."""
JOINT = 500
ROOM = 1e-4
"""Persons of room in a row that holds a plan to what was found before, so that rounding in the solver does not forbid that plan."""


@dataclass(frozen=True)
class Solution:
    """Units by option, persons by (cell, option), and what is proven about the objective.

    For a budget the objective is a value to raise and `bound` lies above it; for a target it is a cost in EUR to lower and
    `bound` lies below it. `balanced_share` is g*; `balance_kept` the part of it that every cell gains, at most the scenario's
    `balance`, lower where whole units do not fit the budget. `missed`: persons below the coverage floors. `price`: value of
    a further euro, where areas were priced apart.
    """

    units: npt.NDArray[np.int64]
    persons: dict[tuple[int, int], float]
    objective: float | None
    bound: float | None
    balanced_share: float | None
    balance_kept: float | None
    too_small: tuple[int, ...]
    seconds: float
    missed: float = 0.0
    price: float | None = None
    prices: tuple[float, ...] = ()
    country: Country | None = None


def solve_in_place(problem: Problem) -> Solution:
    """Nothing is bought: coverage today."""
    return Solution(np.zeros(len(problem.options), dtype=np.int64), {}, None, None, None, None, (), 0.0)


def solve_budget(problem: Problem, scenario: Scenario, budget: float, start: Solution | None = None, last: Country | None = None) -> Solution:
    """The plan of highest value for a budget in EUR, every cell with at least its share of what is balanced (METHOD 6).

    `start`: an earlier solution, perhaps of a problem that differs a little; it makes the answer quicker, not different in proof.
    `last`: the chunks of an earlier solution, which make it quicker and change nothing.
    """
    began = time.perf_counter()
    last = start.country if start and last is None else last
    found: Found | None = None
    if is_large(problem):
        floors_at = partial(balance_floors, problem, scenario)
        if problem.caps or problem.floors or problem.purses:
            prices = np.array(start.prices) if start and start.prices else None
            found = tied_budget(problem, scenario, budget, floors_at, prices, last=last)
        else:
            found = large_budget(problem, scenario, budget, floors_at, start.price if start else None, last=last)
        if found is not None and (relative_gap(found.objective, found.bound) <= WIDE or areas_of(problem) > JOINT):
            return _found(found, began)
    share = balanced_share(problem, scenario, budget)
    within, missed, fitting = _within_budget(problem, scenario, budget)
    # coverage floors come first; of what they leave the balance may take its part
    first = _cheapest(within(), scenario) if problem.floors else None
    spent = 0.0 if first is None else float(within().costs() @ first)
    most = spent + scenario.balance * (budget - spent)
    keeping: dict[float, Floats] = {}

    def kept_to(kept: float) -> tuple[Model, tuple[int, ...]]:
        floors, too_small = balance_floors(problem, scenario, kept * share)
        model = within()
        for c, persons in floors.items():
            model.rows.add(model.cell_entries(c), persons, INFINITY)
        return model, too_small

    def fits(kept: float) -> bool:
        if not balance_floors(problem, scenario, kept * share)[0]:
            keeping[kept] = fitting
            return True
        model, _ = kept_to(kept)
        found = _cheapest(model, scenario)
        if found is None or float(model.costs() @ found) > most:
            return False
        keeping[kept] = found
        return True

    kept = largest_kept(scenario.balance, fits)
    model, too_small = kept_to(kept)
    value, begin = model.value(), keeping[kept]
    again = None if start is None else _bought_again(model, value, scenario, start)
    if again is not None and value @ again > value @ begin:
        begin = again
    answer = search(model, value, scenario, maximise=True, start=begin)
    if answer is None:
        raise SolverError("budget: no plan was found in the time allowed")
    if found is not None and relative_gap(found.objective, found.bound) <= relative_gap(answer.objective, answer.bound):
        return _found(found, began)
    return _solution(model, answer, began, share=share, kept=kept, too_small=too_small, missed=missed)


def _within_budget(problem: Problem, scenario: Scenario, budget: float) -> tuple[Callable[[], Model], float, Floats]:
    """A maker of models held to the budget, its earmarks and, as far as the money goes, the coverage floors.

    Floors outweigh any objective: the least number of persons below them is found first and then held to. Returns the
    maker, those persons, and a plan that fits.
    """

    def spending() -> Model:
        model = Model(problem, scenario)
        add_budget(model, budget)
        return model

    if not problem.floors:
        return spending, 0.0, np.zeros(len(spending().lower))
    model = spending()
    slack = _add_floors(model)
    objective = np.zeros(len(model.lower))
    objective[slack] = 1
    answer = search(model, objective, scenario, maximise=False, seconds=scenario.seconds_allowed / 5)
    if answer is None:
        raise SolverError("floors: no plan was found in the time allowed")
    least = max(0.0, answer.objective)

    def with_floors() -> Model:
        held = spending()
        columns = _add_floors(held)
        held.rows.add([(column, 1.0) for column in columns], -INFINITY, least * (1 + 1e-9) + ROOM)
        return held

    return with_floors, least if least > ROOM else 0.0, answer.values


def _add_floors(model: Model) -> list[int]:
    """A row for each coverage floor, with a slack column in persons."""
    columns = []
    for floor in model.problem.floors:
        columns.append(model.column(0, floor.missing))
        entries = [entry for c in floor.cells for entry in model.cell_entries(c)]
        model.rows.add([*entries, (columns[-1], 1.0)], floor.missing, INFINITY)
    return columns


def solve_target(problem: Problem, scenario: Scenario, supported: set[str], last: Country | None = None) -> Solution:
    """The cheapest plan that brings every cell of the supported areas to its target and meets every condition (METHOD 6).

    `last`: the chunks of an earlier solution, which make it quicker and change nothing.
    """
    began = time.perf_counter()
    wanted = target_persons(problem, scenario, supported)
    if is_large(problem):
        found = large_target(problem, scenario, wanted, last=last)
        if found is not None and not _within_caps(problem, found.units):
            found = target_within_caps(problem, scenario, wanted)
        if found is not None:
            return _found(found, began)
    model = Model(problem, scenario)
    for position, option in enumerate(problem.options):
        if option.condition:
            model.lower[model.unit[position]] = 1
    for c, persons in wanted.items():
        model.rows.add(model.cell_entries(c), persons, INFINITY)
    answer = search(model, model.costs(), scenario, maximise=False)
    if answer is None:  # only caps can stand in the way: come as near as they allow
        model, answer = fewest_missed_then_cheapest(problem, scenario, wanted)
    return _solution(model, answer, began)


def solve_by_hand(problem: Problem, scenario: Scenario, units: Mapping[int, int]) -> Solution:
    """Who the planner's own units serve: units fixed by option, rules reported elsewhere, the mix of types the planner's own (METHOD 6)."""
    began = time.perf_counter()
    model = Model(problem, scenario, rules=False)
    if not model.lower:  # nothing applies and nothing was typed
        return solve_in_place(problem)
    # an enabling column buys its whole number at once; part of it costs, but meets nothing
    for position, option in enumerate(problem.options):
        bought = units.get(position, 0)
        fixed = bought if option.service else int(option.upper > 0 and bought >= option.upper)
        model.lower[model.unit[position]] = model.upper[model.unit[position]] = fixed
    objective = model.value()
    values = relaxed_columns(model, objective, maximise=True)
    if values is None:
        raise SolverError("by_hand: no way to serve anyone with these units")
    value = float(objective @ values)
    solution = _solution(model, Answer(values, value, value), began)
    return replace(solution, units=np.array([units.get(p, 0) for p in range(len(problem.options))], dtype=np.int64))


def target_persons(problem: Problem, scenario: Scenario, supported: set[str]) -> dict[int, float]:
    """Persons each cell of the supported areas must gain: up to the target, or to its best reachable coverage."""
    wanted, reached = {}, problem.reached(scenario)
    for c, cell in enumerate(problem.cells):
        if cell.pcode in supported and cell.options:
            missing = (scenario.target - cell.coverage) * cell.demand
            persons = min(missing, reached[c])
            if persons > 0:
                wanted[c] = persons
    return wanted


def _within_caps(problem: Problem, units: npt.NDArray[np.int64]) -> bool:
    """Whether units by option keep to the caps."""
    held = {code: sum(int(bought) for option, bought in zip(problem.options, units, strict=True) if option.code == code) for code in problem.caps}
    return all(held[code] <= most for code, most in problem.caps.items())


def _bought_again(model: Model, objective: Floats, scenario: Scenario, earlier: Solution) -> Floats | None:
    """Columns of a model in which an earlier plan of the same options is bought again; None where it does not fit the rows."""
    if len(earlier.units) != len(model.problem.options):
        return None
    lower, upper = np.array(model.lower), np.array(model.upper)
    for position, option in enumerate(model.problem.options):
        units = int(earlier.units[position]) if option.service else int(0 < option.upper <= earlier.units[position])
        lower[model.unit[position]] = upper[model.unit[position]] = units
        if position in model.stands:
            lower[model.stands[position]] = upper[model.stands[position]] = min(1, units)
    if (upper > np.array(model.upper) + ROOM).any():
        return None
    solver = model.highs(objective, maximise=True, relaxed=True, seconds=INFINITY, gap=0, bounds=(lower, upper))
    solver.run()
    return np.array(solver.getSolution().col_value) if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal else None


def _cheapest(model: Model, scenario: Scenario) -> Floats | None:
    """A cheap plan that keeps every row of the model; None where rounding the relaxed one finds none."""
    objective = model.costs()
    relaxed = relaxed_columns(model, objective, maximise=False)
    return None if relaxed is None else round_near(model, objective, relaxed, scenario, maximise=False)


def _solution(
    model: Model, answer: Answer, began: float, *, share: float | None = None, kept: float | None = None, too_small: tuple[int, ...] = (), missed: float = 0.0
) -> Solution:
    values = answer.values
    units = [round(values[model.unit[p]]) * (1 if option.service else option.upper) for p, option in enumerate(model.problem.options)]
    persons = {key: float(values[column]) for key, column in model.served.items() if values[column] > 1e-6}
    return Solution(np.array(units, dtype=np.int64), persons, answer.objective, answer.bound, share, kept, too_small, time.perf_counter() - began, missed)


def _found(found: Found, began: float) -> Solution:
    seconds = time.perf_counter() - began
    proof = found.objective, found.bound, found.share, found.kept, found.too_small
    return Solution(found.units, found.persons, *proof, seconds, found.missed, found.price, found.prices, found.country)
