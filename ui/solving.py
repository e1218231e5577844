"""What a page says where the solver finds no plan."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from ui import state
from ui.language import t
from ui.widget_keys import widget_key


@contextmanager
def solving() -> Iterator[None]:
    """Ends the page with a sentence and the way back where no plan is found: it would hold nothing."""
    from analytics.model import SolverError  # brings the solver, which no other page needs

    try:
        yield
    except SolverError:
        st.error(t("ui.no_plan"), icon=":material/error:")
        # a link may have brought the scenario: then there is no change to undo
        st.button(t("ui.scenario_reset"), on_click=state.reset_scenario, key=widget_key("reset_without_plan"), icon=":material/restart_alt:")
        st.stop()
