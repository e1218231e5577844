"""Tables as files: CSV with HXL tags, and XLSX whose first sheet says what the figures are and what they rest on."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date as Date
from datetime import datetime
from typing import Any, Final

import pandas as pd
import xlsxwriter

from ui import format as say
from ui.columns import Column, cells, safe_cell
from ui.language import t

WIDEST: Final = 60
PERCENT: Final[tuple[Callable[..., str], ...]] = (say.percent,)
GROUPED: Final[tuple[Callable[..., str], ...]] = (say.number, say.persons, say.about, say.people, say.people_about, say.money, say.short, say.rate)


def csv_bytes(frame: pd.DataFrame, columns: Sequence[Column], *, hxl: bool = True) -> bytes:
    """The table as UTF-8 CSV with a byte order mark (spreadsheets then read the accents), HXL tags under the header.

    Cells that a spreadsheet would take for a formula get an apostrophe in front; figures are unrounded and whole ones have no decimals,
    missing ones are empty.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([safe_cell(c.label) for c in columns])
    if hxl and any(c.hxl for c in columns):
        writer.writerow([c.hxl for c in columns])
    writer.writerows([int(value) if isinstance(value, float) and value.is_integer() else value for value in row] for row in cells(frame, columns))
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(frame: pd.DataFrame, columns: Sequence[Column], *, title: str, statement: Sequence[tuple[str, str]]) -> bytes:
    """The table as a workbook: a sheet with `title` and the lines of `statement` (what, text), then the figures under heading and HXL tags.

    Figures are numbers with a number format, days are days, text is written as text and quoted where it looks like a formula.
    """
    target = io.BytesIO()
    # in memory: nothing of what somebody exports is left in a temporary folder
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        tag = book.add_format({"italic": True, "font_color": "#5A6872"})
        told = book.add_worksheet(t("exports.sheet.about"))
        told.set_column(0, 0, 24, book.add_format({"bold": True, "valign": "top"}))
        told.set_column(1, 1, 100, book.add_format({"text_wrap": True, "valign": "top"}))
        told.write_string(0, 0, safe_cell(title), book.add_format({"bold": True, "font_size": 14}))
        for row, (name, text) in enumerate(statement, start=2):
            told.write_string(row, 0, safe_cell(name))
            told.write_string(row, 1, safe_cell(text))
        sheet = book.add_worksheet(t("exports.sheet.data"))
        tagged = any(column.hxl for column in columns)
        first = 2 if tagged else 1
        rows = cells(frame, columns)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        kinds: dict[str, Any] = {name: book.add_format({"num_format": name}) for name in ("0.0%", "#,##0", "#,##0.00")}
        for place, column in enumerate(columns):
            values = [row[place] for row in rows]
            sheet.write_string(0, place, safe_cell(column.label), head)
            if tagged:
                sheet.write_string(1, place, column.hxl, tag)
            sheet.set_column(place, place, min(WIDEST, max([10, len(column.label) // 2, *(len(str(value)) + 2 for value in values[:200])])))
            shown = kinds.get(_number_format(column, values))
            for row, value in enumerate(values, start=first):
                _write(sheet, row, place, value, shown, day)
        sheet.freeze_panes(first, 0)
    return target.getvalue()


def _write(sheet: Any, row: int, place: int, value: Any, shown: Any, day: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, (datetime, Date)):
        moment = value.replace(tzinfo=None) if isinstance(value, datetime) else value
        sheet.write_datetime(row, place, moment, day)
    elif isinstance(value, str):
        if value:
            sheet.write_string(row, place, value)
    else:
        sheet.write_number(row, place, float(value), shown)


def _number_format(column: Column, values: Sequence[Any]) -> str:
    """How a spreadsheet shows the figures of a column; "" leaves them as they are (a year has no thousands)."""
    if column.format in PERCENT:
        return "0.0%"
    if column.format in GROUPED:
        return "#,##0" if all(float(value).is_integer() for value in values if isinstance(value, (int, float))) else "#,##0.00"
    return ""
