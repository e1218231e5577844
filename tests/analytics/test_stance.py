"""The stance rule (METHOD 3): its truth table, its overlap, and what an unknown may and may not decide."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given

from analytics.assessment import assess
from analytics.inputs import PlanInputs
from analytics.scenario import Scenario, StanceOverride
from tests.analytics.strategies import indicator, only, returned, scenarios, worlds
from tests.analytics.world import world

AREA = "XX000"


def place(*, few: bool, spared: bool, served: bool, able: bool, persons: float | None = None, without_population: bool = False) -> PlanInputs:
    """One area in which each clause fires or not: few returns (a), needs limited (b), services established (c), able (not d)."""
    inputs = world(1, 0, partners=False, indicators=0.0, without_population=(0,) if without_population else ())
    population = 1_000_000 if without_population else float(inputs.areas.at[AREA, "population"])
    yearly = population * (5 if few else 50) / 1000 if persons is None else persons
    need = 0.1 if spared else 0.9
    coordination, services = (1.0, 0.9) if served else (1.0 if able else 0.1, 0.5)
    others = 0.9 if able else 0.02
    rows = [
        indicator(AREA, "EC6", 60 * need),
        indicator(AREA, "SO1", 100 * (1 - need)),
        indicator(AREA, "PS3", 60 * need),
        indicator(AREA, "SV7", 100 * (1 - need)),
        indicator(AREA, "CO2", coordination),
        indicator(AREA, "PO3", others),
        indicator(AREA, "AC2", 100 * others),
        indicator(AREA, "SV8", services),
        indicator(AREA, "PS1", services),
    ]
    returns = [returned(AREA, year, "internal", yearly) for year in (2023, 2024, 2025)]
    return only(only(inputs, "indicators", rows), "returns", returns)


def stance(inputs: PlanInputs, **fields: Any) -> dict[str, Any]:
    return dict(assess(inputs, Scenario.model_validate(fields)).stance.loc[AREA])


@pytest.mark.parametrize(("few", "spared", "served", "able"), list(product([False, True], repeat=4)))
def test_the_rule_of_the_source_text_clause_by_clause(few: bool, spared: bool, served: bool, able: bool) -> None:
    found = stance(place(few=few, spared=spared, served=served, able=able))
    assert [found[c] for c in "abcd"] == [few, spared, served, not able]
    easy = few or spared or served
    expected = {(True, True): "inclusion", (False, False): "support", (True, False): "mixed", (False, True): "watch"}
    assert found["computed"] == found["stance"] == expected[easy, able]
    assert found["reason"] == "rule" and not found["provisional"]


@pytest.mark.parametrize(("choice", "acted"), [("support", "support"), ("inclusion", "inclusion")])
def test_mixed_is_decided_by_the_planner_for_all_or_area_by_area(choice: str, acted: str) -> None:
    inputs = place(few=True, spared=False, served=False, able=False)
    assert stance(inputs)["stance"] == "mixed" and stance(inputs)["acted"] == "support"
    assert stance(inputs, mixed=choice)["acted"] == acted
    assert stance(inputs, mixed="by_area", mixed_by_area={AREA: choice})["acted"] == acted
    assert stance(inputs, mixed="by_area")["acted"] == "support"
    assert stance(inputs, mixed=choice)["stance"] == "mixed"


def test_where_no_return_is_expected_the_stance_is_watch_and_says_why() -> None:
    for few, able in product([False, True], repeat=2):
        found = stance(place(few=few, spared=False, served=False, able=able, persons=0.0))
        assert (found["stance"], found["reason"]) == ("watch", "no_returns")


@pytest.mark.parametrize(
    ("spared", "able", "expected"),
    [(False, False, "undetermined"), (False, True, "undetermined"), (True, True, "inclusion"), (True, False, "mixed")],
)
def test_an_unknown_population_leaves_open_only_what_it_would_decide(spared: bool, able: bool, expected: str) -> None:
    found = stance(place(few=False, spared=spared, served=False, able=able, without_population=True))
    assert found["computed"] == expected
    assert found["reason"] == ("missing" if expected == "undetermined" else "rule")


def test_unknown_returns_are_undetermined_and_never_watch() -> None:
    inputs = only(place(few=False, spared=True, served=True, able=True), "returns", [])
    assert stance(inputs)["stance"] == "undetermined"


def test_services_need_two_assessed_indicators_and_coordination_to_be_well_established() -> None:
    inputs = place(few=False, spared=False, served=True, able=True)
    assert stance(inputs)["c"]
    assert not stance(inputs, services_assessed_min=3)["c"]
    one = only(inputs, "indicators", [r for r in inputs.indicators.to_dict("records") if r["indicator"] != "PS1"])
    assert not stance(one)["c"]
    alone = only(inputs, "indicators", [r for r in inputs.indicators.to_dict("records") if r["indicator"] != "CO2"])
    assert not stance(alone)["c"] and stance(alone, assumed_adequacy=0.6)["c"]


def test_a_stance_is_provisional_while_a_part_of_capacity_is_assumed_and_shows_what_an_adequate_one_would_give() -> None:
    inputs = place(few=False, spared=False, served=False, able=True)
    assert stance(inputs)["stance"] == "watch" and not stance(inputs)["provisional"]
    rows = [r for r in inputs.indicators.to_dict("records") if r["indicator"] not in ("CO2", "PO3", "AC2", "SV8", "PS1")]
    unseen = only(inputs, "indicators", rows)
    found = stance(unseen)
    assert found["provisional"] and found["stance"] == "support" and found["if_adequate"] == "watch"
    assert stance(unseen, shown_adequacy=0.45)["if_adequate"] == "support"


def test_an_override_stands_with_its_reason_and_keeps_what_the_rule_said() -> None:
    inputs = place(few=False, spared=False, served=False, able=False)
    found = stance(inputs, stance_overrides={AREA: StanceOverride(stance="inclusion", reason="decided with the governor")})
    assert (found["stance"], found["acted"], found["computed"], found["reason"]) == ("inclusion", "inclusion", "support", "override")
    assert not found["provisional"]


@pytest.mark.parametrize(("cut", "value"), [("cut_returns", "rate_expected"), ("cut_needs", "need"), ("cut_capacity", "capacity")])
def test_an_area_within_5_percent_of_a_cut_is_a_close_call(cut: str, value: str) -> None:
    inputs = place(few=False, spared=False, served=False, able=False)
    figure = float(assess(inputs, Scenario()).scored.scores.at[AREA, value])
    far = {"cut_returns": 1.0, "cut_needs": 1.0, "cut_capacity": 99.0}
    for factor, close in ((1 / 1.04, True), (1 / 0.96, True), (1 / 1.07, False), (1 / 0.93, False)):
        assert bool(stance(inputs, **(far | {cut: figure * factor}))["close_call"]) == close
    assert bool(stance(inputs, **(far | {cut: figure / 1.07, "close_call": 0.1}))["close_call"])


@given(worlds, scenarios)
def test_every_area_has_one_stance_and_acts_on_a_decided_one(inputs: PlanInputs, scenario: Scenario) -> None:
    found = assess(inputs, scenario).stance
    assert found["stance"].isin(["inclusion", "support", "mixed", "watch", "undetermined"]).all()
    assert found["acted"].isin(["inclusion", "support", "watch", "undetermined"]).all()
    overlap = (found["a"] | found["b"] | found["c"]) & found["d"]
    decided = ~found["reason"].isin(["no_returns", "missing"])
    assert (found.loc[decided & overlap, "stance"] == "mixed").all() and not (found.loc[~overlap, "stance"] == "mixed").any()
