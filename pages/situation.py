"""Situation: the country in a minute: who is expected, where, what is in place, what the current plan would reach."""

import streamlit as st

from data import queries
from ui import controls, exports, page, session, state
from ui import format as say
from ui.figures import Figure, quality_mark
from ui.language import column, t
from ui.naming import stance_label
from ui.plan_map import plan_map
from ui.tables import Column, show_table
from ui.views import situation as view
from ui.views import situation_text as words

inputs, scenario = session.inputs(), state.scenario()
plan = session.plan()
key = (session.country(), session.level(), scenario.model_dump_json())
table = session.remember("situation.table", lambda: view.area_table(plan), *key)
country = session.remember("situation.country", lambda: view.country(table), *key)
names = inputs.areas[column()]
totals, years = plan.totals, t("situation.horizon", months=scenario.horizon_months)
chosen = state.get("view") if state.get("view") in view.VIEWS else view.VIEWS[0]
focus = session.focus()
computed = t("quality.source.computed")

known = bool(table["expected"].notna().any())
page.head(
    t("situation.title", country=session.country_name()),
    words.answer(plan, country, session.country_name(), names) if known else t("situation.answer.unknown", country=session.country_name()),
    [
        Figure(
            t("situation.figure.expected"),
            say.about(totals.expected_returns) if known else say.no_data(),
            years,
            "estimated" if known else None,
            t("situation.figure.expected.help"),
            say.exact(round(totals.expected_returns)) if known else None,
            source=computed,
        ),
        Figure(
            t("situation.figure.support"),
            t("situation.of", part=country.stances["support"] + country.stances["mixed"], whole=len(table)),
            years,
            "assumed",
            t("situation.figure.support.help"),
            source=computed,
        ),
        Figure(t("situation.figure.covered"), say.percent(totals.coverage_in_place), years, "assumed", t("situation.figure.covered.help"), source=computed),
        Figure(
            t("situation.figure.planned"),
            say.percent(totals.coverage),
            t("situation.for_cost", cost=say.money(totals.cost)),
            "assumed",
            t("situation.figure.planned.help"),
            source=computed,
        ),
    ],
)

if not known:
    page.way_to_figures(t("page.import_returns"))
map_side, panel = page.beside_map()
with map_side:
    plan_map(
        "situation",
        chosen,
        plan=plan,
        table=table,
        names=names,
        key=key,
        focus=focus,
        alt=t(
            "situation.map.alt",
            view=t(f"situation.view.{chosen}"),
            country=session.country_name(),
            support=country.stances["support"],
            mixed=country.stances["mixed"],
            inclusion=country.stances["inclusion"],
            watch=country.stances["watch"],
        ),
    )
    if session.map_level() != session.level():
        st.caption(t("plan.level", areas=say.number(len(inputs.areas))))
with panel:
    controls.chosen("view", t("situation.map.show"), list(view.VIEWS), lambda name: t(f"situation.view.{name}"), chosen)
    controls.area_chooser(t("situation.area"))
    if focus is None:
        st.markdown("  \n".join(words.stance_lines(country, table)))
        st.caption(t("situation.pick"))
        st.markdown(t("situation.rule"))
    else:
        st.subheader(names[focus], anchor=False)
        words.say_area(table.loc[focus], scenario)
        for other in [code for code in state.selected_areas()[1:] if code in table.index and code != focus]:
            st.markdown(words.beside(str(names[other]), table.loc[other]))
    st.page_link("pages/plan.py", label=t("situation.to_plan"), icon=":material/checklist:")

st.subheader(t("situation.table"), anchor=False)
listed = session.remember("situation.listed", lambda: view.listed(table, inputs.areas[[column(), column("parent_name")]]), *key)
show_table(
    listed,
    [
        Column("pcode", t("situation.column.code"), hxl="#adm+code", on_screen=False),
        Column(column(), t("situation.column.area"), hxl="#adm+name"),
        *([Column(column("parent_name"), t("situation.column.parent"), hxl="#adm1+name")] if session.level() > 1 else []),
        Column("stance", t("situation.column.stance"), stance_label, hxl="#status+stance"),
        Column("expected", t("situation.column.expected"), say.about, hxl="#affected+returnees+expected"),
        Column("rate", t("situation.column.rate"), say.rate, hxl="#affected+returnees+rate"),
        Column("need", t("situation.column.need"), say.number, t("situation.column.need.help"), hxl="#severity+need"),
        Column("capacity", t("situation.column.capacity"), say.number, t("situation.column.capacity.help"), hxl="#capacity"),
        Column("covered", t("situation.column.covered"), say.percent, hxl="#reached+pct"),
        Column("planned", t("situation.column.planned"), say.percent, hxl="#targeted+pct"),
        Column("quality", t("situation.column.quality"), quality_mark, hxl="#meta+quality"),
    ],
    alt=t("situation.table.alt"),
    key="situation.table",
    basis=key,
    file_name=f"{session.country()}-situation",
    about=exports.of_plan(),
)
page.foot(session.query(queries.sources, session.country()))
