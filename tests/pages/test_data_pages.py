"""Returns, Communities and Coverage open for every country and language, and say what the data say."""

import re

import pytest

from tests.pages.conftest import words

PAGES = ("returns", "communities", "coverage")
COUNTRIES = ("COD", "CAF", "AFG")


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens(open_page, name, country, lang):
    app = open_page(name, country=country, lang=lang)
    assert not app.exception
    assert app.title[0].value.endswith("?")
    text = words(app)
    assert "None" not in text and "nan" not in re.split(r"\W", text) and not re.search(r"\b\d+(?:[.,]\d+)?e[+-]?\d+\b", text)
    assert ("Qualité" if lang == "fr" else "Quality") in text


@pytest.mark.parametrize("name", PAGES)
def test_a_level_with_maps_only_opens(open_page, name):
    app = open_page(name, country="COD", level="2")
    assert not app.exception
    assert any(len(table.value) == 189 for table in app.dataframe)


@pytest.mark.parametrize("name", PAGES)
def test_an_area_in_the_link_is_in_focus(open_page, name):
    app = open_page(name, country="COD", areas="CD61")
    assert not app.exception
    assert app.selectbox(key=f"{name}.area").value == "CD61"


def test_the_figures_of_the_sources_are_on_screen(open_page):
    assert "3,58\u00a0millions" in words(open_page("returns", country="COD"))
    assert "1.95\u00a0million" in words(open_page("returns", country="AFG", lang="en"))


def test_unknown_sex_and_age_is_never_nought(open_page):
    charts = [chart for chart in open_page("returns", country="COD").get("plotly_chart") if "inconnu" in chart.proto.alt]
    assert charts and "Sexe et âge inconnus 100" in charts[0].proto.alt


@pytest.mark.parametrize(("lang", "missing", "never"), [("fr", "pas de donnée", "aucune signalée"), ("en", "no data", "none reported")])
@pytest.mark.parametrize("country", ["CAF", "AFG"])
def test_without_a_3w_there_is_no_data_and_never_no_partner(open_page, country, lang, missing, never):
    app = open_page("coverage", country=country, lang=lang)
    text = words(app)
    assert missing in text and never not in text
    assert not app.metric
    assert "3W" in app.info[0].value
    table = app.dataframe[0].value
    assert table[["coverage", "organisations", "partners"]].isna().all().all()


def test_the_3w_says_which_sectors_it_cannot_speak_of(open_page):
    text = words(open_page("coverage", country="COD"))
    assert "Le 3W ne dit rien de\u202f: Emploi, Finance" in text


def test_a_shock_doubles_what_is_expected_from_abroad(open_page):
    app = open_page("returns", country="AFG", lang="en")
    before = app.metric[2].value
    app.select_slider(key="returns.s.host_multipliers.IRN").set_value(2.0).run()
    assert not app.exception
    assert app.metric[2].value != before
    assert app.query_params["s.host_multipliers"] in ("IRN:2", ["IRN:2"])


def test_two_areas_are_compared(open_page):
    app = open_page("communities", country="COD", areas="CD61,CD54")
    profile = app.dataframe[0].value
    assert {"CD61", "CD54", "neighbours", "country"} <= set(profile.columns)


def test_the_measure_on_the_map_says_period_source_and_quality(open_page):
    app = open_page("communities", country="COD", indicator="SV1", lang="en")
    line = next(caption.value for caption in app.caption if caption.value.startswith("Period"))
    assert "2019" in line and "Maina" in line and "●" in line


def test_the_country_expects_the_same_at_every_level_of_the_map(open_page):
    plan_level, map_level = open_page("returns", country="COD"), open_page("returns", country="COD", level="2")
    assert plan_level.metric[2].value == map_level.metric[2].value
    assert "total" not in map_level.dataframe[-1].value.columns


def test_a_place_is_named_first_only_where_most_returns_have_a_place(open_page):
    assert "Nord-Kivu" in open_page("returns", country="COD").markdown[0].value
    assert "Kinshasa" not in open_page("returns", country="COD", level="2").markdown[0].value
