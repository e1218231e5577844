"""Conditions: scores replace assumptions at once on every page, with evidence and history; prices and structures reach the plan."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from data.workspace import entries
from data.workspace.actor import LOCAL
from data.workspace.schema import open_workspace
from tests.pages.conftest import words

TABS = ("Actors", "Structures in place", "Prices", "History")


@pytest.fixture(autouse=True)
def engine(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'w.sqlite'}"
    monkeypatch.setenv("ANCRAGE_WORKSPACE_URL", url)
    return open_workspace(url)


def tab(app: AppTest, name: str) -> AppTest:
    app.session_state["conditions.tabs"] = name
    return app.run()


def keyed(elements, start):
    return next(one for one in elements if one.key and one.key.startswith(start))


def score(app: AppTest, value: float) -> AppTest:
    keyed(app.button_group, "conditions.value.").set_value(value).run()
    keyed(app.text_area, "conditions.evidence.").set_value("Compte rendu du 3 mars").run()
    keyed(app.text_input, "conditions.assessor.").set_value("Awa").run()
    return app.button(key="conditions.save").click().run()


@pytest.mark.parametrize(("country", "lang"), [("COD", "fr"), ("CAF", "en"), ("AFG", "fr")])
def test_the_page_opens(open_page, country, lang):
    app = open_page("conditions", country=country, lang=lang)
    assert not app.exception
    assert app.title[0].value.endswith("?")
    assert "0 " in app.markdown[0].value and "44" in app.markdown[0].value


@pytest.mark.parametrize("name", TABS)
def test_every_tab_opens(open_page, name):
    app = tab(open_page("conditions", country="AFG", lang="en"), name)
    assert not app.exception
    assert "None" not in words(app)


def test_a_score_counts_at_once_and_says_who_and_why(open_page, engine):
    app = open_page("conditions", country="COD", lang="en")
    before = app.metric[0].value
    score(app, 1.0)
    assert not app.exception
    assert app.metric[0].value != before
    assert "Present score: **1**, Awa" in words(app)
    kept = entries.current(engine, LOCAL, "score", "COD").iloc[0]
    assert (kept["indicator"], kept["pcode"], kept["value"], kept["evidence"]) == ("CO1", "COD", 1.0, "Compte rendu du 3 mars")
    # and on Situation, where the capacity of every area rests on it
    capacity = open_page("situation", country="COD").dataframe[0].value["capacity"].sum()
    entries.take_back(engine, LOCAL, "score", int(kept["id"]))
    assert capacity > open_page("situation", country="COD").dataframe[0].value["capacity"].sum()


def test_a_score_is_taken_back_and_both_stand_in_the_history(open_page):
    app = score(open_page("conditions", country="COD", lang="en"), 0.5)
    app.button(key="conditions.take_back").click().run()
    assert not app.exception and "Present score" not in words(app)
    past = tab(app, "History").dataframe[0].value
    assert list(past["value"]) == ["taken back", "0.5"]


def test_a_score_somebody_entered_meanwhile_is_not_replaced_unseen(open_page, engine):
    app = open_page("conditions", country="COD", lang="en")
    entries.enter(
        engine,
        LOCAL,
        "score",
        {"country": "COD", "pcode": "COD", "indicator": "CO1", "value": 0.5, "evidence": "", "assessor": "Ben", "assessed_on": "2026-11-01"},
    )
    keyed(app.button_group, "conditions.value.").set_value(1.0)
    app.button(key="conditions.save").click().run()
    assert "Ben scored this item 0.5 while you scored it 1" in words(app) and "Present score: **0.5**, Ben" in words(app)


def test_national_scores_are_inherited_by_areas_and_local_ones_are_their_own(open_page, engine):
    for pcode, indicator, value in (("COD", "CO1", 1.0), ("CD61", "CO2", 0.5)):
        entries.enter(
            engine,
            LOCAL,
            "score",
            {"country": "COD", "pcode": pcode, "indicator": indicator, "value": value, "evidence": "", "assessor": "Awa", "assessed_on": "2026-11-01"},
        )
    def scores(place):
        items = open_page("conditions", country="COD", areas=place).dataframe[0].value
        return items["value"][items["value"] >= 0].to_list()

    assert scores("CD61") == [1.0, 0.5]
    assert scores("CD62") == [1.0]


def test_services_and_needs_are_scored_too_and_what_was_found_nationally_is_said_to_be_inherited(open_page, engine):
    kept = {"country": "COD", "evidence": "", "assessor": "Awa", "assessed_on": "2026-11-01"}
    for pcode, indicator, value in (("COD", "SV8", 0.5), ("CD61", "PS1", 1.0), ("COD", "SO2", 3)):
        entries.enter(engine, LOCAL, "score", {"pcode": pcode, "indicator": indicator, "value": value, **kept})
    app = open_page("conditions", country="COD", areas="CD61", lang="en")
    quality = app.dataframe[0].value.set_index("name")["quality"]
    said = {name: str(quality[name]) for name in ("Legal aid or justice available", "MHPSS provider available", "Tension in the community")}
    assert "inherited" in said["Legal aid or justice available"] and "observed" in said["MHPSS provider available"]
    assert "inherited" in said["Tension in the community"]
    assert "2\u00a0of\u00a07\u00a0scored" in words(app)


def test_what_a_score_would_change_in_the_plan_is_said(open_page):
    app = tab(open_page("conditions", country="COD", lang="en"), "What a score would change")
    table = app.dataframe[0].value
    assert (table["capacity"] >= 0).all() and table["capacity"].max() > 1 and table["interventions"].min() < 0
    app.toggle(key="conditions.unlock.plan").set_value(True).run()
    assert not app.exception and "coverage is" in words(app)


def test_an_actor_is_placed_on_the_map(open_page):
    app = tab(open_page("conditions", country="COD", lang="en"), "Actors")
    app.button(key="conditions.actor.save").click().run()
    assert "“name of the actor” is missing" in words(app) and not app.get("plotly_chart")
    app.text_input(key="conditions.actor.COD.name").set_value("Ministry of Social Affairs")
    app.selectbox(key="conditions.actor.COD.influence").set_value(3)
    app.selectbox(key="conditions.actor.COD.interest").set_value(2)
    app.button(key="conditions.actor.save").click().run()
    assert not app.exception and app.text_input(key="conditions.actor.COD.name").value == ""
    chart = app.get("plotly_chart")[0]
    assert "Ministry of Social Affairs" in chart.proto.alt
    assert app.dataframe[0].value["name"].to_list() == ["Ministry of Social Affairs"]


def test_structures_in_place_cover_people_and_own_prices_make_the_plan(open_page, engine):
    before = open_page("situation", country="COD", areas="CD61")
    entries.enter(engine, LOCAL, "structure", {"country": "COD", "intervention": "A16", "scope_kind": "area", "scope_id": "CD61", "units": 2000})
    after = open_page("situation", country="COD", areas="CD61")
    covered = [app.dataframe[0].value.iloc[:, 6].max() for app in (before, after)]
    assert covered[1] >= covered[0] and before.metric[2].value != after.metric[2].value
    app = tab(open_page("conditions", country="COD", lang="en"), "Structures in place")
    assert not app.exception and list(app.dataframe[0].value["units"]) == [2000]
    # and are edited in place
    assert app.dataframe[0].editing_mode == "fixed"
    cheap = open_page("plan", country="COD", s__budget="5000000").dataframe[0].value["units"].sum()
    for code in ("A16", "A18"):
        entries.enter(engine, LOCAL, "price", {"country": "COD", "intervention": code, "low": 9e6, "mode": 9e6, "high": 9e6})
    dear = open_page("plan", country="COD", s__budget="5000000").dataframe[0].value["units"].sum()
    assert dear != cheap
    prices = tab(open_page("conditions", country="COD", lang="en"), "Prices")
    assert not prices.exception and prices.selectbox(key="conditions.price.remove").value


def test_the_plan_says_that_the_programmes_prices_are_in_use(open_page, engine):
    entries.enter(engine, LOCAL, "price", {"country": "COD", "intervention": "A16", "low": 7e5, "mode": 8e5, "high": 9e5})
    app = open_page("plan", country="COD", lang="en", s__budget="5000000")
    assert "1 price entered by the programme" in words(app)
    app.session_state["plan.tabs"] = "Prices"
    app.run()
    assert not app.exception
