"""What binds a plan: donors' earmarks, coverage floors, caps, and stances set by the planner. A row counts as soon as it is whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from analytics.inputs import SECTORS, PlanInputs
from ui import exports, state, typed_rows
from ui import format as say
from ui.columns import Column
from ui.language import column, t
from ui.mixed_editor import mixed_editor
from ui.naming import intervention_name, sector_name, stance_name
from ui.typed_rows import Row, Table, Waiting
from ui.views.plan_about import of_planner

STANCES_SET: Final = ("support", "inclusion", "watch")
FIGURES: Final = frozenset({"amount", "share", "units"})
LISTS: Final = frozenset({"sectors", "areas"})


def constraint_editors(inputs: PlanInputs, table: pd.DataFrame) -> None:
    """Four small tables, of which an empty one binds nothing, and the areas that the rule leaves to the planner."""
    places = _places(inputs)
    areas = {pcode: places[pcode] for pcode in map(str, inputs.areas.index)}
    sectors = {sector: sector_name(sector) for sector in SECTORS}
    stances = {stance: stance_name(stance) for stance in STANCES_SET}
    interventions = {str(code): intervention_name(inputs, str(code)) for code in inputs.catalogue.interventions.index}
    _editor(
        typed_rows.EARMARKS,
        "earmarks",
        {
            "donor": st.column_config.TextColumn(t("plan.bind.donor"), max_chars=80, width=220),
            "amount": st.column_config.NumberColumn(t("plan.bind.amount"), min_value=0, step=1000, format="localized", width=140),
            "sectors": st.column_config.MultiselectColumn(t("plan.bind.sectors"), options=list(sectors), format_func=_named(sectors)),
            "areas": st.column_config.MultiselectColumn(t("plan.bind.areas"), options=list(places), format_func=_named(places)),
        },
        [
            Column("donor", t("plan.bind.donor"), hxl="#org+donor"),
            Column("amount", t("plan.bind.amount"), hxl="#value+eur"),
            Column("sectors", t("plan.bind.sectors"), hxl="#sector+list"),
            Column("areas", t("plan.bind.areas"), hxl="#adm+name+list"),
        ],
        {"sectors": sectors, "areas": places},
    )
    mixed_editor(inputs, table)
    _editor(
        typed_rows.STANCES,
        "stances",
        {
            "area": st.column_config.SelectboxColumn(t("situation.area"), options=list(areas), format_func=_named(areas), width=220),
            "stance": st.column_config.SelectboxColumn(t("situation.column.stance"), options=list(stances), format_func=_named(stances), width=160),
            "reason": st.column_config.TextColumn(t("plan.bind.reason"), max_chars=500),
        },
        [
            Column("pcode", t("situation.column.code"), hxl="#adm+code"),
            Column("area", t("situation.area"), hxl="#adm+name"),
            Column("stance", t("situation.column.stance"), hxl="#status+stance"),
            Column("reason", t("plan.bind.reason"), hxl="#status+reason"),
        ],
        {"area": areas, "stance": stances},
    )
    _editor(
        typed_rows.FLOORS,
        "floors",
        {
            "place": st.column_config.SelectboxColumn(t("plan.bind.place"), options=list(places), format_func=_named(places)),
            "share": st.column_config.NumberColumn(t("plan.bind.share"), min_value=0, max_value=100, step=5, width=120),
        },
        [
            Column("pcode", t("situation.column.code"), hxl="#adm+code"),
            Column("place", t("plan.bind.place"), hxl="#adm+name"),
            Column("share", t("plan.bind.share"), hxl="#reached+pct+least"),
        ],
        {"place": places},
    )
    _editor(
        typed_rows.CAPS,
        "caps",
        {
            "code": st.column_config.SelectboxColumn(t("plan.column.intervention"), options=list(interventions), format_func=_named(interventions)),
            "units": st.column_config.NumberColumn(t("plan.bind.most"), min_value=0, step=1, width=90),
        },
        [
            Column("pcode", t("plan.column.code"), hxl="#activity+code"),
            Column("code", t("plan.column.intervention"), hxl="#activity+name"),
            Column("units", t("plan.bind.most"), hxl="#activity+num+most"),
        ],
        {"code": interventions},
    )


def _editor(
    table: Table, name: str, columns: Mapping[str, Any], exported: Sequence[Column], names: Mapping[str, Mapping[str, str]]
) -> None:
    """One table that is written into, a sentence for each row that does not count yet, and the line that exports those that do."""
    title = t(f"plan.bind.{name}")
    with st.container(gap="xxsmall"):
        st.markdown(f"**{title}**", help=t(f"plan.bind.{name}.help"))
        key, begun = typed_rows.drawn(table)
        st.data_editor(
            _frame(table, begun),
            key=key,
            num_rows="dynamic",
            hide_index=True,
            on_change=typed_rows.take,
            args=(table,),
            column_config=dict(columns),
            alt=title,
            placeholder="",
        )
        for one in typed_rows.waiting(table):
            st.warning(_said(one, table, title, names, {label: str(config["label"]) for label, config in columns.items()}), icon=":material/edit_note:")
        rows = table.rows(state.scenario())
        if rows:
            about = of_planner(f"plan.bind.{name}", name)
            exports.foot(f"plan.{name}", about, rows=lambda: (_export(table, rows, names), exported), picture=None, alt=title)


def _frame(table: Table, rows: Sequence[Row]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(table.columns))
    plain = {name: "float64" if name in FIGURES else "string" for name in table.columns if name not in LISTS}
    return frame.astype(plain)


def _export(table: Table, rows: Sequence[Row], names: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """The rows with names in place of codes; the code of what a row speaks of stands in `pcode`."""
    frame = pd.DataFrame(list(rows), columns=list(table.columns))
    if table.alone is not None:
        frame["pcode"] = frame[table.alone]
    for name, known in names.items():
        frame[name] = [say.several([known.get(code, code) for code in value]) if isinstance(value, list) else known.get(value, value) for value in frame[name]]
    return frame


def _said(one: Waiting, table: Table, title: str, names: Mapping[str, Mapping[str, str]], labels: Mapping[str, str]) -> str:
    first = table.columns[0]
    entry = names.get(first, {}).get(str(one.row[first]), one.row[first]) or t("plan.bind.new_row")
    if one.missing:
        return t("plan.bind.unfinished", table=title, entry=entry, missing=say.several([labels[name] for name in one.missing]))
    if one.twice:
        return t("plan.bind.twice", table=title, entry=entry)
    name, value = one.refused or ("", None)
    return t("plan.bind.refused.reason" if name == "reason" else "plan.bind.refused", table=title, value=_figure(table, value), entry=entry)


def _figure(table: Table, value: Any) -> str:
    if isinstance(value, (int, float)):
        return say.percent(value) if table is typed_rows.FLOORS else say.number(value, 2)
    return "" if value is None else str(value)[:80]


def _named(names: Mapping[str, str]) -> Callable[[Any], str]:
    return lambda code: names.get(str(code), str(code))


def _places(inputs: PlanInputs) -> dict[str, str]:
    """The country, its regions and its areas by code, names told apart by their level."""
    found = {inputs.country: str(getattr(inputs, f"country_{column()}"))}
    regions = inputs.areas.drop_duplicates("parent")
    for parent, name in zip(regions["parent"], regions[column("parent_name")], strict=True):
        if parent != inputs.country:
            found[str(parent)] = t("plan.bind.region", name=name)
    return found | {str(pcode): str(name) for pcode, name in inputs.areas[column()].items()}
