"""Pre-aggregated tables for the screens, written once as Ibis expressions: DuckDB runs them at build by default, another
engine (Spark, Trino, ClickHouse) runs the same code through its own Ibis connection (ARCHITECTURE, Past one machine).

A cube stays small whatever the size of the facts: its keys are areas, years, partners and categories.
`protected` says that a figure of the row is withheld: never in a generation, where it may be in a release (data/protection).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import ibis
import ibis.expr.types as ir
from ibis import _

Tables = Mapping[str, ir.Table]
CHILD_BANDS: Final = ("5-11", "12-17")
ADULT_BAND: Final = "18-59"
UNKNOWN: Final = "unknown"
_OPEN: Final = ibis.literal(False)


def cube_area(tables: Tables) -> ir.Table:
    """Areas with their parent's names, the population's period and the health facilities in them.

    `facilities` is null where no source covers the country, 0 where a source covers it and has none (METHOD 0.2).
    """
    area, source = tables["area"], tables["source"]
    parent = area.select(parent="pcode", parent_name_fr="name_fr", parent_name_en="name_en")
    placed = tables["area_facility"].join(area.select("pcode", "parent"), "pcode")
    own = placed.select("pcode", "facilities")
    above = placed.select(pcode="parent", facilities="facilities")
    country = placed.select(pcode="iso3", facilities="facilities")
    counted = own.union(above).union(country)
    counts = counted.group_by("pcode").aggregate(counted=_.facilities.sum())
    covered = tables["area_facility"].select("iso3").distinct().mutate(covered=True)
    period = source.select(population_source="source_id", population_period="period")
    joined = (
        area.drop("geometry").left_join(parent, "parent").drop("parent_right")
        .left_join(counts, "pcode").drop("pcode_right")
        .left_join(covered, "iso3").drop("iso3_right")
        .left_join(period, "population_source").drop("population_source_right")
    )
    facilities = ibis.cases((_.covered.notnull(), _.counted.fill_null(0)), else_=ibis.null("int64"))
    return joined.mutate(facilities=facilities.cast("float64"), protected=_OPEN).drop("counted", "covered")


def cube_return_year(tables: Tables) -> ir.Table:
    """Returns of the country by year and kind, and how many of them have a known place, sex and age."""
    flow = _places(tables)
    return flow.group_by(["iso3", "year", "kind", "source_id"]).aggregate(
        persons=_.persons.sum(), placed=_sum_where(_.place_level >= 1), placed_level2=_sum_where(_.place_level == 2),
        sex_known=_sum_where(_.sex != UNKNOWN), age_known=_sum_where(_.age_band != UNKNOWN), protected=_OPEN,
    )


def cube_return_place(tables: Tables) -> ir.Table:
    """Returns by place as known (an area of any level, or the country), year and kind, with the known sexes and ages."""
    return _places(tables).group_by(["iso3", "year", "kind", "pcode", "place_level", "source_id"]).aggregate(
        persons=_.persons.sum(), women=_sum_where(_.sex == "f"), men=_sum_where(_.sex == "m"),
        age_known=_sum_where(_.age_band != UNKNOWN), age_5_17=_sum_where(_.age_band.isin(CHILD_BANDS)),
        age_18_59=_sum_where(_.age_band == ADULT_BAND), first_row=_.row_no.min(),
    )


def cube_return_level(tables: Tables) -> ir.Table:
    """Returns by level, year, kind and place, with the known sexes and ages: what is known more finely is summed to the level,
    what is known less finely stays where it is known, so that a level's places add up to the country.

    An area that is its parent's only child receives what is known for the parent: they are the same place.
    """
    place, area = cube_return_place(tables), tables["area"]
    lies_in = _lies_in(area)
    levels = area.filter(_.level > 0).select("iso3", "level").distinct()
    alone = area.filter(_.level > 0).group_by(["parent", "level"]).aggregate(child=_.pcode.min(), children=_.count())
    alone = alone.filter(_.children == 1).select(alone_level="level", alone_parent="parent", child="child")
    at_level = place.join(levels, "iso3")
    above = at_level.left_join(lies_in, [at_level.pcode == lies_in.inside, at_level.level == lies_in.at_level])
    found = above.left_join(alone, [
        above.pcode == alone.alone_parent, above.level == alone.alone_level, above.place_level + 1 == alone.alone_level])
    located = found.mutate(located=ibis.coalesce(_.larger, _.child, _.pcode)).drop("pcode", "place_level")
    names = area.select(located="pcode", place_level="level", name_fr="name_fr", name_en="name_en")
    figures = ("persons", "women", "men", "age_known", "age_5_17", "age_18_59")
    keys = ["iso3", "level", "year", "kind", "pcode", "place_level", "name_fr", "name_en", "source_id"]
    return located.join(names, "located").rename(pcode="located").group_by(keys).aggregate(
        **{name: _[name].sum() for name in figures}, first_row=_.first_row.min(), protected=_OPEN)


def cube_return_composition(tables: Tables) -> ir.Table:
    """Returns of the country by year, kind, sex and age band, the unknown as categories of their own."""
    return _places(tables).group_by(["iso3", "year", "kind", "sex", "age_band", "source_id"]).aggregate(
        persons=_.persons.sum(), protected=_OPEN)


def cube_return_host(tables: Tables) -> ir.Table:
    """Returns from abroad by host country and year; never joined with places (METHOD 0.3)."""
    flow = tables["return_flow"].filter(_.margin == "host", _.kind == "abroad")
    summed = flow.group_by(["iso3", "year", "host_iso3", "source_id"]).aggregate(
        persons=_.persons.sum(), row_no=_.row_no.min(), protected=_OPEN)
    names = tables["country_name"].select(host_iso3="iso3", host_name_fr="name_fr", host_name_en="name_en")
    named = summed.left_join(names, "host_iso3").drop("host_iso3_right")
    return named.mutate(
        host_name_fr=_.host_name_fr.coalesce(_.host_iso3), host_name_en=_.host_name_en.coalesce(_.host_iso3))


def cube_return_own(tables: Tables) -> ir.Table:
    """Returns counted by a host country's own administration, by year, type, sex and age; never added to UNHCR's."""
    flow = tables["return_flow"].filter(_.margin == "own")
    keys = ["iso3", "source_id", "year", "host_iso3", "flow_type", "destination_home", "sex", "age_band"]
    return flow.group_by(keys).aggregate(persons=_.persons.sum(), protected=_OPEN)


def cube_return_own_type(tables: Tables) -> ir.Table:
    """Returns counted by a host country's own administration, by year and type: the sums of `cube_return_own`."""
    flow = tables["return_flow"].filter(_.margin == "own")
    keys = ["iso3", "source_id", "year", "host_iso3", "flow_type", "destination_home"]
    return flow.group_by(keys).aggregate(persons=_.persons.sum(), protected=_OPEN)


