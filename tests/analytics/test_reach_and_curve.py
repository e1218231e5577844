"""What stays out of reach and why, the default budget, and what each further budget buys (METHOD 6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.assessment import assess
from analytics.compute import budget_by_default, plan
from analytics.curve import POINTS, Point, budget_curve, last_point_price
from analytics.inputs import PlanInputs
from analytics.plan import Plan
from analytics.scenario import Scenario
from tests.analytics.strategies import indicator, only, returned, scenarios, with_rows, worlds
from tests.analytics.world import world

AREA = "XX000"
SUPPORT = {AREA: {"stance": "support", "reason": "for the test"}}


def town(*shortfalls: str, persons: float = 20_000.0) -> PlanInputs:
    """One area where so many displaced people return each year, nothing is known but that these indicators are at their worst."""
    inputs = only(world(1, 0, partners=False, indicators=0.0), "returns", [returned(AREA, y, "internal", persons) for y in (2023, 2024, 2025)])
    worst = inputs.catalogue.indicators
    rows = [indicator(AREA, code, float(worst.at[code, "goalpost_low" if worst.at[code, "better"] == "higher" else "goalpost_high"])) for code in shortfalls]
    return with_rows(inputs, "indicators", rows)


def answer(inputs: PlanInputs, **asked: Any) -> Plan:
    return plan(inputs, Scenario.model_validate({"question": "target", "unassessed": "strict", "stance_overrides": SUPPORT, "balance": 0} | asked))


def reasons(found: Plan) -> dict[str | None, str]:
    return {row.sector: row.reason for row in found.unreachable}


def changed(inputs: PlanInputs, code: str, **columns: Any) -> PlanInputs:
    """The country with another row of the catalogue."""
    table = inputs.catalogue.interventions.copy()
    for column, value in columns.items():
        table.at[code, column] = value
    return replace(inputs, catalogue=replace(inputs.catalogue, interventions=table))


def test_a_cell_out_of_reach_names_what_keeps_it_there() -> None:
    desk = town("SV7")  # the desk (A18) applies and serves housing and justice alone
    assert reasons(answer(desk))["FIN"] == reasons(answer(desk))["PSY"] == "no_trigger"
    assert "HOU" not in reasons(answer(desk))
    assert reasons(answer(desk, caps={"A18": 3}))["HOU"] == "cap"
    assert reasons(answer(desk, caps={"A18": 3}))["FIN"] == "no_trigger"
    assert reasons(answer(desk, horizon_months=9))["HOU"] == "lead_time"  # A01 2, A06 2, A18 5 months: ready as the plan ends
    assert reasons(answer(changed(desk, "A18", serves={"JUS": 300.0})))["HOU"] == "no_intervention"
    alone = replace(changed(desk, "A18", prerequisites=("C01",)), hosts=desk.hosts.iloc[:0])  # no host country to have a framework with
    assert reasons(answer(alone))["HOU"] == "prerequisite"


def test_where_one_type_may_only_give_its_part_of_the_mix_that_is_the_reason() -> None:
    """Justice: desk (A18) and equipment (A08); the latter bounded to a few units by its driver, so the desk stops at its part of the mix."""
    inputs = changed(town("SV7", "EC6"), "A08", per=1e6)
    assert reasons(answer(inputs, mix_cap=1.0)).get("JUS") is None
    assert reasons(answer(inputs, mix_cap=0.5))["JUS"] == "mix_cap"
    inside = answer(inputs, mix_cap=0.5).areas[0].sectors["JUS"]
    assert 0 < inside.planned_persons < 0.5 * (inside.gap or 0)


def test_a_target_asks_for_coverage_where_the_stance_is_support_and_nowhere_else() -> None:
    """An association (A13) may be bought in an area of inclusion too: for a budget it is, for a target nobody is served there."""
    inputs = town("AC5")
    for stance in ("support", "inclusion"):
        override = {AREA: {"stance": stance, "reason": "for the test"}}
        served = [answer(inputs, stance_overrides=override, **asked).totals.person_services for asked in ({}, {"question": "budget", "budget": 3e5})]
        assert (served[0] > 0) == (stance == "support") and served[1] > 0


@pytest.mark.parametrize("asked", [{"question": "target"}, {"question": "budget", "budget": 3e6}])
def test_a_type_that_may_not_be_bought_does_not_hold_the_other_to_its_part_of_the_mix(asked: dict[str, Any]) -> None:
    """Justice by desk (A18) and equipment (A08): without the latter the desk serves alone."""
    inputs = town("SV7", "EC6")
    for caps in ({}, {"A08": 0}):
        found = answer(inputs, caps=caps, **asked)
        assert found.areas[0].sectors["JUS"].coverage_planned == pytest.approx(0.8 if asked["question"] == "target" else 1.0, abs=0.01)
        assert ("A08" in {line.intervention for line in found.lines}) == (not caps) and "JUS" not in reasons(found)
    assert reasons(answer(inputs, caps={"A18": 0}, **asked))["HOU"] == "cap"


def test_what_only_stands_for_something_else_is_no_other_type_of_the_mix() -> None:
    """One association (A13) that the diaspora scheme (C06) needs does not hold the grants (A12) to half as many people more than its own."""
    grants = town("AC3")
    scheme = with_rows(grants, "indicators", [indicator("XXX", "EC4", 0.0)])
    alone, beside = (answer(inputs).areas[0].sectors["PSY"] for inputs in (grants, scheme))
    assert {"A13", "C06"} <= {line.intervention for line in answer(scheme).lines}
    assert alone.coverage_planned == pytest.approx(0.8) and beside.coverage_planned is not None and beside.coverage_planned >= 0.8 - 1e-6


def test_conditions_that_cannot_be_met_count_where_somebody_is_expected_and_nowhere_else() -> None:
    """An advocacy workshop (A03) that needs a framework with a host country where there is none: unmet where people return, no
    condition where none do. Of the country, the campaign that needs the workshop (D08) and the diaspora scheme (C06) stay unmet."""
    inputs = changed(world(2, 1, partners=False, indicators=0.0), "A03", prerequisites=("C01",))
    inputs = replace(inputs, hosts=inputs.hosts.iloc[:0])
    supported = {pcode: {"stance": "support", "reason": "for the test"} for pcode in inputs.areas.index}
    both, one = (answer(found, unassessed="assume", stance_overrides=supported).totals for found in (inputs, only(inputs, "returns", last_of(inputs, AREA))))
    assert (both.conditions - both.conditions_met, one.conditions - one.conditions_met) == (4, 3)


def last_of(inputs: PlanInputs, pcode: str) -> list[dict[Any, Any]]:
    """The returns of one area alone."""
    return inputs.returns[inputs.returns["pcode"] == pcode].to_dict("records")


@settings(max_examples=5)
@given(worlds, scenarios)
def test_by_default_the_budget_is_half_the_target_plan_to_a_hundred_thousand(inputs: PlanInputs, scenario: Scenario) -> None:
    known = assess(inputs, scenario)
    target = plan(inputs, scenario.model_copy(update={"question": "target"}), known)
    half = target.totals.cost / 2
    budget = plan(inputs, scenario.model_copy(update={"question": "budget", "budget": None}), known).totals.budget
    assert budget is not None and budget % 100_000 == 0 and abs(budget - half) <= 50_000 * (1 + 1e-9)
    assert budget == budget_by_default(inputs, scenario, known)


@pytest.mark.parametrize("seed", [3, 8])
def test_twenty_points_rise_from_what_is_in_place_to_the_target_plan(seed: int) -> None:
    inputs, scenario = world(3, seed), Scenario()
    known = assess(inputs, scenario)
    curve = list(budget_curve(inputs, scenario, known))
    today, target = (plan(inputs, Scenario(question=asked), known).totals for asked in ("in_place", "target"))
    assert len(curve) == POINTS == 20
    assert (curve[0].budget, curve[0].cost, curve[0].coverage) == (0, 0, pytest.approx(today.coverage))
    assert curve[-1].budget == pytest.approx(target.cost)
    steps = [after.budget - before.budget for before, after in zip(curve, curve[1:], strict=False)]
    assert all(step == pytest.approx(target.cost / 19) for step in steps)
    assert all(point.cost <= point.budget + 1e-6 for point in curve)
    assert all(after.coverage >= before.coverage - 0.01 for before, after in zip(curve, curve[1:], strict=False))
    asked = plan(inputs, Scenario(budget=curve[10].budget), known).totals
    assert asked.coverage == pytest.approx(curve[10].coverage, abs=0.02)  # the chosen plan lies on the curve


@given(st.integers(0, 19_000))
def test_the_last_point_of_coverage_costs_what_its_part_of_the_curve_says(budget: int) -> None:
    """1,000 EUR a point up to half of demand, 3,000 a point after it, worked by hand; nothing is gained beyond the curve's last rise."""
    curve = [Point(1000.0 * n, 1000.0 * n, 0.01 * n if n <= 10 else 0.1 + (n - 10) / 300, 0.0, 0) for n in range(20)]
    assert last_point_price(curve, float(budget)) == pytest.approx(1_000 if budget <= 10_000 else 3_000)
    assert last_point_price(curve, 1e9) == pytest.approx(3_000)
    assert last_point_price([*curve, replace(curve[-1], budget=2e4)], 2e4) is None
