"""Charts: from a frame to a plotly figure and its text alternative, both computed from the same drawn data.

Text and grid colours are left to Streamlit's theme, so one figure serves light and dark. Figures arrive formatted in the
language spoken; nothing is fetched from the internet.
"""

from __future__ import annotations

import hashlib
import math
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from ui import format as say
from ui import session
from ui.language import t

BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7"
PALETTE: Final = (BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE)
UNKNOWN: Final = "#9A9A9A"
TEXT_SIZE: Final = 15
"""Readable from the back of a room at 1280 wide."""
LABELS: Final = {"size": TEXT_SIZE}
SMALL: Final = {"size": TEXT_SIZE - 1}

Format = Callable[[Any], str]


@dataclass(frozen=True)
class Chart:
    """A figure with the sentence a screen reader says instead of it."""

    figure: go.Figure
    alt: str

    @cached_property
    def fingerprint(self) -> str:
        """Stands for what is drawn: two charts with the same one look the same."""
        return hashlib.sha256(f"{self.alt}{self.figure.to_json(validate=False)}".encode()).hexdigest()


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


def show_chart(chart: Chart, *, key: str) -> None:
    """Draws a chart with its text alternative; the toolbar only keeps saving the picture."""
    config = {"displaylogo": False, "modeBarButtons": [["toImage"]], "toImageButtonOptions": {"format": "svg", "filename": key}}
    session.draw(f"chart {key}", lambda: st.plotly_chart(chart.figure, key=key, alt=chart.alt, config=config), chart.fingerprint)


