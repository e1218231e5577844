"""Undo and redo of every input, and the draft that is kept after each: once a run, whatever changed is a step.

The steps are the session's and may be lost; the draft is in the workspace and outlives a reload, a restart and a closed laptop.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

import streamlit as st

from analytics.scenario import Scenario, differences
from data.errors import DataError
from data.workspace import drafts, scenario_file
from ui import session, state, workspace
from ui.language import language, t
from ui.widget_keys import widget_key

Step = tuple[str, int, Scenario]

_NOW: Final = "steps_now"
_BACK: Final = "steps_back"
_FORTH: Final = "steps_forth"
_SESSION: Final = "steps_session"
_OFFER: Final = "steps_draft"
REMEMBERED: Final = 200


def follow() -> None:
    """Notes what changed since the last run as one step, and keeps it as the draft. Called once a run, before the page."""
    here = _here()
    before: Step | None = st.session_state.get(_NOW)
    st.session_state[_NOW] = here
    if before is None:
        st.session_state[_OFFER] = _found() if here[2] == Scenario() else None
    elif here != before:
        st.session_state.setdefault(_BACK, []).append(before)
        del st.session_state[_BACK][:-REMEMBERED]
        st.session_state[_FORTH] = []
        if here[2] != before[2]:
            _keep_draft(here)


def sidebar() -> None:
    """Undo, redo, and the draft of an earlier session where there is one."""
    with st.sidebar:
        left, right = st.columns(2)
        left.button(t("steps.undo"), key=widget_key("undo"), on_click=undo, disabled=not st.session_state.get(_BACK), icon=":material/undo:", width="stretch")
        right.button(t("steps.redo"), key=widget_key("redo"), on_click=redo, disabled=not st.session_state.get(_FORTH), icon=":material/redo:", width="stretch")
        offered: drafts.Draft | None = st.session_state.get(_OFFER)
        if offered is not None and _here()[2] == Scenario():
            st.button(
                t("steps.draft", when=workspace.moment(offered.at)),
                key=widget_key("draft"),
                on_click=_resume,
                icon=":material/restore_page:",
                width="stretch",
                help=t("steps.draft.help"),
            )


def undo() -> None:
    """Back to what was before the last step."""
    _move(_BACK, _FORTH)


def redo() -> None:
    """Forward again to what was undone."""
    _move(_FORTH, _BACK)


def _move(source: str, target: str) -> None:
    steps: list[Step] = st.session_state.get(source, [])
    if steps:
        st.session_state.setdefault(target, []).append(_here())
        go_to(*steps.pop())
        st.session_state[_NOW] = _here()
        _keep_draft(_here())


def go_to(country: str, level: int, scenario: Scenario) -> None:
    """Opens a scenario where it belongs: its country and level, when the store has them."""
    if country and country != session.country() and country in session.countries().index:
        state.put("country", country)
    if level and level != session.level() and level in session.levels():
        state.put("level", level)
    state.use_scenario(scenario)


def _here() -> Step:
    return session.country(), session.level(), state.scenario()


def _session() -> str:
    return str(st.session_state.setdefault(_SESSION, secrets.token_urlsafe(12)))


def _keep_draft(step: Step) -> None:
    country, level, scenario = step
    content: dict[str, Any] = {"country": country, "level": level, "values": differences(scenario)}
    try:
        drafts.keep(workspace.engine(), workspace.actor(), _session(), content)
    except DataError:
        # the work itself is in the session and in the link; the page Scenarios says what is wrong with the workspace
        return


def _found() -> drafts.Draft | None:
    try:
        found = drafts.latest(workspace.engine(), workspace.actor(), other_than=_session())
    except DataError:
        return None
    return found if found is not None and found.content.get("values") else None


def _resume() -> None:
    offered: drafts.Draft | None = st.session_state.get(_OFFER)
    if offered is None:
        return
    try:
        scenario, left_out = scenario_file.patient(offered.content["values"])
    except DataError as error:
        workspace.tell(workspace.said(error))
        return
    for sentence in left_out:
        workspace.tell(getattr(sentence, language()))
    go_to(str(offered.content.get("country", "")), int(offered.content.get("level", 0)), scenario)
    st.session_state[_OFFER] = None
