"""Facilities with coordinates, counted by the area they lie in."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from data.readers.issues import Issues
from data.readers.text_tables import numbers, read_csv_text


def read_facilities(path: Path, deepest: gpd.GeoDataFrame, issues: Issues) -> pd.DataFrame:
    """Facilities counted by area, type and tier: iso3, pcode (deepest level), facility_type, tier, facilities.

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
        {"country": frame["iso3c"][placed], "facility_type": frame["facility_type_9"][placed], "tier": frame["Tier_name"][placed]},
        geometry=gpd.points_from_xy(lon[placed], lat[placed]), crs="EPSG:4326",
    )
    joined = points.sjoin(deepest[["pcode", "iso3", "geometry"]], how="left", predicate="intersects")
    joined = joined[~joined.index.duplicated()]  # a point on a border counts once
    inside = joined["pcode"].notna() & (joined["iso3"] == joined["country"])
    for row_no, row in joined[~inside].iterrows():
        where = f"{row.geometry.y:.4f}, {row.geometry.x:.4f}"
        issues.add(int(str(row_no)), "Lat, Long", where, "set_aside", "outside_areas", iso3=str(row["country"]))
    counted = joined[inside].groupby(["iso3", "pcode", "facility_type", "tier"], as_index=False).size()
    return pd.DataFrame(counted.rename(columns={"size": "facilities"}))
