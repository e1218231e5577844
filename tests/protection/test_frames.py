"""Frames of the pages over a release: what is withheld is missing and marked, in no sum and never 0."""

from __future__ import annotations

import pandas as pd
import pytest

from analytics.compute import plan
from analytics.scenario import Scenario
from data import queries
from data.planning import plan_inputs, returns_at
from data.store import Store
from tests.protection.conftest import COUNTRY
from ui.views import returns as view


@pytest.mark.parametrize("kind", ["abroad", "internal", view.BOTH])
def test_a_map_of_a_year_hides_what_the_release_hides(release: Store, store: Store, kind: str) -> None:
    inputs, known = (plan_inputs(one, COUNTRY, 2) for one in (release, store))
    hidden = 0
    for year in view.years(inputs):
        shown, true = (
            view.year_by_place(one, year, kind, queries.returns_by_year(source, COUNTRY)).areas for one, source in ((inputs, release), (known, store)))
        rows = inputs.returns[(inputs.returns["year"] == year) & inputs.returns["pcode"].isin(shown.index)]
        withheld = rows.loc[rows["persons"].isna() & ((kind == view.BOTH) | (rows["kind"] == kind)), "pcode"].unique()
        assert shown.loc[withheld, "persons"].isna().all()
        assert shown.loc[withheld, "protected"].all()
        rest = shown.index.difference(withheld)
        pd.testing.assert_series_equal(shown.loc[rest, "persons"], true.loc[rest, "persons"])
        hidden += len(withheld)
    assert hidden > 0 or kind == "internal"


def test_a_series_hides_what_the_release_hides(release: Store) -> None:
    rows = returns_at(release, COUNTRY, 1)
    national = queries.returns_by_year(release, COUNTRY)
    withheld = rows[rows["persons"].isna()]
    assert len(withheld) > 0
    for row in withheld.itertuples():
        found = view.series(plan_inputs(release, COUNTRY, 1), row.pcode, national).set_index("year")
        assert pd.isna(found.at[row.year, row.kind])
        assert found.at[row.year, f"{row.kind}_protected"]
        break


def test_hosts_and_the_united_kingdom_hide_what_the_release_hides(release: Store) -> None:
    hosts = queries.returns_by_host(release, COUNTRY)
    year = int(hosts.loc[hosts["protected"], "year"].max()) if hosts["protected"].any() else int(hosts["year"].max())
    national = queries.returns_by_year(release, COUNTRY)
    shown = view.hosts(plan_inputs(release, COUNTRY, 1), year, national)
    missing = set(hosts.loc[(hosts["year"] == year) & hosts["persons"].isna(), "host_iso3"])
    assert set(shown.loc[shown["persons"].isna(), "host_iso3"]) == missing
    types = queries.uk_returns_by_type(release, COUNTRY)
    withheld = types[types["persons"].isna() & types["destination_home"].astype(bool)]
    assert len(withheld) > 0
    table = view.from_uk(types).set_index("year")
    for row in withheld.itertuples():
        assert pd.isna(table.at[row.year, view.UK_TYPES[row.flow_type]])


def test_a_plan_is_made_of_what_is_published(release: Store) -> None:
    made = plan(plan_inputs(release, COUNTRY, 1), Scenario(question="target", target=0.5))
    assert made.lines
    assert sum(one.persons for one in made.not_placed if one.parent == COUNTRY) > 0
