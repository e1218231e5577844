"""Plans of any country and scenario (METHOD 6): every one holds before the outside check, and more money is never worse."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.assessment import assess
from analytics.balance import balanced_share
from analytics.compute import plan
from analytics.inputs import PlanInputs
from analytics.optimise import solve_budget
from analytics.plan import Plan
from analytics.problem import problem, reach
from analytics.scenario import Scenario
from tests.acceptance.outside_check import Check, problems_of, read_catalogue
from tests.analytics.strategies import scenarios, worlds
from tests.analytics.world import TABLES, world

CATALOGUE = read_catalogue(Path(TABLES) / "interventions.csv")
BUDGETS = st.sampled_from([2e5, 1e6, 4e6, 2e7])


def ask(inputs: PlanInputs, scenario: Scenario, **question: Any) -> Plan:
    return plan(inputs, scenario.model_copy(update=question))


def facilities(inputs: PlanInputs) -> dict[str, float | None]:
    return {str(p): float(n) for p, n in inputs.areas["facilities"].items()}


def outside(inputs: PlanInputs, answer: Plan) -> list[str]:
    return problems_of(json.loads(answer.model_dump_json()), CATALOGUE, facilities(inputs))


@given(worlds, scenarios, st.sampled_from([0.3, 0.8, 1.0]))
def test_a_target_plan_reaches_the_target_wherever_it_can_be_reached_and_meets_every_condition(inputs: PlanInputs, scenario: Scenario, target: float) -> None:
    asked = scenario.model_copy(update={"question": "target", "target": target})
    answer = plan(inputs, asked)
    assert outside(inputs, answer) == []
    assert answer.totals.conditions_met == answer.totals.conditions
    known = assess(inputs, asked)
    task = problem(inputs, asked, known.found, known.needs)
    planned = {(a.pcode, s): c.planned_persons for a in answer.areas for s, c in a.sectors.items()}
    for cell in task.cells:
        if cell.pcode in known.supported and cell.options:
            best = min((target - cell.coverage) * cell.demand, reach(cell, task.options, asked, task.caps))
            assert planned[cell.pcode, cell.sector] >= best - 0.01


@given(worlds, scenarios, BUDGETS, st.sampled_from([0.0, 0.5, 1.0]))
def test_a_budget_plan_stays_within_its_money_and_rules(inputs: PlanInputs, scenario: Scenario, budget: float, balance: float) -> None:
    answer = ask(inputs, scenario, question="budget", budget=budget, balance=balance)
    check = Check(json.loads(answer.model_dump_json()), CATALOGUE, facilities(inputs))
    assert answer.totals.cost <= budget
    assert [*check.schedule(), *check.cells(), *check.mix(), *check.numbers(), *check.question()] == []
    assert not check.broken_prerequisites() and not check.caps_exceeded() and answer.broken == []


@given(worlds, scenarios, st.lists(st.sampled_from([1e5, 5e5, 1e6, 3e6, 1e7, 1e8]), min_size=2, max_size=3, unique=True))
def test_more_money_is_never_proven_worse_and_never_lowers_the_balanced_share(inputs: PlanInputs, scenario: Scenario, budgets: list[float]) -> None:
    known = assess(inputs, scenario)
    task = problem(inputs, scenario, known.found, known.needs)
    free = scenario.model_copy(update={"balance": 0.0})
    answers = [solve_budget(task, free, budget) for budget in sorted(budgets)]
    shares = [balanced_share(task, scenario, budget) for budget in sorted(budgets)]
    for position, smaller in enumerate(answers):
        for larger in answers[position + 1 :]:
            assert larger.bound is not None and smaller.objective is not None
            assert larger.bound >= smaller.objective - 1e-6 * max(1.0, smaller.objective)
    assert all(later >= earlier - 1e-7 for earlier, later in zip(shares, shares[1:], strict=False))
    assert all(0 <= share <= 1 for share in shares)


@given(worlds, scenarios, BUDGETS)
def test_objective_and_bound_stand_in_order_and_the_gap_is_small(inputs: PlanInputs, scenario: Scenario, budget: float) -> None:
    for question in ("budget", "target"):
        totals = ask(inputs, scenario, question=question, budget=budget).totals
        assert totals.objective is not None and totals.bound is not None and totals.proven_gap is not None
        above, below = (totals.bound, totals.objective) if question == "budget" else (totals.objective, totals.bound)
        assert above >= below - 1e-6 * max(1.0, abs(below))
        assert totals.proven_gap <= scenario.gap_tolerance * 1.2 or totals.objective < 1


@given(worlds, scenarios, st.integers(0, 12))
def test_caps_hold_in_every_plan_of_ours(inputs: PlanInputs, scenario: Scenario, most: int) -> None:
    caps = {"A16": most, "A13": most, "A09": 0, "A01": 2}
    for question in ("target", "budget"):
        answer = ask(inputs, scenario, question=question, budget=3e6, caps=caps)
        for code, limit in caps.items():
            assert sum(line.units for line in answer.lines if line.intervention == code) <= limit
        assert answer.broken == []


@settings(max_examples=6)
@given(worlds, scenarios, BUDGETS)
def test_a_plan_typed_again_by_hand_breaks_nothing_and_serves_as_many(inputs: PlanInputs, scenario: Scenario, budget: float) -> None:
    answer = ask(inputs, scenario, question="budget", budget=budget)
    units = {f"{line.intervention}@{line.scope.kind}:{line.scope.id}": line.units for line in answer.lines}
    again = ask(inputs, scenario, question="by_hand", units=units)
    assert again.totals.cost == answer.totals.cost
    assert [b for b in again.broken if b.rule != "stance"] == []
    if units:
        assert again.totals.objective is not None and answer.totals.objective is not None
        assert again.totals.objective >= answer.totals.objective * (1 - 1e-6) - 1e-6


def test_by_hand_what_is_typed_is_kept_and_what_it_breaks_is_said() -> None:
    inputs = world(3, 2)
    units = {"A16@area:XX000": 7, "B02@area:XX001": 1, "A10@area:XX002": 2}
    answer = plan(inputs, Scenario(question="by_hand", units=units, caps={"A16": 5}))
    assert {(line.intervention, line.pcode): line.units for line in answer.lines} == {("A16", "XX000"): 7, ("B02", "XX001"): 1, ("A10", "XX002"): 2}
    broken = {(b.intervention, b.rule, b.needs) for b in answer.broken}
    assert {("A16", "prerequisite", "A05"), ("B02", "prerequisite", "B01"), ("A10", "prerequisite", "B04"), ("A16", "cap", None)} <= broken
    assert outside(inputs, answer) == []


def test_where_money_is_short_it_goes_first_to_the_sector_and_the_area_that_weigh_most() -> None:
    inputs, free = world(3, 2), Scenario(budget=4e5, balance=0.0, beta=0.0)

    def served(sector: str = "", pcode: str = "") -> dict[tuple[str, str], float]:
        sectors = {name: 10.0 if name == sector else 0.1 for name in free.sector_weights} if sector else free.sector_weights
        areas = {name: 10.0 if name == pcode else 0.1 for name in inputs.areas.index} if pcode else {}
        answer = ask(inputs, free, sector_weights=sectors, area_weights=areas)
        return {(area.pcode, name): cell.planned_persons for area in answer.areas for name, cell in area.sectors.items()}

    def of(found: dict[tuple[str, str], float], name: str) -> float:
        return sum(persons for place, persons in found.items() if name in place)

    psychosocial, housing, first, last = served("PSY"), served("HOU"), served(pcode="XX000"), served(pcode="XX002")
    assert of(psychosocial, "PSY") > 1.5 * of(housing, "PSY") and of(housing, "HOU") > 1.5 * of(psychosocial, "HOU")
    assert of(first, "XX000") > 1.5 * of(last, "XX000") and of(last, "XX002") > 1.5 * of(first, "XX002")


def test_by_hand_what_needs_something_that_can_stand_nowhere_is_kept_and_said() -> None:
    """A diaspora scheme needs a framework with a host country: without returns from abroad there is none to have one with."""
    inputs = replace(world(2, 1), hosts=world(2, 1).hosts.iloc[:0])
    answer = plan(inputs, Scenario(question="by_hand", units={"C06@country:XXX": 1}))
    assert [(line.intervention, line.units, line.cost) for line in answer.lines] == [("C06", 1, 80_000)]
    assert {(b.rule, b.needs) for b in answer.broken} == {("prerequisite", "A13"), ("prerequisite", "C01")}
    assert outside(inputs, answer) == []


@settings(max_examples=6)
@given(worlds, scenarios)
def test_the_same_question_has_the_same_answer(inputs: PlanInputs, scenario: Scenario) -> None:
    first, second = (ask(inputs, scenario, question="budget", budget=2e6) for _ in range(2))
    assert first.lines == second.lines and first.areas == second.areas
