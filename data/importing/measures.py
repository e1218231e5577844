"""Tables with one figure a column: which columns hold persons, by sex, age, period, host country or kind, and the rows they unfold to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from data.importing.headings import Said, said, said_of
from data.importing.isolation import Sheet
from data.readers.places import place_key

WIDE: Final = "wide"
UNDATED: Final = "undated"
_FEWEST: Final = 2
_PARTED: Final = frozenset({"period", "host", "kind"})
_ABOUT: Final = {
    "returns": re.compile(r"\b(retour\w*|return\w*|rapatri\w*|retorn\w*|deport\w*|repatri\w*|regres\w*)\b"),
    "population": re.compile(r"\b(population\w*|poblacion\w*|pop|admpop|census|recensement|censo|habitant\w*|residents?|demograph\w*|demograf\w*|hab)\b"),
}
_YEAR: Final = re.compile(r"(?<!\d)(19[5-9]\d|20\d\d)(?!\d)")


def wide_columns(sheet: Sheet, columns: list[str], iso3: str, is_figure: Callable[[str], bool]) -> dict[str, str]:
    """Columns of persons told by their headings: {column: field}; none where fewer than two part the figures.

    A total beside periods, hosts or kinds is left out; beside sexes and ages it is kept, and counts once.
    """
    told: dict[str, Said] = {}
    for column in columns:
        one = said(column, iso3)
        filled = [text for text in sheet.frame[column].head(200) if text.strip()]
        if one is not None and filled and sum(map(is_figure, filled)) > 0.5 * len(filled):
            told[column] = one
    parting = {column: one for column, one in told.items() if not one.is_total}
    if len(parting) < _FEWEST:
        return {}
    # what most columns are parted by, all must be parted by, or they are sums of the others
    needed = {name for name in _PARTED if 2 * sum(name in one.dimensions() for one in parting.values()) > len(parting)}
    found: dict[str, str] = {}
    for column, one in told.items():
        field = one.field()
        if needed <= one.dimensions() and field not in found.values():
            found[column] = field
    return found if len(found) >= _FEWEST else {}


def is_about(sheet: Sheet, table: str, fields: Mapping[str, str]) -> bool:
    """Whether a table of figures says what they count: in its headings, the lines above it, or the name of its sheet or file."""
    # displaced people or refugees alone are hosted: of kinds, some word must say that they returned
    if table == "returns" and any("host=" in field for field in fields.values()):
        return True
    words = place_key(" ".join([*map(str, sheet.frame.columns), sheet.title, sheet.sheet, sheet.file]).replace("_", " "))
    if table == "population" and _ABOUT["returns"].search(words):
        return False
    return _ABOUT[table].search(words) is not None


def says_year(sheet: Sheet) -> bool:
    """Whether the lines above the table, or the name of its sheet or file, say a year."""
    return any(_YEAR.search(text) for text in (sheet.title, sheet.sheet, sheet.file))


def measures(fields: list[str]) -> list[str]:
    """The fields among some that hold persons."""
    return [field for field in fields if field == "persons" or field.startswith("persons|")]


def unfolded(row: Mapping[str, str], fields: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """A row once for each of its figures: the field that holds it, and the row with what its heading says."""
    for field in fields:
        told = said_of(field)
        texts = {**row, "persons": row[field], **{name: text for name, text in told.items() if name != "month"}}
        if "start" in told:
            texts |= {"period": "", "year": "", "month": ""}
        elif "month" in told:
            texts |= {"start": "", "period": "", "month": told["month"]}
        yield field, texts
