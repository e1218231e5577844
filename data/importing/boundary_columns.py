"""Which properties of boundaries hold P-codes and names, level by level: by heading, else by what they hold.

Publishers of one country have words of their own (`ST_PCODE` and `DT` in Myanmar, `WoredaPcod` in Ethiopia): codes that begin with one
another tell the levels, and a column with one name a code tells the names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from os.path import commonprefix
from typing import Final

import pandas as pd

from data.catalogue_tables import records
from data.importing.isolation import Sheet
from data.importing.reading import GEOMETRY
from data.readers.places import place_key

_CODE: Final = (r"adm(in)?{n}_?(p?code|pcod)", r"#adm{n}\+(v_)?p?code.*", r"adm{n}_id")
_NAME: Final = (r"adm(in)?{n}_?name(_{lang})?", r"adm(in)?{n}_?refname(_{lang})?", r"#adm{n}(\+i_{lang})?\+name.*",
                 r"adm{n}_({lang})", r"adm{n}_name", r"name_{n}")
_OTHER: Final = (r"adm(in)?{n}_?(ref|alt\d?)?_?name\d?(_(?P<language>[a-z]{{2}}))?", r"adm{n}_?(ref|alt\d?)?_?(?P<language>[a-z]{{2}})", r"adm{n}_?alt\d?",
                 r"#adm{n}(\+i_(?P<language>[a-z]{{2}}))?\+(alt\d?\+?)?name.*", r"#adm{n}\+name\+i_(?P<language>[a-z]{{2}})", r"(nl_|var)?name_{n}")
_PLAIN: Final = ("shapename", "name", "nom", "nombre")
_PCODE: Final = re.compile(r"[A-Z]{2,3}[A-Z]{0,2}[-._]?\d[A-Z0-9._-]{0,14}")
_DIGITS: Final = re.compile(r"\d{2,12}")
_MOST: Final = 0.9
_SOME: Final = 0.8
LEVELS: Final = (1, 2, 3, 4)


@dataclass(frozen=True)
class Level:
    """The columns of a level: its P-codes, its names in French and in English, other names with their language ("" where it is not said)."""

    code: str | None
    name_fr: str | None
    name_en: str | None
    others: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Properties:
    """The levels of a layer, 1 first; `told` says how: heading, content or words."""

    levels: dict[int, Level]
    told: str

    @property
    def finest(self) -> int:
        """The level each shape is one area of."""
        return max(self.levels)

    def of(self, level: int) -> Level:
        """A level's columns, none where it is not there."""
        return self.levels.get(level, Level(None, None, None))


def properties_of(sheet: Sheet) -> Properties:
    """The columns of each level of a layer, those that are empty in every row left; of a layer whose properties say nothing, level 1 without columns."""
    columns = [str(column) for column in sheet.frame.columns if column != GEOMETRY and sheet.frame[column].str.strip().any()]
    found = {n: _by_heading(columns, n) for n in LEVELS if _column(columns, [*_CODE, *_NAME], n, "..")}
    if found and found[max(found)].name_fr:
        return Properties(found, "heading")
    told = None if "shapeName" in columns else _by_content(sheet.frame[columns], said_level(sheet)) or _by_words(columns)
    if told is not None:
        return told
    level = max(found, default=0) or said_level(sheet)
    plain = next((column for name in _PLAIN for column in columns if column.casefold() == name), None)
    return Properties({**found, level: Level(found[level].code if level in found else None, plain, plain)}, "heading")


def said_level(sheet: Sheet) -> int:
    """The level a layer says of itself (`shapeType`), or the name of its file; 1 where nothing does."""
    for name in ("shapeType", "Level"):
        if name in sheet.frame and (hit := re.search(r"ADM(\d)", str(sheet.frame[name].iloc[0]))):
            return int(hit[1])
    hits = (re.search(r"adm(?:in)?[_-]?([1-4])(?!\d)", name, re.IGNORECASE) for name in (sheet.sheet, sheet.file))
    return next((int(hit[1]) for hit in hits if hit), 1)


def _by_heading(columns: list[str], level: int) -> Level:
    code = _column(columns, _CODE, level, "..")
    french, english, other = (_column(columns, _NAME, level, language) for language in ("fr", "en", ".."))
    name_fr, name_en = french or english or other, english or french or other
    return Level(code, name_fr, name_en, _other_names(columns, level, {code, name_fr, name_en}))


