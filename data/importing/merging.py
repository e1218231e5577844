"""The next generation: every fact of the one in use, less what the import replaces, plus what it brings; cubes made anew.

The same code answers a dry run: the candidate is written, compared, and left unused.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import ibis
import pandas as pd

from data.catalogue_tables import table
from data.cubes import build_cubes
from data.embedding.areas import population_of_areas
from data.errors import DataError
from data.geometry import geometry_cube
from data.importing.tables_of_store import ADDED_TABLES, BY_NAME, IMPORTED
from data.schema import CATALOGUE_TABLES, CONTRACTS, EMBEDDED_TABLES, validate

_POPULATION: Final = ["population", "population_quality", "population_source", "share_5_17", "share_18_59", "share_quality"]
_LISTED: Final = 40


@dataclass
class Import:
    """What a validated import brings: facts by table, sources and issues, and the declarations of new countries."""

    facts: dict[str, pd.DataFrame]
    sources: pd.DataFrame
    issues: pd.DataFrame
    countries: list[dict[str, str]] = field(default_factory=list)
    embedded_digest: str = ""
    parent: str = ""
    files: str = ""


def write_next(path: Path, in_use: Path, brought: Import, changes: dict[str, Any]) -> None:
    """Write the generation that follows `in_use`; `changes` receives added, changed, removed. Raises DataError when it is not whole."""
    for name, frame in brought.facts.items():
        if name in CONTRACTS and len(frame):
            validate(name, frame)
    with duckdb.connect(str(path), config={"temp_directory": str(path.parent / f".building-{os.getpid()}.tmp"), "memory_limit": "1500MB",
                                           "preserve_insertion_order": False}) as connection:
        _attach(connection, in_use)
        _facts(connection, brought)
        _finish(connection, brought)
        changes.update(compare(connection, brought.facts))
        _sealed(connection)


def rebuilt_with_imports(write: Callable[[Path], None], digest: str, in_use: Path) -> Callable[[Path], None]:
    """A writer of the embedded tables (`write`) with the imported facts of `in_use` laid over them."""

    def both(path: Path) -> None:
        write(path)
        with duckdb.connect(str(in_use), read_only=True) as old:
            brought = _imported(old)
        brought.embedded_digest = digest
        with duckdb.connect(str(path)) as connection:
            for name, frame in brought.facts.items():
                _replace(connection, name, frame)
            for cube in [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'cube%'").fetchall()]:
                connection.execute(f'DROP TABLE "{cube}"')
            _finish(connection, brought)
            connection.execute("CHECKPOINT")

    return both


def compare(connection: duckdb.DuckDBPyConnection, facts: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Figures added, changed, removed against `old`, by table; areas that gain or lose data."""
    total: dict[str, Any] = {"added": 0, "changed": 0, "removed": 0, "tables": {}, "areas_gaining": [], "areas_losing": []}
    for name in facts:
        known = BY_NAME[name]
        keys = ", ".join(f'"{key}"' for key in known.figure)
        side = "SELECT {keys}, sum({value}) AS worth FROM {place} GROUP BY ALL"
        old_place = f'old."{name}"' if _has(connection, name) else f'(SELECT * FROM "{name}" LIMIT 0)'
        joined = " AND ".join(f'n."{key}" IS NOT DISTINCT FROM o."{key}"' for key in known.figure)
        new, old = (side.format(keys=keys, value=known.value, place=place) for place in (f'"{name}"', old_place))
        query = f"FROM ({new}) n FULL JOIN ({old}) o ON {joined}"
        row = connection.execute(
            "SELECT count(*) FILTER (o.iso3 IS NULL), count(*) FILTER (o.iso3 IS NOT NULL AND n.iso3 IS NOT NULL AND abs(n.worth - o.worth) > 1e-9), "
            f"count(*) FILTER (n.iso3 IS NULL) {query}").fetchone() or (0, 0, 0)
        counts = dict(zip(("added", "changed", "removed"), map(int, row), strict=True))
        total["tables"][name] = counts
        for kind, count in counts.items():
            total[kind] += count
        if "pcode" in known.figure:
            now, before = (f'SELECT DISTINCT pcode FROM {place} WHERE pcode IS NOT NULL' for place in (f'"{name}"', old_place))
            for kind, query in (("areas_gaining", f"{now} EXCEPT {before}"), ("areas_losing", f"{before} EXCEPT {now}")):
                total[kind] = sorted({*total[kind], *(r[0] for r in connection.execute(query).fetchall())})[:_LISTED]
    return total


