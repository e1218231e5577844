"""Names of places to P-codes: exactly, or through an alias that a person has written down. Never by likeness.

Label styles of sources ("Nord-Kivu : Province", "Nord-Kivu [Admin 1]") are read apart into a name and a kind of
place; the tables place_label_kinds.csv and place_aliases.csv hold what is declared.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

_BRACKETS: Final = re.compile(r"^(?P<name>.*?)\s*\[(?P<kind>[^\]]*)\]\s*$")
_PUNCTUATION: Final = re.compile(r"[^a-z0-9]+")
_COLON: Final = re.compile(r"^(?P<name>.*?)\s*:\s*(?P<kind>.+)$")


@dataclass(frozen=True)
class Match:
    """Where a label lies: `pcode` is None when unmatched; `how` is exact | alias | dispersed | unmatched."""

    pcode: str | None
    level: int
    how: str


UNMATCHED: Final = Match(None, -1, "unmatched")


def place_key(label: str) -> str:
    """The name without accents, case and punctuation: "Kasaï-Oriental" and "KASAI ORIENTAL" are one key; any script has its own."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", label) if not unicodedata.combining(c)).casefold()
    # the letters that French writes as one
    plain = plain.replace("œ", "oe").replace("æ", "ae")
    if plain.isascii():
        return _PUNCTUATION.sub(" ", plain).strip()
    # signs of vowels (Mc, Mn) are part of a word in the scripts of India and its neighbours
    return " ".join("".join(c if c.isalnum() or unicodedata.category(c).startswith("M") else " " for c in plain).split())


def split_label(label: str) -> tuple[str, str]:
    """A source's label as (name, kind of place); the kind is "" when the label has none."""
    for pattern in (_BRACKETS, _COLON):
        found = pattern.match(label)
        if found:
            return found["name"], place_key(found["kind"])
    return label, ""


@dataclass
class PlaceIndex:
    """Looks labels up in the areas of the store.

    `areas` has pcode, iso3, level, parent, name_fr, name_en; `aliases` has iso3, label, pcode, valid_from, valid_to
    (years or empty; iso3 "*" is any country; pcode "*" is the country itself, an empty pcode says "none of
    today's areas"); `kinds` has kind, level (empty: such a label matches through an alias only).
    """

    areas: pd.DataFrame
    aliases: pd.DataFrame
    kinds: pd.DataFrame
    _names: dict[tuple[str, int, str], set[str]] = field(default_factory=dict)
    _aliases: dict[tuple[str, str], list[tuple[str, int, int]]] = field(default_factory=dict)
    _levels: dict[str, int] = field(default_factory=dict)
    _parents: dict[str, str] = field(default_factory=dict)
    _kinds: dict[str, int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for area in self.areas.itertuples():
            pcode, level = str(area.pcode), int(str(area.level))
            self._levels[pcode] = level
            self._parents[pcode] = str(area.parent)
            for name in (area.name_fr, area.name_en):
                self._names.setdefault((str(area.iso3), level, place_key(str(name))), set()).add(pcode)
        for alias in self.aliases.itertuples():
            first, last = int(str(alias.valid_from) or 0), int(str(alias.valid_to) or 9999)
            self._aliases.setdefault((str(alias.iso3), place_key(str(alias.label))), []).append((str(alias.pcode), first, last))
        self._kinds = {str(k): int(v) if v else None for k, v in zip(self.kinds["kind"], self.kinds["level"], strict=True)}

    def match(self, iso3: str, label: str, year: int, level: int | None = None, parent: str | None = None) -> Match:
        """The area a label names in a year; `level` and `parent` narrow it when the source says them."""
        whole = self._alias(iso3, place_key(label), year)
        if whole is not None:
            return whole
        name, kind = split_label(label)
        if kind:
            if self._kinds.get(kind) is None:
                return UNMATCHED
            level = self._kinds[kind]
            if place_key(name).endswith(last := f" {kind.split()[-1]}") and not self._names.get((iso3, int(level or 0), place_key(name))):
                # "Lakes State : Wilayat - State" says its kind twice
                name = place_key(name).removesuffix(last)
        named = self._alias(iso3, place_key(name), year)
        if named is not None and (level is None or named.level in (level, -1)):
            return named
        if not place_key(name):
            return UNMATCHED
        for candidate in (1, 2) if level is None else (level,):
            found = self._names.get((iso3, candidate, place_key(name)), set())
            if parent is not None:
                found = {pcode for pcode in found if self._parents[pcode] == parent}
            if len(found) == 1:
                return Match(next(iter(found)), candidate, "exact")
            if found:
                return UNMATCHED
        return UNMATCHED

    def level(self, pcode: str) -> int:
        """The level of a P-code (0 for a country). Raises KeyError when it is not one of the store's."""
        return self._levels[pcode]

    def knows(self, pcode: str) -> bool:
        """Whether the P-code is one of the store's areas."""
        return pcode in self._levels

    def ancestor(self, pcode: str, level: int) -> str | None:
        """The area's ancestor at a level, itself when it is at that level, None when it lies above."""
        while self._levels[pcode] > level:
            pcode = self._parents[pcode]
        return pcode if self._levels[pcode] == level else None

    def _alias(self, iso3: str, key: str, year: int) -> Match | None:
        for country in (iso3, "*"):
            for pcode, first, last in self._aliases.get((country, key), []):
                if first <= year <= last:
                    if pcode == "*":
                        return Match(iso3, 0, "dispersed")
                    return Match(pcode, self._levels[pcode], "alias") if pcode else UNMATCHED
        return None
