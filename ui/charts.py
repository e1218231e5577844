"""Charts over time and by name: from a frame to a figure, its text alternative and its rows, all from the same drawn data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from ui import format as say
from ui.chart_parts import (
    BLUE,
    GREEN,
    LABELS,
    ORANGE,
    PALETTE,
    PURPLE,
    SKY,
    SMALL,
    UNKNOWN,
    VALUE_HXL,
    VERMILION,
    Chart,
    Format,
    dress,
    height_of,
    mark_withheld,
    show_chart,
    value_axis,
)
from ui.charts_shares import ROOM, composition, paired_bars
from ui.columns import Column, protected, protected_cells
from ui.language import t

__all__ = [
    "BLUE", "GREEN", "ORANGE", "PALETTE", "PURPLE", "SKY", "UNKNOWN", "VERMILION", "Chart", "Line", "bars", "composition", "dress", "paired_bars",
    "show_chart", "trend", "value_axis",
]


@dataclass(frozen=True)
class Line:
    """One line of a trend: its column, its name; `low` and `high` are the columns of an interval, `dashed` an expectation."""

    column: str
    name: str
    colour: str = BLUE
    low: str | None = None
    high: str | None = None
    dashed: bool = False
    symbol: str = "circle"
    hxl: str = VALUE_HXL


def trend(
    frame: pd.DataFrame, lines: Sequence[Line], *, x: str, y_title: str, title: str = "", format: Format = say.persons, height: int = 320
) -> Chart:
    """Lines over time, one row of the frame a point; missing points leave a gap, an interval is a band."""
    figure = go.Figure()
    for line in lines:
        if line.low and line.high:
            band = frame.dropna(subset=[line.low, line.high])
            figure.add_scatter(
                x=[*band[x], *reversed(band[x].tolist())],
                y=[*band[line.high], *reversed(band[line.low].tolist())],
                mode="lines",
                fill="toself",
                fillcolor=line.colour,
                opacity=0.22,
                line={"width": 0},
                hoverinfo="skip",
                name=t("charts.interval", name=line.name),
                showlegend=True,
            )
        texts = [
            t("charts.point_interval", value=format(v), low=format(lo), high=format(hi))
            if not (say.missing(lo) or say.missing(hi))
            else format(v)
            for v, lo, hi in zip(frame[line.column], _or_nan(frame, line.low), _or_nan(frame, line.high), strict=True)
        ]
        figure.add_scatter(
            x=frame[x],
            y=frame[line.column],
            name=line.name,
            mode="lines+markers",
            connectgaps=False,
            line={"color": line.colour, "width": 3, "dash": "dash" if line.dashed else "solid"},
            marker={"size": 8, "symbol": line.symbol},
            customdata=texts,
            hovertemplate="%{x} : %{customdata}<extra>" + line.name + "</extra>",
        )
    withheld = [(line, frame.loc[marks, x].tolist()) for line in lines if (marks := protected_cells(frame, line.column)) is not None and marks.any()]
    if withheld:
        said = {year: say.several([line.name for line, years in withheld if year in years]) for year in sorted({y for _, years in withheld for y in years})}
        mark_withheld(figure, list(said), [0] * len(said), hover=[f"{year} : {protected()} ({names})" for year, names in said.items()])
    top = max((float(frame[c].max()) for ln in lines for c in (ln.column, ln.high) if c and frame[c].notna().any()), default=1.0)
    dress(figure, height, legend=len(lines) > 1 or bool(withheld) or any(line.low for line in lines))
    value_axis(figure.layout.yaxis, top, y_title)
    span = frame[x].max() - frame[x].min() + 1 if len(frame) else 1
    # at most nine years by name, fewer where the screen is narrow; never half a year
    figure.update_xaxes(tickformat="d", title=None, tickfont=SMALL, **({"nticks": 9} if span > 9 else {"dtick": 1}))
    columns = [Column(x, t("exports.column.year"), hxl="#date+year")]
    for line in lines:
        columns.append(Column(line.column, line.name, format, hxl=line.hxl))
        if line.low and line.high:
            columns.append(Column(line.low, t("exports.column.low", name=line.name), format, hxl=f"{line.hxl}+low"))
            columns.append(Column(line.high, t("exports.column.high", name=line.name), format, hxl=f"{line.hxl}+high"))
    sentences = [_trend_sentence(frame, line, x, format) for line in lines]
    sentences += [t("charts.trend_protected", name=line.name, years=", ".join(map(str, years))) for line, years in withheld]
    return Chart(figure, " ".join(sentences), title or y_title, (frame, tuple(columns)))


def bars(
    frame: pd.DataFrame,
    *,
    label: str,
    value: str,
    title: str,
    label_title: str = "",
    format: Format = say.persons,
    colour: str = BLUE,
    height: int | None = None,
    hxl: str = VALUE_HXL,
) -> Chart:
    """Horizontal bars in the order of the frame, the first on top, each with its figure; one that is kept back has a word and no bar."""
    drawn = frame.iloc[::-1]
    figure = go.Figure(
        go.Bar(
            x=drawn[value],
            y=drawn[label],
            orientation="h",
            marker={"color": colour},
            text=_said(drawn, value, format),
            textposition="outside",
            cliponaxis=False,
            customdata=_said(drawn, value, say.exact),
            hovertemplate="%{y} : %{customdata}<extra></extra>",
        )
    )
    kept_back = protected_cells(drawn, value)
    if kept_back is not None and kept_back.any():
        # a bar without a length has no place for its word
        names = drawn.loc[kept_back, label].tolist()
        mark_withheld(figure, [0] * len(names), names, hover=[f"{name} : {protected()}" for name in names], words=True)
    dress(figure, height or height_of(len(frame)), legend=False)
    top = float(frame[value].max()) if len(frame) and frame[value].notna().any() else 1.0
    value_axis(figure.layout.xaxis, top * ROOM, title)
    figure.update_yaxes(automargin=True, ticklabelstandoff=6, tickfont=LABELS, categoryorder="array", categoryarray=drawn[label].tolist())
    named = [f"{name} {said}" for name, said in zip(frame[label].head(5), _said(frame.head(5), value, format), strict=True)]
    columns = (Column(label, label_title or t("exports.column.name"), hxl="#meta+name"), Column(value, title, format, hxl=hxl))
    return Chart(figure, t("charts.bars_alt", title=title, items=say.listed(named)), title, (frame, columns))


def _said(frame: pd.DataFrame, value: str, format: Format) -> list[str]:
    kept_back = protected_cells(frame, value)
    marks = [False] * len(frame) if kept_back is None else kept_back.tolist()
    return [protected() if mark else format(v) for v, mark in zip(frame[value], marks, strict=True)]


def _or_nan(frame: pd.DataFrame, name: str | None) -> Sequence[float]:
    return frame[name].tolist() if name else [math.nan] * len(frame)


def _trend_sentence(frame: pd.DataFrame, line: Line, x: str, format: Format) -> str:
    known = frame.dropna(subset=[line.column])
    if known.empty:
        return t("charts.trend_none", name=line.name)
    first, last, peak = known.iloc[0], known.iloc[-1], known.loc[known[line.column].idxmax()]
    return t(
        "charts.trend_alt",
        name=line.name,
        first=format(first[line.column]),
        start=first[x],
        last=format(last[line.column]),
        end=last[x],
        peak=format(peak[line.column]),
        when=peak[x],
    )
