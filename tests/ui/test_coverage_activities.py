"""Who does what where: nothing is lost or counted twice, nothing withheld is summed, an empty choice has a way out."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.assessment import assess
from analytics.scenario import Scenario
from tests.analytics.world import world
from ui.language import speaking
from ui.views import coverage_activities as who
from ui.views import coverage_text as words
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


def test_donors_are_called_in_the_language_spoken_and_a_name_of_nobody_elses_stays_as_written():
    rows = activities(row(donor="Banque mondiale"), row(donor="Allemagne (GFFO) + CBM"), row(donor="Fondation X"))
    with speaking("en"):
        assert list(words.named_donors(rows)["donor"]) == ["World Bank", "Germany (GFFO) + CBM", "Fondation X"]
    with speaking("fr"):
        assert list(words.named_donors(rows)["donor"]) == list(rows["donor"])


def test_none_reported_is_a_figure_and_a_sector_the_3w_cannot_speak_of_has_no_column():
    columns, table = words.laid_out("areas", activities(row(), row(sector="EDU")), AREAS, 1, ["EDU", "HEA"])
    cells = {column.key: column.format(table.set_index("pcode").at["P2", column.key]) for column in columns if column.key in ("EDU", "HEA", "EMP")}
    assert cells == {"EDU": "0", "HEA": "0"}


@pytest.mark.parametrize(("reasons", "said"), [
    ([], "No exact copy. No row of another organisation has"),
    (["exact", "same_figures"], "1 exact copy is counted once. 1 row of another organisation has"),
    (["exact", "exact"], "2 exact copies are counted once. No row"),
])
def test_likely_duplicates_are_counted_in_words_that_fit_their_number(reasons, said):
    with speaking("en"):
        assert words.duplicates_note(pd.DataFrame({"reason_code": pd.Series(reasons, dtype=object)})).startswith(said)
