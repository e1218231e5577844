"""Scenarios on their page: saved, opened, forked, deleted with undo, compared, sent; two people saving the same one."""

from __future__ import annotations

import json

import pytest

from data import queries
from data.store import open_store
from tests.pages.conftest import words


@pytest.fixture(autouse=True)
def own_workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("ANCRAGE_WORKSPACE_URL", f"sqlite:///{tmp_path / 'w.sqlite'}")


def named(app, name, who="Awa"):
    app.text_input(key="scenarios.who").set_value(who).run()
    key = next(one.key for one in app.text_input if one.key.startswith("scenarios.name."))
    app.text_input(key=key).set_value(name).run()
    return app


def said(app):
    return words(app) + "\n".join(error.value for error in app.error) + "\n".join(button.label for button in app.button)


def opened_button(app, verb):
    return next(button for button in app.button if button.key.startswith(f"scenarios.{verb}."))


@pytest.mark.parametrize(("country", "lang"), [("COD", "fr"), ("CAF", "en"), ("AFG", "fr")])
def test_the_page_opens_empty_and_says_what_to_do(open_page, country, lang):
    app = open_page("scenarios", country=country, lang=lang)
    assert not app.exception
    assert app.title[0].value.endswith("?")
    assert ("enregistrez" if lang == "fr" else "save it") in words(app)


def test_a_scenario_is_described_before_anybody_writes_a_word(open_page):
    app = open_page("scenarios", country="AFG", lang="en", s__budget="3000000", s__host_multipliers="IRN:2")
    assert "Budget 3\u00a0million\u00a0EUR (instead of" in words(app) and "Iran" in words(app)


def test_saved_opened_forked_deleted_and_brought_back(open_page):
    app = named(open_page("scenarios", country="COD", s__budget="3000000"), "Budget réduit")
    app.button(key="scenarios.save_new").click().run()
    assert not app.exception and "Budget réduit" in words(app) and "Version 1, Awa" in words(app)
    opened_button(app, "fork").click().run()
    assert "Budget réduit (copie)" in words(app)
    opened_button(app, "delete").click().run()
    assert "supprimé" in said(app)
    app.button(key="scenarios.undo_delete").click().run()
    assert not app.exception and "2 scénarios" in words(app)


def test_two_people_save_the_same_scenario_and_the_second_chooses(open_page):
    first = named(open_page("scenarios", country="COD", s__budget="3000000"), "Commun")
    first.button(key="scenarios.save_new").click().run()
    second = open_page("scenarios", country="COD")
    opened_button(second, "open").click().run()
    first = named(open_page("scenarios", country="COD"), "Commun")
    opened_button(first, "open").click().run()
    named(first, "Commun, par Awa").button(key="scenarios.save").click().run()
    named(second, "Commun, par Ben", "Ben").button(key="scenarios.save").click().run()
    text = said(second)
    assert "Awa a enregistré la version 2" in text and "Commun, par Awa" in text and "Commun, par Ben" in text
    second.button(key="scenarios.keep_both").click().run()
    assert not second.exception and "Commun, par Ben (copie)" in words(second) and "Commun, par Awa" in words(second)


def test_an_old_version_is_restored(open_page):
    app = named(open_page("scenarios", country="COD", s__budget="3000000"), "A")
    app.button(key="scenarios.save_new").click().run()
    named(app, "B").button(key="scenarios.save").click().run()
    app.button(key="scenarios.restore").click().run()
    assert not app.exception and "Version 3" in words(app)


def test_two_to_four_are_compared_with_the_same_classes_and_their_differences(open_page):
    app = named(open_page("scenarios", country="COD", s__budget="3000000"), "Trois millions")
    app.button(key="scenarios.save_new").click().run()
    app.query_params.clear()
    app.query_params["s.budget"] = "8000000"
    app.run()
    headline, differences = app.dataframe[1].value, app.dataframe[2].value
    assert list(headline["cost"])[0] > 7e6 and list(headline["cost"])[1] <= 3e6
    sizes = differences["difference"].abs()
    assert len(differences) > 5 and sizes.is_monotonic_decreasing and differences["difference"].iloc[0] < 0
    assert not app.exception


def test_scenarios_of_different_levels_are_compared_at_the_coarser_one_and_it_is_said(open_page, page_store):
    app = named(open_page("scenarios", country="CAF", level="2", lang="en", s__budget="3000000"), "By sub-prefecture")
    app.button(key="scenarios.save_new").click().run()
    same = open_page("scenarios", country="CAF", level="1", lang="en", s__budget="3000000")
    assert not same.exception and "brought to level 1" in words(same)
    assert same.button_group(key="scenarios.view.3").options and "Stance" not in str(same.button_group(key="scenarios.view.3").options)
    headline, differences = same.dataframe[1].value, same.dataframe[2].value
    assert "By sub-prefecture, level 2" in str(headline["name"].to_list())
    # no place of the finer plan is left: each is named by the area of the coarser level it lies in
    store = open_store(page_store)
    coarse, fine = (set(queries.areas(store, "CAF", level)["name_en"]) for level in (1, 2))
    store.close()
    places = set(differences["where"])
    assert len(places & coarse) >= 5 and not places & (fine - coarse)


def test_undo_and_redo_go_through_every_input(open_page):
    app = open_page("returns", country="AFG", lang="en")
    for value in (2.0, 3.0):
        app.select_slider(key="returns.s.host_multipliers.IRN").set_value(value).run()
    app.button(key="sidebar.undo").click().run()
    assert app.select_slider(key="returns.s.host_multipliers.IRN").value == 2.0
    app.button(key="sidebar.undo").click().run()
    assert app.select_slider(key="returns.s.host_multipliers.IRN").value == 1.0
    assert app.button(key="sidebar.undo").disabled
    app.button(key="sidebar.redo").click().run()
    assert app.select_slider(key="returns.s.host_multipliers.IRN").value == 2.0


def test_work_that_was_not_saved_is_offered_again(open_page):
    app = open_page("returns", country="AFG", lang="en")
    app.select_slider(key="returns.s.host_multipliers.IRN").set_value(2.0).run()
    later = open_page("returns", country="COD", lang="en")
    later.button(key="sidebar.draft").click().run()
    assert not later.exception
    assert later.select_slider(key="returns.s.host_multipliers.IRN").value == 2.0


def test_links_open_the_scenario(open_page):
    app = named(open_page("scenarios", country="COD", lang="en", s__budget="3000000"), "Sent")
    app.button(key="scenarios.save_new").click().run()
    links = {name: json.loads(one.proto.mixed.json or one.proto.json)["link"] for one in app.get("bidi_component")
             for name in ("id", "whole") if f"scenarios.link.{name}" in one.proto.id}
    by_id, whole = links["id"].split("?")[1], links["whole"].split("?")[1]
    for link in (by_id, whole):
        name, value = link.split("=", 1)
        other = open_page("scenarios", lang="en", **{name: value})
        assert not other.exception and "Budget 3" in words(other)


def test_a_workspace_that_cannot_be_opened_is_said_and_other_pages_work(open_page, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("ANCRAGE_WORKSPACE_URL", f"sqlite:///{tmp_path / 'file' / 'w.sqlite'}")
    app = open_page("scenarios", lang="en")
    assert not app.exception and "ANCRAGE_WORKSPACE_URL" in words(app)
    assert not open_page("returns", lang="en").exception
