"""Publishing: thresholds only rise, what leaks is not published, and whatever stops the work leaves the release in use."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import duckdb
import ibis
import pytest
from typer.testing import CliRunner

from data.__main__ import app
from data.cubes import build_cubes
from data.errors import StoreBusy
from data.generations import Generation, generations, switch
from data.protection import Audience, NoRelease, open_release
from data.protection.audit import audit_file
from data.protection.cells import KEYS, Earlier, withheld_cells
from data.protection.publishing import make_release
from data.protection.releases import current, reading, release_lock, release_path
from data.protection.rules import KLowered, asked
from data.protection.writing import write_release
from data.schema import CATALOGUE_TABLES, EMBEDDED_TABLES
from tests.protection.conftest import AUDIENCES, COUNTRY

ROOT = Path(__file__).resolve().parents[2]


def shown_again(path: Path, store: Path, table: str, condition: str) -> str:
    """Publish one withheld figure of ten or more after all; its key."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"ATTACH '{store}' AS g (READ_ONLY)")
        row = connection.execute(
            f"SELECT r.year, r.pcode, g.persons FROM {table} r JOIN g.{table} g ON (r.iso3, r.year, r.kind, r.pcode, r.level) = "
            f"(g.iso3, g.year, g.kind, g.pcode, g.level) WHERE r.persons IS NULL AND g.persons >= 10 AND {condition} ORDER BY g.persons DESC").fetchone()
        assert row is not None
        connection.execute(f"UPDATE {table} SET persons = ? WHERE year = ? AND pcode = ? AND persons IS NULL", [row[2], row[0], row[1]])
    return f"{row[0]}, "


def test_nothing_is_open_to_donors_before_the_first_release(tmp_path: Path) -> None:
    with pytest.raises(NoRelease, match="python -m data release"):
        open_release("outside", tmp_path)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_what_was_published_passes_the_audit(published: Path, audience: Audience) -> None:
    report = audit_file(release_path(published, 1, audience))
    assert report.withheld > 50
    assert (report.exact, report.below_k, report.leaks) == (0, 0, [])


def test_a_figure_shown_again_is_found_by_the_command(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(folder))
    year = shown_again(release_path(folder, 1, "outside"), generations(folder)[0].path, "cube_return_level", "r.level = 1")
    found = CliRunner().invoke(app, ["audit", "--json", str(tmp_path / "audit.json")])
    assert found.exit_code == 3
    assert "cube_return_level" in found.stderr
    leaks = json.loads((tmp_path / "audit.json").read_text())["release-000001-outside.duckdb"]["leaks"]
    assert any(year in leak["cell"] for leak in leaks)


@pytest.mark.parametrize(("statement", "table"), [
    ("CREATE TABLE return_flow AS SELECT 1 AS persons", "return_flow"),
    ("UPDATE cube_return_host SET persons = 4 WHERE persons IS NULL", "cube_return_host"),
    ("UPDATE cube_activity SET beneficiaries = coalesce(beneficiaries, 0) + 3", "cube_activity"),
])
def test_a_release_that_says_too_much_is_found_out(folder: Path, statement: str, table: str) -> None:
    path = release_path(folder, 1, "outside")
    with duckdb.connect(str(path)) as connection:
        # the country of these tests has no 3W: one activity stands for it
        connection.execute("INSERT INTO cube_activity BY NAME SELECT 'CAF' AS iso3, 'A' AS organisation, 'C' AS cluster, 20 AS beneficiaries")
        connection.execute("INSERT INTO activity BY NAME SELECT 'CAF' AS iso3, 'A' AS organisation, 'C' AS cluster, 20 AS beneficiaries, false AS protected")
    assert audit_file(path).leaks == []
    with duckdb.connect(str(path)) as connection:
        connection.execute(statement)
    assert table in {leak.table for leak in audit_file(path).leaks}


def test_thresholds_only_rise() -> None:
    assert asked({}, {}) == {"inside": 5, "outside": 10}
    assert asked({"outside": 15}, {"inside": 7, "outside": 12}) == {"inside": 7, "outside": 15}
    assert asked({"inside": 20}, {}) == {"inside": 20, "outside": 20}
    for wanted, before in (({"outside": 9}, {}), ({"inside": 4}, {}), ({"outside": 12}, {"outside": 15})):
        with pytest.raises(KLowered) as refused:
            asked(wanted, before)
        assert str(before.get("outside", 5 if "inside" in wanted else 10)) in refused.value.message_fr


def test_a_raised_threshold_stays_and_a_lower_one_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(folder))
    assert make_release(folder, country=COUNTRY, k={"outside": 12}).number == 2
    with open_release("outside", folder) as opened:
        assert opened.frame("SELECT k FROM release")["k"].tolist() == [12]
    refused = CliRunner().invoke(app, ["release", "--country", COUNTRY, "--k-outside", "10"])
    assert (refused.exit_code, current(folder)) == (3, 2)
    assert "only be raised" in refused.stderr


