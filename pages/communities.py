"""Communities: any indicator or index on the map, one area's profile beside others, and what nobody has assessed yet."""

import streamlit as st

from data import queries
from ui import charts, controls, page, session, state
from ui import format as say
from ui.figures import Figure, quality_mark
from ui.language import column, t, tn
from ui.link import LinkProblem
from ui.map import area_map
from ui.tables import Column, show_table
from ui.views import communities as view
from ui.views import communities_text as words

country, level = session.country(), session.map_level()
inputs, scenario = session.map_inputs(), state.scenario()
assessed = session.assessment(at_level=level)
sources = session.query(queries.sources, country)
basis = (country, level, scenario.model_dump_json())
names = inputs.areas[column()]
focus = session.focus(level)

measures = session.remember("communities.measures", lambda: view.available(inputs, assessed), *basis)
asked = state.get("indicator")
if asked and asked not in measures and asked not in inputs.catalogue.indicators.index:
    state.report(LinkProblem("indicator", asked, "link.no_indicator"))
code = asked if asked in measures else measures[0]
titles = session.remember("communities.titles", lambda: words.titles(inputs, measures), *basis)
unit = words.unit_of(inputs, code)
measure = session.remember("communities.measure", lambda: view.measure(inputs, assessed, code), *basis, code)
summary = session.remember("communities.summary", lambda: words.summary(inputs, assessed, focus), *basis, focus)

if focus is None:
    answer = t(
        "communities.answer",
        country=session.country_name(),
        place=names[summary.neediest],
        score=say.number(summary.highest_need),
        known=say.percent(summary.known),
    )
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
        ),
        Figure(
            t("communities.figure.capacity"),
            say.number(summary.capacity),
            t("communities.figure.whole") if focus is None else names[focus],
            summary.capacity_quality,
            t("communities.figure.capacity.help"),
        ),
        Figure(t("communities.figure.known"), say.percent(summary.known), None, "observed", t("communities.figure.known.help")),
        Figure(
            t("communities.figure.population"),
            say.persons(summary.population),
            summary.population_period,
            summary.population_quality,
            exact=say.exact(summary.population),
        ),
    ],
)

# the map and what changes it
map_side, panel = page.beside_map()
with map_side:
    scale = session.remember("communities.scale", lambda: words.scale(measure, code, titles[code], unit), *basis, code)
    rows = session.remember("communities.map", lambda: words.map_rows(measure, names, unit), *basis, code)
    ends = session.remember("communities.ends", lambda: words.ends(measure), *basis, code)
    area_map(
        country=country,
        level=level,
        rows=rows,
        scale=scale,
        key="communities.map",
        selected=focus,
        on_select=state.select_area,
        alt=t("communities.map.alt_none", measure=titles[code])
        if ends.low is None
        else t(
            "communities.map.alt",
            measure=titles[code],
            low=say.measured(ends.low, unit),
            low_place=names[ends.low_place],
            high=say.measured(ends.high, unit),
            high_place=names[ends.high_place],
            missing=tn("communities.areas_missing", ends.missing),
        ),
    )
with panel:
    controls.chosen("indicator", t("communities.measure"), measures, titles.__getitem__, code)
    controls.area_chooser(t("communities.area"), at_level=level)
    compared = controls.area_chooser(t("communities.compare"), at_level=level, compared=True)
    facts = session.remember("communities.facts", lambda: words.facts(measure, sources), *basis, code)
    if code in view.INDICES:
        st.markdown(t(f"communities.index.{code}.text"))
        st.caption(t("communities.facts_computed", quality=facts.quality))
    else:
        st.markdown(t(f"communities.better.{inputs.catalogue.indicators.at[code, 'better']}"))
        st.caption(t("communities.facts", period=facts.period, source=facts.source, quality=facts.quality))
    if measure.country is not None:
        st.markdown(t("communities.national", value=say.measured(measure.country, unit)))

# one area beside the country, its neighbours and another
if focus is None:
    st.info(t("communities.profile_choose"), icon=":material/touch_app:")
else:
    st.subheader(t("communities.profile", place=names[focus]), anchor=False)
    around = session.remember(
        "communities.neighbours", lambda: view.neighbours_of(session.query(queries.geometry, country, level)), country, level
    ).get(focus, ())
    chosen = [focus] if compared is None else [focus, compared]
    profile = session.remember("communities.profile", lambda: view.profile(inputs, assessed, chosen, around), *basis, *chosen)
    if profile.empty:
        st.info(t("communities.profile.empty", place=names[focus]))
    else:
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
            charts.show_chart(chart, key="communities.profile_chart")
        with table_side:
            if around:
                st.caption(t("communities.profile.neighbours", places=say.several([str(names[code]) for code in around])))
            told = session.remember("communities.profile_told", lambda: words.told(profile, chosen), *basis, *chosen)
            show_table(
                told,
                [
                    Column("indicator", t("communities.column.code"), hxl="#indicator+code", on_screen=False),
                    Column(column(), t("communities.column.indicator"), hxl="#indicator+name"),
                    *(Column(pcode, str(names[pcode]), hxl="#indicator+value") for pcode in chosen),
                    Column("neighbours", t("communities.column.neighbours"), hxl="#indicator+value+neighbours"),
                    Column("country", t("communities.column.country"), hxl="#indicator+value+country"),
                    Column("quality", t("communities.column.quality"), quality_mark, hxl="#meta+quality"),
                ],
                alt=t("communities.profile.alt", place=names[focus]),
                key="communities.profile",
                basis=(*basis, *chosen),
                file_name=f"{country}-{focus}-profil",
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
    file_name=f"{country}-{code}",
)

# what nobody has assessed
st.subheader(t("communities.gaps"), anchor=False)
gaps = session.remember("communities.gaps", lambda: view.coverage_of_indicators(inputs, assessed), *basis)
st.markdown(t("communities.gaps.note", total=len(gaps), none=int((gaps["known"] == 0).sum())))
chart = session.remember(
    "communities.gaps_chart",
    lambda: charts.composition(
        view.gaps_by_dimension(gaps).assign(group=lambda f: [t(f"dimension.{d}") for d in f["dimension"]]),
        group="group",
        part="part",
        value="values",
        title=t("communities.gaps.chart"),
        parts=[(part, t(f"communities.part.{part}"), colour) for part, colour in view.PART_COLOURS],
    ),
    *basis,
)
charts.show_chart(chart, key="communities.gaps_chart")
missing_rows = st.expander(t("communities.gaps.table"), icon=":material/table:", key="communities.gaps_open", on_change="rerun")
if missing_rows.open:
    with missing_rows:
        show_table(
            gaps[gaps["missing"] > 0].assign(dimension=lambda f: [t(f"dimension.{d}") for d in f["dimension"]]),
            [
                Column("indicator", t("communities.column.code"), hxl="#indicator+code", on_screen=False),
                Column(column(), t("communities.column.indicator"), hxl="#indicator+name"),
                Column("dimension", t("communities.column.dimension"), hxl="#indicator+type"),
                Column("areas_known", t("communities.column.known"), say.number, hxl="#indicator+known"),
                Column("inherited", t("communities.column.inherited"), say.number, hxl="#indicator+inherited"),
                Column("missing", t("communities.column.missing"), say.number, hxl="#indicator+missing"),
            ],
            alt=t("communities.gaps.alt"),
            key="communities.gaps",
            basis=basis,
            file_name=f"{country}-lacunes",
        )
page.foot(sources, facts.used + tuple(session.areas(level)["population_source"].dropna().unique()))
