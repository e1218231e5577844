"""Map geometry as compact GeoJSON, one text a country and level, under the hash of its content."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pandas as pd
import shapely


def geometry_cube(areas: pd.DataFrame) -> pd.DataFrame:
    """One row a country and level: iso3, level, geojson, content_hash, west, south, east, north.

    `areas` has pcode, iso3, level, name_fr, name_en, geometry (WKB). Feature ids are P-codes; coordinates have four decimals.
    """
    rows = []
    for (iso3, level), part in areas[areas["level"] > 0].groupby(["iso3", "level"], sort=True):
        shapes = shapely.from_wkb(part["geometry"].to_numpy())
        features = [
            {
                "type": "Feature", "id": pcode, "properties": {"pcode": pcode, "name_fr": name_fr, "name_en": name_en},
                "geometry": _rounded(json.loads(shapely.to_geojson(shape))),
            }
            for pcode, name_fr, name_en, shape in zip(part["pcode"], part["name_fr"], part["name_en"], shapes, strict=True)
        ]
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
        west, south, east, north = shapely.total_bounds(shapes)
        rows.append({
            "iso3": iso3, "level": level, "geojson": text, "content_hash": hashlib.sha256(text.encode()).hexdigest()[:16],
            "west": west, "south": south, "east": east, "north": north,
        })
    return pd.DataFrame(rows)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return value
