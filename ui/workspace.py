"""The session's side of the workspace: who acts, the engine, and what the programme entered as the method reads it.

Pages keep working when the workspace cannot be opened: nothing of it is shown, and what needs it says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from analytics.inputs import PlanInputs
from analytics.scenario import Price, Scenario
from data.errors import DataError, WorkspaceUnavailable
from data.workspace import entries, planning, roles, workspace_url
from data.workspace.actor import LOCAL, Actor, Right, authorise
from data.workspace.actor import may as has_right
from data.workspace.scenario_file import Sentence
from data.workspace.schema import Engine, open_workspace
from ui import format as say
from ui import sign_in, unfinished
from ui.language import column, has, language, t

_MARK: Final = "workspace_mark"
_SAID: Final = "workspace_said"
_READER: Final = "workspace_reader"
NAME_LENGTH: Final = 80
WHO: Final = "scenarios.who"
"""What is typed under this name is who somebody says they are, where nobody signs in."""


def engine() -> Engine:
    """The workspace, opened once a process. Raises WorkspaceUnavailable."""
    return _opened(workspace_url())


def actor() -> Actor:
    """Who acts, with the role the allow-list gives at this moment: callbacks and fragments run without app.py (FINDINGS 2)."""
    who = sign_in.person()
    if who.state == "local":
        return Actor(LOCAL.id, str(unfinished.held(WHO, "")).strip(), LOCAL.role)
    if who.state != "signed_in":
        return Actor(who.id, who.name, "none")
    try:
        return Actor(who.id, who.name, roles.role_of(engine(), who.names))
    except DataError:
        # a list that cannot be read, or a name it could not hold, gives nobody a role
        return Actor(who.id, who.name, "none")


def reader() -> Actor:
    """Who looks: the actor as this run found them. A run is a run of the page, of a fragment, or of the callbacks before either.

    One answer a run, because a role that changed between the key of something kept and its making would file it under the other.
    """
    known: tuple[Any, Actor] | None = st.session_state.get(_READER)
    if known is None or known[0] is not _this_run():
        known = st.session_state[_READER] = (_this_run(), actor())
    return known[1]


def may(right: Right) -> bool:
    """Whether who looks has a right: for what a page offers. What writes authorises itself."""
    return has_right(reader(), right)


def require(right: Right) -> Actor:
    """Who acts. Raises NotAllowed without the right, for what is no write of the workspace: an import, a download."""
    found = actor()
    authorise(found, right)
    return found


def call_me(name: str) -> None:
    """The name that histories show for what this session writes."""
    unfinished.hold(WHO, name.strip()[:NAME_LENGTH], "")


def names_itself() -> bool:
    """Whether who looks says their own name: nobody signs in here."""
    return sign_in.person().state == "local"


def refresh() -> None:
    """Looks once a run who is there, and whether somebody entered something that the method reads."""
    before: tuple[Any, Actor] | None = st.session_state.get(_READER)
    now = actor()
    if before is not None and (before[1].id, before[1].role) != (now.id, now.role):
        # what one role had on its screen, another must not find there
        st.session_state.clear()
    st.session_state[_READER] = (_this_run(), now)
    if not may("read"):
        st.session_state[_MARK] = ""
        return
    try:
        st.session_state[_MARK] = entries.mark(engine())
    except WorkspaceUnavailable:
        st.session_state[_MARK] = ""


def mark() -> str:
    """A word that changes with every entry the method reads; it belongs in the key of whatever is computed. "" without a workspace."""
    return str(st.session_state.get(_MARK, "")) if may("read") else ""


def with_entries(inputs: PlanInputs) -> PlanInputs:
    """The inputs with the scores and structures the programme entered."""
    return planning.with_entries(inputs, engine(), reader()) if mark() else inputs


def priced(scenario: Scenario, country: str) -> Scenario:
    """The scenario with the programme's own prices where it sets none itself."""
    prices = own_prices(country)
    return planning.priced(scenario, prices) if prices else scenario


def own_prices(country: str) -> dict[str, Price]:
    """The programme's own prices of a country, read again only when something was entered."""
    return _prices(workspace_url(), mark(), country) if mark() else {}


def tell_left_out(sentences: Iterable[Sentence]) -> None:
    """Tell what of a scenario could not be used, after the input as the page calls it: a file names it by its key."""
    for sentence in sentences:
        label = f"input.{sentence.field}.label"
        text = str(getattr(sentence, language()))
        tell(t("workspace.of_input", input=t(label), text=text) if sentence.field and has(label) else text)


def tell(sentence: str) -> None:
    """Keeps a sentence for the next run, e.g. from a callback; `told` shows it."""
    st.session_state.setdefault(_SAID, []).append(sentence)


def told() -> None:
    """Shows what was to be said, once."""
    for sentence in st.session_state.pop(_SAID, ()):
        st.warning(sentence, icon=":material/info:")


def said(error: DataError) -> str:
    """The sentence of an error in the language spoken."""
    return str(getattr(error, column("message")))


def moment(at: str) -> str:
    """A time of the workspace (UTC text) as a clock in this room shows it: 23 nov. 2026, 14:05."""
    when = datetime.fromisoformat(at).astimezone()
    return f"{say.date(when)}, {when:%H:%M}"


def _this_run() -> object:
    """What no two runs share: Streamlit begins each with a new table of where elements go."""
    context = get_script_run_ctx()
    return None if context is None else context.cursors


@st.cache_resource(show_spinner=False, max_entries=4)
def _opened(url: str) -> Engine:
    return open_workspace(url)


@st.cache_resource(show_spinner=False, max_entries=100)
def _prices(url: str, mark: str, country: str) -> dict[str, Price]:
    return planning.own_prices(_opened(url), LOCAL, country)
