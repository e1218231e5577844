"""Facilities with coordinates, each with the area it lies in, and how many an area has."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from data.readers.issues import Issues
from data.readers.text_tables import numbers, read_csv_text

DEGREES: Final = 4
"""Decimals of a position, about 10 m."""


def read_facilities(path: Path, deepest: gpd.GeoDataFrame, issues: Issues) -> pd.DataFrame:
    """Facilities, one a row: iso3, pcode (deepest level), name, facility_type, tier, lon, lat (degrees).

    `deepest` has pcode, iso3 and the geometry as published. A facility without coordinates, or outside every area of its
    country, is set aside and noted by row.
    """
    frame = read_csv_text(path, issues)
    frame = frame[frame["iso3c"].isin(set(deepest["iso3"]))]
    lon, lat = numbers(frame["Long"], issues), numbers(frame["Lat"], issues)
    placed = lon.notna() & lat.notna()
    for row_no in frame.index[~placed]:
        issues.add(int(row_no), "Lat, Long", "", "set_aside", "no_coordinates", iso3=str(frame.at[row_no, "iso3c"]))
    points = gpd.GeoDataFrame(
        {"country": frame["iso3c"][placed], "name": frame["Facility name"][placed].str.strip(), "facility_type": frame["facility_type_9"][placed],
         "tier": frame["Tier_name"][placed], "lon": lon[placed].round(DEGREES), "lat": lat[placed].round(DEGREES)},
        geometry=gpd.points_from_xy(lon[placed], lat[placed]), crs="EPSG:4326",
    )
    joined = points.sjoin(deepest[["pcode", "iso3", "geometry"]], how="left", predicate="intersects")
    joined = joined[~joined.index.duplicated()]  # a point on a border counts once
    inside = joined["pcode"].notna() & (joined["iso3"] == joined["country"])
    for row_no, row in joined[~inside].iterrows():
        where = f"{row.geometry.y:.4f}, {row.geometry.x:.4f}"
        issues.add(int(str(row_no)), "Lat, Long", where, "set_aside", "outside_areas", iso3=str(row["country"]))
    kept = pd.DataFrame(joined.loc[inside, ["iso3", "pcode", "name", "facility_type", "tier", "lon", "lat"]])
    return kept.sort_values(["iso3", "pcode", "name", "lon", "lat"], ignore_index=True)


def counted(facilities: pd.DataFrame) -> pd.DataFrame:
    """How many facilities of a type and tier an area has: iso3, pcode, facility_type, tier, source_id, facilities."""
    summed = facilities.groupby(["iso3", "pcode", "facility_type", "tier", "source_id"], as_index=False).size()
    return pd.DataFrame(summed.rename(columns={"size": "facilities"}))[["iso3", "pcode", "facility_type", "tier", "facilities", "source_id"]]
