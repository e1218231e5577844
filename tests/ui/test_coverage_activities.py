"""Who does what where: nothing is lost or counted twice, nothing withheld is summed, an empty choice has a way out."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.assessment import assess
from analytics.scenario import Scenario
from tests.analytics.world import world
from ui.views import coverage_activities as who
from ui.views.coverage import need_and_coverage

AREAS = pd.DataFrame({name: ["A", "B", "C"] for name in ("name_fr", "name_en", "parent_name_fr", "parent_name_en")}, index=["P1", "P2", "P3"])


def row(organisation="Org", kind="civil", sector="HEA", pcode="P1", status="ongoing", people=10.0, donor="D", copy=math.nan, protected=False):
    return {
        "organisation": organisation, "organisation_type": kind, "recipient_type": kind, "sector": sector, "pcode": pcode, "status": status,
        "start": pd.Timestamp("2025-01-01"), "end": pd.Timestamp("2025-12-31"), "beneficiaries": people, "donor": donor, "duplicate_of": copy,
        "protected": protected,
    }


def activities(*rows):
    return who.counted_once(pd.DataFrame(rows))


def test_an_exact_copy_counts_once_and_a_cluster_of_no_sector_is_kept():
    found = activities(row(), row(copy=7), row(sector=None))
    assert list(found["sector"]) == ["HEA", "other"]


def test_levels_of_organisations():
    found = activities(row("UN", "international"), row("Two"), row("Two", pcode="P2"), row("One"), row("Who", "unknown"))
    assert who.reach(found).to_dict() == {"UN": "international", "Two": "national", "One": "local", "Who": "unknown"}


def test_an_area_without_a_row_has_none_reported_and_one_with_a_withheld_figure_has_no_sum():
    table = who.by_area(activities(row(people=5.0), row(people=math.nan, protected=True), row(pcode="P2", people=math.nan)), AREAS, ["HEA"]).set_index("pcode")
    assert table.loc["P3", "HEA"] == 0 and table.loc["P3", "organisations"] == 0
    assert math.isnan(table.loc["P1", "beneficiaries"]) and table.loc["P1", "beneficiaries_protected"]
    assert math.isnan(table.loc["P2", "beneficiaries"]) and not table.loc["P2", "beneficiaries_protected"]


def test_the_three_layouts_count_the_same_activities():
    rows = activities(row("A"), row("A", sector="EDU", pcode="P2"), row("B", pcode="P2"), row("B", pcode="P2"))
    assert who.by_organisation(rows, ["EDU", "HEA"])["activities"].sum() == 4
    assert who.by_area(rows, AREAS, ["EDU", "HEA"])["activities"].sum() == 4
    assert who.presences(rows)["activities"].sum() == 4 and len(who.presences(rows)) == 3


def test_an_empty_choice_names_the_filters_whose_removal_shows_something():
    rows = activities(row("A"), row("B", sector="EDU"), row("B", sector="EDU", pcode="P2"))
    empty = who.Choice(partner="B", sector="HEA")
    assert who.chosen(rows, empty).empty
    assert who.ways_out(rows, empty) == [("sector", 2), ("partner", 1)]
    assert who.ways_out(rows, who.Choice(partner="B", sector="HEA", area="P3")) == []


def test_planned_activities_are_not_running_ones():
    rows = activities(row(), row(status="planned"), row(status="unknown"), row(status="completed"))
    assert len(who.chosen(rows, who.Choice())) == 2
    assert len(who.chosen(rows, who.Choice(status="planned"))) == 1
    assert list(who.by_status(rows, ["HEA"])["status"]) == ["planned", "ongoing", "completed", "unknown"]


names = st.sampled_from([f"n{i}" for i in range(30)] + ["Autre", "other"])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(names, names, st.sampled_from(["HEA", "EDU", None]), st.sampled_from(["P1", "P2", "P3"]), st.booleans()), min_size=1, max_size=60))
def test_grouping_the_small_ends_of_a_flow_loses_no_activity_and_says_how_many_names(drawn):
    rows = activities(*(row(partner, donor=donor if named else None, sector=sector, pcode=pcode) for donor, partner, sector, pcode, named in drawn))
    flows = who.flows(rows, donors=3, partners=3, areas=2)
    told = rows[rows["donor"].notna() & (rows["sector"] != "other")]
    assert flows.rows["activities"].sum() == len(told)
    for column, hidden, origin in (("donor", flows.donors, "donor"), ("organisation", flows.organisations, "organisation"), ("pcode", flows.areas, "pcode")):
        named = set(flows.rows[column]) - {who.OTHERS}
        assert len(named) + hidden == told[origin].nunique()
        assert (hidden > 0) == (who.OTHERS in set(flows.rows[column]))


@pytest.mark.parametrize("sector", ["EMP", "FIN"])
def test_a_sector_the_3w_cannot_speak_of_is_not_tracked(sector):
    assert sector not in who.tracked(pd.DataFrame({"sector": ["HEA", "EDU"]}))


@pytest.mark.parametrize("seed", range(3))
def test_the_page_covers_what_the_plan_says_is_covered(seed):
    inputs = world(5, seed)
    assessed = assess(inputs, Scenario())
    page, needs = need_and_coverage(inputs, assessed, None), assessed.needs
    whole = (needs.coverage * needs.demand).sum().sum() / needs.demand.sum().sum()
    assert (page["coverage"] * page["demand"]).sum() / page["demand"].sum() == pytest.approx(whole)
    untold = [sector for sector in needs.partners if needs.partners[sector].isna().all()]
    assert all(need_and_coverage(inputs, assessed, sector)["coverage"].isna().all() for sector in untold)
