"""From which side people return: arrows from host countries into the country on the map.

The points are the rough middle of each country in whole degrees, our own reading of a world map; they give an arrow its direction
and nothing else. The figures are national (METHOD 0.3), so an arrow ends at the border and names no area.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from typing import Final

import pandas as pd

from ui.map import Arc
from ui.map_component import HERE

MOST_ARROWS: Final = 6
"""More names than these crowd the edge of a map beside a panel; the table has them all."""


@cache
def host_points() -> dict[str, tuple[float, float]]:
    """Longitude and latitude of the rough middle of a country, by ISO3."""
    with (HERE / "host_points.csv").open(encoding="utf-8", newline="") as file:
        return {row["iso3"]: (float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)}


def host_arcs(hosts: pd.DataFrame, *, format: Callable[[float], str], most: int = MOST_ARROWS) -> tuple[Arc, ...]:
    """Arrows for the host countries most people came from.

    `hosts` has one row a country: `host_iso3`, `name` (in the language of the page) and `persons`; `format` writes a number of persons.
    Countries without a point (unknown, stateless) have no arrow.
    """
    points = host_points()
    known = hosts[hosts["host_iso3"].isin(points.keys()) & (hosts["persons"] > 0)].nlargest(most, "persons")
    return tuple(
        Arc(str(name), *points[iso3], float(persons), format(float(persons)))
        for iso3, name, persons in zip(known["host_iso3"], known["name"], known["persons"], strict=True)
    )
