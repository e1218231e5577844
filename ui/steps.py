"""Undo and redo of every input, and the draft that is kept after each: once a run, whatever changed is a step.

The steps are the session's and may be lost; the draft is in the workspace and outlives a reload, a restart and a closed laptop.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st

from analytics.scenario import Scenario, differences
from data.errors import DataError
from data.workspace import drafts, entries, scenario_file
from data.workspace.entries import Kind
from ui import session, state, unfinished, workspace
from ui.describe import changes
from ui.language import language, t
from ui.widget_keys import widget_key


@dataclass(frozen=True)
class Seen:
    """What was on screen: country, level, scenario, what was chosen to be looked at, and what was typed and not finished."""

    country: str
    level: int
    scenario: Scenario
    looked_at: dict[str, Any]
    unfinished: dict[str, Any]

    def work(self) -> tuple[Scenario, dict[str, Any]]:
        """What a draft keeps."""
        return self.scenario, self.unfinished


@dataclass(frozen=True)
class Entered:
    """Entries of the workspace made in one go, by kind and number."""

    rows: tuple[tuple[Kind, int], ...]


Step = Seen | Entered

_NOW: Final = "steps_now"
_BACK: Final = "steps_back"
_FORTH: Final = "steps_forth"
_SESSION: Final = "steps_session"
_OFFER: Final = "steps_draft"
_MOVED: Final = "steps_moved"
REMEMBERED: Final = 200


def follow() -> None:
    """Notes what changed since the last run as one step, and keeps it as the draft. Called once a run, before the page."""
    here = _here()
    before: Seen | None = st.session_state.get(_NOW)
    st.session_state[_NOW] = here
    if before is None:
        _take_up(here)
    elif here != before:
        _note(before)
        if here.work() != before.work():
            _keep_draft(here)


def entered(kind: Kind, numbers: Sequence[int]) -> None:
    """Notes entries just made in the workspace as one step."""
    if numbers:
        _note(Entered(tuple((kind, number) for number in numbers)))


def finished(*names: str) -> None:
    """Forgets what was typed under these names because it was kept for good: no step of its own, and no longer in the draft."""
    unfinished.let_go(*names)
    before: Seen | None = st.session_state.get(_NOW)
    if before is not None and before.unfinished != unfinished.everything():
        st.session_state[_NOW] = replace(before, unfinished=unfinished.everything())
        _keep_draft(st.session_state[_NOW])


def sidebar() -> None:
    """Undo, redo, and the draft of an earlier session where there is one."""
    moved = st.session_state.pop(_MOVED, None)
    if moved is not None:
        st.toast(moved, icon=":material/history:")
    with st.sidebar:
        left, right = st.columns(2)
        left.button(t("steps.undo"), key=widget_key("undo"), on_click=undo, disabled=not st.session_state.get(_BACK), icon=":material/undo:", width="stretch")
        right.button(t("steps.redo"), key=widget_key("redo"), on_click=redo, disabled=not st.session_state.get(_FORTH), icon=":material/redo:", width="stretch")
        offered: drafts.Draft | None = st.session_state.get(_OFFER)
        if offered is not None and state.scenario() == Scenario():
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
    _move(_BACK, _FORTH, "steps.undone")


def redo() -> None:
    """Forward again to what was undone."""
    _move(_FORTH, _BACK, "steps.redone")


def go_to(country: str, level: int, scenario: Scenario) -> None:
    """Opens a scenario where it belongs: its country and level, when the store has them."""
    if country and country != session.country() and country in session.countries().index:
        state.put("country", country)
    if level and level != session.level() and level in session.levels():
        state.put("level", level)
    state.use_scenario(scenario)


def _note(step: Step) -> None:
    st.session_state.setdefault(_BACK, []).append(step)
    del st.session_state[_BACK][:-REMEMBERED]
    st.session_state[_FORTH] = []


def _move(source: str, target: str, said: str) -> None:
    steps: list[Step] = st.session_state.get(source, [])
    if not steps:
        return
    step, here = steps.pop(), _here()
    if isinstance(step, Entered):
        back = _take_back(step)
        if back is not None:
            st.session_state.setdefault(target, []).append(back)
            st.session_state[_MOVED] = t(said, what=t("steps.entry"))
        return
    st.session_state.setdefault(target, []).append(here)
    go_to(step.country, step.level, step.scenario)
    state.look_at(step.looked_at)
    unfinished.hold_all(step.unfinished)
    st.session_state[_NOW] = _here()
    if step.work() != here.work():
        _keep_draft(_here())
    st.session_state[_MOVED] = t(said, what=_what(*((here, step) if source == _BACK else (step, here))))


def _take_back(step: Entered) -> Entered | None:
    """Takes entries back; the rows that say so. One that somebody has replaced since stays, with a sentence; None when all do."""
    rows: list[tuple[Kind, int]] = []
    for kind, number in reversed(step.rows):
        try:
            rows.append((kind, entries.take_back(workspace.engine(), workspace.actor(), kind, number)))
        except DataError as error:
            workspace.tell(workspace.said(error))
    return Entered(tuple(rows)) if rows else None


def _what(new: Seen, old: Seen) -> str:
    """The step from the old to the new, in words."""
    if new.country == old.country and new.scenario != old.scenario:
        changed = changes(new.scenario, session.inputs(), old.scenario)
        return changed[0] if len(changed) == 1 else t("steps.scenario")
    if (new.country, new.level) != (old.country, old.level):
        return t("steps.place")
    return t("steps.unfinished" if new.unfinished != old.unfinished else "steps.selection")


def _here() -> Seen:
    return Seen(session.country(), session.level(), state.scenario(), state.looked_at(), unfinished.everything())


def _session() -> str:
    return str(st.session_state.setdefault(_SESSION, secrets.token_urlsafe(12)))


def _keep_draft(step: Seen) -> None:
    content: dict[str, Any] = {
        "country": step.country, "level": step.level, "values": differences(step.scenario), "unfinished": step.unfinished,
    }
    try:
        drafts.keep(workspace.engine(), workspace.actor(), _session(), content)
    except DataError:
        # the work itself is in the session and in the link; the page Scenarios says what is wrong with the workspace
        return


def _take_up(here: Seen) -> None:
    """A session begins: what was typed for what its link says comes back with it, any other work is offered."""
    found = _found()
    st.session_state[_OFFER] = None
    if found is None:
        return
    kept = found.content
    if (kept.get("country"), kept.get("level"), kept.get("values")) == (here.country, here.level, differences(here.scenario)):
        unfinished.hold_all(kept.get("unfinished", {}))
        st.session_state[_NOW] = _here()
    elif here.scenario == Scenario():
        st.session_state[_OFFER] = found


def _found() -> drafts.Draft | None:
    try:
        found = drafts.latest(workspace.engine(), workspace.actor(), other_than=_session())
    except DataError:
        return None
    return found if found is not None and (found.content.get("values") or found.content.get("unfinished")) else None


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
    unfinished.hold_all(offered.content.get("unfinished", {}))
    st.session_state[_OFFER] = None
