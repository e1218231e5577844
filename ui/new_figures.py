"""Says that the figures changed while a page stood open: somebody imported files, or took an import back.

A session that nobody touches looks by itself, one stat each time; one that is used sees it at its next run.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from data.queries.imported import made_from
from ui import session, workspace
from ui.language import t

_SEEN: Final = "new_figures.seen"
LOOK_SECONDS: Final = 20.0


def say() -> None:
    """A notice, until it is closed, when this session last drew figures of another generation of the store."""
    now = session.store().generation.name
    before = st.session_state.get(_SEEN)
    st.session_state[_SEEN] = now
    if before is not None and before != now and not session.is_protected():
        st.toast(_sentence(before, now), icon=":material/database:", duration="infinite")


@st.fragment(run_every=LOOK_SECONDS)
def look() -> None:
    """Runs the page again when another generation is in use, also when nobody touches it."""
    if not workspace.may("see_figures") or session.store().generation.name != st.session_state.get(_SEEN):
        st.rerun()


def _sentence(before: str, now: str) -> str:
    if now < before:
        return t("data.changed.undone")
    files = made_from(session.store())[1]
    return t("data.changed.imported", files=files) if files else t("data.changed")
