"""Columns that look personal: a file that has one is refused, the column is named, nothing of it is kept."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from data.catalogue_tables import records
from data.importing.limits import refused
from data.readers.places import place_key

_EMAIL: Final = re.compile(r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", re.IGNORECASE)
_PHONE: Final = re.compile(r"^(\+|00)\d[\d\s().-]{7,16}$")
_SEEN: Final = 200
_SHARE: Final = 0.3


def refuse_personal(frame: pd.DataFrame, file: str, sheet: str, tags: dict[str, str], is_whole: bool = True) -> list[str]:
    """The columns named like a person's data that hold nothing in any row; `is_whole` when the frame has every row of the file.

    Raises InputRefused when a column's name, tag or content is that of a person's data; no value is repeated.
    """
    blank: list[str] = []
    for column in frame.columns:
        what = _personal(str(column), tags.get(str(column), ""), frame[column])
        if what is not None and is_whole and not frame[column].astype(str).str.strip().any():
            blank.append(str(column))
        elif what is not None:
            where = f"{file} / {sheet}" if sheet else file
            raise refused(
                f"{where} : la colonne « {column} » contient des données personnelles ({what[0]}). Le fichier est refusé et rien n'en "
                "est gardé ; retirez la colonne et recommencez.",
                f"{where}: column \"{column}\" holds personal data ({what[1]}). The file is refused and nothing of it is kept; "
                "remove the column and try again.")
    return blank


def _all_figures(cells: pd.Series) -> bool:
    """Whether a column counts: "Head of household" over figures is no person's name."""
    seen = [text.strip() for text in cells.head(_SEEN).astype(str) if text.strip()]
    return bool(seen) and all(re.fullmatch(r"[\d\s.,]+", text) for text in seen)


def _personal(column: str, tag: str, cells: pd.Series) -> tuple[str, str] | None:
    for part in {place_key(column), place_key(column.split(" / ")[-1])}:
        for row in records("personal_columns"):
            if re.fullmatch(row["pattern"], part) and not ("name" in row["what_en"] and _all_figures(cells)):
                return row["what_fr"], row["what_en"]
    if tag.startswith("#contact") or "+email" in tag or "+phone" in tag:
        return "coordonnées d'une personne", "contact details of a person"
    if cells.dtype == object:
        return None
    seen = [text for text in cells.head(5 * _SEEN).astype(str).str.strip() if text][:_SEEN]
    if len(seen) >= 3:
        if sum(bool(_EMAIL.match(text)) for text in seen) > _SHARE * len(seen):
            return "adresse électronique", "e-mail address"
        if sum(bool(_PHONE.match(text)) for text in seen) > _SHARE * len(seen):
            return "numéro de téléphone", "phone number"
    return None
