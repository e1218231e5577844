"""Single cells as figures and periods, each problem noted with its row; how a column writes its figures and days is told by all of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

import pandas as pd

from data.importing.limits import refused
from data.importing.periods import Span, is_month_first, is_serial, serial_span, span
from data.importing.placing import Job
from data.readers.text_tables import MISSING_MARKS, number

__all__ = [
    "Span", "counted", "decimal_commas", "figure", "file_period", "file_year", "in_year", "is_missing", "month_first", "row_span", "said_as", "span", "styles"]

LOOKED_AT: Final = 3_000
"""Rows of a column that tell how it writes: those that a large table is recognised from."""
WHOLE: Final = ("persons", "beneficiaries", "targeted", "reached", "count", "units", "amount", "requirements", "budget")
"""Fields of things that are counted, or of money: a point before three digits parts thousands there, when all the column is so."""
DAYS: Final = ("period", "start", "end")
_MISSING: Final = MISSING_MARKS | {
    "n.d.", "nd", "n.d", "n/d", "s/d", "s.d.", "na", "n.a.", "n.a", "…", "..", "...", "—", "–", "*", "#ref!", "#div/0!", "#value!", "no data", "sin dato",
    "sin datos", "non disponible", "not available", "no disponible", "pas de données"}
_WITHHELD: Final = re.compile(r"^(?:[<≤]\s*=?\s*\d+|moins de \d+|less than \d+|menos de \d+|\*{2,})$", re.IGNORECASE)
_POINTS: Final = re.compile(r"^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$")
_COMMA: Final = re.compile(r"^[+-]?\d+,(\d{1,2}|\d{4,})$|^[+-]?0,\d+$|^[+-]?\d{1,3}(\.\d{3})+,\d+$")
_SPACES: Final = re.compile(r"(?<=\d)[\u00a0\u202f\u2009'’ ](?=\d{3}(?!\d))")


def is_missing(text: str) -> bool:
    """Whether a cell is a mark for "nothing known"."""
    return text.strip().casefold() in _MISSING


def figure(text: str, row_no: int, field: str, job: Job, needed: bool = True) -> float | None:
    """A figure of 0 or more; what is none is noted with its row (set aside when it is needed)."""
    if _WITHHELD.match(text.strip()):
        job.issues.add(row_no, job.heading(field), text.strip(), "set_aside" if needed else "repaired", "withheld_figure")
        return None
    try:
        value = None if is_missing(text) else number(_plain(text, field, job))
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


def counted(texts: list[str]) -> bool:
    """Whether a column of counts parts thousands by points: "1.234" and "12.345.678", and nothing that is a decimal."""
    pointed = [text.strip() for text in texts if "." in text and any(c.isdigit() for c in text)]
    return bool(pointed) and all(_POINTS.match(text) for text in pointed)


def decimal_commas(texts: list[str]) -> bool:
    """Whether a column writes decimals with a comma: "12,5" says so for "12,125" too."""
    commas = [text.strip().removesuffix("%").strip() for text in texts if "," in text and any(c.isdigit() for c in text)]
    return 2 * sum(_COMMA.match(text) is not None for text in commas) > len(commas)


def month_first(job: Job, field: str) -> bool:
    """Whether the column of a field writes 12/31/2024."""
    return _style(job, field, is_month_first)


def row_span(row: dict[str, str], row_no: int, job: Job, default: Span | None = None) -> Span | None:
    """The period of a row: start and end, else period, else year, with its month where that stands apart; None, and noted, when it has
    none or lies in the future.
    """
    for name in ("start", "period", "year"):
        text = str(row.get(name, "") or "")
        if is_missing(text):
            continue
        month, year = str(row.get("month", "") or ""), str(row.get("year", "") or "")
        found = in_year(month, text) if month and name == "year" else _span(text, name, job)
        if found is None and name == "period" and year:
            # "Q1" or "March" beside a column of years
            found = in_year(text, year)
        if found is None or not 1950 <= found[0].year <= 2100:
            job.issues.add(row_no, job.heading("month" if month and name == "year" else name), (month if month and name == "year" else text)[:80],
                           "set_aside", "not_a_period")
            return None
        last = _span(str(row.get("end", "") or ""), "end", job) if name == "start" else None
        found = (found[0], last[1]) if last and last[1] >= found[0] else found
        if found[0] > pd.Timestamp(date.today()):
            job.issues.add(row_no, job.heading(name), text[:80], "set_aside", "future_period")
            return None
        return found
    if default is None:
        job.issues.add(row_no, job.heading("period"), "", "set_aside", "missing_value")
    return default


def file_year(job: Job) -> Span:
    """The period that is said of the file (`file_period`), else this year; noted. Raises InputRefused as that does."""
    if (told := file_period(job)) is not None:
        return told
    year = date.today().year
    job.issues.add(None, "", year, "info", "year_assumed")
    return pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31)


def file_period(job: Job) -> Span | None:
    """The period a person gave for the file, else the year that the heading of the figures, the lines above the table, the sheet's or the
    file's name say; noted. None where nothing says it. Raises InputRefused where the given one begins after today.
    """
    if job.period is not None:
        if job.period[0] > pd.Timestamp(date.today()):
            raise refused(f"La période donnée commence après aujourd'hui ({job.period[0]:%d.%m.%Y}) : ce sont des chiffres de ce qui a eu lieu.",
                          f"The period given begins after today ({job.period[0]:%Y-%m-%d}): these are figures of what took place.")
        job.issues.add(None, "", said_as(job.period), "info", "period_given")
        return job.period
    headings = " ".join(column for column, to in job.mapping.items() if to.split("|")[0] in ("persons", "value"))
    for where in (headings, job.sheet.title, job.sheet.sheet, job.sheet.file):
        hits = re.findall(r"(?<!\d)(19[5-9]\d|20\d\d)(?!\d)", where)
        if hits:
            year = min(int(hits[-1]), date.today().year)
            job.issues.add(None, "", year, "info", "year_from_name")
            return pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31)
    return None


def said_as(days: Span) -> str:
    """First and last day of a period as a sentence names them."""
    return f"{days[0]:%Y-%m-%d} – {days[1]:%Y-%m-%d}"


def _span(text: str, field: str, job: Job) -> Span | None:
    if field != "year" and is_serial(text):
        return serial_span(text)
    return span(text, month_first(job, field))


def in_year(month: str, year: str) -> Span | None:
    """A month that stands in a column beside its year: "3", "mars", "T1"."""
    whole = span(year)
    if whole is None or is_missing(month):
        return whole
    first = f"{whole[0].year}-{int(month):02d}" if re.fullmatch(r"\d{1,2}", month.strip()) else f"{month} {whole[0].year}"
    return span(first) or span(month)


def styles(job: Job) -> list[list[object]]:
    """How the columns of a sheet are written where that is not the usual way: one issue (row, column, value, severity, code, detail) each."""
    found: list[list[object]] = []
    for column, to in job.mapping.items():
        for field, tell, code in (("counts", counted, "points_are_thousands"), ("days", is_month_first, "month_before_day")):
            wanted = to.split("|")[0] in WHOLE if field == "counts" else to in DAYS
            if wanted and column in job.sheet.frame and _style(job, to, tell):
                found.append([None, column, "", "info", code, ""])
    return found


def _style(job: Job, field: str, tell: Callable[[list[str]], bool]) -> bool:
    """What the first rows of the column of a field tell of how it is written, looked at once."""
    key = (field, tell.__name__)
    if key not in job.styles:
        columns = [column for column, to in job.mapping.items() if to == field and column in job.sheet.frame]
        job.styles[key] = any(tell(job.sheet.frame[column].head(LOOKED_AT).tolist()) for column in columns)
    return job.styles[key]


def _plain(text: str, field: str, job: Job) -> str:
    """A figure as the engine writes it: "12,5" is 12.5, "1.234.567" is 1234567, "1 234*" is 1234; "1,234" stays a thousand."""
    text = _SPACES.sub("", text.strip().removesuffix("%").strip().rstrip("*").strip())
    if "," in text and (_COMMA.match(text) or (re.fullmatch(r"[+-]?\d+,\d{3}", text) and _style(job, field, decimal_commas))):
        return text.replace(".", "").replace(",", ".")
    if _POINTS.match(text) and (text.count(".") > 1 or (field.split("|")[0] in WHOLE and _style(job, field, counted))):
        return text.replace(".", "")
    return text
