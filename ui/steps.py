"""Undo and redo of every input, and the draft that is kept after each: once a run, whatever changed is a step.

The steps are the session's and may be lost; the draft is in the workspace and outlives a reload, a restart and a closed laptop.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import streamlit as st
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string

from analytics.scenario import Scenario, differences
from data.errors import DataError
from data.workspace import drafts, entries, scenario_file
from data.workspace.entries import Kind
from ui import session, shared, state, unfinished, workspace
from ui.describe import changes
from ui.language import t
from ui.widget_keys import widget_key


@dataclass(frozen=True)
class Seen:
    """What was on screen: country, level, scenario, what was chosen to be looked at, what was typed and not finished, and the kept
    scenario all of it belongs to (id, version seen), which alone makes no step: a save is none.
    """

    country: str
    level: int
    scenario: Scenario
    looked_at: dict[str, Any]
    unfinished: dict[str, Any]
    in_hand: tuple[str, int] | None = field(default=None, compare=False)

    def work(self) -> tuple[Any, ...]:
        """What a draft keeps."""
        return self.country, self.level, self.scenario, self.unfinished, self.in_hand


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
_TOKEN: Final = "_streamlit_xsrf"
REMEMBERED: Final = 200


def follow() -> None:
    """Notes what changed since the last run as one step, and keeps it as the draft. Called once a run, before the page, and before a step
    is taken: two buttons pressed in haste are told in one run.
    """
    here = _here()
    before: Seen | None = st.session_state.get(_NOW)
    st.session_state[_NOW] = here
    if before is None:
        _take_up(here)
        return
    if here != before:
        _note(before)
    if here.work() != before.work():
        _keep_draft(here)


def entered(kind: Kind, numbers: Sequence[int]) -> None:
    """Notes entries just made in the workspace as one step."""
    if numbers:
        follow()
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
        if offered is not None and (state.scenario() == Scenario() or _is_of(offered, _here())):
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
    follow()
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
    if (step.in_hand or ("",))[0] != (here.in_hand or ("",))[0]:
        _take_in_hand(step.in_hand)
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
    return Seen(session.country(), session.level(), state.scenario(), state.looked_at(), unfinished.everything(), st.session_state.get(shared.OPENED))


def _take_in_hand(kept: Sequence[Any] | None) -> None:
    """Goes on with a kept scenario at the version that was seen; a save over a newer one is told as a conflict."""
    if kept is None:
        st.session_state.pop(shared.OPENED, None)
    else:
        st.session_state[shared.OPENED] = (str(kept[0]), int(kept[1]))


def _session() -> str:
    return str(st.session_state.setdefault(_SESSION, secrets.token_urlsafe(12)))


def _keep_draft(step: Seen) -> None:
    content: dict[str, Any] = {
        "country": step.country, "level": step.level, "values": differences(step.scenario), "unfinished": step.unfinished,
        "in_hand": step.in_hand, "browser": _browser(),
    }
    try:
        drafts.keep(workspace.engine(), workspace.actor(), _session(), content)
    except DataError:
        # the work itself is in the session and in the link; the page Scenarios says what is wrong with the workspace
        return


def _take_up(here: Seen) -> None:
    """A session begins: in the same browser, as after a reload, what was typed for what its link says comes back with it, and the name of
    who types; any other work is offered.
    """
    st.session_state[_NOW], st.session_state[_OFFER] = here, None
    found, browser = _found(), _browser()
    ours = [one for one in found if one.content.get("browser") == browser]
    mine = next((one for one in ours if _is_of(one, here)), None)
    if mine is not None:
        unfinished.hold_all(mine.content.get("unfinished", {}))
        if here.in_hand is None:
            _take_in_hand(mine.content.get("in_hand"))
    else:
        offered = next((one for one in found if _has_work(one)), None)
        if offered is not None and (here.scenario == Scenario() or _is_of(offered, here)):
            st.session_state[_OFFER] = offered
    name = next((name for one in ours if (name := one.content.get("unfinished", {}).get(workspace.WHO))), None)
    if name is not None:
        unfinished.hold(workspace.WHO, name)
    st.session_state[_NOW] = _here()
    # what is taken over is kept here before it is put away there: a reload is no end of the work
    if mine is not None or st.session_state[_NOW].unfinished or st.session_state[_NOW].in_hand:
        _keep_draft(st.session_state[_NOW])
    if mine is not None:
        _put_away(mine)


def _found() -> list[drafts.Draft]:
    try:
        return drafts.listed(workspace.engine(), workspace.actor(), other_than=_session())
    except DataError:
        return []


def _put_away(taken: drafts.Draft) -> None:
    """Forgets the draft of an earlier session that this one goes on with: what is finished here must not come back from there."""
    try:
        drafts.discard(workspace.engine(), workspace.actor(), taken.session)
    except DataError:
        return


def _is_of(kept: drafts.Draft, here: Seen) -> bool:
    """Whether a draft is of what is on screen: a link says no more than that."""
    return all(kept.content.get(name) == value for name, value in (("country", here.country), ("level", here.level), ("values", differences(here.scenario))))


def _has_work(kept: drafts.Draft) -> bool:
    """Whether a draft holds more than the name of who typed."""
    return bool(kept.content.get("values") or set(kept.content.get("unfinished", {})) - {workspace.WHO})


def _browser() -> str:
    """A word for the browser: of the token Streamlit gives each against forged requests. "" where there is none."""
    token, _ = decode_xsrf_token_string(st.context.cookies.get(_TOKEN, ""))
    return hashlib.sha256(token).hexdigest()[:24] if token else ""


def _resume() -> None:
    offered: drafts.Draft | None = st.session_state.get(_OFFER)
    if offered is None:
        return
    try:
        scenario, left_out = scenario_file.patient(offered.content["values"])
    except DataError as error:
        workspace.tell(workspace.said(error))
        return
    workspace.tell_left_out(left_out)
    go_to(str(offered.content.get("country", "")), int(offered.content.get("level", 0)), scenario)
    # another browser may be another person: the name typed there stays there
    name = unfinished.held(workspace.WHO)
    unfinished.hold_all(offered.content.get("unfinished", {}))
    unfinished.hold(workspace.WHO, name)
    _take_in_hand(offered.content.get("in_hand"))
    st.session_state[_OFFER] = None
