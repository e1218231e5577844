"""Prices and structures in place from a CSV file: read as text, checked by row, so that every fault has its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from data.errors import DataError

COLUMNS: Final = {
    "price": ("intervention", "low", "mode", "high"),
    "structure": ("intervention", "scope_kind", "scope_id", "units"),
}
OPTIONAL: Final = "evidence"
LARGEST: Final = 4 * 1024 * 1024
MOST_ROWS: Final = 50_000


@dataclass(frozen=True)
class EntryFile:
    """Rows ready to be entered, the line each stands in, and a sentence (French, English) for each row that is not."""

    rows: list[Mapping[str, Any]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)


def rows_of(data: bytes, kind: str, country: str, known_interventions: Sequence[str], places: Mapping[str, Collection[str]] | None = None) -> EntryFile:
    """The rows of a file; `places` are the known ids of each kind of scope, for structures.

    Raises DataError for a file that is no table of this kind.
    """
    needed = COLUMNS[kind]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError("Ce n'est pas un fichier CSV en UTF-8.", "This is no CSV file in UTF-8.") from error
    if len(data) > LARGEST:
        raise DataError("Le fichier dépasse 4 Mo.", "The file is over 4 MB.")
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",", restkey="", restval="")
    missing = [name for name in needed if name not in (reader.fieldnames or ())]
    if missing:
        raise DataError(
            f"Il manque les colonnes {', '.join(missing)} ; il faut {', '.join(needed)}.",
            f"The columns {', '.join(missing)} are missing; it takes {', '.join(needed)}.",
        )
    found = EntryFile()
    for row in reader:
        if len(found.rows) >= MOST_ROWS:
            raise DataError(f"Le fichier a plus de {MOST_ROWS} lignes.", f"The file has more than {MOST_ROWS} rows.")
        values: dict[str, Any] = {name: str(row[name]).strip().replace("\u202f", "").replace("\u00a0", "") for name in needed}
        unknown = _unknown(values, known_interventions, places)
        if unknown is not None:
            found.wrong.append((f"Ligne {reader.line_num} : {unknown[0]}", f"Row {reader.line_num}: {unknown[1]}"))
            continue
        for name in ("low", "mode", "high", "units"):
            if name in values:
                values[name] = values[name].replace(" ", "").replace(",", ".")
        found.rows.append({"country": country, **values, "evidence": str(row.get(OPTIONAL) or "")})
        found.lines.append(reader.line_num)
    return found


def _unknown(values: Mapping[str, str], known_interventions: Sequence[str], places: Mapping[str, Collection[str]] | None) -> tuple[str, str] | None:
    """What a row names that is not there, as a sentence in both languages; None when it is."""
    code = values["intervention"]
    if code not in known_interventions:
        return f"l'appui « {code[:40]} » est inconnu.", f"the intervention “{code[:40]}” is unknown."
    if places is None or "scope_kind" not in values:
        return None
    kind, place = values["scope_kind"], values["scope_id"]
    if kind not in places:
        return (
            f"« {kind[:40]} » n'est pas un genre de lieu ; il faut {', '.join(places)}.",
            f"“{kind[:40]}” is no kind of place; it takes {', '.join(places)}.",
        )
    if place not in places[kind]:
        return f"le lieu « {place[:40]} » est inconnu ({kind}).", f"the place “{place[:40]}” is unknown ({kind})."
    return None
