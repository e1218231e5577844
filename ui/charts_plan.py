"""Charts of the plan: the interventions in time, the money by quarter, and what each further budget reaches."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from analytics.timeline import Bar
from ui import format as say
from ui.chart_parts import BLUE, ORANGE, Chart, dress, value_axis
from ui.columns import Column
from ui.language import t

if TYPE_CHECKING:
    from analytics.curve import Point  # brings the solver

ELEMENT_COLOURS = {
    "engagement": "#56B4E9",
    "coordination": "#009E73",
    "cooperation": "#CC79A7",
    "policy": "#E69F00",
    "capacity": "#0072B2",
    "ownership": "#8C8C8C",
}
"""Okabe-Ito colours of the elements of the structural level."""
ROW = 32
LINE = 15
LABEL = 30
"""Letters a line of a name on the timeline: half of a telephone stays for the bars. A row is as high as the longest name has lines."""


def gantt(bars: Sequence[Bar], names: Sequence[str], horizon: int) -> Chart:
    """One row an intervention: being set up (plain), in use (pale), a line from each prerequisite, the horizon as a line."""
    labels = ["<br>".join(textwrap.wrap(name, LABEL, break_on_hyphens=False)) for name in names][::-1]
    row = max(ROW, *(LINE * (label.count("<br>") + 1) + 4 for label in labels), 0)
    rows = list(bars)[::-1]
    places = list(range(len(rows)))
    named = {bar.intervention: name for bar, name in zip(bars, names, strict=True)}
    waits = [say.several([named[code] for code in bar.waits_for]) if bar.waits_for else "" for bar in rows]
    hover = [
        t("plan.gantt.hover", name=name, units=say.number(bar.units), start=say.number(bar.start), ready=say.number(bar.ready), end=say.number(bar.end))
        + (f"<br>{t('plan.gantt.waits', names=waited)}" if waited else "")
        for bar, name, waited in zip(rows, list(names)[::-1], waits, strict=True)
    ]
    figure = go.Figure()
    across, along = _links(rows)
    figure.add_scatter(x=across, y=along, mode="lines", line={"color": "#8C8C8C", "width": 1}, hoverinfo="skip", showlegend=False)
    figure.add_bar(
        y=places,
        x=[bar.ready - bar.start for bar in rows],
        base=[bar.start for bar in rows],
        orientation="h",
        name=t("plan.gantt.setup"),
        showlegend=False,
        marker={"color": [ELEMENT_COLOURS[bar.element] for bar in rows]},
        customdata=hover,
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure.add_bar(
        y=places,
        x=[max(0.0, bar.end - bar.ready) for bar in rows],
        base=[bar.ready for bar in rows],
        orientation="h",
        name=t("plan.gantt.use"),
        showlegend=False,
        marker={"color": [ELEMENT_COLOURS[bar.element] for bar in rows], "opacity": 0.35},
        customdata=hover,
        hovertemplate="%{customdata}<extra></extra>",
    )
    for element, colour in ELEMENT_COLOURS.items():
        if any(bar.element == element for bar in bars):
            figure.add_bar(y=[0], x=[None], orientation="h", name=t(f"plan.element.{element}"), marker={"color": colour}, hoverinfo="skip")
    figure.update_layout(barmode="overlay")
    dress(figure, 130 + row * max(len(rows), 2), legend=True)
    figure.update_xaxes(title={"text": t("plan.gantt.axis")}, range=[0, max([horizon, *(bar.ready for bar in rows)]) + 1], fixedrange=True, dtick=6)
    figure.update_yaxes(automargin=True, fixedrange=True, tickvals=places, ticktext=labels, range=[-0.7, len(rows) - 0.3], showgrid=False)
    figure.add_vline(x=horizon, line={"color": ORANGE, "dash": "dash"})
    late = sum(bar.late for bar in bars)
    last = max((bar.ready for bar in bars), default=0.0)
    parts = {part: [getattr(bar, part) for bar in bars] for part in ("units", "start", "ready", "end")}
    table = pd.DataFrame({"name": list(names), **parts, "waits": waits[::-1]})
    columns = (
        Column("name", t("plan.column.intervention"), hxl="#activity+name"),
        Column("units", t("exports.column.units"), say.number, hxl="#indicator+units"),
        *(Column(part, t(f"exports.column.{part}"), hxl=f"#date+month+{part}") for part in ("start", "ready", "end")),
        Column("waits", t("plan.gantt.waits_for"), hxl="#meta+prerequisites"),
    )
    alt = t("plan.gantt.alt", count=len({bar.intervention for bar in bars}), ready=say.number(last), late=say.number(late))
    return Chart(figure, alt, t("exports.title.gantt"), (table, columns))


def _links(rows: Sequence[Bar]) -> tuple[list[float | None], list[float | None]]:
    """One line through months and rows: down from the moment a prerequisite is ready to the row that waits for it, a gap between two."""
    across, along = list[float | None](), list[float | None]()
    for number, bar in enumerate(rows):
        for code in bar.waits_for:
            ready = [(before.ready, above) for above, before in enumerate(rows) if before.intervention == code and before.ready <= bar.start]
            if not ready:  # what it needs here stood before the plan, or, by hand, does not stand
                continue
            above, before = max(ready)[1], rows[max(ready)[1]]
            across += [before.ready, before.ready, bar.start, None]
            along += [above, number, number, None]
    return across, along


def spending(quarters: Sequence[dict[str, float]]) -> Chart:
    """Stacked bars of EUR by quarter and element."""
    labels = [t("plan.quarter", number=number) for number in range(1, len(quarters) + 1)]
    figure = go.Figure()
    for element, colour in ELEMENT_COLOURS.items():
        sums = [quarter.get(element, 0.0) for quarter in quarters]
        if any(sums):
            figure.add_bar(
                x=labels,
                y=sums,
                name=t(f"plan.element.{element}"),
                marker={"color": colour},
                customdata=[say.money(value) for value in sums],
                hovertemplate="%{x} : %{customdata}<extra>" + t(f"plan.element.{element}") + "</extra>",
            )
    totals = [sum(quarter.values()) for quarter in quarters]
    figure.update_layout(barmode="stack")
    dress(figure, 340, legend=True)
    value_axis(figure.layout.yaxis, max(totals, default=0.0), t("plan.spending.axis"))
    figure.update_xaxes(title={"text": t("plan.spending.x")}, fixedrange=True)
    peak = max(range(len(totals)), key=totals.__getitem__, default=0)
    table = pd.DataFrame([{"quarter": label, **quarter} for label, quarter in zip(labels, quarters, strict=True)])
    columns = (
        Column("quarter", t("exports.column.quarter"), hxl="#date+quarter"),
        *(Column(name, t(f"plan.element.{name}"), say.money, hxl="#value+eur") for name in ELEMENT_COLOURS if name in table),
    )
    alt = t("plan.spending.alt", peak=labels[peak] if labels else "", money=say.money(totals[peak] if totals else 0.0))
    return Chart(figure, alt, t("plan.spending"), (table, columns))


def curve(points: Sequence[Point], cost: float, coverage: float | None) -> Chart:
    """Coverage against budget, the chosen plan as a point on it."""
    figure = go.Figure()
    figure.add_scatter(
        x=[point.budget for point in points],
        y=[point.coverage for point in points],
        mode="lines+markers",
        name=t("plan.curve.line"),
        line={"color": BLUE},
        cliponaxis=False,
        customdata=[[say.money(p.budget), say.percent(p.coverage, 1), say.number(p.conditions)] for p in points],
        hovertemplate=t("plan.curve.hover", budget="%{customdata[0]}", coverage="%{customdata[1]}", conditions="%{customdata[2]}") + "<extra></extra>",
    )
    if coverage is not None:
        figure.add_scatter(
            x=[cost],
            y=[coverage],
            mode="markers",
            name=t("plan.curve.chosen"),
            cliponaxis=False,
            marker={"color": ORANGE, "size": 15, "symbol": "diamond"},
            customdata=[[say.money(cost), say.percent(coverage, 1)]],
            hovertemplate="%{customdata[0]} : %{customdata[1]}<extra></extra>",
        )
    dress(figure, 380, legend=True)
    value_axis(figure.layout.xaxis, max((point.budget for point in points), default=1.0), t("plan.curve.x"))
    top = max((point.coverage for point in points), default=1.0)
    shares = [tenth / 10 for tenth in range(0, 11, 1 if top < 0.5 else 2)]
    figure.update_yaxes(
        title={"text": t("plan.curve.y")},
        range=[0, min(1.0, top * 1.15)],
        tickvals=shares,
        ticktext=[say.percent(share) for share in shares],
        fixedrange=True,
        rangemode="tozero",
    )
    table = pd.DataFrame([{"budget": p.budget, "coverage": p.coverage, "conditions": p.conditions} for p in points])
    columns = (
        Column("budget", t("plan.curve.x"), say.money, hxl="#value+eur"),
        Column("coverage", t("plan.curve.y"), say.percent, hxl="#reached+pct"),
        Column("conditions", t("exports.column.conditions"), say.number, hxl="#indicator+conditions"),
    )
    alt = t("plan.curve.alt", first=say.percent(points[0].coverage), last=say.percent(points[-1].coverage), budget=say.money(points[-1].budget))
    return Chart(figure, alt, t("exports.title.curve"), (table, columns))
