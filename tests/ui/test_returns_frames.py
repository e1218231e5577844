"""Returns on the screen: totals are the source's, no sum passes over a withheld figure, a year without a row is not a gap."""

import math
from types import SimpleNamespace

import pandas as pd

from ui.views import returns as view


def inputs(*rows, hosts=()):
    """Only what these frames read of PlanInputs."""
    return SimpleNamespace(
        country="XXX",
        areas=pd.DataFrame({"parent": ["XXX"] * 3, "population": [1000.0] * 3}, index=["P1", "P2", "P3"]),
        returns=pd.DataFrame(rows, columns=["year", "kind", "pcode", "persons"]),
        hosts=pd.DataFrame(hosts, columns=["year", "host_iso3", "persons", "host_name_fr", "host_name_en"]),
    )


NATIONAL = pd.DataFrame([(2024, "abroad", 5.0), (2025, "abroad", 100.0), (2025, "internal", math.nan)], columns=["year", "kind", "persons"])


def test_a_withheld_area_is_missing_and_marked_and_an_area_not_named_has_none():
    found = view.year_by_place(inputs((2025, "abroad", "P1", 90.0), (2025, "abroad", "P2", math.nan)), 2025, "abroad", NATIONAL)
    assert found.areas["persons"].to_dict() | {"P2": None} == {"P1": 90.0, "P2": None, "P3": 0.0}
    assert math.isnan(found.areas.at["P2", "persons"]) and list(found.areas["protected"]) == [False, True, False]
    assert found.total == 100.0 and found.areas.at["P1", "share"] == 0.9


def test_a_kind_the_source_does_not_report_in_a_year_it_covers_is_none_reported_and_not_observed():
    found = view.year_by_place(inputs((2024, "abroad", "P1", 5.0)), 2024, "internal", NATIONAL)
    assert (found.total, found.quality) == (0.0, "estimated")
    assert view.year_by_place(inputs((2024, "abroad", "P1", 5.0)), 2024, "abroad", NATIONAL).quality == "observed"


def test_a_sum_with_a_withheld_part_is_withheld():
    found = view.year_by_place(inputs((2025, "abroad", "P1", 90.0), (2025, "internal", "P1", math.nan)), 2025, view.BOTH, NATIONAL)
    assert math.isnan(found.areas.at["P1", "persons"]) and found.areas.at["P1", "protected"]
    assert math.isnan(found.total)


def test_the_series_of_the_country_is_the_sources_and_marks_what_is_withheld():
    table = view.series(inputs((2024, "abroad", "P1", 5.0), (2025, "abroad", "P1", 90.0)), None, NATIONAL).set_index("year")
    assert table.at[2025, "abroad"] == 100.0 and table.at[2024, "internal"] == 0.0
    assert math.isnan(table.at[2025, "internal"]) and table.at[2025, "internal_protected"] and not table.at[2024, "internal_protected"]


def test_hosts_keep_a_withheld_country_by_name():
    rows = inputs(hosts=[(2025, "AAA", 9.0, "a", "a"), (2025, "BBB", math.nan, "b", "b"), (2025, "CCC", 0.0, "c", "c")])
    found = view.hosts(rows, 2025, NATIONAL)
    assert list(found["host_iso3"]) == ["AAA", "BBB"]
    assert list(found["persons_protected"]) == [False, True]
    # the total of the year is published: who reads both can divide
    assert found["share"][0] == 0.09 and list(found["share_protected"]) == [False, True]
    assert view.hosts(rows, 2025, NATIONAL.assign(persons=math.nan))["share_protected"].all()


def test_the_home_office_year_without_a_row_has_nobody_and_a_withheld_one_is_missing():
    rows = [
        (2020, "Enforced return", True, 3.0),
        (2022, "Enforced return", True, math.nan),
        (2022, "Voluntary return", True, 2.0),
        (2021, "Voluntary return", False, 8.0),
    ]
    table = view.from_uk(pd.DataFrame(rows, columns=["year", "flow_type", "destination_home", "persons"])).set_index("year")
    assert table.at[2021, "enforced"] == 0.0 and table.at[2020, "voluntary"] == 0.0
    assert math.isnan(table.at[2022, "enforced"]) and table.at[2022, "enforced_protected"]


def test_the_home_office_years_that_only_hide_something_are_named_where_nothing_above_zero_is_left():
    rows = [(2020, "Enforced return", True, 0.0), (2021, "Voluntary return", True, math.nan), (2022, "Enforced return", True, math.nan)]
    columns = ["year", "flow_type", "destination_home", "persons"]
    assert view.only_withheld(view.from_uk(pd.DataFrame(rows, columns=columns))) == [2021, 2022]
    assert view.only_withheld(view.from_uk(pd.DataFrame([*rows, (2023, "Enforced return", True, 12.0)], columns=columns))) == []
    assert view.only_withheld(view.from_uk(pd.DataFrame(rows[:1], columns=columns))) == []


def test_beside_the_returns_of_a_kind_stands_what_is_expected_of_that_kind():
    named = inputs((2025, "abroad", "P1", 90.0), (2025, "internal", "P2", 400.0))
    for name in ("name_fr", "name_en", "parent_name_fr", "parent_name_en"):
        named.areas[name] = named.areas.index
    ahead = {"abroad": [270.0, 0.0, 0.0], "internal": [0.0, 1200.0, 0.0], "total": [270.0, 1200.0, 0.0], "low": 1.0, "high": 9.0}
    expected = SimpleNamespace(areas=pd.DataFrame(ahead, index=named.areas.index))
    of = {kind: view.table(view.year_by_place(named, 2025, kind, NATIONAL), named, expected, kind).set_index("pcode") for kind in (view.BOTH, "abroad")}
    assert of["abroad"].at["P2", "total"] == 0 and "low" not in of["abroad"]
    assert of[view.BOTH].at["P2", "total"] == 1200 and of[view.BOTH].at["P2", "high"] == 9
