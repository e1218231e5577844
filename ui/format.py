"""Figures as a person says them, by language: 1,96 million, 12 %, 3 400 EUR, mai 2025.

Nothing here ever gives scientific notation, `None` or `nan`: a figure that does not exist reads "no data".
"""

from __future__ import annotations

import calendar
import math
from datetime import date as Date
from datetime import datetime
from functools import cache
from typing import Any, Final

import pandas as pd
from babel import Locale
from babel.dates import format_date

from ui.language import catalogue, language, t, tn

NARROW: Final = "\u202f"
NO_BREAK: Final = "\u00a0"
MILLION: Final = 1_000_000
MILLIARD: Final = 1_000_000_000


def no_data() -> str:
    """What stands where a figure does not exist."""
    return t("ui.no_data")


def missing(value: Any) -> bool:
    """True for None, NA, NaN, NaT and infinities."""
    if value is None or value is pd.NA:
        return True
    try:
        return not math.isfinite(value)
    except TypeError:
        return bool(value != value)


def number(value: float | None, decimals: int = 0) -> str:
    """A plain figure with at most so many decimals, trailing zeros dropped."""
    if missing(value):
        return no_data()
    text = _grouped(float(value), decimals)  # type: ignore[arg-type]
    return _trimmed(text) if decimals else text


def exact(value: float | None) -> str:
    """Every digit that matters, for hover texts: no words, at most six decimals."""
    return number(value, 0 if not missing(value) and float(value).is_integer() else 6)  # type: ignore[arg-type]


def persons(value: float | None) -> str:
    """A number of persons without its unit: 788, 448 465, 1,96 million."""
    if missing(value):
        return no_data()
    return _said(float(value))  # type: ignore[arg-type]


def about(value: float | None) -> str:
    """An estimated number of persons, to three digits: 544 074 reads 544 000."""
    return persons(value if missing(value) else _three_digits(float(value)))  # type: ignore[arg-type]


def people_about(value: float | None) -> str:
    """An estimated number of persons with its unit, to three digits."""
    return people(value if missing(value) else _three_digits(float(value)))  # type: ignore[arg-type]


def rate(value: float | None) -> str:
    """A rate with one decimal under 100; a rate above 0 never reads 0."""
    if missing(value):
        return no_data()
    whole = float(value)  # type: ignore[arg-type]
    if 0 < abs(whole) < 0.05:
        return f"<{NO_BREAK}{_grouped(0.1, 1)}"
    return number(whole, 1 if abs(whole) < 100 else 0)


def people(value: float | None) -> str:
    """A number of persons with its unit: 788 personnes, 1,96 million de personnes."""
    if missing(value):
        return no_data()
    whole = float(value)  # type: ignore[arg-type]
    key = "ui.people_many" if abs(whole) >= MILLION - 0.5 else "ui.people"
    return tn(key, round(whole), persons=_said(whole))


def money(value: float | None) -> str:
    """Euros: 3 400 EUR, 1,96 million EUR."""
    return no_data() if missing(value) else f"{_said(float(value))}{NO_BREAK}EUR"  # type: ignore[arg-type]


def percent(share: float | None, decimals: int | None = None) -> str:
    """A share of 0 to 1: 12 %; under one percent with a decimal; a share above 0 never reads 0 %."""
    if missing(share):
        return no_data()
    value = float(share) * 100  # type: ignore[arg-type]
    sign = f"{NARROW}%" if language() == "fr" else "%"
    if 0 < abs(value) < 0.05 and decimals is None:
        return f"<{NO_BREAK}{_grouped(0.1, 1)}{sign}"
    shown = decimals if decimals is not None else (1 if 0 < abs(value) < 0.995 else 0)
    return f"{_trimmed(_grouped(value, shown)) if shown else _grouped(value, 0)}{sign}"


def percents(before: float | None, after: float | None) -> tuple[str, str]:
    """Two shares to be compared: with a decimal each where they would read the same without being so."""
    if missing(before) or missing(after) or before == after or percent(before) != percent(after):
        return percent(before), percent(after)
    return percent(before, 1), percent(after, 1)


def percent_value(value: float | None) -> str:
    """A figure already in percent: 43,2 reads 43 %."""
    return no_data() if missing(value) else percent(float(value) / 100)  # type: ignore[arg-type]


def measured(value: float | None, unit: str) -> str:
    """An indicator's value with its unit of the catalogue in words: 43 %, 1,2 pour 10 000 habitants."""
    if missing(value):
        return no_data()
    if unit == "%":
        return percent_value(value)
    if unit == "share":
        return percent(value)
    if unit == "score":
        return number(value)
    if unit == "persons":
        return people(value)
    return f"{bare(value, unit)} {t(f'unit.of.{unit}')}"