def _attach(connection: duckdb.DuckDBPyConnection, in_use: Path) -> None:
    quoted = str(in_use).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS old (READ_ONLY)")


def _has(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    return bool(connection.execute("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'old' AND table_name = ?", [name]).fetchone()[0])  # type: ignore[index]


def _facts(connection: duckdb.DuckDBPyConnection, brought: Import) -> None:
    for name in EMBEDDED_TABLES:
        connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM old."{name}"')
    for name, columns in ADDED_TABLES.items():
        connection.execute(f"CREATE TABLE {name} ({columns})")
        if name != "origin" and _has(connection, name):
            connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM old.{name}")
    for name, catalogue_name in CATALOGUE_TABLES.items():
        connection.register("incoming", table(catalogue_name))
        connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM incoming')
        connection.unregister("incoming")
    connection.execute("INSERT INTO country BY NAME SELECT * FROM old.country WHERE iso3 NOT IN (SELECT iso3 FROM country)")
    for name, frame in brought.facts.items():
        _replace(connection, name, frame)


def _replace(connection: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame) -> None:
    """New rows in, and out what they replace."""
    if frame.empty:
        return
    connection.register("incoming", frame.reset_index(drop=True))
    connection.execute(f'DELETE FROM "{name}" t WHERE EXISTS (SELECT 1 FROM incoming i WHERE {BY_NAME[name].replaced})')
    connection.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM incoming')
    connection.unregister("incoming")


def _finish(connection: duckdb.DuckDBPyConnection, brought: Import) -> None:
    """Declarations, sources and issues, population of areas, references, cubes."""
    for name, columns in ADDED_TABLES.items():
        connection.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")
    for declared in brought.countries:
        connection.register("incoming", pd.DataFrame([declared]))
        connection.execute("DELETE FROM country WHERE iso3 = ?", [declared["iso3"]])
        connection.execute("INSERT INTO country BY NAME SELECT * FROM incoming")
        connection.unregister("incoming")
    for name, frame in (("source", brought.sources), ("import_issue", brought.issues)):
        if len(frame):
            connection.register("incoming", frame)
            connection.execute(f'DELETE FROM "{name}" WHERE source_id IN (SELECT source_id FROM incoming)')
            connection.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM incoming')
            connection.unregister("incoming")
    counted = brought.facts.get("area", pd.DataFrame({"iso3": []})), brought.facts.get("area_population", pd.DataFrame({"iso3": []}))
    for iso3 in sorted({str(code) for frame in counted for code in frame["iso3"]}):
        _count_population(connection, iso3)
    _drop_unused_sources(connection)
    _check_references(connection)
    connection.execute("DELETE FROM origin")
    connection.execute("INSERT INTO origin VALUES (?, ?, ?, now()::TIMESTAMP)", [brought.embedded_digest, brought.parent, brought.files])
    build_cubes(ibis.duckdb.from_connection(connection), [*EMBEDDED_TABLES, *CATALOGUE_TABLES])
    areas = connection.execute("SELECT * FROM area").df()
    areas["geometry"] = [bytes(raw) if isinstance(raw, bytes | bytearray) else None for raw in areas["geometry"]]
    connection.register("incoming", geometry_cube(areas))
    connection.execute("CREATE TABLE cube_geometry AS SELECT * FROM incoming")
    connection.unregister("incoming")


def _sealed(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("DETACH old")
    connection.execute("CHECKPOINT")


def _count_population(connection: duckdb.DuckDBPyConnection, iso3: str) -> None:
    areas = connection.execute("SELECT pcode, iso3, level, parent FROM area WHERE iso3 = ?", [iso3]).df()
    people = connection.execute(
        "SELECT p.*, a.level FROM area_population p JOIN area a USING (pcode) WHERE p.iso3 = ? AND a.level > 0", [iso3]).df()
    if people.empty:
        return
    counted = population_of_areas(areas, people)
    counted = counted[counted["population"] > 0]
    connection.register("counted", counted)
    settings = ", ".join(f"{column} = c.{column}" for column in _POPULATION)
    connection.execute(f"UPDATE area SET {settings} FROM counted c WHERE area.pcode = c.pcode")
    connection.unregister("counted")


def _drop_unused_sources(connection: duckdb.DuckDBPyConnection) -> None:
    """Sources of earlier imports of which no figure is left, with their issues."""
    used = " UNION ".join(f'SELECT source_id FROM "{name}"' for name in BY_NAME if name != "area")
    unused = f"source_id LIKE '{IMPORTED}%' AND topic <> 'boundaries' AND source_id NOT IN (SELECT source_id FROM ({used}) WHERE source_id IS NOT NULL)"
    gone = [row[0] for row in connection.execute(f"SELECT source_id FROM source WHERE {unused}").fetchall()]
    for source_id in gone:
        connection.execute("DELETE FROM source WHERE source_id = ?", [source_id])
        connection.execute("DELETE FROM import_issue WHERE source_id = ?", [source_id])


def _check_references(connection: duckdb.DuckDBPyConnection) -> None:
    """No figure without its area, no area without its parent. Raises DataError naming them."""
    for name in ("return_flow", "indicator_value", "partner_activity", "area_facility", "area_population", "structure_in_place"):
        lost = connection.execute(
            f'SELECT DISTINCT pcode FROM "{name}" WHERE pcode IS NOT NULL AND pcode NOT IN (SELECT pcode FROM area) ORDER BY 1 LIMIT 10').fetchall()
        if lost:
            listed = ", ".join(str(row[0]) for row in lost)
            raise DataError(
                f"Des figures de {name} tiendraient à des unités qui ne seraient plus dans les limites : {listed}. Importez des limites qui les "
                "contiennent, ou remplacez d'abord ces données.",
                f"Figures of {name} would hang on areas that are no longer in the boundaries: {listed}. Import boundaries that hold them, or "
                "replace those data first.")


def _imported(old: duckdb.DuckDBPyConnection) -> Import:
    """The imported facts, sources and countries of a generation."""
    def rows(sql: str) -> pd.DataFrame:
        return old.execute(sql).df()

    mine = f"source_id LIKE '{IMPORTED}%'"
    facts = {name: rows(f'SELECT * FROM "{name}" WHERE {mine}') for name in BY_NAME if name != "area"}
    redrawn = f"SELECT unnest(string_split(countries, ';')) FROM source WHERE {mine} AND topic = 'boundaries'"
    areas = rows(f"SELECT * FROM area WHERE iso3 IN ({redrawn})")
    areas["geometry"] = [bytes(raw) if isinstance(raw, bytes | bytearray) else None for raw in areas["geometry"]]
    countries = rows(f"SELECT * FROM country WHERE iso3 IN ({redrawn})")
    found = {name: frame for name, frame in {"area": areas, **facts}.items() if len(frame)}
    parent, files = old.execute("SELECT parent, files FROM origin").fetchone() or ("", "")
    return Import(found, rows(f"SELECT * FROM source WHERE {mine}"), rows(f"SELECT * FROM import_issue WHERE {mine}"),
                  [{str(k): str(v) for k, v in row.items()} for row in countries.to_dict("records")], "", parent, files)
