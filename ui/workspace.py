"""The session's side of the workspace: who acts, the engine, and what the programme entered as the method reads it.

Pages keep working when the workspace cannot be opened: nothing of it is shown, and what needs it says why.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import streamlit as st

from analytics.inputs import PlanInputs
from analytics.scenario import Price, Scenario
from data.errors import DataError, WorkspaceUnavailable
from data.workspace import entries, planning, workspace_url
from data.workspace.actor import LOCAL, Actor
from data.workspace.schema import Engine, open_workspace
from ui import format as say
from ui.language import column

_MARK: Final = "workspace_mark"
_WHO: Final = "workspace_who"
_SAID: Final = "workspace_said"
NAME_LENGTH: Final = 80


def engine() -> Engine:
    """The workspace, opened once a process. Raises WorkspaceUnavailable."""
    return _opened(workspace_url())


def actor() -> Actor:
    """Who acts. Sign-in will say; until then one programme officer on this machine, by the name they gave."""
    return Actor(LOCAL.id, str(st.session_state.get(_WHO, "")), LOCAL.role)


def call_me(name: str) -> None:
    """The name that histories show for what this session writes."""
    st.session_state[_WHO] = name.strip()[:NAME_LENGTH]


def refresh() -> None:
    """Looks once a run whether somebody entered something that the method reads."""
    try:
        st.session_state[_MARK] = entries.mark(engine())
    except WorkspaceUnavailable:
        st.session_state[_MARK] = ""


def mark() -> str:
    """A word that changes with every entry the method reads; it belongs in the key of whatever is computed. "" without a workspace."""
    return str(st.session_state.get(_MARK, ""))


def with_entries(inputs: PlanInputs) -> PlanInputs:
    """The inputs with the scores and structures the programme entered."""
    return planning.with_entries(inputs, engine(), actor()) if mark() else inputs


def priced(scenario: Scenario, country: str) -> Scenario:
    """The scenario with the programme's own prices where it sets none itself."""
    prices = own_prices(country)
    return planning.priced(scenario, prices) if prices else scenario


def own_prices(country: str) -> dict[str, Price]:
    """The programme's own prices of a country, read again only when something was entered."""
    return _prices(workspace_url(), mark(), country) if mark() else {}


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


@st.cache_resource(show_spinner=False, max_entries=4)
def _opened(url: str) -> Engine:
    return open_workspace(url)


@st.cache_resource(show_spinner=False, max_entries=100)
def _prices(url: str, mark: str, country: str) -> dict[str, Price]:
    return planning.own_prices(_opened(url), LOCAL, country)
