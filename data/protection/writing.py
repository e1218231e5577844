"""Writing a release: new files in which what is withheld never was, holding the tables that `data.queries` read and no facts."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb
import ibis
import pandas as pd

from data.cubes import cube_activity
from data.protection.cells import KEYS, Withheld
from data.protection.releases import Audience, reading
from data.protection.rounding import of_sources

AS_THEY_ARE: Final = (
    "country", "country_name", "country_note", "indicator", "sector", "sector_cluster", "issue_message", "source", "cube_geometry")
"""Declarations, sources and shapes: nothing in them counts a few persons."""
IMPORTED: Final = ("unit_price", "structure_in_place", "funding_flow")
"""Prices, structures and money, where users imported some."""
PROTECTED: Final = {
    **{name: name for name in KEYS}, "cube_area": "cube_area", "cube_indicator": "cube_indicator",
    "activity": "partner_activity", "indicator_past": "indicator_value",
}
"""Table of a release -> table of the generation that its cells are named after."""
UNSAID: Final = "…"
"""Instead of what a file said in a cell: an issue tells the row and the reason, not the figure."""


def write_release(
    path: Path, generation: Path, audience: Audience, number: int, k: int, iso3s: list[str], hidden: dict[str, Withheld],
) -> None:
    """Write the file of one audience. `hidden` has what is withheld of each country. Raises duckdb.Error, OSError."""
    with reading(generation) as connection:
        rounding = of_sources(connection)
    with duckdb.connect() as connection:
        for name, file, mode in (("g", generation, " (READ_ONLY)"), ("r", path, "")):
            quoted = str(file).replace("'", "''")
            connection.execute(f"ATTACH '{quoted}' AS {name}{mode}")
        connection.register("wanted", pd.DataFrame({"iso3": iso3s}))
        present = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'g'").fetchall()}
        for name in (*AS_THEY_ARE, *(table for table in IMPORTED if table in present)):
            connection.execute(f'CREATE TABLE r."{name}" AS SELECT * FROM g."{name}" {_where(connection, name)}')
        for name, known_as in PROTECTED.items():
            _protected(connection, name, known_as, list(hidden.values()))
        connection.execute(
            f"CREATE TABLE r.import_issue AS SELECT * REPLACE ('{UNSAID}' AS value, '{UNSAID}' AS detail) FROM g.import_issue "
            "WHERE iso3 = '' OR iso3 IN (SELECT iso3 FROM wanted)")
        connection.register("made", pd.DataFrame([{
            "number": number, "audience": audience, "k": k, "generation": generation.name, "made_at": pd.Timestamp.now("UTC").tz_localize(None)}]))
        connection.execute("CREATE TABLE r.release AS SELECT * FROM made")
        connection.register("rounded", pd.DataFrame(
            [(source_id, one.smallest, one.step) for source_id, one in rounding.items()], columns=["source_id", "smallest", "step"]))
        connection.execute("CREATE TABLE r.source_rounding AS SELECT * FROM rounded ORDER BY source_id")
        connection.execute("CHECKPOINT r")
    with duckdb.connect(str(path)) as connection:
        # summed from what is published, so that nothing withheld is in the sums
        rows = ibis.duckdb.from_connection(connection)
        rows.create_table("cube_activity", cube_activity({"partner_activity": rows.table("activity")}))
        connection.execute("CHECKPOINT")


def _protected(connection: duckdb.DuckDBPyConnection, name: str, known_as: str, hidden: list[Withheld]) -> None:
    """One table without its withheld cells and rows, with those that only say that something is withheld."""
    rows: dict[int, set[str]] = {}
    for one in hidden:
        for (table, column), numbers in one.cells.items():
            if table == known_as:
                for number in numbers:
                    rows.setdefault(number, set()).add(column)
    columns = sorted({column for each in rows.values() for column in each})
    connection.register("mask", pd.DataFrame({
        "row": pd.Series(list(rows), dtype="int64"),
        **{f"hide_{column}": pd.Series([column in each for each in rows.values()], dtype=bool) for column in columns}}))
    left_out = [number for one in hidden for number in one.left_out.get(known_as, ())]
    connection.register("left_out", pd.DataFrame({"row": pd.Series(left_out, dtype="int64")}))
    replaced = ", ".join(f'CASE WHEN m."hide_{column}" THEN NULL ELSE t."{column}" END AS "{column}"' for column in columns)
    own = [row[0] for row in connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE database_name = 'g' AND table_name = ?", [known_as]).fetchall()]
    # two more figures of the same persons, which no audit bounds: a release has neither
    excluded = ", ".join(f'"{column}"' for column in ("protected", "targeted", "reached") if column in own)
    kept = f"t.* EXCLUDE ({excluded})" if excluded else "t.*"
    connection.execute(
        f'CREATE TABLE r."{name}" AS SELECT {kept}{f" REPLACE ({replaced})" if replaced else ""}, m.row IS NOT NULL AS protected '
        f'FROM (SELECT rowid AS row, * FROM g."{known_as}") s JOIN g."{known_as}" t ON t.rowid = s.row LEFT JOIN mask m ON m.row = s.row '
        "WHERE t.iso3 IN (SELECT iso3 FROM wanted) AND s.row NOT IN (SELECT row FROM left_out) ORDER BY s.row")
    for one in hidden:
        for key in one.added.get(known_as, ()):
            columns_of = ", ".join(f'"{column}"' for column in KEYS[known_as])
            marks = ", ".join("?" for _ in key)
            connection.execute(f'INSERT INTO r."{name}" ({columns_of}, protected) VALUES ({marks}, TRUE)', list(key))


def _where(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """Rows of the wanted countries, in tables that have rows of countries. Names of all countries and shared notes stay."""
    found = connection.execute(
        "SELECT 1 FROM duckdb_columns() WHERE database_name = 'g' AND table_name = ? AND column_name = 'iso3'", [name]).fetchone()
    if not found or name == "country_name":
        return ""
    return "WHERE iso3 IN (SELECT iso3 FROM wanted) OR iso3 = '*' ORDER BY rowid"
