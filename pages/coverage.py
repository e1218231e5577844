"""Coverage: need against what is covered, who does what where, and what no one does. Without a 3W it says "no data", never "no partner"."""

import streamlit as st

from data import queries
from ui import charts, charts_flow, controls, page, session, state
from ui import format as say
from ui.figures import Figure
from ui.language import column, t, tn
from ui.map import area_map
from ui.tables import Column, show_table
from ui.views import coverage as view
from ui.views import coverage_text as words

country, level = session.country(), session.map_level()
inputs, scenario = session.map_inputs(), state.scenario()
assessed = session.assessment(at_level=level)
sources = session.query(queries.sources, country)
basis = (country, level, scenario.model_dump_json())
names = inputs.areas[column()]
focus = session.focus(level)
sector = state.get("sector") or None
has_3w = inputs.has_activities
shown = state.get("view") if state.get("view") in ("both", "partners", "absent") else "both"

both = session.remember("coverage.both", lambda: view.need_and_coverage(inputs, assessed, sector), *basis, sector)
organisations = session.remember("coverage.organisations", lambda: view.partners_by_area(inputs, sector), country, level, sector)
absent = session.remember("coverage.absent", lambda: view.absent_sectors(inputs), country, level)
everything = session.remember("coverage.running", lambda: view.running(view.activities(inputs, area=None, sector=None)), country, level)

if has_3w:
    totals = session.remember("coverage.totals", lambda: view.totals(inputs, assessed, everything), *basis)
    page.head(
        t("coverage.title"),
        words.answer(inputs, session.country_name(), totals.organisations, totals.bare_areas, totals.most_absent),
        [
            Figure(
                t("coverage.figure.partners"),
                say.number(totals.organisations),
                say.period(*inputs.activities_period),
                "observed",
                t("coverage.figure.partners.help"),
            ),
            Figure(
                t("coverage.figure.activities"),
                say.number(totals.activities),
                say.period(*inputs.activities_period),
                "observed",
                t("coverage.figure.activities.help"),
            ),
            Figure(
                t("coverage.figure.reported"),
                say.persons(totals.beneficiaries),
                say.period(*inputs.activities_period),
                "observed",
                t("coverage.figure.reported.help"),
                say.exact(totals.beneficiaries),
            ),
            Figure(
                t("coverage.figure.coverage"),
                say.percent(totals.coverage),
                None,
                totals.coverage_quality,
                t("coverage.figure.coverage.help"),
            ),
        ],
    )
else:
    page.head(t("coverage.title"), t("coverage.answer_none", country=session.country_name()))
    st.info(t("coverage.import"), title=t("coverage.import.title"), icon=":material/upload_file:")

# the map and what changes it
map_side, panel = page.beside_map()
with map_side:
    if shown == "both" or not has_3w:
        low = int(((both["need"] >= words.NEED_BREAKS[1]) & (both["coverage"] < words.COVERAGE_BREAKS[0])).sum())
        rows, scale = session.remember(
            "coverage.map_both", lambda: (words.both_rows(both, names, has_3w), words.both_scale()), *basis, sector
        )
        alt = t("coverage.map.alt.both", worst=say.number(low)) if both["coverage"].notna().any() else t("coverage.map.alt.none")
    else:
        values = organisations if shown == "partners" else absent.map(len, na_action="ignore").astype(float)
        rows, scale = session.remember(
            "coverage.map_count",
            lambda: (words.count_rows(shown, values, names), words.count_scale(shown, values)),
            country,
            level,
            sector,
            shown,
        )
        alt = t(f"coverage.map.alt.{shown}", low=say.number(values.min()), high=say.number(values.max()))
    area_map(country=country, level=level, rows=rows, scale=scale, key="coverage.map", selected=focus, on_select=state.select_area, alt=alt)
    without_demand = int((both["demand"] == 0).sum())
    if has_3w and shown == "both" and without_demand:
        st.caption(tn("coverage.map.hatched", without_demand))
