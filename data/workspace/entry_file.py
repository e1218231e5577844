"""Prices and structures in place from a CSV file: read as text, checked by row, so that every fault has its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from data.errors import DataError

COLUMNS: Final = {
    "price": ("intervention", "low", "mode", "high"),
    "structure": ("intervention", "scope_kind", "scope_id", "units"),
}
OPTIONAL: Final = "evidence"
LARGEST: Final = 4 * 1024 * 1024
MOST_ROWS: Final = 50_000


def rows_of(data: bytes, kind: str, country: str, known_interventions: Sequence[str]) -> tuple[list[Mapping[str, Any]], list[tuple[str, str]]]:
    """The rows of a file ready to be entered, and a sentence (French, English) for each that is not.

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
    rows: list[Mapping[str, Any]] = []
    wrong: list[tuple[str, str]] = []
    for row in reader:
        if len(rows) >= MOST_ROWS:
            raise DataError(f"Le fichier a plus de {MOST_ROWS} lignes.", f"The file has more than {MOST_ROWS} rows.")
        code = str(row["intervention"]).strip()
        if code not in known_interventions:
            wrong.append(
                (f"Ligne {reader.line_num} : l'appui « {code[:40]} » est inconnu.", f"Row {reader.line_num}: the intervention “{code[:40]}” is unknown.")
            )
            continue
        values: dict[str, Any] = {name: str(row[name]).strip().replace("\u202f", "").replace("\u00a0", "") for name in needed}
        for name in ("low", "mode", "high", "units"):
            if name in values:
                values[name] = values[name].replace(" ", "").replace(",", ".")
        rows.append({"country": country, **values, "evidence": str(row.get(OPTIONAL) or "")})
    return rows, wrong
