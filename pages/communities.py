"""Communities: any indicator or index on the map, alone or beside another, one area's profile beside others, and what nobody has
assessed yet."""

from dataclasses import replace

import streamlit as st

from analytics.scenario import Scenario, differences
from data import queries
from ui import charts, communities_gaps, controls, page, session, state
from ui import format as say
from ui.colours import METHODS
from ui.exports import About
from ui.figures import Figure, published_by, quality_mark
from ui.language import column, t
from ui.link import LinkProblem
from ui.map import area_map
from ui.naming import publisher_name
from ui.tables import Column, show_table
from ui.views import communities as view
from ui.views import communities_beside as beside
from ui.views import communities_text as words

country, level = session.country(), session.map_level()
inputs, scenario = session.map_inputs(), state.scenario()
assessed = session.assessment(at_level=level)
sources = session.query(queries.sources, country)
publishers = dict(zip(sources["source_id"], sources["publisher"].map(publisher_name), strict=True))
basis = (country, level, scenario.model_dump_json())
names = inputs.areas[column()]
computed = t("quality.source.computed")
focus = session.focus(level)

measures = session.remember("communities.measures", lambda: view.available(inputs, assessed), *basis)
asked = state.get("indicator")
if asked and asked not in measures:
    known_of = inputs.catalogue.indicators
    told = (str(known_of.at[asked, column()]), "link.no_values") if asked in known_of.index else (asked, "link.no_indicator")
    state.report(LinkProblem("indicator", *told))
code = asked if asked in measures else measures[0]
titles = session.remember("communities.titles", lambda: words.titles(inputs, measures), *basis)
unit = words.unit_of(inputs, code)
measure = session.remember("communities.measure", lambda: view.measure(inputs, assessed, code), *basis, code)
summary = session.remember("communities.summary", lambda: words.summary(inputs, assessed, focus), *basis, focus)

# what a second map can show beside it
history = session.query(queries.indicator_history, country, code) if code not in view.INDICES else None
years = session.remember("communities.years", lambda: beside.earlier_years(history, code, measure), *basis, code) if history is not None else []
options = beside.options(code, measures, years, changed=bool(differences(scenario)))
second = state.get("beside") if state.get("beside") in options else ""
if state.get("beside") and not second:
    state.report(LinkProblem("beside", state.get("beside"), "link.no_beside"))

if focus is None:
    answer = words.answer(summary, session.country_name(), names)
elif summary.worst is None:
    answer = t("communities.answer_area_none", place=names[focus])
else:
    answer = t(
        "communities.answer_area",
        country=session.country_name(),
        place=names[focus],
        score=say.number(summary.need),
        median=say.number(summary.middle_need),
        worst=inputs.catalogue.indicators.at[summary.worst, column()],
    )
page.head(
    t("communities.title"),
    answer,
    [
        Figure(
            t("communities.figure.need"),
            say.number(summary.need),
            t("communities.figure.whole") if focus is None else names[focus],
            summary.need_quality,
            t("communities.figure.need.help"),
            source=computed,
        ),
        Figure(
            t("communities.figure.capacity"),
            say.number(summary.capacity),
            t("communities.figure.whole") if focus is None else names[focus],
            summary.capacity_quality,
            t("communities.figure.capacity.help"),
            source=computed,
        ),
        Figure(
            t("communities.figure.known"),
            say.percent(summary.known),
            None if say.missing(summary.known) else t("communities.figure.known.period"),
            "observed",
            t("communities.figure.known.help"),
            source=computed,
        ),
        Figure(
            t("communities.figure.population"),
            say.persons(summary.population),
            words.residents_of(summary),
            summary.population_quality,
            exact=say.exact(summary.population),
            source=published_by(session.areas(level)["population_source"].dropna(), sources),
        ),
    ],
)

# the map and what changes it, or two maps that move together
method = state.get("classes")
facts = session.remember("communities.facts", lambda: words.facts(measure, sources), *basis, code)
shown = {"": (code, measure, titles[code])}
if second:
    other, variant = beside.parts(second)
    if variant == beside.AS_DEFAULT:
        taken = view.measure(inputs, session.assessment(Scenario(), at_level=level), other)
    elif variant:
        taken = beside.in_year(history, int(variant), inputs.areas.index)
    else:
        taken = session.remember("communities.measure", lambda: view.measure(inputs, assessed, other), *basis, other)
    shown[second] = (other, taken, beside.title(second, titles))
left, right = st.columns(2, gap="medium") if second else page.beside_map()
with right:
    # what is chosen keeps its place with one map and with two: the keyboard stays on it
    places, panel = (left, st.container()), st.container()
for (variant, (what, figures, title)), place in zip(shown.items(), places, strict=False):
    # the same measure twice is classed once, so that a colour means the same on both maps
    together = [one for other, one, _ in shown.values() if other == what]
    with place:
        of_unit = words.unit_of(inputs, what)
        scale = session.remember(
            "communities.scale", lambda t=together, w=what, u=of_unit: words.scale(t, titles[w], u, method), *basis, code, second, what, method
        )
        rows = session.remember(
            "communities.map",
            lambda f=figures, u=of_unit: words.map_rows(f, names, u, publishers, scenario.horizon_months),
            *basis,
            code,
            variant,
        )
        if second:
            st.markdown(f"**{title}**")
        area_map(
            country=country,
            level=level,
            rows=rows,
            scale=scale,
            key=f"communities.map{'.beside' if variant else ''}",
            selected=focus,
            levels=session.levels(),
            link="communities",
            follows=bool(variant),
            height=420 if second else 520,
            about=words.about(words.facts(figures, sources), title, level, what),
            alt=words.takeaway(figures, title, of_unit, names),
        )
