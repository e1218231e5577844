"""Facilities: points with the area they lie in, or counts by area; how many an area has follows from both."""

from __future__ import annotations

import re
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.embedding.figures import facility_indicators
from data.embedding.figures import indicator_table as indicator_rows
from data.importing.cells import Span, figure, file_year, row_span
from data.importing.placing import Job, Outcome, locate, of_country, tell_unmatched
from data.importing.tables.population import not_of_the_whole
from data.readers.facilities import DEGREES
from data.readers.text_tables import number

NEARBY: Final = 0.03
"""Degrees, about 3 km: borders of the store are simplified, so a facility at the border may lie just outside."""
_HEALTH: Final = re.compile(r"health|sant|h[oô]pital|hosp|clini|dispens|poste de|maternit|salud|medic|csps|csb", re.IGNORECASE)
_FOUND: Final = ["pcode", "facilities"]


def import_facilities(job: Job) -> Outcome:
    """Facts: facility (where positions are given), area_facility, and for health facilities SV1 (facilities per 10,000 residents).

    A row with coordinates is one facility; one without, but with a number and an area, counts so many.
    """
    frame = of_country(job.columns(), job)
    with_points = "latitude" in frame and "longitude" in frame
    asked = pd.Series(with_points, index=frame.index)
    if with_points and "count" in frame:
        asked = (frame["latitude"] != "") | (frame["longitude"] != "") | (frame["count"] == "")
    points, counted = _placed(frame[asked], job), pd.DataFrame(columns=_FOUND) if asked.all() else _counted(frame[~asked], job)
    found = pd.concat([part for part in (points.assign(facilities=1)[_FOUND], counted) if len(part)] or [counted])
    kept = frame.loc[found.index]
    days = _spanned(kept, job) or file_year(job)
    facts = _facts(found, kept, job, days)
    if len(points):
        words = {name: kept.loc[points.index, name].replace("", None) if name in kept else None for name in ("facility_type", "tier")}
        name = kept.loc[points.index, "facility_name"].replace("", None) if "facility_name" in kept else None
        facts["facility"] = pd.DataFrame({
            "iso3": job.iso3, "pcode": points["pcode"], "name": name, **words, "lon": points["lon"].round(DEGREES), "lat": points["lat"].round(DEGREES),
            "source_id": job.source_id}).astype(dict.fromkeys(("name", "facility_type", "tier"), object))
    given = int(points.attrs.get("given", 0)) + int((~asked).sum())
    return Outcome(facts, {int(row_no) for row_no in found.index}, len(found), given, period=days)


def _placed(frame: pd.DataFrame, job: Job) -> pd.DataFrame:
    """Rows with coordinates inside (or just outside) an area: pcode, lon, lat by row; `attrs["given"]` counts the rows with a position."""
    positions: dict[int, tuple[float, float]] = {}
    for row_no, row in zip(frame.index, frame.to_dict("records"), strict=True):
        lat, lon = (_degrees(str(row.get(name, ""))) for name in ("latitude", "longitude"))
        if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180) or lat == lon == 0:
            job.issues.add(int(row_no), f"{job.heading('latitude')}, {job.heading('longitude')}", "", "set_aside", "no_coordinates")
        else:
            positions[int(row_no)] = (lon, lat)
    deepest = job.areas[job.areas["level"] == int(job.areas["level"].max())].dropna(subset=["geometry"])
    shapes = gpd.GeoDataFrame({"pcode": deepest["pcode"].to_numpy()}, geometry=gpd.GeoSeries.from_wkb(deepest["geometry"].map(bytes)).to_numpy())
    points = gpd.GeoDataFrame({"row_no": list(positions)}, geometry=[shapely.Point(at) for at in positions.values()])
    joined = points.sjoin_nearest(shapes, how="left", max_distance=NEARBY, distance_col="away").drop_duplicates("row_no")
    said = _said_area(joined, frame, dict(zip(shapes["pcode"], shapes.geometry, strict=True)))
    placed: dict[int, str] = {}
    for row, told in zip(joined.itertuples(), said, strict=True):
        where = f"{row.geometry.y:.4f}, {row.geometry.x:.4f}"
        pcode = told or row.pcode
        if not isinstance(pcode, str):
            job.issues.add(int(row.row_no), job.heading("latitude"), where, "set_aside", "outside_areas")
            continue
        if row.away > 0 and not told:
            job.issues.add(int(row.row_no), job.heading("latitude"), where, "repaired", "placed_nearby", pcode)
        placed[int(row.row_no)] = pcode
    at = np.array([positions[row_no] for row_no in placed], dtype=float).reshape(-1, 2)
    result = pd.DataFrame({"pcode": pd.Series(placed, dtype=object), "lon": at[:, 0], "lat": at[:, 1]}, index=list(placed))
    result.attrs["given"] = len(positions)
    return result


