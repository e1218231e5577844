"""What a heading says of the figures under it, when it is no name of a field: a sex, ages, a period, a host country, a kind of return.

"Hommes 18-59", "F_0_4", "Mars 2024 / Femmes" or "Pakistan" each stand over persons; a table of such columns is one figure a cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from data.catalogue_tables import records
from data.importing.nations import nations
from data.importing.periods import month_of, span
from data.readers.places import place_key

_FIGURE: Final = re.compile(r"^[+-]?[\d][\d\s.,\u00a0\u202f%/-]*$")
_BAND: Final = re.compile(r"^(\d{1,2})\s*(?:-|–|_|to|a|à)\s*(\d{1,3})$")
_AGES: Final = re.compile(
    r"\b(?:de |aged? |edad )?(\d{1,2})\s*(?:-|–|_| to | a | à | ans a )\s*(\d{1,3})(?: ?(?:ans|years?|yrs?|anos|años|yo))?\b|"
    r"(?<!\d)(\d{1,2})\s*(?:\+|plus\b|et plus\b|ans et plus\b|y mas\b|y más\b|and (?:over|above)\b|years and (?:over|above)\b|anos y mas\b)|"
    r"(?:[<]|\bunder |\bmoins de |\bmenores de )\s*(\d{1,2})(?: ?(?:ans|years?|anos|años))?", re.IGNORECASE)
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HOUSEHOLDS: Final = re.compile(r"\b(hhs?|households?|families|familles?|foyers?|menages?|hogares|familias)$")
_KINDS: Final = (
    ("internal", re.compile(r"\b(returned |retournes )?(rdp|idps?|pdi|deplaces?( internes?)?|desplazad[oa]s( internos)?|displaced|internally displaced)\b")),
    ("abroad", re.compile(r"\b(rapatrie?e?s?|deportad[oa]s|repatriad[oa]s|repatriates?|ret|refugees?|refugies?|refugiad[oa]s|abroad|l etranger|etranger|"
                          r"extranjero|exterieur|cross border)\b")),
)


@dataclass(frozen=True)
class Said:
    """What a heading says: `sex` f|m, `age` such as 0-4 or 60+, `start` a day and `end`, `month` without its year, `host` ISO3, `kind`."""

    sex: str = ""
    age: str = ""
    start: str = ""
    end: str = ""
    month: str = ""
    host: str = ""
    kind: str = ""

    @property
    def is_total(self) -> bool:
        """Whether it says nothing that parts figures."""
        return not any((self.sex, self.age, self.start, self.month, self.host, self.kind))

    def dimensions(self) -> frozenset[str]:
        """What it parts figures by."""
        return frozenset({name for name, text in (("sex", self.sex), ("age", self.age), ("host", self.host), ("kind", self.kind),
                                                  ("period", self.start or self.month)) if text})

    def field(self) -> str:
        """As the field of a mapping: "persons|sex=f|age=0-4"."""
        parts = [f"{name}={text}" for name, text in vars(self).items() if text]
        return "|".join(["persons", *parts])


def heading_keys(column: str, depth: int) -> set[str]:
    """The forms a heading is looked up in; that of households is never cut to what stands before its brackets."""
    cut = "" if _HOUSEHOLDS.search(place_key(column)) else place_key(re.sub(r"\(.*", "", column))
    return {_key(column), place_key(_CAMEL.sub(" ", column)), cut, _key(column.split(" / ")[depth])} - {""}


def _key(heading: str) -> str:
    """A heading as words are compared: "# of people reached" is a number of people reached."""
    return place_key(re.sub(r"^\s*#\s*(?=[a-z])", "number ", heading, flags=re.IGNORECASE))


def said_of(field: str) -> dict[str, str]:
    """What a field such as "persons|sex=f|age=0-4" says, as the cells of a row would."""
    return dict(part.split("=", 1) for part in field.split("|")[1:] if "=" in part)


def is_heading(cell: str) -> bool:
    """Whether a cell reads as a heading: words, or a year, a month, ages."""
    if not _FIGURE.match(cell):
        return True
    return _BAND.match(cell) is not None or (re.fullmatch(r"(19|20)\d\d([-/ ](0?[1-9]|1[0-2]))?|(0?[1-9]|1[0-2])[-/ ](19|20)\d\d", cell) is not None)


def said(heading: str, iso3: str) -> Said | None:
    """What a heading says, None when some word of it says something else ("households", "sites")."""
    found: dict[str, str] = {}
    for part in heading.split(" / "):
        one = _part(part.strip(), iso3)
        if one is None or any(found.get(name, text) != text for name, text in one.items()):
            return None
        found |= one
    return Said(**found)


def _part(text: str, iso3: str) -> dict[str, str] | None:
    words = re.split(r"[ _]+", text)
    while len(words) > 1 and _words().get(place_key(words[0])) == "":
        words = words[1:]
    if (days := span(" ".join(words))) is not None:
        return {"start": f"{days[0]:%Y-%m-%d}", "end": f"{days[1]:%Y-%m-%d}"}
    if (month := month_of(text)) is not None:
        return {"month": str(month)}
    found: dict[str, str] = {}
    text = text.replace("_", " ")
    if re.fullmatch(r"(?i)[fmt] ?(\d{1,2}) (\d{1,3})", text):
        text = re.sub(r"(\d+) (\d+)$", r"\1-\2", text)
    if hit := _AGES.search(text):
        low, high, open_end, under = hit.groups()
        found["age"] = f"{int(low)}-{int(high)}" if low else f"{int(open_end)}+" if open_end else f"0-{int(under) - 1}"
        text = f"{text[:hit.start()]} {text[hit.end():]}"
    key = place_key(text)
    for kind, told in _KINDS:
        if hit := told.search(key):
            found["kind"] = kind
            key = f"{key[:hit.start()]} {key[hit.end():]}".strip()
            break
    if key and (host := _country(key)) and host != iso3:
        return {**found, "host": host}
    for word in key.split():
        sex = _words().get(word)
        if sex is None or found.get("sex", sex) != sex and sex:
            return None
        found |= {"sex": sex} if sex else {}
    return found


def _country(key: str) -> str | None:
    if key in _words():
        return None
    return next((found for start in ("", "from ", "de ", "du ", "desde ") if key.startswith(start) and (found := nations().get(key.removeprefix(start)))), None)


@cache
def _words() -> dict[str, str]:
    """Words that say nothing that parts figures (""), and those that say a sex."""
    return {row["word"]: row["sex"] for row in records("heading_words")}
