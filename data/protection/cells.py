"""Which cells of a generation are withheld for an audience: all rules of the release in one place, table by table.

A cell is (row, column) of a table; rows are numbered as the generation's file numbers them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import duckdb
import numpy as np
import pandas as pd

from data.protection.linear import Counts, withheld
from data.protection.returns_counts import own_counts, year_counts
from data.protection.rounding import WHOLE, Rounding, of_sources

RETURNS: Final = tuple(f"cube_return_{name}" for name in ("year", "level", "composition", "host", "own", "own_type"))
PERSONS: Final = "persons"
_PEOPLE: Final = (PERSONS, "placed", "placed_level2")
SHARES: Final = ("share_5_17", "share_18_59")

KEYS: Final[dict[str, tuple[str, ...]]] = {
    "cube_return_year": ("iso3", "year", "kind", "source_id"),
    "cube_return_level": ("iso3", "level", "year", "kind", "pcode", "source_id"),
    "cube_return_composition": ("iso3", "year", "kind", "sex", "age_band", "source_id"),
    "cube_return_host": ("iso3", "year", "host_iso3", "source_id"),
    "cube_return_own": ("iso3", "source_id", "year", "host_iso3", "flow_type", "destination_home", "sex", "age_band"),
    "cube_return_own_type": ("iso3", "source_id", "year", "host_iso3", "flow_type", "destination_home"),
}
"""What tells a row of a table of counts from another, in every release."""

Cell = tuple[str, str, tuple[str, ...]]
"""Table, column and key of the row."""


@dataclass
class Earlier:
    """What this audience was told before and what those who see more are not told: cells withheld, cells withheld in an earlier release,
    and the figures earlier releases published, each as often as it was revised."""

    withheld: set[Cell] = field(default_factory=set)
    then: set[Cell] = field(default_factory=set)
    shown: dict[Cell, set[float]] = field(default_factory=dict)


@dataclass
class Withheld:
    """Cells to withhold, rows to leave out, and rows to add because an empty cell must be withheld."""

    cells: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    left_out: dict[str, set[int]] = field(default_factory=dict)
    added: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    """By table: cells, small, withheld, persons_withheld; for the report."""

    def hide(self, table: str, column: str, row: int) -> None:
        self.cells.setdefault((table, column), set()).add(row)


def withheld_cells(
    generation: duckdb.DuckDBPyConnection, iso3: str, k: float, earlier: Earlier, whole: Mapping[tuple[str, str, str], int] | None = None,
) -> Withheld:
    """Everything of a country that an audience with threshold k does not see. `whole` has years (country, year, kind) of which no sex and
    no age is shown (1), or nothing but how many came to the country (2).
    """
    found = Withheld()
    tables = {name: generation.execute(f'SELECT rowid AS row, * FROM "{name}" WHERE iso3 = ? ORDER BY rowid', [iso3]).df()
              for name in (*RETURNS, "cube_area", "cube_indicator", "indicator_value", "partner_activity")}
    areas = tables["cube_area"].set_index("pcode")
    rounding = of_sources(generation)
    keys = {name: dict(zip(tables[name]["row"].astype(str), tables[name][list(KEYS[name])].itertuples(index=False, name=None), strict=True))
            for name in RETURNS}
    for (_, year, kind), counts in year_counts(tables, areas, k, rounding):
        _protect(found, counts, k, keys, iso3, earlier, (whole or {}).get((iso3, year, kind), 0))
    for _, counts, left_out in own_counts(tables, k, rounding):
        _protect(found, counts, k, keys, iso3, earlier)
        found.left_out.setdefault("cube_return_own", set()).update(left_out)
    rows = tables["partner_activity"]
    for row in rows.loc[(rows["beneficiaries"] > 0) & (rows["beneficiaries"] < k), "row"]:
        found.hide("partner_activity", "beneficiaries", int(row))
    _count(found, "partner_activity", int((rows["beneficiaries"] > 0).sum()), len(found.cells.get(("partner_activity", "beneficiaries"), ())),
           len(found.cells.get(("partner_activity", "beneficiaries"), ())), 0)
    _populations(found, tables["cube_area"], k)
    counted = set(generation.execute("SELECT code FROM indicator WHERE unit = ?", [PERSONS]).df()["code"])
    few = set(areas.index[areas["row"].isin(found.cells.get(("cube_area", "population"), ()))])
    _indicators(found, tables["indicator_value"], areas, counted, few, k, rounding)
    same = tables["indicator_value"].set_index(["indicator", "pcode", "source_id", "row_no", "period_end"])["row"].to_dict()
    hidden = found.cells.get(("indicator_value", "value"), set())
    for row in tables["cube_indicator"].itertuples():
        if same.get((row.indicator, row.pcode, row.source_id, row.row_no, row.period_end)) in hidden:
            found.hide("cube_indicator", "value", int(row.row))
    return found


def _protect(
    found: Withheld, counts: Counts, k: float, keys: dict[str, dict[str, tuple[object, ...]]], iso3: str, earlier: Earlier, whole: int = 0,
) -> None:
    if not counts.values:
        return
    cells = [
        None if not published else (name[0], name[2], _plain((iso3, *name[3:]) if name[1] == "new" else keys[name[0]][name[1]]))
        for name, published in zip(counts.names, counts.published, strict=True)]
    already = np.array([cell in earlier.withheld for cell in cells])
    revised = any(
        abs(before - value) > 0.5 for cell, value in zip(cells, counts.values, strict=True) if cell for before in earlier.shown.get(cell, ()))
    # where something was revised a reader may take the rest as it was: what was withheld then helps nothing that is withheld now
    hidden = withheld(counts, k, already, np.array([revised and cell in earlier.then for cell in cells]))
    total = next((value for name, value in zip(counts.names, counts.values, strict=True) if name[0] == "cube_return_year" and name[-1] == PERSONS), 0.0)
    for name, value, is_hidden, published in zip(counts.names, counts.values, hidden, counts.published, strict=True):
        # nobody, and everybody, the total says anyway
        if whole and 0 < value < total and name[1:2] != ("new",) and (whole > 1 or name[-1] not in _PEOPLE or name[0] == "cube_return_composition"):
            is_hidden = is_hidden or (name[0], name[-1]) != ("cube_return_year", PERSONS)
        if not published or (name[1] == "new" and not is_hidden):
            continue
        _count(found, name[0], 1, int(0 < value < k), int(is_hidden), value if is_hidden and name[2] == PERSONS else 0)
        if is_hidden and name[1] == "new":
            found.added.setdefault(name[0], []).append((iso3, *name[3:]))
        elif is_hidden:
            found.hide(name[0], name[2], int(name[1]))


def _populations(found: Withheld, areas: pd.DataFrame, k: float) -> None:
    """Populations below k, the least area beside each where it alone would be missing from its parent's sum, and their shares."""
    counts = Counts()
    known = areas[areas["population"].notna()]
    if not ((known["population"] > 0) & (known["population"] < k)).any():
        return
    numbers = {row.pcode: counts.add(("cube_area", str(row.row), "population"), row.population) for row in known.itertuples()}
    for parent, children in known[known["level"] > 0].groupby("parent"):
        if parent in numbers:
            counts.total(numbers[parent], [numbers[code] for code in children["pcode"]])
    for place in np.flatnonzero(withheld(counts, k)):
        for column in ("population", *SHARES):
            found.hide("cube_area", column, int(counts.names[place][1]))


