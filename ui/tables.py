"""Tables: names in the language spoken, figures in its format, and our own export.

The export of st.dataframe is switched off because it does not escape formulas; ours does, and carries the P-codes and the
unrounded figures that the screen leaves out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import streamlit as st

from ui import format as say
from ui import session
from ui.language import t

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """One column of a table: its key in the frame, its heading, how its figures read (None: as they are).

    `hxl` is its tag in the export; `on_screen` False leaves a column (a P-code) to the export.
    """

    key: str
    label: str
    format: Callable[[Any], str] | None = None
    help: str | None = None
    hxl: str = ""
    on_screen: bool = True
    width: int | None = None


def show_table(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    alt: str,
    key: str,
    basis: tuple[Any, ...] = (),
    file_name: str | None = None,
    height: int | str = "auto",
    on_select: Callable[[int | None], None] | None = None,
) -> None:
    """The rows of a frame as a sortable table with an export below it.

    `basis` names what the rows depend on (country, level, year ...), as for `session.remember`: with it the drawn table is kept.
    `alt` says what the table is for; `file_name` (without ending) offers the export; `on_select` is called with the position of
    the row that was clicked (None when the choice was taken back) before the next run.
    """
    if frame.empty:
        st.info(t("ui.nothing_to_show"))
        return
    shown = [column for column in columns if column.on_screen]
    settings: dict[str, Any] = {
        "hide_index": True,
        "column_config": {c.key: st.column_config.Column(c.label, help=c.help, width=c.width) for c in shown},
        "placeholder": say.no_data(),
        "height": height,
        "key": key,
        "alt": alt,
    }
    if on_select is not None:

        def tell() -> None:
            rows = st.session_state[key].selection.rows
            on_select(rows[0] if rows else None)

        st.dataframe(styled(frame, shown), on_select=tell, selection_mode="single-row", **settings)
    elif basis:
        # Streamlit replays what a cached function drew: formatting a table of 200 rows at every rerun would cost 15 ms
        session.draw(f"table {key}", lambda: st.dataframe(styled(frame, shown), **settings), *basis)
    else:
        st.dataframe(styled(frame, shown), **settings)
    if file_name is not None:
        download(frame, columns, file_name=file_name, key=f"{key}.csv")


def styled(frame: pd.DataFrame, columns: Sequence[Column]) -> Any:
    """The frame with only these columns, each figure in the language's format; sorting still goes by the figure itself."""
    plain = frame[[c.key for c in columns]].reset_index(drop=True)
    formats = {c.key: c.format for c in columns if c.format is not None}
    return plain.style.format(formats, na_rep=say.no_data()) if formats else plain  # type: ignore[arg-type]


def download(frame: pd.DataFrame, columns: Sequence[Column], *, file_name: str, key: str) -> None:
    """The button that gives a table as CSV; the file is made when somebody asks for it."""
    st.download_button(
        t("ui.export_csv"),
        data=lambda: csv_bytes(frame, columns),
        file_name=f"{file_name}.csv",
        mime="text/csv",
        key=key,
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


def csv_bytes(frame: pd.DataFrame, columns: Sequence[Column], *, hxl: bool = True) -> bytes:
    """The table as UTF-8 CSV with a byte order mark (spreadsheets then read the accents), HXL tags under the header.

    Cells that a spreadsheet would take for a formula get an apostrophe in front; figures are unrounded, missing ones empty.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([safe_cell(c.label) for c in columns])
    if hxl and any(c.hxl for c in columns):
        writer.writerow([c.hxl for c in columns])
    for row in frame[[c.key for c in columns]].itertuples(index=False, name=None):
        writer.writerow([safe_cell(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet runs: text that starts like a formula is quoted, a figure stays a figure."""
    if isinstance(value, (list, tuple)):
        value = "; ".join(str(part) for part in value)
    if not isinstance(value, str) and say.missing(value):
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" ").startswith(FORMULA_STARTS) or value.startswith(FORMULA_STARTS) else value
    return value