def _column(columns: list[str], patterns: Iterable[str], level: int, language: str) -> str | None:
    for pattern in patterns:
        for column in columns:
            if re.fullmatch(pattern.replace("{n}", str(level)).replace("{lang}", language), column, re.IGNORECASE):
                return column
    return None


def _other_names(columns: list[str], level: int, used: set[str | None]) -> dict[str, str]:
    """Columns of names of a level that are not `used`, with their language ("" where the heading does not say it)."""
    found: dict[str, str] = {}
    for pattern in _OTHER:
        for column in columns:
            hit = re.fullmatch(pattern.format(n=level), column, re.IGNORECASE)
            if hit and column not in used and column not in found and not column.casefold().endswith("_id"):
                found[column] = (hit.groupdict().get("language") or "").casefold()
    return found


def _by_content(frame: pd.DataFrame, said: int) -> Properties | None:
    """Levels by codes that begin with one another, the finest with one code a shape; each with a column of one name a code. One column of codes
    alone is of the level that the layer or its file is `said` to be.
    """
    cells = {str(column): frame[column].str.strip() for column in frame.columns}
    full = {column: texts for column, texts in cells.items() if (texts != "").mean() >= _MOST}
    pcodes = {column: texts for column, texts in full.items() if texts.map(lambda text: bool(_PCODE.fullmatch(text.upper()))).mean() >= _MOST}
    digits = {column: texts for column, texts in full.items() if column not in pcodes and texts.map(lambda text: bool(_DIGITS.fullmatch(text))).all()
              and texts.str.len().nunique() == 1}
    names = {column: texts for column, texts in full.items() if column not in pcodes
             and texts.map(lambda text: sum(letter.isalpha() for letter in text) > 1).mean() >= _MOST}
    best: list[str] = []
    for kind in (pcodes, digits):
        for finest, texts in kind.items():
            if texts.nunique() < max(1, _SOME * len(texts)):
                continue
            above = [column for column, wider in kind.items() if wider.nunique() < texts.nunique() and _nests(wider, texts)]
            chain = [*sorted(dict.fromkeys(above), key=lambda column: kind[column].str.len().max()), finest]
            # two columns of one level say the same: the first stands
            chain = [column for place, column in enumerate(chain) if place == 0 or kind[chain[place - 1]].nunique() < kind[column].nunique()]
            # figures that begin with one another are codes; figures that stand alone may be anything
            if len(chain) > len(best) and (kind is pcodes or len(chain) > 1):
                best = chain
    levels = {}
    for level, code in enumerate(best, start=1 if len(best) != 1 else said):
        own = _names_of(cells[code], {column: texts for column, texts in names.items() if column not in best}, code)
        levels[level] = Level(code, own[0] if own else None, own[0] if own else None, dict.fromkeys(own[1:], ""))
    return Properties(levels, "content") if best and levels[max(levels)].name_fr else None


def _nests(wider: pd.Series, finer: pd.Series) -> bool:
    """Whether each finer code begins with the wider one beside it."""
    return all(long.startswith(short) and len(long) > len(short) for short, long in zip(wider, finer, strict=True) if short and long)


def _names_of(codes: pd.Series, names: dict[str, pd.Series], heading: str) -> list[str]:
    """Columns with one name a code, those whose heading begins like that of the codes first, then Latin letters, then as they come."""
    each = codes.nunique()
    fit: list[tuple[bool, int, int, str]] = []
    for column, texts in names.items():
        pairs = pd.DataFrame({"code": codes, "name": texts}).drop_duplicates()
        if len(pairs) == each and texts.nunique() >= _SOME * each:
            latin = texts.map(lambda text: text.isascii() or any("a" <= letter.casefold() <= "z" for letter in text)).mean() >= _MOST
            fit.append((not latin, -len(commonprefix([column.casefold(), heading.casefold()])), len(fit), column))
    return [column for *_, column in sorted(fit)]


def _by_words(columns: list[str]) -> Properties | None:
    """Levels by the words for parts of countries that tables go by (import_fields.csv): "statename", "lgacode"."""
    words = {row["field"]: re.compile(row["names"]) for row in records("import_fields") if row["table"] == "*" and row["field"].startswith("admin")}
    found = {to: next((column for column in columns if pattern.fullmatch(place_key(column.replace("_", " ")))), None) for to, pattern in words.items()}
    levels = {n: Level(found[f"admin{n}_code"], found[f"admin{n}_name"], found[f"admin{n}_name"]) for n in (1, 2) if found[f"admin{n}_name"]}
    return Properties(levels, "words") if levels else None