def test_what_leaks_is_not_published(folder: Path) -> None:
    """An earlier release showed a figure that the next one relies on: together they give a small one away. The one between had another country."""
    for audience in AUDIENCES:
        between = release_path(folder, 2, audience)
        between.write_bytes(release_path(folder, 1, audience).read_bytes())
        with duckdb.connect(str(between)) as connection:
            for table in KEYS:
                connection.execute(f'DELETE FROM "{table}" WHERE iso3 = ?', [COUNTRY])
    (folder / "RELEASE").write_text("release-000002\n")
    shown_again(release_path(folder, 1, "outside"), generations(folder)[0].path, "cube_return_level", "r.level = 2")
    report = make_release(folder, country=COUNTRY)
    assert report.number is None
    assert {leak.kind for leak in report.leaks} == {"before"}
    assert current(folder) == 2
    assert not list(folder.glob(".releasing-*"))


def test_revised_figures_are_published_without_telling_what_was_hidden(folder: Path) -> None:
    """A place that thousands came to turns out to be one that a few came to: neither release nor both together give them away."""
    newer = folder / "gen-000002-000000000002.duckdb"
    newer.write_bytes(generations(folder)[0].path.read_bytes())
    with duckdb.connect(str(newer)) as connection:
        for year, kind, place in ((2020, "internal", "CF31"), (2022, "abroad", "CF22"), (2025, "internal", "CF11")):
            connection.execute(
                "UPDATE return_flow SET persons = 3 WHERE iso3 = 'CAF' AND margin = 'place' AND (year, kind, pcode) = (?, ?, ?)", [year, kind, place])
        for (cube,) in connection.execute("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'cube_return%' OR table_name IN "
                                          "('cube_area', 'cube_indicator', 'cube_activity')").fetchall():
            connection.execute(f'DROP TABLE "{cube}"')
        build_cubes(ibis.duckdb.from_connection(connection), [*EMBEDDED_TABLES, *CATALOGUE_TABLES])
    switch(folder, Generation(newer))
    report = make_release(folder, country=COUNTRY)
    assert (report.number, report.leaks) == (2, [])
    assert report.audit["outside"]["against"] == ["release-000001-outside.duckdb"]
    with open_release("outside", folder) as opened:
        assert opened.frame("SELECT persons FROM cube_return_level WHERE (year, kind, pcode) = (2025, 'internal', 'CF11')")["persons"].isna().all()


@pytest.mark.parametrize(("whole", "places_shown"), [(1, True), (2, False)])
def test_a_year_is_left_without_sexes_and_ages_or_as_its_total(folder: Path, whole: int, places_shown: bool) -> None:
    """What is done with a year of which so much was revised that nothing else protects what was protected before: it leaks nothing."""
    year = (COUNTRY, "2025", "abroad")
    path = folder / "whole.duckdb"
    with reading(generations(folder)[0].path) as connection:
        hidden = withheld_cells(connection, COUNTRY, 10, Earlier(), {year: whole})
    write_release(path, generations(folder)[0].path, "outside", 2, 10, [COUNTRY], {COUNTRY: hidden})
    assert audit_file(path).leaks == []
    with reading(path) as connection:
        rows = connection.execute("SELECT * FROM cube_return_level WHERE (year, kind) = (2025, 'abroad')").df()
        (total,) = connection.execute("SELECT persons FROM cube_return_year WHERE (year, kind) = (2025, 'abroad')").fetchone() or (None,)
    assert total and rows["protected"].any() and not (rows[["women", "men", "age_5_17"]] > 0).any(axis=None)
    assert (rows["persons"] > 0).any() == places_shown


def test_a_release_killed_at_work_leaves_the_one_in_use(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "data", "release", "--country", COUNTRY], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={"PATH": "", "ANCRAGE_STORE_DIR": str(folder), "PYTHONPATH": str(ROOT)})
    try:
        until = time.monotonic() + 60
        while not list(folder.glob(".releasing-*")) and time.monotonic() < until and process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
        process.send_signal(signal.SIGKILL)
    finally:
        process.wait()
    assert process.returncode == -signal.SIGKILL
    assert list(folder.glob(".releasing-*"))
    with open_release("outside", folder) as opened:
        assert opened.generation.name == "release-000001-outside.duckdb"
    with release_lock(folder):  # it went with its process
        pass


def test_an_import_changes_nothing_for_donors_until_the_next_release(folder: Path) -> None:
    with open_release("outside", folder) as opened:
        switch(folder, generations(folder)[0])
        assert not opened.changed()
        (folder / "RELEASE").write_text("release-000001\n")
        assert opened.changed()


def test_one_release_at_a_time(folder: Path) -> None:
    with release_lock(folder), pytest.raises(StoreBusy):
        make_release(folder, country=COUNTRY)
