"""Countries, their levels, their areas and the geometry of a map."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

from data.errors import UnknownCountry, UnknownLevel
from data.store import Store


@dataclass(frozen=True)
class Country:
    """A country's declaration: levels a plan can be made at, and levels a map exists for."""

    iso3: str
    name_fr: str
    name_en: str
    default_language: str
    planning_levels: tuple[int, ...]
    default_level: int
    map_levels: tuple[int, ...]


def countries(store: Store) -> pd.DataFrame:
    """Countries in the order they are shown: iso3, name_fr, name_en, default_language, levels, default_level, map_levels
    (levels are tuples of int). The first one opens.
    """
    if "countries" in store.declared:
        return store.declared["countries"].copy()
    frame = store.frame(
        "SELECT iso3, name_fr, name_en, default_language, planning_levels, default_level::INTEGER AS default_level, map_levels "
        "FROM country ORDER BY display_order::INTEGER")
    frame["levels"] = frame.pop("planning_levels").map(_levels)
    frame["map_levels"] = frame["map_levels"].map(_levels)
    columns = ["iso3", "name_fr", "name_en", "default_language", "levels", "default_level", "map_levels"]
    store.declared["countries"] = frame[columns]
    return frame[columns].copy()


def country(store: Store, iso3: str) -> Country:
    """One country's declaration. Raises UnknownCountry with the list of known ones."""
    known = countries(store)
    row = known[known["iso3"] == iso3]
    if row.empty:
        listed = ", ".join(known["iso3"])
        raise UnknownCountry(
            f"Pays inconnu : {iso3}. Pays présents : {listed}. Pour en ajouter un, importez ses limites administratives.",
            f"Unknown country: {iso3}. Countries present: {listed}. To add one, import its administrative boundaries.",
        )
    found = row.iloc[0]
    return Country(
        iso3, str(found["name_fr"]), str(found["name_en"]), str(found["default_language"]), found["levels"],
        int(found["default_level"]), found["map_levels"])


def planning_level(store: Store, iso3: str, level: int | None) -> int:
    """The level asked for, or the country's default. Raises UnknownCountry, UnknownLevel."""
    declared = country(store, iso3)
    return _known_level(declared, level, declared.planning_levels, "planification", "planning")


def map_level(store: Store, iso3: str, level: int | None) -> int:
    """A level that a map and its areas exist for. Raises UnknownCountry, UnknownLevel."""
    declared = country(store, iso3)
    return _known_level(declared, level, declared.map_levels, "carte", "map")


def area_levels(store: Store, iso3: str) -> list[int]:
    """Levels with areas in the store, 0 (the country) first."""
    return [int(x) for x in store.frame("SELECT DISTINCT level FROM cube_area WHERE iso3 = ? ORDER BY level", [iso3])["level"]]


def areas(store: Store, iso3: str, level: int | None = None) -> pd.DataFrame:
    """Areas of a level, index = pcode: name_fr, name_en, parent, parent_name_fr, parent_name_en, population,
    population_quality, population_known, population_period, population_source, share_5_17, share_18_59, share_quality, facilities, lon, lat, protected.

    Missing figures are NaN. `population_known` is the share (0-1) of an area's parts whose people are counted.
    `facilities` counts health facilities, NaN where no source covers the country.
    """
    level = map_level(store, iso3, level)
    # a release made before a column was added lacks it: nothing is said of it then
    frame = store.frame("SELECT * FROM cube_area WHERE iso3 = ? AND level = ? ORDER BY pcode", [iso3, level])
    return frame.set_index("pcode").reindex(columns=[
        "name_fr", "name_en", "parent", "parent_name_fr", "parent_name_en", "population", "population_quality", "population_known",
        "population_period", "population_source", "share_5_17", "share_18_59", "share_quality", "facilities", "lon", "lat", "protected"])


def population_rows(store: Store, iso3: str) -> pd.Series:
    """The source rows of each area's population as a text, "12" or "3, 4, 7" (index pcode), its children's where it has none of its own;
    empty in a release, which does not hold the source's rows.
    """
    if store.frame("SELECT 1 FROM duckdb_tables() WHERE table_name = 'area_population'").empty:
        return pd.Series(dtype=object)
    rows = store.frame(
        """
        WITH named AS (SELECT DISTINCT a.pcode, a.parent, p.row_no FROM cube_area a JOIN area_population p USING (pcode) WHERE a.iso3 = $iso3),
        found AS (SELECT pcode, row_no FROM named UNION SELECT parent, row_no FROM named WHERE parent NOT IN (SELECT pcode FROM named))
        SELECT pcode, string_agg(row_no::INTEGER::VARCHAR, ', ' ORDER BY row_no) AS rows FROM found WHERE row_no IS NOT NULL GROUP BY pcode
        """, {"iso3": iso3})
    return rows.set_index("pcode")["rows"]


def facilities(store: Store, iso3: str, level: int | None = None) -> pd.DataFrame:
    """Facilities with a position: name (None: the source has none), facility_type, lon, lat, pcode (of the level). Empty in a release, and
    where sources only count them by area.
    """
    level = map_level(store, iso3, level)
    if store.frame("SELECT 1 FROM duckdb_tables() WHERE table_name = 'facility'").empty:
        return pd.DataFrame(columns=["name", "facility_type", "lon", "lat", "pcode"])
    return store.frame(
        "SELECT f.name, f.facility_type, f.lon, f.lat, CASE WHEN a.level > $level THEN a.parent ELSE f.pcode END AS pcode "
        "FROM facility f JOIN area a USING (pcode) WHERE f.iso3 = $iso3 ORDER BY pcode, name, lon, lat", {"iso3": iso3, "level": level})


def geometry(store: Store, iso3: str, level: int | None = None) -> dict[str, Any]:
    """GeoJSON FeatureCollection of a level (feature id = P-code) with `content_hash` and `bbox` (west, south, east, north)."""
    level = map_level(store, iso3, level)
    row = store.frame("SELECT * FROM cube_geometry WHERE iso3 = ? AND level = ?", [iso3, level]).iloc[0]
    found: dict[str, Any] = json.loads(row["geojson"])
    found["content_hash"] = str(row["content_hash"])
    found["bbox"] = [round(float(row[side]), 4) for side in ("west", "south", "east", "north")]
    return found


def sectors(store: Store) -> pd.DataFrame:
    """Sectors of the method in its order: code, name_fr, name_en."""
    return store.frame("SELECT code, name_fr, name_en FROM sector")


def _levels(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in str(text).split(";"))


def _known_level(declared: Country, level: int | None, known: tuple[int, ...], what_fr: str, what_en: str) -> int:
    if level is None:
        return declared.default_level
    if level not in known:
        listed = ", ".join(str(one) for one in known)
        raise UnknownLevel(
            f"{declared.name_fr} n'a pas de niveau de {what_fr} {level} ; niveaux possibles : {listed}.",
            f"{declared.name_en} has no {what_en} level {level}; possible levels: {listed}.",
        )
    return level
