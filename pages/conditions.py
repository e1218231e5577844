"""Conditions: coordination, policy and actors at each level: what was found, by whom, and what each score would change."""

from dataclasses import replace
from datetime import date

import streamlit as st

from data.errors import DataError
from data.workspace import entries, scorecard
from ui import condition_entries as enter
from ui import condition_tabs, controls, exports, page, session, state, unfinished, workspace
from ui import format as say
from ui.figures import Figure, quality_mark
from ui.language import t, tn
from ui.tables import Column, show_table
from ui.views import conditions as view
from ui.views.plan_about import of_programme
from ui.widget_keys import labels_of

NOT_YET = "–"
ITEM_COLUMN = 230
"""Pixels of an item beside eight other columns: a longer name goes on below."""
"""What stands where an item has no score to say more of."""

inputs, scenario = session.inputs(), state.scenario()
country, nobody = session.country(), t("scenarios.nobody")
place = session.focus() or country
try:
    actor, engine = workspace.actor(), workspace.engine()
    scores = entries.current(engine, actor, "score", country)
    structures = entries.current(engine, actor, "structure", country)
    actors = entries.current(engine, actor, "stakeholder", country)
    own_prices = entries.current(engine, actor, "price", country)
except DataError as error:
    page.head(t("conditions.title"), workspace.said(error))
    st.stop()

items = view.items_table(inputs, scores, place)
cells = view.matrix(items)
assessed = session.assessment()
scored = int(items["value"].notna().sum())
provisional = int(assessed.stance["provisional"].sum())
page.head(
    t("conditions.title"),
    t(
        "conditions.answer",
        scored=tn("conditions.scored", scored, items=len(items)),
        place=session.area_name(place),
        provisional=tn("conditions.provisional", provisional),
    ),
    [
        Figure(
            t(f"conditions.element.{element}"),
            say.percent(assessed.scored.capacity_parts[element].mean() if place == country else assessed.scored.capacity_parts.at[place, element]),
            t(
                "conditions.figure.scored",
                scored=sum(cells[element, at][0] for at in scorecard.LEVELS),
                items=sum(cells[element, at][1] for at in scorecard.LEVELS),
            ),
            "assumed"
            if (assessed.scored.capacity_assumed[element].any() if place == country else assessed.scored.capacity_assumed.at[place, element])
            else "observed",
            t("conditions.figure.help", assumed=say.percent(scenario.assumed_adequacy)),
        )
        for element in scorecard.ELEMENTS
        if element in assessed.scored.capacity_parts
    ],
)
if not workspace.may("write_conditions"):
    st.caption(t("audience.read_only"))

