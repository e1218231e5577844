"""Administrative boundaries: polygons with P-codes and names, simplified once with shared borders kept.

Property names are found by pattern (COD-AB, HXL keys, geoBoundaries), so a new country needs no code.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import shape

from data.readers.issues import InputRefused, Issues

GRID: Final = 1e-4
"""Four decimals of a degree, about 11 m: the precision kept in the store (ARCHITECTURE, Maps)."""


def read_boundaries(path: Path, iso3: str, level: int, issues: Issues) -> gpd.GeoDataFrame:
    """Areas of one level from a GeoJSON file: pcode, iso3, level, parent, name_fr, name_en, geometry (as published).

    `parent` is the country's ISO3 at level 1. Raises InputRefused when no property holds a P-code or a name.
    """
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    properties = [feature["properties"] for feature in features]
    keys = list(dict.fromkeys(key for one in properties for key in one))
    code = _property(keys, [rf"admin{level}Pcode", rf"#adm{level}\+code.*", rf"ADM{level}_PCODE"], path)
    name_fr = _property(keys, [rf"admin{level}Name_fr", rf"#adm{level}\+i_fr\+name", rf"ADM{level}_FR",
                               rf"admin{level}Name(_en)?", rf"ADM{level}_(EN|NAME)", "shapeName"], path)
    name_en = _property(keys, [rf"admin{level}Name_en", rf"#adm{level}\+i_en\+name", rf"ADM{level}_EN", re.escape(name_fr)], path)
    parent = None if level == 1 else _property(
        keys, [rf"admin{level - 1}Pcode", rf"#adm{level - 1}\+code.*", rf"ADM{level - 1}_PCODE"], path)
    rows: list[dict[str, Any]] = []
    for position, feature in enumerate(features, start=1):
        values = feature["properties"]
        if not values.get(code):
            issues.add(position, code, "", "set_aside", "no_pcode")
            continue
        rows.append({
            "pcode": str(values[code]), "iso3": iso3, "level": level,
            "parent": iso3 if parent is None else str(values[parent]),
            "name_fr": str(values[name_fr]), "name_en": str(values[name_en]),
            "geometry": shapely.make_valid(shape(feature["geometry"])),
        })
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")
    if frame["pcode"].duplicated().any():
        twice = ", ".join(sorted(set(frame.loc[frame["pcode"].duplicated(), "pcode"])))
        raise InputRefused(f"{path.name} : codes P présents deux fois : {twice}.", f"{path.name}: P-codes twice: {twice}.")
    return frame.sort_values("pcode", ignore_index=True)


def simplify_levels(deepest: gpd.GeoDataFrame, tolerance: float) -> dict[int, gpd.GeoSeries]:
    """Simplified geometry by P-code for the deepest level and, by union, its parents: {level: series}.

    Borders are shared between neighbours (coverage simplification) and between levels (union); rings run
    clockwise; coordinates have four decimals. `tolerance` is in degrees.
    """
    level = int(deepest["level"].iloc[0])
    # rounded after and vertex by vertex: rounding first makes slivers, and a full snap moves shared borders apart
    simple = shapely.set_precision(shapely.coverage_simplify(deepest.geometry.to_numpy(), tolerance), GRID, mode="pointwise")
    series = gpd.GeoSeries(simple, index=deepest["pcode"].to_numpy(), crs="EPSG:4326")
    levels = {level: gpd.GeoSeries(_clockwise(series), crs="EPSG:4326")}
    if level > 1:
        parents = series.groupby(deepest["parent"].to_numpy()).apply(lambda part: shapely.coverage_union_all(part.to_numpy()))
        levels[level - 1] = gpd.GeoSeries(_clockwise(gpd.GeoSeries(parents, crs="EPSG:4326")), crs="EPSG:4326")
    return levels


def inner_points(geometry: gpd.GeoSeries) -> pd.DataFrame:
    """A point inside each area for labels and arcs: lon, lat, four decimals, indexed by P-code."""
    points = geometry.representative_point()
    return pd.DataFrame({"lon": points.x.round(4), "lat": points.y.round(4)}, index=geometry.index)


def _clockwise(series: gpd.GeoSeries) -> gpd.GeoSeries:
    turned = shapely.orient_polygons(series.to_numpy(), exterior_cw=True)
    return gpd.GeoSeries(turned, index=series.index, crs=series.crs)


def _property(keys: list[str], patterns: list[str], path: Path) -> str:
    for pattern in patterns:
        for key in keys:
            if re.fullmatch(pattern, key, re.IGNORECASE):
                return key
    raise InputRefused(
        f"{path.name} : aucune propriété reconnue ({' ou '.join(patterns)}) ; présentes : {', '.join(keys)}.",
        f"{path.name}: no property recognised ({' or '.join(patterns)}); present: {', '.join(keys)}.",
    )