def trend(frame: pd.DataFrame, lines: Sequence[Line], *, x: str, y_title: str, format: Format = say.persons, height: int = 320) -> Chart:
    """Lines over time, one row of the frame a point; missing points leave a gap, an interval is a band."""
    figure = go.Figure()
    for line in lines:
        if line.low and line.high:
            band = frame.dropna(subset=[line.low, line.high])
            figure.add_scatter(
                x=[*band[x], *reversed(band[x].tolist())],
                y=[*band[line.high], *reversed(band[line.low].tolist())],
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
    top = max((float(frame[c].max()) for ln in lines for c in (ln.column, ln.high) if c and frame[c].notna().any()), default=1.0)
    dress(figure, height, legend=len(lines) > 1 or any(line.low for line in lines))
    value_axis(figure.layout.yaxis, top, y_title)
    figure.update_xaxes(tickformat="d", dtick=_year_step(frame[x]), title=None, tickfont=SMALL)
    return Chart(figure, " ".join(_trend_sentence(frame, line, x, format) for line in lines))


def bars(
    frame: pd.DataFrame, *, label: str, value: str, title: str, format: Format = say.persons, colour: str = BLUE, height: int | None = None
) -> Chart:
    """Horizontal bars in the order of the frame, the first on top, each with its figure."""
    drawn = frame.iloc[::-1]
    figure = go.Figure(
        go.Bar(
            x=drawn[value],
            y=drawn[label],
            orientation="h",
            marker={"color": colour},
            text=[format(v) for v in drawn[value]],
            textposition="outside",
            cliponaxis=False,
            customdata=[say.exact(v) for v in drawn[value]],
            hovertemplate="%{y} : %{customdata}<extra></extra>",
        )
    )
    dress(figure, height or _height_of(len(frame)), legend=False)
    top = float(frame[value].max()) if len(frame) and frame[value].notna().any() else 1.0
    value_axis(figure.layout.xaxis, top * 1.18, title)
    figure.update_yaxes(automargin=True, ticklabelstandoff=6, tickfont=LABELS)
    named = [f"{row[label]} {format(row[value])}" for _, row in frame.head(5).iterrows()]
    return Chart(figure, t("charts.bars_alt", title=title, items="; ".join(named)))


def paired_bars(
    frame: pd.DataFrame,
    *,
    label: str,
    values: Sequence[tuple[str, str, str]],
    title: str,
    format: Format = say.percent,
    height: int | None = None,
) -> Chart:
    """Horizontal bars side by side for shares of 0 to 1; `values` are (column, name, colour)."""
    drawn = frame.iloc[::-1]
    figure = go.Figure()
    for column, name, colour in reversed(values):
        texts = [format(v) for v in drawn[column]]
        figure.add_bar(
            x=drawn[column],
            y=[_folded(str(text)) for text in drawn[label]],
            orientation="h",
            name=name,
            marker={"color": colour},
            customdata=texts,
            hovertemplate="%{y} : %{customdata}<extra>" + name + "</extra>",
        )
    dress(figure, height or 90 + 58 * max(len(frame), 2), legend=True)
    figure.update_layout(barmode="group", legend={"traceorder": "reversed"})
    figure.update_xaxes(
        range=[0, 1], tickvals=[0, 0.5, 1], ticktext=[say.percent(v) for v in (0, 0.5, 1)], fixedrange=True, title=None, tickfont=SMALL
    )
    figure.update_yaxes(automargin=True, fixedrange=True, ticklabelstandoff=6, tickfont=SMALL)
    first, name, _ = values[0]
    items = "; ".join(f"{row[label]} {format(row[first])}" for _, row in frame.head(5).iterrows())
    return Chart(figure, t("charts.bars_alt", title=title, items=items))


def composition(
    frame: pd.DataFrame, *, group: str, part: str, value: str, parts: Sequence[tuple[str, str, str]], title: str, height: int | None = None
) -> Chart:
    """Shares of each group as one stacked bar. `parts` are (key, name, colour); give the unknown part the colour UNKNOWN.

    The share of the unknown is drawn like any other, never spread over the known ones.
    """
    figure = go.Figure()
    groups = list(dict.fromkeys(frame[group]))[::-1]
    totals = frame.groupby(group)[value].sum()
    sentences: dict[str, list[str]] = {name: [] for name in groups}
    for key, name, colour in parts:
        rows = frame[frame[part] == key].groupby(group)[value].sum().reindex(groups).fillna(0.0)
        shares = [float(rows[g]) / float(totals[g]) if totals[g] else 0.0 for g in groups]
        for g, share in zip(groups, shares, strict=True):
            if share:
                sentences[g].append(f"{name} {say.percent(share)}")
        if not any(shares):
            continue
        figure.add_bar(
            x=shares,
            y=[_folded(str(name), 24) for name in groups],
            orientation="h",
            name=name,
            marker={
                "color": colour,
                "pattern": {"shape": "/", "fillmode": "overlay", "fgcolor": "#C4C4C4", "solidity": 0.3} if colour == UNKNOWN else None,
            },
            text=[say.percent(s) if s >= 0.06 else "" for s in shares],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            customdata=[[say.percent(s), say.exact(v)] for s, v in zip(shares, rows, strict=True)],
            hovertemplate=f"{name} : " + "%{customdata[0]} (%{customdata[1]})<extra>%{y}</extra>",
        )
    dress(figure, height or _height_of(len(groups)) + 30 + 18 * len(figure.data), legend=True)
    figure.update_layout(barmode="stack", legend={"traceorder": "normal"})
    figure.update_xaxes(
        range=[0, 1],
        tickvals=[0, 0.5, 1],
        ticktext=[say.percent(v) for v in (0, 0.5, 1)],
        title=None,
        fixedrange=True,
        tickfont=SMALL,
    )
    figure.update_yaxes(automargin=True, fixedrange=True, ticklabelstandoff=6, tickfont=LABELS)
    return Chart(figure, title + ". " + " ".join(f"{g} : {', '.join(sentences[g])}." for g in reversed(groups)))


def heat(frame: pd.DataFrame, *, title: str, format: Format = say.persons, empty: str, height: int | None = None) -> Chart:
    """A matrix with a figure in each cell: the frame's index down, its columns across; a missing cell reads `empty`."""
    values = [[None if say.missing(v) else math.log1p(max(float(v), 0.0)) for v in row] for row in frame.to_numpy()]
    texts = [[empty if say.missing(v) else format(v) for v in row] for row in frame.to_numpy()]
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x=list(frame.columns),
            y=list(frame.index),
            text=texts,
            texttemplate="%{text}",
            hovertemplate="%{y} · %{x} : %{text}<extra></extra>",
            colorscale=[[0, "#DCE9F2"], [0.5, "#6FA8CF"], [1, "#00507D"]],
            showscale=False,
            xgap=2,
            ygap=2,
        )
    )
    dress(figure, height or 34 * len(frame) + 110, legend=False)
    figure.update_xaxes(side="top", fixedrange=True, automargin=True, showgrid=False, tickfont=SMALL)
    figure.update_yaxes(autorange="reversed", fixedrange=True, automargin=True, showgrid=False, tickfont=LABELS)
    flat = frame.stack()
    filled = flat[flat > 0]
    alt = t("charts.heat_alt", title=title, filled=say.number(len(filled)), cells=say.number(frame.size))
    if len(filled):
        row, across = filled.idxmax()
        alt += " " + t("charts.heat_top", row=row, column=across, value=format(filled.max()))
    return Chart(figure, alt)


