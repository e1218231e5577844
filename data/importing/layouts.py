"""Where a table begins in a sheet: title lines, several header rows, HXL tags, footnotes."""

from __future__ import annotations

import re
from typing import Any, Final

import pandas as pd

from data.catalogue_tables import records
from data.importing.headings import is_heading
from data.importing.limits import MAX_CELL_CHARACTERS, MAX_ROWS_READ_AHEAD, check_shape, refused
from data.readers.issues import Issues

BESIDE: Final = ("Notes", "Lists")
"""Sheets of our templates that no data stand in."""
_TITLE: Final = 500
HXL_TAG: Final = re.compile(r"^#[a-z][a-z0-9_]*(\s*\+\s*[a-z0-9_]+)*$", re.IGNORECASE)


def text_table(rows: list[list[str]], name: str, issues: Issues) -> pd.DataFrame | None:
    """The table in the rows of a sheet, as text, indexed by the file's row number; None when it holds no data row.

    `attrs["hxl"]` has the tags by column, `attrs["title"]` the lines above the table. Raises InputRefused when it is too large.
    """
    check_shape(name, len(rows), max((len(row) for row in rows), default=0))
    if any(len(cell) > MAX_CELL_CHARACTERS for row in rows for cell in row):
        raise refused(f"{name} : une cellule dépasse {MAX_CELL_CHARACTERS} caractères.",
                      f"{name}: a cell is over {MAX_CELL_CHARACTERS} characters.")
    first, last, tags_row = header_rows(rows, name)
    if last is None or last + 1 >= len(rows):
        return None
    header = joined_header(rows[first : last + 1])
    heads = [cell.strip() for cell in rows[last]]
    body: list[list[str]] = []
    numbers: list[int] = []
    for position in range(last + 1, len(rows)):
        row = rows[position]
        if position == tags_row:
            issues.add(position + 1, "", "", "info", "hxl_row")
            continue
        if not any(cell.strip() for cell in row):
            # a sheet often ends in thousands of formatted empty lines: only those between rows are worth a word
            if any(any(cell.strip() for cell in later) for later in rows[position + 1 : position + 3]):
                issues.add(position + 1, "", "", "info", "empty_line")
            continue
        if [cell.strip() for cell in row] == heads:
            issues.add(position + 1, "", "", "info", "header_again")
            continue
        extra = [cell for cell in row[len(header) :] if cell.strip()]
        if extra:
            issues.add(position + 1, "", extra[0], "repaired", "too_many_cells")
        body.append([cell.replace("\x00", "") for cell in [*row, *[""] * (len(header) - len(row))][: len(header)]])
        numbers.append(position + 1)
    if not body:
        return None
    frame = pd.DataFrame(body, index=pd.Index(numbers, name="row_no", dtype="int64"), columns=header, dtype="str")
    tags = rows[tags_row] if tags_row is not None else []
    by_column = {header[k]: tags[k].strip().casefold().replace(" ", "") for k in range(min(len(header), len(tags))) if tags[k].strip()}
    named = [column for column in frame.columns if not (column.startswith("\x01") and (frame[column] == "").all())]
    frame = frame[named].rename(columns=lambda column: column.replace("\x01", "column "))
    frame.attrs["hxl"] = by_column
    frame.attrs["title"] = " ".join(" ".join(cell for row in rows[:first] for cell in row if cell.strip()).split())[:_TITLE]
    return frame


def from_records(items: list[Any], name: str) -> pd.DataFrame | None:
    """A list of objects (JSON) as a text table numbered from 1; nested lists and objects are left out."""
    objects = [one for one in items if isinstance(one, dict)]
    keys = list(dict.fromkeys(str(key) for one in objects for key in one))
    check_shape(name, len(objects), len(keys))
    if not objects or not keys:
        return None
    data = {key: [_scalar(one.get(key)) for one in objects] for key in keys}
    frame = pd.DataFrame(data, index=pd.RangeIndex(1, len(objects) + 1, name="row_no"), dtype="str")
    frame.attrs["hxl"] = {key: key.casefold() for key in keys if HXL_TAG.match(key)}
    return frame


def _scalar(value: Any) -> str:
    if value is None or isinstance(value, list | dict):
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)[:MAX_CELL_CHARACTERS].replace("\x00", "")


def header_rows(rows: list[list[str]], name: str) -> tuple[int, int | None, int | None]:
    """First and last header row and the row of HXL tags (positions)."""
    for layout in records("sheet_layouts"):
        if re.search(layout["sheet"], name):
            first = int(layout["first_header"])
            return first, first + int(layout["header_rows"]) - 1, None
    ahead = [[cell.strip() for cell in row] for row in rows[:MAX_ROWS_READ_AHEAD]]
    filled = [sum(1 for cell in row if cell) for row in ahead]
    for position, row in enumerate(ahead):
        cells = [cell for cell in row if cell]
        if len(cells) >= 2 and sum(bool(HXL_TAG.match(cell)) for cell in cells) * 2 > len(cells):
            above = next((k for k in range(position - 1, -1, -1) if filled[k] >= 2), None)
            if above is None:
                return position, position, None
            return above, position - 1 if above < position else above, position
    widest = max(filled, default=0)
    for position, row in enumerate(ahead):
        cells = [cell for cell in row if cell]
        if filled[position] >= max(1, 0.6 * widest) and sum(map(is_heading, cells)) >= max(1, 0.3 * len(cells)):
            first, last = position, position
            while first > 0 and filled[first - 1] >= 2:
                first -= 1
            while last + 1 < len(ahead) and _goes_on(ahead[last], ahead[last + 1], ahead[last + 2] if last + 2 < len(ahead) else [], widest):
                last += 1
            return first, last, None
    return 0, None, None


def _goes_on(header: list[str], following: list[str], after: list[str], widest: int) -> bool:
    """Whether the row under a header is one more: it fills what merged cells above leave open, and what follows begins anew."""
    cells = [cell for cell in header if cell]
    below = [cell for cell in following if cell]
    if len(below) < 2 or not all(map(is_heading, below)):
        return False
    gaps = len(cells) < widest or len(set(cells)) < len(cells)
    if gaps and len(below) == widest:
        return True
    return bool(header[0] and not following[0] and any(after) and after[0] and not all(is_heading(cell) for cell in after if cell))


def joined_header(headers: list[list[str]]) -> list[str]:
    """Header cells of one or several rows; a merged cell above stands over those to its right."""
    width = max(len(row) for row in headers)
    parts: list[list[str]] = [[] for _ in range(width)]
    for depth, row in enumerate(headers):
        carried = ""
        for position in range(width):
            cell = " ".join((row[position] if position < len(row) else "").lstrip("\ufeff").split())
            carried = cell or carried
            shown = carried if depth < len(headers) - 1 else cell
            if shown and shown not in parts[position]:
                parts[position].append(shown)
    names: list[str] = []
    for position, words in enumerate(parts):
        wanted = " / ".join(words)[:200] or f"\x01{position + 1}"
        name, copy = wanted, 2
        while name in names:
            name, copy = f"{wanted} ({copy})", copy + 1
        names.append(name)
    return names
