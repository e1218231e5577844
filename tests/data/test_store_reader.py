"""The reader is locked down, safe among threads, and notices what it must."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from data.errors import StoreUnavailable
from data.queries import activities, returns_by_year
from data.store import Store, open_store

REFUSED = [
    "INSERT INTO country SELECT * FROM country",
    "UPDATE area SET population = 0",
    "DELETE FROM area",
    "CREATE TABLE x (a INTEGER)",
    "DROP TABLE country",
    "COPY country TO '/tmp/ancrage-refused.csv'",
    "EXPORT DATABASE '/tmp/ancrage-refused'",
    "ATTACH '/tmp/ancrage-refused.duckdb'",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM read_text('/etc/hostname')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_parquet('https://example.org/x.parquet')",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET memory_limit = '9GB'",
    "SET enable_external_access = true",
    "RESET lock_configuration",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_reader_refuses(store: Store, statement: str) -> None:
    with pytest.raises(duckdb.Error):
        store.connection.cursor().execute(statement)


def test_values_are_parameters_and_never_sql(store: Store) -> None:
    found = store.frame("SELECT count(*) AS n FROM area WHERE iso3 = ?", ["COD' OR '1'='1"])
    assert found["n"].iloc[0] == 0


def test_many_threads_get_their_own_answers(store: Store) -> None:
    expected = {iso3: returns_by_year(store, iso3)["persons"].sum() for iso3 in ("COD", "CAF", "AFG")}

    def ask(number: int) -> bool:
        iso3 = ("COD", "CAF", "AFG")[number % 3]
        return bool(returns_by_year(store, iso3)["persons"].sum() == expected[iso3])

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(300)))


def test_a_closed_store_says_so(store_folder: Path) -> None:
    store = open_store(store_folder)
    store.close()
    with pytest.raises(StoreUnavailable):
        activities(store, "COD")
