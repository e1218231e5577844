"""Budget against coverage: what each further euro buys, as far as the target plan (METHOD 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analytics.assessment import Assessment
from analytics.inputs import PlanInputs
from analytics.optimise import Solution, solve_budget, solve_target
from analytics.problem import Problem, problem
from analytics.scenario import Scenario

POINTS = 20
TOLERANCE = 0.02
"""Proven gap that is enough for a point of the curve; the plan itself is held to the scenario's own."""


@dataclass(frozen=True)
class Point:
    """A budget in EUR with what it reaches: cost, coverage of demand (0-1), services given, conditions met."""

    budget: float
    cost: float
    coverage: float
    persons: float
    conditions: int


def budget_curve(inputs: PlanInputs, scenario: Scenario, known: Assessment, points: int = POINTS) -> Iterator[Point]:
    """Points evenly spread from no money to the cost of the target plan, one by one so that a caller can show progress."""
    task = problem(inputs, scenario, known.found, known.needs)
    top = solve_target(task, scenario, known.supported).objective or 0.0
    quick = scenario.model_copy(update={"gap_tolerance": max(TOLERANCE, scenario.gap_tolerance)})
    yield _point(task, known, 0.0, None)
    smaller: Solution | None = None
    for step in range(1, points):
        budget = top * step / (points - 1)
        smaller = solve_budget(task, quick, budget, smaller) if budget > 0 else None
        yield _point(task, known, budget, smaller)


def last_point_price(curve: list[Point], budget: float) -> float | None:
    """EUR for the last percentage point of coverage at a budget, between its neighbours on the curve; None where it is flat."""
    for before, after in zip(curve, curve[1:], strict=False):
        if before.budget <= budget <= after.budget or after is curve[-1]:
            gained = 100 * (after.coverage - before.coverage)
            return (after.cost - before.cost) / gained if gained > 1e-9 else None
    return None


def _point(task: Problem, known: Assessment, budget: float, solution: Solution | None) -> Point:
    needs = known.needs
    demand = float(needs.demand.sum().sum())
    covered = float((needs.coverage * needs.demand).sum().sum())
    persons = sum(solution.persons.values()) if solution else 0.0
    cost = sum(float(solution.units[p]) * option.price for p, option in enumerate(task.options)) if solution else 0.0
    met = sum(1 for p, o in enumerate(task.options) if solution is not None and o.condition and solution.units[p] >= o.upper)
    return Point(budget, cost, (covered + persons) / demand if demand else 0.0, persons, met + len(task.met))
