"""What people found out: scores, prices, structures in place, stakeholders. Entries are added, never changed; the latest counts.

An entry taken back is a further row without a figure. Each kind is one table with a key: what the entry speaks of.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import pandas as pd
from sqlalchemy import Connection, Engine, Table, func, insert, select

from data.errors import DataError
from data.workspace.actor import Actor, authorise, record, stamp
from data.workspace.engine import reading, writing
from data.workspace.tables import price, score, stakeholder, structure_in_place

Kind = Literal["score", "price", "structure", "stakeholder"]


@dataclass(frozen=True)
class _Kind:
    table: Table
    key: tuple[str, ...]
    figures: tuple[str, ...]


KINDS: Final[dict[Kind, _Kind]] = {
    "score": _Kind(score, ("country", "pcode", "indicator"), ("value",)),
    "price": _Kind(price, ("country", "intervention"), ("low", "mode", "high")),
    "structure": _Kind(structure_in_place, ("country", "intervention", "scope_kind", "scope_id"), ("units",)),
    "stakeholder": _Kind(stakeholder, ("country", "name"), ("influence", "interest")),
}
TEXT_LENGTH: Final = 4_000
_SAID: Final[dict[str, tuple[str, str]]] = {
    "low": ("prix bas", "low price"),
    "mode": ("prix le plus probable", "most likely price"),
    "high": ("prix haut", "high price"),
    "units": ("nombre", "number"),
    "value": ("note", "score"),
    "influence": ("influence", "influence"),
    "interest": ("intérêt", "interest"),
    "name": ("nom de l'acteur", "name of the actor"),
    "intervention": ("intervention", "intervention"),
    "evidence": ("preuve", "evidence"),
    "assessor": ("évaluateur", "assessor"),
}
"""Fields as a person knows them, in both languages."""


class EntryRefused(DataError):
    """An entry that cannot be kept; the sentence says which field and what it takes."""


class EntryConflict(DataError):
    """Somebody entered another figure since this one was seen. Carries both rows; nothing was written."""

    def __init__(self, theirs: Mapping[str, Any], mine: Mapping[str, Any]):
        self.theirs, self.mine = theirs, mine
        who = theirs["by_name"] or theirs["by_id"]
        super().__init__(
            f"{who} a saisi une autre valeur entre-temps ; rien n'a été écrit.", f"{who} entered another figure in the meantime; nothing was written."
        )


def enter(engine: Engine, actor: Actor, kind: Kind, values: Mapping[str, Any], seen: int | None = None) -> int:
    """Add an entry and return its number.

    `seen` is the number of the entry it replaces as the person saw it (0: none); None writes in any case.
    Raises EntryRefused, EntryConflict.
    """
    authorise(actor, "write_conditions")
    row = _checked(kind, values)
    with writing(engine) as connection:
        return _enter(connection, actor, kind, row, seen)


def enter_all(engine: Engine, actor: Actor, kind: Kind, rows: list[Mapping[str, Any]]) -> tuple[list[int], list[tuple[int, EntryRefused]]]:
    """Add many entries in one transaction, as an import does: the numbers of those kept, and what is wrong with the others by position."""
    authorise(actor, "write_conditions")
    good, refused = [], []
    for position, values in enumerate(rows):
        try:
            good.append(_checked(kind, values))
        except EntryRefused as error:
            refused.append((position, error))
    with writing(engine) as connection:
        return [_enter(connection, actor, kind, row, None) for row in good], refused


def take_back(engine: Engine, actor: Actor, kind: Kind, number: int) -> int:
    """Undo the latest entry of its key: the one before it counts again, or nothing does. Returns the number of the row that says so.

    Taking that row back in turn undoes the undoing. Raises EntryRefused, and EntryConflict when somebody entered something since.
    """
    authorise(actor, "write_conditions")
    table, key, figures = KINDS[kind].table, KINDS[kind].key, KINDS[kind].figures
    with writing(engine) as connection:
        row = connection.execute(select(table).where(table.c.id == number)).mappings().one_or_none()
        if row is None:
            raise EntryRefused(f"La saisie {number} n'existe pas.", f"There is no entry {number}.")
        same = [table.c[name] == row[name] for name in key]
        before = connection.execute(select(table).where(*same, table.c.id < number).order_by(table.c.id.desc()).limit(1)).mappings().one_or_none()
        mine = {name: value for name, value in (before or row).items() if name not in ("id", "by_id", "by_name", "at")}
        if before is None:
            mine |= dict.fromkeys(figures)
        return _enter(connection, actor, kind, mine, number)


def current(engine: Engine, actor: Actor, kind: Kind, country: str) -> pd.DataFrame:
    """The entries of a country that count: the latest of each key, those taken back left out."""
    authorise(actor, "read")
    table, key, figures = KINDS[kind].table, KINDS[kind].key, KINDS[kind].figures
    newest = select(func.max(table.c.id)).where(table.c.country == country).group_by(*(table.c[name] for name in key))
    with reading(engine) as connection:
        rows = connection.execute(select(table).where(table.c.id.in_(newest)).order_by(table.c.id)).mappings().all()
    frame = pd.DataFrame([dict(row) for row in rows], columns=[column.name for column in table.columns])
    return frame[frame[figures[0]].notna()].reset_index(drop=True)


def history(engine: Engine, actor: Actor, kind: Kind, country: str) -> pd.DataFrame:
    """Every entry of a country, newest first, taken back or not."""
    authorise(actor, "read")
    table = KINDS[kind].table
    with reading(engine) as connection:
        rows = connection.execute(select(table).where(table.c.country == country).order_by(table.c.id.desc())).mappings().all()
    return pd.DataFrame([dict(row) for row in rows], columns=[column.name for column in table.columns])


def mark(engine: Engine) -> str:
    """A word that changes whenever an entry that reaches the method is added: what is computed from entries is kept under it."""
    tables = (score, price, structure_in_place)
    with reading(engine) as connection:
        return ".".join(str(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()) for table in tables)


def _enter(connection: Connection, actor: Actor, kind: Kind, row: Mapping[str, Any], seen: int | None) -> int:
    table, key = KINDS[kind].table, KINDS[kind].key
    if seen is not None:
        same = [table.c[name] == row[name] for name in key]
        latest = connection.execute(select(table).where(*same).order_by(table.c.id.desc()).limit(1)).mappings().one_or_none()
        # nobody who saw nothing is contradicted by an entry that was taken back
        counts = latest is not None and (latest[KINDS[kind].figures[0]] is not None or seen != 0)
        if latest is not None and counts and latest["id"] != seen:
            raise EntryConflict(dict(latest), row)
    number = connection.execute(insert(table).values(**row, **stamp(actor))).inserted_primary_key
    said = ", ".join(str(row[name]) for name in (*key, *KINDS[kind].figures))
    record(connection, actor, f"{kind}.enter", "/".join(str(row[name]) for name in key)[:200], said)
    return int(number[0]) if number else 0


def _checked(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """The row as it is kept. Raises EntryRefused for a field that is missing, unknown or out of range."""
    declared = KINDS[kind]
    names = [column.name for column in declared.table.columns if column.name not in ("id", "by_id", "by_name", "at")]
    for name in values:
        if name not in names:
            raise EntryRefused(f"Le champ « {name} » est inconnu.", f"The field “{name}” is unknown.")
    row: dict[str, Any] = {name: values.get(name, "") for name in names}
    for name in names:
        if name in declared.figures:
            row[name] = _figure(kind, name, row[name])
        else:
            row[name] = str(row[name]).strip()
            limit = getattr(declared.table.c[name].type, "length", None) or TEXT_LENGTH
            french, english = _SAID.get(name, (name, name))
            if len(row[name]) > limit:
                raise EntryRefused(f"« {french} » dépasse {limit} caractères.", f"“{english}” is longer than {limit} characters.")
            if name in declared.key and not row[name]:
                raise EntryRefused(f"« {french} » manque.", f"“{english}” is missing.")
    if kind == "price" and row["mode"] is not None and not row["low"] <= row["mode"] <= row["high"]:
        raise EntryRefused(
            "Un prix bas doit être inférieur ou égal au plus probable, et celui-ci au prix haut.",
            "A low price must not exceed the most likely one, nor that one the high price.",
        )
    return row


def _figure(kind: Kind, name: str, value: Any) -> Any:
    try:
        figure = float(value)
    except (TypeError, ValueError):
        figure = math.nan
    low, high = {"price": (0.01, 1e9), "structure": (0, 1_000_000), "stakeholder": (0, 3), "score": (-1e9, 1e12)}[kind]
    if not math.isfinite(figure) or not low <= figure <= high or (kind in ("structure", "stakeholder") and figure != int(figure)):
        accepted = {
            "price": ("un nombre supérieur à 0", "a number above 0"),
            "structure": ("un nombre entier, 0 ou plus", "a whole number, 0 or more"),
            "stakeholder": ("0, 1, 2 ou 3", "0, 1, 2 or 3"),
            "score": ("un nombre", "a number"),
        }[kind]
        french, english = _SAID[name]
        if value is None or value == "":
            raise EntryRefused(f"« {french} » manque : il faut {accepted[0]}.", f"“{english}” is missing: it takes {accepted[1]}.")
        raise EntryRefused(
            f"« {value} » n'est pas une valeur possible pour « {french} » : il faut {accepted[0]}.",
            f"“{value}” is not a possible value of “{english}”: it takes {accepted[1]}.",
        )
    return int(figure) if kind in ("structure", "stakeholder") else figure