with panel:
    controls.chosen("indicator", t("communities.measure"), measures, titles.__getitem__, code)
    controls.chosen(
        "beside", t("communities.beside"), ["", *options], lambda one: beside.title(one, titles) if one else t("communities.beside.none"), second
    )
    controls.area_chooser(t("communities.area"), at_level=level)
    # its place is kept: what stands below is the same for the keyboard with and without it
    with st.container():
        if focus is not None:
            controls.area_chooser(t("communities.compare"), at_level=level, compared=True)
    with st.expander(t("ui.more"), icon=":material/tune:"):
        controls.segmented("classes", t("communities.classes"), METHODS, lambda m: t(f"communities.classes.{m}"), method or words.usual_method(unit))
        st.caption(t("communities.classes.note"))
with left if second else panel:
    if code in view.INDICES:
        st.markdown(t(f"communities.index.{code}.text"))
        st.caption(t("communities.facts_computed", quality=facts.quality))
    else:
        st.markdown(t(f"communities.better.{inputs.catalogue.indicators.at[code, 'better']}"))
        st.caption(t("communities.facts", period=facts.period, source=facts.source, quality=facts.quality))
    if measure.country is not None:
        st.markdown(t("communities.national", value=say.measured(measure.country, unit)))

# one area beside the country, its neighbours and others
# in a container that is always there: what stands below keeps its place, and the keyboard its own
with st.container():
    if focus is None:
        st.info(t("communities.profile_choose"), icon=":material/touch_app:")
    else:
        st.subheader(t("communities.profile", place=names[focus]), anchor=False)
        around = session.remember(
            "communities.neighbours", lambda: view.neighbours_of(session.query(queries.geometry, country, level)), country, level
        ).get(focus, ())
        picked = [focus, *(pcode for pcode in state.selected_areas()[1:] if pcode in names.index and pcode != focus)]
        chosen = picked[: words.MOST_BESIDE]
        profile = session.remember("communities.profile", lambda: view.profile(inputs, assessed, chosen, around), *basis, *chosen)
        if profile.empty:
            st.info(t("communities.profile.empty", place=names[focus]))
        else:
            rest = About(
                title=t("communities.profile.alt", place=names[focus]), level=level, sources=tuple(profile["source_id"].dropna().unique()),
                filters=tuple(str(names[pcode]) for pcode in chosen), file_name=f"{country}-{focus}-profil",
            )
            chart_side, table_side = st.columns([2, 3], gap="medium")
            with chart_side:
                st.caption(t("communities.profile.chart_note"))
                chart = session.remember(
                    "communities.profile_chart",
                    lambda: charts.paired_bars(
                        words.shortfalls(profile),
                        label=column(),
                        values=[
                            ("shortfall", str(names[focus]), charts.VERMILION),
                            ("shortfall_country", session.country_name(), charts.UNKNOWN),
                        ],
                        title=t("communities.profile.chart", place=names[focus]),
                        format=say.percent,
                    ),
                    *basis,
                    *chosen,
                )
                charts.show_chart(chart, key="communities.profile_chart", about=replace(rest, title=t("communities.profile.chart", place=names[focus])))
            with table_side:
                if around:
                    st.caption(t("communities.profile.neighbours", places=say.several([str(names[code]) for code in around])))
                if len(picked) > len(chosen):
                    st.caption(t("communities.profile.first", shown=len(chosen), all=len(picked)))
                told = session.remember("communities.profile_told", lambda: words.told(profile, chosen, publishers), *basis, *chosen)
                show_table(
                    told,
                    words.profile_columns({pcode: str(names[pcode]) for pcode in chosen}),
                    alt=t("communities.profile.alt", place=names[focus]),
                    key="communities.profile",
                    basis=(*basis, *chosen),
                    about=rest,
                )

# the same figures as a table
st.subheader(t("communities.table"), anchor=False)
table = session.remember("communities.table", lambda: words.table(inputs, measure, sources), *basis, code)
show_table(
    table,
    [
        Column("pcode", t("communities.column.code"), hxl=f"#adm{level}+code", on_screen=False),
        Column(column(), t("communities.column.area"), hxl=f"#adm{level}+name"),
        *([Column(column("parent_name"), t("communities.column.parent"), hxl=f"#adm{level - 1}+name")] if level > 1 else []),
        Column("value", titles[code], lambda value: say.bare(value, unit), hxl="#indicator+value"),
        Column("quality", t("communities.column.quality"), quality_mark, hxl="#meta+quality"),
        *(
            [
                Column("period", t("communities.column.period"), hxl="#date"),
                Column("source", t("communities.column.source"), hxl="#meta+source"),
            ]
            if code not in view.INDICES
            else []
        ),
        Column("population", t("communities.column.population"), say.number, hxl="#population"),
    ],
    alt=t("communities.table.alt", measure=titles[code]),
    key="communities.table",
    basis=(*basis, code),
    about=words.about(facts, t("communities.table.alt", measure=titles[code]), level, code, file_name=f"{country}-{code}"),
)

communities_gaps.show_gaps(inputs, assessed, focus, basis)
page.foot(sources, facts.used + tuple(session.areas(level)["population_source"].dropna().unique()))
