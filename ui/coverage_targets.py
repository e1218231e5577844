"""Planned against reached on the page Coverage: by sector as a chart, by area as a table; one sentence where no file tells the two apart."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from data import queries
from ui import charts, session
from ui import format as say
from ui.columns import Column
from ui.language import t, tn
from ui.tables import show_table
from ui.views import coverage_about as about
from ui.views.coverage_activities import OTHER_SECTOR
from ui.views.coverage_columns import sector_name
from ui.views.coverage_targets import compared


def show_targets(seen: about.Basis, country: str, level: int, area: str | None, sector: str | None) -> None:
    """People targeted and people reached: sectors of the area in focus (or the country), areas of the sector chosen (or all)."""
    st.subheader(t("coverage.targets"), anchor=False)
    rows = session.query(queries.targets, country, level)
    both = rows[["targeted", "reached"]].notna().all(axis=1)
    if not both.any():
        st.caption(t("coverage.targets.release" if session.is_protected() else "coverage.targets.none"))
        return
    told = tn("coverage.targets.note", int(both.sum()), both=say.number(int(both.sum())), all=say.number(len(rows)))
    st.caption(told)
    by_sector = session.remember("coverage.targets.sectors", lambda: _sectors(rows, area), country, level, area)
    by_area = session.remember("coverage.targets.areas", lambda: _areas(rows, sector), country, level, sector)
    chart_side, table_side = st.columns(2, gap="medium")
    with chart_side:
        if by_sector.empty:
            st.info(t("coverage.targets.none_here", place=session.area_name(area)))
        else:
            of_place = t("coverage.targets.sectors", place=session.area_name(area))
            drawn = session.remember(
                "coverage.targets.chart",
                lambda: charts.paired_bars(
                    by_sector,
                    label="name",
                    values=[("targeted", t("coverage.column.targeted"), charts.SKY), ("reached", t("coverage.column.reached"), charts.BLUE)],
                    title=of_place,
                    format=say.persons,
                    shares=False,
                ),
                country,
                level,
                area,
            )
            st.caption(of_place)
            charts.show_chart(drawn, key="coverage.targets_chart", about=about.of_activities(seen, of_place, note=told, every_state=True))
    with table_side:
        of_sector = t("coverage.targets.areas", sector=sector_name(sector) if sector else t("coverage.sector.all"))
        st.caption(of_sector)
        show_table(
            by_area,
            _columns(),
            alt=of_sector,
            key="coverage.targets_table",
            basis=(country, level, sector),
            about=about.of_activities(seen, of_sector, note=told, file_name=f"{country}-prevu-atteint", every_state=True),
        )


def _sectors(rows: pd.DataFrame, area: str | None) -> pd.DataFrame:
    """The comparison by sector, named; sectors of which nothing can be compared are left to the table of states."""
    here = rows if area is None else rows[rows["pcode"] == area]
    frame = compared(here.assign(sector=here["sector"].fillna(OTHER_SECTOR)), "sector").dropna(subset=["targeted"])
    return frame.assign(name=[sector_name(code) for code in frame["sector"]])


def _areas(rows: pd.DataFrame, sector: str | None) -> pd.DataFrame:
    frame = compared(rows if sector is None else rows[rows["sector"] == sector], "pcode")
    return frame.assign(name=[session.area_name(code) for code in frame["pcode"]])


def _columns() -> list[Column]:
    columns: list[tuple[str, Any, str]] = [
        ("targeted", say.number, "#targeted"), ("reached", say.number, "#reached"), ("share", say.percent, "#reached+pct"),
        ("both", say.number, "#activity+count+figure"), ("activities", say.number, "#activity+count")]
    return [
        Column("pcode", t("coverage.column.code"), hxl="#adm+code", on_screen=False),
        Column("name", t("coverage.column.area"), hxl="#adm+name"),
        *(Column(key, t(f"coverage.column.{key}"), form, hxl=tag) for key, form, tag in columns),
    ]
