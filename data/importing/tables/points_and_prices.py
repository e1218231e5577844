"""Facilities by the area they lie in; money, structures in place and prices as plain rows."""

from __future__ import annotations

import re
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from data.catalogue_tables import records
from data.embedding.figures import facility_indicators
from data.embedding.figures import indicator_table as indicator_rows
from data.importing.cells import Span, figure, file_year, row_span
from data.importing.placing import Job, Outcome, locate, of_country, tell_unmatched
from data.readers.text_tables import number

NEARBY: Final = 0.03
"""Degrees, about 3 km: borders of the store are simplified, so a facility at the border may lie just outside."""
_HEALTH: Final = re.compile(r"health|sant|h[oô]pital|hosp|clini|dispens|poste de|maternit|salud|medic|csps|csb", re.IGNORECASE)


def import_facilities(job: Job) -> Outcome:
    """Facts: area_facility, and for health facilities SV1 (facilities per 10,000 residents); from points, or from counts by area."""
    frame = of_country(job.columns(), job)
    if "latitude" not in frame:
        return _counted(frame, job)
    points: dict[int, shapely.Point] = {}
    for row_no, row in zip(frame.index, frame.to_dict("records"), strict=True):
        lat, lon = (_degrees(str(row.get(name, ""))) for name in ("latitude", "longitude"))
        if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180) or lat == lon == 0:
            job.issues.add(int(row_no), f"{job.heading('latitude')}, {job.heading('longitude')}", "", "set_aside", "no_coordinates")
        else:
            points[int(row_no)] = shapely.Point(lon, lat)
    level = int(job.areas["level"].max())
    deepest = job.areas[job.areas["level"] == level]
    shapes = gpd.GeoDataFrame({"pcode": deepest["pcode"].to_numpy()}, geometry=gpd.GeoSeries.from_wkb(deepest["geometry"].map(bytes)).to_numpy())
    places = gpd.GeoDataFrame({"row_no": list(points)}, geometry=list(points.values()))
    joined = places.sjoin_nearest(shapes, how="left", max_distance=NEARBY, distance_col="away").drop_duplicates("row_no")
    accepted: dict[int, str] = {}
    for row in joined.itertuples():
        where = f"{row.geometry.y:.4f}, {row.geometry.x:.4f}"
        if not isinstance(row.pcode, str):
            job.issues.add(int(row.row_no), job.heading("latitude"), where, "set_aside", "outside_areas")
            continue
        if row.away > 0:
            job.issues.add(int(row.row_no), job.heading("latitude"), where, "repaired", "placed_nearby", row.pcode)
        accepted[int(row.row_no)] = row.pcode
    kept = frame.loc[list(accepted)]
    found = pd.DataFrame({"pcode": list(accepted.values()), "facilities": 1}, index=kept.index)
    days = file_year(job)
    return Outcome(_facility_facts(found, kept, job, days), set(accepted), len(accepted), len(points), period=days)


def _counted(frame: pd.DataFrame, job: Job) -> Outcome:
    """A table of counts by area, as an export writes it."""
    located = locate(frame, job)
    tell_unmatched(located, job, "set_aside", "place_not_found")
    counts: dict[int, float] = {}
    for row_no, text in frame["count"].items():
        number_of = figure(str(text), int(str(row_no)), "count", job)
        if located.pcode[int(str(row_no))] and number_of:
            counts[int(str(row_no))] = number_of
    kept = frame.loc[list(counts)]
    found = pd.DataFrame({"pcode": [located.pcode[n] for n in counts], "facilities": [int(n) for n in counts.values()]}, index=kept.index)
    spans = [days for row in kept.to_dict("records") if (days := row_span({str(k): str(v) for k, v in row.items()}, 0, job, (pd.NaT, pd.NaT)))]
    known = [days for days in spans if not pd.isna(days[0])]
    period = (min(days[0] for days in known), max(days[1] for days in known)) if known else file_year(job)
    return Outcome(_facility_facts(found, kept, job, period), set(counts), len(counts), len(frame), period=period)


def _facility_facts(found: pd.DataFrame, kept: pd.DataFrame, job: Job, days: Span) -> dict[str, pd.DataFrame]:
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


