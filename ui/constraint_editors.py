"""What binds a plan: donors' earmarks, coverage floors, caps, and stances set by the planner. Each table is applied as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from analytics.inputs import SECTORS, PlanInputs
from analytics.scenario import ScenarioError
from ui import format as say
from ui import session, state
from ui.language import column, t
from ui.mixed_editor import mixed_editor
from ui.naming import intervention_name, sector_name, stance_name

PROBLEM_KEY: Final = "constraints.problem"
STANCES_SET: Final = ("support", "inclusion", "watch")


def constraint_editors(inputs: PlanInputs, table: pd.DataFrame) -> None:
    """Four small tables, of which an empty one binds nothing, and the areas that the rule leaves to the planner."""
    problem = st.session_state.pop(PROBLEM_KEY, None)
    if problem:
        st.warning(problem, icon=":material/block:")
    places = _places(inputs)
    areas = {pcode: places[pcode] for pcode in map(str, inputs.areas.index)}
    _earmarks(places)
    mixed_editor(inputs, table)
    _stances(areas)
    left, right = st.columns(2, gap="medium")
    with left:
        _floors(places)
    with right:
        _caps({str(code): intervention_name(inputs, str(code)) for code in inputs.catalogue.interventions.index})


def _earmarks(places: Mapping[str, str]) -> None:
    rows = [{"donor": e.donor, "amount": e.amount, "sectors": list(e.sectors), "areas": list(e.areas)} for e in state.scenario().earmarks]
    frame = pd.DataFrame(rows, columns=["donor", "amount", "sectors", "areas"]).astype({"donor": "string", "amount": "float64"})
    edited = _table(
        "earmarks",
        frame,
        {
            "donor": st.column_config.TextColumn(t("plan.bind.donor"), required=True, max_chars=80),
            "amount": st.column_config.NumberColumn(t("plan.bind.amount"), required=True, min_value=0, step=1000, format="localized"),
            "sectors": st.column_config.MultiselectColumn(
                t("plan.bind.sectors"), options=list(SECTORS), format_func=_named({s: sector_name(s) for s in SECTORS})
            ),
            "areas": st.column_config.MultiselectColumn(t("plan.bind.areas"), options=list(places), format_func=_named(places)),
        },
    )
    _apply(
        "earmarks",
        lambda: {
            "earmarks": [
                {"donor": str(row["donor"]), "amount": row["amount"], "sectors": _listed(row["sectors"]), "areas": _listed(row["areas"])}
                for row in edited.to_dict("records")
                if not say.missing(row["donor"]) and not say.missing(row["amount"])
            ]
        },
    )


def _floors(places: Mapping[str, str]) -> None:
    frame = pd.DataFrame([{"place": place, "share": 100 * share} for place, share in state.scenario().floors.items()], columns=["place", "share"]).astype(
        {"place": "string", "share": "float64"}
    )
    edited = _table(
        "floors",
        frame,
        {
            "place": st.column_config.SelectboxColumn(t("plan.bind.place"), options=list(places), format_func=_named(places), required=True),
            "share": st.column_config.NumberColumn(t("plan.bind.share"), min_value=0, max_value=100, step=5, required=True),
        },
    )
    _apply(
        "floors",
        lambda: {
            "floors": {
                str(row["place"]): row["share"] / 100 for row in edited.to_dict("records") if not say.missing(row["place"]) and not say.missing(row["share"])
            }
        },
    )


def _stances(areas: Mapping[str, str]) -> None:
    frame = pd.DataFrame(
        [{"area": pcode, "stance": o.stance, "reason": o.reason} for pcode, o in state.scenario().stance_overrides.items()],
        columns=["area", "stance", "reason"],
    ).astype("string")
    edited = _table(
        "stances",
        frame,
        {
            "area": st.column_config.SelectboxColumn(t("situation.area"), options=list(areas), format_func=_named(areas), required=True),
            "stance": st.column_config.SelectboxColumn(
                t("situation.column.stance"), options=list(STANCES_SET), format_func=_named({s: stance_name(s) for s in STANCES_SET}), required=True
            ),
            "reason": st.column_config.TextColumn(t("plan.bind.reason"), required=True, max_chars=500),
        },
    )
    _apply(
        "stances",
        lambda: {
            "stance_overrides": {
                str(row["area"]): {"stance": row["stance"], "reason": row["reason"]}
                for row in edited.to_dict("records")
                if not any(say.missing(row[name]) for name in ("area", "stance", "reason"))
            }
        },
    )


def _caps(names: Mapping[str, str]) -> None:
    frame = pd.DataFrame(list(state.scenario().caps.items()), columns=["code", "units"]).astype({"code": "string", "units": "float64"})
    edited = _table(
        "caps",
        frame,
        {
            "code": st.column_config.SelectboxColumn(t("plan.column.intervention"), options=list(names), format_func=_named(names), required=True),
            "units": st.column_config.NumberColumn(t("plan.bind.most"), min_value=0, step=1, required=True),
        },
    )
    _apply(
        "caps",
        lambda: {
            "caps": {str(row["code"]): int(row["units"]) for row in edited.to_dict("records") if not say.missing(row["code"]) and not say.missing(row["units"])}
        },
    )


def _table(name: str, frame: pd.DataFrame, columns: Mapping[str, Any]) -> pd.DataFrame:
    st.markdown(f"**{t(f'plan.bind.{name}')}**", help=t(f"plan.bind.{name}.help"))
    return st.data_editor(frame, key=f"constraints.{name}", num_rows="dynamic", hide_index=True, column_config=dict(columns), alt=t(f"plan.bind.{name}"))


def _apply(name: str, changes: Callable[[], dict[str, Any]]) -> None:
    st.button(t("plan.bind.apply"), key=f"constraints.{name}.apply", on_click=_put, args=(name, changes), icon=":material/check:")


def _put(name: str, changes: Callable[[], dict[str, Any]]) -> None:
    try:
        state.set_scenario(**changes())
    except ScenarioError as error:
        field, value, _ = error.problems[0]
        st.session_state[PROBLEM_KEY] = t(
            "plan.bind.refused.reason" if field.endswith(".reason") else "plan.bind.refused",
            table=t(f"plan.bind.{name}"),
            value=_said(name, value),
            entry=_entry(field.split(".")[1:]),
        )


def _said(name: str, value: Any) -> str:
    if isinstance(value, (int, float)):
        return say.percent(value) if name == "floors" else say.number(value, 2)
    return "" if value is None else str(value)[:80]


def _entry(parts: list[str]) -> str:
    """What a complaint is about, as the planner sees it: a place by name, an intervention by code, a row of a list by number."""
    first = parts[0] if parts else ""
    if first.isdigit():
        return t("plan.bind.row", number=int(first) + 1)
    return session.area_name(first) if first and session.area_name(first) != t("ui.unknown_area") else first


def _named(names: Mapping[str, str]) -> Callable[[Any], str]:
    return lambda code: names.get(str(code), str(code))


def _listed(value: Any) -> list[str]:
    return [str(part) for part in value] if isinstance(value, (list, tuple)) else []


def _places(inputs: PlanInputs) -> dict[str, str]:
    """The country, its regions and its areas by code, names told apart by their level."""
    found = {inputs.country: str(getattr(inputs, f"country_{column()}"))}
    regions = inputs.areas.drop_duplicates("parent")
    for parent, name in zip(regions["parent"], regions[column("parent_name")], strict=True):
        if parent != inputs.country:
            found[str(parent)] = t("plan.bind.region", name=name)
    return found | {str(pcode): str(name) for pcode, name in inputs.areas[column()].items()}
