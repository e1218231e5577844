"""Matrices and flows: who is where, and from whom to whom."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from ui import format as say
from ui.chart_parts import LABELS, PALETTE, SMALL, TEXT_SIZE, VALUE_HXL, Chart, Format, dress, folded
from ui.colours import ink_on, mixed
from ui.columns import Column
from ui.language import t

HEAT = ("#DCE9F2", "#6FA8CF", "#00507D")
LONGEST_HEADING = 10
LONGEST_NODE = 30
LONGEST_FOLDED = 24
FOLD_HEAD = 34
"""Pixels above each part of a folded flow for the names of its stages."""


def heat(
    frame: pd.DataFrame, *, title: str, format: Format = say.persons, empty: str, height: int | None = None, rows_title: str = ""
) -> Chart:
    """A matrix with a figure in each cell: the frame's index down, its columns across; a missing cell reads `empty`."""
    across, down = [folded(str(name), LONGEST_HEADING) for name in frame.columns], [str(name) for name in frame.index]
    values = [[None if say.missing(v) else math.log1p(max(float(v), 0.0)) for v in row] for row in frame.to_numpy()]
    texts = [[empty if say.missing(v) else format(v) for v in row] for row in frame.to_numpy()]
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x=across,
            y=down,
            text=texts,
            hovertemplate="%{y} · %{x} : %{text}<extra></extra>",
            colorscale=[[share, colour] for share, colour in zip((0.0, 0.5, 1.0), HEAT, strict=True)],
            showscale=False,
            xgap=2,
            ygap=2,
        )
    )
    known = [value for row in values for value in row if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    cells = [(x, y, text, value) for y, row, words in zip(down, values, texts, strict=True) for x, value, text in zip(across, row, words, strict=True)]
    for told in (True, False):
        # plotly's own words in a cell are a grey that middle blues leave hard to read; a cell without colour takes the theme's
        written = [(x, y, text, value) for x, y, text, value in cells if (value is not None) is told]
        colours = [ink_on(_heat_colour((value - low) / (high - low) if high > low else 0.0)) for _, _, _, value in written if value is not None]
        if written:
            figure.add_scatter(
                x=[x for x, *_ in written], y=[y for _, y, *_ in written], text=[text for _, _, text, _ in written], mode="text", hoverinfo="skip",
                showlegend=False, textfont={"size": TEXT_SIZE, **({"color": colours} if told else {})},
            )
    dress(figure, height or 34 * len(frame) + 110, legend=False)
    figure.update_xaxes(
        side="top", fixedrange=True, automargin=True, showgrid=False, ticks="", autotickangles=[0, 90], tickfont=SMALL, range=[-0.5, len(across) - 0.5]
    )
    figure.update_yaxes(fixedrange=True, automargin=True, showgrid=False, ticks="", tickfont=LABELS, range=[len(down) - 0.5, -0.5])
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


def _heat_colour(share: float) -> str:
    """The colour of a cell at this share (0 to 1) of the scale."""
    first, second, part = (HEAT[0], HEAT[1], 2 * share) if share < 0.5 else (HEAT[1], HEAT[2], 2 * share - 1)
    return mixed(first, second, part)


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
    folded: bool = False,
) -> Chart:
    """Flows through stages ((column of the frame, name), left to right), the value summed over rows of the same pair.

    `ink` is the colour of the words, where the theme's own is too pale over the ribbons. `folded` sets each pair of stages under the one
    before, so that a phone has room for the names.
    """
    columns, names = [column for column, _ in stages], [name for _, name in stages]
    pairs = list(zip(range(len(stages)), columns, columns[1:], strict=False))
    most = max((flows[column].nunique() for column in columns), default=1)
    each = [max(240, 110 + 38 * max(flows[left].nunique(), flows[right].nunique())) for _, left, right in pairs]
    size = height or (sum(each) if folded else max(320, 120 + 42 * most))
    figure, below = go.Figure(), 1.0
    words = {"color": ink} if ink else {}
    for part in ([pair] for pair in pairs) if folded else [pairs]:
        share = each[part[0][0]] / sum(each) if folded else 1.0
        top, below = below, below - share
        longest = LONGEST_FOLDED if folded else LONGEST_NODE
        figure.add_trace(_ribbons(flows, part, value, format, words, longest, (max(below, 0.0), top - (FOLD_HEAD / size if folded else 0.0))))
        for number, name in enumerate(names[part[0][0] : part[-1][0] + 2]):
            place = number / len(part)
            anchor = "left" if number == 0 else "right" if number == len(part) else "center"
            figure.add_annotation(
                x=place, y=top - (FOLD_HEAD / size if folded else 0.0), xref="paper", yref="paper", yanchor="bottom", xanchor=anchor,
                text=f"<b>{name}</b>", showarrow=False, font={"size": TEXT_SIZE, **words},
            )
    dress(figure, size, legend=False)
    # the words of the last stage stand left of it, those of the others right of theirs: room for both
    figure.update_layout(margin={"l": 8, "r": 8, "t": 30, "b": 8})
    ends = flows.groupby(columns[0], sort=False)[value].sum().sort_values(ascending=False)
    items = say.listed([f"{name} {format(size)}" for name, size in ends.head(5).items()])
    table = (
        *(Column(column, name, hxl=f"#meta+{column}") for column, name in stages),
        Column(value, value_title or title, format, hxl=VALUE_HXL),
    )
    return Chart(figure, t("charts.bars_alt", title=title, items=items), title, (flows, table))


def _ribbons(
    flows: pd.DataFrame, pairs: Sequence[tuple[int, str, str]], value: str, format: Format, words: dict[str, str], longest: int,
    between: tuple[float, float],
) -> go.Sankey:
    """The ribbons of neighbouring stages; a name keeps its colour whichever pair of stages it stands in."""
    columns = [pairs[0][1], *(right for _, _, right in pairs)]
    nodes: dict[tuple[str, str], int] = {}
    for column in columns:
        for name in flows[column].drop_duplicates():
            nodes[(column, str(name))] = len(nodes)
    source, target, weight = [], [], []
    for _, left, right in pairs:
        for (a, b), size in flows.groupby([left, right], sort=False)[value].sum().items():
            source.append(nodes[(left, str(a))])
            target.append(nodes[(right, str(b))])
            weight.append(float(size))
    stage = {column: pairs[0][0] + number for number, column in enumerate(columns)}
    return go.Sankey(
        arrangement="snap",
        domain={"y": between},
        textfont={"size": TEXT_SIZE - 1, **words},
        node={
            "label": [textwrap.shorten(name, longest, placeholder="…") for _, name in nodes],
            "customdata": [name for _, name in nodes],
            "pad": 14,
            "thickness": 14,
            "line": {"width": 0},
            "color": [PALETTE[stage[column] % len(PALETTE)] for column, _ in nodes],
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
