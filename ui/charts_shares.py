"""Charts of shares: two bars beside each other, and a whole made of its parts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from ui import format as say
from ui.chart_parts import LABELS, SMALL, UNKNOWN, VALUE_HXL, Chart, Format, dress, folded, height_of, value_axis
from ui.colours import ink_on
from ui.columns import Column, protected
from ui.language import t

ROOM = 1.28
"""How far an axis goes beyond its longest bar, for the figure beside it."""


def paired_bars(
    frame: pd.DataFrame,
    *,
    label: str,
    values: Sequence[tuple[str, str, str]],
    title: str,
    format: Format = say.percent,
    height: int | None = None,
    shares: bool = True,
) -> Chart:
    """Horizontal bars side by side for shares of 0 to 1, or (`shares` False) quantities; `values` are (column, name, colour)."""
    drawn = frame.iloc[::-1]
    figure = go.Figure()
    for column, name, colour in reversed(values):
        texts = [format(v) for v in drawn[column]]
        figure.add_bar(
            x=drawn[column],
            y=[folded(str(text)) for text in drawn[label]],
            orientation="h",
            name=name,
            marker={"color": colour},
            text=texts,
            textposition="outside",
            textfont=SMALL,
            cliponaxis=False,
            customdata=texts,
            hovertemplate="%{y} : %{customdata}<extra>" + name + "</extra>",
        )
    dress(figure, height or 90 + 58 * max(len(frame), 2), legend=True)
    figure.update_layout(barmode="group", legend={"traceorder": "reversed"})
    if shares:
        figure.update_xaxes(
            range=[0, ROOM], tickvals=[0, 0.5, 1], ticktext=[say.percent(v) for v in (0, 0.5, 1)], fixedrange=True, title=None, tickfont=SMALL
        )
    else:
        value_axis(figure.layout.xaxis, ROOM * max((float(frame[c].max()) for c, _, _ in values if frame[c].notna().any()), default=1.0), "")
    figure.update_yaxes(automargin=True, fixedrange=True, ticklabelstandoff=6, tickfont=SMALL)
    first, name, _ = values[0]
    items = say.listed([f"{row[label]} {format(row[first])}" for _, row in frame.head(5).iterrows()])
    columns = (
        Column(label, t("exports.column.name"), hxl="#meta+name"),
        *(Column(column, name, format, hxl=VALUE_HXL) for column, name, _ in values),
    )
    return Chart(figure, t("charts.bars_alt", title=title, items=items), title, (frame, columns))


def composition(
    frame: pd.DataFrame,
    *,
    group: str,
    part: str,
    value: str,
    parts: Sequence[tuple[str, str, str]],
    title: str,
    totals: Mapping[str, float] | None = None,
    height: int | None = None,
) -> Chart:
    """Shares of each group as one stacked bar. `parts` are (key, name, colour); give the unknown part the colour UNKNOWN.

    The share of the unknown is drawn like any other, never spread over the known ones. Parts without a figure are those a release
    withholds: what they leave of the group's total (`totals`, by group) is drawn as one part "protected", and nothing where the total
    is withheld too.
    """
    figure = go.Figure()
    listed: list[tuple[str, str, float, float]] = []
    groups = list(dict.fromkeys(frame[group]))[::-1]
    withheld = frame[value].isna().groupby(frame[group]).any()
    summed = frame.groupby(group)[value].sum(skipna=False)
    wholes = {name: float((totals or {}).get(name, math.nan)) if withheld[name] else float(summed[name]) for name in groups}
    sentences: dict[str, list[str]] = {name: [] for name in groups}
    figures = {(g, p): v for (g, p), v in frame.dropna(subset=[value]).groupby([group, part])[value].sum().items()}
    drawn_parts = [(name, colour, [float(figures.get((g, key), 0.0)) for g in groups]) for key, name, colour in parts]
    if withheld.any():
        known = frame.groupby(group)[value].sum()
        left = [max(0.0, wholes[g] - float(known[g])) if withheld[g] and not math.isnan(wholes[g]) else 0.0 for g in groups]
        drawn_parts.append((protected(), UNKNOWN, left))
        for g in groups:
            if withheld[g] and math.isnan(wholes[g]):
                sentences[g].append(protected())
                listed.append((g, protected(), math.nan, math.nan))
    for name, colour, rows in drawn_parts:
        shares = [row / wholes[g] if wholes[g] > 0 else 0.0 for g, row in zip(groups, rows, strict=True)]
        for g, row, share in zip(groups, rows, shares, strict=True):
            if share:
                sentences[g].append(f"{name} {say.percent(share)}")
                listed.append((g, name, row, share))
        if not any(shares):
            continue
        figure.add_bar(
            x=shares,
            y=[folded(str(g), 24) for g in groups],
            orientation="h",
            name=name,
            marker={
                "color": colour,
                "pattern": {"shape": "/", "fillmode": "overlay", "fgcolor": "#C4C4C4", "solidity": 0.3} if colour == UNKNOWN else None,
            },
            text=[say.percent(s) if s >= 0.06 else "" for s in shares],
            textposition="inside",
            insidetextanchor="middle",
            insidetextfont={"color": ink_on(colour)},
            textangle=0,
            customdata=[[say.percent(s), say.exact(v)] for s, v in zip(shares, rows, strict=True)],
            hovertemplate=f"{name} : " + "%{customdata[0]} (%{customdata[1]})<extra>%{y}</extra>",
        )
    dress(figure, height or height_of(len(groups)) + 30 + 18 * len(figure.data), legend=True)
    # a share too small for its figure has none: letters are not made smaller than a phone can show
    figure.update_layout(barmode="stack", legend={"traceorder": "normal"}, uniformtext={"minsize": 12, "mode": "hide"})
    figure.update_xaxes(
        range=[0, 1],
        tickvals=[0, 0.5, 1],
        ticktext=[say.percent(v) for v in (0, 0.5, 1)],
        title=None,
        fixedrange=True,
        tickfont=SMALL,
    )
    figure.update_yaxes(automargin=True, fixedrange=True, ticklabelstandoff=6, tickfont=LABELS)
    drawn = pd.DataFrame(listed, columns=["group", "part", "value", "share"])
    drawn["protected"] = drawn["value"].isna()
    drawn = drawn.sort_values("group", key=lambda names: -names.map(groups.index), kind="stable", ignore_index=True)
    columns = (
        Column("group", t("exports.column.group"), hxl="#meta+group"),
        Column("part", t("exports.column.part"), hxl="#meta+part"),
        Column("value", t("exports.column.value"), say.number, hxl=VALUE_HXL),
        Column("share", t("exports.column.share"), say.percent, hxl="#indicator+value+pct"),
    )
    return Chart(figure, title + ". " + " ".join(f"{g} : {', '.join(sentences[g])}." for g in reversed(groups)), title, (drawn, columns))
