"""Areas of the embedded countries: names, population with its age shares, simplified geometry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from data.catalogue_tables import EmbeddedFile, records
from data.readers.boundaries import inner_points, read_boundaries, simplify_levels
from data.readers.issues import Issues
from data.readers.population import age_share

SHARES = {"share_5_17": (5, 17), "share_18_59": (18, 59)}
"""The eligible age groups of METHOD 4."""


def read_all_boundaries(raw: Path, files: list[EmbeddedFile], issues: Callable[[str, str], Issues]) -> gpd.GeoDataFrame:
    """Published polygons of every country and level."""
    parts = [
        read_boundaries(raw / f.path, f.iso3, f.level, issues(f.source_id, f.iso3)).assign(source_id=f.source_id)
        for f in files
    ]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs="EPSG:4326")


def area_table(
    boundaries: gpd.GeoDataFrame, population: pd.DataFrame, countries: pd.DataFrame, issues: Callable[[str, str], Issues],
) -> pd.DataFrame:
    """One row an area, levels 0 (the country, P-code = ISO3) to the deepest: pcode, iso3, level, parent, name_fr, name_en,
    population, population_quality, population_known, population_source, share_5_17, share_18_59, share_quality, lon, lat, geometry (WKB).

    A level without a population table of its own is the sum of its children.
    """
    geometry = _geometry(boundaries, countries)
    rows = pd.concat([
        pd.DataFrame({
            "pcode": countries["iso3"], "iso3": countries["iso3"], "level": 0, "parent": "",
            "name_fr": countries["name_fr"], "name_en": countries["name_en"]}),
        pd.DataFrame(boundaries[["pcode", "iso3", "level", "parent", "name_fr", "name_en"]]),
    ], ignore_index=True)
    usual = {row["pcode"]: row["name_fr"] for row in records("area_names")}
    rows["name_fr"] = rows["pcode"].map(usual).fillna(rows["name_fr"])
    people = population_of_areas(rows, population)
    for pcode, source_id in people.loc[people["population"] == 0, ["pcode", "population_source"]].itertuples(index=False):
        iso3 = str(rows.set_index("pcode").at[pcode, "iso3"])
        issues(source_id, iso3).add(None, "population", pcode, "repaired", "population_zero")
    unknown = ~(people["population"] > 0)
    people.loc[unknown, ["population", "population_known", *SHARES]] = float("nan")
    people.loc[unknown, ["population_quality", "population_source", "share_quality"]] = None
    _compare_levels(rows, population, issues)
    points = inner_points(geometry)
    frame = rows.merge(people, on="pcode", how="left").merge(points, left_on="pcode", right_index=True, how="left")
    frame["geometry"] = [shapely.to_wkb(geometry[p]) if p in geometry.index else None for p in frame["pcode"]]
    return frame.sort_values(["iso3", "level", "pcode"], ignore_index=True)


def _geometry(boundaries: gpd.GeoDataFrame, countries: pd.DataFrame) -> gpd.GeoSeries:
    parts: list[gpd.GeoSeries] = []
    for iso3, of_country in boundaries.groupby("iso3"):
        deepest = of_country[of_country["level"] == of_country["level"].max()]
        tolerance = float(countries.loc[countries["iso3"] == iso3, "simplify_degrees"].iloc[0])
        parts.extend(simplify_levels(deepest, tolerance).values())
    return gpd.GeoSeries(pd.concat(parts), crs="EPSG:4326")


def population_of_areas(areas: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Population and age shares by P-code; an area without a population of its own has the sum of the areas in it.

    `population_known` is the share (0-1) of the finest areas in it whose people are counted: a sum of which parts are missing is estimated
    (METHOD 0.1, 0.2).
    """
    counted_share = _counted_share(areas, population)
    known = population[["iso3", "pcode", "level", "sex", "age_min", "age_max", "persons", "source_id"]]
    parent = areas.set_index("pcode")["parent"]
    levels = areas.groupby("iso3")["level"].max()
    for iso3, deepest in levels.items():
        for level in range(int(deepest) - 1, -1, -1):
            own = known[(known["iso3"] == iso3) & (known["level"] == level)]
            counted = set(own.loc[own["persons"] > 0, "pcode"])
            below = known[(known["iso3"] == iso3) & (known["level"] == level + 1)]
            up = below.assign(pcode=below["pcode"].map(parent), level=level)
            up = up[~up["pcode"].isin(counted)]
            if len(up):
                known = known.drop(own.index[own["pcode"].isin(up["pcode"])])
                keys = ["iso3", "pcode", "level", "sex", "age_min", "age_max", "source_id"]
                known = pd.concat([known, up.groupby(keys, dropna=False, as_index=False)["persons"].sum(min_count=1)], ignore_index=True)
    rows = []
    for pcode, part in known[known["sex"] == "all"].groupby("pcode"):
        total = part.loc[part["age_min"].isna(), "persons"]
        rows.append({
            "pcode": pcode, "population": float(total.sum(min_count=1)),
            "population_quality": "observed" if counted_share[str(pcode)] == 1 else "estimated", "population_known": counted_share[str(pcode)],
            "population_source": part["source_id"].iloc[0],
            **{name: round(age_share(part, low, high), 5) for name, (low, high) in SHARES.items()}, "share_quality": "estimated",
        })
    return pd.DataFrame(rows)


def _counted_share(areas: pd.DataFrame, population: pd.DataFrame) -> dict[str, float]:
    """Of the areas without parts that lie in each area, the share whose people are counted, there or in an area above them up to it."""
    own = set(population.loc[population["persons"] > 0, "pcode"])
    found: dict[str, tuple[int, int]] = {}
    inside: dict[str, list[str]] = {}
    for pcode, parent in areas.sort_values("level", ascending=False)[["pcode", "parent"]].itertuples(index=False):
        parts = [found[part] for part in inside.get(pcode, [])]
        size = sum(whole for _, whole in parts) or 1
        found[pcode] = (size if pcode in own else sum(counted for counted, _ in parts), size)
        inside.setdefault(parent, []).append(pcode)
    return {pcode: counted / size for pcode, (counted, size) in found.items()}


def _compare_levels(areas: pd.DataFrame, population: pd.DataFrame, issues: Callable[[str, str], Issues]) -> None:
    """Note where a level's own table and the sum of the level below differ."""
    totals = population[(population["sex"] == "all") & population["age_min"].isna()]
    for iso3, part in totals.groupby("iso3"):
        sums = part.groupby("level")["persons"].sum()
        for level in sums.index[1:]:
            difference = sums[level] - sums[level - 1] if level - 1 in sums.index else 0
            if difference:
                issues(str(part["source_id"].iloc[0]), str(iso3)).add(
                    None, "population", int(difference), "info", "children_differ", f"level {level}")
