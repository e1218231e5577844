"""Plan: how many interventions of which kind and scale, where, for how much, and why each number is what it is."""

import streamlit as st

from analytics.explain import explain
from data import queries
from ui import controls, page, session, state
from ui import format as say
from ui.colours import magnitude_scale, stance_scale
from ui.explanation import show_explanation
from ui.figures import Figure, quality_mark, quality_word
from ui.language import column, t, tn
from ui.map import area_map
from ui.naming import host_country_names, indicator_name, intervention_name, scope_name, sector_name, stance_label, stance_labels, stance_name
from ui.plan_editors import prices_editor, units_editor
from ui.tables import Column, show_table
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

page.head(
    t("plan.title"),
    t(
        f"plan.answer.{plan.question}",
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
            say.money(totals.cost),
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

map_side, panel = page.beside_map()
with panel:
    controls.scenario_controls(
        [*view.ASKED[scenario.question], *view.THRESHOLDS],
        computed={"budget": t("plan.budget.computed", budget=say.money(totals.budget))} if totals.budget is not None else None,
    )
with map_side:
    chosen = state.get("view") if state.get("view") in view.VIEWS else view.VIEWS[0]
    controls.segmented("view", t("plan.map.show"), list(view.VIEWS), lambda name: t(f"plan.view.{name}"), chosen)
    formats = {"planned": say.percent, "cost": say.money, "persons": say.about}
    scale = (
        stance_scale(t("plan.view.stance"), stance_labels())
        if chosen == "stance"
        else session.remember(
            f"plan.scale.{chosen}",
            lambda: magnitude_scale(areas[chosen], title=t(f"plan.view.{chosen}"), unit=t(f"plan.view.{chosen}.unit"), format=formats[chosen]),
            *key,
        )
    )
    rows = session.remember(
        f"plan.map.{chosen}",
        lambda: situation.map_rows(
            areas,
            names,
            chosen,
            lambda row: t(
                "plan.map.text",
                stance=stance_name(row["stance"]),
                cost=say.money(row["cost"]),
                persons=say.about(row["persons"]),
                before=say.percent(row["covered"]),
                after=say.percent(row["planned"]),
                quality=quality_word(row["quality"]),
            ),
        ),
        *key,
    )
    area_map(
        country=session.country(),
        level=session.level(),
        rows=rows,
        scale=scale,
        key="plan.map",
        selected=focus,
        on_select=state.select_area,
        alt=t("plan.map.alt", view=t(f"plan.view.{chosen}"), country=session.country_name(), nothing=tn("plan.nothing", len(totals.areas_with_nothing))),
    )

if chosen == "planned" and areas["planned"].isna().any():
    st.caption(tn("plan.hatched", int(areas["planned"].isna().sum())))
if scenario.prices:
    st.caption(tn("plan.prices.own", len(scenario.prices)))
else:
    st.info(t("plan.prices.illustrative"), icon=":material/sell:")
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

tabs = dict(
    zip(
        ("kinds", "why", "areas", "sectors", "hand", "assess", "reach", "prices"),
        st.tabs(
            [t(f"plan.tab.{name}") for name in ("kinds", "why", "areas", "sectors", "hand", "assess", "reach", "prices")], key="plan.tabs", on_change="rerun"
        ),
        strict=True,
    )
)
if tabs["kinds"].open:
    with tabs["kinds"]:
        if kinds.empty:
            st.info(t("plan.empty"))
        else:
            show_table(
                kinds,
                [
                    Column("code", t("plan.column.code"), hxl="#activity+code", on_screen=False),
                    Column("name", t("plan.column.intervention"), hxl="#activity+name", width=330),
                    Column("units", t("plan.column.units"), say.number, hxl="#activity+num"),
                    Column("areas", t("plan.column.areas"), say.number, t("plan.column.areas.help"), hxl="#adm+num"),
                    Column("national", t("plan.column.national"), say.number, t("plan.column.national.help"), hxl="#activity+num+national", on_screen=False),
                    Column(
                        "persons",
                        t("plan.column.persons"),
                        lambda persons: say.about(persons) if persons else t("plan.enabling"),
                        t("plan.column.persons.help"),
                        hxl="#targeted",
                    ),
                    Column("cost", t("plan.column.cost"), say.money, hxl="#value+eur"),
                    Column("start", t("plan.column.start"), say.number, t("plan.column.start.help"), hxl="#date+start+months"),
                    Column("quality", t("plan.column.quality"), quality_mark, hxl="#meta+quality"),
                ],
                alt=t("plan.kinds.alt"),
                key="plan.kinds",
                file_name=f"{session.country()}-plan",
            )
            st.download_button(
                t("plan.download"),
                data=lambda: plan.model_dump_json(indent=1),
                file_name=f"{session.country()}-plan.json",
                mime="application/json",
                key="plan.json",
                on_click="ignore",
                type="tertiary",
                icon=":material/download:",
            )
if tabs["why"].open:
    with tabs["why"]:
        st.markdown(t("plan.why.lead"))
        codes = list(dict.fromkeys([*kinds["code"], *(c.code for c in assessed.found)]))
        labels = {code: f"{intervention_name(inputs, code)} ({code})" for code in codes}
        left, right = st.columns(2)
        code = left.selectbox(t("plan.column.intervention"), codes, format_func=labels.__getitem__, key="why.code")
        held = {(line.scope.kind, line.scope.id): line.units for line in plan.lines if line.intervention == code}
        hosts = host_country_names(inputs)
        scopes = sorted([(c.kind, c.scope) for c in assessed.found if c.code == code], key=lambda s: (s[1] != focus, -held.get(s, 0)))
        places = {s: t("plan.why.scope", where=scope_name(inputs, *s, hosts), units=say.number(held.get(s, 0))) for s in scopes}
        scope = right.selectbox(t("plan.column.where"), scopes, format_func=places.__getitem__, key="why.scope")
        if scope is not None:
            show_explanation(session.remember("plan.why", lambda: explain(inputs, scenario, assessed, plan, code, *scope), *key, code, scope), inputs)
if tabs["areas"].open:
    with tabs["areas"]:
        listed = session.remember("situation.listed", lambda: situation.listed(areas, inputs.areas[[column(), column("parent_name")]]), *key)
        show_table(
            listed,
            [
                Column("pcode", t("situation.column.code"), hxl="#adm+code", on_screen=False),
                Column(column(), t("situation.column.area"), hxl="#adm+name"),
                Column("stance", t("situation.column.stance"), stance_label, hxl="#status+stance"),
                Column("if_adequate", t("plan.column.if_adequate", adequacy=say.percent(scenario.shown_adequacy)), stance_label, hxl="#status+stance+adequate"),
                Column("persons", t("plan.column.persons"), say.about, hxl="#targeted"),
                Column("cost", t("plan.column.cost"), say.money, hxl="#value+eur"),
                Column("covered", t("situation.column.covered"), say.percent, hxl="#reached+pct"),
                Column("planned", t("situation.column.planned"), say.percent, hxl="#targeted+pct"),
                Column("quality", t("situation.column.quality"), quality_mark, hxl="#meta+quality"),
            ],
            alt=t("plan.areas.alt"),
            key="plan.areas",
            file_name=f"{session.country()}-plan-territoires",
        )
        if totals.worst_area:
            st.caption(t("plan.worst", area=names[totals.worst_area], share=say.percent(areas.at[totals.worst_area, "planned"])))
        if totals.areas_with_nothing:
            st.caption(t("plan.areas_with_nothing", areas=say.several([str(names[p]) for p in totals.areas_with_nothing])))
        for place in plan.not_placed:
            st.caption(
                t(
                    "plan.not_placed.spread" if place.spread else "plan.not_placed",
                    people=say.people_about(place.persons),
                    place=session.area_name(place.parent),
                    kind=t(f"plan.kind.{place.kind}"),
                )
            )
if tabs["sectors"].open:
    with tabs["sectors"]:
        show_table(
            session.remember("plan.sectors", lambda: view.sectors(plan), *key),
            [
                Column("sector", t("plan.column.sector"), sector_name, hxl="#sector"),
                Column("demand", t("plan.column.demand"), say.about, t("plan.column.demand.help"), hxl="#inneed"),
                Column("supply", t("plan.column.supply"), say.about, t("plan.column.supply.help"), hxl="#reached+services"),
                Column("partners", t("plan.column.partners"), say.about, t("plan.column.partners.help"), hxl="#reached+partners"),
                Column("planned", t("plan.column.planned"), say.about, hxl="#targeted"),
                Column("before", t("situation.column.covered"), say.percent, hxl="#reached+pct"),
                Column("after", t("situation.column.planned"), say.percent, hxl="#targeted+pct"),
                Column("quality", t("plan.column.quality"), quality_mark, hxl="#meta+quality"),
            ],
            alt=t("plan.sectors.alt"),
            key="plan.sectors",
            file_name=f"{session.country()}-plan-secteurs",
        )
if tabs["hand"].open:
    with tabs["hand"]:
        st.markdown(t("plan.by_hand.lead"))
        units_editor(lines, assessed.found, inputs)
if tabs["assess"].open:
    with tabs["assess"]:
        st.markdown(t("plan.assess.lead"))
        show_table(
            session.remember("plan.assess", lambda: view.assess_first(plan), *key),
            [
                Column("indicator", t("plan.column.missing"), lambda c: indicator_name(inputs, c), width=380, hxl="#indicator+code"),
                Column("interventions", t("plan.column.waiting"), say.number, t("plan.column.waiting.help")),
                Column("places", t("plan.column.places"), say.number),
                Column("cost", t("plan.column.hanging"), say.money, t("plan.column.hanging.help"), hxl="#value+eur"),
            ],
            alt=t("plan.assess.alt"),
            key="plan.assess",
            file_name=f"{session.country()}-a-evaluer",
        )
if tabs["reach"].open:
    with tabs["reach"]:
        st.markdown(t("plan.reach.lead", target=say.percent(scenario.target)))
        reach = session.remember("plan.reach", lambda: view.out_of_reach(plan, inputs), *key)
        if reach.empty:
            st.success(t("plan.reach.none"))
        else:
            show_table(
                reach,
                [
                    Column("pcode", t("situation.column.code"), hxl="#adm+code", on_screen=False),
                    Column("area", t("situation.column.area"), hxl="#adm+name"),
                    Column("sector", t("plan.column.sector"), lambda s: t("plan.all_sectors") if say.missing(s) else sector_name(s), hxl="#sector"),
                    Column("coverage", t("situation.column.planned"), say.percent, hxl="#targeted+pct"),
                    Column("reason", t("plan.column.reason"), lambda r: t(f"plan.reason.{r}"), width=420, hxl="#status+reason"),
                ],
                alt=t("plan.reach.alt"),
                key="plan.reach",
                file_name=f"{session.country()}-hors-de-portee",
            )
        if plan.too_small:
            st.caption(tn("plan.too_small", len(plan.too_small)))
if tabs["prices"].open:
    with tabs["prices"]:
        st.markdown(t("plan.price.lead"))
        prices_editor(session.remember("plan.prices", lambda: view.prices(inputs, dict(scenario.prices)), *key))
if totals.proven_gap is not None:
    st.caption(t("plan.proven", gap=say.percent(totals.proven_gap, 2), seconds=say.number(totals.seconds, 1)))
page.foot(session.query(queries.sources, session.country()))
