"""Where the rows of a file lie: P-codes as written, in another dialect that the join rate confirms, else names, exactly.

A name that only resembles one is a suggestion for a person, never a match.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pandas as pd
from rapidfuzz import fuzz, process

from data.importing.dialects import other_spelling
from data.importing.isolation import Sheet
from data.importing.measures import UNDATED, WIDE
from data.importing.nations import country_keys
from data.importing.periods import Span
from data.readers.issues import Issues
from data.readers.places import PlaceIndex, place_key, split_label

_ALIKE: Final = 85
_NEAR: Final = 2
_LOOKED_AT: Final = 400
_TOTAL: Final = re.compile(
    r"((grand |sub |sous |sub)?totale?s?( general[e]?| geral| national| pays| republica| nacional| country| ensemble)?|ensemble( du pays| pays)?|"
    r"(grand |sous )?total .{2,60}|.{2,60} total|(somme|sum|suma)|all areas|toutes? les (provinces|regions|zones)|todos los departamentos)")
CODES: Final = ("admin2_code", "admin1_code", "pcode")
NAMES: Final = ("admin1_name", "admin2_name", "place")
KNOWN_ABOVE: Final = ("returns", "activities", "in_place")
"""Tables whose rows stay where they are known; a figure of a part is never that of the whole in the others."""


@dataclass
class RowIssues(Issues):
    """Issues of a sheet, and the rows that were mended without an issue of their own (a P-code dialect is told once)."""

    repaired_rows: set[int] = field(default_factory=set)


@dataclass
class Job:
    """A recognised sheet on its way to facts: what it is, for which country, and what it must be told against."""

    sheet: Sheet
    table: str
    shape: str
    mapping: dict[str, str]
    iso3: str
    areas: pd.DataFrame
    places: PlaceIndex
    issues: RowIssues
    source_id: str
    placed_years: frozenset[tuple[int, str]] = frozenset()
    """(year, kind) the store already knows by place, other than from this source."""
    confirmed: Mapping[str, str] = field(default_factory=dict)
    """Names that people confirmed for areas, name -> P-code."""
    period: Span | None = None
    """What the file speaks of where it does not say when, as the person who imports it says it."""
    styles: dict[tuple[str, str], bool] = field(default_factory=dict)
    """How columns are written, by field and question, once it has been looked at (cells)."""
    near: dict[str, list[str]] = field(default_factory=dict)
    """Names that are no area's but resemble those of some, best first: name -> P-codes."""
    placed_by: set[tuple[str, str]] = field(default_factory=set)
    """Names that people confirmed and that placed rows of the sheet, with their P-code."""
    _finest: frozenset[str] | None = None
    _likely: tuple[dict[str, str], ...] = ()

    def finest(self, level: int) -> frozenset[str]:
        """The P-codes of a level."""
        if self._finest is None:
            self._finest = frozenset(self.areas.loc[self.areas["level"] == level, "pcode"])
        return self._finest

    def likely_names(self) -> tuple[dict[str, str], ...]:
        """The names of areas as they are compared, by P-code, in French and in English."""
        if not self._likely:
            below = self.areas[self.areas["level"] > 0]
            self._likely = tuple({str(code): place_key(str(name)) for code, name in zip(below["pcode"], below[column], strict=True)}
                                 for column in ("name_fr", "name_en"))
        return self._likely

    def columns(self) -> pd.DataFrame:
        """The mapped columns as text, named by field, stripped; `issues` speak of the file's own headings."""
        found = {to: self.sheet.frame[column].str.strip() for column, to in self.mapping.items() if column in self.sheet.frame}
        return pd.DataFrame(found, index=self.sheet.frame.index)

    def heading(self, field_name: str) -> str:
        """The file's own heading of a field."""
        return next((column for column, to in self.mapping.items() if to == field_name), field_name)


@dataclass
class Outcome:
    """Facts by table of the store, the rows they come from, and how many of those have a place."""

    facts: dict[str, pd.DataFrame]
    accepted: set[int]
    joined_rows: int = 0
    asked_rows: int = 0
    joined_persons: float = 0.0
    asked_persons: float = 0.0
    period: tuple[pd.Timestamp, pd.Timestamp] | None = None


@dataclass
class Located:
    """Per row: pcode (None: unmatched), the text that was looked up, the file's heading over it; the rows whose code was mended."""

    pcode: dict[int, str | None] = field(default_factory=dict)
    text: dict[int, str] = field(default_factory=dict)
    column: dict[int, str] = field(default_factory=dict)
    mended: set[int] = field(default_factory=set)
    finer: set[int] = field(default_factory=set)
    """Rows whose code is that of a part of a known area, by which its code begins."""
    above: dict[int, str] = field(default_factory=dict)
    """Rows that lie in an area whose own part is not in the boundaries."""
    rule: str = ""
    confirmed: dict[tuple[str, str, str], set[int]] = field(default_factory=dict)
    """Rows placed by a name that a person confirmed, by (field, name, P-code)."""

    def of(self, rows: set[int]) -> Located:
        """The same for some rows only."""
        return replace(self, pcode={n: code for n, code in self.pcode.items() if n in rows}, above={n: code for n, code in self.above.items() if n in rows})


