"""The next generation: every fact of the one in use, less what the import replaces, plus what it brings; cubes made anew.

The same code answers a dry run: the candidate is written, compared, and left unused.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import ibis
import pandas as pd

from data.catalogue_tables import table
from data.cubes import build_cubes
from data.embedding.areas import population_of_areas
from data.errors import DataError, StoreUnavailable
from data.geometry import geometry_cube
from data.importing.comparing import compare
from data.importing.large_cells import Large
from data.importing.large_facts import add_cells, keep_cells, rows_table, show_cells, sum_cells
from data.importing.large_rows import quoted, telling
from data.importing.tables_of_store import ADDED_TABLES, BY_NAME, IMPORTED
from data.schema import CATALOGUE_TABLES, CONTRACTS, EMBEDDED_TABLES, validate

_POPULATION: Final = ["population", "population_quality", "population_known", "population_source", "share_5_17", "share_18_59", "share_quality"]
_MEMORY: Final = "1100MB"
_MINE: Final = f"source_id LIKE '{IMPORTED}%'"
Progress = Callable[[str, float], None]


@dataclass
class Import:
    """What a validated import brings: facts by table (`large`: too many to be held), sources and issues, declarations of new countries."""

    facts: dict[str, pd.DataFrame]
    sources: pd.DataFrame
    issues: pd.DataFrame
    countries: list[dict[str, str]] = field(default_factory=list)
    embedded_digest: str = ""
    parent: str = ""
    iso3: str = ""
    files: str = ""
    names: pd.DataFrame | None = None
    """Rows of `place_alias` of a country, all of them, where the import brings or forgets some."""
    large: dict[str, list[Large]] = field(default_factory=dict)


def write_next(path: Path, in_use: Path, brought: Import, changes: dict[str, Any], progress: Progress = lambda stage, share: None) -> None:
    """Write the generation that follows `in_use`; `changes` receives added, changed, removed.

    Raises DataError when it is not whole, StoreUnavailable when the one in use is of an earlier version.
    """
    for name, frame in brought.facts.items():
        if name in CONTRACTS and len(frame):
            validate(name, frame)
    with duckdb.connect(str(path), config={"temp_directory": str(path.parent / f".building-{os.getpid()}.tmp"), "memory_limit": _MEMORY,
                                           "preserve_insertion_order": False}) as connection:
        _attach(connection, in_use, "old")
        if any(not _has(connection, name) for name in (*EMBEDDED_TABLES, *CATALOGUE_TABLES)) or _lacks_column(connection):
            raise StoreUnavailable(
                "Le magasin de données vient d'une version antérieure. Mettez-le à jour avec : python -m data build ; vos imports restent.",
                "The data store is from an earlier version. Bring it up to date with: python -m data build; your imports stay.")
        _facts(connection, brought, progress)
        progress("finishing", 0.87)
        _finish(connection, brought)
        show_cells(connection)
        progress("comparing", 0.96)
        changes.update(compare(connection, brought.facts, brought.large))
        progress("sealing", 0.98)
        _sealed(connection)


def rebuilt_with_imports(write: Callable[[Path], None], digest: str, in_use: Path) -> Callable[[Path], None]:
    """A writer of the embedded tables (`write`) with the imported facts of `in_use` laid over them."""

    def both(path: Path) -> None:
        write(path)
        with duckdb.connect(str(path), config={"temp_directory": str(path.parent / f".building-{os.getpid()}.tmp"), "memory_limit": _MEMORY,
                                               "preserve_insertion_order": False}) as connection:
            _attach(connection, in_use, "old")
            brought = _imported(connection)
            brought.embedded_digest = digest
            for name, columns in ADDED_TABLES.items():
                connection.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")
            for name in (name for name in BY_NAME if _has(connection, name)):
                whose = _redrawn() if name == "area" else _MINE
                imported = f'(SELECT * FROM old."{name}" WHERE {whose})'
                if connection.execute(f"SELECT 1 FROM {imported} LIMIT 1").fetchall():
                    _find_gone(connection, name, f'"{name}"', imported)
                    connection.execute(f'DELETE FROM "{name}" t WHERE EXISTS (SELECT 1 FROM gone g WHERE {_same(name)})')
                    connection.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM old."{rows_table(connection, "old", name)}" WHERE {whose}')
            keep_cells(connection, some_gone=False)
            for cube, kind in connection.execute(
                    "SELECT table_name, 'TABLE' FROM duckdb_tables() WHERE database_name = current_database() AND table_name LIKE 'cube%' UNION ALL "
                    "SELECT view_name, 'VIEW' FROM duckdb_views() WHERE database_name = current_database() AND NOT internal").fetchall():
                connection.execute(f'DROP {kind} "{cube}"')
            sum_cells(connection)
            _finish(connection, brought)
            show_cells(connection)
            _sealed(connection)

    return both


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    connection.execute(f"ATTACH {quoted(str(path))} AS {name} (READ_ONLY)")


def _has(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    name = rows_table(connection, "old", name)
    return bool(connection.execute("SELECT 1 FROM duckdb_tables() WHERE database_name = 'old' AND table_name = ?", [name]).fetchall())


def _lacks_column(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a table of the generation in use lacks a column that ours has."""
    present = set(connection.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'old'").fetchall())
    return any((name, column) not in present for name, contract in CONTRACTS.items() for column in contract.columns)


def _facts(connection: duckdb.DuckDBPyConnection, brought: Import, progress: Progress) -> None:
    for name in EMBEDDED_TABLES:
        some_gone = _lay(connection, name, brought, f'CREATE TABLE "{name}" AS')
        if name == "return_flow":
            keep_cells(connection, some_gone)
    for name, columns in ADDED_TABLES.items():
        connection.execute(f"CREATE TABLE {name} ({columns})")
        if name != "origin" and _has(connection, name):
            _lay(connection, name, brought, f"INSERT INTO {name} BY NAME")
        elif name in brought.facts:
            connection.register("incoming", brought.facts[name])
            connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM incoming")
            connection.unregister("incoming")
    if brought.names is not None:
        connection.execute("DELETE FROM place_alias WHERE iso3 = ?", [brought.iso3])
        connection.register("incoming", brought.names)
        connection.execute("INSERT INTO place_alias BY NAME SELECT * FROM incoming")
        connection.unregister("incoming")
    for name, catalogue_name in CATALOGUE_TABLES.items():
        connection.register("incoming", table(catalogue_name))
        connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM incoming')
        connection.unregister("incoming")
    connection.execute("INSERT INTO country BY NAME SELECT * FROM old.country WHERE iso3 NOT IN (SELECT iso3 FROM country)")
    for large in (large for parts in brought.large.values() for large in parts):
        _attach(connection, large.path, "large")
        # the facts come sorted, and stay so: the screens' questions then touch few of their blocks
        connection.execute("SET preserve_insertion_order = true")
        connection.execute("SET enable_progress_bar = true")
        connection.execute("SET enable_progress_bar_print = false")
        with telling(connection, lambda share: progress("merging", 0.45 + 0.42 * share)):
            add_cells(connection, large)
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("DETACH large")
    sum_cells(connection)


def _lay(connection: duckdb.DuckDBPyConnection, name: str, brought: Import, into: str) -> bool:
    """The rows of the generation in use, less what new rows replace, then the new rows that are held as a frame; whether any may be replaced."""
    present = rows_table(connection, "old", name)
    frame = brought.facts.get(name)
    new = [part for part in (frame, *(large.replacing for large in brought.large.get(name, []))) if part is not None and len(part)]
    if not new:
        connection.execute(f'{into} SELECT * FROM old."{present}"')
        return False
    by = list(BY_NAME[name].by)
    connection.register("incoming", pd.concat([part[by] for part in new]).reset_index(drop=True))
    _find_gone(connection, name, f'old."{name}"', "incoming")
    connection.unregister("incoming")
    connection.execute(f'{into} SELECT * FROM old."{present}" t WHERE NOT EXISTS (SELECT 1 FROM gone g WHERE {_same(name)})')
    if frame is not None and len(frame):
        connection.register("incoming", frame.reset_index(drop=True))
        connection.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM incoming')
        connection.unregister("incoming")
    return True


def _find_gone(connection: duckdb.DuckDBPyConnection, name: str, present: str, incoming: str) -> None:
    """`gone`: the groups of rows (StoreTable.by) of `present` that rows of `incoming` replace."""
    known = BY_NAME[name]
    by = ", ".join(f'"{column}"' for column in known.by)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE gone AS SELECT * FROM (SELECT DISTINCT {by} FROM {present}) t WHERE EXISTS (SELECT 1 FROM "
                       f"(SELECT DISTINCT {by} FROM {incoming}) i WHERE {known.replaced})")


def _same(name: str) -> str:
    return " AND ".join(f't."{column}" IS NOT DISTINCT FROM g."{column}"' for column in BY_NAME[name].by)


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
    counted = {str(iso3) for name in ("area", "area_population") if name in brought.facts for iso3 in brought.facts[name]["iso3"]}
    for iso3 in sorted(counted):
        _count_population(connection, iso3)
    # where a facility stands goes with the count it is part of: a table of counts alone leaves no older point behind
    connection.execute("DELETE FROM facility f WHERE NOT EXISTS (SELECT 1 FROM area_facility a WHERE a.iso3 = f.iso3 AND a.source_id = f.source_id)")
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
    connection.execute(f"UPDATE area SET {', '.join(f'{column} = NULL' for column in _POPULATION)} WHERE iso3 = ?", [iso3])
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
    for name in ("return_flow", "indicator_value", "partner_activity", "area_facility", "facility", "area_population", "structure_in_place"):
        lost = connection.execute(
            f'SELECT DISTINCT pcode FROM "{name}" WHERE pcode IS NOT NULL AND pcode NOT IN (SELECT pcode FROM area) ORDER BY 1 LIMIT 10').fetchall()
        if lost:
            listed = ", ".join(str(row[0]) for row in lost)
            raise DataError(
                f"Des figures de {name} tiendraient à des unités qui ne seraient plus dans les limites : {listed}. Importez des limites qui les "
                "contiennent, ou remplacez d'abord ces données.",
                f"Figures of {name} would hang on areas that are no longer in the boundaries: {listed}. Import boundaries that hold them, or "
                "replace those data first.")


def _redrawn() -> str:
    return f"iso3 IN (SELECT unnest(string_split(countries, ';')) FROM old.source WHERE {_MINE} AND topic = 'boundaries')"


def _imported(connection: duckdb.DuckDBPyConnection) -> Import:
    """The sources, issues and countries of the imports in `old`, and of its facts only which countries they count the people of."""
    def rows(sql: str) -> pd.DataFrame:
        return connection.execute(sql).df()

    countries = rows(f"SELECT * FROM old.country WHERE {_redrawn()}")
    counted = {"area": rows(f"SELECT DISTINCT iso3 FROM old.area WHERE {_redrawn()}"),
               "area_population": rows(f"SELECT DISTINCT iso3 FROM old.area_population WHERE {_MINE}")}
    parent, files = connection.execute("SELECT parent, files FROM old.origin").fetchone() or ("", "")
    return Import(counted, rows(f"SELECT * FROM old.source WHERE {_MINE}"), rows(f"SELECT * FROM old.import_issue WHERE {_MINE}"),
                  [{str(k): str(v) for k, v in row.items()} for row in countries.to_dict("records")], "", parent, files)
