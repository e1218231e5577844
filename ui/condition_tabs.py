"""The tabs of the page Conditions in which a person keeps actors, structures in place and prices, and sees every entry."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.applicability import Candidate
from analytics.inputs import PlanInputs
from data.workspace import scorecard
from ui import condition_entries as enter
from ui import exports, unfinished, workspace
from ui import format as say
from ui.charts import show_chart
from ui.language import t
from ui.naming import host_country_names, intervention_name, scope_name
from ui.plan_columns import NAME_WIDTH, intervention_columns
from ui.plan_editors import prices_foot
from ui.tables import Column, show_table
from ui.views import conditions as view
from ui.views import plan as plan_view
from ui.views.plan_about import of_programme


def actors_tab(inputs: PlanInputs, actors: pd.DataFrame) -> None:
    """Who counts: partners by type, actors by influence and interest, and the form that places one."""
    nobody = t("scenarios.nobody")
    map_side, form_side = st.columns([3, 2], gap="large")
    with map_side:
        partners = view.partners_by_type(inputs)
        st.markdown(
            t("conditions.partners", list=say.several([f"{say.number(n)} {t(f'conditions.recipients.{kind}')}" for kind, n in partners.items()]))
            if partners
            else t("conditions.partners.none")
        )
        if actors.empty:
            st.info(t("conditions.actors.empty"), icon=":material/group_add:")
        else:
            show_chart(view.stakeholder_map(actors), key="conditions.map", about=of_programme("conditions.about.map", "carte-des-acteurs"))
            show_table(
                actors,
                [
                    Column("name", t("conditions.actor"), hxl="#org+name"),
                    Column("recipient_type", t("conditions.actor.type"), lambda kind: t(f"conditions.recipient.{kind}"), hxl="#org+type"),
                    Column("level", t("conditions.column.level"), lambda at: t(f"conditions.level.{at}"), hxl="#org+level"),
                    Column("influence", t("conditions.influence"), lambda n: t(f"conditions.degree.{int(n)}"), hxl="#indicator+influence"),
                    Column("interest", t("conditions.interest"), lambda n: t(f"conditions.degree.{int(n)}"), hxl="#indicator+interest"),
                    Column("evidence", t("conditions.evidence")),
                    Column("by_name", t("scenarios.column.by"), lambda who: who or nobody),
                    Column("at", t("scenarios.column.at"), workspace.moment),
                ],
                alt=t("conditions.actors.alt"),
                key="conditions.actors",
                about=of_programme("conditions.about.actors", "acteurs"),
            )
    if not workspace.may("write_conditions"):
        return
    with form_side, st.container(border=True):
        st.subheader(t("conditions.actor.form"), anchor=False)
        keys = {name: f"conditions.actor.{inputs.country}.{name}" for name in ("name", "recipient_type", "level", "influence", "interest", "evidence")}
        degrees = {number: t(f"conditions.degree.{number}") for number in range(4)}
        lists = {
            "recipient_type": (t("conditions.actor.type"), {kind: t(f"conditions.recipient.{kind}") for kind in view.RECIPIENTS}),
            "level": (t("conditions.column.level"), {at: t(f"conditions.level.{at}") for at in scorecard.LEVELS}),
            "influence": (t("conditions.influence"), degrees),
            "interest": (t("conditions.interest"), degrees),
        }
        st.text_input(t("conditions.actor"), max_chars=200, **unfinished.field(keys["name"], ""))
        for name, (label, choices) in lists.items():
            st.selectbox(label, list(choices), format_func=choices.__getitem__, **unfinished.field(keys[name], next(iter(choices)), list(choices)))
        st.text_input(t("conditions.evidence"), max_chars=500, **unfinished.field(keys["evidence"], ""))
        st.button(t("conditions.save"), icon=":material/save:", key="conditions.actor.save", on_click=enter.enter_stakeholder, args=(keys,))
    if len(actors):
        with form_side, st.container(horizontal=True, vertical_alignment="bottom"):
            named = dict(zip(actors["id"].astype(int), actors["name"], strict=True))
            number = st.selectbox(t("conditions.actor"), list(named), format_func=named.__getitem__, key="conditions.actor.remove")
            st.button(
                t("conditions.take_back"),
                on_click=enter.take_back,
                args=("stakeholder", number),
                key="conditions.actor.take_back",
                icon=":material/undo:",
            )


def structures_tab(inputs: PlanInputs, structures: pd.DataFrame, found: list[Candidate]) -> None:
    """What stands already, and the form that adds to it."""
    hosts = host_country_names(inputs)
    list_side, form_side = st.columns([3, 2], gap="large")
    with list_side:
        st.markdown(t("conditions.structures.lead"))
        if structures.empty:
            st.info(t("conditions.structures.empty"), icon=":material/domain_add:")
        else:
            table = view.structures_table(structures, inputs)
            if not workspace.may("write_conditions"):
                show_table(
                    table,
                    _structure_columns(),
                    alt=t("conditions.structures.alt"),
                    key="conditions.structures",
                    about=of_programme("conditions.about.structures", "structures"),
                )
                return
            _structures_editor(table)
            named = {int(row.id): f"{row.name}, {row.where}" for row in table.itertuples()}
            number = st.selectbox(t("conditions.structure"), list(named), format_func=named.__getitem__, key="conditions.structure.remove")
            st.button(
                t("conditions.take_back"),
                on_click=enter.take_back,
                args=("structure", number),
                key="conditions.structure.take_back",
                icon=":material/undo:",
            )
    if not workspace.may("write_conditions"):
        return
    with form_side:
        st.subheader(t("conditions.structure.form"), anchor=False)
        codes = list(inputs.catalogue.interventions.index)
        labels = {code: f"{intervention_name(inputs, code)} ({code})" for code in codes}
        keys = {name: f"conditions.structure.{inputs.country}.{name}" for name in ("code", "scope", "units", "evidence")}
        code = st.selectbox(t("plan.column.intervention"), codes, format_func=labels.__getitem__, **unfinished.field(keys["code"], codes[0], codes))
        scopes = {f"{kind}:{place}": (kind, place) for kind, place in view.scopes_of(inputs, code, found)}
        places = {key: scope_name(inputs, *scope, hosts) for key, scope in scopes.items()}
        where = st.selectbox(
            t("plan.column.where"), list(scopes), format_func=places.__getitem__, **unfinished.field(keys["scope"], next(iter(scopes), None), list(scopes))
        )
        st.number_input(t("plan.column.units"), min_value=0, max_value=1_000_000, step=1, **unfinished.field(keys["units"], 1))
        st.text_input(t("conditions.evidence"), max_chars=500, **unfinished.field(keys["evidence"], ""))
        if where is not None:
            st.button(
                t("conditions.save"),
                icon=":material/save:",
                key="conditions.structure.save",
                on_click=enter.enter_structure,
                args=(code, scopes[where], keys),
            )
        with st.expander(t("conditions.import"), icon=":material/upload_file:"):
            given = st.file_uploader(t("conditions.import.structures"), type=["csv"], key="conditions.import.structures")
            if given is not None:
                st.button(
                    t("conditions.import.button"),
                    on_click=enter.import_file,
                    args=(given.getvalue(), "structure", inputs),
                    key="conditions.import.structure",
                )


def _structures_editor(table: pd.DataFrame) -> None:
    """Units and evidence of what stands, changed in place; each change is an entry of its own."""
    key = f"conditions.structures.editor.{workspace.mark()}.{enter.refusals()}"
    with st.container(gap="xxsmall"):
        st.data_editor(
            table.assign(by=table["by_name"].replace("", t("scenarios.nobody")), at=table["at"].map(workspace.moment))[
                ["name", "where", "units", "evidence", "by", "at"]
            ],
            key=key,
            hide_index=True,
            disabled=["name", "where", "by", "at"],
            on_change=enter.enter_structures,
            args=(table, key),
            alt=t("conditions.structures.alt"),
            column_config={
                "name": st.column_config.TextColumn(t("plan.column.intervention")),
                "where": st.column_config.TextColumn(t("plan.column.where")),
                "units": st.column_config.NumberColumn(t("plan.column.units"), min_value=0, max_value=1_000_000, step=1, required=True, format="localized"),
                "evidence": st.column_config.TextColumn(t("conditions.evidence"), max_chars=500),
                "by": st.column_config.TextColumn(t("scenarios.column.by")),
                "at": st.column_config.TextColumn(t("scenarios.column.at")),
            },
        )
        about = of_programme("conditions.about.structures", "structures")
        exports.foot("conditions.structures", about, rows=lambda: (table, _structure_columns()), picture=None, alt=t("conditions.structures.alt"))


def _structure_columns() -> list[Column]:
    nobody = t("scenarios.nobody")
    return [
        Column("intervention", t("plan.column.code"), hxl="#activity+code", on_screen=False),
        *intervention_columns()[1:],
        Column("where", t("plan.column.where"), hxl="#loc+name"),
        Column("units", t("plan.column.units"), say.number, hxl="#activity+num"),
        Column("evidence", t("conditions.evidence"), hxl="#meta+evidence"),
        Column("by_name", t("scenarios.column.by"), lambda who: who or nobody, hxl="#contact+name"),
        Column("at", t("scenarios.column.at"), workspace.moment, hxl="#date+entered"),
    ]


def prices_tab(inputs: PlanInputs, own_prices: pd.DataFrame) -> None:
    """The programme's unit prices, edited in place."""
    country = inputs.country
    st.markdown(t("conditions.prices.lead"))
    prices = plan_view.prices(inputs, workspace.own_prices(country))
    money = {name: st.column_config.NumberColumn(t(f"plan.price.{name}"), step=100, format="localized", required=True) for name in ("low", "mode", "high")}
    entered = len(own_prices)
    key = f"conditions.prices.{workspace.mark()}.{enter.refusals()}"
    shown = prices.assign(origin=[t(f"plan.price.{origin}") for origin in prices["origin"]])
    with st.container(gap="xxsmall"):
        st.data_editor(
            shown[["name", "low", "mode", "high", "origin"]],
            key=key,
            hide_index=True,
            disabled=["name", "origin"] if workspace.may("write_conditions") else True,
            on_change=enter.enter_prices,
            args=(prices, key),
            alt=t("plan.price.alt"),
            placeholder=say.no_data(),
            column_config={
                "name": st.column_config.TextColumn(t("plan.column.intervention"), width=NAME_WIDTH),
                **money,
                "origin": st.column_config.TextColumn(t("plan.price.origin")),
            },
        )
        prices_foot("conditions.prices", shown)
    if not workspace.may("write_conditions"):
        return
    if entered:
        named = {
            int(row.id): intervention_name(inputs, str(row.intervention))
            for row in own_prices.itertuples()
            if row.intervention in inputs.catalogue.interventions.index
        }
        with st.container(horizontal=True, vertical_alignment="bottom"):
            number = st.selectbox(t("conditions.price"), list(named), format_func=named.__getitem__, key="conditions.price.remove")
            st.button(
                t("conditions.take_back"),
                on_click=enter.take_back,
                args=("price", number),
                key="conditions.price.take_back",
                icon=":material/undo:",
            )
    with st.expander(t("conditions.import"), icon=":material/upload_file:"):
        given = st.file_uploader(t("conditions.import.prices"), type=["csv"], key="conditions.import.prices")
        if given is not None:
            st.button(
                t("conditions.import.button"),
                on_click=enter.import_file,
                args=(given.getvalue(), "price", inputs),
                key="conditions.import.price",
            )


def history_tab(inputs: PlanInputs, past: pd.DataFrame) -> None:
    """Every entry of every kind."""
    nobody = t("scenarios.nobody")
    if past.empty:
        st.info(t("conditions.history.empty"), icon=":material/history:")
    else:
        show_table(
            past,
            [
                Column("at", t("scenarios.column.at"), workspace.moment),
                Column("kind", t("conditions.column.kind"), lambda kind: t(f"conditions.kind.{kind}")),
                Column("what", t("conditions.column.what"), width=300),
                Column("where", t("plan.column.where")),
                Column("value", t("conditions.column.entered")),
                Column("evidence", t("conditions.evidence")),
                Column("by", t("scenarios.column.by"), lambda who: who or nobody),
            ],
            alt=t("conditions.history.alt"),
            key="conditions.history",
            about=of_programme("conditions.about.history", "saisies"),
        )
