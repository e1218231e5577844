"""Matrices and flows: who is where, and from whom to whom."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from ui import format as say
from ui.chart_parts import LABELS, PALETTE, SMALL, TEXT_SIZE, VALUE_HXL, Chart, Format, dress
from ui.columns import Column
from ui.language import t

LONGEST_NODE = 30


def heat(
    frame: pd.DataFrame, *, title: str, format: Format = say.persons, empty: str, height: int | None = None, rows_title: str = ""
) -> Chart:
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
    table = frame.set_axis([str(name) for name in frame.columns], axis=1).rename_axis("row").reset_index()
    columns = (
        Column("row", rows_title or t("exports.column.name"), hxl="#meta+name"),
        *(Column(name, name, format, hxl=VALUE_HXL) for name in table.columns[1:]),
    )
    return Chart(figure, alt, title, (table, columns))


def sankey(
    flows: pd.DataFrame,
    *,
    stages: Sequence[tuple[str, str]],
    value: str,
    title: str,
    value_title: str = "",
    format: Format = say.number,
    ink: str | None = None,
    height: int | None = None,
) -> Chart:
    """Flows through stages ((column of the frame, name), left to right), the value summed over rows of the same pair.

    `ink` is the colour of the words, where the theme's own is too pale over the ribbons.
    """
    columns, names = [column for column, _ in stages], [name for _, name in stages]
    nodes: dict[tuple[int, str], int] = {}
    for number, stage in enumerate(columns):
        for name in flows[stage].drop_duplicates():
            nodes[(number, str(name))] = len(nodes)
    source, target, weight = [], [], []
    for number, (left, right) in enumerate(zip(columns, columns[1:], strict=False)):
        pairs = flows.groupby([left, right], sort=False)[value].sum()
        for (a, b), size in pairs.items():
            source.append(nodes[(number, str(a))])
            target.append(nodes[(number + 1, str(b))])
            weight.append(float(size))
    figure = go.Figure(
        go.Sankey(
            arrangement="snap",
            textfont={"size": TEXT_SIZE - 1, **({"color": ink} if ink else {})},
            node={
                "label": [textwrap.shorten(name, LONGEST_NODE, placeholder="…") for _, name in nodes],
                "customdata": [name for _, name in nodes],
                "pad": 14,
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
    most = max((len({name for stage, name in nodes if stage == number}) for number in range(len(columns))), default=1)
    dress(figure, height or max(320, 120 + 42 * most), legend=False)
    # the words of the last stage stand left of it, those of the others right of theirs: room for both
    figure.update_layout(margin={"l": 8, "r": 8, "t": 30, "b": 8})
    for number, name in enumerate(names):
        place = number / (len(names) - 1) if len(names) > 1 else 0
        anchor = "left" if number == 0 else "right" if number == len(names) - 1 else "center"
        figure.add_annotation(
            x=place, y=1, xref="paper", yref="paper", yanchor="bottom", xanchor=anchor, text=f"<b>{name}</b>", showarrow=False,
            font={"size": TEXT_SIZE, **({"color": ink} if ink else {})},
        )
    ends = flows.groupby(columns[0], sort=False)[value].sum().sort_values(ascending=False)
    items = "; ".join(f"{name} {format(size)}" for name, size in ends.head(5).items())
    table = (
        *(Column(column, name, hxl=f"#meta+{column}") for column, name in stages),
        Column(value, value_title or title, format, hxl=VALUE_HXL),
    )
    return Chart(figure, t("charts.bars_alt", title=title, items=items), title, (flows, table))
