"""Figures of generations that have facts of large imports, compared with those of the generation before: counts, and areas that have any."""

from __future__ import annotations

from typing import Any, Final

import duckdb
import pandas as pd

from data.importing.large_facts import CELLS, KIND, has_cells, rows_table

_AT_ONCE: Final = 2_000_000
"""Figures that are held to be compared, about."""
_KINDS: Final = "(VALUES (0::UTINYINT), (1::UTINYINT)) k(kind_at)"


def count_changes(connection: duckdb.DuckDBPyConnection, iso3s: list[str], figures: int) -> dict[str, int]:
    """Figures of `touched` (margin, kind, period_start, period_end) added, changed, removed against `old`, where `figures` are brought.

    Each figure is one number made of the places of its words in lists that both sides share, so that millions are joined by one column;
    a stretch of periods is compared at a time.
    """
    new = str(_one(connection, "SELECT current_database()"))
    connection.register("countries", pd.DataFrame({"iso3": iso3s}))
    sides = {"new": ("", new), "old": ("old.", "old")}
    rows = {side: f"{prefix}{rows_table(connection, database, 'return_flow')}" for side, (prefix, database) in sides.items()}
    cells = {side: prefix for side, (prefix, database) in sides.items() if has_cells(connection, database)}
    days, spots = _shared_words(connection, rows, cells)
    views = " ".join(f"CREATE OR REPLACE TEMP VIEW {side}_figures AS {_figures(rows[side], side, cells, days, spots)};" for side in sides)
    most = sum(int(_one(connection, f"SELECT count(*) FROM {prefix}{CELLS}")) for prefix in cells.values())
    step = max(1, days * _AT_ONCE // max(most, _AT_ONCE))
    was = there = changed = 0
    for first in range(0, days, step):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE some_period AS SELECT * FROM every_period WHERE day >= {first} AND day < {first + step}")
        for side, prefix in cells.items():
            connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {side}_days AS SELECT kind_at, period_at, day FROM {prefix}return_period JOIN some_period p "
                f"USING (period_start, period_end), {_KINDS} WHERE EXISTS (SELECT 1 FROM touched t WHERE t.margin = 'place' AND t.kind = {KIND} "
                "AND t.period_start = p.period_start AND t.period_end = p.period_end)")
        connection.execute(views)
        connection.execute("CREATE OR REPLACE TEMP TABLE before AS SELECT figure, sum(persons) AS worth FROM old_figures GROUP BY figure")
        had = int(_one(connection, "SELECT count(*) FROM before"))
        was += had
        if had:
            # a figure that is there has rows in the new state: those rows only are added up
            found = connection.execute(
                "SELECT count(*), count(*) FILTER (abs(n.worth - o.worth) > 1e-9) FROM (SELECT figure, sum(persons) AS worth FROM new_figures "
                "SEMI JOIN before USING (figure) GROUP BY figure) n JOIN before o USING (figure)").fetchall()[0]
            there, changed = there + int(found[0]), changed + int(found[1])
    connection.execute("DROP VIEW new_figures; DROP VIEW old_figures; DROP TABLE before")
    connection.unregister("countries")
    return {"added": figures - there, "changed": changed, "removed": was - there}


def areas(connection: duckdb.DuckDBPyConnection, database: str, name: str, iso3s: list[str]) -> set[str]:
    """Areas of countries that have rows in a table of a database (by its name on the connection)."""
    kept_in = f'"{database}"."{rows_table(connection, database, name)}"'
    query, values = f"SELECT DISTINCT pcode FROM {kept_in} WHERE list_contains(?, iso3)", [iso3s]
    if name == "return_flow" and has_cells(connection, database):
        query += (f' UNION SELECT pcode FROM (SELECT DISTINCT source_at, place_at FROM "{database}".{CELLS}) JOIN "{database}".return_source '
                  f'USING (source_at) JOIN "{database}".return_place USING (place_at) WHERE list_contains(?, iso3)')
        values.append(iso3s)
    return {str(pcode) for (pcode,) in connection.execute(query, values).fetchall() if pcode is not None}


def _shared_words(connection: duckdb.DuckDBPyConnection, rows: dict[str, str], cells: dict[str, str]) -> tuple[int, int]:
    """`every_period` (day), `every_place` (spot), `every_word` (series): the numbers that words have on both sides; how many days and spots."""
    words = {side: f"(SELECT DISTINCT 'place' AS margin, kind, NULL::VARCHAR AS host_iso3, sex, age_band FROM {prefix}return_word, "
                   "(VALUES ('abroad'), ('internal')) k(kind))" for side, prefix in cells.items()}
    for kept, number, columns, of_cells in (
        ("period", "day", "period_start, period_end", {side: f"{prefix}return_period" for side, prefix in cells.items()}),
        ("place", "spot", "pcode", {side: f"{prefix}return_place" for side, prefix in cells.items()}),
        ("word", "series", "margin, kind, host_iso3, sex, age_band", words),
    ):
        parts = " UNION ".join(f"SELECT {columns} FROM {part}" for part in (*rows.values(), *of_cells.values()))
        connection.execute(f"CREATE OR REPLACE TEMP TABLE every_{kept} AS SELECT row_number() OVER (ORDER BY {columns}) - 1 AS {number}, * FROM ({parts})")
    for side, prefix in cells.items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {side}_spots AS SELECT place_at, spot FROM {prefix}return_place JOIN every_place USING (pcode)")
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {side}_series AS SELECT kind_at, what, series FROM {prefix}return_word r, {_KINDS} JOIN every_word w "
            f"ON w.margin = 'place' AND w.kind = {KIND} AND w.sex = r.sex AND w.age_band = r.age_band AND w.host_iso3 IS NULL")
    return int(_one(connection, "SELECT count(*) FROM every_period")), int(_one(connection, "SELECT count(*) FROM every_place"))


def _figures(rows: str, side: str, cells: dict[str, str], days: int, spots: int) -> str:
    """The query of a side's figures in the periods of `some_period`: figure, persons."""
    key = f"((series * {days} + day) * {spots} + spot)::BIGINT AS figure"
    told = (f"SELECT {key}, persons FROM {rows} r SEMI JOIN touched USING (margin, kind, period_start, period_end) "
            "JOIN some_period USING (period_start, period_end) JOIN every_place USING (pcode) JOIN every_word w ON w.margin = r.margin "
            "AND w.kind = r.kind AND w.sex = r.sex AND w.age_band = r.age_band AND w.host_iso3 IS NOT DISTINCT FROM r.host_iso3 "
            "WHERE iso3 IN (FROM countries)")
    if side in cells:
        prefix = cells[side]
        told += (f" UNION ALL SELECT {key}, persons FROM {prefix}{CELLS} JOIN {side}_days USING (kind_at, period_at) JOIN {side}_spots USING (place_at) "
                 f"JOIN {side}_series USING (kind_at, what) WHERE source_at IN (SELECT source_at FROM {prefix}return_source WHERE iso3 IN (FROM countries))")
    return told


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    return connection.execute(sql).fetchall()[0][0]
