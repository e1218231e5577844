"""What a sheet is and what its columns hold: by HXL tags first, then by names in three languages, then by content.

The words are rows of import_fields.csv; published shapes that a reader of ours knows are told by their columns.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Final

import pandas as pd

from data.catalogue_tables import records
from data.importing.headings import heading_keys, said_of
from data.importing.indicator_names import indicator_of_heading
from data.importing.isolation import Sheet
from data.importing.measures import UNDATED, WIDE, is_about, says_year, wide_columns
from data.importing.periods import span
from data.importing.reading import GEOMETRY
from data.readers.places import PlaceIndex, place_key
from data.readers.text_tables import number

SHAPES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "unhcr_demographics": ("returns", ("pop_type", "location", "coa_iso", "f_0_4", "total")),
    "unhcr_population": ("returns", ("coo_iso", "coa_iso", "returned_refugees", "returned_idps")),
    "home_office": ("returns", ("Nationality", "Return type group", "Number of returns", "Quarter")),
    "ipc": ("indicators", ("Validity period", "Phase", "Percentage", "Number", "Area")),
    "ipc_level1": ("indicators", ("Validity period", "Phase", "Percentage", "Number", "Level 1")),
    "hapi_food": ("indicators", ("ipc_phase", "ipc_type", "population_fraction_in_phase")),
    "hapi_idps": ("indicators", ("location_code", "assessment_type", "reporting_round", "population")),
    "hapi_refugees": ("indicators", ("asylum_location_code", "population_group", "gender", "age_range", "population")),
}
"""Shapes of publishers that are read whole: (table, columns that tell it)."""
DISPLACED: Final = "CX1"
"""Internally displaced people hosted."""
_RETURNED: Final = frozenset({"RET", "RDP"})
_NEEDS: Final = frozenset({"population_status", "category", "population"})
"""HAPI's humanitarian needs: its figures of people in need are no population."""
_LOOKED_AT: Final = 400
_PLACED: Final = frozenset({"admin1_code", "admin2_code", "pcode", "admin1_name", "admin2_name", "place"})
_MOST: Final = 0.6
_WHOLE: Final = re.compile(r"#?adm(in)?_?0", re.IGNORECASE)
_PART: Final = re.compile(r"#?adm(in)?_?[1-5]|(shape)?name(_[1-5])?$|nom$", re.IGNORECASE)


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


def recognise(sheet: Sheet, places: PlaceIndex, iso3: str, wanted: str | None = None, given: Mapping[str, str] | None = None,
              dated: bool = False) -> Recognised:
    """The table of a sheet and its mapping; `wanted` forces the table, `given` is a mapping a person confirmed, `dated`: a person says when."""
    columns = [str(column) for column in sheet.frame.columns]
    if GEOMETRY in columns and wanted in (None, "boundaries"):
        if not wanted and not _holds_areas(sheet):
            return Recognised(None, "")
        return Recognised("boundaries", "boundaries", {GEOMETRY: "geometry"}, {GEOMETRY: "content"})
    for shape, (of_table, telling) in SHAPES.items():
        # the same columns hold people who returned, which are another table
        if shape == "hapi_refugees" and set(telling) <= set(columns) and set(sheet.frame["population_group"]) & _RETURNED:
            continue
        if set(telling) <= set(columns) and wanted in (None, of_table) and not given:
            return Recognised(of_table, shape, {column: column for column in telling}, dict.fromkeys(telling, "name"))
    if sheet.sheet.startswith("5.5 Uncensored H Region") and wanted in (None, "indicators"):
        feeds = [row["column"] for row in records("indicator_feeds") if row["sheet"] == sheet.sheet]
        return Recognised("indicators", "mpi", {c: "value" for c in columns if c.split(" / ")[-1] in feeds}, {})
    best = Recognised(None, "")
    if not wanted and set(columns) >= _NEEDS:
        return best
    best_score = 0.0
    for name in [wanted] if wanted else table_names():
        found = _mapped(sheet, name, places, iso3, given, wanted is not None, dated)
        fields = set(found.mapping.values())
        if not _enough(name, fields, found.shape):
            continue
        # figures beside places may be anything: what a table is for, its words or tags must say
        if not wanted and found.shape in ("", UNDATED) and all(found.how[column] == "content" for column, to in found.mapping.items() if to in _own(name)):
            continue
        score = sum({"hxl": 3.0, "name": 2.0, "content": 0.5}[found.how[c]] for c, f in found.mapping.items() if f in _own(name))
        score += 3.0 if found.shape not in ("", UNDATED) else 0.0
        # who does what says where; money that is given need not
        score -= 4.0 if name == "activities" and not fields & _PLACED else 0.0
        if score > best_score:
            best, best_score = found, score
    return best


