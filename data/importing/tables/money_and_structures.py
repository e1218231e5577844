"""Money, structures in place and prices as plain rows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from data.catalogue_tables import records
from data.importing.cells import figure, file_period, file_year, row_span
from data.importing.placing import Job, Outcome, locate, of_country, tell_above, tell_unmatched


def import_funding(job: Job) -> Outcome:
    """Facts: funding_flow (FTS flows or requirements, USD)."""
    frame = of_country(job.columns(), job)
    found: list[dict[str, Any]] = []
    years = row_years(frame, job)
    for row_no, row in zip(frame.index, frame.to_dict("records"), strict=True):
        if int(row_no) not in years:
            continue
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
    tell_above(located, job)
    for row_no, row in zip(frame.index, frame.to_dict("records"), strict=True):
        code = _intervention(str(row.get("intervention", "")), int(row_no), job)
        units = figure(str(row.get("units", "")), int(row_no), "units", job) if code else None
        pcode = located.pcode[int(row_no)]
        if code and units is not None and pcode:
            found.append({"iso3": job.iso3, "intervention": code, "pcode": pcode, "units": units, "source_id": job.source_id, "row_no": int(row_no)})
    return Outcome({"structure_in_place": pd.DataFrame(found)}, {row["row_no"] for row in found}, len(found), len(frame), period=file_period(job))


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
    return Outcome({"unit_price": pd.DataFrame(found)}, {row["row_no"] for row in found}, period=file_period(job))


def row_years(frame: pd.DataFrame, job: Job) -> dict[int, int]:
    """The year of each row, the file's own where a row has none; none for a row whose date is no date, or is to come."""
    if not {"year", "period", "start"} & set(frame.columns):
        year = file_year(job)[0].year
        return {int(row_no): year for row_no in frame.index}
    told = {int(row_no): row_span({str(k): str(v) for k, v in row.items()}, int(row_no), job, (pd.NaT, pd.NaT))
            for row_no, row in zip(frame.index, frame.to_dict("records"), strict=True)}
    year = file_year(job)[0].year if any(days and pd.isna(days[0]) for days in told.values()) else 0
    return {row_no: year if pd.isna(days[0]) else days[0].year for row_no, days in told.items() if days}


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
