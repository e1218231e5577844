"""Periods as files write them: years, months in three languages, quarters, half years, days, ranges, days as numbers of a spreadsheet."""

from __future__ import annotations

import calendar
import re
from functools import cache
from typing import Final

import pandas as pd

from data.catalogue_tables import records
from data.readers.places import place_key

Span = tuple[pd.Timestamp, pd.Timestamp]
_TIME: Final = re.compile(r"[T ]\d{1,2}:\d{2}.*$")
_YEAR: Final = re.compile(r"^(\d{4})(\.0)?$")
_MONTH: Final = re.compile(r"^(\d{4})[-/.](\d{1,2})$|^(\d{1,2})[-/.](\d{4})$|^((?:19|20)\d\d)(0[1-9]|1[0-2])$")
_DAY: Final = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$|^((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])$")
_DAY_FIRST: Final = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})$")
_PART: Final = re.compile(r"^(\d{4}) ?([qths]) ?([1-4])$|^([qths]) ?([1-4]) ?(\d{4})$")
_PART_IN_WORDS: Final = re.compile(
    r"^(?:([1-4])|(i{1,3}|iv))(?:er|re|e|eme|o|a|st|nd|rd|th)? (?:de |of )?(t|trim|trimestre|q|quarter|qtr|s|sem|semestre|half) (?:de |of )?(\d{4})$")
_WORDS: Final = re.compile(r"^(?:(\d{1,2}|1er) )?(?:de |of )?([a-z]+)\.?(?: (\d{1,2}))?(?:st|nd|rd|th)?(?: de| of| del)? (\d{4}|\d{2})$|^(\d{4}) ([a-z]+)$")
_TWO_MONTHS: Final = re.compile(r"^([a-z]+)(?: a| au| to| al)? ([a-z]+)(?: de| of)? (\d{4}|\d{2})$")
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_RANGE: Final = re.compile(r"^(.+?)\s*(?: - | – | — |–|—| to | au | a | à | al | hasta )\s*(.+)$", re.IGNORECASE)
_FROM: Final = re.compile(r"^(?:du|de|from|del|desde)\s+", re.IGNORECASE)
_YEARS: Final = re.compile(r"^(\d{4}) ?[-–/] ?(\d{4})$")
_SERIAL: Final = re.compile(r"^\d{5}(\.0)?$")
FIRST_SERIAL, LAST_SERIAL = 32_874, 62_091
"""Days since 1899-12-30, as spreadsheets count them: 1990 to 2069; a smaller or larger number is no day."""


def span(text: str, month_first: bool = False) -> Span | None:
    """First and last day of a period as files write it: year, month, quarter, half year, day or range; None when it is none.

    `month_first`: the column it is from writes 12/31/2024.
    """
    text = text.strip()
    whole = _single(text, month_first)
    if whole is not None:
        return whole
    if hit := _YEARS.match(text):
        return _between(_single(hit[1], month_first), _single(hit[2], month_first))
    if hit := _RANGE.match(_FROM.sub("", text)):
        last = _single(hit[2], month_first)
        first = _single(hit[1], month_first)
        if first is None and last is not None:
            # "January - March 2024": the year is said once
            first = _single(f"{hit[1]} {last[0].year}", month_first)
        return _between(first, last)
    return None


def is_serial(text: str) -> bool:
    """Whether a text is a day as a spreadsheet counts days (45657 is 2024-12-31)."""
    return _SERIAL.match(text.strip()) is not None and FIRST_SERIAL <= float(text) <= LAST_SERIAL


def serial_span(text: str) -> Span:
    """The day of such a number."""
    day = pd.Timestamp(1899, 12, 30) + pd.Timedelta(days=int(float(text)))
    return day, day


def is_month_first(texts: list[str]) -> bool:
    """Whether a column writes the month before the day: some second part is no month, and no first part is."""
    parts = [(int(hit[1]), int(hit[2])) for text in texts if (hit := _DAY_FIRST.match(_TIME.sub("", text.strip())))]
    return any(second > 12 for _, second in parts) and all(first <= 12 for first, _ in parts)


def month_of(word: str) -> int | None:
    """The month a word names in French, English or Spanish, whole or cut short; None when it names none."""
    return _months().get(place_key(word))


@cache
def _months() -> dict[str, int]:
    return {row["word"]: int(row["month"]) for row in records("month_words")}


def _single(text: str, month_first: bool) -> Span | None:
    text = _TIME.sub("", text.strip())
    try:
        if hit := _YEAR.match(text):
            return _days(int(hit[1]), 1, 1, int(hit[1]), 12, 31)
        if hit := _MONTH.match(text):
            return _month(int(hit[1] or hit[4] or hit[5]), int(hit[2] or hit[3] or hit[6]))
        if hit := _DAY.match(text):
            day = [int(hit[k] or hit[k + 3]) for k in (1, 2, 3)]
            return _days(*day, *day)
        if hit := _DAY_FIRST.match(text):
            first, second, year = int(hit[1]), int(hit[2]), _whole_year(hit[3])
            day = [year, first, second] if month_first else [year, second, first]
            return _days(*day, *day)
        return _worded(place_key(text))
    except (ValueError, calendar.IllegalMonthError):
        return None


def _worded(key: str) -> Span | None:
    if hit := _PART.match(key):
        return _part(hit[2] or hit[4], int(hit[3] or hit[5]), int(hit[1] or hit[6]))
    if hit := _PART_IN_WORDS.match(key):
        return _part(hit[3][0], int(hit[1] or _ROMAN[hit[2]]), int(hit[4]))
    if hit := _WORDS.match(key):
        month = month_of(hit[2] or hit[6])
        if month is None:
            return None
        year = _whole_year(hit[4] or hit[5])
        day = (hit[1] or hit[3] or "").removesuffix("er")
        return _days(year, month, int(day), year, month, int(day)) if day else _month(year, month)
    if (hit := _TWO_MONTHS.match(key)) and (first := month_of(hit[1])) and (last := month_of(hit[2])):
        return _between(_month(_whole_year(hit[3]), first), _month(_whole_year(hit[3]), last))
    return None


def _part(letter: str, number: int, year: int) -> Span | None:
    months = 6 if letter in "sh" else 3
    if number * months > 12:
        return None
    return _month(year, months * (number - 1) + 1)[0], _month(year, months * number)[1]


def _whole_year(text: str) -> int:
    """ "24" is 2024, "98" is 1998: no register of returns is older than 1950."""
    year = int(text)
    return year if year > 99 else year + (2000 if year < 50 else 1900)


def _between(first: Span | None, last: Span | None) -> Span | None:
    return (first[0], last[1]) if first and last and last[1] >= first[0] else None


def _days(y1: int, m1: int, d1: int, y2: int, m2: int, d2: int) -> Span:
    return pd.Timestamp(y1, m1, d1), pd.Timestamp(y2, m2, d2)


def _month(year: int, month: int) -> Span:
    return pd.Timestamp(year, month, 1), pd.Timestamp(year, month, calendar.monthrange(year, month)[1])
