"""Method: how the plan is worked out, with the values of this scenario, the assumptions, the indicators, the sources and the limits."""

import streamlit as st

from analytics.scenario import MODEL_VERSION, differences
from data import queries
from ui import controls, page, session, state
from ui import format as say
from ui.figures import Figure
from ui.language import column, has, t, tn
from ui.naming import named_sources
from ui.tables import Column, show_table
from ui.views import method as view

inputs, scenario = session.inputs(), state.scenario()
plan, assessed = session.plan(), session.assessment()
totals = plan.totals
key = (session.country(), session.level(), scenario.model_dump_json())
changed = len(differences(scenario))
known = session.remember("method.indicators", lambda: view.indicators(inputs, assessed), *key)
with_value = int((known["known"] > 0).sum())

page.head(
    t("method.title"),
    t(
        "method.answer",
        country=session.country_name(),
        known=with_value,
        whole=len(known),
        changed=tn("method.changed", changed) if changed else t("method.unchanged"),
    ),
    [
        Figure(
            t("method.figure.version"),
            MODEL_VERSION,
            session.basis_name(),
            None,
            t("method.figure.version.help"),
        ),
        Figure(
            t("method.figure.indicators"),
            t("situation.of", part=with_value, whole=len(known)),
            session.country_name(),
            "observed",
            t("method.figure.indicators.help"),
        ),
        Figure(
            t("method.figure.provisional"),
            say.percent(totals.provisional_share),
            t("situation.horizon", months=scenario.horizon_months),
            None,
            t("method.figure.provisional.help"),
        ),
        Figure(t("plan.figure.assumed"), say.percent(totals.assumed_share_of_cost), say.money(totals.cost), None, t("plan.figure.assumed.help")),
    ],
)

names = ("steps", "assumptions", "indicators", "interventions", "sources", "limits", "glossary")
tabs = dict(zip(names, st.tabs([t(f"method.tab.{name}") for name in names], key="method.tabs", on_change="rerun"), strict=True))
if tabs["steps"].open:
    with tabs["steps"]:
        leading = assessed.returns.areas["total"].idxmax() if assessed.returns.areas["total"].fillna(0).max() > 0 else None
        live = {
            "months": scenario.horizon_months,
            "years": scenario.base_years,
            "expected": say.people_about(totals.expected_returns),
            "host": say.percent(scenario.host_share),
            "assumed_need": say.percent(scenario.assumed_need),
            "assumed_adequacy": say.percent(scenario.assumed_adequacy),
            "assumed_supply": say.percent(scenario.assumed_supply),
            "cut_returns": say.number(scenario.cut_returns),
            "cut_needs": say.number(scenario.cut_needs),
            "cut_capacity": say.number(scenario.cut_capacity),
            "cut_services": say.percent(scenario.cut_services),
            "cut_coordination": say.percent(scenario.cut_coordination),
            "trigger": say.percent(scenario.trigger_level),
            "mix": say.percent(scenario.mix_cap),
            "balance": say.percent(scenario.balance),
            "beta": say.number(scenario.beta, 2),
            "demand": say.about(totals.demand),
            "gap": say.percent(totals.proven_gap, 2),
            "conditions": totals.conditions,
            "place": inputs.areas.at[leading, column()] if leading else session.country_name(),
            "place_expected": say.about(assessed.returns.areas.at[leading, "total"]) if leading else say.no_data(),
        }
        for number in range(7):
            st.subheader(t(f"method.step.{number}.title"), anchor=False)
            st.markdown(t(f"method.step.{number}", **live))
if tabs["assumptions"].open:
    with tabs["assumptions"]:
        st.markdown(t("method.assumptions.lead"))
        show_table(
            session.remember(
                "method.assumptions",
                lambda: view.assumptions(
                    scenario, lambda k: t(f"input.{k}.label"), controls.input_value, lambda unit: t(f"unit.{unit}") if has(f"unit.{unit}") else ""),
                *key,
            ),
            [
                Column("label", t("method.column.assumption"), width=380),
                Column("unit", t("method.column.unit")),
                Column("value", t("method.column.value")),
                Column("default", t("method.column.default")),
                Column("changed", t("method.column.changed")),
                Column("section", t("method.column.section"), lambda n: t("method.section", number=n)),
                Column("key", t("method.column.key"), on_screen=False),
            ],
            alt=t("method.assumptions.alt"),
            key="method.assumptions",
            basis=key,
            file_name="ancrage-hypotheses",
            height=620,
        )
if tabs["indicators"].open:
    with tabs["indicators"]:
        st.markdown(t("method.indicators.lead"))
        show_table(
            known,
            [
                Column("code", t("method.column.code")),
                Column("name", t("method.column.indicator"), width=380),
                Column("unit", t("method.column.unit"), lambda unit: t(f"unit.of.{unit}")),
                Column("axis", t("method.column.axis"), lambda a: t(f"method.axis.{a}")),
                Column("dimension", t("method.column.dimension"), lambda d: t(f"method.dimension.{d}")),
                Column("low", t("method.column.low"), lambda v: say.number(v, 2), width=110),
                Column("high", t("method.column.high"), lambda v: say.number(v, 2), width=110),
                Column("known", t("method.column.known"), say.number),
            ],
            alt=t("method.indicators.alt"),
            key="method.indicators",
            basis=key,
            file_name="ancrage-indicateurs",
            height=620,
        )
if tabs["interventions"].open:
    with tabs["interventions"]:
        st.markdown(t("method.interventions.lead"))
        show_table(
            session.remember("method.interventions", lambda: view.interventions(inputs), *key),
            [
                Column("code", t("method.column.code")),
                Column("name", t("plan.column.intervention"), width=360),
                Column("driver", t("method.column.number"), lambda d: t(f"explain.driver.{d}"), width=220),
                Column("serves", t("method.column.serves"), width=260),
                Column("prerequisites", t("method.column.needs"), width=300),
                Column("lead", t("method.column.lead"), say.number),
                Column("section", t("method.column.handbook")),
                Column("provenance", t("method.column.provenance"), lambda p: t(f"method.provenance.{p}")),
            ],
            alt=t("method.interventions.alt"),
            key="method.interventions",
            basis=key,
            file_name="ancrage-appuis",
            height=620,
        )
if tabs["sources"].open:
    with tabs["sources"]:
        st.markdown(t("method.sources.lead"))
        show_table(
            named_sources(session.query(queries.sources, session.country())),
            [
                Column(column("title"), t("method.column.source"), width=380),
                Column("publisher", t("method.column.publisher")),
                Column("period", t("method.column.period")),
                Column("licence", t("method.column.licence"), width=170),
                Column(column("changes"), t("method.column.changes"), width=380),
                Column("url", t("method.column.url"), on_screen=False),
            ],
            alt=t("method.sources.alt"),
            key="method.sources",
            basis=key,
            file_name="ancrage-sources",
        )
        st.markdown("\n".join(f"- {note}" for key_fr_en, note in sorted(inputs.notes.items()) if key_fr_en.endswith(column(""))))
if tabs["limits"].open:
    with tabs["limits"]:
        st.markdown(t("method.limits"))
if tabs["glossary"].open:
    with tabs["glossary"]:
        st.markdown(t("method.glossary"))
        st.markdown("\n".join(f"- {view.with_unit(inputs, code)}" for code in ("R2", "EC6", "SV1", "CO6", "AC1")))
page.foot(session.query(queries.sources, session.country()))
