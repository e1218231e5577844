"""The tabs of the page Plan that say when and for what money: the timeline, spending by quarter, and what each further budget reaches."""

from __future__ import annotations

from typing import Any

import streamlit as st

from analytics.curve import POINTS, budget_curve, last_point_price
from analytics.timeline import bars, spending_by_quarter
from ui import charts_plan, session
from ui import format as say
from ui.charts import show_chart
from ui.language import t
from ui.naming import intervention_name
from ui.plan_tabs import OnScreen
from ui.solving import solving
from ui.views.plan_about import of_plan


def timeline(seen: OnScreen) -> None:
    """When each intervention is set up and in use, and the money by quarter."""
    if not seen.plan.lines:
        st.info(t("plan.empty"))
        return
    st.markdown(t("plan.time.lead"))
    rows = session.remember("plan.bars", lambda: bars(seen.plan, seen.inputs), *seen.key)
    names = [intervention_name(seen.inputs, bar.intervention) for bar in rows]
    gantt = session.remember("plan.gantt", lambda: charts_plan.gantt(rows, names, seen.scenario.horizon_months), *seen.key)
    show_chart(gantt, key="plan.gantt", about=of_plan(seen.plan, "exports.title.gantt", "calendrier"))
    late = list(dict.fromkeys(name for name, bar in zip(names, rows, strict=True) if bar.late))
    if late:
        st.caption(t("plan.time.late", names=say.several(late)))
    st.markdown(f"**{t('plan.spending')}**")
    spending = session.remember("plan.spending", lambda: charts_plan.spending(spending_by_quarter(seen.plan, seen.inputs)), *seen.key)
    show_chart(spending, key="plan.spending", about=of_plan(seen.plan, "plan.spending", "depenses-par-trimestre"))
    st.caption(t("plan.spending.note"))


def curve(seen: OnScreen) -> None:
    """What each further budget reaches, with this plan on it and the price of its last point of coverage."""
    st.markdown(t("plan.curve.lead"))
    points = session.remember("plan.curve", lambda: _points(seen), *seen.key)
    totals = seen.plan.totals
    drawn = charts_plan.curve(points, totals.cost, totals.coverage if seen.plan.lines else None)
    show_chart(drawn, key="plan.curve", about=of_plan(seen.plan, "exports.title.curve", "courbe"))
    price = last_point_price(points, totals.cost)
    if price is not None and seen.plan.lines:
        st.markdown(t("plan.curve.last", money=say.money(price)))
    st.caption(t("plan.curve.note"))


def _points(seen: OnScreen) -> list[Any]:
    points = []
    with solving(), st.status(t("plan.curve.running"), expanded=True) as status:
        progress = st.progress(0.0)
        for point in budget_curve(seen.inputs, seen.scenario, seen.assessed):
            points.append(point)
            progress.progress(min(1.0, len(points) / POINTS))
        status.update(label=t("plan.curve.done"), state="complete", expanded=False)
    return points
