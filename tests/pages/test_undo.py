"""Undo and redo of everything a person can change: assumptions, areas, country and level, and what they entered in the workspace."""

from __future__ import annotations

import pytest

from data.workspace import entries
from data.workspace.actor import Actor
from data.workspace.schema import open_workspace
from tests.pages.conftest import words
from tests.pages.test_conditions_page import keyed, score, tab


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


def test_every_form_that_waits_for_its_button_comes_back_with_a_reload(open_page):
    def opened():
        return open_page("conditions", country="AFG", lang="en")

    app = opened()
    month = keyed(app.selectbox, "conditions.month.")
    month.set_value(month.options[2]).run()
    tab(app, "Actors").text_input(key="conditions.actor.AFG.name").set_value("Union of returnees").run()
    app.selectbox(key="conditions.actor.AFG.influence").set_value(2).run()
    tab(app, "Structures in place").selectbox(key="conditions.structure.AFG.code").set_value("A16").run()
    app.number_input(key="conditions.structure.AFG.units").set_value(7).run()
    app.text_input(key="conditions.structure.AFG.evidence").set_value("Visited").run()
    again = opened()
    assert keyed(again.selectbox, "conditions.month.").index == 2
    tab(again, "Actors")
    assert again.text_input(key="conditions.actor.AFG.name").value == "Union of returnees" and again.selectbox(key="conditions.actor.AFG.influence").value == 2
    tab(again, "Structures in place")
    assert again.selectbox(key="conditions.structure.AFG.code").value == "A16" and again.number_input(key="conditions.structure.AFG.units").value == 7
    again.button(key="conditions.structure.save").click().run()
    assert not again.exception and list(again.dataframe[0].value["units"]) == [7]
    # what was kept left the form, and the draft; the actor still waits
    assert again.text_input(key="conditions.structure.AFG.evidence").value == ""
    last = tab(opened(), "Structures in place")
    assert last.number_input(key="conditions.structure.AFG.units").value == 1 and "conditions.actor.AFG.name" in last.session_state["unfinished"]


def test_a_line_and_a_name_that_were_typed_come_back_with_a_reload(open_page):
    def opened():
        app = open_page("plan", country="AFG", lang="en", s__question="in_place")
        app.session_state["plan.tabs"] = "By hand"
        return app.run()

    app = opened()
    app.number_input(key="editor.add.AFG.units").set_value(5).run()
    app.switch_page("pages/scenarios.py").run()
    app.text_input(key="scenarios.who").set_value("Awa").run()
    again = opened()
    assert again.number_input(key="editor.add.AFG.units").value == 5
    again.button(key="editor.add.button").click().run()
    assert not again.exception and 5 in again.session_state["scenario"].units.values()
    # whose name it is comes back in the same browser, whatever the link says
    assert open_page("scenarios", country="COD").text_input(key="scenarios.who").value == "Awa"


def test_a_kept_scenario_stays_in_hand_through_a_reload_and_is_left_by_an_undo(open_page):
    def in_hand(seen):
        return next((button for button in seen.button if button.key == "scenarios.save"), None)

    app = open_page("scenarios", country="AFG", lang="en", s__question="in_place")
    keyed(app.text_input, "scenarios.name.").set_value("As it is").run()
    app.button(key="scenarios.save_new").click().run()
    again = open_page("scenarios", country="AFG", lang="en", s__question="in_place")
    keyed(again.text_area, "scenarios.note.").set_value("Agreed").run()
    assert in_hand(open_page("scenarios", country="AFG", lang="en", s__question="in_place"))
    other = open_page("scenarios", country="AFG", lang="en", s__question="by_hand")
    assert in_hand(other) is None
    keyed(other.button, "scenarios.open.").click().run()
    assert in_hand(other)
    press(other, "undo")
    assert in_hand(other) is None
    press(other, "redo")
    assert in_hand(other)


def test_two_things_told_in_one_run_are_two_steps(open_page):
    """An undo pressed before the run of the change before it has begun takes back that change, and nothing else."""
    app = open_page("plan", country="AFG", lang="en", s__question="in_place")
    app.selectbox(key="plan.s.question").set_value("target").run()
    app.selectbox(key="plan.s.question").set_value("by_hand")
    press(app, "undo")
    assert app.selectbox(key="plan.s.question").value == "target"
    press(app, "redo")
    assert app.selectbox(key="plan.s.question").value == "by_hand"


def test_a_note_that_is_being_written_survives_a_reload_and_is_gone_once_kept(open_page):
    def note(seen):
        return keyed(seen.text_area, "scenarios.note.")

    app = open_page("scenarios", country="AFG", lang="en", s__question="in_place")
    note(app).set_value("Agreed on 3 March").run()
    again = open_page("scenarios", country="AFG", lang="en", s__question="in_place")
    assert note(again).value == "Agreed on 3 March"
    assert again.button(key="sidebar.undo").disabled
    keyed(again.text_input, "scenarios.name.").set_value("Sent").run()
    again.button(key="scenarios.save_new").click().run()
    assert not again.exception and note(again).value == "Agreed on 3 March" and "scenarios.note.None" not in again.session_state["unfinished"]
    last = open_page("scenarios", country="AFG", lang="en", s__question="in_place")
    assert not [name for name in last.session_state["unfinished"] if name.startswith("scenarios.note.")]