def _said_area(joined: gpd.GeoDataFrame, frame: pd.DataFrame, shapes: dict[str, shapely.Geometry]) -> list[str | None]:
    """The area a row itself names by P-code, where the point lies in it or just outside: a border is simplified, a code is not."""
    codes = next((frame[name] for name in ("admin2_code", "pcode", "admin1_code") if name in frame), None)
    if codes is None:
        return [None] * len(joined)
    told: list[str | None] = [str(codes.loc[row_no]) for row_no in joined["row_no"]]
    return [code if code in shapes and shapely.dwithin(shapes[code], point, NEARBY) else None for code, point in zip(told, joined.geometry, strict=True)]


def _counted(frame: pd.DataFrame, job: Job) -> pd.DataFrame:
    """A table of counts by area: pcode and facilities by row."""
    located = locate(frame, job)
    not_of_the_whole(located, frame, job)
    tell_unmatched(located, job, "set_aside", "place_not_found")
    counts: dict[int, float] = {}
    for row_no, text in frame["count"].items():
        number_of = figure(str(text), int(str(row_no)), "count", job)
        if located.pcode[int(str(row_no))] and number_of:
            counts[int(str(row_no))] = number_of
    return pd.DataFrame({"pcode": [located.pcode[n] for n in counts], "facilities": [int(n) for n in counts.values()]}, index=list(counts))


def _spanned(kept: pd.DataFrame, job: Job) -> Span | None:
    """The days the rows themselves speak of, from the first to the last; None where they say none."""
    told = kept[[name for name in ("start", "end", "period", "year") if name in kept]].drop_duplicates()
    spans = [days for row in told.to_dict("records") if (days := row_span({str(k): str(v) for k, v in row.items()}, 0, job, (pd.NaT, pd.NaT)))]
    known = [days for days in spans if not pd.isna(days[0])]
    return (min(days[0] for days in known), max(days[1] for days in known)) if known else None


def _facts(found: pd.DataFrame, kept: pd.DataFrame, job: Job, days: Span) -> dict[str, pd.DataFrame]:
    """Facilities by area, type and tier, and SV1 where most are health facilities; `found` has pcode and facilities by row of the file."""
    rows = found.assign(iso3=job.iso3, **{name: kept.get(name, "") for name in ("facility_type", "tier")})
    counted = rows.groupby(["iso3", "pcode", "facility_type", "tier"], as_index=False)["facilities"].sum()
    facts = {"area_facility": pd.DataFrame(counted).assign(source_id=job.source_id)}
    types = kept["facility_type"] if "facility_type" in kept else pd.Series([job.sheet.file] * len(kept))
    if len(kept) and types.map(lambda text: bool(_HEALTH.search(text))).mean() > 0.5:
        feeds = pd.DataFrame({"source_id": [job.source_id], "indicator": ["SV1"]})
        sources = pd.DataFrame({"source_id": [job.source_id], "period": [str(days[0].year)]})
        facts["indicator_value"] = indicator_rows([facility_indicators(facts["area_facility"], job.areas, feeds, sources).assign(row_no=None)])
    return facts


def _degrees(text: str) -> float | None:
    try:
        return number(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        return None
