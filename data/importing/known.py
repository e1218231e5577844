"""What the store knows of a country before its files are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd

from data.catalogue_tables import records, table
from data.readers.places import PlaceIndex


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
    places: PlaceIndex = field(init=False)

    def __post_init__(self) -> None:
        self.places = PlaceIndex(self.areas, table("place_aliases").query("iso3 in ['*', @self.iso3]"), table("place_label_kinds"))


def known_of(path: Path, iso3: str) -> Known:
    """What a generation knows of a country; nothing but its names when it is new."""
    with duckdb.connect(str(path), read_only=True) as connection:
        areas = connection.execute("SELECT * FROM area WHERE iso3 = ?", [iso3]).df()
        country = connection.execute("SELECT * FROM country WHERE iso3 = ?", [iso3]).df().to_dict("records")
        years = connection.execute(
            "SELECT DISTINCT year, kind, source_id, place_level > 0 AS finer FROM return_flow WHERE iso3 = ? AND margin = 'place'", [iso3]).df()
        order = connection.execute("SELECT coalesce(max(display_order::INTEGER) FILTER (iso3 <> ?), 0) + 1 FROM country", [iso3]).fetchone()
    declared = next(one for one in records("country_names") if one["iso3"] == iso3)
    row = {str(key): str(value) for key, value in country[0].items()} if country else None
    names = {key: (row or declared)[key] for key in ("name_fr", "name_en")}
    return Known(iso3, names, areas, years, int(order[0]) if order else 1, row)
