"""Countries and budgets at the edge: nothing to spend, nobody returning, one area, no population, bad scenarios."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from analytics.compute import plan
from analytics.fitting import misfits, without
from analytics.inputs import InputError, PlanInputs
from analytics.plan import Plan
from analytics.scenario import Scenario, ScenarioError, scenario_from
from tests.analytics.strategies import only, returned
from tests.analytics.test_plans import outside
from tests.analytics.world import world

QUESTIONS = ("in_place", "budget", "target", "by_hand")


def ask(inputs: PlanInputs, question: str, **fields: Any) -> Plan:
    return plan(inputs, Scenario.model_validate({"question": question, **fields}))


def test_a_budget_of_nothing_buys_nothing_and_shows_what_is_in_place() -> None:
    inputs = world(3, 1)
    nothing, today = ask(inputs, "budget", budget=0), ask(inputs, "in_place")
    assert nothing.lines == [] and nothing.totals.cost == 0 and nothing.totals.budget == 0
    assert (nothing.totals.objective, nothing.totals.bound, nothing.totals.proven_gap) == (0.0, 0.0, 0.0) and today.totals.objective is None
    assert nothing.areas == today.areas
    assert nothing.totals.coverage == nothing.totals.coverage_in_place
    assert nothing.totals.areas_with_nothing == [a.pcode for a in nothing.areas if (a.target_population or 0) > 0]


def test_of_places_that_are_no_longer_there_a_donor_keeps_the_others_and_its_money_never_becomes_free_for_all() -> None:
    inputs = world(2, 1)
    earmarks = [{"donor": donor, "amount": 5, "areas": areas} for donor, areas in (("A", ["XX000", "gone"]), ("B", ["gone"]), ("C", []))]
    scenario = Scenario.model_validate({"earmarks": earmarks})
    kept = without(scenario, misfits(inputs, scenario, [])).earmarks
    assert [(one.donor, one.areas) for one in kept] == [("A", ("XX000",)), ("C", ())]


def test_a_budget_too_small_for_anything_is_left_unspent() -> None:
    answer = ask(world(3, 1), "budget", budget=500)
    assert answer.lines == [] and answer.totals.cost == 0


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_country_of_one_area_has_a_plan(question: str) -> None:
    inputs = world(1, 3)
    answer = ask(inputs, question)
    assert len(answer.areas) == 1 and outside(inputs, answer) == []
    assert (answer.lines != []) == (question in ("budget", "target"))


@pytest.mark.parametrize("question", QUESTIONS)
def test_where_nobody_returns_every_area_is_watched_and_no_money_is_asked_for(question: str) -> None:
    inputs = world(3, 3, scale=0.0)
    answer = ask(inputs, question)
    assert {(a.stance, a.stance_reason) for a in answer.areas} == {("watch", "no_returns")}
    assert answer.lines == [] and answer.totals.expected_returns == 0 and answer.totals.coverage is None
    assert all(c.coverage is None and c.gap == 0 for a in answer.areas for c in a.sectors.values())
    assert outside(inputs, answer) == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_area_without_population_keeps_its_returns_and_its_gap(question: str) -> None:
    inputs = world(3, 5, without_population=(1,))
    answer = ask(inputs, question)
    area = next(a for a in answer.areas if a.pcode == "XX001")
    assert area.population is None and area.rate_expected is None and area.pressure is None
    assert area.stance in ("undetermined", "inclusion", "mixed") and area.target_population
    assert sum(c.gap or 0 for c in area.sectors.values()) > 0
    assert outside(inputs, answer) == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_without_any_source_of_returns_figures_are_missing_and_never_zero(question: str) -> None:
    answer = ask(only(world(2, 1), "returns", []), question)
    assert {a.stance for a in answer.areas} == {"undetermined"}
    for area in answer.areas:
        assert area.expected_returns.abroad is None and area.target_population is None
        assert all(c.demand is None and c.gap is None and c.coverage is None for c in area.sectors.values())


def test_without_a_3w_the_plan_says_no_data_about_partners() -> None:
    answer = ask(world(2, 1, partners=False), "budget")
    assert all(cell.partners is None and cell.quality == "assumed" for a in answer.areas for cell in a.sectors.values())


def test_with_nothing_assessed_and_strictness_only_counted_triggers_are_planned() -> None:
    inputs = world(3, 1, partners=False, indicators=0.0)
    answer = ask(inputs, "target", unassessed="strict")
    assert outside(inputs, answer) == []
    assert {line.reason for line in answer.lines if line.reason.startswith("trigger:")} <= {"trigger:R2", "trigger:R6"}
    assert answer.assess_first and answer.totals.provisional_share == 1


def test_a_horizon_shorter_than_the_work_serves_nobody_and_says_lead_time() -> None:
    inputs = only(world(1, 0, indicators=1.0), "returns", [returned("XX000", y, "internal", 40_000.0) for y in (2023, 2024, 2025)])
    overridden = {"XX000": {"stance": "support", "reason": "for the test"}}
    answer = ask(inputs, "target", horizon_months=6, stance_overrides=overridden)
    assert outside(inputs, answer) == []
    assert "lead_time" in {u.reason for u in answer.unreachable}
    assert any(line.ends_after_horizon for line in answer.lines)


def test_out_of_reach_is_said_once_for_an_area_where_its_stance_is_the_reason() -> None:
    answer = ask(world(4, 1), "target", stance_overrides={"XX002": {"stance": "inclusion", "reason": "for the test"}})
    assert [(u.sector, u.reason) for u in answer.unreachable if u.pcode == "XX002"] == [(None, "stance")]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"caps": {"Z99": 1}}, "caps.Z99"),
        ({"prices": {"Z99": {"low": 1, "mode": 2, "high": 3}}}, "prices.Z99"),
        ({"area_weights": {"YY": 1.0}}, "area_weights.YY"),
        ({"stance_overrides": {"YY": {"stance": "support", "reason": "because"}}}, "stance_overrides.YY"),
        ({"question": "by_hand", "units": {"A16@area:YY": 1}}, "units.A16@area:YY"),
    ],
)
def test_a_scenario_about_things_the_country_has_not_is_refused_with_their_names(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        plan(world(1, 0), Scenario.model_validate(fields))
    assert named in {problem[0] for problem in refused.value.problems}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"budgett": 1}, "budgett"),
        ({"budget": -1}, "budget"),
        ({"target": 1.5}, "target"),
        ({"horizon_months": 1}, "horizon_months"),
        ({"prices": {"A16": {"low": 0, "mode": 1, "high": 2}}}, "prices.A16.low"),
        ({"budget": "a lot"}, "budget"),
        ({"schema_version": 99}, "schema_version"),
        ({"utility": [{"until": 0.5, "slope": 0.4}, {"until": 1.0, "slope": 0.9}]}, "utility"),
    ],
)
def test_a_value_out_of_range_is_refused_with_its_field(values: dict[str, Any], field: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        scenario_from(values)
    assert field in {problem[0] for problem in refused.value.problems}


def test_interventions_that_need_each_other_are_refused_with_the_circle() -> None:
    inputs = world(1, 0)
    table = inputs.catalogue.interventions.copy()
    table["prerequisites"] = pd.Series({code: ("A02",) if code == "A01" else row for code, row in table["prerequisites"].items()})
    with pytest.raises(InputError, match="A01 -> .*A02|A02 -> .*A01"):
        plan(replace(inputs, catalogue=replace(inputs.catalogue, interventions=table)), Scenario())


def test_inputs_without_a_column_are_refused_with_its_name() -> None:
    inputs = world(1, 0)
    with pytest.raises(InputError, match="areas lacks population"):
        replace(inputs, areas=inputs.areas.drop(columns="population"))