def _holds_areas(sheet: Sheet) -> bool:
    """Whether a layer holds areas of level 1 or below: a package of boundaries also has the whole country, borders as lines, centres as points."""
    columns = [str(column) for column in sheet.frame.columns]
    if "shapeType" in columns:
        return not (sheet.frame["shapeType"] == "ADM0").all()
    whole = any(_WHOLE.match(column) for column in columns) and not any(_PART.match(column) for column in columns)
    # WKB: the kind of shape is the low byte of the second field (3 and 6 are polygons)
    kinds = {int.from_bytes(bytes(one[1:5]), "little" if one[0] else "big") % 1000 % 256 for one in sheet.frame[GEOMETRY] if one is not None}
    return not whole and (not kinds or bool(kinds & {3, 6}))


def _mapped(sheet: Sheet, name: str, places: PlaceIndex, iso3: str, given: Mapping[str, str] | None, asked: bool,
            dated: bool) -> Recognised:
    found = Recognised(name, "")
    columns = [str(column) for column in sheet.frame.columns if column != GEOMETRY]
    taken: set[str] = set()

    def take(column: str, to: str, how: str) -> None:
        found.mapping[column], found.how[column] = to, how
        taken.add(to)

    if given:
        for column, to in given.items():
            if column in columns and (to in fields_of(name) or to.startswith(("indicator:", "persons|"))):
                take(column, to, "name")
                found.shape = WIDE if to.startswith(("indicator:", "persons|")) else found.shape
    else:
        for to, tags, _ in _patterns(name):
            for column in columns:
                if column not in found.mapping and to not in taken and column in sheet.hxl and tags and tags.fullmatch(sheet.hxl[column]):
                    take(column, to, "hxl")
        # under several header rows the lowest says most; in a pair of languages, either
        for depth in (-1, 0):
            keys = {column: heading_keys(column, depth) for column in columns}
            for to, _, names in _patterns(name):
                for column in columns:
                    if (column not in found.mapping and to not in taken and any(names.fullmatch(key) for key in keys[column])
                            and (to not in ("latitude", "longitude") or _share(sheet.frame[column].head(_LOOKED_AT), _is_degrees) > 0.5)):
                        take(column, to, "name")
        if name == "facilities" and {"latitude", "longitude"} <= taken and "facility_name" not in taken:
            # what a point is called, where nothing else is named
            for column in [column for column in columns if column not in found.mapping and place_key(column) in ("name", "nom", "nombre")][:1]:
                take(column, "facility_name", "content")
        _right_levels(sheet, found, places, iso3)
        taken = set(found.mapping.values())
        if name == "indicators" and not {"indicator", "value"} <= taken:
            wide = {column: code for column in columns if column not in found.mapping and (code := indicator_of_heading(column))}
            if wide:
                found.shape = WIDE
                for column, code in wide.items():
                    take(column, f"indicator:{code}", "name")
                # beside columns of other indicators, the displaced are one of them
                found.mapping = {column: f"indicator:{DISPLACED}" if to == "displaced" else to for column, to in found.mapping.items()}
        if name in ("returns", "population") and not any(map(_is_total, columns)):
            _take_measures(sheet, found, iso3, take, taken, columns, asked)
        _by_content(sheet, found, places, iso3, take, taken, columns)
        if "organisation" not in taken:
            # the one organisation of a row is who acts, whatever it is called
            found.mapping = {column: "organisation" if to == "reporter" else to for column, to in found.mapping.items()}
    if name == "population" and any(_is_total(column) for column in columns):
        found.shape = "cod_ps"
        found.mapping = {c: f for c, f in found.mapping.items() if f != "persons"}
    found.mapping = {column: found.mapping[column] for column in columns if column in found.mapping}
    if name == "returns" and not found.shape and not {"period", "year", "start"} & set(found.mapping.values()) and (dated or says_year(sheet)):
        found.shape = UNDATED
    return found


def _take_measures(sheet: Sheet, found: Recognised, iso3: str, take, taken: set[str], columns: list[str], asked: bool) -> None:  # type: ignore[no-untyped-def]
    """Columns that each hold a figure of persons, by what their headings say of it; they take the place of a single column of persons."""
    free = [column for column in columns if found.mapping.get(column, "persons") in ("persons", "kind", "year", "period")]
    wide = wide_columns(sheet, free, iso3, _is_count)
    if not wide or not (asked or is_about(sheet, str(found.table), wide)):
        return
    for column in [column for column, to in found.mapping.items() if to == "persons" or column in wide]:
        taken.discard(found.mapping.pop(column))
        found.how.pop(column)
    if found.table == "population":
        # figures of several years are not added up: the latest that is not to come
        days = {column: said_of(to).get("start", "") for column, to in wide.items()}
        latest = max((day for day in days.values() if day[:4] <= str(date.today().year)), default="")
        wide = {column: to for column, to in wide.items() if days[column] == latest}
    found.shape = WIDE
    for column, to in wide.items():
        take(column, to, "name")


