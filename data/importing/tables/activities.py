"""Who does what where: OCHA's 3W layouts of different countries and HAPI's operational presence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.catalogue_tables import table
from data.embedding.activities import activity_table
from data.importing.cells import Span, figure, file_year, in_year, is_missing, month_first, said_as, span
from data.importing.periods import is_serial, serial_span
from data.importing.placing import Job, Outcome, is_total, locate, of_country, tell_above, tell_likely
from data.importing.tables.implementers import with_implementers

_TEXT = ("organisation", "reporter", "acronym", "organisation_type", "cluster", "health_zone", "status", "beneficiary_type", "donor", "project")
_FIGURES = ("beneficiaries", "targeted", "reached", "budget")


def import_activities(job: Job) -> Outcome:
    """Facts: partner_activity, with `targeted` and `reached` where a file (a 5W) has them. An exact copy of a row is kept and names its
    first; a row without place stays at the country. Where no column says when an activity begins or ends, the month or year it is reported
    for does.
    """
    frame = _reported_for(of_country(job.columns(), job), job)
    frame = frame.reindex(columns=list(dict.fromkeys([*frame.columns, *_TEXT, "start", "end", *_FIGURES])), fill_value="")
    renamed = table("pcode_aliases").query("iso3 == @job.iso3").set_index("old")["new"].to_dict()
    for name in ("admin2_code", "admin1_code", "pcode"):
        if name in frame:
            for row_no, text in frame.loc[frame[name].isin(renamed), name].items():
                job.issues.add(int(str(row_no)), job.heading(name), text, "repaired", "obsolete_pcode", renamed[text])
            frame[name] = frame[name].replace(renamed)
    frame = with_implementers(frame, job)
    for row_no in frame.index[frame["organisation"].map(is_total)]:
        job.issues.add(int(row_no), job.heading("organisation"), frame.at[row_no, "organisation"], "set_aside", "total_row")
    frame = frame[~frame["organisation"].map(is_total)]
    empty = frame["organisation"].map(is_missing)
    for row_no in frame.index[empty]:
        job.issues.add(int(row_no), job.heading("organisation"), "", "set_aside", "missing_value")
    frame = frame[~empty]
    whole = job.sheet.frame.loc[frame.index]
    first: dict[tuple[object, ...], int] = {}
    copies = [first.setdefault(tuple(row), int(row_no)) for row_no, row in zip(whole.index, whole.to_numpy(), strict=True)]
    located = locate(frame, job)
    found = frame[list(_TEXT)].copy()
    found["duplicate_of"] = [float("nan") if one == row_no else float(one) for one, row_no in zip(copies, whole.index, strict=True)]
    for row_no, one in zip(whole.index, copies, strict=True):
        if one != row_no:
            job.issues.add(int(row_no), "", "", "repaired", "duplicate_row", str(one))
    for name, last in (("start", False), ("end", True)):
        found[name] = pd.to_datetime(pd.Series([_day(text, int(n), name, last, job) for n, text in frame[name].items()], index=frame.index))
    _undated(found, job)
    for row_no in found.index[found["end"] < found["start"]]:
        job.issues.add(int(row_no), job.heading("end"), f"{found.at[row_no, 'start']:%Y-%m-%d} > {found.at[row_no, 'end']:%Y-%m-%d}", "info",
                       "ends_before_start")
    for name in _FIGURES:
        found[name] = [np.nan if (value := figure(text, int(str(n)), name, job, needed=False)) is None else value for n, text in frame[name].items()]
    # a file that tells them apart: whom the activity serves is whom it reached, whom it means to reach where nothing is said yet
    found["beneficiaries"] = found["beneficiaries"].fillna(found["reached"]).fillna(found["targeted"])
    for row_no, pcode in located.pcode.items():
        text, column = located.text.get(row_no, ""), located.column.get(row_no, "")
        if pcode is None and not any(letter.isdigit() for letter in text):
            job.issues.add(row_no, column, text, "info", "place_unmatched", job.iso3)
        elif pcode is None:
            job.issues.add(row_no, column, text, "info", "unknown_pcode")
        if pcode == job.iso3:
            job.issues.add(row_no, column, "", "info", "no_place")
    tell_likely(job, "place_unmatched")
    tell_above(located, job)
    codes = [located.pcode[int(row_no)] or job.iso3 for row_no in found.index]
    found["pcode"] = codes
    found["admin1_code"] = [job.places.ancestor(code, 1) for code in codes]
    found["admin2_code"] = [job.places.ancestor(code, 2) for code in codes]
    rows = found.assign(iso3=job.iso3).reset_index(names="row_no")
    said = len(job.issues.rows)
    facts = activity_table(rows, job.issues).assign(source_id=job.source_id)
    job.issues.rows[said:] = [(*issue[:3], job.heading(issue[3]), *issue[4:]) for issue in job.issues.rows[said:]]
    joined = sum(code != job.iso3 for code in codes)
    starts, ends = facts["start"].dropna(), facts["end"].dropna()
    period = (starts.min(), max(ends.max(), starts.min()) if len(ends) else starts.max()) if len(starts) else None
    return Outcome({"partner_activity": facts}, set(rows["row_no"].astype(int)), joined, len(codes), period=period)


def _undated(found: pd.DataFrame, job: Job) -> None:
    """Rows that do not say when have the period a person gave for the file; without one they cover nobody, and that is said."""
    undated = found["start"].isna() & found["end"].isna()
    if undated.any() and job.period is not None:
        found.loc[undated, "start"], found.loc[undated, "end"] = job.period
        job.issues.add(None, "", said_as(job.period), "info", "period_given")
    elif len(found) and undated.all():
        job.issues.add(None, "", int(undated.sum()), "info", "undated_activities")


def _reported_for(frame: pd.DataFrame, job: Job) -> pd.DataFrame:
    """The rows with the first and last day of the period, month or year each is reported for, where the file has no dates of activities."""
    fields = [name for name in ("period", "month", "year") if name in frame]
    if not fields or {"start", "end"} & set(frame.columns):
        return frame
    year = str(file_year(job)[0].year) if fields == ["month"] else ""
    days = [_days_of({str(k): str(v) for k, v in row.items()}, year, int(row_no), job) for row_no, row in
            zip(frame.index, frame[fields].to_dict("records"), strict=True)]
    return frame.assign(start=["" if one is None else f"{one[0]:%Y-%m-%d}" for one in days], end=["" if one is None else f"{one[1]:%Y-%m-%d}" for one in days])


def _days_of(row: dict[str, str], file_says: str, row_no: int, job: Job) -> Span | None:
    text, month, year = row.get("period", ""), row.get("month", ""), row.get("year", "") or file_says
    if is_missing(text) and is_missing(month) and is_missing(year):
        return None
    found = serial_span(text) if is_serial(text) else span(text, month_first(job, "period"))
    found = found or (in_year(month if is_missing(text) else text, year) if not is_missing(year) else span(month))
    if found is None:
        field = "month" if is_missing(text) else "period"
        job.issues.add(row_no, job.heading(field), row.get(field, "")[:80], "repaired", "not_a_date")
    return found


def _day(text: str, row_no: int, field: str, last: bool, job: Job) -> pd.Timestamp | None:
    if is_missing(text):
        return None
    days = serial_span(text) if is_serial(text) else span(text, month_first(job, field))
    if days is None:
        job.issues.add(row_no, job.heading(field), text[:80], "repaired", "not_a_date")
        return None
    return days[1] if last else days[0]
