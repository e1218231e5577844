"""Every kind of driver in interventions.csv gives its scopes, numbers and bounds (METHOD 6, Number)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from math import ceil

import numpy as np
import pandas as pd

from analytics.applicability import Candidate
from analytics.assessment import Assessment, assess
from analytics.inputs import SECTORS, PlanInputs
from analytics.scenario import Scenario
from tests.analytics.world import world

COVERED = {"area", "corridor", "country", "facility", "institution", "persons", "programme", "returnees", "sector"}


def found(inputs: PlanInputs | None = None, scenario: Scenario | None = None) -> tuple[PlanInputs, Assessment, dict[str, list[Candidate]]]:
    here = inputs or world(4, 3)
    known = assess(here, scenario or Scenario())
    by_code: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in known.found:
        by_code[candidate.code].append(candidate)
    return here, known, by_code


def rows(inputs: PlanInputs, driver: str) -> pd.DataFrame:
    table = inputs.catalogue.interventions
    return table[table["driver"] == driver]


def test_no_driver_of_the_catalogue_is_left_without_a_test() -> None:
    assert set(world(1, 0).catalogue.interventions["driver"]) == COVERED


def test_an_area_driver_asks_for_one_in_each_area_and_one_for_the_country_where_it_says_so() -> None:
    inputs, _, by_code = found()
    for code, row in rows(inputs, "area").iterrows():
        places = {(c.kind, c.scope): c.required for c in by_code[str(code)]}
        expected = {("area", str(p)): 1 for p in inputs.areas.index} | ({("country", "XXX"): 1} if row["plus_country"] else {})
        assert places == expected


def test_country_and_programme_drivers_ask_for_one() -> None:
    inputs, _, by_code = found()
    for driver in ("country", "programme"):
        for code in rows(inputs, driver).index:
            assert [(c.kind, c.scope, c.required) for c in by_code[str(code)]] == [(driver, "XXX", 1)]


def test_a_corridor_driver_asks_for_one_for_each_host_country_over_the_share() -> None:
    inputs, known, by_code = found()
    main = {str(iso3) for iso3 in known.returns.corridors.index[known.returns.corridors["share"] > 0.05]}
    assert main == {"AAA", "BBB"}
    for code in rows(inputs, "corridor").index:
        assert {(c.kind, c.scope, c.required) for c in by_code[str(code)]} == {("corridor", iso3, 1) for iso3 in main}


def test_a_sector_driver_asks_for_one_in_each_of_its_sectors_with_a_gap() -> None:
    inputs, known, by_code = found()
    gaps = {s for s in SECTORS if float(np.nansum(known.needs.gap[s])) > 0}
    for driver in ("sector", "institution"):
        for code, row in rows(inputs, driver).iterrows():
            if driver == "institution" and "local" in row["levels"]:
                assert {(c.kind, c.scope) for c in by_code[str(code)]} == {("area", str(p)) for p in inputs.areas.index}
                continue
            own = set(row["sectors"]) & set(SECTORS) or set(SECTORS)
            assert {(c.kind, c.scope, c.required) for c in by_code[str(code)]} == {("sector", s, 1) for s in own & gaps}


def test_a_persons_driver_is_bounded_by_the_largest_gap_among_its_sectors() -> None:
    inputs, known, by_code = found()
    for code, row in rows(inputs, "persons").iterrows():
        for candidate in by_code[str(code)]:
            largest = max(float(known.needs.gap.at[candidate.scope, s]) for s in row["serves"])
            assert candidate.required is None and candidate.upper == ceil(largest / row["per"] - 1e-9)


def test_a_returnees_driver_follows_expected_returns_whole_country_for_enabling_work() -> None:
    inputs, known, by_code = found()
    expected = known.returns.areas["total"]
    for code, row in rows(inputs, "returnees").iterrows():
        if row["serves"]:
            assert {c.scope: c.upper for c in by_code[str(code)]} == {str(p): ceil(expected[p] / row["per"] - 1e-9) for p in inputs.areas.index}
        else:
            assert [(c.kind, c.required) for c in by_code[str(code)]] == [("country", ceil(expected.sum() / row["per"] - 1e-9))]


def test_a_facility_driver_counts_facilities_and_where_no_source_has_them_people() -> None:
    inputs = world(4, 3)
    facilities = inputs.areas["facilities"].copy()
    facilities.iloc[0] = np.nan
    inputs, known, by_code = found(replace(inputs, areas=inputs.areas.assign(facilities=facilities)))
    for code, row in rows(inputs, "facility").iterrows():
        first, *others = by_code[str(code)]
        assert first.upper == ceil(float(known.needs.target.iloc[0]) / 5000 / row["per"] - 1e-9)
        assert [c.upper for c in others] == [ceil(float(facilities[c.scope]) / row["per"]) for c in others]