tabs = dict(
    zip(
        ("card", "unlock", "actors", "structures", "prices", "history"),
        st.tabs(
            [t(f"conditions.tab.{name}") for name in ("card", "unlock", "actors", "structures", "prices", "history")], key="conditions.tabs", on_change="rerun"
        ),
        strict=True,
    )
)
if tabs["card"].open:
    with tabs["card"]:
        card_side, form_side = st.columns([3, 2], gap="large")
        with card_side:
            st.markdown(t("conditions.card.lead", place=session.area_name(place)))
            for element in scorecard.ELEMENTS:
                levels = [at for at in scorecard.LEVELS if cells[element, at][1]]
                heading, *holders = st.columns(4, gap="small", vertical_alignment="center")
                heading.markdown(f"**{t(f'conditions.element.{element}')}**")
                for at, holder in zip(scorecard.LEVELS, holders, strict=True):
                    done, of, adequacy = cells[element, at]
                    if at in levels:
                        with holder.container(border=True, height="stretch", gap="xxsmall"):
                            st.caption(t(f"conditions.level.{at}").capitalize())
                            st.markdown(f"**{say.percent(adequacy) if done else t('conditions.not_scored')}**")
                            st.caption(t("conditions.cell", scored=done, items=of))
        if not workspace.may("write_conditions"):
            with form_side:
                controls.area_chooser(t("conditions.area"))
        else:
            with form_side:
                st.subheader(t("conditions.form"), anchor=False)
                controls.area_chooser(t("conditions.area"))
                names = {
                    row.indicator: t("conditions.item.of", element=t(f"conditions.element.{row.element}"), name=row.name)
                    for row in items[["indicator", "element", "name"]].itertuples(index=False)
                }
                code = st.selectbox(t("conditions.column.item"), list(names), format_func=names.__getitem__, key="conditions.item")
                item = items.set_index("indicator").loc[code]
                st.caption(t("conditions.form.where", level=t(f"conditions.level.{item['level']}"), place=session.area_name(item["pcode"])))
                if item["number"]:
                    st.markdown(
                        t("conditions.form.stands", score=say.number(item["value"], 2), who=item["assessor"] or nobody, when=say.date(item["assessed_on"]))
                    )
                spot = f"{code}.{item['pcode']}.{item['number']}"
                keys = {name: f"conditions.{name}.{spot}" for name in ("value", "evidence", "assessor", "month")}
                held = None if say.missing(item["value"]) else float(item["value"])
                steps = scorecard.STEPS.get(item["unit"])
                if steps is not None:
                    st.segmented_control(
                        t("conditions.column.score"),
                        steps,
                        **unfinished.field(keys["value"], held if held in steps else None),
                        format_func=labels_of(steps, lambda v: t("conditions.step", score=say.number(v, 1), word=view.step_word(steps, v, item["better"]))),
                    )
                else:
                    low, high = scorecard.bounds(inputs.catalogue.indicators.loc[code])
                    st.number_input(
                        t("conditions.score_in", unit=t(f"conditions.unit.{item['unit']}")),
                        min_value=low,
                        max_value=high,
                        value=None,
                        **unfinished.field(keys["value"], held),
                        placeholder=t("conditions.not_scored"),
                    )
                st.text_area(
                    t("conditions.evidence"),
                    height=90,
                    help=t("conditions.evidence.help"),
                    max_chars=entries.TEXT_LENGTH,
                    **unfinished.field(keys["evidence"], item["evidence"]),
                )
                st.text_input(t("conditions.assessor"), max_chars=workspace.NAME_LENGTH, **unfinished.field(keys["assessor"], item["assessor"] or actor.name))
                today = date.today()
                months = {
                    day.isoformat(): f"{say.month(day.month)} {day.year}"
                    for day in (date(today.year - (back + 12 - today.month) // 12, (today.month - 1 - back) % 12 + 1, 1) for back in range(36))
                }
                st.selectbox(
                    t("conditions.column.date"),
                    list(months),
                    format_func=months.__getitem__,
                    **unfinished.field(keys["month"], next(iter(months)), list(months)),
                )
                with st.container(horizontal=True):
                    st.button(
                        t("conditions.save"),
                        icon=":material/save:",
                        key="conditions.save",
                        on_click=enter.enter_score,
                        args=(inputs, str(item["pcode"]), code, int(item["number"]), keys),
                    )
                    if item["number"]:
                        st.button(
                            t("conditions.take_back"),
                            icon=":material/undo:",
                            key="conditions.take_back",
                            on_click=enter.take_back,
                            args=("score", int(item["number"])),
                        )
        show_table(
            items,
            [
                Column("indicator", t("plan.column.code"), hxl="#indicator+code", on_screen=False),
                Column("name", t("conditions.column.item"), hxl="#indicator+name", width=ITEM_COLUMN),
                Column("element", t("conditions.column.element"), lambda e: t(f"conditions.element.{e}")),
                Column("level", t("conditions.column.level"), lambda at: t(f"conditions.level.{at}")),
                Column(
                    "value",
                    t("conditions.column.score"),
                    lambda v: say.number(v, 2),
                    hxl="#indicator+value",
                    missing=t("conditions.not_scored"),
                ),
                Column("adequacy", t("conditions.column.adequacy"), say.percent, t("conditions.column.adequacy.help"), missing=NOT_YET),
                Column("quality", t("situation.column.quality"), quality_mark, hxl="#meta+quality", missing=NOT_YET),
                Column("evidence", t("conditions.evidence"), width=150),
                Column("assessor", t("conditions.assessor"), width=96),
                Column("assessed_on", t("conditions.column.date"), say.date, width=96, missing=NOT_YET),
            ],
            alt=t("conditions.card.alt"),
            key="conditions.items",
            lines=3,
            about=of_programme("conditions.about.card", "conditions", [session.area_name(place)], scored=True),
        )

if tabs["unlock"].open:
    with tabs["unlock"]:
        st.markdown(t("conditions.unlock.lead"))
        element = st.segmented_control(
            t("conditions.column.element"),
            scorecard.ELEMENTS,
            default=scorecard.ELEMENTS[0],
            format_func=labels_of(scorecard.ELEMENTS, lambda e: t(f"conditions.element.{e}")),
            key="conditions.unlock.element",
            required=True,
            label_visibility="collapsed",
        )
        key = (country, session.level(), place, element, scenario.model_dump_json())
        with st.spinner(t("ui.computing"), show_time=True):
            of_element = items[items["element"] == element]
            changed = session.remember("conditions.unlocked", lambda: view.unlocked(inputs, scenario, assessed, of_element), *key)
        show_table(
            changed,
            [
                Column("indicator", t("plan.column.code"), on_screen=False),
                Column("name", t("conditions.column.item"), width=ITEM_COLUMN),
                Column("level", t("conditions.column.level"), lambda at: t(f"conditions.level.{at}")),
                Column("value", t("conditions.column.score"), on_screen=False),
                Column("value_said", t("conditions.column.score"), missing=t("conditions.not_scored")),
                Column("full", t("conditions.column.full"), on_screen=False),
                Column("full_said", t("conditions.column.full")),
                Column("capacity", t("conditions.column.capacity"), lambda v: say.number(v, 1), t("conditions.column.capacity.help")),
                Column("demand", t("conditions.column.demand"), say.about, t("conditions.column.demand.help")),
                Column("stances", t("conditions.column.stances"), say.number, t("conditions.column.stances.help")),
                Column("interventions", t("conditions.column.interventions"), say.number, t("conditions.column.interventions.help")),
            ],
            alt=t("conditions.unlock.alt"),
            key="conditions.unlocked",
            lines=3,
            about=replace(
                exports.of_screen(),
                title=t("conditions.about.unlock"),
                filters=(session.area_name(place), t(f"conditions.element.{element}")),
                note=t("conditions.unlock.lead"),
                file_name=f"{country}-effet-des-notes",
            ),
        )
        names = dict(zip(changed["indicator"], changed["name"], strict=True))
        code = st.selectbox(t("conditions.unlock.which"), list(names), format_func=names.__getitem__, key=f"conditions.unlock.item.{element}")
        if st.toggle(t("conditions.unlock.plan"), key="conditions.unlock.plan", help=t("conditions.unlock.plan.help")):
            item = changed.set_index("indicator").loc[code]
            before = session.plan()
            with st.spinner(t("ui.computing"), show_time=True):
                after = session.remember(
                    "conditions.plan",
                    lambda: view.plan_at_full(inputs, workspace.priced(session.fitted(scenario), country), items, code, before.totals.budget),
                    *key,
                    code,
                )
            st.markdown(
                t(
                    "conditions.unlock.sentence",
                    item=names[code],
                    full=item["full_said"],
                    cost_before=say.money(before.totals.cost),
                    cost_after=say.money(after.totals.cost),
                    before=say.percent(before.totals.coverage),
                    after=say.percent(after.totals.coverage),
                    met_before=f"{before.totals.conditions_met}/{before.totals.conditions}",
                    met_after=f"{after.totals.conditions_met}/{after.totals.conditions}",
                    stances=tn("conditions.stances", int(item["stances"])),
                )
            )

if tabs["actors"].open:
    with tabs["actors"]:
        condition_tabs.actors_tab(inputs, actors)
if tabs["structures"].open:
    with tabs["structures"]:
        condition_tabs.structures_tab(inputs, structures, assessed.found)
if tabs["prices"].open:
    with tabs["prices"]:
        condition_tabs.prices_tab(inputs, own_prices)
if tabs["history"].open:
    with tabs["history"]:
        condition_tabs.history_tab(inputs, view.history_table({kind: entries.history(engine, actor, kind, country) for kind in entries.KINDS}, inputs))
page.foot()
