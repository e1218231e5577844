"""Two to four scenarios side by side: headline figures, maps in the same classes, and what differs by area and intervention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from analytics.fitting import without
from analytics.plan import Plan
from data.workspace.scenarios import Kept
from ui import format as say
from ui import kept_scenarios, session, state
from ui.colours import magnitude_scale, stance_scale
from ui.language import column, t
from ui.map import area_map
from ui.naming import stance_labels, stance_name
from ui.plan_columns import NAME_WIDTH, intervention_columns
from ui.plan_map import NOTHING
from ui.tables import Column, show_table
from ui.views import scenarios as view
from ui.views import situation
from ui.views.plan_about import of_scenarios
from ui.widget_keys import labels_of

COMPARED: Final = 4
"""Scenarios that can be read side by side."""
UNITS_WIDTH: Final = 78
"""Pixels of a scenario in the table of differences: they stand side by side, beside a narrower name the more there are."""
BESIDE: Final = {2: NAME_WIDTH, 3: 330, 4: 250}
WHERE_WIDTH: Final = {2: 200, 3: 180, 4: 170}
DIFFERENCE_WIDTH: Final = 120
NAME_COLUMN: Final = 230
NAME_LETTERS: Final = 30
"""Letters of a scenario's name that fit in one line of `NAME_COLUMN` pixels."""
FORMATS: Final = {"planned": say.percent, "cost": say.money, "persons": say.about}


def compare(kept: Sequence[Kept]) -> None:
    """The choice of scenarios and, from two on, what they give."""
    country, level = session.country(), session.level()
    st.subheader(t("scenarios.compare"), anchor=False)
    planned_at = tuple(session.countries().at[country, "levels"])
    comparable = {one.id: one for one in kept if one.latest.content.level in planned_at}
    level_of = {"": level} | {key: one.latest.content.level for key, one in comparable.items()}
    names = kept_scenarios.names(list(comparable.values()))
    labels = {"": t("scenarios.compare.now")} | {
        key: name if level_of[key] == level else t("scenarios.compare.at_level", name=name, level=level_of[key]) for key, name in names.items()
    }
    for one in kept:
        if one.id not in comparable:
            st.caption(t("scenarios.compare.no_level", name=one.latest.content.name, level=one.latest.content.level))
    picked = st.pills(
        t("scenarios.compare.which"),
        list(labels),
        selection_mode="multi",
        format_func=labels.__getitem__,
        key=kept_scenarios.to_compare("scenarios.compare", list(labels)),
        help=t("scenarios.compare.help"),
    )
    if len(picked) > COMPARED:
        st.info(t("scenarios.compare.many", names=say.several([labels[key] for key in picked[:COMPARED]])))
        picked = picked[:COMPARED]
    if len(picked) < 2:
        st.info(t("scenarios.compare.few"))
        return
    plans = {}
    for number, key in enumerate(picked, 1):
        # numbered, because no heading of a table holds the name of a scenario
        name = f"{number} · {labels[key]}"
        scenario = kept_scenarios.scenario_of(comparable[key].latest.content) if key else state.scenario()
        missing = session.unfit(scenario, level_of[key])
        if missing:
            st.caption(t("scenarios.compare.unfit", name=name, codes=say.several(list(dict.fromkeys(code for _, code in missing)))))
        plans[name] = session.plan(without(scenario, missing), level_of[key])
    coarse = min(plan.level for plan in plans.values())
    parents = {plan.level: session.parents(plan.level, coarse) for plan in plans.values() if plan.level != coarse}
    if parents:
        st.info(t("scenarios.compare.levels", level=coarse), icon=":material/layers:")
    _headline(plans)
    _maps(plans, parents, coarse)
    _differences(plans, parents, coarse)


