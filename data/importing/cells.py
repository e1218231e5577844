"""Single cells as figures and periods, each problem noted with its row."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Final

import pandas as pd

from data.importing.placing import Job
from data.readers.text_tables import MISSING_MARKS, number

_YEAR: Final = re.compile(r"^(\d{4})(\.0)?$")
_MONTH: Final = re.compile(r"^(\d{4})[-/](\d{1,2})$")
_QUARTER: Final = re.compile(r"^(\d{4})[- ]?[QT](\d)$|^[QT](\d)[- ](\d{4})$", re.IGNORECASE)
_DAY: Final = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_DAY_FIRST: Final = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$")
Span = tuple[pd.Timestamp, pd.Timestamp]


def figure(text: str, row_no: int, field: str, job: Job, needed: bool = True) -> float | None:
    """A figure of 0 or more; what is none is noted with its row (set aside when it is needed)."""
    try:
        value = number(_french(text))
    except ValueError:
        job.issues.add(row_no, job.heading(field), text[:80], "set_aside" if needed else "repaired", "not_a_number")
        return None
    if value is None:
        if needed:
            job.issues.add(row_no, job.heading(field), text, "set_aside", "missing_value")
        return None
    if value < 0:
        job.issues.add(row_no, job.heading(field), text, "set_aside", "negative_value")
        return None
    return value


def span(text: str) -> Span | None:
    """First and last day of a period as files write it: year, month, quarter or day; None when it is none."""
    text = text.strip()
    try:
        if hit := _YEAR.match(text):
            return _days(int(hit[1]), 1, 1, int(hit[1]), 12, 31)
        if hit := _MONTH.match(text):
            return _month(int(hit[1]), int(hit[2]))
        if hit := _QUARTER.match(text):
            year, quarter = int(hit[1] or hit[4]), int(hit[2] or hit[3])
            return _month(year, 3 * quarter - 2)[0], _month(year, 3 * quarter)[1]
        if hit := _DAY.match(text):
            return _days(*(int(hit[k]) for k in (1, 2, 3)), *(int(hit[k]) for k in (1, 2, 3)))
        if hit := _DAY_FIRST.match(text):
            return _days(*(int(hit[k]) for k in (3, 2, 1)), *(int(hit[k]) for k in (3, 2, 1)))
    except (ValueError, calendar.IllegalMonthError):
        return None
    return None


def row_span(row: dict[str, str], row_no: int, job: Job, default: Span | None = None) -> Span | None:
    """The period of a row: start and end, else period, else year; None, and noted, when it has none or lies in the future."""
    for name in ("start", "period", "year"):
        text = str(row.get(name, "") or "")
        if text.lower() in MISSING_MARKS:
            continue
        found = span(text)
        if found is None or not 1950 <= found[0].year <= 2100:
            job.issues.add(row_no, job.heading(name), text[:80], "set_aside", "not_a_period")
            return None
        last = span(str(row.get("end", "") or "")) if name == "start" else None
        found = (found[0], last[1]) if last and last[1] >= found[0] else found
        if found[0] > pd.Timestamp(date.today()):
            job.issues.add(row_no, job.heading(name), text[:80], "set_aside", "future_period")
            return None
        return found
    if default is None:
        job.issues.add(row_no, job.heading("period"), "", "set_aside", "missing_value")
    return default


def file_year(job: Job) -> Span:
    """The year a file's name says, else this year; noted, since it is supposed."""
    hit = re.search(r"(?<!\d)(19[5-9]\d|20\d\d)(?!\d)", job.sheet.file)
    year = min(int(hit[1]), date.today().year) if hit else date.today().year
    job.issues.add(None, "", year, "info", "year_assumed")
    return _days(year, 1, 1, year, 12, 31)


def _french(text: str) -> str:
    """ "12,5" as 12.5 and "1.234.567" as 1234567; "1,234" stays a thousand."""
    text = text.strip().removesuffix("%").strip()
    if re.fullmatch(r"[+-]?\d+,\d{1,2}", text) or re.fullmatch(r"[+-]?\d+,\d{4,}", text) or re.fullmatch(r"[+-]?0,\d+", text):
        return text.replace(",", ".")
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3}){2,}", text):
        return text.replace(".", "")
    if re.fullmatch(r"[+-]?\d{1,3}([.\u00a0\u202f ]\d{3})+,\d{1,2}", text):
        return re.sub(r"[.\u00a0\u202f ]", "", text).replace(",", ".")
    return text


def _days(y1: int, m1: int, d1: int, y2: int, m2: int, d2: int) -> Span:
    return pd.Timestamp(y1, m1, d1), pd.Timestamp(y2, m2, d2)


def _month(year: int, month: int) -> Span:
    return pd.Timestamp(year, month, 1), pd.Timestamp(year, month, calendar.monthrange(year, month)[1])
