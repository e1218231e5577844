"""Expected returns (METHOD 1): two kinds apart, scaled as the planner says, and nobody lost or made up on the way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.inputs import PlanInputs
from analytics.returns import expected_returns
from analytics.scenario import PlannerReturns, Scenario
from tests.analytics.strategies import only, returned, with_rows, worlds
from tests.analytics.world import world

LOST = [
    returned("XX0", 2024, "internal", 90_000.0),
    returned("XX1", 2025, "internal", 60_000.0),
    returned("XXX", 2025, "abroad", 12_000.0),
]


def areas(inputs: PlanInputs, **fields: object) -> pd.DataFrame:
    return expected_returns(inputs, Scenario.model_validate(fields)).areas


@given(worlds, st.floats(0.05, 1.0))
def test_persons_who_return_twice_scale_every_expectation_alike(inputs: PlanInputs, distinct: float) -> None:
    every, some = areas(inputs), areas(inputs, distinct_share=distinct)
    for column in ("abroad", "internal", "total", "low", "high"):
        np.testing.assert_allclose(some[column], distinct * every[column])


@given(worlds, st.floats(0.0, 10.0), st.sampled_from([12, 18, 60]))
def test_a_shock_on_internal_returns_acts_on_them_alone(inputs: PlanInputs, shock: float, months: int) -> None:
    before, after = areas(inputs, horizon_months=months), areas(inputs, horizon_months=months, m_internal=shock)
    np.testing.assert_allclose(after["internal"], shock * before["internal"])
    np.testing.assert_allclose(after["abroad"], before["abroad"])
    np.testing.assert_allclose(before["total"] * 12 / months, areas(inputs, horizon_months=12)["total"])


@given(worlds, st.floats(0.0, 10.0))
def test_a_shock_on_a_host_country_acts_on_returns_from_abroad_by_its_share(inputs: PlanInputs, shock: float) -> None:
    before, after = areas(inputs), areas(inputs, host_multipliers={"AAA": shock})
    np.testing.assert_allclose(after["abroad"], (0.7 * shock + 0.3) * before["abroad"])
    np.testing.assert_allclose(after["internal"], before["internal"])


@given(worlds)
def test_a_kind_that_does_not_count_brings_nobody(inputs: PlanInputs) -> None:
    assert (areas(inputs, count_abroad=False)["abroad"] == 0).all()
    assert (areas(inputs, count_internal=False)["internal"] == 0).all()
    np.testing.assert_allclose(areas(inputs, count_internal=False)["total"], areas(inputs)["abroad"])


@given(worlds)
def test_the_interval_holds_the_median_and_is_never_narrower_than_the_least_variation(inputs: PlanInputs) -> None:
    table = areas(inputs, cv_min=0.3)
    some = table[table["total"] > 0]
    assert (some["low"] < some["total"]).all() and (some["high"] > some["low"]).all() and (some["low"] > 0).all()
    least = np.exp(2 * 1.2815515655446004 * np.sqrt(np.log1p(0.3**2)))
    assert (some["high"] / some["low"] >= least * (1 - 1e-9)).all()


@given(worlds)
def test_spreading_persons_without_a_place_conserves_them(inputs: PlanInputs) -> None:
    lost = with_rows(inputs, "returns", LOST)
    kept, spread = (expected_returns(lost, Scenario(spread_not_placed=how, known_share=0.0)) for how in ("never", "always"))
    for kind in ("abroad", "internal"):
        waiting = kept.not_placed[kept.not_placed["kind"] == kind]
        assert not waiting["spread"].any()
        moved = spread.not_placed[(spread.not_placed["kind"] == kind) & spread.not_placed["spread"]]["persons"].sum()
        assert spread.areas[f"base_{kind}"].sum() == pytest.approx(kept.areas[f"base_{kind}"].sum() + moved)
        assert spread.not_placed[spread.not_placed["kind"] == kind]["persons"].sum() == pytest.approx(waiting["persons"].sum())
        grown = spread.areas[f"base_{kind}"] > kept.areas[f"base_{kind}"] + 1e-9
        assert (spread.areas.loc[grown, "quality"] == "estimated").all()


def test_persons_known_for_a_region_stay_in_that_region() -> None:
    lost = with_rows(world(4, 3), "returns", [returned("XX0", 2025, "internal", 90_000.0)])
    kept, spread = (areas(lost, spread_not_placed=how, known_share=0.0) for how in ("never", "always"))
    inside = lost.areas["parent"] == "XX0"
    assert (spread["internal"] - kept["internal"])[inside].sum() == pytest.approx(90_000)
    assert (spread["internal"] - kept["internal"])[~inside].abs().sum() == 0


def test_a_few_lost_persons_stay_where_they_are_known_and_many_are_spread() -> None:
    inputs = world(4, 3)
    total = inputs.returns[inputs.returns["kind"] == "internal"]["persons"].sum() / 3
    for part, moved in ((0.05, False), (0.5, True)):
        rows = [returned("XXX", year, "internal", part * total) for year in (2023, 2024, 2025)]
        found = expected_returns(with_rows(inputs, "returns", rows), Scenario(known_share=0.0)).not_placed
        assert found[found["kind"] == "internal"]["spread"].tolist() == [moved]


def test_without_a_known_pattern_lost_persons_follow_the_population() -> None:
    inputs = only(world(3, 1), "returns", [returned("XXX", 2025, "internal", 30_000.0)])
    table = areas(inputs, spread_not_placed="always", base_years=1)
    shares = inputs.areas["population"] / inputs.areas["population"].sum()
    np.testing.assert_allclose(table["base_internal"], 30_000 * shares)


def test_a_year_hardly_known_by_place_does_not_enter_the_mean() -> None:
    rows = [returned("XX000", year, "internal", 900.0) for year in (2023, 2024)]
    rows += [returned("XX000", 2025, "internal", 60.0), returned("XXX", 2025, "internal", 840.0)]
    inputs = only(world(2, 0), "returns", rows)
    found = expected_returns(inputs, Scenario(spread_not_placed="never"))
    assert found.years["internal"] == (2023, 2024)
    assert found.areas.at["XX000", "base_internal"] == 900
    assert expected_returns(inputs, Scenario(known_share=0.0, spread_not_placed="never")).areas.at["XX000", "base_internal"] == 620


def test_where_no_year_is_known_by_place_the_latest_stands() -> None:
    rows = [returned("XX000", y, "internal", 10.0 * k) for k, y in enumerate((2023, 2024, 2025), 1)]
    rows += [returned("XXX", y, "internal", 1000.0) for y in (2023, 2024, 2025)]
    found = expected_returns(only(world(2, 0), "returns", rows), Scenario(spread_not_placed="never"))
    assert found.years["internal"] == (2025,) and found.areas.at["XX000", "base_internal"] == 30


def test_a_planners_figure_replaces_the_base_of_its_area_and_is_marked_assumed() -> None:
    inputs = world(3, 2)
    before = areas(inputs)
    after = areas(inputs, base_method="planner", planner_returns={"XX001": PlannerReturns(internal=1200.0)}, horizon_months=24)
    assert after.at["XX001", "internal"] == 2400 and after.at["XX001", "quality"] == "assumed"
    assert after.at["XX001", "base_abroad"] == before.at["XX001", "base_abroad"]
    assert (after["base_internal"].drop("XX001") == before["base_internal"].drop("XX001")).all()


def test_the_last_year_alone_decides_when_asked() -> None:
    inputs = world(3, 4)
    last = inputs.returns[inputs.returns["year"] == 2025].groupby("pcode")["persons"].sum()
    np.testing.assert_allclose(areas(inputs, base_method="last", horizon_months=12)["total"], last.reindex(inputs.areas.index))


def test_a_steady_history_is_smoothed_to_itself_and_a_short_one_keeps_its_mean() -> None:
    rows = [returned(p, year, "internal", 500.0 + (-1) ** year) for p in ("XX000", "XX001") for year in range(2018, 2026)]
    smoothed = areas(only(world(2, 0), "returns", rows), base_method="smoothing")
    np.testing.assert_allclose(smoothed["base_internal"], 500.0, rtol=0.01)
    short = world(2, 0)
    np.testing.assert_allclose(areas(short, base_method="smoothing")["total"], areas(short)["total"])


def test_no_source_of_returns_is_missing_and_not_zero() -> None:
    table = areas(only(world(3, 0), "returns", []))
    assert table[["base_abroad", "base_internal", "total", "observed", "low", "high"]].isna().all().all()
    assert (table["quality"] == "assumed").all()


def test_an_area_the_source_does_not_name_has_none_reported() -> None:
    rows = [returned("XX000", y, "internal", 100.0) for y in (2023, 2024, 2025)]
    table = areas(only(world(2, 0), "returns", rows))
    assert table.at["XX001", "total"] == 0 and table.at["XX001", "quality"] == "estimated"


def test_without_host_countries_returns_from_abroad_stand_as_they_are() -> None:
    inputs = world(2, 0)
    alone = replace(inputs, hosts=inputs.hosts.iloc[:0])
    np.testing.assert_allclose(areas(alone)["abroad"], areas(inputs)["abroad"])


def test_a_history_with_a_gap_is_not_smoothed_as_if_its_years_followed_each_other() -> None:
    years = (2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025)
    rows = [returned("XX000", year, "internal", 100.0 * 2 ** (year - 2017)) for year in years]
    whole = only(world(2, 0), "returns", rows)
    gap = only(world(2, 0), "returns", [row for row in rows if row["year"] != 2022])
    asked = Scenario(base_method="smoothing")
    assert expected_returns(whole, asked).not_smoothed == () and expected_returns(whole, asked).years["internal"] == years
    refused = expected_returns(gap, asked)
    assert refused.not_smoothed == ("abroad", "internal") and refused.years["internal"] == (2023, 2024, 2025)
    np.testing.assert_allclose(refused.areas["total"], areas(gap)["total"])
    badly_placed = with_rows(whole, "returns", [returned("XXX", 2021, "internal", 1e6)])
    assert "internal" in expected_returns(badly_placed, asked).not_smoothed


def test_what_is_spread_from_a_larger_place_is_told_apart_from_what_is_known_here() -> None:
    inputs = with_rows(world(4, 1), "returns", LOST)
    found = expected_returns(inputs, Scenario(spread_not_placed="always"))
    kept = expected_returns(inputs, Scenario(spread_not_placed="never"))
    for kind in ("abroad", "internal"):
        np.testing.assert_allclose(found.areas[f"base_{kind}"] - found.areas[f"spread_{kind}"], kept.areas[f"base_{kind}"])
        assert (kept.areas[f"spread_{kind}"] == 0).all()
    assert found.areas["spread_internal"].sum() == pytest.approx(found.not_placed.loc[found.not_placed["kind"] == "internal", "persons"].sum())
