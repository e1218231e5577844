"""Demand, what absorbs it, and the gap (METHOD 4): partners counted once, and no 3W never means no partner."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from analytics.assessment import assess
from analytics.demand import partner_coverage
from analytics.indices import RANK
from analytics.inputs import PlanInputs
from analytics.scenario import Scenario
from tests.analytics.strategies import activity, indicator, only, returned, scenarios, worlds
from tests.analytics.world import frame, world

AREA = "XX000"
WHOLE = Scenario(start=date(2026, 1, 1), horizon_months=12)


def counted(*rows: dict[str, object], scenario: Scenario = WHOLE, sector: str = "HEA") -> float:
    return float(partner_coverage(only(world(2, 0), "activities", list(rows)), scenario).at[AREA, sector])


def health(organisation: str, start: str, end: str, persons: float, **other: object) -> dict[str, object]:
    return activity(AREA, "HEA", organisation, start, end, persons, **other)


def test_exact_duplicates_count_once() -> None:
    row = health("A", "2026-01-01", "2026-12-31", 100)
    assert counted(row, {**row, "duplicate_of": 1.0, "row_no": 2}) == 100


def test_rows_of_one_organisation_that_overlap_in_time_count_their_maximum() -> None:
    first, second = health("A", "2026-01-01", "2026-06-30", 100), health("A", "2026-06-30", "2026-12-31", 70)
    assert counted(first, second) == 100
    later = health("A", "2026-07-01", "2026-12-31", 70)
    assert counted(first, later) == 170
    assert counted(first, {**second, "organisation": "B"}) == 170
    inside = health("A", "2026-02-01", "2026-03-01", 30)
    assert counted(first, inside, later) == 170


def test_rows_in_another_sector_or_area_do_not_overlap() -> None:
    rows = (health("A", "2026-01-01", "2026-12-31", 100), activity(AREA, "PSY", "A", "2026-01-01", "2026-12-31", 40))
    table = partner_coverage(only(world(2, 0), "activities", [*rows, {**rows[0], "pcode": "XX001"}]), WHOLE)
    assert (table.at[AREA, "HEA"], table.at[AREA, "PSY"], table.at["XX001", "HEA"]) == (100, 40, 100)


@pytest.mark.parametrize(
    ("start", "end", "part"),
    [
        ("2025-01-01", "2026-12-31", 0.5),
        ("2026-07-01", "2027-06-30", 184 / 365),
        ("2025-01-01", "2025-12-31", 0),
        ("2026-03-01", "2026-03-01", 1),
    ],
)
def test_persons_count_by_the_share_of_the_duration_inside_the_plan(start: str, end: str, part: float) -> None:
    assert counted(health("A", start, end, 1000)) == pytest.approx(1000 * part)


@pytest.mark.parametrize(("kind", "part"), [("returnees", 1.0), ("everyone", 0.5), ("host", 0.3), ("unspecified", 0.25), ("other", 0.0), ("cattle", 0.0)])
def test_persons_count_by_the_relevance_of_their_kind(kind: str, part: float) -> None:
    assert counted(health("A", "2026-01-01", "2026-12-31", 1000, beneficiary_type=kind)) == pytest.approx(1000 * part)


def test_rows_that_cannot_be_placed_or_dated_or_say_no_persons_do_not_count() -> None:
    good = health("A", "2026-01-01", "2026-12-31", 1000)
    broken: list[dict[str, object]] = [
        {"sector": None},
        {"pcode": "XXX"},
        {"start": pd.NaT},
        {"end": pd.NaT},
        {"beneficiaries": np.nan},
        {"end": pd.Timestamp("2025-12-31")},
    ]
    assert counted(*({**good, **one} for one in broken)) == 0
    assert counted(good, *({**good, "organisation": "B", **one} for one in broken)) == 1000


def test_without_a_3w_partners_are_unknown_and_with_one_none_are_reported() -> None:
    silent = assess(world(2, 0, partners=False), Scenario())
    assert silent.needs.partners.isna().all().all()
    assert (silent.needs.quality == RANK["assumed"]).all().all()
    assert silent.table.value[["CO6", "AC1"]].isna().all().all()
    reported = assess(only(world(2, 0), "activities", []), Scenario())
    mapped = set(world(2, 0).mapped_sectors["sector"])
    for sector in reported.needs.partners.columns:
        column = reported.needs.partners[sector]
        assert (column == 0).all() if sector in mapped else column.isna().all()
    areas = reported.scored.scores.index
    assert (reported.table.value.loc[areas, "AC1"] == 0).all() and (reported.table.quality.loc[areas, "AC1"] == RANK["estimated"]).all()


@given(worlds, scenarios)
def test_demand_is_covered_by_supply_partners_and_the_gap_and_by_nothing_else(inputs: PlanInputs, scenario: Scenario) -> None:
    known = assess(inputs, scenario)
    needs, expected = known.needs, known.returns.areas["total"]
    np.testing.assert_allclose(needs.target, expected * (1 + scenario.host_share))
    np.testing.assert_allclose(needs.demand, needs.prevalence.mul(needs.eligible).mul(needs.target, axis=0))
    absorbed = needs.supply + needs.partners.fillna(0)
    np.testing.assert_allclose(needs.gap, (needs.demand - absorbed).clip(lower=0))
    nobody = needs.demand == 0
    assert needs.coverage.isna().equals(nobody)
    covered = (needs.coverage * needs.demand)[~nobody]
    np.testing.assert_allclose((covered + needs.gap[~nobody]).fillna(0), needs.demand[~nobody].fillna(0), atol=1e-6)


def test_a_demand_is_as_weak_as_its_weakest_input() -> None:
    rows = [indicator(AREA, "SV7", 30.0), indicator(AREA, "SV8", 0.5)]
    inputs = only(world(1, 0), "indicators", rows)
    before = assess(inputs, Scenario())
    assert before.needs.quality.at[AREA, "JUS"] == RANK["estimated"]
    assert before.needs.quality.at[AREA, "SOP"] == RANK["assumed"]
    shocked = assess(inputs, Scenario(m_internal=1.5))
    assert shocked.needs.quality.at[AREA, "JUS"] == RANK["assumed"]
    guessed = only(inputs, "indicators", [indicator(AREA, "SV7", 30.0, "assumed"), indicator(AREA, "SV8", 0.5)])
    assert assess(guessed, Scenario()).needs.quality.at[AREA, "JUS"] == RANK["assumed"]
    assert assess(inputs, Scenario(eligible={"JUS": 0.5})).needs.quality.at[AREA, "JUS"] == RANK["assumed"]


def test_eligible_ages_are_the_returnees_own_where_enough_are_known_and_zeros_are_unknown() -> None:
    inputs = world(1, 0)
    own = returned(AREA, 2025, "internal", 1000.0) | {"age_known": 600.0, "age_5_17": 300.0, "age_18_59": 240.0}
    needs = assess(only(inputs, "returns", [own]), Scenario()).needs
    assert (needs.eligible.at[AREA, "EDU"], needs.eligible.at[AREA, "EMP"], needs.eligible.at[AREA, "HEA"]) == (0.5, 0.4, 1.0)
    for known in (0.0, 400.0):
        few = own | {"age_known": known, "age_5_17": 0.0, "age_18_59": 0.0}
        resident = assess(only(inputs, "returns", [few]), Scenario()).needs
        assert (resident.eligible.at[AREA, "EDU"], resident.eligible.at[AREA, "FIN"]) == (0.35, 0.45)
    nobody = replace(inputs, areas=inputs.areas.assign(share_5_17=np.nan))
    assert assess(only(nobody, "returns", [returned(AREA, 2025, "internal", 10.0)]), Scenario()).needs.eligible.at[AREA, "EDU"] == 1.0
    assert assess(inputs, Scenario(eligible={"EDU": 0.2})).needs.eligible.at[AREA, "EDU"] == 0.2


def test_structures_in_place_absorb_what_they_serve_over_the_horizon() -> None:
    inputs = world(2, 0)
    row = {"intervention": "A16", "scope_kind": "area", "scope_id": AREA, "units": 3, "quality": "observed", "source_id": "visit"}
    standing = replace(inputs, in_place=frame("in_place", [row]))
    before, after = (assess(one, Scenario(horizon_months=24)).needs.supply for one in (inputs, standing))
    assert after.at[AREA, "PSY"] - before.at[AREA, "PSY"] == pytest.approx(3 * 300 * 2)
    assert (after.loc["XX001"] == before.loc["XX001"]).all()


def test_a_sectors_own_adequacy_replaces_the_assumed_supply() -> None:
    inputs = only(world(1, 0, partners=False), "indicators", [indicator(AREA, "SV1", 1.5)])
    needs = assess(inputs, Scenario(assumed_supply=0.1)).needs
    assert needs.supply_share.at[AREA, "HEA"] == pytest.approx(0.75) and needs.supply_rank.at[AREA, "HEA"] == RANK["estimated"]
    assert needs.supply_share.at[AREA, "EDU"] == 0.1 and needs.supply_rank.at[AREA, "EDU"] == RANK["assumed"]