with panel:
    if has_3w:
        controls.segmented("view", t("coverage.map"), ["both", "partners", "absent"], lambda name: t(f"coverage.view.{name}"), shown)
    controls.chosen(
        "sector",
        t("coverage.sector"),
        ["", *view.SECTORS],
        lambda code: t(f"sector.{code}") if code else t("coverage.sector.all"),
        sector or "",
    )
    controls.area_chooser(t("coverage.area"), at_level=level)
    if focus is not None:
        st.markdown(t("coverage.panel.area", place=names[focus], partners=words.counted("partners", organisations[focus])))
    if has_3w:
        if focus is not None:
            missing = absent[focus]
            st.markdown(t("coverage.panel.absent", sectors=words.sector_names(missing)) if missing else t("coverage.panel.all_there"))
        st.caption(t("coverage.panel.unmapped", sectors=words.sector_names(view.unmapped(inputs))))
        st.caption(t("coverage.panel.period", period=say.period(*inputs.activities_period)))

if has_3w:
    # partners by sector and area
    st.subheader(t("coverage.sectors"), anchor=False)
    st.caption(t("coverage.sectors.note"))
    largest = session.remember("coverage.largest", lambda: view.busiest_areas(inputs, assessed, 26), *basis)
    matrix = session.remember(
        "coverage.matrix",
        lambda: charts_flow.heat(
            words.named_matrix(view.partners_matrix(inputs).loc[largest], names),
            title=t("coverage.sectors.title"),
            format=say.number,
            empty="–",
        ),
        *basis,
    )
    charts.show_chart(matrix, key="coverage.matrix")
    if len(largest) < len(inputs.areas):
        st.caption(t("coverage.sectors.more", shown=say.number(len(largest)), all=say.number(len(inputs.areas))))

    # who does what, for the area and sector chosen
    st.subheader(t("coverage.who"), anchor=False)
    chosen = session.remember(
        "coverage.chosen", lambda: view.running(view.activities(inputs, area=focus, sector=sector)), country, level, focus, sector
    )
    parts = [name for name in (names.get(focus), t(f"sector.{sector}") if sector else None) if name]
    st.caption(t("coverage.who.note", filter=" " + t("coverage.who.filter", parts=", ".join(parts)) if parts else ""))
    who = session.remember(
        "coverage.who", lambda: words.named_partners(view.who_does_what(chosen, inputs.areas, column())), country, level, focus, sector
    )
    show_table(
        who,
        [
            Column("organisation", t("coverage.column.organisation"), hxl="#org+name"),
            Column("recipient", t("coverage.column.type"), hxl="#org+type"),
            Column("activities", t("coverage.column.activities"), say.number, hxl="#activity+count"),
            Column("areas", t("coverage.column.areas"), say.number, hxl="#adm+count"),
            Column("sector_names", t("coverage.column.sectors"), hxl="#sector+list"),
            Column("beneficiaries", t("coverage.column.beneficiaries"), say.number, hxl="#reached"),
            Column("area_names", t("coverage.column.area_names"), hxl="#adm+list"),
        ],
        alt=t("coverage.who.alt"),
        key="coverage.who",
        basis=(country, level, focus, sector),
        file_name=f"{country}-qui-fait-quoi",
    )

    # types of organisation, and what is planned
    type_side, status_side = st.columns(2, gap="medium")
    with type_side:
        st.subheader(t("coverage.recipient"), anchor=False)
        st.caption(t("coverage.recipient.note"))
        recipients = session.remember(
            "coverage.recipients",
            lambda: charts_flow.heat(
                words.named_recipients(view.by_recipient(everything)), title=t("coverage.recipient.title"), format=say.number, empty="0"
            ),
            country,
            level,
        )
        charts.show_chart(recipients, key="coverage.recipients")
    with status_side:
        st.subheader(t("coverage.status"), anchor=False)
        st.caption(t("coverage.status.note"))
        status = session.remember(
            "coverage.status",
            lambda: charts.composition(
                words.named_status(view.by_status(view.activities(inputs, area=None, sector=None))),
                group="group",
                part="status",
                value="activities",
                title=t("coverage.status.title"),
                parts=[(name, t(f"coverage.status.{name}"), colour) for name, colour in words.STATUS_COLOURS],
            ),
            country,
            level,
        )
        charts.show_chart(status, key="coverage.status")

    # money's path
    st.subheader(t("coverage.flow"), anchor=False)
    flows = session.remember("coverage.flows", lambda: view.flows(chosen), country, level, focus, sector)
    if flows.empty:
        st.info(t("coverage.flow.none"))
    else:
        st.caption(t("coverage.flow.note", unknown=say.percent(chosen["donor"].isna().mean())))
        flow = session.remember(
            "coverage.flow",
            lambda: charts_flow.sankey(
                words.named_flows(flows), stages=["donor", "organisation", "sector"], value="activities", title=t("coverage.flow.title")
            ),
            country,
            level,
            focus,
            sector,
        )
        charts.show_chart(flow, key="coverage.flow")

    # what may be counted twice
    st.subheader(t("coverage.duplicates"), anchor=False)
    doubles = session.remember(
        "coverage.doubles", lambda: words.named_duplicates(session.query(queries.possible_duplicates, country)), country
    )
    st.markdown(
        t(
            "coverage.duplicates.note",
            exact=say.number((doubles["reason_code"] == "exact").sum()),
            same=say.number((doubles["reason_code"] != "exact").sum()),
        )
    )
    rows_shown = st.expander(
        t("coverage.duplicates.show"), icon=":material/content_copy:", key="coverage.duplicates_open", on_change="rerun"
    )
    if rows_shown.open:
        with rows_shown:
            show_table(
                doubles,
                [
                    Column("reason", t("coverage.column.reason"), hxl="#meta+reason"),
                    Column("row_no", t("coverage.column.row"), say.number, hxl="#meta+row"),
                    Column("other_row_no", t("coverage.column.other_row"), say.number, hxl="#meta+row+other"),
                    Column("organisation", t("coverage.column.organisation"), hxl="#org+name"),
                    Column("cluster", t("coverage.column.cluster"), hxl="#sector+cluster"),
                    Column("place", t("coverage.column.area"), hxl="#adm+name"),
                    Column("pcode", t("coverage.column.code"), hxl="#adm+code", on_screen=False),
                    Column("start", t("coverage.column.start"), say.date, hxl="#date+start"),
                    Column("end", t("coverage.column.end"), say.date, hxl="#date+end"),
                    Column("beneficiaries", t("coverage.column.beneficiaries"), say.number, hxl="#reached"),
                    Column("donor", t("coverage.column.donor"), hxl="#org+donor"),
                ],
                alt=t("coverage.duplicates.alt"),
                key="coverage.duplicates",
                basis=(country,),
                file_name=f"{country}-doublons",
            )

