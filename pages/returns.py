"""Returns: how many people return, where to, from which host countries, who they are, and how many are expected."""

import streamlit as st

from data import queries
from ui import charts, controls, page, returns_uk, session, state
from ui import format as say
from ui.colours import magnitude_scale
from ui.figures import published_by, quality_mark
from ui.language import column, t
from ui.link import LinkProblem
from ui.map import Overlays, area_map
from ui.map_flows import flows, show_flows
from ui.map_hosts import host_arcs
from ui.tables import show_table
from ui.views import returns as view
from ui.views import returns_text as words

country, level = session.country(), session.map_level()
inputs = session.remember(
    "returns.inputs",
    lambda: view.as_published(session.map_inputs(), session.query(queries.returns_by_place, country, level)),
    country,
    level,
)
sources = session.query(queries.sources, country)
years = view.years(inputs)

if not years:
    page.head(t("returns.title"), t("returns.answer_none", country=session.country_name()))
    page.way_to_figures(t("page.import_returns"))
    page.foot(sources)
    st.stop()

kind = state.get("kind") or view.BOTH
year = state.get("year") if state.get("year") in years else years[0]
if state.get("year") and state.get("year") != year:
    state.report(LinkProblem("year", str(state.get("year")), "link.no_year", str(year)))
focus = session.focus(level)
scenario = state.scenario()
names = inputs.areas[column()]
national = session.query(queries.returns_by_year, country)
source = words.place_source(inputs, year)
# a level that has only maps has no plan: what is expected is then said for the country, at the level of the plan
planned = level == session.level()
expected = session.expected()
found = session.remember("returns.found", lambda: view.year_by_place(inputs, year, view.BOTH, national), country, level, year)
abroad = session.remember("returns.abroad", lambda: view.year_by_place(inputs, year, "abroad", national), country, level, year)
shown = session.remember("returns.shown", lambda: view.year_by_place(inputs, year, kind, national), country, level, year, kind)
ahead = view.outlook(expected, scenario, None)
period = f"{ahead.first_year}–{ahead.last_year}"
first = found.areas["persons"].idxmax() if found.placed > found.total / 2 else None

page.head(
    t("returns.title"),
    t(
        "returns.answer" if first else "returns.answer_unplaced",
        country=session.country_name(),
        people=words.told(found.total, say.people),
        year=year,
        abroad=words.told(abroad.total, say.persons),
        period=period,
        expected=words.told(ahead.total, say.about),
        place=names.get(first, ""),
        share=words.told(found.areas["share"].get(first, 0.0), say.percent),
    ),
    words.figures(found, abroad, ahead, year, published_by(source, sources)),
)

# the map and what changes it
map_side, panel = page.beside_map()
with map_side:
    scale = session.remember(
        "returns.scale",
        lambda: magnitude_scale(
            shown.areas["persons"].where(shown.areas["persons"] > 0),
            title=t("returns.map.title", year=year),
            unit=t("returns.map.unit"),
            format=say.persons,
        ),
        country,
        level,
        year,
        kind,
    )
    rows = session.remember(
        "returns.map",
        lambda: view.map_rows(
            shown,
            names,
            lambda persons, share, quality: (
                t("returns.map.text", people=say.people(persons), share=say.percent(share)) if persons else t("returns.map.text_none")
            )
            + "\n"
            + t("map.facts", period=year, source=published_by(source, sources), quality=quality_mark(quality)),
            t("returns.map.text_missing"),
        ),
        country,
        level,
        year,
        kind,
    )
    most = shown.areas["persons"].idxmax() if shown.placed > 0 else None
    # where refugees come from is national: an arrow ends at the border and names no area
    came_from = session.remember("returns.hosts", lambda: view.hosts(inputs, year, national), country, level, year) if kind == "abroad" else None
    arrows = () if came_from is None else host_arcs(came_from.rename(columns={column("host_name"): "name"}), format=say.people)
    flat, relief = st.tabs([t("flows.tab.map"), t("flows.tab.relief")], key="returns.map_tabs", on_change="rerun")
    if flat.open:
        with flat:
            area_map(
                country=country,
                level=level,
                rows=rows.assign(none=rows["value"].eq(0)),
                scale=scale,
                overlays=Overlays(arcs=arrows, arcs_title=t("returns.map.arcs")) if arrows else None,
                key="returns.map",
                levels=session.levels(),
                none_label=t("map.none.reported"),
                selected=focus,
                about=words.of_map(level, year, kind, shown, words.with_hosts(source, inputs) if arrows else source),
                alt=t("returns.map.alt", year=year, place=names[most], people=say.people(shown.areas["persons"][most]))
                if most
                else t("returns.map.alt_none", year=year),
            )
    if relief.open:
        with relief:
            drawn = session.remember(
                "returns.flows",
                lambda: flows(
                    view.hosts(inputs, year, national).rename(columns={column("host_name"): "name"}),
                    shown.areas.join(session.areas(level)[["lon", "lat", "facilities"]]).assign(name=names),
                    session.query(queries.facilities, country, level),
                ),
                country,
                level,
                year,
                kind,
            )
            show_flows(
                drawn,
                country=country,
                level=level,
                year=year,
                about=words.of_relief(level, year, kind, shown, source, inputs),
                key="returns.flows",
                basis=(country, level, year, kind),
            )
