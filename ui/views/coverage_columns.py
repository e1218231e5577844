"""The columns of the tables of the page Coverage: headings, formats, HXL tags."""

from __future__ import annotations

from collections.abc import Sequence

from ui import format as say
from ui.columns import Column
from ui.language import column, t
from ui.views.coverage_activities import OTHER_SECTOR


def sector_name(code: str) -> str:
    """Short name of a sector, of the 3W's other clusters together too."""
    return t("coverage.sector.other") if code == OTHER_SECTOR else t(f"sector.short.{code}")


def organisation_columns(sectors: Sequence[str]) -> list[Column]:
    """Organisations: type, level, activities, areas, then areas by sector."""
    return [
        Column("organisation", t("coverage.column.organisation"), hxl="#org+name", width=300),
        Column("recipient", t("coverage.column.type"), hxl="#org+type"),
        Column("reach_name", t("coverage.column.reach"), hxl="#org+level"),
        Column("activities", t("coverage.column.activities"), say.number, hxl="#activity+count"),
        Column("areas", t("coverage.column.areas"), say.number, hxl="#adm+count"),
        *_by_sector(sectors, "#adm+count", t("coverage.column.by_sector.areas")),
        Column("beneficiaries", t("coverage.column.beneficiaries"), say.number, hxl="#reached"),
    ]


def area_columns(level: int, sectors: Sequence[str]) -> list[Column]:
    """Areas: organisations, activities, then organisations by sector."""
    return [
        *place_columns(level),
        Column("organisations", t("coverage.column.organisations"), say.number, hxl="#org+count"),
        Column("activities", t("coverage.column.activities"), say.number, hxl="#activity+count"),
        *_by_sector(sectors, "#org+count", t("coverage.column.by_sector.organisations")),
        Column("beneficiaries", t("coverage.column.beneficiaries"), say.number, hxl="#reached"),
    ]


def presence_columns(level: int) -> list[Column]:
    """Each organisation in each sector and area."""
    return [
        Column("organisation", t("coverage.column.organisation"), hxl="#org+name", width=280),
        Column("sector_name", t("coverage.column.sector"), hxl="#sector"),
        Column("pcode", t("coverage.column.code"), hxl=f"#adm{level}+code", on_screen=False),
        Column("area", t("coverage.column.area"), hxl=f"#adm{level}+name"),
        Column("recipient", t("coverage.column.type"), hxl="#org+type"),
        Column("reach_name", t("coverage.column.reach"), hxl="#org+level"),
        Column("activities", t("coverage.column.activities"), say.number, hxl="#activity+count"),
        Column("states", t("coverage.column.states"), hxl="#status"),
        Column("start", t("coverage.column.start"), say.date, hxl="#date+start"),
        Column("end", t("coverage.column.end"), say.date, hxl="#date+end"),
        Column("beneficiaries", t("coverage.column.beneficiaries"), say.number, hxl="#reached"),
        Column("donors", t("coverage.column.donor"), hxl="#org+donor"),
    ]


def gap_columns() -> list[Column]:
    """Sectors without a partner."""
    return [
        Column("sector", t("coverage.column.code"), hxl="#sector+code", on_screen=False),
        Column("sector_name", t("coverage.column.sector"), hxl="#sector+name"),
        Column("bare", t("coverage.column.bare"), say.number, t("coverage.column.bare.help"), hxl="#adm+count+bare"),
        Column("wanted", t("coverage.column.wanted"), say.number, t("coverage.column.wanted.help"), hxl="#adm+count+demand"),
        Column("bare_demand", t("coverage.column.bare_demand"), say.about, t("coverage.column.demand.help"), hxl="#inneed+bare"),
        Column("places", t("coverage.column.area_names"), hxl="#adm+list"),
    ]


def status_columns() -> list[Column]:
    """Activities and what they declare, by sector and state."""
    return [
        Column("group", t("coverage.column.sector"), hxl="#sector+name"),
        Column("status_name", t("coverage.column.states"), hxl="#status"),
        Column("activities", t("coverage.column.activities"), say.number, hxl="#activity+count"),
        Column("with_figure", t("coverage.column.with_figure"), say.number, hxl="#activity+count+figure"),
        Column("beneficiaries", t("coverage.column.beneficiaries"), say.number, hxl="#reached"),
    ]


def duplicate_columns() -> list[Column]:
    """Rows that may count twice."""
    return [
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
    ]


def need_columns(level: int) -> list[Column]:
    """Need, demand and coverage by area."""
    return [
        *place_columns(level),
        Column("need", t("coverage.column.need"), say.number, hxl="#indicator+need"),
        Column("demand", t("coverage.column.demand"), say.about, t("coverage.column.demand.help"), hxl="#inneed"),
        Column("partners", t("coverage.column.partners"), say.about, t("coverage.column.partners.help"), hxl="#reached"),
        Column("coverage", t("coverage.column.coverage"), say.percent, hxl="#reached+pct"),
        Column("organisations", t("coverage.column.organisations"), say.number, hxl="#org+count"),
        Column("absent_names", t("coverage.column.absent"), hxl="#sector+absent"),
    ]


def place_columns(level: int) -> list[Column]:
    """Code, name and parent of an area."""
    return [
        Column("pcode", t("coverage.column.code"), hxl=f"#adm{level}+code", on_screen=False),
        Column(column(), t("coverage.column.area"), hxl=f"#adm{level}+name"),
        *([Column(column("parent_name"), t("coverage.column.parent"), hxl=f"#adm{level - 1}+name")] if level > 1 else []),
    ]


def _by_sector(sectors: Sequence[str], hxl: str, help: str) -> list[Column]:
    return [Column(code, sector_name(code), say.number, help=help, hxl=f"{hxl}+{code.lower()}") for code in sectors]