def bare(value: float | None, unit: str) -> str:
    """An indicator's value where its heading already has the unit: 43 %, 1,2."""
    if missing(value) or unit in ("%", "share", "score"):
        return measured(value, unit)
    if unit == "0-1":
        return number(value, 2)
    return persons(value) if unit == "persons" else rate(value)


def short(value: float | None) -> str:
    """For axes: 500 000, 1,5 M, 2 Md."""
    if missing(value):
        return no_data()
    whole = float(value)  # type: ignore[arg-type]
    for size, key in ((MILLIARD, "ui.short_milliard"), (MILLION, "ui.short_million")):
        if abs(whole) >= size:
            return f"{_trimmed(_grouped(whole / size, 2))}{NO_BREAK}{t(key)}"
    return _trimmed(_grouped(whole, 2))


def date(value: Date | datetime | None) -> str:
    """A day: 23 nov. 2026, 1er janv. 2026."""
    if missing(value):
        return no_data()
    said = format_date(value, format="medium", locale=_locale())
    # the first of a month is the only ordinal of a French date
    return f"1er{said[1:]}" if language() == "fr" and said.startswith("1 ") else said


def month(number: int) -> str:
    """Name of a month, 1 to 12."""
    return format_date(Date(2000, number, 1), format="LLLL", locale=_locale())


def period(start: Date | None, end: Date | None) -> str:
    """What a figure speaks of: 2025; 2017-2018; mai 2025; else two days."""
    if missing(start) and missing(end):
        return no_data()
    if missing(start) or missing(end):
        return date(end if missing(start) else start)
    first, last = _day(start), _day(end)
    if (first.month, first.day) == (1, 1) and (last.month, last.day) == (12, 31):
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    if first == last:
        return date(first)
    month_end = calendar.monthrange(last.year, last.month)[1]
    if first.day == 1 and last.day == month_end:
        if (first.year, first.month) == (last.year, last.month):
            return format_date(first, format="LLLL y", locale=_locale())
        return f"{format_date(first, format='LLL y', locale=_locale())} – {format_date(last, format='LLL y', locale=_locale())}"
    return f"{date(first)} – {date(last)}"


def several(names: list[str]) -> str:
    """A list as a sentence has it: A, B et C."""
    if len(names) < 2:
        return "".join(names)
    return t("ui.list_last", first=", ".join(names[:-1]), last=names[-1])


def listed(parts: list[str]) -> str:
    """Items that have commas of their own, apart by semicolons."""
    return (f"{NARROW}; " if language() == "fr" else "; ").join(parts)


def plain_spaces(text: str) -> str:
    """A text in small letters whose spaces are all alike, to compare it."""
    return " ".join(text.split()).casefold()


def separators() -> str:
    """Decimal and thousands separator of the language, as plotly takes them."""
    decimal, group = _marks(language())
    return decimal + group


@cache
def _marks(code: str) -> tuple[str, str]:
    symbols = Locale.parse(code).number_symbols["latn"]
    return symbols["decimal"], symbols["group"]


def _locale() -> Locale:
    return catalogue(language()).locale


def _grouped(value: float, decimals: int) -> str:
    # written out by hand because a table of 200 rows formats 2,000 figures a rerun, and Babel parses its pattern for each
    decimal, group = _marks(language())
    text = f"{value:,.{decimals}f}"
    if text.lstrip("-").strip("0,.") == "":
        text = text.lstrip("-")
    return text.replace(",", "\0").replace(".", decimal).replace("\0", group)


def _trimmed(text: str) -> str:
    decimal, _ = _marks(language())
    return text.rstrip("0").rstrip(decimal) if decimal in text else text


def _said(value: float) -> str:
    size = abs(value)
    if size < MILLION - 0.5:
        return _grouped(value, 0)
    unit, key = (MILLIARD, "ui.milliard") if size >= 0.9995 * MILLIARD else (MILLION, "ui.million")
    scaled = value / unit
    decimals = 2 if abs(scaled) < 9.995 else 1 if abs(scaled) < 99.95 else 0
    said = _trimmed(_grouped(scaled, decimals)) if decimals else _grouped(scaled, 0)
    return f"{said}{NO_BREAK}{tn(key, float(f'{scaled:.{decimals}f}'))}"


def _three_digits(value: float) -> float:
    return float(f"{value:.3g}")


def _day(value: Any) -> Date:
    return value.date() if isinstance(value, datetime) else value