# the same figures as a table
st.subheader(t("coverage.table"), anchor=False)
table = session.remember("coverage.table", lambda: words.named_areas(view.by_area(inputs, assessed, sector)), *basis, sector)
show_table(
    table,
    [
        Column("pcode", t("coverage.column.code"), hxl=f"#adm{level}+code", on_screen=False),
        Column(column(), t("coverage.column.area"), hxl=f"#adm{level}+name"),
        *([Column(column("parent_name"), t("coverage.column.parent"), hxl=f"#adm{level - 1}+name")] if level > 1 else []),
        Column("need", t("coverage.column.need"), say.number, hxl="#indicator+need"),
        Column("demand", t("coverage.column.demand"), say.about, hxl="#inneed"),
        Column("partners", t("coverage.column.partners"), say.about, hxl="#reached"),
        Column("coverage", t("coverage.column.coverage"), say.percent, hxl="#reached+pct"),
        Column("organisations", t("coverage.column.organisations"), say.number, hxl="#org+count"),
        Column("absent_names", t("coverage.column.absent"), hxl="#sector+absent"),
    ],
    alt=t("coverage.table.alt"),
    key="coverage.table",
    basis=(*basis, sector),
    file_name=f"{country}-couverture",
)
page.foot(sources, tuple(everything["source_id"].unique()) + tuple(session.areas(level)["population_source"].dropna().unique()))