def import_funding(job: Job) -> Outcome:
    """Facts: funding_flow (FTS flows or requirements, USD)."""
    frame = of_country(job.columns(), job)
    found: list[dict[str, Any]] = []
    years = row_years(frame, job)
    for row_no, row in zip(frame.index, frame.to_dict("records"), strict=True):
        amount = figure(str(row.get("amount", "")), int(row_no), "amount", job, needed="requirements" not in frame)
        required = figure(str(row.get("requirements", "")), int(row_no), "requirements", job, needed=False) if "requirements" in frame else None
        if amount is not None or required is not None:
            found.append({"iso3": job.iso3, "year": years[int(row_no)], "donor": row.get("donor") or None, "recipient": row.get("recipient") or None,
                          "cluster": row.get("cluster") or None, "amount_usd": amount, "requirements_usd": required,
                          "source_id": job.source_id, "row_no": int(row_no)})
        elif "requirements" in frame:
            job.issues.add(int(row_no), job.heading("amount"), "", "set_aside", "missing_value")
    rows = pd.DataFrame(found)
    return Outcome({"funding_flow": rows}, set(rows["row_no"]) if len(rows) else set(), period=_years(rows) or file_year(job))


def import_in_place(job: Job) -> Outcome:
    """Facts: structure_in_place (units of an intervention that stand in an area)."""
    frame = of_country(job.columns(), job)
    found: list[dict[str, Any]] = []
    located = locate(frame, job)
    tell_unmatched(located, job, "set_aside", "place_not_found")
    for row_no, row in zip(frame.index, frame.to_dict("records"), strict=True):
        code = _intervention(str(row.get("intervention", "")), int(row_no), job)
        units = figure(str(row.get("units", "")), int(row_no), "units", job) if code else None
        pcode = located.pcode[int(row_no)]
        if code and units is not None and pcode:
            found.append({"iso3": job.iso3, "intervention": code, "pcode": pcode, "units": units, "source_id": job.source_id, "row_no": int(row_no)})
    return Outcome({"structure_in_place": pd.DataFrame(found)}, {row["row_no"] for row in found}, len(found), len(frame), period=file_year(job))


def import_prices(job: Job) -> Outcome:
    """Facts: unit_price (EUR: low, mode, high; the mode alone gives all three)."""
    frame = of_country(job.columns(), job)
    found: list[dict[str, Any]] = []
    for row_no, row in zip(frame.index, frame.to_dict("records"), strict=True):
        code = _intervention(str(row.get("intervention", "")), int(row_no), job)
        mode = figure(str(row.get("price_mode", "")), int(row_no), "price_mode", job) if code else None
        if code is None or mode is None:
            continue
        low, high = (figure(str(row[name]), int(row_no), name, job, needed=False) if row.get(name) else mode for name in ("price_low", "price_high"))
        if not (low or mode) <= mode <= (high or mode):
            job.issues.add(int(row_no), job.heading("price_mode"), mode, "set_aside", "out_of_range", f"{low}-{high}")
            continue
        found.append({"iso3": job.iso3, "intervention": code, "price_low": low or mode, "price_mode": mode, "price_high": high or mode,
                      "source_id": job.source_id, "row_no": int(row_no)})
    return Outcome({"unit_price": pd.DataFrame(found)}, {row["row_no"] for row in found}, period=file_year(job))


def row_years(frame: pd.DataFrame, job: Job) -> dict[int, int]:
    """The year of each row, the file's own where a row has none."""
    if not {"year", "period", "start"} & set(frame.columns):
        year = file_year(job)[0].year
        return {int(row_no): year for row_no in frame.index}
    default = file_year(job)
    found: dict[int, Any] = {}
    for row_no, row in zip(frame.index, frame.to_dict("records"), strict=True):
        days = row_span({str(k): str(v) for k, v in row.items()}, int(row_no), job, default)
        found[int(row_no)] = (days or default)[0].year
    return found


def _years(rows: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    if rows.empty:
        return None
    return pd.Timestamp(int(rows["year"].min()), 1, 1), pd.Timestamp(int(rows["year"].max()), 12, 31)


def _intervention(text: str, row_no: int, job: Job) -> str | None:
    code = text.strip().upper()
    if code in {row["code"] for row in records("interventions")}:
        return code
    job.issues.add(row_no, job.heading("intervention"), text[:80], "set_aside", "unknown_intervention")
    return None


def _degrees(text: str) -> float | None:
    try:
        return number(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        return None
