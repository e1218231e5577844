"""Coverage: need against what is covered, who does what where, and what no one does. Without a 3W it says "no data", never "no partner"."""

import streamlit as st

from data import queries
from ui import chart_parts, charts, charts_flow, controls, coverage_filters, coverage_targets, page, session, state
from ui import format as say
from ui.figures import published_by
from ui.language import column, t, tn
from ui.map import area_map
from ui.tables import show_table
from ui.views import coverage as view
from ui.views import coverage_about as about
from ui.views import coverage_activities as who
from ui.views import coverage_columns as columns_of
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
seen = about.basis_of(inputs, level)
shown = state.get("view") if state.get("view") in ("both", "partners", "absent") else "both"

both = session.remember("coverage.both", lambda: view.need_and_coverage(inputs, assessed, sector), *basis, sector)
organisations = session.remember("coverage.organisations", lambda: view.partners_by_area(inputs, sector), country, level, sector)
absent = session.remember("coverage.absent", lambda: view.absent_sectors(inputs), country, level)
activities = session.remember(
    "coverage.activities", lambda: words.named_donors(who.counted_once(session.query(queries.activities, country, level))), country, level
)
everything = session.remember("coverage.running", lambda: who.chosen(activities, who.Choice()), country, level)
tracked = who.tracked(inputs.mapped_sectors)
chosen = coverage_filters.choice(activities, focus)

if has_3w:
    totals = session.remember("coverage.totals", lambda: view.totals(inputs, assessed, everything), *basis)
    page.head(
        t("coverage.title"),
        words.answer(inputs, session.country_name(), totals.organisations, totals.bare_areas, totals.most_absent),
        words.figures(totals, seen.period, published_by(seen.activities, sources), scenario.horizon_months),
    )
else:
    page.head(t("coverage.title"), t("coverage.answer_none", country=session.country_name()))
    page.way_to_figures(t("coverage.import"))

# the map and what changes it
map_side, panel = page.beside_map()
with map_side:
    if not has_3w:
        # nothing can be said of coverage: the map shows what is known, and says what is not
        rows, scale = session.remember(
            "coverage.map_need", lambda: (words.need_rows(both, names, scenario.horizon_months), words.need_scale(both)), *basis, sector
        )
        alt = t("coverage.map.alt.none")
    elif shown == "both":
        low = int(((both["need"] >= words.NEED_BREAKS[1]) & (both["coverage"] < words.COVERAGE_BREAKS[0])).sum())
        rows, scale = session.remember(
            "coverage.map_both", lambda: (words.both_rows(both, names, scenario.horizon_months), words.both_scale()), *basis, sector
        )
        alt = tn("coverage.map.alt.both", low) if both["coverage"].notna().any() else t("coverage.map.alt.none")
    else:
        values = organisations if shown == "partners" else absent.map(len, na_action="ignore").astype(float)
        rows, scale = session.remember(
            "coverage.map_count",
            lambda: (words.count_rows(shown, values, names, seen.period, published_by(seen.activities, sources)), words.count_scale(shown, values)),
            country,
            level,
            sector,
            shown,
        )
        alt = t(f"coverage.map.alt.{shown}", low=say.number(values.min()), high=say.number(values.max()))
    area_map(
        country=country,
        level=level,
        rows=rows,
        scale=scale,
        key="coverage.map",
        selected=focus,
        levels=session.levels(),
        alt=alt,
        none_label=t("coverage.map.no_return"),
        about=about.of_need(seen, scale.title, words.quality_of(assessed), sector)
        if shown == "both" or not has_3w
        else about.of_activities(seen, scale.title, who.Choice(sector=sector)),
    )
    elsewhere = int((~inputs.activities["pcode"].isin(inputs.areas.index)).sum()) if has_3w else 0
    if elsewhere:
        st.caption(tn("map.activities_elsewhere", elsewhere, count=say.number(elsewhere), all=say.number(len(inputs.activities))))
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
        if inputs.activities_period is not None:
            st.caption(t("coverage.panel.period", period=say.period(*inputs.activities_period)))

