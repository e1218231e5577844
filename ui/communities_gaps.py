"""What nobody has assessed, on the page Communities: a map of what each area lacks, by dimension, and the indicators not known everywhere."""

from __future__ import annotations

import streamlit as st

from analytics.assessment import Assessment
from analytics.inputs import PlanInputs
from ui import charts, controls, page, session, state
from ui import format as say
from ui.colours import magnitude_scale
from ui.exports import About
from ui.language import column, t
from ui.map import area_map
from ui.tables import Column, show_table
from ui.views import communities as view
from ui.views import communities_text as words


def show_gaps(inputs: PlanInputs, assessed: Assessment, focus: str | None, basis: tuple[str, int, str]) -> None:
    """The gaps of a country; `basis` is its code, level and scenario."""
    country, level, _ = basis
    names = inputs.areas[column()]
    st.subheader(t("communities.gaps"), anchor=False)
    gaps = session.remember("communities.gaps", lambda: view.coverage_of_indicators(inputs, assessed), *basis)
    st.markdown(t("communities.gaps.note", total=len(gaps), none=int((gaps["known"] == 0).sum())))
    dimensions = ["", *(d for d in view.DIMENSION_ORDER if (gaps["dimension"] == d).any())]
    dimension = state.get("dimension") if state.get("dimension") in dimensions else ""
    lacking = session.remember("communities.lacking", lambda: view.gaps_by_area(inputs, assessed, dimension or None), *basis, dimension)
    map_side, chart_side = page.beside_map()
    with map_side:
        title = t("communities.gaps.map", dimension=t(f"dimension.{dimension}") if dimension else t("communities.gaps.every"))
        area_map(
            country=country,
            level=level,
            rows=session.remember("communities.gap_rows", lambda: words.gap_rows(lacking, names), *basis, dimension),
            scale=session.remember(
                "communities.gap_scale",
                lambda: magnitude_scale(lacking["missing"].where(lacking["missing"] > 0), title=title, unit="", format=say.number, whole=True),
                *basis,
                dimension,
            ),
            key="communities.gap_map",
            height=380,
            selected=focus,
            levels=session.levels(),
            link="communities",
            none_label=t("communities.gaps.none_missing"),
            about=About(title=title, level=level, quality=("observed",), scenario=False),
            alt=words.gap_takeaway(lacking, names),
        )
    with chart_side:
        controls.chosen(
            "dimension",
            t("communities.gaps.dimension"),
            dimensions,
            lambda d: t(f"dimension.{d}") if d else t("communities.gaps.every_one"),
            dimension,
        )
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
        charts.show_chart(chart, key="communities.gaps_chart", about=About(title=t("communities.gaps.chart"), level=level))
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
                about=About(title=t("communities.gaps.alt"), level=level, file_name=f"{country}-lacunes"),
            )
