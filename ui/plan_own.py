"""The tabs of the page Plan in which a planner writes: units by hand, own prices, and what binds the plan."""

from __future__ import annotations

import streamlit as st

from ui import format as say
from ui import session, workspace
from ui.constraint_editors import constraint_editors
from ui.language import t
from ui.plan_columns import intervention_columns
from ui.plan_editors import prices_editor, units_editor
from ui.plan_tabs import OnScreen
from ui.tables import Column, show_table
from ui.views import plan as view
from ui.views.plan_about import of_plan


def by_hand(seen: OnScreen) -> None:
    """The plan as a table that can be changed."""
    st.markdown(t("plan.by_hand.lead"))
    units_editor(seen.lines, seen.assessed.found, seen.inputs)


def prices(seen: OnScreen) -> None:
    """Unit prices, the illustrative ones replaced by what is typed."""
    st.markdown(t("plan.price.lead"))
    in_use = workspace.priced(seen.scenario, seen.inputs.country).prices
    prices_editor(session.remember("plan.prices", lambda: view.prices(seen.inputs, dict(in_use)), *seen.key))


def constraints(seen: OnScreen) -> None:
    """Earmarks, floors, caps and stances set by the planner, and what came of them."""
    st.markdown(t("plan.bind.lead"))
    constraint_editors(seen.inputs, seen.areas)
    for floor in seen.plan.floors:
        # one that cannot be kept is said above, on every tab
        if floor.missing_persons < 1:
            st.caption(t("plan.bind.floor.kept", place=session.area_name(floor.place), wanted=say.percent(floor.wanted), reached=say.percent(floor.reached)))
    if seen.plan.funding:
        st.markdown(f"**{t('plan.about.funding')}**")
        paid = session.remember("plan.funding", lambda: view.funding(seen.plan, seen.inputs), *seen.key)
        show_table(
            paid,
            [
                Column("donor", t("plan.bind.donor"), lambda donor: donor or t("plan.bind.free"), hxl="#org+donor"),
                *intervention_columns()[1:],
                Column("where", t("plan.column.where"), hxl="#loc+name"),
                Column("amount", t("plan.column.cost"), say.money, hxl="#value+eur"),
            ],
            alt=t("plan.bind.funding.alt"),
            key="plan.funding",
            basis=seen.key,
            about=of_plan(seen.plan, "plan.about.funding", "financement"),
        )
