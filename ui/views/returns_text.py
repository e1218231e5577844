"""The words of the page Returns: headline figures, columns, and what each figure rests on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from analytics.inputs import ESTIMATED, OBSERVED, PlanInputs
from data import queries
from ui import charts, session
from ui import format as say
from ui.columns import Column, protected
from ui.exports import About
from ui.figures import Figure, quality_mark
from ui.language import column, t, tn
from ui.views import returns as view


def place_source(inputs: PlanInputs, year: int) -> tuple[str, ...]:
    """Where returns by place of a year come from."""
    return _of(inputs.returns[inputs.returns["year"] == year])


def with_hosts(source: tuple[str, ...], inputs: PlanInputs) -> tuple[str, ...]:
    """The sources of places and of host countries."""
    return (*source, *_of(inputs.hosts))


def sources_used(inputs: PlanInputs, uk: pd.DataFrame, areas: pd.DataFrame) -> tuple[str, ...]:
    """Every source the page rests on."""
    return (*_of(inputs.returns), *_of(inputs.hosts), *_of(uk), *(str(name) for name in areas["population_source"].dropna().unique()))


def told(value: float, format: charts.Format) -> str:
    """A figure of returns in words; one that a release withholds says so."""
    return protected() if say.missing(value) and session.is_protected() else format(value)


def figures(found: view.YearByPlace, abroad: view.YearByPlace, ahead: view.Outlook, year: int, publisher: str) -> list[Figure]:
    """The headline figures of a year, with who published them, and of the horizon."""

    def counted(name: str, value: float, quality: str) -> Figure:
        return Figure(
            t(f"returns.figure.{name}"), told(value, say.persons), str(year), quality, t(f"returns.figure.{name}.help"), told(value, say.exact), publisher
        )

    return [
        counted("total", found.total, found.quality),
        counted("abroad", abroad.total, abroad.quality),
        Figure(
            t("returns.figure.expected"),
            told(ahead.total, say.about),
            f"{ahead.first_year}–{ahead.last_year}",
            ahead.quality,
            t("returns.figure.expected.help", low=told(ahead.low, say.about), high=told(ahead.high, say.about)),
            source=t("quality.source.computed"),
        ),
        counted("unplaced", found.unplaced, found.quality),
    ]


def unplaced(found: view.YearByPlace, year: int, country: str) -> str:
    """How many have no area on the map, and where they are known to be."""
    listed = [
        t(
            "returns.unplaced_item",
            place=t("returns.unplaced_country") if code == country else session.area_name(code),
            persons=told(persons, say.persons),
        )
        for code, persons in found.elsewhere.head(4).items()
    ]
    others = len(found.elsewhere) - len(listed)
    places = say.listed([*listed, tn("returns.unplaced_others", others)] if others else listed)
    is_withheld = say.missing(found.unplaced) and session.is_protected()
    counted = {} if is_withheld else {"people": say.people(found.unplaced), "share": told(found.unplaced / found.total, say.percent)}
    if list(found.elsewhere.index) == [country]:
        return t("returns.unplaced_nowhere_protected" if is_withheld else "returns.unplaced_nowhere", year=year, **counted)
    return t("returns.unplaced_protected" if is_withheld else "returns.unplaced", year=year, places=places, **counted)


def of_map(level: int, year: int, kind: str, found: view.YearByPlace, source: tuple[str, ...]) -> About:
    """The map and the table of a year; `source` of the places, and of the host countries where arrows come from them."""
    shown = (t(f"returns.kind.long.{kind}"),) if kind != view.BOTH else ()
    return About(
        title=t("returns.map.title", year=year),
        period=str(year),
        quality=tuple(dict.fromkeys(found.areas["quality"])),
        sources=source,
        filters=shown,
        note=t("returns.about.place", share=told(found.unplaced / found.total if found.total else 0.0, say.percent)),
        level=level,
    )


def of_relief(level: int, year: int, kind: str, found: view.YearByPlace, source: tuple[str, ...], inputs: PlanInputs) -> About:
    """The relief: areas, host countries and facilities, three figures of three sources."""
    known = session.query(queries.sources, session.country())
    facilities = known.loc[known["topic"] == "facilities", "source_id"]
    return replace(of_map(level, year, kind, found, source), sources=(*with_hosts(source, inputs), *(str(name) for name in facilities)))


def of_table(level: int, year: int, kind: str, found: view.YearByPlace, source: tuple[str, ...], period: str, country: str) -> About:
    """The table of a year with what is expected."""
    shown = of_map(level, year, kind, found, source)
    return About(
        title=t("returns.table.alt", year=year),
        period=t("returns.about.period", year=year, period=period),
        quality=tuple(dict.fromkeys((*shown.quality, ESTIMATED))),
        sources=source,
        filters=shown.filters,
        note=shown.note,
        level=level,
        scenario=True,
        file_name=f"{country}-retours-{year}",
    )


def of_trend(level: int, place: str | None, first: int, last: int, period: str, source: tuple[str, ...]) -> About:
    """The years and what the scenario expects; `place` is the area in focus."""
    return About(
        title=t("returns.trend.title", place=place or session.country_name()),
        period=t("returns.about.trend_period", first=first, last=last, period=period),
        quality=(OBSERVED, ESTIMATED),
        sources=source,
        filters=(place,) if place else (),
        note=t("returns.about.expected"),
        level=level,
        scenario=True,
    )


def of_hosts(inputs: PlanInputs, year: int, file_name: str = "") -> About:
    """Host countries: a margin of its own."""
    return About(
        title=t("returns.hosts.table_title", year=year) if file_name else t("returns.hosts.title", year=year),
        period=str(year),
        quality=(OBSERVED,),
        sources=_of(inputs.hosts),
        note=t("returns.about.margins"),
        file_name=file_name,
    )


def of_people(year: int, source: tuple[str, ...]) -> About:
    """Sex and age of those who returned."""
    return About(
        title=t("returns.who.title", year=year), period=str(year), quality=(OBSERVED,), sources=source, note=t("returns.who.note", year=year)
    )


def of_uk(rows: pd.DataFrame) -> About:
    """The Home Office's own count."""
    years = f"{rows['year'].min()}–{rows['year'].max()}"
    return About(title=t("returns.uk"), period=years, quality=(OBSERVED,), sources=_of(rows), note=t("returns.uk.note"))


