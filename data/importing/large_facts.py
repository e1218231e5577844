"""The facts of large imports in a generation: a row of numbers a figure, and once each the texts the numbers stand for.

A figure written out with its words takes nineteen columns, most of them one word over and over. Where a generation has such facts,
`return_flow` is a view of them and of the rows of other imports (`return_row`); elsewhere it is a table.
"""

from __future__ import annotations

from typing import Any, Final

import duckdb

from data.importing.large_cells import Large
from data.importing.large_rows import quoted
from data.schema import validate_column

CELLS: Final = "return_cell"
ROWS: Final = "return_row"
_SUMS: Final = "return_sum"
TEXTS: Final = {
    "return_source": "source_at INTEGER, source_id VARCHAR, iso3 VARCHAR",
    "return_period": "period_at INTEGER, year BIGINT, period_start TIMESTAMP, period_end TIMESTAMP",
    "return_place": "place_at INTEGER, place VARCHAR, pcode VARCHAR, place_level BIGINT, place_match VARCHAR",
    "return_word": "what UTINYINT, sex VARCHAR, age_band VARCHAR",
}
"""Tables beside `return_cell` (source_at, kind_at, period_at, place_at, what, persons, row_no)."""
KIND: Final = "CASE kind_at WHEN 0 THEN 'abroad' ELSE 'internal' END"
_VIEW: Final = f"""
    CREATE VIEW return_flow AS SELECT source_id, row_no, iso3, margin, kind, year, period_start, period_end, host_iso3, place, pcode, place_level,
        place_match, sex, age_band, flow_type, flow_detail, destination_home, persons FROM {ROWS}
    UNION ALL SELECT s.source_id, c.row_no, s.iso3, 'place', {KIND}, p.year, p.period_start, p.period_end, NULL, l.place, l.pcode, l.place_level,
        l.place_match, w.sex, w.age_band, NULL, NULL, NULL, c.persons
    FROM {{cells}} c JOIN return_source s USING (source_at) JOIN return_period p USING (period_at) JOIN return_place l USING (place_at)
        JOIN return_word w USING (what)"""


def has_cells(connection: duckdb.DuckDBPyConnection, database: str) -> bool:
    """Whether a database (by its name on the connection) has facts of large imports."""
    return bool(connection.execute("SELECT 1 FROM duckdb_tables() WHERE database_name = ? AND table_name = ?", [database, CELLS]).fetchall())


def rows_table(connection: duckdb.DuckDBPyConnection, database: str, name: str) -> str:
    """Where a database has the rows of the table `name` that are written out."""
    return ROWS if name == "return_flow" and has_cells(connection, database) else name


def keep_cells(connection: duckdb.DuckDBPyConnection, some_gone: bool) -> None:
    """The facts of large imports in `old`, less the groups of `gone` when there are any."""
    if not has_cells(connection, "old"):
        return
    connection.execute("CREATE OR REPLACE TEMP TABLE lost (source_at INTEGER, kind_at UTINYINT, period_at INTEGER)")
    if some_gone:
        connection.execute(
            "INSERT INTO lost SELECT s.source_at, CASE g.kind WHEN 'abroad' THEN 0 ELSE 1 END, p.period_at FROM gone g JOIN old.return_source s "
            "ON s.source_id = g.source_id AND s.iso3 = g.iso3 JOIN old.return_period p ON p.period_start = g.period_start AND p.period_end = g.period_end "
            "WHERE g.margin = 'place' AND g.host_iso3 IS NULL")
    left = f"FROM old.{CELLS} ANTI JOIN lost USING (source_at, kind_at, period_at)"
    if not connection.execute(f"SELECT 1 {left} LIMIT 1").fetchall():
        return
    connection.execute(f"CREATE TABLE {CELLS} AS SELECT * {left}")
    for name in TEXTS:
        number = TEXTS[name].split()[0]
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM old.{name} SEMI JOIN {CELLS} USING ({number})")


def add_cells(connection: duckdb.DuckDBPyConnection, large: Large) -> None:
    """The facts of a large import, attached as `large`, in the order of their key. Raises DataError when they break the contract."""
    source_id, iso3 = str(large.replacing["source_id"].iloc[0]), str(large.replacing["iso3"].iloc[0])
    if large.hosts:
        empty = "NULL::VARCHAR AS flow_type, NULL::VARCHAR AS flow_detail, NULL::BOOLEAN AS destination_home"
        connection.execute(f"INSERT INTO return_flow BY NAME SELECT {quoted(source_id)} AS source_id, * EXCLUDE (first), {empty} FROM large.host")
    if not large.rows:
        return
    for name, columns in TEXTS.items():
        connection.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")
    source, period, place = (int(_one(connection, f"SELECT coalesce(max({number}) + 1, 0) FROM {name}"))
                             for name, number in (("return_source", "source_at"), ("return_period", "period_at"), ("return_place", "place_at")))
    connection.execute("INSERT INTO return_source VALUES (?, ?, ?)", [source, source_id, iso3])
    connection.execute(f"INSERT INTO return_period SELECT period_at + {period}, year, period_start, period_end FROM large.period")
    connection.execute(f"INSERT INTO return_place SELECT place_at + {place}, place, pcode, place_level, place_match FROM large.place")
    connection.execute("INSERT INTO return_word SELECT what, sex, age_band FROM large.word ANTI JOIN return_word USING (what)")
    into = f"INSERT INTO {CELLS} BY NAME" if has_cells(connection, _one(connection, "SELECT current_database()")) else f"CREATE TABLE {CELLS} AS"
    connection.execute(
        f"{into} SELECT {source} AS source_at, kind_at::UTINYINT AS kind_at, (period_at + {period})::INTEGER AS period_at, "
        f"(place_at + {place})::INTEGER AS place_at, what::UTINYINT AS what, persons, row_no FROM ({large.cells})")
    for name, column in (("return_source", "source_id"), ("return_source", "iso3"), ("return_period", "year"), ("return_place", "pcode"),
                         ("return_word", "sex"), ("return_word", "age_band")):
        validate_column("return_flow", column, connection.execute(f'SELECT DISTINCT "{column}" FROM {name}').df())
    for column in ("persons", "row_no"):
        extremes = f'SELECT unnest([min("{column}"), max("{column}")]) AS "{column}" FROM {CELLS} WHERE source_at = {source}'
        validate_column("return_flow", column, connection.execute(extremes).df())


def sum_cells(connection: duckdb.DuckDBPyConnection) -> None:
    """`return_flow` as a view where the generation has facts of large imports; until `show_cells`, of their sums by year: all that cubes need."""
    if has_cells(connection, str(_one(connection, "SELECT current_database()"))):
        connection.execute(f"ALTER TABLE return_flow RENAME TO {ROWS}")
        connection.execute(f"CREATE TABLE {_SUMS} AS SELECT source_at, kind_at, min(period_at) AS period_at, place_at, what, sum(persons) AS persons, "
                           f"min(row_no) AS row_no FROM {CELLS} JOIN return_period USING (period_at) GROUP BY source_at, kind_at, year, place_at, what")
        connection.execute(_VIEW.format(cells=_SUMS))


def show_cells(connection: duckdb.DuckDBPyConnection) -> None:
    """`return_flow` with every figure again, after `sum_cells`."""
    if has_cells(connection, str(_one(connection, "SELECT current_database()"))):
        connection.execute("DROP VIEW return_flow")
        connection.execute(f"DROP TABLE {_SUMS}")
        connection.execute(_VIEW.format(cells=CELLS))


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    return connection.execute(sql).fetchall()[0][0]
