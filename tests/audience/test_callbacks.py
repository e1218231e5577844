"""Callbacks run before app.py and without it: each that writes, as somebody of each role, straight from a button of an older screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.workspace import scenarios
from data.workspace.actor import RIGHTS, Right
from data.workspace.schema import Engine
from tests.audience.people import AUTH, OTHERS, actor, claims
from tests.audience.reaching import reached_in_code, widgets_in_code
from tests.audience.writes import BY_COMMAND_ALONE, EVERY_RUN, REACHED, WIDGETS, WRITES, World
from ui.menu import PAGES

CALLBACKS: dict[str, Right] = {
    "kept_scenarios.save_new": "write_scenarios",
    "kept_scenarios.save": "write_scenarios",
    "kept_scenarios.keep_mine": "write_scenarios",
    "kept_scenarios.keep_both": "write_scenarios",
    "kept_scenarios.restore": "write_scenarios",
    "kept_scenarios.fork": "write_scenarios",
    "kept_scenarios.delete": "write_scenarios",
    "kept_scenarios.bring_back": "write_scenarios",
    "kept_scenarios.import_file": "write_scenarios",
    "condition_entries.enter_score": "write_conditions",
    "condition_entries.enter_stakeholder": "write_conditions",
    "condition_entries.enter_structure": "write_conditions",
    "condition_entries.enter_structures": "write_conditions",
    "condition_entries.enter_prices": "write_conditions",
    "condition_entries.take_back": "write_conditions",
    "condition_entries.import_file": "write_conditions",
    "steps.undo": "keep_draft",
    "steps.redo": "keep_draft",
    "data_import.show_import": "import_data",
}
"""What a person can set off that writes. `test_every_way_to_a_write_is_in_the_table` holds the list to the code."""


def pressed() -> None:
    """The script of the test: one callback, with what its page would have given it, and nothing else."""
    import pandas as pd
    import streamlit as st

    from analytics.scenario import Scenario
    from data.errors import DataError
    from data.importing.process import Upload
    from data.workspace import scenarios
    from data.workspace.scenarios import Conflict
    from tests.audience.people import actor
    from tests.audience.writes import content
    from ui import condition_entries, kept_scenarios, session, shared, state, steps, workspace
    from ui.views import data_import

    officer, engine = actor("officer"), workspace.engine()
    wanted, kept_id, away, number = (st.session_state[key] for key in ("wanted", "kept", "away", "score"))
    kept = scenarios.opened(engine, officer, kept_id)
    st.session_state["name"], st.session_state["note"] = "Nom", ""
    st.session_state[shared.OPENED] = (kept_id, 2)
    for key, value in {"value": 1.0, "evidence": "", "assessor": "", "month": "2026-11-01", "name": "Nom", "recipient_type": "public",
                       "level": "local", "influence": 1, "interest": 1, "units": 2}.items():
        st.session_state[key] = value
    fields = {key: key for key in ("value", "evidence", "assessor", "month", "name", "recipient_type", "level", "influence", "interest", "units")}
    prices = pd.DataFrame({"code": ["A16"], "low": [1.0], "mode": [2.0], "high": [3.0]})
    st.session_state["prices"] = {"edited_rows": {0: {"mode": 2.5}}}
    structures = pd.DataFrame({"intervention": ["A16"], "scope_kind": ["area"], "scope_id": ["CD61"], "units": [2], "evidence": [""]})
    st.session_state["structures"] = {"edited_rows": {0: {"units": 3}}}
    st.session_state["scenarios_conflict"] = Conflict(kept.latest, content(7))
    st.session_state["data.upload"] = Upload("COD")
    csv = b"intervention,low,mode,high\nA16,1,2,3\n"
    try:
        {
            "kept_scenarios.save_new": lambda: kept_scenarios.save_new("name", "note"),
            "kept_scenarios.save": lambda: kept_scenarios.save("name", "note"),
            "kept_scenarios.keep_mine": kept_scenarios.keep_mine,
            "kept_scenarios.keep_both": kept_scenarios.keep_both,
            "kept_scenarios.restore": lambda: kept_scenarios.restore(kept, 1),
            "kept_scenarios.fork": lambda: kept_scenarios.fork(kept.latest),
            "kept_scenarios.delete": lambda: kept_scenarios.delete(kept),
            "kept_scenarios.bring_back": lambda: kept_scenarios.bring_back(away),
            "kept_scenarios.import_file": lambda: kept_scenarios.import_file(b'{"budget": 1000000}', "a.json"),
            "condition_entries.enter_score": lambda: condition_entries.enter_score(session.inputs(), "CD61", "CO1", number, fields),
            "condition_entries.enter_stakeholder": lambda: condition_entries.enter_stakeholder(fields),
            "condition_entries.enter_structure": lambda: condition_entries.enter_structure("A16", ("area", "CD61"), fields),
            "condition_entries.enter_structures": lambda: condition_entries.enter_structures(structures, "structures"),
            "condition_entries.enter_prices": lambda: condition_entries.enter_prices(prices, "prices"),
            "condition_entries.take_back": lambda: condition_entries.take_back("score", number),
            "condition_entries.import_file": lambda: condition_entries.import_file(csv, "price", session.inputs()),
            "steps.undo": lambda: (steps.follow(), state.use_scenario(Scenario(budget=5e6)), steps.follow(), steps.undo()),
            "steps.redo": lambda: (steps.follow(), state.use_scenario(Scenario(budget=5e6)), steps.follow(), steps.undo(), steps.redo()),
            "data_import.show_import": lambda: (data_import._start(dry_run=True), st.session_state["data.running"].cancel()),
        }[wanted]()
    except DataError as refused:
        st.session_state["refused"] = type(refused).__name__
    finally:
        st.session_state["data.upload"].forget()


def press(role: str, name: str, world: World) -> AppTest:
    app = AppTest.from_function(pressed, default_timeout=240)
    app.user, app.secrets = claims(role), {"auth": AUTH}
    for key, value in {"wanted": name, "kept": world.kept, "away": world.away, "score": world.score}.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


@pytest.fixture
def world(engine: Engine, tmp_path: Path, store_folder: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(store_folder))
    return World(engine, tmp_path)


@pytest.mark.parametrize("name", CALLBACKS)
def test_a_callback_writes_for_an_officer_and_for_nobody_without_the_right(world: World, name: str) -> None:
    before = world.rows()
    for role in OTHERS:
        if CALLBACKS[name] not in RIGHTS[role]:
            press(role, name, world)
            assert world.rows() == before, f"{name} by {role} wrote something"
    done = press("officer", name, world)
    assert "refused" not in done.session_state
    if name != "data_import.show_import":
        assert world.rows() != before, f"{name} by an officer wrote nothing: the refusals above prove nothing"


def test_the_name_a_session_gives_itself_is_not_its_identity(world: World) -> None:
    """Signed in, histories name the person the provider knows."""
    def call() -> None:
        from ui import kept_scenarios, workspace

        workspace.call_me("Somebody else")
        import streamlit as st

        st.session_state["name"], st.session_state["note"] = "Nom", ""
        kept_scenarios.save_new("name", "note")

    app = AppTest.from_function(call, default_timeout=240)
    app.user, app.secrets = claims("facilitator"), {"auth": AUTH}
    app.run()
    newest = scenarios.listed(world.engine, actor("officer"))[0].latest
    assert (newest.by_id, newest.by_name) == ("subject-of-facilitator", "Person facilitator")


def test_every_way_to_a_write_is_in_the_table() -> None:
    """A new call of a write in ui/ or pages/, a new function around one, a new button for it: each needs its row here and in `writes.py`."""
    assert reached_in_code() == REACHED
    assert set(WRITES) == BY_COMMAND_ALONE | set().union(*REACHED.values())
    assert not BY_COMMAND_ALONE & set().union(*REACHED.values())
    pages = {name for name in REACHED if name.startswith("pages.")}
    assert set(CALLBACKS) == set(REACHED) - EVERY_RUN - pages
    found = widgets_in_code(set(CALLBACKS))
    assert {key: name for name, keys in found.items() for key in keys} == WIDGETS
    # a page writes in its own body only behind the right that opens it: app.py draws nothing of it for others
    assert {name: next(right for page, _, right in PAGES if page == name.removeprefix("pages.")) for name in pages} == {
        name: WRITES[write][0] for name in pages for write in REACHED[name]}