def _headline(plans: Mapping[str, Plan]) -> None:
    show_table(
        view.headline(plans),
        [
            Column("name", t("scenarios.name"), width=NAME_COLUMN),
            Column("cost", t("plan.figure.cost"), say.money, hxl="#value+eur", short=t("plan.column.cost")),
            Column("persons", t("plan.figure.persons"), say.about, hxl="#targeted", short=t("scenarios.short.persons")),
            Column("before", t("scenarios.column.before"), say.percent, hxl="#reached+pct", short=t("scenarios.short.before")),
            Column("after", t("scenarios.column.after"), say.percent, hxl="#targeted+pct", short=t("scenarios.short.after")),
            Column("expected", t("situation.column.expected"), say.about, hxl="#affected+returnees+expected", short=t("scenarios.short.expected")),
            Column("conditions", t("scenarios.column.conditions"), short=t("scenarios.short.conditions")),
            Column("nothing", t("scenarios.column.nothing"), say.number, short=t("scenarios.short.nothing")),
            Column("assumed", t("plan.figure.assumed"), say.percent, short=t("scenarios.short.assumed")),
        ],
        alt=t("scenarios.compare.alt"),
        key="scenarios.headline",
        about=of_scenarios(t("scenarios.compare"), "scenarios", list(plans)),
        lines=3 if any(len(name) > NAME_LETTERS for name in plans) else 1,
    )


def _maps(plans: Mapping[str, Plan], parents: Mapping[int, Mapping[str, str]], coarse: int) -> None:
    shown = st.segmented_control(
        t("plan.map.show"),
        views := [name for name in view.VIEWS if name != "stance" or not parents],
        format_func=labels_of(views, lambda name: t(f"plan.view.{name}")),
        default=views[0],
        key=f"scenarios.view.{len(views)}",
        required=True,
    )
    tables = {
        name: view.raised(plan, parents[plan.level]) if plan.level in parents else situation.area_table(plan) for name, plan in plans.items()
    }
    whole = session.inputs_of(session.country(), coarse)
    values = {name: table[shown] if shown == "stance" else table[shown].where(table[shown] > 0) for name, table in tables.items()}
    scale = (
        stance_scale(t("plan.view.stance"), stance_labels())
        if shown == "stance"
        else magnitude_scale(
            view.together(values),
            title=t(f"plan.view.{shown}"),
            unit=t(f"plan.view.{shown}.unit"),
            format=FORMATS[shown],
            **situation.classes(shown),
        )
    )
    for (name, table), place in zip(tables.items(), st.columns(2) + (st.columns(2) if len(plans) > 2 else []), strict=False):
        with place:
            st.markdown(f"**{name}**")
            area_map(
                country=session.country(),
                level=coarse,
                scale=scale,
                key=f"scenarios.map.{name}",
                height=360,
                selected=session.focus(coarse),
                rows=situation.map_rows(
                    table,
                    whole.areas[column()],
                    shown,
                    lambda row: t(
                        "scenarios.map.text" if "stance" in row else "scenarios.map.text.raised",
                        stance=stance_name(row.get("stance", "watch")),
                        cost=say.money(row["cost"]),
                        after=say.percent(row["planned"]),
                    ),
                ),
                link="scenarios",
                none_label=t(NOTHING[shown]) if shown in NOTHING else None,
                alt=t("scenarios.map.alt", name=name, view=t(f"plan.view.{shown}"), country=session.country_name()),
                about=of_scenarios(f"{t(f'plan.view.{shown}')}, {name}", f"carte-{name}", [name], coarse),
            )


def _differences(plans: Mapping[str, Plan], parents: Mapping[int, Mapping[str, str]], coarse: int) -> None:
    title = t("scenarios.differences", first=next(iter(plans)))
    narrow = len(plans) > 2
    st.subheader(title, anchor=False)
    differences = view.differences(plans, session.inputs_of(session.country(), coarse), parents)
    if differences.empty:
        st.info(t("scenarios.differences.none"))
    else:
        show_table(
            differences,
            [
                *intervention_columns(BESIDE[len(plans)]),
                Column("where", t("plan.column.where"), hxl="#adm+name", width=WHERE_WIDTH[len(plans)]),
                Column(
                    "difference",
                    t("scenarios.column.difference"),
                    say.money,
                    t("scenarios.column.difference.help"),
                    hxl="#value+eur+difference",
                    width=DIFFERENCE_WIDTH,
                    short=t("scenarios.short.difference"),
                ),
                *(
                    Column(
                        f"units {name}",
                        t("scenarios.column.units", name=name),
                        say.number,
                        hxl="#activity+num",
                        width=UNITS_WIDTH,
                        short=t("scenarios.short.units", number=number),
                    )
                    for number, name in enumerate(plans, 1)
                ),
            ],
            alt=t("scenarios.differences.alt"),
            key="scenarios.differences",
            about=replace(of_scenarios(title, "ecarts", list(plans), coarse), note=t("scenarios.column.difference.help")),
            lines=3 if narrow else 1,
        )
