"""Countries that do not exist, with as many areas as a measurement needs: neighbours share every vertex of their border."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely


def collection(areas: int, *, parents: int = 12, seed: int = 7) -> dict[str, Any]:
    """A GeoJSON collection of `areas` areas inside one coast, grouped under `parents` parents; same seed, same country."""
    draw = np.random.default_rng(seed)
    coast = shapely.Point(24, -3).buffer(9, quad_segs=64)
    points = _inside(draw, coast, areas)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=coast, ordered=True)
    step = 2.2 / np.sqrt(areas)
    seats = points[:parents]
    features = []
    for number, cell in enumerate(shapely.get_parts(cells)):
        shape = shapely.transform(shapely.segmentize(shapely.intersection(cell, coast), step), _bend)
        parent = int(np.argmin(((seats - points[number]) ** 2).sum(axis=1)))
        features.append({
            "type": "Feature",
            "properties": {"pcode": f"XX{number:05d}", "parent": f"XX{parent:02d}"},
            "geometry": shapely.geometry.mapping(shapely.transform(shape, lambda at: np.round(at, 4))),
        })
    return {"type": "FeatureCollection", "features": features}


def _inside(draw: np.random.Generator, coast: shapely.Polygon, count: int) -> np.ndarray:
    west, south, east, north = coast.bounds
    found = np.empty((0, 2))
    while len(found) < count:
        tries = draw.uniform((west, south), (east, north), size=(2 * count, 2))
        found = np.vstack([found, tries[shapely.contains_xy(coast, tries[:, 0], tries[:, 1])]])
    return found[:count]


def _bend(at: np.ndarray) -> np.ndarray:
    """Bend every border by the same smooth field: lines become rivers, and neighbours still meet exactly."""
    x, y = at[:, 0], at[:, 1]
    return np.column_stack([
        x + 0.35 * np.sin(1.7 * y) + 0.09 * np.sin(6.1 * y + 1.3 * x), y + 0.3 * np.sin(1.3 * x + 0.5) + 0.08 * np.sin(7.3 * x - y)])
