"""A reader who knows how a source rounds works out no more than one who does not: declared, read by the release, and asked of the audit."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.generations import generations
from data.protection import Audience
from data.protection.audit import audit_file
from data.protection.bounds import Statement, pieces, total, within
from data.protection.releases import reading, release_path
from data.protection.rounding import WHOLE, Rounding, declared, of_sources
from tests.protection.conftest import AUDIENCES


def test_the_counts_of_the_unhcr_are_nobody_or_five_and_more(published: Path) -> None:
    assert declared() == {"unhcr_demographics": Rounding(5), "unhcr_population": Rounding(5)}
    with reading(generations(published)[0].path) as store:
        assert of_sources(store) == {"home_office_returns": WHOLE, "unhcr_demographics": Rounding(5), "unhcr_population": Rounding(5)}


def store_of(counts: dict[str, list[float]]) -> duckdb.DuckDBPyConnection:
    store = duckdb.connect()
    flow = pd.DataFrame([(source, persons) for source, each in counts.items() for persons in each], columns=["source_id", "persons"])
    store.register("flow", flow)
    store.execute("CREATE TABLE return_flow AS SELECT * FROM flow")
    store.execute("CREATE TABLE indicator_value (source_id VARCHAR, indicator VARCHAR, value DOUBLE)")
    store.execute("CREATE TABLE indicator (code VARCHAR, unit VARCHAR)")
    return store


def test_a_source_whose_counts_say_otherwise_is_not_taken_to_round() -> None:
    assert of_sources(store_of({"unhcr_demographics": [0, 5, 3, 900], "unhcr_population": [5, 12]})) == {
        "unhcr_demographics": WHOLE, "unhcr_population": Rounding(5)}


def test_an_import_may_be_a_copy_of_a_source_that_rounds() -> None:
    assert of_sources(store_of({"import_a": [0, 7, 12], "import_b": [0, 2, 12], "another": [7]})) == {
        "import_a": Rounding(5), "import_b": WHOLE, "another": WHOLE}


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_release_says_how_its_sources_round_and_the_audit_reads_it(folder: Path, audience: Audience) -> None:
    path = release_path(folder, 1, audience)
    with reading(path) as release:
        said = release.execute("SELECT source_id, smallest, step FROM source_rounding ORDER BY source_id").fetchall()
    assert said == [("home_office_returns", 1, 1), ("unhcr_demographics", 5, 1), ("unhcr_population", 5, 1)]
    assert audit_file(path).leaks == []
    with duckdb.connect(str(path)) as release:
        release.execute("UPDATE source_rounding SET smallest = 7 WHERE source_id LIKE 'unhcr%'")
    assert {"exact", "below_k", "group"} <= {leak.kind for leak in audit_file(path).leaks}


def test_a_release_from_before_is_audited_with_what_is_declared(folder: Path) -> None:
    path = release_path(folder, 1, "outside")
    with duckdb.connect(str(path)) as release:
        release.execute("DROP TABLE source_rounding")
    assert audit_file(path).leaks == []


@given(
    st.lists(st.integers(0, 9), min_size=4, max_size=4), st.sets(st.sampled_from(range(8)), min_size=3),
    st.sampled_from([WHOLE, Rounding(3), Rounding(5), Rounding(4, 2)]))
@settings(max_examples=80, deadline=None)
def test_what_a_figure_can_be_is_what_counting_them_all_finds(inside: list[int], hidden: set[int], rounding: Rounding) -> None:
    """Two rows of two, their sums, and a whole of which the rows are only a part: every table is tried."""
    def rounded(value: int) -> int:
        return 0 if value == 0 else max(rounding.smallest, -(-value // rounding.step) * rounding.step)

    def table(a: int, b: int, c: int, d: int) -> tuple[int, ...]:
        return (a, b, c, d, a + b, c + d, a + c, b + d)

    truth = table(*map(rounded, inside))
    whole = sum(truth[:4]) + rounding.smallest
    figures: dict[object, float | None] = {number: None if number in hidden else float(value) for number, value in enumerate(truth)} | {"whole": float(whole)}
    said: list[Statement] = [
        total([0, 1], 4), total([2, 3], 5), total([0, 2], 6), total([1, 3], 7), within([0, 1, 2, 3], "whole")]
    possible = [value for value in range(0, whole + 1) if value == 0 or (value >= rounding.smallest and value % rounding.step == 0)]
    tables = [one for cells in product(possible, repeat=4) if whole - sum(cells) in possible
              for one in [table(*cells)] if all(number in hidden or one[number] == truth[number] for number in range(8))]
    for piece in pieces(figures, said, rounding=dict.fromkeys(figures, rounding))[0]:  # type: ignore[arg-type]
        for name in piece.names:
            seen = {one[name] for one in tables}
            for value in range(0, whole + 1):
                assert piece.can_be({name: 1.0}, low=value, high=value) == (value in seen), (name, value, sorted(seen))
            assert piece.is_open({name: 1.0}, 5) == (len(seen) > 1 and max(seen) >= 5)
