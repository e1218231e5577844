"""From inputs and a scenario to a plan: the one path that screens, commands and exports share (METHOD 1 to 6)."""

from __future__ import annotations

from dataclasses import replace

from analytics.applicability import Candidate, scope_key
from analytics.assessment import Assessment, assess
from analytics.fitting import REASONS, misfits
from analytics.idle import without_idle
from analytics.inputs import PlanInputs
from analytics.optimise import Solution, solve_budget, solve_by_hand, solve_in_place, solve_target
from analytics.plan import Plan
from analytics.problem import Problem, problem
from analytics.ready import Ready
from analytics.report import report
from analytics.scenario import Scenario, ScenarioError

BUDGET_ROUNDING = 100_000
"""EUR to which the default budget is rounded (METHOD 6)."""


def plan(
    inputs: PlanInputs, scenario: Scenario, assessed: Assessment | None = None, default_budget: float | None = None, ready: Ready | None = None
) -> Plan:
    """The answer to the scenario's question.

    `assessed` and `default_budget` may be handed in when they are already known for this scenario; `ready` holds what the
    last solution leaves and makes this one quicker, not different.
    Raises ScenarioError when the scenario names an intervention, scope or area the country does not have.
    """
    ready = ready or Ready()
    known = assessed or assess(inputs, scenario, ready.stage)
    _check(inputs, scenario, known.found)
    by_hand = typed_units(scenario, known.found) if scenario.question == "by_hand" else {}
    task = problem(inputs, scenario, known.found, known.needs, by_hand) if by_hand else ready.stage(problem, inputs, scenario, known.found, known.needs)
    budget = None
    if scenario.question == "budget":
        budget = scenario.budget if scenario.budget is not None else default_budget
        if budget is None:
            budget = half_the_target(task, scenario, known, ready)
    solution = _solve(task, scenario, known, budget, by_hand, ready)
    if scenario.question in ("budget", "target"):
        solution = without_idle(task, scenario, solution)
    return report(inputs, scenario, known, task, solution, budget)


def budget_by_default(inputs: PlanInputs, scenario: Scenario, assessed: Assessment | None = None, ready: Ready | None = None) -> float:
    """Half the cost of the target plan, in EUR, rounded to 100,000 (METHOD 6)."""
    ready = ready or Ready()
    known = assessed or assess(inputs, scenario, ready.stage)
    return half_the_target(ready.stage(problem, inputs, scenario, known.found, known.needs), scenario, known, ready)


def half_the_target(task: Problem, scenario: Scenario, known: Assessment, ready: Ready | None = None) -> float:
    """Half the cost of the target plan of a problem, in EUR, rounded to 100,000."""
    ready = ready or Ready()
    solution = solve_target(task, scenario, known.supported, ready.take())
    ready.leave(solution.country)
    return float(round((solution.objective or 0.0) / 2 / BUDGET_ROUNDING) * BUDGET_ROUNDING)


def _solve(task: Problem, scenario: Scenario, known: Assessment, budget: float | None, by_hand: dict[tuple[str, str, str], int], ready: Ready) -> Solution:
    if scenario.question == "by_hand":
        place = {(o.code, o.candidate.kind, o.candidate.scope): p for p, o in enumerate(task.options)}
        return solve_by_hand(task, scenario, {place[key]: units for key, units in by_hand.items() if key in place})
    if scenario.question == "target":
        solution = solve_target(task, scenario, known.supported, ready.take())
    elif scenario.question == "budget" and budget:
        solution = solve_budget(task, scenario, budget, last=ready.take())
    elif scenario.question == "budget":  # without money nothing is bought, and nothing better can be
        return replace(solve_in_place(task), objective=0.0, bound=0.0)
    else:
        return solve_in_place(task)
    ready.leave(solution.country)
    return solution


def typed_units(scenario: Scenario, found: list[Candidate]) -> dict[tuple[str, str, str], int]:
    """The planner's units by (intervention, scope kind, scope id); what the country does not have was refused before."""
    known = {scope_key(c.code, c.kind, c.scope): (c.code, c.kind, c.scope) for c in found}
    return {known[key]: units for key, units in scenario.units.items() if units > 0 and key in known}


def _check(inputs: PlanInputs, scenario: Scenario, found: list[Candidate]) -> None:
    """Raises ScenarioError with one problem for each thing a scenario names that the country does not have."""
    problems = [(f"{field}.{key}", key, REASONS[field]) for field, key in misfits(inputs, scenario, found)]
    if problems:
        raise ScenarioError(problems)
