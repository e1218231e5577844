"""What a planner types into a plan: units by hand and own prices. Each editor owns its keys and writes to the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from analytics.applicability import Candidate, scope_key
from analytics.inputs import PlanInputs
from analytics.scenario import ScenarioError
from ui import exports, state, steps, unfinished
from ui import format as say
from ui.columns import Column
from ui.language import t
from ui.naming import host_country_names, intervention_name, scope_name
from ui.plan_columns import NAME_WIDTH
from ui.views.plan_about import of_planner
from ui.widget_keys import edited, fresh_key

UNITS_KEY: Final = "editor.units"
PRICES_KEY: Final = "editor.prices"
PROBLEM_KEY: Final = "editor.problem"
ADD_KEY: Final = "editor.add"


def units_editor(lines: pd.DataFrame, found: list[Candidate], inputs: PlanInputs) -> None:
    """The lines of the plan with editable units, and a form for a line the plan does not hold.

    The first change makes the plan one "by hand", starting from the units on screen: nothing that was planned is lost.
    """
    _say_problem()
    key = fresh_key(UNITS_KEY, _held(lines))
    if lines.empty:
        st.info(t("plan.by_hand.empty"), icon=":material/add:")
    else:
        with st.container(gap="xxsmall"):
            st.data_editor(
                lines[["name", "where", "units"]],
                key=key,
                hide_index=True,
                disabled=["name", "where"],
                on_change=_take_units,
                args=(lines, key),
                column_config={
                    "name": st.column_config.TextColumn(t("plan.column.intervention"), width=NAME_WIDTH),
                    "where": st.column_config.TextColumn(t("plan.column.where")),
                    "units": st.column_config.NumberColumn(
                        t("plan.column.units"), min_value=0, max_value=1_000_000, step=1, required=True, help=t("plan.by_hand.units.help"), format="localized"
                    ),
                },
                alt=t("plan.by_hand.alt"),
                placeholder=say.no_data(),
            )
            about = of_planner("plan.about.units", "plan-a-la-main")
            exports.foot("plan.units", about, rows=lambda: (lines, _line_columns()), picture=None, alt=t("plan.by_hand.alt"))
    with st.expander(t("plan.by_hand.add"), icon=":material/add:"):
        codes = list(dict.fromkeys(candidate.code for candidate in found))
        names = {code: f"{intervention_name(inputs, code)} ({code})" for code in codes}
        keys = {name: f"{ADD_KEY}.{inputs.country}.{name}" for name in ("code", "line", "units")}
        code = st.selectbox(
            t("plan.column.intervention"), codes, format_func=names.__getitem__, **unfinished.field(keys["code"], next(iter(codes), None), codes)
        )
        hosts = host_country_names(inputs)
        places = {scope_key(c.code, c.kind, c.scope): scope_name(inputs, c.kind, c.scope, hosts) for c in found if c.code == code}
        line = st.selectbox(
            t("plan.column.where"), list(places), format_func=places.__getitem__, **unfinished.field(keys["line"], next(iter(places), None), list(places))
        )
        st.number_input(t("plan.column.units"), min_value=1, max_value=1_000_000, step=1, **unfinished.field(keys["units"], 1))
        if line is not None:
            st.button(t("plan.by_hand.add_button"), on_click=_add_line, args=(lines, line, keys), icon=":material/add:", key="editor.add.button")


def prices_editor(prices: pd.DataFrame) -> None:
    """Low, most likely and high price of each intervention; what is typed replaces the illustrative price in this scenario."""
    _say_problem()
    key = fresh_key(PRICES_KEY, _priced(prices))
    money = {
        name: st.column_config.NumberColumn(t(f"plan.price.{name}"), step=100, format="localized", required=True)
        for name in ("low", "mode", "high")
    }
    shown = prices.assign(origin=[t(f"plan.price.{origin}") for origin in prices["origin"]])
    with st.container(gap="xxsmall"):
        st.data_editor(
            shown[["name", "low", "mode", "high", "lead", "origin"]],
            key=key,
            hide_index=True,
            disabled=["name", "lead", "origin"],
            on_change=_take_prices,
            args=(prices, key),
            alt=t("plan.price.alt"),
            placeholder=say.no_data(),
            column_config={
                "name": st.column_config.TextColumn(t("plan.column.intervention"), width=NAME_WIDTH),
                **money,
                "lead": st.column_config.NumberColumn(t("plan.price.lead_months"), format="localized"),
                "origin": st.column_config.TextColumn(t("plan.price.origin")),
            },
        )
        prices_foot("plan.prices", shown)
    if state.scenario().prices:
        st.button(t("plan.price.reset"), on_click=lambda: state.set_scenario(prices={}), icon=":material/restart_alt:", key="editor.prices.reset")


def prices_foot(key: str, shown: pd.DataFrame) -> None:
    """The line that exports unit prices; `shown` is `views.plan.prices` with the origin in words."""
    columns = [
        Column("code", t("plan.column.code"), hxl="#activity+code"),
        Column("name", t("plan.column.intervention"), hxl="#activity+name"),
        *(Column(name, t(f"plan.price.{name}"), hxl=f"#value+eur+{name}") for name in ("low", "mode", "high")),
        Column("lead", t("plan.price.lead_months"), hxl="#date+months+lead"),
        Column("origin", t("plan.price.origin"), hxl="#meta+origin"),
    ]
    note = t("plan.prices.illustrative.file") if (shown["origin"] == t("plan.price.illustrative")).any() else ""
    exports.foot(key, of_planner("plan.about.prices", "prix", note), rows=lambda: (shown, columns), picture=None, alt=t("plan.price.alt"))


def _line_columns() -> list[Column]:
    return [
        Column("code", t("plan.column.code"), hxl="#activity+code"),
        Column("name", t("plan.column.intervention"), hxl="#activity+name"),
        Column("pcode", t("situation.column.code"), hxl="#adm+code"),
        Column("where", t("plan.column.where"), hxl="#loc+name"),
        Column("units", t("plan.column.units"), hxl="#activity+num"),
    ]


def _say_problem() -> None:
    problem = st.session_state.pop(PROBLEM_KEY, None)
    if problem:
        st.warning(problem, icon=":material/block:")


def _held(lines: pd.DataFrame) -> dict[str, int]:
    return {str(key): int(units) for key, units in zip(lines["key"], lines["units"], strict=True)}


def _priced(prices: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
    return {str(row.code): (float(row.low), float(row.mode), float(row.high)) for row in prices.itertuples()}


def _take_units(lines: pd.DataFrame, editor: str) -> None:
    held = _held(lines)
    for position, change in st.session_state[editor]["edited_rows"].items():
        units = change.get("units")
        if units is not None:
            held[str(lines.at[position, "key"])] = int(units)
    edited(UNITS_KEY, held if _put_units(held) else None)


def _add_line(lines: pd.DataFrame, line: str, keys: Mapping[str, str]) -> None:
    held = _held(lines)
    held[line] = held.get(line, 0) + int(st.session_state[keys["units"]] or 1)
    if _put_units(held):
        steps.finished(*keys.values())


def _put_units(held: dict[str, int]) -> bool:
    try:
        state.set_scenario(question="by_hand", units={key: units for key, units in held.items() if units > 0})
    except ScenarioError as error:
        st.session_state[PROBLEM_KEY] = t("plan.not_accepted", value=error.problems[0][1])
        return False
    return True


def _take_prices(prices: pd.DataFrame, editor: str) -> None:
    own: dict[str, Any] = {code: price.model_dump() for code, price in state.scenario().prices.items()}
    made = _priced(prices)
    for position, change in st.session_state[editor]["edited_rows"].items():
        row = prices.loc[position]
        given = {name: float(change[name]) if change.get(name) is not None else float(row[name]) for name in ("low", "mode", "high")}
        # a most likely price outside the old range moves the range with it: the planner said the more certain thing
        if "mode" in change:
            given["low"], given["high"] = min(given["low"], given["mode"]), max(given["high"], given["mode"])
        own[str(row["code"])] = given
        made[str(row["code"])] = (given["low"], given["mode"], given["high"])
    try:
        state.set_scenario(prices=own)
        edited(PRICES_KEY, made)
    except ScenarioError:
        st.session_state[PROBLEM_KEY] = t("plan.price.problem")
        edited(PRICES_KEY, None)