def sankey(flows: pd.DataFrame, *, stages: Sequence[str], value: str, title: str, format: Format = say.number, height: int = 620) -> Chart:
    """Flows through stages (columns of the frame, left to right), the value summed over rows of the same pair."""
    nodes: dict[tuple[int, str], int] = {}
    for number, stage in enumerate(stages):
        for name in flows[stage].drop_duplicates():
            nodes[(number, str(name))] = len(nodes)
    source, target, weight = [], [], []
    for number, (left, right) in enumerate(zip(stages, stages[1:], strict=False)):
        pairs = flows.groupby([left, right], sort=False)[value].sum()
        for (a, b), size in pairs.items():
            source.append(nodes[(number, str(a))])
            target.append(nodes[(number + 1, str(b))])
            weight.append(float(size))
    figure = go.Figure(
        go.Sankey(
            arrangement="snap",
            node={
                "label": [textwrap.shorten(name, 34, placeholder="…") for _, name in nodes],
                "customdata": [name for _, name in nodes],
                "pad": 22,
                "thickness": 14,
                "line": {"width": 0},
                "color": [PALETTE[number % len(PALETTE)] for number, _ in nodes],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
            link={
                "source": source,
                "target": target,
                "value": weight,
                "customdata": [format(w) for w in weight],
                "color": "rgba(140,140,140,0.35)",
                "hovertemplate": "%{source.customdata} → %{target.customdata} : %{customdata}<extra></extra>",
            },
        )
    )
    dress(figure, height, legend=False)
    ends = flows.groupby(stages[0], sort=False)[value].sum().sort_values(ascending=False)
    items = "; ".join(f"{name} {format(size)}" for name, size in ends.head(5).items())
    return Chart(figure, t("charts.bars_alt", title=title, items=items))


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
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "font": {"size": TEXT_SIZE - 1}},
        bargap=0.25,
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


def _nice_step(top: float) -> float:
    if not top > 0:
        return 1.0
    rough = top / 4
    size = 10.0 ** math.floor(math.log10(rough))
    return next(size * m for m in (1, 2, 2.5, 5, 10) if size * m >= rough * 0.999)


def _year_step(years: pd.Series) -> int:
    return max(1, math.ceil((years.max() - years.min() + 1) / 9)) if len(years) else 1


def _height_of(rows: int) -> int:
    return 60 + 34 * max(rows, 1)


def _folded(text: str, width: int = 32) -> str:
    # plotly cuts no label: a long one would take the width of the bars; a number keeps its parts together
    whole = re.sub(r"(\d) (\d{3})", f"\\1{say.NARROW}\\2", text)
    return "<br>".join(textwrap.wrap(whole, width, break_on_hyphens=False))


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