def _indicators(
    found: Withheld, values: pd.DataFrame, areas: pd.DataFrame, counted: set[str], few: set[str], k: float, rounding: Mapping[str, Rounding],
) -> None:
    """Counts of persons below k with what would give them away, and every rate among fewer than k residents."""
    for row in values.loc[values["pcode"].isin(few) & ~values["indicator"].isin(counted), "row"]:
        found.hide("indicator_value", "value", int(row))
    people = values[values["indicator"].isin(counted)]
    for _, rows in people.groupby(["indicator", "period_start", "period_end", "source_id"], dropna=False):
        small = (rows["value"] > 0) & (rows["value"] < k)
        hidden = 0
        if small.any():
            counts = Counts()
            numbers: dict[str, int] = {}
            for row in rows.itertuples():
                number = counts.add(("indicator_value", str(row.row), "value"), row.value, rounding=rounding.get(row.source_id, WHOLE))
                if row.pcode in areas.index:
                    numbers.setdefault(row.pcode, number)
            for parent, whole in numbers.items():
                parts = [number for code, number in numbers.items() if areas.at[code, "parent"] == parent and code != parent]
                # a part of the people is placed: the parts bound the whole only from below
                if parts and counts.values[whole] >= sum(counts.values[part] for part in parts):
                    counts.remainder(whole, parts, k=k)
            for place in np.flatnonzero(withheld(counts, k)):
                hidden += 1
                found.hide("indicator_value", "value", int(counts.names[place][1]))
        _count(found, "indicator_value", len(rows), int(small.sum()), hidden, 0)


def _count(found: Withheld, table: str, cells: int, small: int, hidden: int, persons: float) -> None:
    said = found.counts.setdefault(table, {"cells": 0, "below_k": 0, "withheld": 0, "persons_withheld": 0})
    for name, number in zip(said, (cells, small, hidden, persons), strict=True):
        said[name] += int(number)


def told_before(releases: list[duckdb.DuckDBPyConnection], others: list[duckdb.DuckDBPyConnection]) -> Earlier:
    """What earlier releases told an audience, and what other files withhold from those who see more."""
    found = Earlier()
    for number, connection in enumerate([*releases, *others]):
        for table, keys in KEYS.items():
            rows = connection.execute(f'SELECT * FROM "{table}"').df()
            names = [_plain(key) for key in rows[list(keys)].itertuples(index=False, name=None)]
            for column in [name for name in rows.columns if name not in keys and pd.api.types.is_float_dtype(rows[name])]:
                cells = {(table, column, name): value for name, value in zip(names, rows[column], strict=True)}
                missing = {cell for cell, value in cells.items() if pd.isna(value)}
                found.withheld |= missing
                if number < len(releases):
                    found.then |= missing
                    for cell in cells.keys() - missing:
                        found.shown.setdefault(cell, set()).add(float(cells[cell]))
    return found


def _plain(key: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(str(part) for part in key)
