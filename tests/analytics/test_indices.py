"""Pressure, need, prevalence, capacity (METHOD 2): in range, comparable across countries, and missing stays missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.assessment import Assessment, assess
from analytics.inputs import CAPACITY_PARTS, DIMENSIONS, PlanInputs
from analytics.scenario import Scenario
from tests.analytics.strategies import SEEDS, indicator, only, scenarios, with_rows, worlds
from tests.analytics.world import world

SCORES = ("pressure", "need", "capacity")


def bare(areas: int = 3, seed: int = 1) -> PlanInputs:
    """A country of which nothing but returns and population is known."""
    return world(areas, seed, partners=False, indicators=0.0)


@given(worlds, scenarios)
def test_indices_run_from_0_to_100_and_shares_from_0_to_1(inputs: PlanInputs, scenario: Scenario) -> None:
    known = assess(inputs, scenario)
    scores = known.scored.scores[list(SCORES)].to_numpy(float)
    assert ((scores >= 0) & (scores <= 100 + 1e-9) | np.isnan(scores)).all()
    for table in (
        known.scored.need_parts,
        known.scored.capacity_parts,
        known.scored.prevalence,
        known.needs.eligible,
        known.needs.supply_share,
        known.needs.coverage,
        known.table.shortfall,
    ):
        figures = table.to_numpy(float)
        assert ((figures >= 0) & (figures <= 1) | np.isnan(figures)).all()
    assert (known.needs.gap.fillna(0) >= 0).all().all()
    assert (known.needs.gap.fillna(0) <= known.needs.demand.fillna(0) + 1e-9).all().all()


@given(st.integers(1, 5), SEEDS, st.booleans())
def test_adding_an_area_changes_no_other_areas_score(areas: int, seed: int, partners: bool) -> None:
    small, large = (assess(world(n, seed, partners=partners), Scenario()) for n in (areas, areas + 1))
    names = small.stance.index
    pd.testing.assert_frame_equal(large.scored.scores.loc[names], small.scored.scores)
    pd.testing.assert_frame_equal(large.stance.loc[names], small.stance)
    for table in ("demand", "supply", "partners", "gap"):
        pd.testing.assert_frame_equal(getattr(large.needs, table).loc[names], getattr(small.needs, table))


@given(worlds)
def test_an_indicator_nobody_gave_stays_missing_unless_a_place_above_has_it(inputs: PlanInputs) -> None:
    table = assess(inputs, Scenario()).table
    given_pairs = set(zip(inputs.indicators["pcode"], inputs.indicators["indicator"], strict=True))
    computed = {"R1", "R2", "R3", "R6", "CO6", "AC1"}
    for pcode in inputs.areas.index:
        for code in table.value.columns.difference(computed):
            assert np.isnan(table.value.at[pcode, code]) == ((pcode, code) not in given_pairs)
            assert np.isnan(table.shortfall.at[pcode, code]) or (pcode, code) in given_pairs


def test_a_value_of_the_region_or_country_is_inherited_and_says_so() -> None:
    inputs = with_rows(bare(), "indicators", [indicator("XX0", "SV7", 20.0), indicator("XXX", "SV7", 80.0), indicator("XX001", "SV2", 50.0)])
    table = assess(inputs, Scenario()).table
    assert [table.value.at[p, "SV7"] for p in ("XX000", "XX001", "XX002")] == [20, 80, 20]
    assert [table.origin.at[p, "SV7"] for p in ("XX000", "XX001", "XX002")] == ["XX0", "XXX", "XX0"]
    assert (table.quality.loc[["XX000", "XX001", "XX002"], "SV7"] == 1).all()
    assert table.quality.at["XX001", "SV2"] == 0 and np.isnan(table.value.at["XX000", "SV2"])


def test_the_countrys_own_value_is_the_population_weighted_mean_where_none_is_given() -> None:
    inputs = with_rows(bare(2), "indicators", [indicator("XX000", "SV7", 20.0), indicator("XX001", "SV7", 80.0)])
    weight = inputs.areas["population"] / inputs.areas["population"].sum()
    table = assess(inputs, Scenario()).table
    assert table.value.at["XXX", "SV7"] == pytest.approx(20 * weight["XX000"] + 80 * weight["XX001"])
    assert table.quality.at["XXX", "SV7"] == 2


def test_a_count_is_not_handed_down_and_is_no_mean_of_the_areas() -> None:
    rows = [indicator("XX0", "CX1", 900.0), indicator("XX000", "CX1", 300.0), indicator("XX001", "CX1", 100.0)]
    table = assess(with_rows(bare(), "indicators", rows), Scenario()).table
    assert np.isnan(table.value.at["XX002", "CX1"]) and np.isnan(table.value.at["XXX", "CX1"])
    table = assess(with_rows(bare(), "indicators", [*rows, indicator("XXX", "CX1", 5000.0)]), Scenario()).table
    assert table.value.at["XXX", "CX1"] == 5000 and np.isnan(table.value.at["XX002", "CX1"])


@pytest.mark.parametrize(
    ("code", "value", "shortfall"),
    [
        ("SV7", 25.0, 0.75),
        ("EC6", 30.0, 0.5),
        ("EC6", 90.0, 1.0),
        ("SV1", 3.0, 0.0),
        ("SV11", -1.0, 1.0),
        ("SV11", 0.5, 0.0),
        ("CO7", 15, 0.5),
    ],
)
def test_fixed_goalposts_turn_a_value_into_a_shortfall(code: str, value: float, shortfall: float) -> None:
    table = assess(with_rows(bare(), "indicators", [indicator("XX000", code, value)]), Scenario()).table
    assert table.shortfall.at["XX000", code] == pytest.approx(shortfall)


def test_need_is_the_weighted_mean_of_its_dimensions_and_an_unknown_one_is_assumed() -> None:
    inputs = only(bare(), "indicators", [indicator("XX000", "EC6", 60.0), indicator("XX000", "SO1", 100.0)])
    equal = assess(inputs, Scenario(assumed_need=0.5)).scored
    assert equal.need_parts.loc["XX000"].to_dict() == {"economic": 1.0, "social": 0.0, "psychosocial": 0.5, "services": 0.5}
    assert equal.need_assumed.loc["XX000"].to_dict() == {"economic": False, "social": False, "psychosocial": True, "services": True}
    assert equal.scores.at["XX000", "need"] == pytest.approx(50)
    weights = dict.fromkeys(DIMENSIONS, 0.0) | {"economic": 3.0, "social": 1.0}
    assert assess(inputs, Scenario(dimension_weights=weights)).scored.scores.at["XX000", "need"] == pytest.approx(75)


def test_capacity_is_the_mean_the_scenario_names_and_no_part_makes_up_for_an_absent_one() -> None:
    rows = [indicator("XX000", "CO1", 1.0), indicator("XX000", "PO1", 0.0), indicator("XX000", "AC3", 4.0), indicator("XX000", "SV8", 1.0)]
    found = {a: capacity(only(bare(), "indicators", rows), a) for a in ("geometric", "arithmetic", "minimum")}
    assert found == {"geometric": pytest.approx(100 * 0.01**0.25), "arithmetic": pytest.approx(75.25), "minimum": pytest.approx(1)}


def capacity(inputs: PlanInputs, aggregator: str) -> float:
    return float(assess(inputs, Scenario.model_validate({"capacity_aggregator": aggregator})).scored.scores.at["XX000", "capacity"])


@given(worlds, st.sampled_from([0.2, 0.4, 0.7]))
def test_partner_counts_may_lower_an_assumed_capacity_part_but_never_lift_it(inputs: PlanInputs, assumed: float) -> None:
    without = replace(inputs, has_activities=False, activities=inputs.activities.iloc[:0], mapped_sectors=inputs.mapped_sectors.iloc[:0])
    counted, silent = (assess(one, Scenario(assumed_adequacy=assumed)).scored for one in (inputs, without))
    pd.testing.assert_frame_equal(counted.capacity_assumed, silent.capacity_assumed)
    for part in CAPACITY_PARTS:
        assumed_here = silent.capacity_assumed[part]
        assert (counted.capacity_parts.loc[assumed_here, part] <= assumed + 1e-12).all()
        assert (silent.capacity_parts.loc[assumed_here, part] == assumed).all()


def test_prevalence_is_the_share_itself_the_shortfall_is_a_stand_in_and_the_second_choice_waits() -> None:
    rows = [
        indicator("XX000", "SV7", 30.0),
        indicator("XX000", "SO6", 1.5),
        indicator("XX000", "SV17", 44.0),
        indicator("XX001", "SV3", 90.0),
        indicator("XX001", "SV17", 44.0),
    ]
    known: Assessment = assess(only(bare(), "indicators", rows), Scenario(assumed_need=0.5))
    share, rank = known.scored.prevalence, known.scored.prevalence_quality
    assert share.at["XX000", "JUS"] == pytest.approx(0.7) and rank.at["XX000", "JUS"] == 0
    assert share.at["XX000", "HOU"] == pytest.approx(0.5) and rank.at["XX000", "HOU"] == 2
    assert share.at["XX000", "EDU"] == pytest.approx(0.44) and share.at["XX001", "EDU"] == pytest.approx(0.1)
    assert share.at["XX000", "SOP"] == 0.5 and rank.at["XX000", "SOP"] == 3


def test_pressure_is_the_expected_yearly_rate_and_unknown_without_a_population() -> None:
    inputs = world(3, 5, without_population=(1,))
    known = assess(inputs, Scenario())
    rate = 1000 * known.returns.areas["total"] / 3 / inputs.areas["population"]
    pd.testing.assert_series_equal(known.scored.scores["rate_expected"], rate, check_names=False)
    assert np.isnan(known.scored.scores.at["XX001", "pressure"]) and np.isnan(rate["XX001"])
    assert known.scored.scores.at["XX000", "pressure"] == pytest.approx(min(100.0, rate["XX000"]))


def test_partners_per_resident_are_no_surer_than_the_number_of_residents() -> None:
    inputs = world(3, 4)
    guessed = replace(inputs, areas=inputs.areas.assign(population_quality=["observed", "assumed", "estimated"]))
    before, after = (assess(country, Scenario()).table.quality for country in (inputs, guessed))
    assert list(after["AC1"]) == [max(rank, worst) for rank, worst in zip(before["AC1"], (0, 3, 2, 3), strict=True)]
    assert list(after["CO6"]) == list(before["CO6"])