with panel:
    controls.segmented(
        "kind",
        t("returns.kind"),
        [view.BOTH, "abroad", "internal"],
        lambda k: t(f"returns.kind.{k}"),
        kind,
        read=lambda k: "" if k == view.BOTH else k,
    )
    with st.container(horizontal=True):
        controls.chosen("year", t("returns.year"), years, str, year)
        controls.area_chooser(t("returns.area"), at_level=level)
    st.subheader(t("returns.shocks"), anchor=False, help=t("returns.shocks.help"))
    levers = view.shocks(inputs, expected)
    hosts_named = expected.corridors[column()] if len(expected.corridors) else {}
    for lever in levers[:2]:
        controls.shock_control(lever, t("returns.shock.host", host=hosts_named.get(lever, lever)))
    if len(levers) > 2:
        with st.expander(t("ui.more"), icon=":material/tune:"):
            for lever in levers[2:8]:
                controls.shock_control(lever, t("returns.shock.host", host=hosts_named.get(lever, lever)))
            controls.scenario_controls(["horizon_months", "base_method", "base_years", "distinct_share"])
if len(shown.elsewhere):
    st.markdown(words.unplaced(shown, year, country))

# year by year, and what the scenario expects
st.subheader(t("returns.trend"), anchor=False)
trend = session.remember(
    "returns.trend",
    lambda: charts.trend(
        view.with_expected(view.series(inputs, focus, national), expected.areas, scenario, years[0], focus if planned else None)
        if planned or focus is None
        else view.series(inputs, focus, national),
        [
            charts.Line("internal", t("returns.kind.long.internal"), charts.BLUE, hxl="#affected+idps+returnees"),
            charts.Line("abroad", t("returns.kind.long.abroad"), charts.ORANGE, symbol="square", hxl="#affected+refugees+returnees"),
            *(
                [
                    charts.Line(
                        "expected", t("returns.trend.expected"), charts.GREEN, "low", "high", True, "diamond", "#affected+returnees+expected"
                    )
                ]
                if planned or focus is None
                else []
            ),
        ],
        x="year",
        y_title=t("returns.trend.axis"),
    ),
    country,
    level,
    focus,
    scenario.model_dump_json(),
)
st.caption(t("returns.trend.of", place=session.area_name(focus)) + ". " + t("returns.trend.note", period=period))
charts.show_chart(
    trend, key="returns.trend", about=words.of_trend(level, names.get(focus), min(years), years[0], period, source)
)

# host countries: a margin of its own
st.subheader(t("returns.hosts"), anchor=False)
hosts = session.remember("returns.hosts", lambda: view.hosts(inputs, year, national), country, level, year)
if hosts.empty:
    st.info(t("returns.hosts.none", year=year, last=int(inputs.hosts["year"].max())) if len(inputs.hosts) else t("returns.hosts.never"))
else:
    st.caption(t("returns.hosts.note", year=year))
    bars_side, table_side = st.columns(2, gap="medium")
    with bars_side:
        bars = session.remember(
            "returns.host_bars",
            lambda: charts.bars(
                hosts.head(10),
                label=column("host_name"),
                value="persons",
                title=t("returns.hosts.title", year=year),
                label_title=t("returns.column.host"),
                colour=charts.ORANGE,
                hxl="#affected+refugees+returnees",
            ),
            country,
            level,
            year,
        )
        charts.show_chart(bars, key="returns.host_bars", about=words.of_hosts(inputs, year))
    with table_side:
        show_table(
            hosts,
            words.host_columns(year),
            alt=t("returns.hosts.alt"),
            key="returns.host_table",
            basis=(country, level, year),
            about=words.of_hosts(inputs, year, f"{country}-retours-pays-accueil-{year}"),
        )

# who returns, the unknown included
st.subheader(t("returns.who"), anchor=False)
st.caption(t("returns.who.note", year=year))
people = session.remember(
    "returns.people", lambda: view.composition(session.query(queries.returns_composition, country, year)), country, year
)
who = session.remember(
    "returns.who",
    lambda: charts.composition(
        people.assign(group=[t(f"returns.kind.long.{k}") for k in people["kind"]], part=people["sex"] + "." + people["age"]),
        group="group",
        part="part",
        value="persons",
        title=t("returns.who.title", year=year),
        totals={t(f"returns.kind.long.{k}"): n for k, n in national.loc[national["year"] == year, ["kind", "persons"]].itertuples(index=False)},
        parts=[(f"{sex}.{age}", t(f"returns.who.{sex}.{age}"), colour) for sex, age, colour in view.COMPOSITION_PARTS],
    ),
    country,
    year,
)
charts.show_chart(who, key="returns.who", about=words.of_people(year, source))

uk = session.query(queries.uk_returns_by_type, country)
returns_uk.show_uk(uk, country)

# the same, as a table
st.subheader(t("returns.table"), anchor=False)
table = session.remember(
    "returns.table", lambda: view.table(shown, inputs, expected, kind), country, level, year, kind, scenario.model_dump_json()
)
show_table(
    table,
    words.columns(level, year, kind, planned),
    alt=t("returns.table.alt", year=year),
    key="returns.table",
    basis=(country, level, year, kind, scenario.model_dump_json()),
    about=words.of_table(level, year, kind, shown, source, period, country),
)
page.foot(sources, words.sources_used(inputs, uk, session.areas(level)))
