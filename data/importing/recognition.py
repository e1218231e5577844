"""What a sheet is and what its columns hold: by HXL tags first, then by names in three languages, then by content.

The words are rows of import_fields.csv; published shapes that a reader of ours knows are told by their columns.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import pandas as pd

from data.catalogue_tables import records, table
from data.importing.isolation import Sheet
from data.importing.reading import GEOMETRY
from data.readers.places import PlaceIndex, place_key
from data.readers.text_tables import number

SHAPES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "unhcr_demographics": ("returns", ("pop_type", "location", "coa_iso", "f_0_4", "total")),
    "unhcr_population": ("returns", ("coo_iso", "coa_iso", "returned_refugees", "returned_idps")),
    "home_office": ("returns", ("Nationality", "Return type group", "Number of returns", "Quarter")),
    "ipc": ("indicators", ("Validity period", "Phase", "Percentage", "Number", "Area")),
}
"""Shapes of publishers that a reader of data/readers reads whole: (table, columns that tell it)."""
_LOOKED_AT: Final = 400
_MOST: Final = 0.6


@dataclass
class Recognised:
    """A sheet with the table it is for, `mapping` {column: field} and how each column was recognised {column: hxl|name|content}."""

    table: str | None
    shape: str
    mapping: dict[str, str] = field(default_factory=dict)
    how: dict[str, str] = field(default_factory=dict)


def shape_key(sheet: Sheet) -> str:
    """What tells files of one shape: their columns and tags, not their name or figures."""
    text = "|".join(place_key(str(column)) for column in sheet.frame.columns) + "#" + "|".join(sheet.hxl.values())
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def table_names() -> list[str]:
    """The tables a file can be for, in the order they are imported."""
    return [row["table"] for row in records("import_tables")]


def fields_of(wanted: str) -> list[str]:
    """The fields a column of a table can be."""
    return list(dict.fromkeys(row["field"] for row in records("import_fields") if row["table"] in (wanted, "*")))


def recognise(sheet: Sheet, places: PlaceIndex, iso3: str, wanted: str | None = None, given: Mapping[str, str] | None = None) -> Recognised:
    """The table of a sheet and its mapping; `wanted` forces the table, `given` is a mapping a person confirmed."""
    columns = [str(column) for column in sheet.frame.columns]
    if GEOMETRY in columns and wanted in (None, "boundaries"):
        return Recognised("boundaries", "boundaries", {GEOMETRY: "geometry"}, {GEOMETRY: "content"})
    for shape, (of_table, telling) in SHAPES.items():
        if set(telling) <= set(columns) and wanted in (None, of_table) and not given:
            return Recognised(of_table, shape, {column: column for column in telling}, dict.fromkeys(telling, "name"))
    if sheet.sheet.startswith("5.5 Uncensored H Region") and wanted in (None, "indicators"):
        feeds = [row["column"] for row in records("indicator_feeds") if row["sheet"] == sheet.sheet]
        return Recognised("indicators", "mpi", {c: "value" for c in columns if c.split(" / ")[-1] in feeds}, {})
    best = Recognised(None, "")
    best_score = 0.0
    for name in [wanted] if wanted else table_names():
        found = _mapped(sheet, name, places, iso3, given)
        fields = set(found.mapping.values())
        if not _enough(name, fields, found.shape):
            continue
        # figures beside places may be anything: what a table is for, its words or tags must say
        if not wanted and not found.shape and all(found.how[column] == "content" for column, to in found.mapping.items() if to in _own(name)):
            continue
        score = sum({"hxl": 3.0, "name": 2.0, "content": 0.5}[found.how[c]] for c, f in found.mapping.items() if f in _own(name))
        score += 3.0 if found.shape else 0.0
        if score > best_score:
            best, best_score = found, score
    return best


def _mapped(sheet: Sheet, name: str, places: PlaceIndex, iso3: str, given: Mapping[str, str] | None) -> Recognised:
    found = Recognised(name, "")
    columns = [str(column) for column in sheet.frame.columns if column != GEOMETRY]
    taken: set[str] = set()

    def take(column: str, to: str, how: str) -> None:
        found.mapping[column], found.how[column] = to, how
        taken.add(to)

    if given:
        for column, to in given.items():
            if column in columns and (to in fields_of(name) or to.startswith("indicator:")):
                take(column, to, "name")
                found.shape = "wide" if to.startswith("indicator:") else found.shape
    else:
        for column in columns:
            for to, tags, _ in _patterns(name):
                if to not in taken and column in sheet.hxl and tags and tags.fullmatch(sheet.hxl[column]):
                    take(column, to, "hxl")
                    break
        # under several header rows the lowest says most
        for depth in (-1, 0):
            for column in columns:
                keys = {place_key(column), place_key(re.sub(r"\(.*", "", column)), place_key(column.split(" / ")[depth])}
                for to, _, names in _patterns(name):
                    if column not in found.mapping and to not in taken and any(names.fullmatch(key) for key in keys):
                        take(column, to, "name")
                        break
        if name == "indicators" and not {"indicator", "value"} <= taken:
            wide = {column: code for column in columns if column not in found.mapping and (code := _indicator(column))}
            if wide:
                found.shape = "wide"
                for column, code in wide.items():
                    take(column, f"indicator:{code}", "name")
        _by_content(sheet, found, places, iso3, take, taken, columns)
    if name == "population" and any(_is_total(column) for column in columns):
        found.shape = "cod_ps"
        found.mapping = {c: f for c, f in found.mapping.items() if f != "persons"}
    return found


def _by_content(sheet: Sheet, found: Recognised, places: PlaceIndex, iso3: str, take, taken: set[str], columns: list[str]) -> None:  # type: ignore[no-untyped-def]
    """P-codes, then names of areas, in columns nothing else told; then the only column of years, of figures."""
    sample = sheet.frame.head(_LOOKED_AT)
    left = [column for column in columns if column not in found.mapping]
    located = taken & {"admin1_code", "admin2_code", "pcode", "admin1_name", "admin2_name", "place"}
    for column in left if not located else []:
        cells = [text.strip() for text in sample[column] if text.strip()]
        coded = [places.level(text) for text in cells if places.knows(text)]
        if len(coded) >= max(1, _MOST * len(cells)):
            to = f"admin{min(2, max(1, max(coded)))}_code"
            if to not in taken:
                take(column, to, "content")
            continue
        for level in (1, 2):
            hits = sum(places.match(iso3, text, 9998, level=level).how in ("exact", "alias") for text in dict.fromkeys(cells))
            if cells and hits >= max(1, _MOST * len(set(cells))) and f"admin{level}_name" not in taken:
                take(column, f"admin{level}_name", "content")
                break
    left = [column for column in columns if column not in found.mapping]
    if not taken & {"period", "year", "start"}:
        years = [c for c in left if _share(sample[c], lambda text: bool(re.fullmatch(r"(19|20)\d\d(-\d\d(-\d\d)?)?(\.0)?", text))) > 0.9]
        if len(years) == 1:
            take(years[0], "period", "content")
    target = {"returns": "persons", "population": "persons", "indicators": "value"}.get(found.table or "")
    if target and target not in taken and not found.shape:
        figures = [c for c in columns if c not in found.mapping and _share(sample[c], _is_number) > 0.9]
        if len(figures) == 1:
            take(figures[0], target, "content")


def _enough(name: str, fields: set[str], shape: str) -> bool:
    if shape in ("cod_ps", "wide"):
        return bool(fields & {"admin1_code", "admin2_code", "pcode", "admin1_name", "admin2_name", "place"})
    needs = next(row["needs"] for row in records("import_tables") if row["table"] == name)
    return all(fields & set(group.split("|")) for group in needs.split("&"))


@cache
def _own(name: str) -> set[str]:
    return {row["field"] for row in records("import_fields") if row["table"] == name}


@cache
def _patterns(name: str) -> list[tuple[str, re.Pattern[str] | None, re.Pattern[str]]]:
    rows = [row for wanted in (name, "*") for row in records("import_fields") if row["table"] == wanted]
    return [(row["field"], re.compile(row["hxl"]) if row["hxl"] else None, re.compile(row["names"])) for row in rows]


@cache
def _indicator_keys() -> dict[str, str]:
    rows = table("indicators")
    return {
        **{place_key(row["name"]): row["code"] for row in records("indicator_aliases")},
        **{place_key(str(row.name_fr)): str(row.code) for row in rows.itertuples()},
        **{place_key(str(row.name_en)): str(row.code) for row in rows.itertuples()},
        **{str(code).casefold(): str(code) for code in rows["code"]},
    }


def indicator_code(text: str) -> str | None:
    """The code of an indicator given by its code, its name in either language, or another name it goes by (indicator_aliases.csv)."""
    return _indicator_keys().get(text.strip().casefold()) or _indicator_keys().get(place_key(text))


def _indicator(column: str) -> str | None:
    return indicator_code(column) or indicator_code(column.split(" ")[0])


def _is_total(column: str) -> bool:
    return re.fullmatch(r"T_TL", column, re.IGNORECASE) is not None


def _share(cells: pd.Series, test) -> float:  # type: ignore[no-untyped-def]
    filled = [text.strip() for text in cells if text.strip()]
    return sum(test(text) for text in filled) / len(filled) if filled else 0.0


def _is_number(text: str) -> bool:
    try:
        return number(text) is not None
    except ValueError:
        return False