def of_country(frame: pd.DataFrame, job: Job) -> pd.DataFrame:
    """Rows of the country asked for; the others are set aside, each told once by its country."""
    if "iso3" not in frame:
        return frame
    known = country_keys(job.iso3)
    mine = frame["iso3"].map(lambda text: not text or place_key(text) in known)
    for row_no, text in frame.loc[~mine, "iso3"].items():
        job.issues.add(int(str(row_no)), job.heading("iso3"), text, "set_aside", "other_country_row", job.iso3)
    return frame[mine]


def locate(frame: pd.DataFrame, job: Job, year: int = 9998) -> Located:
    """Each row's area: by code (deepest first), then by name within its parent when the file gives that."""
    found = Located()
    confirmed = {place_key(label): (label, pcode) for label, pcode in job.confirmed.items() if job.places.knows(pcode)}
    written = [code for name in CODES if name in frame for code in frame[name].unique() if code]
    dialect = other_spelling(written, set(job.areas.loc[job.areas["level"] > 0, "pcode"]), job.iso3)
    finer_there = job.table in KNOWN_ABOVE and "admin2_code" in frame and int(job.areas["level"].max()) > 1
    for row_no, row in zip(frame.index, frame.to_dict("records"), strict=True):
        number, hit = int(row_no), None
        for name in CODES:
            code = str(row.get(name, "") or "").upper()
            if not code or code in ("<NULL>", "-"):
                continue
            found.text.setdefault(number, code)
            found.column.setdefault(number, job.heading(name))
            if job.places.knows(code) and _country(job, code):
                hit = code
            elif code in dialect:
                hit = dialect[code]
                found.mended.add(number)
            elif (wider := _within(code, job)) is not None:
                hit = wider
                found.finer.add(number)
            if hit:
                break
        if hit is not None and row.get("admin2_name") and job.places.level(hit) == 1:
            # the code says the province, the name the territoire in it
            hit = job.places.match(job.iso3, str(row["admin2_name"]), year, level=2, parent=hit).pcode or hit
        if hit is not None and finer_there and job.places.level(hit) == 1 and found.text[number] not in (hit, "") and number not in found.mended:
            found.above[number] = hit
        if hit is None:
            hit = _by_name(row, number, job, year, found)
            if hit is not None and confirmed:
                for name in NAMES:
                    label = str(row.get(name, "") or "")
                    if (said := confirmed.get(place_key(label)) or confirmed.get(place_key(split_label(label)[0]))) is not None:
                        found.confirmed.setdefault((name, *said), set()).add(number)
        found.pcode[number] = hit
    if found.finer:
        job.issues.add(None, job.heading("pcode"), len(found.finer), "repaired", "pcode_finer")
        job.issues.repaired_rows.update(found.finer)
    if found.mended:
        found.rule = next(f"{code} → {pcode}" for code, pcode in dialect.items())
        job.issues.add(None, job.heading("pcode"), len(found.mended), "repaired", "pcode_dialect", found.rule)
        job.issues.repaired_rows.update(found.mended)
    tell_confirmed({said: len(rows) for said, rows in found.confirmed.items()}, job)
    job.issues.repaired_rows.update(*found.confirmed.values())
    return found


def tell_confirmed(rows: Mapping[tuple[str, str, str], int], job: Job) -> None:
    """One issue a name that a person confirmed, by (field, name, P-code), with how many rows it placed."""
    names = dict(zip(job.areas["pcode"], job.areas["name_fr"], strict=True))
    for (name, label, pcode), number in sorted(rows.items()):
        job.issues.add(None, job.heading(name), number, "repaired", "alias_confirmed", f"{label} → {names[pcode]} ({pcode})")
        job.placed_by.add((label, pcode))


def placeless(job: Job) -> list[list[Any]]:
    """The issue of returns of which no column says the place while columns of words are not used: they count for the whole country."""
    if job.table != "returns" or job.shape not in ("", UNDATED, WIDE) or {*CODES, *NAMES} & set(job.mapping.values()):
        return []
    unused = [str(column) for column in job.sheet.frame.columns if column not in job.mapping]
    words = [column for column in unused if any(sum(letter.isalpha() for letter in text) > 2 for text in job.sheet.frame[column].head(_LOOKED_AT))]
    return [[None, "", ", ".join(words[:10]), "info", "no_place_column", job.iso3]] if words else []


def is_total(text: str) -> bool:
    """Whether a label says that its row is a total."""
    return bool(text) and _TOTAL.fullmatch(place_key(text)) is not None


def total_of(row: Mapping[str, str]) -> str | None:
    """The field by which a row says that it is a total of other rows ("Total", "Sous-total Atlántida"); None when it does not."""
    return next((name for name in (*CODES, "admin1_name", "admin2_name", "place") if is_total(row.get(name, ""))), None)


