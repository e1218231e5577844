"""Plan: how many interventions of which kind and scale, where, for how much, and why each number is what it is."""

import streamlit as st

from data import queries
from ui import controls, page, plan_over_time, plan_own, plan_tabs, session, state, workspace
from ui import format as say
from ui.figures import Figure
from ui.language import column, t, tn
from ui.naming import intervention_name, scope_name
from ui.plan_map import plan_map
from ui.views import plan as view
from ui.views import situation

inputs, scenario = session.inputs(), state.scenario()
plan, assessed = session.plan(), session.assessment()
key = (session.country(), session.level(), scenario.model_dump_json())
totals = plan.totals
before, after = say.percents(totals.coverage_in_place, totals.coverage)
names = inputs.areas[column()]
areas = session.remember("situation.table", lambda: situation.area_table(plan), *key)
kinds = session.remember("plan.interventions", lambda: view.interventions(plan, inputs), *key)
lines = session.remember("plan.lines", lambda: view.lines(plan, inputs), *key)
focus = session.focus()
national = int(kinds["national"].sum())
local = int(kinds["units"].sum()) - national
known = bool(areas["expected"].notna().any())

page.head(
    t("plan.title"),
    t(
        f"plan.answer.{plan.question}" if known else "plan.answer.unknown",
        country=session.country_name(),
        cost=say.money(totals.cost),
        months=scenario.horizon_months,
        national=tn("plan.national", national, count=say.number(national)),
        local=tn("plan.local", local, count=say.number(local)),
        before=before,
        after=after,
        met=totals.conditions_met,
        conditions=totals.conditions,
        target=say.percent(scenario.target),
    ),
    [
        Figure(
            t("plan.figure.cost"),
            say.persons(totals.cost),
            t("plan.figure.cost.of", budget=say.money(totals.budget)) if totals.budget is not None else None,
            "assumed",
            t("plan.figure.cost.help"),
            say.exact(totals.cost),
        ),
        Figure(
            t("plan.figure.persons"),
            say.about(totals.persons_at_least),
            t("plan.figure.persons.services", services=say.about(totals.person_services)),
            "assumed",
            t("plan.figure.persons.help"),
        ),
        Figure(
            t("plan.figure.coverage"),
            after,
            t("plan.figure.coverage.of", before=before),
            "assumed",
            t("plan.figure.coverage.help"),
        ),
        Figure(
            t("plan.figure.assumed"),
            say.percent(totals.assumed_share_of_cost),
            t("plan.figure.assumed.provisional", share=say.percent(totals.provisional_share)),
            None,
            t("plan.figure.assumed.help"),
        ),
    ],
)

if not known:
    page.way_to_figures(t("page.import_returns"))
map_side, panel = page.beside_map()
with panel:
    controls.scenario_controls(
        [*view.ASKED[scenario.question], *view.THRESHOLDS],
        computed={"budget": t("plan.budget.computed", budget=say.money(totals.budget))} if totals.budget is not None else None,
    )
with map_side:
    chosen = state.get("view") if state.get("view") in view.VIEWS else view.VIEWS[0]
    controls.segmented("view", t("plan.map.show"), list(view.VIEWS), lambda name: t(f"plan.view.{name}"), chosen)
    plan_map(
        "plan",
        chosen,
        plan=plan,
        table=areas,
        names=names,
        key=key,
        focus=focus,
        alt=t("plan.map.alt", view=t(f"plan.view.{chosen}"), country=session.country_name(), nothing=tn("plan.nothing", len(totals.areas_with_nothing))),
    )

if plan.scenario["prices"]:
    st.caption(tn("plan.prices.own", len(plan.scenario["prices"])))
else:
    st.info(t("plan.prices.illustrative" if workspace.may("write_scenarios") else "plan.prices.illustrative.file"), icon=":material/sell:")
if session.map_level() != session.level():
    st.caption(t("plan.level", areas=say.number(len(inputs.areas))))
for floor in plan.floors:
    if floor.missing_persons >= 1:
        st.warning(
            t(
                "plan.bind.floor.missed",
                place=session.area_name(floor.place),
                wanted=say.percent(floor.wanted),
                reached=say.percent(floor.reached),
                people=say.people_about(floor.missing_persons),
            ),
            icon=":material/vertical_align_bottom:",
        )
if totals.balance_kept is not None and totals.balance_kept < scenario.balance - 1e-9:
    st.caption(t("plan.balance.missed", asked=say.percent(scenario.balance), kept=say.percent(totals.balance_kept)))
for rule in plan.broken[:6]:
    where = scope_name(inputs, rule.scope.kind, rule.scope.id)
    st.warning(
        t(
            f"plan.broken.{rule.rule}",
            intervention=intervention_name(inputs, rule.intervention),
            where=where,
            needs=intervention_name(inputs, rule.needs) if rule.needs else "",
            limit=say.number(rule.limit),
        ),
        icon=":material/rule:",
    )
if len(plan.broken) > 6:
    st.caption(tn("plan.broken.more", len(plan.broken) - 6))

drawn = {
    "kinds": plan_tabs.interventions,
    "why": plan_tabs.why,
    "areas": plan_tabs.areas,
    "sectors": plan_tabs.sectors,
    "time": plan_over_time.timeline,
    "curve": plan_over_time.curve,
    "hand": plan_own.by_hand,
    "bind": plan_own.constraints,
    "assess": plan_tabs.assess_first,
    "reach": plan_tabs.out_of_reach,
    "prices": plan_own.prices,
}
if not workspace.may("write_scenarios"):
    drawn = {name: draw for name, draw in drawn.items() if draw.__module__ != plan_own.__name__}
seen = plan_tabs.OnScreen(inputs, scenario, plan, assessed, areas, kinds, lines, focus, key)
tabs = st.tabs([t(f"plan.tab.{name}") for name in drawn], key="plan.tabs", on_change="rerun")
for tab, draw in zip(tabs, drawn.values(), strict=True):
    if tab.open:
        with tab:
            draw(seen)
if totals.proven_gap is not None and plan.question in ("budget", "target") and plan.lines:
    st.caption(t("plan.proven", gap=say.percent(totals.proven_gap, 2), seconds=say.number(totals.seconds, 1)))
page.foot(session.query(queries.sources, session.country()))