if has_3w:
    # who works in which sector of which area, and what nobody does
    st.subheader(t("coverage.sectors"), anchor=False)
    st.caption(t("coverage.sectors.note"))
    largest = session.remember("coverage.largest", lambda: view.busiest_areas(inputs, assessed, 26), *basis)
    matrix = session.remember(
        "coverage.matrix",
        lambda: charts_flow.heat(
            words.named_matrix(view.partners_matrix(inputs).loc[largest], names),
            title=t("coverage.sectors.title"),
            rows_title=t("coverage.column.area"),
            format=say.number,
            empty="–",
        ),
        *basis,
    )
    charts.show_chart(matrix, key="coverage.matrix", about=about.of_activities(seen, t("coverage.sectors.title"), note=t("coverage.sectors.note")))
    if len(largest) < len(inputs.areas):
        st.caption(t("coverage.sectors.more", shown=say.number(len(largest)), all=say.number(len(inputs.areas))))
    st.subheader(t("coverage.gaps"), anchor=False)
    st.caption(t("coverage.gaps.note"))
    gaps = session.remember("coverage.gaps", lambda: words.named_gaps(view.gaps(inputs, assessed), names), *basis)
    show_table(
        gaps,
        columns_of.gap_columns(),
        alt=t("coverage.gaps.alt"),
        key="coverage.gaps",
        basis=basis,
        about=about.of_need(seen, t("coverage.gaps.alt"), words.quality_of(assessed), None, f"{country}-secteurs-sans-partenaire"),
    )

    # who does what where, narrowed to what is chosen
    st.subheader(t("coverage.who"), anchor=False)
    layout, drawer = coverage_filters.matrix_controls(activities, chosen)
    rows = session.remember("coverage.chosen", lambda: who.chosen(activities, chosen), country, level, chosen)
    if rows.empty:
        coverage_filters.nothing_left(activities, chosen, untold=chosen.sector is not None and chosen.sector not in tracked)
    else:
        columns, table = session.remember(
            "coverage.who", lambda: words.laid_out(layout, rows, inputs.areas, level, tracked), country, level, chosen, layout
        )
        table, order = coverage_filters.sorted_by(table, columns, drawer)
        note = t(f"coverage.who.note.{layout}", filters=", ".join(about.said(chosen)))
        st.caption(f"{note} {t('coverage.who.sort')}" if layout == "organisations" else note)
        show_table(
            table,
            columns,
            alt=t(f"coverage.who.alt.{layout}"),
            key=f"coverage.who.{layout}",
            basis=(country, level, chosen, layout, order),
            height=430 if len(table) > 11 else "auto",
            about=about.of_activities(seen, t(f"coverage.who.alt.{layout}"), chosen, note, f"{country}-qui-fait-quoi"),
        )

    # who is present, by type and by level of organisation
    st.subheader(t("coverage.recipient"), anchor=False)
    st.caption(t("coverage.recipient.note"))
    kinds = (("recipient", "recipient_type", view.RECIPIENTS), ("reach", "reach", who.REACHES))
    for side, (name, key, values) in zip(st.columns(2, gap="medium"), kinds, strict=True):
        with side:
            present = session.remember(
                f"coverage.by_{name}",
                lambda name=name, key=key, values=values: charts_flow.heat(
                    words.named_kinds(who.by_recipient(everything, key, values, tracked), name),
                    title=t(f"coverage.{name}.title"),
                    rows_title=t("coverage.column.sector"),
                    format=say.number,
                    empty="0",
                ),
                country,
                level,
            )
            said = about.of_activities(seen, t(f"coverage.{name}.title"), note=t(f"coverage.{name}.about"))
            charts.show_chart(present, key=f"coverage.by_{name}", about=said)

    coverage_targets.show_targets(seen, country, level, focus, sector)

    # planned, running, ended, and what is declared of each
    st.subheader(t("coverage.status"), anchor=False)
    st.caption(t("coverage.status.note"))
    states = session.remember("coverage.states", lambda: words.named_status(who.by_status(activities, tracked)), country, level)
    chart_side, table_side = st.columns(2, gap="medium")
    with chart_side:
        status = session.remember(
            "coverage.status",
            lambda: charts.composition(
                states,
                group="group",
                part="status",
                value="activities",
                title=t("coverage.status.title"),
                parts=[(name, t(f"coverage.status.{name}"), colour) for name, colour in words.STATUS_COLOURS],
            ),
            country,
            level,
        )
        said = about.of_activities(seen, t("coverage.status.title"), note=t("coverage.status.note"), every_state=True)
        charts.show_chart(status, key="coverage.status_chart", about=said)
    with table_side:
        show_table(
            states,
            columns_of.status_columns(),
            alt=t("coverage.status.alt"),
            key="coverage.states",
            basis=(country, level),
            about=about.of_activities(seen, t("coverage.status.alt"), note=t("coverage.status.note"), file_name=f"{country}-etats", every_state=True),
        )

    # the path of the money, as far as it is named
    st.subheader(t("coverage.flow"), anchor=False)
    flows = session.remember("coverage.flows", lambda: who.flows(rows), country, level, chosen)
    if flows.rows.empty:
        st.info(t("coverage.flow.none"))
    else:
        st.caption(words.flow_note(flows, rows) + " " + t("coverage.flow.filters", filters=", ".join(about.said(chosen))))
        ink = chart_parts.ink()

        def flow_of(folded: bool) -> charts.Chart:
            return session.remember(
                "coverage.flow",
                lambda: charts_flow.sankey(
                    words.named_flows(flows, names),
                    stages=[(stage, t(f"coverage.flow.{stage}")) for stage in ("donor", "organisation", "sector", "area")],
                    value="activities",
                    title=t("coverage.flow.title"),
                    value_title=t("coverage.column.activities"),
                    ink=ink,
                    folded=folded,
                ),
                country,
                level,
                chosen,
                ink,
                folded,
            )

        flow = flow_of(folded=False)
        said = about.of_activities(seen, t("coverage.flow.title"), chosen, words.flow_note(flows, rows), f"{country}-flux")
        charts.show_chart(flow, key="coverage.flow", about=said, narrow=lambda: flow_of(folded=True))
        listed = st.expander(t("coverage.flow.table"), icon=":material/table:", key="coverage.flow_open", on_change="rerun")
        if listed.open:
            with listed:
                table, columns = flow.rows
                show_table(table, columns, alt=t("coverage.flow.title"), key="coverage.flow_table", basis=(country, level, chosen), about=said)

    # what may be counted twice
    st.subheader(t("coverage.duplicates"), anchor=False)
    doubles = session.remember(
        "coverage.doubles", lambda: words.named_duplicates(session.query(queries.possible_duplicates, country)), country
    )
    st.markdown(words.duplicates_note(doubles))
    rows_shown = (
        st.expander(t("coverage.duplicates.show"), icon=":material/content_copy:", key="coverage.duplicates_open", on_change="rerun")
        if len(doubles)
        else None
    )
    if rows_shown is not None and rows_shown.open:
        with rows_shown:
            show_table(
                doubles,
                columns_of.duplicate_columns(),
                alt=t("coverage.duplicates.alt"),
                key="coverage.duplicates",
                basis=(country,),
                about=about.of_activities(
                    seen, t("coverage.duplicates.alt"), note=words.duplicates_note(doubles), file_name=f"{country}-doublons", every_state=True
                ),
            )

# the same figures as a table
st.subheader(t("coverage.table"), anchor=False)
table = session.remember("coverage.table", lambda: words.named_areas(view.by_area(inputs, assessed, sector)), *basis, sector)
show_table(
    table,
    columns_of.need_columns(level),
    alt=t("coverage.table.alt"),
    key="coverage.table",
    basis=(*basis, sector),
    about=about.of_need(seen, t("coverage.table.alt"), words.quality_of(assessed), sector, f"{country}-couverture"),
)
page.foot(sources)
