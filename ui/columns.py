"""Columns of a table: what screen, CSV and XLSX agree on, and cells that no spreadsheet runs.

A figure kept back to protect people (missing, with a boolean beside it) reads "protected" everywhere, never 0 and never empty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from ui import format as say
from ui.language import t

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
PROTECTED: Final = "protected"


@dataclass(frozen=True)
class Column:
    """One column of a table: its key in the frame, its heading, how its figures read (None: as they are).

    `hxl` is its tag in the export; `on_screen` False leaves a column (a P-code) to the export. `short` is the heading on screen where the
    label is too long for one, `missing` what stands in an empty cell (None: that there is no data).
    """

    key: str
    label: str
    format: Callable[[Any], str] | None = None
    help: str | None = None
    hxl: str = ""
    on_screen: bool = True
    width: int | None = None
    short: str | None = None
    missing: str | None = None


def protected_cells(frame: pd.DataFrame, key: str) -> pd.Series | None:
    """Which cells of a column are kept back: missing, and marked by `<key>_protected` or by `protected` for the row; None: no such mark."""
    mark = next((name for name in (f"{key}_{PROTECTED}", PROTECTED) if name in frame.columns and name != key), None)
    if mark is None or (mark == PROTECTED and not pd.api.types.is_numeric_dtype(frame[key])):
        return None
    return frame[key].isna() & frame[mark].fillna(False).astype(bool)


def protected() -> str:
    """The word for a figure that is kept back."""
    return t("exports.protected")


def cells(frame: pd.DataFrame, columns: Sequence[Column]) -> list[list[Any]]:
    """The rows as exports write them: figures unrounded, missing ones empty, those kept back as a word, text that runs nowhere."""
    written = [[safe_cell(value) for value in frame[column.key].tolist()] for column in columns]
    for values, column in zip(written, columns, strict=True):
        kept_back = protected_cells(frame, column.key)
        if kept_back is not None:
            for row in kept_back.to_numpy().nonzero()[0]:
                values[row] = protected()
    return [list(row) for row in zip(*written, strict=True)]


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet runs: text that starts like a formula is quoted, a figure stays a figure."""
    if isinstance(value, (list, tuple)):
        value = "; ".join(str(part) for part in value)
    if not isinstance(value, str) and say.missing(value):
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" ").startswith(FORMULA_STARTS) or value.startswith(FORMULA_STARTS) else value
    return value
