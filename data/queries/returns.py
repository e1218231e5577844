"""Returns: by year, by place, by host country (two margins that are never crossed), by sex and age, and the Home Office's."""

from __future__ import annotations

import pandas as pd

from data.queries.areas import country
from data.store import Store


def returns_by_year(store: Store, iso3: str) -> pd.DataFrame:
    """National returns: year, kind (abroad | internal), persons, placed (known in an area), placed_level2, sex_known,
    age_known, source_id.
    """
    country(store, iso3)
    return store.frame(
        "SELECT year, kind, persons, placed, placed_level2, sex_known, age_known, source_id FROM cube_return_year "
        "WHERE iso3 = ? ORDER BY year, kind", [iso3])


def returns_by_place(
    store: Store, iso3: str, level: int | None = None, first_year: int | None = None, last_year: int | None = None,
) -> pd.DataFrame:
    """Returns at a level: year, kind, pcode, place_level, name_fr, name_en, persons, women, men, age_known, age_5_17,
    age_18_59, source_id, first_row.

    Places known more finely are summed to `level`; those known less finely stay where they are known (the parent, or the
    country's ISO3), so that the sum by year and kind is the national total. An area that is its parent's only child
    receives what is known for the parent: they are the same place.
    """
    level = country(store, iso3).default_level if level is None else level
    return store.frame(
        """
        WITH only_child AS (
            SELECT parent, min(pcode) AS child FROM cube_area
            WHERE iso3 = $iso3 AND level = $level GROUP BY parent HAVING count(*) = 1
        ),
        located AS (
            SELECT r.*, CASE
                WHEN r.place_level > $level THEN a.parent
                WHEN r.place_level = $level - 1 AND o.child IS NOT NULL THEN o.child
                ELSE r.pcode END AS located
            FROM cube_return_place r
            JOIN cube_area a ON a.pcode = r.pcode
            LEFT JOIN only_child o ON o.parent = r.pcode
            WHERE r.iso3 = $iso3 AND r.year BETWEEN $first AND $last
        )
        SELECT l.year, l.kind, l.located AS pcode, a.level AS place_level, a.name_fr, a.name_en, sum(l.persons) AS persons,
            sum(l.women) AS women, sum(l.men) AS men, sum(l.age_known) AS age_known, sum(l.age_5_17) AS age_5_17,
            sum(l.age_18_59) AS age_18_59, l.source_id, min(l.first_row) AS first_row
        FROM located l JOIN cube_area a ON a.pcode = l.located
        GROUP BY ALL ORDER BY l.year, l.kind, l.located
        """,
        {"iso3": iso3, "level": level, "first": first_year or 0, "last": last_year or 9999},
    )


def returns_by_host(store: Store, iso3: str) -> pd.DataFrame:
    """Refugee returns by host country, national: year, host_iso3, host_name_fr, host_name_en, persons, source_id."""
    country(store, iso3)
    return store.frame(
        "SELECT year, host_iso3, host_name_fr, host_name_en, persons, source_id FROM cube_return_host WHERE iso3 = ? "
        "ORDER BY year, persons DESC, host_iso3", [iso3])


def returns_composition(store: Store, iso3: str, year: int | None = None) -> pd.DataFrame:
    """Returns of a year (default: the latest) by kind, sex (f | m | unknown) and age band (0-4 ... 60+, unknown):
    year, kind, sex, age_band, persons, share (of the kind's total), known (whether the kind has any cell with a known sex).

    What the source leaves unsaid is `unknown`; a kind of which no sex is known has `known` False: show "unknown", not 0 %.
    """
    country(store, iso3)
    return store.frame(
        """
        WITH cells AS (
            SELECT year, kind, sex, age_band, sum(persons) AS persons FROM cube_return_composition
            WHERE iso3 = $iso3
                AND year = coalesce($year, (SELECT max(year) FROM cube_return_composition WHERE iso3 = $iso3))
            GROUP BY ALL
        )
        SELECT *, persons / sum(persons) OVER (PARTITION BY year, kind) AS share,
            bool_or(sex <> 'unknown') OVER (PARTITION BY year, kind) AS known
        FROM cells
        ORDER BY kind, sex, list_position(['0-4', '5-11', '12-17', '18-59', '60+', 'unknown'], age_band)
        """,
        {"iso3": iso3, "year": year},
    )


def returns_join_rate(store: Store, iso3: str) -> pd.DataFrame:
    """How many returned persons have a P-code, by year: year, persons, placed, rate (0-1)."""
    country(store, iso3)
    return store.frame(
        "SELECT year, sum(persons) AS persons, sum(placed) AS placed, sum(placed) / sum(persons) AS rate "
        "FROM cube_return_year WHERE iso3 = ? GROUP BY year ORDER BY year", [iso3])


def uk_returns(store: Store, iso3: str) -> pd.DataFrame:
    """Home Office returns of nationals from the United Kingdom: year, flow_type, destination_home, sex, age_band, persons,
    source_id. A source of its own, never added to UNHCR's figures; refused entries at the port are a `flow_type`.
    """
    country(store, iso3)
    return store.frame(
        "SELECT year, flow_type, destination_home, sex, age_band, persons, source_id FROM cube_return_own "
        "WHERE iso3 = ? AND host_iso3 = 'GBR' ORDER BY year, flow_type, sex, age_band", [iso3])