def cube_indicator(tables: Tables) -> ir.Table:
    """The latest value of each indicator in each area."""
    values = tables["indicator_value"].filter(_.pcode.notnull())
    newest = ibis.window(group_by=["pcode", "indicator"], order_by=[ibis.desc("period_end"), "source_id", "row_no"])
    return values.mutate(newest=ibis.row_number().over(newest)).filter(_.newest == 0).drop("newest").mutate(protected=_OPEN)


def cube_activity(tables: Tables) -> ir.Table:
    """Activities by partner, sector, area and category: rows, rows without exact duplicates, and their beneficiaries."""
    keys = [
        "iso3", "organisation", "acronym", "organisation_type", "recipient_type", "cluster", "sector", "admin1_code",
        "admin2_code", "status", "beneficiary_type", "donor", "source_id",
    ]
    single = _.duplicate_of.isnull()
    rows = tables["partner_activity"]
    if "protected" not in rows.columns:
        rows = rows.mutate(protected=_OPEN)
    return rows.group_by(keys).aggregate(
        rows=_.count(), activities=single.sum(), beneficiaries=_.beneficiaries.sum(where=single),
        beneficiaries_unknown=(single & _.beneficiaries.isnull() & ~_.protected).sum(),
        beneficiaries_protected=(single & _.protected).sum(),
        first_start=_.start.min(), last_end=_.end.max(),
    )


CUBES: Final[dict[str, Callable[[Tables], ir.Table]]] = {
    cube.__name__: cube for cube in (
        cube_area, cube_return_year, cube_return_place, cube_return_level, cube_return_composition, cube_return_host, cube_return_own,
        cube_return_own_type, cube_indicator, cube_activity,
    )
}
SEEN_AS: Final = {"activity": "partner_activity", "indicator_past": "indicator_value"}
"""View -> table of facts whose rows screens read: the table itself, with `protected`."""


def build_cubes(connection: Any, names: list[str]) -> None:
    """Run every cube on an Ibis connection that holds the tables `names`, creating one table each.

    The names are given because Ibis 12 cannot list the tables of DuckDB 2.0, nor replace one.
    """
    tables = {name: connection.table(name) for name in names}
    for name, cube in CUBES.items():
        connection.create_table(name, cube(tables))
    for view, name in SEEN_AS.items():
        connection.create_view(view, tables[name].mutate(protected=_OPEN), overwrite=True)


def _lies_in(area: ir.Table) -> ir.Table:
    """Every area of a level above 0 in itself and in the areas above it: inside, larger, at_level."""
    above = area.filter(_.level > 0).select(larger="pcode", at_level="level", next="parent")
    found = above.select(inside="larger", larger="larger", at_level="at_level", next="next")
    parts = [found]
    for _step in range(3):
        below = parts[-1].select("inside", "next")
        parts.append(below.join(above, [below.next == above.larger]).select(
            inside=_.inside, larger=_.larger, at_level=_.at_level, next=_.next_right))
    return ibis.union(*parts).drop("next")


def _places(tables: Tables) -> ir.Table:
    return tables["return_flow"].filter(_.margin == "place")


def _sum_where(condition: Any) -> Any:
    return _.persons.sum(where=condition).coalesce(0.0)