def host_columns(year: int) -> list[Column]:
    """The table of host countries."""
    return [
        Column("host_iso3", t("returns.column.code"), hxl="#country+code+host", on_screen=False),
        Column(column("host_name"), t("returns.column.host"), hxl="#country+name+host"),
        Column("persons", t("returns.column.persons", year=year), say.number, hxl="#affected+returnees"),
        Column("share", t("returns.column.share"), say.percent, hxl="#affected+returnees+pct"),
    ]


def columns(level: int, year: int, kind: str, planned: bool) -> list[Column]:
    """The table of areas; `planned`: the level has a plan, hence returns that are expected, with an interval for both kinds together."""
    expected: list[tuple[str, str, Any]] = [("total", "expected", ""), ("low", "low", "+low"), ("high", "high", "+high")][: 3 if kind == view.BOTH else 1]
    return [
        Column("pcode", t("returns.column.code"), hxl=f"#adm{level}+code", on_screen=False),
        Column(column(), t("returns.column.area"), hxl=f"#adm{level}+name"),
        *([Column(column("parent_name"), t("returns.column.parent"), hxl=f"#adm{level - 1}+name")] if level > 1 else []),
        Column("persons", t("returns.column.persons", year=year), say.number, hxl="#affected+returnees"),
        Column("share", t("returns.column.share"), say.percent, hxl="#affected+returnees+pct"),
        Column("per_1000", t("returns.column.per_1000"), say.rate, hxl="#affected+returnees+rate"),
        Column("quality", t("returns.column.quality"), quality_mark, hxl="#meta+quality"),
        *(
            Column(key, t(f"returns.column.{name}"), say.about, hxl=f"#affected+returnees+expected{tag}")
            for key, name, tag in (expected if planned else [])
        ),
    ]


def _of(rows: pd.DataFrame) -> tuple[str, ...]:
    return tuple(str(name) for name in rows["source_id"].dropna().unique())
