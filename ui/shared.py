"""Links to one scenario: `scenario=<id>` where a server holds it, `z=<the whole scenario>` where none does.

Such a parameter is read once and taken out of the address, which then follows what is seen as always.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from data.errors import DataError
from data.workspace import scenarios, shared_link
from data.workspace.scenario_file import Reading, patient
from data.workspace.scenarios import Content
from ui import state, workspace

BY_ID: Final = "scenario"
WHOLE: Final = "z"
OPENED: Final = "shared_opened"


def link_by_id(scenario_id: str) -> str:
    """The link that opens a kept scenario in this workspace."""
    return f"{_address()}?{BY_ID}={scenario_id}"


def link_to_all(content: Content) -> str:
    """The link that carries the whole scenario. Raises LinkUnusable when it is too large for one."""
    return f"{_address()}?{WHOLE}={shared_link.packed(content)}"


def open_link() -> None:
    """Opens the scenario a shared link names; what is wrong with the link is said in a sentence."""
    named, whole = st.query_params.get(BY_ID), st.query_params.get(WHOLE)
    if named is None and whole is None:
        return
    for parameter in (BY_ID, WHOLE):
        if parameter in st.query_params:
            del st.query_params[parameter]
    try:
        reading = _kept(named) if named is not None else shared_link.unpacked(whole or "")
    except DataError as error:
        workspace.tell(workspace.said(error))
        return
    take(reading)
    state.publish()


def take(reading: Reading) -> None:
    """Opens what a link or file holds, with a sentence for each thing in it that could not be used."""
    if reading.country:
        state.put("country", reading.country)
        state.put("level", reading.level)
    state.use_scenario(reading.scenario)
    workspace.tell_left_out(reading.left_out)


def _kept(scenario_id: str) -> Reading:
    kept = scenarios.opened(workspace.engine(), workspace.actor(), scenario_id)
    if kept.deleted_at is not None:
        raise scenarios.Deleted(kept.latest.content.name)
    if not kept.latest.intact:
        raise scenarios.Damaged(kept.latest.content.name, kept.latest.version)
    content = kept.latest.content
    scenario, left_out = patient(content.values)
    st.session_state[OPENED] = (scenario_id, kept.latest.version)
    return Reading(content.country, content.level, content.name, content.note, scenario, left_out)


def _address() -> str:
    return (st.context.url or "").split("?")[0].rstrip("/")
