"""Any table as text first: nothing is converted while reading, so that a wrong cell can be named with its row.

Copes with BOM, Windows-1252, other separators, an HXL tag row, empty lines and the usual marks for "missing".
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from datetime import date, datetime, time
from pathlib import Path
from typing import Final

import pandas as pd
import python_calamine

from data.readers.issues import InputRefused, Issues

MISSING_MARKS: Final = frozenset({"", "-", "--", "<null>", "null", "n/a", "#n/a", "nan", "none"})
_SEPARATORS: Final = ",;\t|"
_HXL_TAG: Final = re.compile(r"^#[a-z0-9]+(\s*\+\s*[a-z0-9_]+)*$")
_THOUSANDS: Final = re.compile(r"^[+-]?\d{1,3}([,\u00a0\u202f ]\d{3})+(\.\d+)?$")


def read_csv_text(path: Path, issues: Issues) -> pd.DataFrame:
    """A CSV file as text, indexed by `row_no` (header = row 1); empty lines and an HXL row are left out and noted.

    Raises InputRefused for an empty file.
    """
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = _decode(raw, issues)
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    if not rows:
        raise InputRefused(f"{path.name} est vide.", f"{path.name} is empty.")
    return _table(rows, header_row=0, issues=issues)


def read_xlsx_text(path: Path, sheet: str, issues: Issues, header_rows: int = 1, first_header: int = 0) -> pd.DataFrame:
    """One sheet of a workbook as text, indexed by `row_no`; several header rows are joined with " / ".

    Raises InputRefused when the sheet is not there, naming those that are.
    """
    workbook = python_calamine.CalamineWorkbook.from_path(path)
    if sheet not in workbook.sheet_names:
        known = ", ".join(workbook.sheet_names)
        raise InputRefused(
            f"{path.name} : feuille « {sheet} » absente ; feuilles présentes : {known}.",
            f"{path.name}: no sheet {sheet!r}; sheets present: {known}.",
        )
    # skip_empty_area=False keeps the file's own row numbers
    cells = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    rows = [[cell_text(cell) for cell in row] for row in cells]
    headers = rows[first_header : first_header + header_rows]
    joined = [" / ".join(dict.fromkeys(part.strip() for part in parts if part.strip())) for parts in zip(*headers, strict=True)]
    last = first_header + header_rows
    return _table([*rows[: last - 1], joined, *rows[last:]], header_row=last - 1, issues=issues)


def sheet_names(path: Path) -> list[str]:
    """The sheets of a workbook, in order."""
    return list(python_calamine.CalamineWorkbook.from_path(path).sheet_names)


def cell_text(cell: object) -> str:
    """A spreadsheet cell as the text a person sees: 306.0 is "306", a date is ISO, an empty cell is ""."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def number(text: str) -> float | None:
    """The number in a cell, thousands separators allowed; None when the cell is empty. Raises ValueError."""
    stripped = text.strip()
    if stripped.lower() in MISSING_MARKS:
        return None
    if _THOUSANDS.match(stripped):
        stripped = re.sub(r"[,\u00a0\u202f ]", "", stripped)
    value = float(stripped)
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(text)
    return value


def numbers(column: pd.Series, issues: Issues, name: str = "") -> pd.Series:
    """A text column as float64, missing as NaN; each cell that is no number is noted with its row and left missing."""
    found: list[float] = []
    for row_no, text in column.items():
        try:
            value = number(text)
        except ValueError:
            issues.add(int(str(row_no)), name or str(column.name), text, "set_aside", "not_a_number")
            value = None
        found.append(float("nan") if value is None else value)
    return pd.Series(found, index=column.index, dtype="float64", name=column.name)


def dates(column: pd.Series, issues: Issues, name: str = "") -> pd.Series:
    """A text column of ISO dates as datetime64, missing as NaT; what is no date is noted with its row."""
    found: list[pd.Timestamp | None] = []
    for row_no, text in column.items():
        stripped = text.strip()
        if stripped.lower() in MISSING_MARKS:
            found.append(None)
            continue
        try:
            found.append(pd.Timestamp(date.fromisoformat(stripped[:10])))
        except ValueError:
            issues.add(int(str(row_no)), name or str(column.name), text, "repaired", "not_a_date")
            found.append(None)
    return pd.Series(pd.to_datetime(pd.Series(found, index=column.index)), name=column.name).astype("datetime64[us]")


def _decode(raw: bytes, issues: Issues) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        issues.add(raw[: error.start].count(b"\n") + 1, "", "", "repaired", "windows_1252")
        return raw.decode("cp1252")


def _table(rows: list[list[str]], header_row: int, issues: Issues) -> pd.DataFrame:
    header = [name.strip().lstrip("\ufeff") for name in rows[header_row]]
    body: list[list[str]] = []
    numbers_of_rows: list[int] = []
    tags: list[str] = []
    for row_no, row in enumerate(rows[header_row + 1 :], start=header_row + 2):
        filled = [cell for cell in row if cell.strip()]
        if not filled:
            issues.add(row_no, "", "", "info", "empty_line")
        elif not body and len(filled) * 2 > len(header) and all(_HXL_TAG.match(cell.strip()) for cell in filled):
            tags = row
            issues.add(row_no, "", "", "info", "hxl_row")
        else:
            padded = [*row, *[""] * (len(header) - len(row))]
            if len(row) > len(header):
                issues.add(row_no, "", row[len(header)], "repaired", "too_many_cells")
            body.append(padded[: len(header)])
            numbers_of_rows.append(row_no)
    index = pd.Index(numbers_of_rows, name="row_no", dtype="int64")
    frame = pd.DataFrame(body, index=index, columns=header, dtype="str")
    frame.attrs["hxl"] = tags
    return frame
