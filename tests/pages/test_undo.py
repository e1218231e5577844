"""Undo and redo of everything a person can change: assumptions, areas, country and level, and what they entered in the workspace."""

from __future__ import annotations

import pytest

from data.workspace import entries
from data.workspace.actor import Actor
from data.workspace.schema import open_workspace
from tests.pages.conftest import words
from tests.pages.test_conditions_page import keyed, score


@pytest.fixture(autouse=True)
def engine(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'w.sqlite'}"
    monkeypatch.setenv("ANCRAGE_WORKSPACE_URL", url)
    return open_workspace(url)


def press(app, name):
    app.button(key=f"sidebar.{name}").click().run()
    assert not app.exception
    return [toast.value for toast in app.toast]


def test_assumptions_areas_level_and_country_are_undone_in_their_order(open_page):
    app = open_page("situation", country="CAF", level="1", lang="en")
    area, level = "situation.area", "sidebar.level"
    first = app.button_group(key=level).value
    app.selectbox(key=area).set_value("CF11").run()
    app.button_group(key=level).set_value(2).run()
    app.selectbox(key="sidebar.country").set_value("AFG").run()
    app.switch_page("pages/plan.py").run()
    app.selectbox(key="plan.s.question").set_value("target").run()
    assert any("Question" in said for said in press(app, "undo"))
    assert app.selectbox(key="plan.s.question").value == "budget"
    press(app, "undo")
    assert app.selectbox(key="sidebar.country").value == "CAF" and app.button_group(key=level).value == 2
    press(app, "undo")
    app.switch_page("pages/situation.py").run()
    assert (app.button_group(key=level).value, app.selectbox(key=area).value) == (first, "CF11")
    press(app, "undo")
    assert app.selectbox(key=area).value is None and app.button(key="sidebar.undo").disabled
    for _ in range(4):
        press(app, "redo")
    assert app.selectbox(key="sidebar.country").value == "AFG" and app.button(key="sidebar.redo").disabled
    assert app.query_params["s.question"] in ("target", ["target"])


def test_a_score_is_undone_and_redone_like_any_input(open_page, engine):
    app = score(open_page("conditions", country="COD", lang="en"), 1.0)
    assert press(app, "undo") == ["Undone: entry"]
    assert "Present score" not in words(app)
    press(app, "redo")
    assert "Present score: **1**, Awa" in words(app)
    press(app, "undo")
    assert "Present score" not in words(app)
    # and never over what somebody else entered since
    press(app, "redo")
    ben = Actor("ben", "Ben", "officer")
    kept = {"country": "COD", "pcode": "COD", "indicator": "CO1", "value": 0.5, "evidence": "", "assessor": "Ben", "assessed_on": "2026-11-01"}
    entries.enter(engine, ben, "score", kept)
    press(app, "undo")
    assert "Ben entered another figure in the meantime" in words(app) and "Present score: **0.5**, Ben" in words(app)
    assert keyed(app.button_group, "conditions.value.")


def test_an_unfinished_row_is_undone_redone_and_comes_back_with_a_reload(open_page):
    app = open_page("plan", country="AFG", lang="en", s__question="in_place")

    def rows(seen):
        seen.session_state["plan.tabs"] = "Constraints"
        seen.run()
        assert not seen.exception
        return next(frame.value for frame in seen.dataframe if "share" in frame.value.columns).to_dict("records")

    assert rows(app) == []
    # a floor without its share, then with it
    app.session_state["unfinished"] = {"rows.AFG.floors": [{"place": "AF01", "share": None}]}
    assert [row["place"] for row in rows(app)] == ["AF01"]
    # the same address in a new session, as after a reload; another address says nothing of it
    assert [row["place"] for row in rows(open_page("plan", country="AFG", lang="en", s__question="in_place"))] == ["AF01"]
    assert rows(open_page("plan", country="AFG", lang="en", s__question="by_hand")) == []
    assert press(app, "undo") == ["Undone: what was being written"]
    assert rows(app) == []
    press(app, "redo")
    assert [row["place"] for row in rows(app)] == ["AF01"]


def test_a_note_that_is_being_written_survives_a_reload_and_is_gone_once_kept(open_page):
    def note(seen):
        return keyed(seen.text_area, "scenarios.note.")

    app = open_page("scenarios", country="AFG", lang="en", s__budget="3000000")
    note(app).set_value("Agreed on 3 March").run()
    again = open_page("scenarios", country="AFG", lang="en", s__budget="3000000")
    assert note(again).value == "Agreed on 3 March"
    assert again.button(key="sidebar.undo").disabled
    keyed(again.text_input, "scenarios.name.").set_value("Sent").run()
    again.button(key="scenarios.save_new").click().run()
    assert not again.exception and note(again).value == "Agreed on 3 March" and "scenarios.note.None" not in again.session_state["unfinished"]
    assert note(open_page("scenarios", country="AFG", lang="en", s__budget="3000000")).value == ""
