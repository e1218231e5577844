"""From inputs and a scenario to a plan: the one path that screens, commands and exports share (METHOD 1 to 6)."""

from __future__ import annotations

from analytics.applicability import Candidate, scope_key
from analytics.assessment import Assessment, assess
from analytics.fitting import REASONS, misfits
from analytics.idle import without_idle
from analytics.inputs import PlanInputs
from analytics.optimise import Solution, solve_budget, solve_by_hand, solve_in_place, solve_target
from analytics.plan import Plan
from analytics.problem import Problem, problem
from analytics.report import report
from analytics.scenario import Scenario, ScenarioError

BUDGET_ROUNDING = 100_000
"""EUR to which the default budget is rounded (METHOD 6)."""


def plan(inputs: PlanInputs, scenario: Scenario, assessed: Assessment | None = None, default_budget: float | None = None) -> Plan:
    """The answer to the scenario's question.

    `assessed` and `default_budget` may be handed in when they are already known for this scenario. Raises
    ScenarioError when the scenario names an intervention, scope or area the country does not have.
    """
    known = assessed or assess(inputs, scenario)
    _check(inputs, scenario, known.found)
    by_hand = typed_units(scenario, known.found) if scenario.question == "by_hand" else {}
    task = problem(inputs, scenario, known.found, known.needs, by_hand)
    budget = None
    if scenario.question == "budget":
        budget = scenario.budget if scenario.budget is not None else default_budget
        if budget is None:
            budget = half_the_target(task, scenario, known)
    solution = _solve(task, scenario, known, budget, by_hand)
    if scenario.question in ("budget", "target"):
        solution = without_idle(task, scenario, solution)
    return report(inputs, scenario, known, task, solution, budget)


def budget_by_default(inputs: PlanInputs, scenario: Scenario, assessed: Assessment | None = None) -> float:
    """Half the cost of the target plan, in EUR, rounded to 100,000 (METHOD 6)."""
    known = assessed or assess(inputs, scenario)
    return half_the_target(problem(inputs, scenario, known.found, known.needs), scenario, known)


def half_the_target(task: Problem, scenario: Scenario, known: Assessment) -> float:
    """Half the cost of the target plan of a problem, in EUR, rounded to 100,000."""
    cost = solve_target(task, scenario, known.supported).objective or 0.0
    return float(round(cost / 2 / BUDGET_ROUNDING) * BUDGET_ROUNDING)


def _solve(task: Problem, scenario: Scenario, known: Assessment, budget: float | None, by_hand: dict[tuple[str, str, str], int]) -> Solution:
    if scenario.question == "target":
        return solve_target(task, scenario, known.supported)
    if scenario.question == "by_hand":
        place = {(o.code, o.candidate.kind, o.candidate.scope): p for p, o in enumerate(task.options)}
        return solve_by_hand(task, scenario, {place[key]: units for key, units in by_hand.items() if key in place})
    if scenario.question == "budget" and budget:
        return solve_budget(task, scenario, budget)
    return solve_in_place(task)


def typed_units(scenario: Scenario, found: list[Candidate]) -> dict[tuple[str, str, str], int]:
    """The planner's units by (intervention, scope kind, scope id); what the country does not have was refused before."""
    known = {scope_key(c.code, c.kind, c.scope): (c.code, c.kind, c.scope) for c in found}
    return {known[key]: units for key, units in scenario.units.items() if units > 0 and key in known}


def _check(inputs: PlanInputs, scenario: Scenario, found: list[Candidate]) -> None:
    """Raises ScenarioError with one problem for each thing a scenario names that the country does not have."""
    problems = [(f"{field}.{key}", key, REASONS[field]) for field, key in misfits(inputs, scenario, found)]
    if problems:
        raise ScenarioError(problems)
