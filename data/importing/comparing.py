"""What an import changes: figures added, changed and removed against the generation in use, areas that gain or lose data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import duckdb
import pandas as pd

from data.importing.large_cells import Large
from data.importing.large_changes import areas, count_changes
from data.importing.large_facts import rows_table
from data.importing.tables_of_store import BY_NAME

_LISTED: Final = 40


def compare(connection: duckdb.DuckDBPyConnection, facts: Mapping[str, pd.DataFrame], large: Mapping[str, Sequence[Large]]) -> dict[str, Any]:
    """Figures added, changed, removed against `old`, by table; areas that gain or lose data: P-codes of the first 40, how many of each in
    `areas`, their names in `area_names` {pcode: [French, English]}. Only countries with new rows are compared.
    """
    total: dict[str, Any] = {"added": 0, "changed": 0, "removed": 0, "tables": {}}
    areas_of: dict[str, set[str]] = {"areas_gaining": set(), "areas_losing": set()}
    for name in (name for name in dict.fromkeys([*facts, *large]) if BY_NAME[name].value):
        parts = [*([facts[name]] if name in facts else []), *(one.replacing for one in large.get(name, []))]
        countries = {str(iso3) for part in parts for iso3 in part["iso3"]}
        of_them = "WHERE iso3 IN (" + ", ".join(f"'{iso3}'" for iso3 in sorted(countries)) + ")" if countries else "WHERE false"
        kept_in = rows_table(connection, "old", name)
        present = connection.execute("SELECT 1 FROM duckdb_tables() WHERE database_name = 'old' AND table_name = ?", [kept_in]).fetchall()
        new, old = f'(SELECT * FROM "{name}" {of_them})', f'(SELECT * FROM old."{name}" {of_them})'
        if not present:
            old = f'(SELECT * FROM "{name}" LIMIT 0)'
        alone = large[name][0] if name not in facts and len(large[name]) == 1 else None
        counts = _counts_of_large(connection, alone, sorted(countries)) if alone else _counts(connection, name, new, old)
        total["tables"][name] = counts
        for kind, count in counts.items():
            total[kind] += count
        if "pcode" in BY_NAME[name].figure:
            now = areas(connection, str(connection.execute("SELECT current_database()").fetchall()[0][0]), name, sorted(countries))
            before = areas(connection, "old", name, sorted(countries)) if present else set()
            for kind, found in (("areas_gaining", now - before), ("areas_losing", before - now)):
                areas_of[kind] |= found
    listed = {kind: sorted(found)[:_LISTED] for kind, found in areas_of.items()}
    named = {str(row[0]): [str(row[1]), str(row[2])] for place in ("old.area", "area") for row in connection.execute(
        f"SELECT pcode, name_fr, name_en FROM {place} WHERE list_contains(?, pcode)", [[*listed["areas_gaining"], *listed["areas_losing"]]]).fetchall()}
    return {**total, **listed, "areas": {kind: len(found) for kind, found in areas_of.items()}, "area_names": named}


def _counts(connection: duckdb.DuckDBPyConnection, name: str, new: str, old: str) -> dict[str, int]:
    known = BY_NAME[name]
    keys = ", ".join(f'"{key}"' for key in known.figure)
    joined = " AND ".join(f'n."{key}" IS NOT DISTINCT FROM o."{key}"' for key in known.figure)
    sides = [f"(SELECT {keys}, sum({known.value}) AS worth FROM {place} GROUP BY ALL)" for place in (new, old)]
    row = connection.execute(
        "SELECT count(*) FILTER (o.iso3 IS NULL), count(*) FILTER (o.iso3 IS NOT NULL AND n.iso3 IS NOT NULL AND abs(n.worth - o.worth) > 1e-9), "
        f"count(*) FILTER (n.iso3 IS NULL) FROM {sides[0]} n FULL JOIN {sides[1]} o ON {joined}").fetchall()[0]
    return dict(zip(("added", "changed", "removed"), map(int, row), strict=True))


def _counts_of_large(connection: duckdb.DuckDBPyConnection, large: Large, countries: list[str]) -> dict[str, int]:
    """The same counts without adding up millions of new figures, which are known by their number: only groups of one margin, kind and
    period that gain rows or lose some (`gone`) can differ.
    """
    group = "margin, kind, period_start, period_end"
    connection.register("incoming", large.replacing[["margin", "kind", "period_start", "period_end"]].drop_duplicates())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE touched AS SELECT {group} FROM incoming UNION SELECT {group} FROM gone")
    connection.unregister("incoming")
    return count_changes(connection, countries, large.figures)