def without_totals(frame: pd.DataFrame, job: Job) -> pd.DataFrame:
    """The rows that are no totals of others; those are set aside, each with its word."""
    fields = [name for name in (*CODES, "admin1_name", "admin2_name", "place") if name in frame]
    whole = {int(row_no): name for row_no, row in zip(frame.index, frame[fields].to_dict("records"), strict=True)
             if (name := total_of({str(k): str(v) for k, v in row.items()}))} if fields else {}
    for row_no, name in whole.items():
        job.issues.add(row_no, job.heading(name), frame.at[row_no, name], "set_aside", "total_row")
    return frame[~frame.index.isin(list(whole))]


def suggest(text: str, job: Job, within: str = "") -> str:
    """Names of areas (of those in the area `within`, where it is known) that resemble a label, for a person to confirm; "" when none does.
    They are kept with the job.
    """
    best: dict[str, float] = {}
    parents = dict(zip(job.areas["pcode"], job.areas["parent"], strict=True)) if within else {}
    for every in job.likely_names():
        names = {code: name for code, name in every.items() if not within or parents[code] == within}
        for _, score, code in process.extract(place_key(split_label(text)[0]), names, scorer=fuzz.ratio, limit=_NEAR, score_cutoff=_ALIKE):
            best[code] = max(score, best.get(code, 0))
    near = sorted(best, key=lambda code: (-best[code], code))[:_NEAR]
    if near and job.places.match(job.iso3, text, 9998).pcode is None:
        job.near[text] = near
    shown = dict(zip(job.areas["pcode"], job.areas["name_fr"], strict=True))
    return ", ".join(f"{shown[code]} ({code})" for code in near)


def tell_above(located: Located, job: Job) -> None:
    """One issue a row whose own area is not in the boundaries while the one above it is, and one suggestion a label that resembles a name there."""
    names = dict(zip(job.areas["pcode"], job.areas["name_fr"], strict=True))
    asked: set[tuple[str, str]] = set()
    for row_no, pcode in located.above.items():
        text, column = located.text.get(row_no, ""), located.column.get(row_no, "")
        job.issues.add(row_no, column, text, "info", "placed_above", f"{names[pcode]} ({pcode})")
        if (text, pcode) not in asked:
            asked.add((text, pcode))
            if near := suggest(text, job, pcode):
                job.issues.add(row_no, column, text, "info", "place_suggested", near)


def tell_unmatched(located: Located, job: Job, severity: str, code: str, detail: str = "") -> None:
    """One issue a row without area, and one suggestion a label that resembles a name."""
    told: set[str] = set()
    for row_no, pcode in located.pcode.items():
        if pcode is None:
            text = located.text.get(row_no, "")
            column = located.column.get(row_no, "")
            job.issues.add(row_no, column, text, severity, code, detail)
            if text and text not in told:
                told.add(text)
                if near := suggest(text, job):
                    job.issues.add(row_no, column, text, "info", "place_suggested", near)


def tell_likely(job: Job, code: str) -> None:
    """One suggestion a label of the issues of a code, for readers that look places up themselves."""
    labels = {issue[4]: (issue[2], issue[3]) for issue in reversed(job.issues.rows) if issue[6] == code and issue[4]}
    for text, (row_no, column) in reversed(labels.items()):
        if near := suggest(text, job):
            job.issues.add(row_no, column, text, "info", "place_suggested", near)


def _by_name(row: dict[Any, Any], number: int, job: Job, year: int, found: Located) -> str | None:
    parent = None
    for level, name in ((1, "admin1_name"), (2, "admin2_name")):
        label = str(row.get(name, "") or "")
        if not label:
            continue
        match = job.places.match(job.iso3, label, year, level=level, parent=parent)
        if level == 2 or not row.get("admin2_name"):
            found.text[number], found.column[number] = label, job.heading(name)
        if match.pcode is not None and match.how != "dispersed":
            parent = match.pcode
            if level == 2 or not (row.get("admin2_name") or row.get("place")):
                return parent
    label = str(row.get("place", "") or "")
    if label and parent is not None:
        within = job.places.match(job.iso3, label, year, level=2, parent=parent)
        if within.pcode is not None:
            found.text[number], found.column[number] = label, job.heading("place")
            return within.pcode
    if label:
        found.text[number], found.column[number] = label, job.heading("place")
        if job.places.knows(label.upper()) and _country(job, label.upper()):
            # a code under a heading that promises a name
            return label.upper()
        match = job.places.match(job.iso3, label, year)
        if match.pcode is not None or parent is None:
            return match.pcode
    if parent is not None and job.table in KNOWN_ABOVE:
        found.above[number] = parent
        return parent
    if not any(row.get(name) for name in (*CODES, "admin1_name", "admin2_name", "place")):
        return job.iso3
    return None


def _within(code: str, job: Job) -> str | None:
    """The deepest area by whose P-code a longer one begins, as P-codes of finer levels do; None for a table of figures of areas."""
    deepest = int(job.areas["level"].max())
    known = next((code[:size] for size in range(len(code) - 1, 3, -1) if code[:size].upper() in job.finest(deepest)), None)
    return known if job.table in KNOWN_ABOVE and known is not None and code[len(known):].isdigit() and len(code) - len(known) >= 2 else None


def _country(job: Job, code: str) -> bool:
    return code == job.iso3 or job.places.ancestor(code, 0) == job.iso3
