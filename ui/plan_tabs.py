"""The parts of the page Plan below its map, one function a tab; each reads what the page has already worked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import streamlit as st

from analytics.assessment import Assessment
from analytics.explain import explain
from analytics.inputs import PlanInputs
from analytics.plan import Plan
from analytics.scenario import Scenario
from ui import format as say
from ui import session
from ui.downloads import offered
from ui.explanation import show_explanation
from ui.figures import quality_mark
from ui.language import column, t, tn
from ui.naming import host_country_names, indicator_name, intervention_name, scope_name, sector_name, stance_label
from ui.plan_columns import ITEM_WIDTH, intervention_columns
from ui.tables import Column, show_table
from ui.views import plan as view
from ui.views import situation
from ui.views.plan_about import of_plan

NAMED: Final = 12
"""Areas a sentence names; the others are counted."""


@dataclass(frozen=True)
class OnScreen:
    """What the page Plan shows: figures, plan, its tables, the area in focus, and the key under which results are remembered."""

    inputs: PlanInputs
    scenario: Scenario
    plan: Plan
    assessed: Assessment
    areas: pd.DataFrame
    kinds: pd.DataFrame
    lines: pd.DataFrame
    focus: str | None
    key: tuple[Any, ...]


def interventions(seen: OnScreen) -> None:
    """What is bought: one row an intervention, and the whole plan as a file."""
    if seen.kinds.empty:
        why = "plan.empty.by_hand" if seen.plan.question == "by_hand" else "plan.empty"
        st.info(t(why if seen.areas["expected"].notna().any() else "plan.empty.unknown"))
    else:
        show_table(
            seen.kinds,
            [
                *intervention_columns(),
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
                Column("start", t("plan.column.start"), say.number, t("plan.column.start.help"), hxl="#date+start+months", on_screen=False),
                Column("quality", t("plan.column.quality"), quality_mark, hxl="#meta+quality"),
            ],
            alt=t("plan.kinds.alt"),
            key="plan.kinds",
            basis=seen.key,
            about=of_plan(seen.plan, "plan.about.kinds", "plan", seen.kinds["quality"]),
        )
        st.download_button(
            t("plan.download"),
            data=offered(lambda: seen.plan.model_dump_json(indent=1)),
            file_name=f"{session.country()}-plan.json",
            mime="application/json",
            key="plan.json",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
        )


def why(seen: OnScreen) -> None:
    """Why a number is what it is, for any intervention in any place."""
    st.markdown(t("plan.why.lead"))
    codes = list(dict.fromkeys([*seen.kinds["code"], *(c.code for c in seen.assessed.found)]))
    labels = {code: f"{intervention_name(seen.inputs, code)} ({code})" for code in codes}
    left, right = st.columns(2)
    code = left.selectbox(t("plan.column.intervention"), codes, format_func=labels.__getitem__, key="why.code")
    held = {(line.scope.kind, line.scope.id): line.units for line in seen.plan.lines if line.intervention == code}
    hosts = host_country_names(seen.inputs)
    scopes = sorted([(c.kind, c.scope) for c in seen.assessed.found if c.code == code], key=lambda s: (s[1] != seen.focus, -held.get(s, 0)))
    places = {s: t("plan.why.scope", where=scope_name(seen.inputs, *s, hosts), units=say.number(held.get(s, 0))) for s in scopes}
    scope = right.selectbox(t("plan.column.where"), scopes, format_func=places.__getitem__, key="why.scope")
    if scope is not None:
        show_explanation(
            session.remember("plan.why", lambda: explain(seen.inputs, seen.scenario, seen.assessed, seen.plan, code, *scope), *seen.key, code, scope),
            seen.inputs,
        )


def areas(seen: OnScreen) -> None:
    """What each area gets, and where nothing goes."""
    listed = session.remember("situation.listed", lambda: situation.listed(seen.areas, seen.inputs.areas[[column(), column("parent_name")]]), *seen.key)
    show_table(
        listed,
        [
            Column("pcode", t("situation.column.code"), hxl="#adm+code", on_screen=False),
            Column(column(), t("situation.column.area"), hxl="#adm+name"),
            Column("stance", t("situation.column.stance"), stance_label, hxl="#status+stance"),
            Column(
                "if_adequate", t("plan.column.if_adequate", adequacy=say.percent(seen.scenario.shown_adequacy)), stance_label, hxl="#status+stance+adequate"
            ),
            Column("persons", t("plan.column.persons"), say.about, hxl="#targeted"),
            Column("cost", t("plan.column.cost"), say.money, hxl="#value+eur"),
            Column("covered", t("situation.column.covered"), say.percent, hxl="#reached+pct"),
            Column("planned", t("situation.column.planned"), say.percent, hxl="#targeted+pct"),
            Column("quality", t("situation.column.quality"), quality_mark, hxl="#meta+quality"),
        ],
        alt=t("plan.areas.alt"),
        key="plan.areas",
        basis=seen.key,
        about=of_plan(seen.plan, "plan.about.areas", "plan-territoires", listed["quality"]),
    )
    names = seen.inputs.areas[column()]
    if seen.plan.totals.worst_area:
        st.caption(t("plan.worst", area=names[seen.plan.totals.worst_area], share=say.percent(seen.areas.at[seen.plan.totals.worst_area, "planned"])))
    if seen.plan.totals.areas_with_nothing:
        nothing = [str(names[p]) for p in seen.plan.totals.areas_with_nothing]
        if len(nothing) > NAMED:
            nothing = [*nothing[:NAMED], tn("plan.more_areas", len(nothing) - NAMED)]
        st.caption(t("plan.areas_with_nothing", areas=say.several(nothing)))
    told = [
        t(
            "plan.not_placed.spread" if place.spread else "plan.not_placed",
            people=say.people_about(place.persons),
            place=session.area_name(place.parent),
            kind=t(f"plan.kind.{place.kind}"),
        )
        for place in sorted(seen.plan.not_placed, key=lambda place: -place.persons)
    ]
    if len(told) > 2:
        with st.expander(t("plan.not_placed.all", people=say.people_about(sum(place.persons for place in seen.plan.not_placed)))):
            st.markdown("\n".join(f"- {one}" for one in told))
    else:
        for one in told:
            st.caption(one)


def sectors(seen: OnScreen) -> None:
    """Demand, what absorbs it and what the plan adds, sector by sector."""
    show_table(
        session.remember("plan.sectors", lambda: view.sectors(seen.plan), *seen.key),
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
        basis=seen.key,
        about=of_plan(seen.plan, "plan.about.sectors", "plan-secteurs"),
    )


def assess_first(seen: OnScreen) -> None:
    """What nobody has assessed, and the money that hangs on it."""
    st.markdown(t("plan.assess.lead"))
    show_table(
        session.remember("plan.assess", lambda: view.assess_first(seen.plan, seen.inputs), *seen.key),
        [
            Column("indicator", t("plan.column.missing"), lambda c: indicator_name(seen.inputs, c), width=ITEM_WIDTH, hxl="#indicator+code"),
            Column("names", t("plan.column.waiting"), None, t("plan.column.waiting.help"), width=300),
            Column("places", t("plan.column.places"), say.number),
            Column("persons", t("plan.column.concerned"), say.about, t("plan.column.concerned.help"), hxl="#affected"),
            Column("cost", t("plan.column.hanging"), say.money, t("plan.column.hanging.help"), hxl="#value+eur"),
        ],
        alt=t("plan.assess.alt"),
        key="plan.assess",
        basis=seen.key,
        about=of_plan(seen.plan, "plan.about.assess", "a-evaluer"),
    )


def out_of_reach(seen: OnScreen) -> None:
    """What stays below the target, and why."""
    st.markdown(t("plan.reach.lead", target=say.percent(seen.scenario.target)))
    reach = session.remember("plan.reach", lambda: view.out_of_reach(seen.plan, seen.inputs), *seen.key)
    if reach.empty:
        st.success(t("plan.reach.none"))
    else:
        show_table(
            reach,
            [
                Column("pcode", t("situation.column.code"), hxl="#adm+code", on_screen=False),
                Column("area", t("situation.column.area"), hxl="#adm+name"),
                Column("sector", t("plan.column.sector"), lambda s: sector_name(s) if s else t("plan.all_sectors"), hxl="#sector"),
                Column("coverage", t("situation.column.planned"), say.percent, hxl="#targeted+pct"),
                Column("reason", t("plan.column.reason"), lambda r: t(f"plan.reason.{r}"), width=420, hxl="#status+reason"),
            ],
            alt=t("plan.reach.alt"),
            key="plan.reach",
            basis=seen.key,
            about=of_plan(seen.plan, "plan.about.reach", "hors-de-portee"),
        )
    if seen.plan.too_small:
        st.caption(tn("plan.too_small", len(seen.plan.too_small)))
