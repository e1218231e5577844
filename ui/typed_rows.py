"""Rows that a planner types, one cell after another: a row counts as soon as it is whole, and until then it is kept beside the scenario
with a sentence that says what is missing. Nothing has to be applied.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from analytics.scenario import Scenario, ScenarioError, scenario_from
from ui import format as say
from ui import session, state, unfinished

Row = dict[str, Any]
"""One row as it is typed: a word, a figure, a list of words or None by column."""


@dataclass(frozen=True)
class Table:
    """Rows that make one field of the scenario.

    `columns` in the order on screen; `needed` are those without which a row is not whole; `alone` is the column no two rows may share.
    `rows` reads the scenario, `value` makes the field's value of whole rows.
    """

    field: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    rows: Callable[[Scenario], list[Row]]
    value: Callable[[Sequence[Row]], Any]
    alone: str | None = None


@dataclass(frozen=True)
class Waiting:
    """A row that does not count yet: what is missing in it, whether another row says the same, or the value that cannot be taken."""

    row: Row
    missing: tuple[str, ...] = ()
    twice: bool = False
    refused: tuple[str, Any] | None = None


EARMARKS: Final = Table(
    "earmarks",
    ("donor", "amount", "sectors", "areas"),
    ("donor", "amount"),
    lambda s: [{"donor": e.donor, "amount": e.amount, "sectors": list(e.sectors), "areas": list(e.areas)} for e in s.earmarks],
    lambda rows: [{**row, "sectors": row["sectors"] or [], "areas": row["areas"] or []} for row in rows],
)
FLOORS: Final = Table(
    "floors",
    ("place", "share"),
    ("place", "share"),
    lambda s: [{"place": place, "share": round(100 * share, 6)} for place, share in s.floors.items()],
    lambda rows: {row["place"]: row["share"] / 100 for row in rows},
    "place",
)
CAPS: Final = Table(
    "caps",
    ("code", "units"),
    ("code", "units"),
    lambda s: [{"code": code, "units": float(units)} for code, units in s.caps.items()],
    lambda rows: {row["code"]: row["units"] for row in rows},
    "code",
)
STANCES: Final = Table(
    "stance_overrides",
    ("area", "stance", "reason"),
    ("area", "stance", "reason"),
    lambda s: [{"area": pcode, "stance": o.stance, "reason": o.reason} for pcode, o in s.stance_overrides.items()],
    lambda rows: {row["area"]: {"stance": row["stance"], "reason": row["reason"]} for row in rows},
    "area",
)


def waiting(table: Table) -> list[Waiting]:
    """The rows of a table that do not count yet, each with the reason."""
    taken = table.rows(state.scenario())
    return [_judged(table, row, taken) for row in unfinished.held(_name(table), [])]


def drawn(table: Table) -> tuple[str, list[Row]]:
    """The key of the editor and the rows to draw it with: those it began with for as long as what stands is what its own edits made of
    them, so that the cell somebody is in stays; else what stands, as a new editor."""
    shown = _standing(table)
    count, begun, made = st.session_state.get(_editor(table), (0, [], None))
    if made != _in_any_order(shown) or f"{_editor(table)}.{count}" not in st.session_state:
        count, begun, made = count + 1, shown, _in_any_order(shown)
        st.session_state[_editor(table)] = (count, begun, made)
    return f"{_editor(table)}.{count}", begun


def take(table: Table) -> None:
    """The callback of the editor: whole rows go to the scenario at once, the others wait."""
    count, begun, _ = st.session_state[_editor(table)]
    whole: list[Row] = []
    others: list[Row] = []
    for row in _typed(table, begun, st.session_state[f"{_editor(table)}.{count}"]):
        found = _judged(table, row, whole)
        (others if found.missing or found.twice or found.refused else whole).append(row)
    unfinished.hold(_name(table), others)
    if table.rows(state.scenario()) != whole:
        state.set_scenario(**{table.field: table.value(whole)})
    st.session_state[_editor(table)] = (count, begun, _in_any_order(_standing(table)))


def _judged(table: Table, row: Row, taken: Sequence[Row]) -> Waiting:
    missing = tuple(name for name in table.needed if row[name] in (None, ""))
    if missing:
        return Waiting(row, missing)
    if table.alone is not None and any(other[table.alone] == row[table.alone] for other in taken):
        return Waiting(row, twice=True)
    try:
        scenario_from({table.field: table.value([row])})
    except ScenarioError as error:
        name, value, _ = error.problems[0]
        return Waiting(row, refused=(name.split(".")[-1], value))
    return Waiting(row)


def _typed(table: Table, begun: Sequence[Row], edits: Mapping[str, Any]) -> list[Row]:
    """The rows as the edits leave them, in the order on screen; without those nobody has written anything into."""
    rows = [{**row, **edits["edited_rows"].get(position, {})} for position, row in enumerate(begun) if position not in edits["deleted_rows"]]
    rows += [{**dict.fromkeys(table.columns), **added} for added in edits["added_rows"]]
    plain = [{name: _plain(row[name]) for name in table.columns} for row in rows]
    return [row for row in plain if any(value not in (None, "", []) for value in row.values())]


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [str(part) for part in value]
    if say.missing(value):
        return None
    return float(value) if isinstance(value, (int, float)) else str(value).strip()


def _standing(table: Table) -> list[Row]:
    return [*table.rows(state.scenario()), *unfinished.held(_name(table), [])]


def _in_any_order(rows: Sequence[Row]) -> list[str]:
    return sorted(json.dumps({name: value or None if isinstance(value, list) else value for name, value in row.items()}, sort_keys=True) for row in rows)


def _name(table: Table) -> str:
    return f"rows.{session.country()}.{table.field}"


def _editor(table: Table) -> str:
    return f"constraints.{table.field}"
