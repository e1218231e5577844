"""Returns: by year, by place, by host country (two margins that are never crossed), by sex and age, and the Home Office's.

In a release (data/protection) a withheld figure is NaN and its row's `protected` is True; a sum with a withheld part is NaN too.
"""

from __future__ import annotations

import pandas as pd

from data.queries.areas import country
from data.store import Store


def returns_by_year(store: Store, iso3: str) -> pd.DataFrame:
    """National returns: year, kind (abroad | internal), persons, placed (known in an area), placed_level2, sex_known,
    age_known, source_id, protected.
    """
    country(store, iso3)
    return store.frame(
        "SELECT year, kind, persons, placed, placed_level2, sex_known, age_known, source_id, protected FROM cube_return_year "
        "WHERE iso3 = ? ORDER BY year, kind", [iso3])


def returns_by_place(
    store: Store, iso3: str, level: int | None = None, first_year: int | None = None, last_year: int | None = None,
) -> pd.DataFrame:
    """Returns at a level: year, kind, pcode, place_level, name_fr, name_en, persons, women, men, age_known, age_5_17,
    age_18_59, source_id, first_row, protected.

    Places known more finely are summed to `level`; those known less finely stay where they are known (the parent, or the
    country's ISO3), so that the sum by year and kind is the national total. An area that is its parent's only child
    receives what is known for the parent: they are the same place.
    """
    level = country(store, iso3).default_level if level is None else level
    return store.frame(
        """
        SELECT year, kind, pcode, place_level, name_fr, name_en, persons, women, men, age_known, age_5_17, age_18_59, source_id,
            first_row, protected
        FROM cube_return_level WHERE iso3 = $iso3 AND level = $level AND year BETWEEN $first AND $last
        ORDER BY year, kind, pcode, source_id
        """,
        {"iso3": iso3, "level": level, "first": first_year or 0, "last": last_year or 9999},
    )


def returns_by_host(store: Store, iso3: str) -> pd.DataFrame:
    """Refugee returns by host country, national: year, host_iso3, host_name_fr, host_name_en, persons, source_id, row_no (the first),
    protected.
    """
    country(store, iso3)
    return store.frame(
        "SELECT year, host_iso3, host_name_fr, host_name_en, persons, source_id, row_no, protected FROM cube_return_host WHERE iso3 = ? "
        "ORDER BY year, persons DESC, host_iso3", [iso3])


def returns_composition(store: Store, iso3: str, year: int | None = None) -> pd.DataFrame:
    """Returns of a year (default: the latest) by kind, sex (f | m | unknown) and age band (0-4 ... 60+, unknown):
    year, kind, sex, age_band, persons, share (of the kind's total), protected, known (whether the kind has any cell with a known sex).

    What the source leaves unsaid is `unknown`; a kind of which no sex is known has `known` False: show "unknown", not 0 %.
    """
    country(store, iso3)
    return store.frame(
        """
        WITH cells AS (
            SELECT year, kind, sex, age_band, CASE WHEN count(*) = count(persons) THEN sum(persons) END AS persons,
                bool_or(protected) AS protected
            FROM cube_return_composition
            WHERE iso3 = $iso3
                AND year = coalesce($year, (SELECT max(year) FROM cube_return_composition WHERE iso3 = $iso3))
            GROUP BY year, kind, sex, age_band
        ),
        totals AS (
            SELECT year, kind, CASE WHEN count(*) = count(persons) THEN sum(persons) END AS total
            FROM cube_return_year WHERE iso3 = $iso3 GROUP BY year, kind
        )
        SELECT year, kind, sex, age_band, persons, persons / total AS share, protected,
            bool_or(sex <> 'unknown') OVER (PARTITION BY year, kind) AS known
        FROM cells JOIN totals USING (year, kind)
        ORDER BY kind, sex, list_position(['0-4', '5-11', '12-17', '18-59', '60+', 'unknown'], age_band)
        """,
        {"iso3": iso3, "year": year},
    )


def returns_join_rate(store: Store, iso3: str) -> pd.DataFrame:
    """How many returned persons have a P-code, by year: year, persons, placed, rate (0-1)."""
    country(store, iso3)
    return store.frame(
        "SELECT year, persons, placed, placed / persons AS rate FROM ("
        "SELECT year, CASE WHEN count(*) = count(persons) THEN sum(persons) END AS persons, "
        "CASE WHEN count(*) = count(placed) THEN sum(placed) END AS placed "
        "FROM cube_return_year WHERE iso3 = ? GROUP BY year) ORDER BY year", [iso3])


def uk_returns(store: Store, iso3: str) -> pd.DataFrame:
    """Home Office returns of nationals from the United Kingdom: year, flow_type, destination_home, sex, age_band, persons,
    source_id, protected. A source of its own, never added to UNHCR's figures; refused entries at the port are a `flow_type`.
    """
    country(store, iso3)
    return store.frame(
        "SELECT year, flow_type, destination_home, sex, age_band, persons, source_id, protected FROM cube_return_own "
        "WHERE iso3 = ? AND host_iso3 = 'GBR' ORDER BY year, flow_type, sex, age_band", [iso3])


def uk_returns_by_type(store: Store, iso3: str) -> pd.DataFrame:
    """Home Office returns by year and type, all sexes and ages: year, flow_type, destination_home, persons, source_id, protected."""
    country(store, iso3)
    return store.frame(
        "SELECT year, flow_type, destination_home, persons, source_id, protected FROM cube_return_own_type "
        "WHERE iso3 = ? AND host_iso3 = 'GBR' ORDER BY year, flow_type, destination_home", [iso3])
