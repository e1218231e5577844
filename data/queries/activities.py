"""The 3W: who does what where, partners by sector, and rows that may count the same thing twice.

`beneficiaries` sums what is known. Activities whose figure no source gives are counted beside it as `beneficiaries_unknown`, those
whose figure a release withholds (data/protection) as `beneficiaries_protected`.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from data.queries.areas import country, map_level
from data.store import Store

ACTIVITY_COLUMNS: Final = (
    "organisation", "acronym", "organisation_type", "recipient_type", "cluster", "sector", "pcode", "admin1_code",
    "admin2_code", "health_zone", "status", "start", "end", "beneficiaries", "beneficiary_label", "beneficiary_type",
    "donor", "donor_label", "budget", "project", "duplicate_of", "source_id", "row_no", "protected",
)
_AT_LEVEL: Final = "CASE WHEN $level = 1 THEN coalesce(admin1_code, $iso3) ELSE coalesce(admin2_code, admin1_code, $iso3) END"


def has_activities(store: Store, iso3: str) -> bool:
    """Whether the store holds a 3W of the country: without one, coverage is "no data", never "no partner" (METHOD 0.2)."""
    return not store.frame("SELECT 1 FROM cube_activity WHERE iso3 = ? LIMIT 1", [iso3]).empty


def activities(store: Store, iso3: str, level: int | None = None) -> pd.DataFrame:
    """Activities, one row a source row: ACTIVITY_COLUMNS. `pcode` is at the level, or above when only that is known.

    `sector` is None where the cluster feeds no sector; `duplicate_of` is the row_no of the first exact copy, else NaN.
    """
    level = map_level(store, iso3, level)
    columns = ", ".join(f'{_AT_LEVEL} AS pcode' if c == "pcode" else f'"{c}"' for c in ACTIVITY_COLUMNS)
    return store.frame(
        f"SELECT {columns} FROM activity WHERE iso3 = $iso3 ORDER BY row_no", {"iso3": iso3, "level": level})


def targets(store: Store, iso3: str, level: int | None = None) -> pd.DataFrame:
    """People targeted and people reached, one row an activity that says either: row_no, source_id, organisation, sector (None where the
    cluster feeds none), pcode (at the level, or above), status, targeted, reached (persons, NaN unknown); exact duplicates left out.

    Empty where no file tells the two apart, as OCHA's 3W does not, and in a release, which has neither.
    """
    level = map_level(store, iso3, level)
    columns = ["row_no", "source_id", "organisation", "sector", "pcode", "status", "targeted", "reached"]
    if store.frame("SELECT 1 FROM duckdb_columns() WHERE table_name = 'activity' AND column_name = 'targeted'").empty:
        return pd.DataFrame(columns=columns)
    return store.frame(
        f"SELECT row_no, source_id, organisation, sector, {_AT_LEVEL} AS pcode, status, targeted, reached FROM activity "
        "WHERE iso3 = $iso3 AND duplicate_of IS NULL AND (targeted IS NOT NULL OR reached IS NOT NULL) ORDER BY row_no",
        {"iso3": iso3, "level": level})


def coverage_matrix(store: Store, iso3: str, level: int | None = None) -> pd.DataFrame:
    """Organisation x sector x area, exact duplicates once: organisation, acronym, organisation_type, recipient_type, sector,
    cluster, pcode, activities, beneficiaries (NaN when none is known), beneficiaries_protected, status_ongoing, first_start, last_end.
    """
    level = map_level(store, iso3, level)
    return store.frame(
        f"""
        SELECT organisation, any_value(acronym) AS acronym, any_value(organisation_type) AS organisation_type,
            any_value(recipient_type) AS recipient_type, sector, cluster, {_AT_LEVEL} AS pcode,
            sum(activities) AS activities, sum(beneficiaries) AS beneficiaries,
            sum(beneficiaries_protected) AS beneficiaries_protected,
            sum(activities) FILTER (status = 'ongoing') AS status_ongoing, min(first_start) AS first_start, max(last_end) AS last_end
        FROM cube_activity WHERE iso3 = $iso3 GROUP BY organisation, sector, cluster, pcode
        ORDER BY organisation, cluster, pcode
        """,
        {"iso3": iso3, "level": level},
    )


def activity_summary(store: Store, iso3: str) -> pd.DataFrame:
    """One row a country with a 3W, none without: rows, activities (exact duplicates once), organisations, clusters,
    beneficiaries, beneficiaries_unknown, beneficiaries_protected, naming_returnees, period_start, period_end, source_id.
    """
    country(store, iso3)
    return store.frame(
        """
        SELECT sum(c.rows) AS rows, sum(c.activities) AS activities, count(DISTINCT c.organisation) AS organisations,
            count(DISTINCT c.cluster) AS clusters, sum(c.beneficiaries) AS beneficiaries,
            sum(c.beneficiaries_unknown) AS beneficiaries_unknown, sum(c.beneficiaries_protected) AS beneficiaries_protected,
            sum(c.activities) FILTER (c.beneficiary_type IN ('returnees', 'everyone')) AS naming_returnees,
            s.period_start, s.period_end, c.source_id
        FROM cube_activity c JOIN source s USING (source_id)
        WHERE c.iso3 = ? GROUP BY s.period_start, s.period_end, c.source_id
        """, [iso3])


def partners_by_sector(store: Store, iso3: str) -> pd.DataFrame:
    """Partners by sector, sectors without one included when a mapped cluster could have shown it: sector, mapped,
    organisations, activities, beneficiaries, beneficiaries_protected, areas. No row at all without a 3W.
    """
    country(store, iso3)
    return store.frame(
        """
        WITH mapped AS (
            SELECT DISTINCT sector FROM sector_cluster
            WHERE sector <> '' AND source IN (SELECT DISTINCT vocabulary FROM activity WHERE iso3 = $iso3)
        )
        SELECT s.code AS sector, m.sector IS NOT NULL AS mapped, count(DISTINCT c.organisation) AS organisations,
            coalesce(sum(c.activities), 0) AS activities, sum(c.beneficiaries) AS beneficiaries,
            coalesce(sum(c.beneficiaries_protected), 0) AS beneficiaries_protected, count(DISTINCT c.admin1_code) AS areas
        FROM sector s LEFT JOIN mapped m ON m.sector = s.code
        LEFT JOIN cube_activity c ON c.sector = s.code AND c.iso3 = $iso3
        WHERE EXISTS (SELECT 1 FROM cube_activity WHERE iso3 = $iso3)
        GROUP BY s.code, m.sector ORDER BY s.code
        """, {"iso3": iso3})


def activities_by_status(store: Store, iso3: str) -> pd.DataFrame:
    """Activities by sector and status (ongoing | planned | completed | unknown): sector, status, activities, beneficiaries,
    beneficiaries_protected.

    The nearest thing to "planned against reached" where `targets` is empty: OCHA's 3W has one figure of beneficiaries an activity and
    does not say which of the two it is.
    """
    country(store, iso3)
    return store.frame(
        "SELECT sector, status, sum(activities) AS activities, sum(beneficiaries) AS beneficiaries, "
        "sum(beneficiaries_protected) AS beneficiaries_protected FROM cube_activity "
        "WHERE iso3 = ? GROUP BY sector, status ORDER BY sector, status", [iso3])


def possible_duplicates(store: Store, iso3: str) -> pd.DataFrame:
    """Rows that may count the same thing twice: reason (exact | same_figures), row_no, other_row_no, organisation, cluster,
    pcode, start, end, beneficiaries, donor.

    exact: the whole source row is a copy. same_figures: another organisation, same cluster, area, dates and a figure of
    beneficiaries above 0: one activity reported by two partners, perhaps; a person decides.
    """
    country(store, iso3)
    return store.frame(
        """
        SELECT 'exact' AS reason, row_no, duplicate_of::BIGINT AS other_row_no, organisation, cluster, pcode, start, "end",
            beneficiaries, donor
        FROM activity WHERE iso3 = $iso3 AND duplicate_of IS NOT NULL
        UNION ALL
        SELECT 'same_figures', b.row_no, a.row_no, b.organisation, b.cluster, b.pcode, b.start, b."end", b.beneficiaries, b.donor
        FROM activity a JOIN activity b
            ON a.iso3 = b.iso3 AND a.cluster = b.cluster AND a.pcode = b.pcode AND a.start = b.start AND a."end" = b."end"
            AND a.beneficiaries = b.beneficiaries AND a.organisation <> b.organisation AND a.row_no < b.row_no
            AND coalesce(a.health_zone, '') = coalesce(b.health_zone, '')
        WHERE a.iso3 = $iso3 AND a.beneficiaries > 0 AND a.duplicate_of IS NULL AND b.duplicate_of IS NULL
        ORDER BY reason, row_no
        """, {"iso3": iso3})
