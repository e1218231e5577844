"""Tables: names in the language spoken, figures in its format, and under each the line that exports it.

The export of st.dataframe is switched off because it does not escape formulas; ours does, and carries the P-codes and the
unrounded figures that the screen leaves out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from ui import exports, session
from ui import format as say
from ui.columns import Column, protected, protected_cells, safe_cell
from ui.export_files import csv_bytes
from ui.exports import About
from ui.language import t

BEFORE_ALL: Final = pd.Timestamp(1900, 1, 1)
"""Stands in a column of dates for a cell that reads as a word: sorted before every date."""
ROW: Final = 35
LINE: Final = 19
"""Pixels of a row with a line of text, and of each line more; Streamlit lets a text go on below in rows above 64 only, from three lines."""
ROWS_IN_SIGHT: Final = 8
HEADING: Final = 38
"""Pixels of the row of headings with the frame of the table."""
TOOLBAR_ROOM: Final = 18
"""Pixels that the buttons above a table need besides the gap there is."""

__all__ = ["About", "Column", "csv_bytes", "safe_cell", "show_table", "styled"]


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
    about: About | None = None,
    lines: int = 1,
) -> None:
    """The rows of a frame as a sortable table with the line that exports it.

    `basis` names what the rows depend on (country, level, year ...), as for `session.remember`: with it the drawn table is kept.
    `alt` says what the table is for, and is the title of its files when `about` has none; `on_select` is called with the position of
    the row that was clicked (None when the choice was taken back) before the next run. `lines`: of text a cell has
    room for; from three on a text longer than its column goes on below and is not cut.
    """
    if frame.empty:
        st.info(t("ui.nothing_to_show"))
        return
    shown, row = [column for column in columns if column.on_screen], ROW + (lines - 1) * LINE
    settings: dict[str, Any] = {
        "hide_index": True,
        "column_config": {c.key: st.column_config.Column(c.short or c.label, help=c.help or (c.label if c.short else None), width=c.width) for c in shown},
        "placeholder": say.no_data(),
        # left to itself Streamlit shows 400 pixels, few such rows
        "height": min(len(frame), ROWS_IN_SIGHT) * row + HEADING if lines > 1 and height == "auto" else height,
        "key": key,
        "alt": alt,
        "row_height": row if lines > 1 else None,
    }
    said = about or exports.of_screen()
    said = replace(said, title=said.title or alt, file_name=said.file_name or file_name or "")
    with st.container(gap="xxsmall"):
        # the buttons of a table stand above it and would cover words: on a phone they are always there
        st.space(TOOLBAR_ROOM)
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
        exports.foot(key, said, rows=lambda: (frame, columns), picture=None, alt=alt)


def styled(frame: pd.DataFrame, columns: Sequence[Column]) -> Any:
    """The frame with only these columns, each figure in the language's format; sorting still goes by the figure itself."""
    plain = frame[[c.key for c in columns]].reset_index(drop=True)
    formats = {c.key: c.format for c in columns if c.format is not None}
    worded = [(c.key, rows, word) for c in columns for rows, word in _in_words(frame, c)]
    if not formats and not worded:
        return plain
    for name, rows, word in worded:
        # Streamlit writes "no data" into every empty cell, whatever the style says: what has its own word is not empty
        if pd.api.types.is_datetime64_any_dtype(plain[name]):
            plain.loc[rows, name] = BEFORE_ALL
        elif pd.api.types.is_numeric_dtype(plain[name]):
            plain[name] = plain[name].astype(float)
            plain.loc[rows, name] = -math.inf
        else:
            plain[name] = plain[name].astype(object)
            plain.loc[rows, name] = word
    drawn = plain.style.format(formats, na_rep=say.no_data())
    for name, rows, word in worded:
        drawn = drawn.format(lambda _, word=word: word, subset=(rows, [name]))
    return drawn


def _in_words(frame: pd.DataFrame, column: Column) -> list[tuple[Any, str]]:
    """Rows of a column that hold no figure and say why in a word of their own: kept back, or the column's word for an empty cell."""
    empty = frame[column.key].isna()
    found = []
    kept_back = protected_cells(frame, column.key)
    if kept_back is not None:
        found.append((kept_back, protected()))
        empty &= ~kept_back
    if column.missing is not None:
        found.append((empty, column.missing))
    return [(rows.to_numpy().nonzero()[0], word) for rows, word in found if rows.any()]
