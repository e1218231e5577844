"""The cubes are written once: the same expressions compile for other engines, and give what a plain count gives."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
import pandas as pd
import pytest

from data.cubes import CUBES
from data.generations import generations
from data.indicator_levels import COLUMNS, at_level, from_children
from data.schema import CATALOGUE_TABLES, EMBEDDED_TABLES
from data.store import Store


@pytest.fixture(scope="module")
def tables(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, ir.Table]:
    """The tables of a generation by their columns alone; from a copy, since a file that is open locked down opens in no other way."""
    copy = shutil.copy(generations(store_folder)[0].path, tmp_path_factory.mktemp("copy"))
    with duckdb.connect(str(copy), read_only=True) as connection:
        backend = ibis.duckdb.from_connection(connection)
        return {name: ibis.table(backend.table(name).schema(), name=name) for name in (*EMBEDDED_TABLES, *CATALOGUE_TABLES)}


@pytest.mark.parametrize("engine", ["duckdb", "trino", "clickhouse", "databricks"])
def test_every_cube_compiles_for_another_engine(tables: dict[str, ir.Table], engine: str) -> None:
    for name, cube in CUBES.items():
        assert "SELECT" in ibis.to_sql(cube(tables), dialect=engine), name


def test_cubes_keep_the_totals_of_the_facts(store: Store) -> None:
    facts = store.frame("SELECT margin, sum(persons) AS persons FROM return_flow GROUP BY margin").set_index("margin")["persons"]
    for cube in ("cube_return_year", "cube_return_place", "cube_return_composition"):
        assert store.frame(f"SELECT sum(persons) AS n FROM {cube}")["n"].iloc[0] == facts["place"]
    assert store.frame("SELECT sum(persons) AS n FROM cube_return_own")["n"].iloc[0] == facts["own"]
    rows = store.frame("SELECT sum(rows) AS rows, sum(activities) AS activities FROM cube_activity").iloc[0]
    assert (rows["rows"], rows["activities"]) == (4343, 4343 - 390)
    counted = store.frame("SELECT sum(facilities) AS n FROM cube_area WHERE level = 0")["n"].iloc[0]
    assert counted == store.frame("SELECT sum(facilities) AS n FROM area_facility")["n"].iloc[0]


def known(rows: list[tuple[str, str, float, str, int, str, float, bool]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["pcode", "indicator", "value", "quality", "level", "parent", "population", "is_count"])
    return frame.assign(period_start=pd.Timestamp(2020, 1, 1), period_end=pd.Timestamp(2020, 12, 31), source_id="s", row_no=2)


AREAS = pd.DataFrame({"parent": ["XX1", "XX1", "XX2"]}, index=pd.Index(["XX11", "XX12", "XX21"], name="pcode"))


def test_own_value_then_the_parents_then_the_countrys() -> None:
    values = known([
        ("XX11", "SV3", 60.0, "observed", 2, "XX1", 100.0, False),
        ("XX1", "SV3", 50.0, "observed", 1, "XXX", 300.0, False),
        ("XXX", "SV3", 40.0, "assumed", 0, "", 900.0, False),
        ("XX1", "CX1", 70.0, "observed", 1, "XXX", 300.0, True),
    ])
    found = at_level(values, AREAS, "XXX", 2).set_index(["indicator", "pcode"])
    assert found["value"].to_dict() == {("SV3", "XX11"): 60, ("SV3", "XX12"): 50, ("SV3", "XX21"): 40}
    assert found["quality"].tolist() == ["observed", "inherited", "assumed"]
    assert found["from_pcode"].tolist() == ["XX11", "XX1", "XXX"]


def test_a_mean_over_children_needs_people_and_never_counts_a_missing_child_as_zero() -> None:
    values = known([
        ("XX11", "SV3", 60.0, "observed", 2, "XX1", 100.0, False),
        ("XX12", "SV3", 90.0, "observed", 2, "XX1", 200.0, False),
        ("XX13", "SV3", 0.0, "observed", 2, "XX1", float("nan"), False),
        ("XX21", "CX1", 5.0, "estimated", 2, "XX2", 10.0, True),
    ])
    found = from_children(values, 1)
    assert list(found.columns) == COLUMNS
    assert found[["pcode", "value", "quality"]].to_numpy().tolist() == [["XX1", 80.0, "estimated"]]


def test_nothing_known_is_no_row() -> None:
    empty = known([])
    assert at_level(empty.astype({"is_count": bool}), AREAS, "XXX", 2).empty
