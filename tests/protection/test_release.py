"""What a release holds: the same tables for every question, no fact, no count of a few persons, and no zero where one is withheld."""

from __future__ import annotations

import inspect
from typing import Any

import pandas as pd
import pytest

from analytics.assessment import assess
from analytics.scenario import Scenario
from data import queries
from data.planning import plan_inputs
from data.protection.cells import KEYS
from data.store import Store
from tests.protection.conftest import COUNTRY

ARGUMENTS: dict[str, Any] = {"iso3": COUNTRY, "indicator": "CX1", "level": 2, "year": 2025}
FIGURES = ("persons", "women", "men", "age_known", "age_5_17", "age_18_59", "placed", "placed_level2", "sex_known")


def threshold(release: Store) -> int:
    return int(release.frame("SELECT k FROM release")["k"].iloc[0])


def test_a_release_holds_no_facts(release: Store) -> None:
    tables = set(release.frame("SELECT table_name FROM duckdb_tables()")["table_name"])
    assert tables.isdisjoint({"return_flow", "partner_activity", "indicator_value", "area_population", "area_facility", "facility", "area",
                              "origin", "cube_return_place"})
    columns = set(release.frame("SELECT column_name FROM duckdb_columns()")["column_name"])
    assert columns.isdisjoint({"targeted", "reached"})
    assert set(KEYS) <= tables
    said = release.frame("SELECT DISTINCT value, detail FROM import_issue")
    assert said.to_numpy().tolist() == [["…", "…"]]


@pytest.mark.parametrize("name", [name for name in queries.__all__ if name != "release"])
def test_every_query_answers_with_the_same_columns(release: Store, store: Store, name: str) -> None:
    query = getattr(queries, name)
    wanted = {one: ARGUMENTS[one] for one in list(inspect.signature(query).parameters)[1:] if one in ARGUMENTS}
    shown, known = query(release, **wanted), query(store, **wanted)
    if isinstance(shown, pd.DataFrame):
        assert list(shown.columns) == list(known.columns)


def test_nothing_below_the_threshold_is_shown(release: Store) -> None:
    k = threshold(release)
    for table in KEYS:
        frame = release.frame(f'SELECT * FROM "{table}"')
        for column in [one for one in FIGURES if one in frame]:
            assert not ((frame[column] > 0) & (frame[column] < k)).any(), (table, column)
    for table, column in (("activity", "beneficiaries"), ("cube_area", "population")):
        assert release.frame(f'SELECT 1 FROM "{table}" WHERE "{column}" > 0 AND "{column}" < {k}').empty
    assert release.frame(
        f"SELECT 1 FROM indicator_past JOIN indicator ON code = indicator WHERE unit = 'persons' AND value > 0 AND value < {k}").empty


def test_what_is_withheld_is_missing_and_says_so_and_the_rest_is_as_it_was(release: Store, store: Store) -> None:
    withheld = 0
    for table, keys in KEYS.items():
        shown = release.frame(f'SELECT * FROM "{table}"').set_index(list(keys))
        known = store.frame(f'SELECT * FROM "{table}" WHERE iso3 = ?', [COUNTRY]).set_index(list(keys)).reindex(shown.index)
        for column in [one for one in FIGURES if one in shown]:
            missing = shown[column].isna()
            assert shown.loc[missing, "protected"].all()
            pd.testing.assert_series_equal(shown.loc[~missing, column], known.loc[~missing, column], check_dtype=False)
            withheld += int(missing.sum())
        assert not known["protected"].fillna(False).astype(bool).any()
    assert withheld > 50


def test_who_sees_less_sees_no_more(published: Any) -> None:
    from data.protection import open_release

    with open_release("inside", published) as inside, open_release("outside", published) as outside:
        for table, keys in KEYS.items():
            within, without = (one.frame(f'SELECT * FROM "{table}"').set_index(list(keys)) for one in (inside, outside))
            within = within.reindex(without.index)
            for column in [one for one in FIGURES if one in without]:
                assert (without.loc[within[column].isna(), column].isna()).all(), (table, column)


@pytest.mark.parametrize("level", [1, 2])
def test_the_plan_loses_nobody_and_knows_nobody_it_should_not(release: Store, level: int) -> None:
    inputs = plan_inputs(release, COUNTRY, level)
    totals = queries.returns_by_year(release, COUNTRY).set_index(["year", "kind"])["persons"].dropna()
    summed = inputs.returns.groupby(["year", "kind"])["persons"].sum().reindex(totals.index)
    pd.testing.assert_series_equal(summed, totals)
    withheld = inputs.returns[inputs.returns["persons"].isna()]
    assert len(withheld) > 3
    assert set(withheld["quality"]) == {"estimated"}
    known = assess(inputs, Scenario())
    here = known.returns.areas
    # an area of which all that is known is withheld is not an area where nobody is expected
    alone = withheld[withheld["year"] == inputs.returns["year"].max()].groupby("pcode")["year"].size().index
    rows = inputs.returns[(inputs.returns["year"] == inputs.returns["year"].max())].groupby("pcode")["persons"].sum(min_count=1)
    nothing_else = [code for code in alone if code in here.index and pd.isna(rows[code])]
    assert here.loc[nothing_else, "observed"].isna().all()
    assert (here.loc[[code for code in alone if code in here.index], "quality"] != "observed").all()
