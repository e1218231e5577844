"""A link reopens the scenario it was copied from, and says what in it could not be used."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.inputs import DIMENSIONS, SECTORS
from analytics.scenario import Scenario, scenario_from
from ui.link import parameters_of, scenario_of

codes = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=8)
shares = st.floats(0, 1)
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=3, max_size=40)
changes = st.fixed_dictionaries(
    {},
    optional={
        "name": texts,
        "question": st.sampled_from(["in_place", "budget", "target", "by_hand"]),
        "budget": st.none() | st.floats(0, 1e11),
        "target": shares,
        "start": st.none() | st.dates(date(2000, 1, 1), date(2060, 1, 1)),
        "horizon_months": st.integers(6, 120),
        "count_abroad": st.booleans(),
        "host_multipliers": st.dictionaries(codes, st.floats(0, 10), max_size=4),
        "planner_returns": st.dictionaries(codes, st.fixed_dictionaries({"abroad": st.none() | st.floats(0, 1e7)}), max_size=3),
        "dimension_weights": st.fixed_dictionaries({d: st.floats(0.1, 10) for d in DIMENSIONS}),
        "sector_weights": st.fixed_dictionaries({s: st.floats(0, 10) for s in SECTORS}),
        "mixed_by_area": st.dictionaries(codes, st.sampled_from(["support", "inclusion"]), max_size=4),
        "stance_overrides": st.dictionaries(codes, st.fixed_dictionaries({"stance": st.just("watch"), "reason": texts}), max_size=2),
        "units": st.dictionaries(codes, st.integers(0, 1000), max_size=4),
        "prices": st.dictionaries(codes, st.just({"low": 1.5, "mode": 2.0, "high": 3.0}), max_size=2),
        "cut_services": shares,
    },
)


@settings(max_examples=300, deadline=None)
@given(changes)
def test_a_scenario_survives_its_link(values):
    scenario = scenario_from(values)
    again, problems = scenario_of(parameters_of(scenario))
    assert again == scenario
    assert problems == []


def test_the_default_scenario_needs_no_link():
    assert parameters_of(Scenario()) == {}


def test_a_link_is_readable():
    scenario = scenario_from({"budget": 5_000_000, "host_multipliers": {"PAK": 1.5, "IRN": 2}})
    assert parameters_of(scenario) == {"s.budget": "5000000", "s.host_multipliers": "PAK:1.5,IRN:2"}


@pytest.mark.parametrize(
    ("parameter", "value", "reason"),
    [
        ("s.target", "3", "link.out_of_range"),
        ("s.target", "beaucoup", "link.out_of_range"),
        ("s.budget", "NaN", "link.out_of_range"),
        ("s.budget", "-1", "link.out_of_range"),
        ("s.dimension_weights", "economic:1", "link.out_of_range"),
        ("s.utility", "[]", "link.out_of_range"),
        ("s.prices", "{not json", "link.out_of_range"),
        ("s.budgte", "5", "link.unknown"),
        ("s.schema_version", "7", "link.unknown"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(parameter, value, reason):
    scenario, problems = scenario_of({parameter: value, "s.horizon_months": "24"})
    assert [(p.parameter, p.value, p.reason) for p in problems] == [(parameter, value, reason)]
    assert scenario == scenario_from({"horizon_months": 24})


@pytest.mark.parametrize(
    ("field", "entries", "wrong", "shown"),
    [
        ("host_multipliers", {"PAK": 99, "IRN": 2}, "PAK", "99"),
        ("prices", {"A16": {"low": 0, "mode": 5, "high": 9}, "A17": {"low": 1, "mode": 2, "high": 3}}, "A16", "0"),
        ("prices", {"A16": {"low": 1, "mode": "cher", "high": 9}, "A17": {"low": 1, "mode": 2, "high": 3}}, "A16", "cher"),
        ("stance_overrides", {"CD61": {"stance": "support"}, "CD54": {"stance": "watch", "reason": "décidé"}}, "CD61", '{"stance": "support"}'),
    ],
)
def test_one_wrong_entry_of_a_table_is_said_and_the_others_are_kept(field, entries, wrong, shown):
    scenario, problems = scenario_of({f"s.{field}": json.dumps(entries), "s.horizon_months": "24"})
    assert [(p.parameter, p.value) for p in problems] == [(f"s.{field}.{wrong}", shown)]
    assert scenario == scenario_from({"horizon_months": 24, field: {key: value for key, value in entries.items() if key != wrong}})


@given(
    st.dictionaries(st.sampled_from([f"s.{name}" for name in Scenario.model_fields] + ["s.x", "country"]), st.text(max_size=30), max_size=6)
)
def test_no_link_breaks_the_app(parameters):
    scenario, _ = scenario_of(parameters)
    assert isinstance(scenario, Scenario)
