"""What the store knows of a country before its files are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import duckdb
import pandas as pd

from data.catalogue_tables import records, table
from data.errors import DataError
from data.importing.periods import Span
from data.importing.tables_of_store import IMPORTED
from data.readers.places import PlaceIndex, place_key

PLACE_ALIAS: Final = ["iso3", "pcode", "language", "alias", "source_id", "row_no"]
CONFIRMED: Final = f"{IMPORTED}confirmed_names"
"""What stands for the source of a name that a person confirmed."""


@dataclass
class Known:
    """What the store knows of the country before and while files are read."""

    iso3: str
    names: dict[str, str]
    areas: pd.DataFrame
    placed_years: pd.DataFrame
    order: int
    declared: dict[str, str] | None = None
    """The country's row of `country`, None for a new one."""
    other_names: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=PLACE_ALIAS))
    """Names of areas in other languages, as their boundaries gave them: rows of `place_alias`."""
    confirmed: Mapping[str, str] = field(default_factory=dict)
    """Names of areas that people confirmed, name -> P-code; those of areas that are not there are not used."""
    period: Span | None = None
    """What files speak of that do not say when, as the person who imports them says it."""
    places: PlaceIndex = field(init=False)

    def __post_init__(self) -> None:
        written = table("place_aliases").query("iso3 in ['*', @self.iso3]")
        here = set(self.areas["pcode"])
        said = [{"iso3": self.iso3, "label": label, "pcode": pcode, "valid_from": "", "valid_to": ""} for label, pcode in self.confirmed.items()
                if pcode in here]
        self.places = PlaceIndex(_by_every_name(self.areas, self.other_names), pd.concat([pd.DataFrame(said, columns=written.columns), written]),
                                 table("place_label_kinds"))

    def names_to_keep(self) -> pd.DataFrame:
        """Rows of `place_alias`: the names in other languages, and those people confirmed."""
        said = [(self.iso3, pcode, "", label, CONFIRMED, number) for number, (label, pcode) in enumerate(self.confirmed.items(), start=1)]
        return pd.concat([part for part in (self.other_names, pd.DataFrame(said, columns=PLACE_ALIAS)) if len(part)] or [self.other_names], ignore_index=True)

    def check_aliases(self, given: Mapping[str, str]) -> None:
        """Raises DataError for a name given to an area that does not exist, or that is the name of another one."""
        names = dict(zip(self.areas["pcode"], self.areas["name_fr"], strict=True))
        exact = PlaceIndex(_by_every_name(self.areas, self.other_names), table("place_aliases").iloc[:0], table("place_label_kinds"))
        for label, pcode in given.items():
            if pcode and pcode not in names:
                raise DataError(f"« {label} » : aucune unité de {self.iso3} n'a le code {pcode}. Rien n'a changé.",
                                f"\"{label}\": no area of {self.iso3} has the code {pcode}. Nothing has changed.")
            own = exact.match(self.iso3, label, 9998).pcode
            if pcode and own not in (None, pcode):
                raise DataError(f"« {label} » est déjà le nom de {names[own]} ({own}) ; il ne peut pas être celui de {pcode}. Rien n'a changé.",
                                f"\"{label}\" is already the name of {names[own]} ({own}); it cannot be that of {pcode}. Nothing has changed.")


def _by_every_name(areas: pd.DataFrame, other_names: pd.DataFrame) -> pd.DataFrame:
    """The areas, once more by each name in another language; a name that is one in French or English already says only that."""
    taken = {(int(level), place_key(str(name))) for column in ("name_fr", "name_en") for level, name in zip(areas["level"], areas[column], strict=True)}
    more = other_names[["pcode", "alias"]].merge(areas[["pcode", "iso3", "level", "parent"]], on="pcode")
    free = [level > 0 and (int(level), place_key(str(alias))) not in taken for level, alias in zip(more["level"], more["alias"], strict=True)]
    more = more[pd.Series(free, index=more.index, dtype=bool)]
    columns = ["pcode", "iso3", "level", "parent", "name_fr", "name_en"]
    return pd.concat([areas[columns], more.assign(name_fr=more["alias"], name_en=more["alias"])[columns]], ignore_index=True) if len(more) else areas


def known_of(path: Path, iso3: str, given: Mapping[str, str], period: Span | None = None) -> Known:
    """What a generation knows of a country, with the names people confirmed for its areas: those `given` now (name -> P-code, empty for a
    name to forget), then those of earlier imports; nothing but its names when it is new. `period`: as in Known.
    """
    with duckdb.connect(str(path), read_only=True) as connection:
        areas = connection.execute("SELECT * FROM area WHERE iso3 = ?", [iso3]).df()
        country = connection.execute("SELECT * FROM country WHERE iso3 = ?", [iso3]).df().to_dict("records")
        years = connection.execute(
            "SELECT DISTINCT year, kind, source_id, place_level > 0 AS finer FROM return_flow WHERE iso3 = ? AND margin = 'place'", [iso3]).df()
        order = connection.execute("SELECT coalesce(max(display_order::INTEGER) FILTER (iso3 <> ?), 0) + 1 FROM country", [iso3]).fetchone()
        kept = connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'place_alias'").fetchone()
        others = connection.execute("SELECT * FROM place_alias WHERE iso3 = ? ORDER BY source_id, row_no", [iso3]).df() if kept else (
            pd.DataFrame(columns=PLACE_ALIAS))
    declared = next(one for one in records("country_names") if one["iso3"] == iso3)
    row = {str(key): str(value) for key, value in country[0].items()} if country else None
    names = {key: (row or declared)[key] for key in ("name_fr", "name_en")}
    said = others["source_id"] == CONFIRMED
    now = {place_key(label) for label in given}
    earlier = {str(one.alias): str(one.pcode) for one in others[said].itertuples() if place_key(str(one.alias)) not in now}
    return Known(iso3, names, areas, years, int(order[0]) if order else 1, row, others[~said],
                 {**{label: pcode for label, pcode in given.items() if pcode}, **earlier}, period)
