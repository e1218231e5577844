"""What a person enters on the page Conditions, each a callback: the workspace authorises, a fault is a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from analytics.inputs import SECTORS, PlanInputs
from data.errors import DataError
from data.workspace import entries, entry_file, scorecard
from data.workspace.entries import EntryConflict, Kind
from ui import format as say
from ui import session, steps, workspace
from ui.language import language, t
from ui.naming import host_country_names

_REFUSED: Final = "conditions.refused"


def refusals() -> int:
    """How often something typed was refused; in the key of a table, so that it shows again what stands."""
    return int(st.session_state.get(_REFUSED, 0))


def enter_score(inputs: PlanInputs, pcode: str, indicator: str, seen: int, keys: Mapping[str, str]) -> None:
    """Keep a score with its evidence, assessor and date."""

    def act() -> None:
        value = st.session_state.get(keys["value"])
        if value is None:
            workspace.tell(t("conditions.no_score"))
            return
        scorecard.check_score(inputs.catalogue.indicators, indicator, float(value))
        number = entries.enter(
            workspace.engine(),
            workspace.actor(),
            "score",
            {
                "country": inputs.country,
                "pcode": pcode,
                "indicator": indicator,
                "value": value,
                "evidence": _typed(keys["evidence"]),
                "assessor": _typed(keys["assessor"]),
                "assessed_on": str(st.session_state[keys["month"]]),
            },
            seen=seen,
        )
        steps.entered("score", [number])
        if _typed(keys["assessor"]):
            workspace.call_me(_typed(keys["assessor"]))
        steps.finished(*keys.values())

    try:
        act()
    except EntryConflict as told:
        who = told.theirs["assessor"] or told.theirs["by_name"] or t("scenarios.nobody")
        theirs = t("conditions.taken_back") if told.theirs["value"] is None else say.number(told.theirs["value"], 2)
        workspace.tell(t("conditions.conflict", who=who, theirs=theirs, mine=say.number(told.mine["value"], 2)))
    except DataError as error:
        workspace.tell(workspace.said(error))


def enter_stakeholder(keys: Mapping[str, str]) -> None:
    """Keep an actor with its type, level, influence and interest."""
    values = {
        "name": _typed(keys["name"]),
        **{name: st.session_state[keys[name]] for name in ("recipient_type", "level", "influence", "interest")},
        "evidence": _typed(keys["evidence"]),
    }
    if _enter("stakeholder", values):
        steps.finished(*keys.values())


def enter_structure(intervention: str, scope: tuple[str, str], keys: Mapping[str, str]) -> None:
    """Keep structures that already stand: so many units, with the evidence."""
    values = {"intervention": intervention, "scope_kind": scope[0], "scope_id": scope[1], "units": st.session_state[keys["units"]]}
    if _enter("structure", {**values, "evidence": _typed(keys["evidence"])}):
        steps.finished(*keys.values())


def enter_structures(frame: pd.DataFrame, key: str) -> None:
    """Keep the units and evidence typed into the table, one entry a changed row."""
    for position, change in st.session_state[key]["edited_rows"].items():
        row = frame.iloc[int(position)]
        kept = {name: row[name] for name in ("intervention", "scope_kind", "scope_id")}
        given = {name: row[name] if change.get(name) is None else change[name] for name in ("units", "evidence")}
        _enter("structure", {**kept, **given})


def enter_prices(frame: pd.DataFrame, key: str) -> None:
    """Keep the prices typed into the table, one entry a changed row."""
    for position, change in st.session_state[key]["edited_rows"].items():
        row = frame.iloc[int(position)]
        given = {name: change.get(name, row[name]) for name in ("low", "mode", "high")}
        # a most likely price outside the old range moves the range with it: the planner said the more certain thing
        if "mode" in change and change["mode"] is not None:
            given["low"] = min(given["low"], given["mode"]) if "low" not in change else given["low"]
            given["high"] = max(given["high"], given["mode"]) if "high" not in change else given["high"]
        _enter("price", {"intervention": str(row["code"]), **given, "evidence": ""})


def take_back(kind: Kind, number: int) -> None:
    """Undo an entry; the one before it counts again."""
    _try(lambda: steps.entered(kind, [entries.take_back(workspace.engine(), workspace.actor(), kind, number)]))


def import_file(data: bytes, kind: Kind, inputs: PlanInputs) -> None:
    """Keep the rows of a CSV file; a sentence for each that cannot be kept."""

    def act() -> None:
        places = {
            "area": {str(pcode) for level in session.levels() for pcode in session.areas(level).index},
            "country": {inputs.country},
            "sector": SECTORS,
            "corridor": host_country_names(inputs),
            "programme": {inputs.country},
        }
        found = entry_file.rows_of(data, kind, inputs.country, list(inputs.catalogue.interventions.index), places)
        kept, refused = entries.enter_all(workspace.engine(), workspace.actor(), kind, found.rows)
        steps.entered(kind, kept)
        workspace.tell(t("conditions.import.done", kept=say.number(len(kept)), refused=say.number(len(refused) + len(found.wrong))))
        faults = [french if language() == "fr" else english for french, english in found.wrong]
        faults += [
            t("conditions.import.row", line=found.lines[position], code=found.rows[position]["intervention"], why=workspace.said(error))
            for position, error in refused
        ]
        for fault in faults[:10]:
            workspace.tell(fault)

    _try(act)


def _enter(kind: Kind, values: Mapping[str, Any]) -> bool:
    row = {"country": session.country(), **values}
    return _try(lambda: steps.entered(kind, [entries.enter(workspace.engine(), workspace.actor(), kind, row)]))


def _typed(key: str) -> str:
    return str(st.session_state.get(key) or "").strip()


def _try(act: Callable[[], Any]) -> bool:
    """Whether what was asked was done; what was refused is said."""
    try:
        act()
    except DataError as error:
        st.session_state[_REFUSED] = refusals() + 1
        workspace.tell(workspace.said(error))
        return False
    return True