def _by_content(sheet: Sheet, found: Recognised, places: PlaceIndex, iso3: str, take, taken: set[str], columns: list[str]) -> None:  # type: ignore[no-untyped-def]
    """P-codes, then names of areas, in columns nothing else told; then the only column of years, of figures."""
    sample = sheet.frame.head(_LOOKED_AT)
    left = [column for column in columns if column not in found.mapping]
    located = taken & {"admin2_code", "pcode", "admin2_name", "place"}
    for column in left if not located else []:
        cells = [text.strip() for text in sample[column] if text.strip()]
        coded = [places.level(text) for text in cells if places.knows(text) and places.level(text) > 0]
        if len(coded) >= max(1, _MOST * len(cells)):
            to = f"admin{min(2, max(1, max(coded)))}_code"
            if to not in taken:
                take(column, to, "content")
            continue
        finer = bool(taken & {"admin1_code", "admin1_name"})
        for level in (2,) if finer else (1, 2):
            if finer and len(set(cells)) < 2:
                continue
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
    if target and target not in taken and not found.shape and "displaced" not in taken:
        figures = [c for c in columns if c not in found.mapping and _share(sample[c], _is_number) > 0.9]
        if len(figures) == 1:
            take(figures[0], target, "content")


def _right_levels(sheet: Sheet, found: Recognised, places: PlaceIndex, iso3: str) -> None:
    """Words for the parts of a country differ: a column called "province" that holds the names of districts is one of districts."""
    for column, to in list(found.mapping.items()):
        if to == "month" and "period" not in found.mapping.values() and _share(sheet.frame[column].head(_LOOKED_AT), lambda text: span(text) is not None) > 0.5:
            # "Dec-24" says its year itself
            found.mapping[column] = "period"
        if to == "status" and found.how[column] != "hxl" and "admin1_name" not in found.mapping.values():
            # "Estado" is a state of the country as well as that of an activity
            cells = {text.strip() for text in sheet.frame[column].head(_LOOKED_AT) if text.strip()}
            if cells and sum(places.match(iso3, text, 9998, level=1).how in ("exact", "alias") for text in cells) >= _MOST * len(cells):
                found.mapping[column], found.how[column] = "admin1_name", "content"
                continue
        if to not in ("admin1_name", "admin2_name") or found.how[column] == "hxl":
            continue
        other = "admin2_name" if to == "admin1_name" else "admin1_name"
        cells = {text.strip() for text in sheet.frame[column].head(_LOOKED_AT) if text.strip()}
        here, there = (sum(places.match(iso3, text, 9998, level=int(name[5])).how in ("exact", "alias") for text in cells) for name in (to, other))
        if cells and here < min(there, _MOST * len(cells)) and there >= _MOST * len(cells) and other not in found.mapping.values():
            found.mapping[column], found.how[column] = other, "content"


def _enough(name: str, fields: set[str], shape: str) -> bool:
    placed = bool(fields & _PLACED)
    if shape == WIDE and name == "returns":
        # a table of host countries or kinds may be one of the whole country
        return placed or any("host=" in field or "kind=" in field for field in fields) or "host" in fields
    if shape in ("cod_ps", WIDE):
        return placed
    if shape == UNDATED:
        return "persons" in fields
    needs = next(row["needs"] for row in records("import_tables") if row["table"] == name)
    return all(fields & set(group.split("|")) for group in needs.split("&"))


@cache
def _own(name: str) -> set[str]:
    return {row["field"] for row in records("import_fields") if row["table"] == name}


@cache
def _patterns(name: str) -> list[tuple[str, re.Pattern[str] | None, re.Pattern[str]]]:
    rows = [row for wanted in (name, "*") for row in records("import_fields") if row["table"] == wanted]
    return [(row["field"], re.compile(row["hxl"]) if row["hxl"] else None, re.compile(row["names"])) for row in rows]


def _is_total(column: str) -> bool:
    return re.fullmatch(r"T_TL", column, re.IGNORECASE) is not None


def _share(cells: pd.Series, test) -> float:  # type: ignore[no-untyped-def]
    filled = [text.strip() for text in cells if text.strip()]
    return sum(test(text) for text in filled) / len(filled) if filled else 0.0


def _is_degrees(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d{1,3}([.,]\d+)?", text) is not None


def _is_count(text: str) -> bool:
    return re.fullmatch(r"[<≤]?\s*\d[\d\s.,\u00a0\u202f\u2009'’]*\*?|[-–—.…*]+|n\.?/?[da]\.?|s/d", text.strip(), re.IGNORECASE) is not None


def _is_number(text: str) -> bool:
    try:
        return number(text) is not None
    except ValueError:
        return False
