"""What every chart shares: the figure with its text alternative and its rows, the look, axes said in the language.

Text and grid colours are left to Streamlit's theme, so one figure serves light and dark. Figures arrive formatted in the
language spoken; nothing is fetched from the internet.
"""

from __future__ import annotations

import hashlib
import math
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from ui import exports, session
from ui import format as say
from ui.columns import Column, protected
from ui.exports import About
from ui.language import t

BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7"
PALETTE: Final = (BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE)
UNKNOWN: Final = "#9A9A9A"
TEXT_SIZE: Final = 15
"""Readable from the back of a room at 1280 wide."""
LABELS: Final = {"size": TEXT_SIZE}
SMALL: Final = {"size": TEXT_SIZE - 1}
VALUE_HXL: Final = "#indicator+value+num"

Format = Callable[[Any], str]


@dataclass(frozen=True)
class Chart:
    """A figure with the sentence a screen reader says instead of it, its title, and the rows it draws (None: read from the figure)."""

    figure: go.Figure
    alt: str
    title: str = ""
    drawn: tuple[pd.DataFrame, tuple[Column, ...]] | None = None

    @cached_property
    def fingerprint(self) -> str:
        """Stands for what is drawn: two charts with the same one look the same."""
        return hashlib.sha256(f"{self.alt}{self.figure.to_json(validate=False)}".encode()).hexdigest()

    @property
    def rows(self) -> tuple[pd.DataFrame, tuple[Column, ...]]:
        """What is drawn as a table: the frame and its columns."""
        return self.drawn or _rows_of(self.figure)


def ink() -> str:
    """The colour of words that must stand out in the theme on screen; part of the key of what is drawn with it."""
    return "#EDF2F6" if st.context.theme.type == "dark" else "#0B161F"


def inked(figure: go.Figure, colour: str) -> go.Figure:
    """A copy of the figure with the words of its axes and beside its bars in this colour: on white, the grey of Streamlit's own theme is too pale to read."""
    copy = go.Figure(figure)
    words = {"tickfont": {"color": colour}, "title": {"font": {"color": colour}}}
    return copy.update_xaxes(words).update_yaxes(words).update_traces(outsidetextfont={"color": colour}, selector={"type": "bar"})


def show_chart(chart: Chart, *, key: str, about: About | None = None, narrow: Callable[[], Chart] | None = None) -> None:
    """Draws a chart with its text alternative, and under it the line with what it rests on and its files.

    `narrow` gives the same chart as a phone has room for; its files are those of `chart`.
    """
    said = about or exports.of_screen()
    said = replace(said, title=said.title or chart.title or chart.alt)
    config = {"displayModeBar": False}
    shown = narrow() if narrow is not None and exports.is_narrow() else chart
    with st.container(gap="xxsmall"):
        session.draw(
            f"chart {key}", lambda: st.plotly_chart(inked(shown.figure, ink()), key=key, alt=shown.alt, config=config), shown.fingerprint, ink()
        )
        exports.foot(key, said, rows=lambda: chart.rows, picture=chart, alt=chart.alt, measured=narrow is not None)


def dress(figure: go.Figure, height: int, *, legend: bool) -> None:
    """The look every chart shares: size, separators of the language, letters a projector can show."""
    figure.update_layout(
        height=height,
        separators=say.separators(),
        font={"size": TEXT_SIZE},
        showlegend=legend,
        hovermode="closest",
        dragmode=False,
        margin={"l": 8, "r": 28, "t": 34 if legend else 8, "b": 8},
        hoverlabel={"font": {"size": TEXT_SIZE}},
        # as wide as the chart and as high as it needs: on a phone every entry has a line
        legend={
            "orientation": "h", "xref": "container", "yref": "container", "xanchor": "left", "yanchor": "top", "x": 0, "y": 1,
            "maxheight": 0.95, "font": {"size": TEXT_SIZE - 1},
        },
        bargap=0.25,
    )


def mark_withheld(figure: go.Figure, x: Sequence[Any], y: Sequence[Any], *, hover: Sequence[str], words: bool = False) -> None:
    """Says where a figure is kept back to protect people: a cross the key explains, or (`words`) the word; never a point or bar of its own."""
    figure.add_scatter(
        x=list(x),
        y=list(y),
        name=protected(),
        mode="text" if words else "markers",
        text=[protected()] * len(x) if words else None,
        textposition="middle right",
        marker={"symbol": "x-thin-open", "size": 10, "color": UNKNOWN, "line": {"width": 2, "color": UNKNOWN}},
        cliponaxis=False,
        customdata=list(hover),
        hovertemplate="%{customdata}<extra></extra>",
    )


def value_axis(axis: Any, top: float, title: str) -> None:
    """An axis of quantities from 0 with round steps, said in the language."""
    step = _nice_step(top)
    ticks = [step * i for i in range(math.ceil(top / step) + 1)] if top > 0 else [0, 1]
    axis.update(
        range=[0, max(top * 1.05, ticks[-2] if len(ticks) > 1 else 1)],
        tickvals=ticks,
        ticktext=[say.short(v) for v in ticks],
        fixedrange=True,
        title={"text": title, "font": {"size": TEXT_SIZE - 1}},
        tickfont=SMALL,
        automargin=True,
    )


def height_of(rows: int) -> int:
    """Pixels for so many bars."""
    return 60 + 34 * max(rows, 1)


def folded(text: str, width: int = 32) -> str:
    """A label on several lines of at most so many letters."""
    # plotly cuts no label: a long one would take the width of the bars; a number keeps its parts together
    whole = re.sub(r"(\d) (\d{3})", f"\\1{say.NARROW}\\2", text)
    return "<br>".join(textwrap.wrap(whole, width, break_on_hyphens=False, break_long_words=False))


def _nice_step(top: float) -> float:
    if not top > 0:
        return 1.0
    rough = top / 4
    size = 10.0 ** math.floor(math.log10(rough))
    return next(size * m for m in (1, 2, 2.5, 5, 10) if size * m >= rough * 0.999)


def _rows_of(figure: go.Figure) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """Every point of a figure of lines, points or bars: series, then what stands on the two axes."""
    rows = [
        (trace.name or "", x, y)
        for trace in figure.data
        if trace.type in ("scatter", "bar") and trace.x is not None and trace.y is not None
        for x, y in zip(trace.x, trace.y, strict=False)
    ]
    names = [axis.title.text or t(f"exports.column.{plain}") for axis, plain in ((figure.layout.xaxis, "x"), (figure.layout.yaxis, "y"))]
    frame = pd.DataFrame(rows, columns=["series", "x", "y"])
    return frame, (
        Column("series", t("exports.column.series"), hxl="#meta+series"),
        Column("x", names[0], hxl="#indicator+x"),
        Column("y", names[1], hxl="#indicator+y"),
    )
