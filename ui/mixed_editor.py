"""Areas where inclusion and support are both indicated, decided one by one by the planner (METHOD 3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from analytics.inputs import PlanInputs
from ui import exports, state
from ui import format as say
from ui.columns import Column
from ui.language import column, t, tn
from ui.naming import stance_name
from ui.views.plan_about import of_planner
from ui.widget_keys import edited, fresh_key

KEY: Final = "editor.mixed"
DECIDED: Final = ("support", "inclusion")


def mixed_editor(inputs: PlanInputs, areas: pd.DataFrame) -> None:
    """A row a mixed area with what speaks for each side and how the plan treats it; the first choice makes the scenario one "area by area"."""
    mixed = areas[areas["stance"] == "mixed"].sort_values("expected", ascending=False)
    st.markdown(f"**{t('plan.mixed')}**", help=t("plan.mixed.help"))
    if mixed.empty:
        st.caption(t("plan.mixed.none"))
        return
    acted = {str(pcode): str(choice) for pcode, choice in mixed["acted"].items()}
    names = {choice: stance_name(choice) for choice in DECIDED}
    key = fresh_key(KEY, acted)
    areas = [str(inputs.areas.at[pcode, column()]) for pcode in mixed.index]
    treated = t("plan.mixed.treated")
    with st.container(gap="xxsmall"):
        st.data_editor(
            pd.DataFrame(
                {
                    "area": areas,
                    "expected": [say.about(persons) for persons in mixed["expected"]],
                    "need": [say.number(score) for score in mixed["need"]],
                    "capacity": [say.number(score) for score in mixed["capacity"]],
                    "acted": list(acted.values()),
                }
            ),
            key=key,
            hide_index=True,
            disabled=["area", "expected", "need", "capacity"],
            on_change=_take,
            args=(list(acted), key),
            alt=t("plan.mixed.alt"),
            column_config={
                "area": st.column_config.TextColumn(t("situation.column.area")),
                "expected": st.column_config.TextColumn(t("situation.column.expected")),
                "need": st.column_config.TextColumn(t("situation.column.need")),
                "capacity": st.column_config.TextColumn(t("situation.column.capacity")),
                "acted": st.column_config.SelectboxColumn(treated, options=list(DECIDED), format_func=lambda c: names.get(c, c), required=True),
            },
        )
        columns = [
            Column("pcode", t("situation.column.code"), hxl="#adm+code"),
            Column("area", t("situation.column.area"), hxl="#adm+name"),
            Column("expected", t("situation.column.expected"), hxl="#affected+returnees+expected"),
            Column("need", t("situation.column.need"), hxl="#indicator+need"),
            Column("capacity", t("situation.column.capacity"), hxl="#indicator+capacity"),
            Column("treated", treated, hxl="#status+stance"),
        ]
        exported = mixed.assign(pcode=mixed.index, area=areas, treated=[names[choice] for choice in acted.values()])
        about = of_planner("plan.mixed", "territoires-mixtes")
        exports.foot("plan.mixed", replace(about, sources=None), rows=lambda: (exported, columns), picture=None, alt=t("plan.mixed.alt"))
    decided = len(set(state.scenario().mixed_by_area) & set(acted)) if state.scenario().mixed == "by_area" else 0
    st.caption(tn("plan.mixed.decided", decided, of=say.number(len(acted))))


def _take(pcodes: list[str], key: str) -> None:
    held: dict[str, Any] = dict(state.scenario().mixed_by_area) if state.scenario().mixed == "by_area" else {}
    # what was one choice for all stays what it was for those not touched
    others = state.scenario().mixed if state.scenario().mixed in DECIDED else None
    made = {pcode: held.get(pcode, others or "support") for pcode in pcodes}
    for position, change in st.session_state[key]["edited_rows"].items():
        if change.get("acted") in DECIDED:
            held[pcodes[int(position)]] = made[pcodes[int(position)]] = change["acted"]
    if others == "inclusion":
        held = made
    state.set_scenario(mixed="by_area", mixed_by_area=held)
    edited(KEY, made)
