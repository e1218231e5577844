"""Generations: built beside, switched in one step, kept for undo; what is damaged is never shown as if it were whole."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from data.building import EMBEDDED, build
from data.errors import DataError, StoreBusy, StoreUnavailable
from data.generations import Generation, current_name, generations, switch
from data.queries import countries, returns_by_place
from data.store import open_store

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(store_folder: Path, tmp_path: Path) -> Path:
    """A copy of the built store, free to damage."""
    copy = tmp_path / "store"
    shutil.copytree(store_folder, copy)
    return copy


def second_generation(folder: Path) -> Generation:
    """The same content under the next number, as an import would leave it."""
    first = generations(folder)[0]
    path = folder / f"gen-{first.number + 1:06d}-{'0' * 12}.duckdb"
    shutil.copy(first.path, path)
    return Generation(path)


def command(*arguments: str, store: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "data", *arguments], cwd=ROOT, env={"ANCRAGE_STORE_DIR": str(store), "PATH": ""},
        capture_output=True, text=True, timeout=240, check=False)


def test_building_is_fast_and_the_dataset_is_small(tmp_path: Path) -> None:
    started = time.perf_counter()
    generation, new = build(tmp_path)
    assert new and time.perf_counter() - started < 10
    assert sum(path.stat().st_size for path in EMBEDDED.iterdir()) <= 6 * 2**20
    assert current_name(tmp_path) == generation.name


def test_building_twice_changes_nothing(folder: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir() if path.name != ".lock"}
    generation, new = build(folder)
    assert not new
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir() if path.name != ".lock"} == before
    assert generation.name == current_name(folder)


def test_a_new_generation_keeps_the_previous_one(folder: Path) -> None:
    first = generations(folder)[0]
    switch(folder, second_generation(folder))
    built, new = build(folder)
    assert new and built.number == 3 and built.digest == first.digest
    kept = [one.number for one in generations(folder)]
    assert kept == [3, 2]


@pytest.mark.parametrize("pointer", [b"", b"gen-9", b"../../etc/passwd", b"\xff\xfe", b"gen-000009-abcdefabcdef.duckdb\n"])
def test_a_broken_pointer_falls_back_with_a_notice(folder: Path, pointer: bytes) -> None:
    (folder / "CURRENT").write_bytes(pointer)
    with open_store(folder) as store:
        assert store.notice is not None
        assert "python -m data build" in store.notice.message_en and "python -m data build" in store.notice.message_fr
        assert len(countries(store)) == 3


def test_a_missing_pointer_falls_back_with_a_notice(folder: Path) -> None:
    (folder / "CURRENT").unlink()
    with open_store(folder) as store:
        assert store.notice is not None and len(countries(store)) == 3


@pytest.mark.parametrize("damage", ["truncated", "empty", "text", "header", "missing"])
def test_a_damaged_generation_falls_back_to_the_one_before(folder: Path, damage: str) -> None:
    first, second = generations(folder)[0], second_generation(folder)
    switch(folder, second)
    content = second.path.read_bytes()
    if damage == "missing":
        second.path.unlink()
    else:
        second.path.write_bytes({
            "truncated": content[: len(content) // 3], "empty": b"", "text": b"not a database\n" * 1000,
            "header": b"\0" * 4096 + content[4096:],
        }[damage])
    with open_store(folder) as store:
        assert store.generation == first
        assert store.notice is not None and second.name in store.notice.message_en


def test_without_any_generation_the_error_says_how_to_mend(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "not there"):
        with pytest.raises(StoreUnavailable) as error:
            open_store(place)
        assert "python -m data build" in error.value.message_fr and str(place) in error.value.message_en


def test_building_mends_a_damaged_generation_in_use(folder: Path) -> None:
    generations(folder)[0].path.write_bytes(b"damaged")
    build(folder)
    with open_store(folder) as store:
        assert store.notice is None and len(countries(store)) == 3


def test_a_leftover_of_a_killed_build_is_cleaned(folder: Path) -> None:
    (folder / ".building-1.duckdb").write_bytes(b"half")
    (folder / ".CURRENT.1").write_bytes(b"half")
    build(folder)
    assert not list(folder.glob(".building-*")) and not list(folder.glob(".CURRENT.*"))


def test_two_builds_at_once_the_second_is_refused(folder: Path) -> None:
    with (folder / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(StoreBusy):
            build(folder)


def test_the_switch_is_seen_and_never_mixed(folder: Path) -> None:
    """Readers that open and query while the pointer moves always get a whole generation."""
    first, second = generations(folder)[0], second_generation(folder)
    wrong: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            with open_store(folder) as store:
                if store.notice is not None or len(countries(store)) != 3:
                    wrong.append(store.generation.name)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    with open_store(folder) as store:
        assert not store.changed()
        for number in range(40):
            switch(folder, (second, first)[number % 2])
        switch(folder, second)
        assert store.changed()
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong


def test_commands_say_what_happened_and_exit_as_documented(folder: Path, tmp_path: Path) -> None:
    assert command("build", store=folder).returncode == 0
    told = command("status", store=folder)
    assert told.returncode == 0 and "COD" in told.stdout and "4343" in told.stdout
    assert command("nonsense", store=folder).returncode == 2
    missing = command("status", store=tmp_path / "nowhere")
    assert missing.returncode == 4
    assert "python -m data build" in missing.stderr and "Traceback" not in missing.stderr
    (tmp_path / "file").write_text("in the way")
    blocked = command("build", store=tmp_path / "file" / "store")
    assert blocked.returncode == 4 and "Traceback" not in blocked.stderr


def test_a_generation_is_a_duckdb_file_with_the_named_tables(folder: Path) -> None:
    with duckdb.connect(str(generations(folder)[0].path), read_only=True) as connection:
        found = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert {"area", "return_flow", "indicator_value", "partner_activity", "source", "import_issue"} <= found


def in_use_opens(folder: Path) -> bool:
    with open_store(folder) as store:
        return store.notice is None and len(countries(store)) == 3


def test_a_build_killed_at_any_moment_leaves_a_whole_generation(folder: Path) -> None:
    """kill -9 after growing delays: CURRENT always names a generation that opens, and the next build cleans up."""
    switch(folder, second_generation(folder))  # its digest differs, so that every build has work to do
    for delay in (0.6, 1.0, 1.4, 1.8):
        builder = subprocess.Popen(
            [sys.executable, "-m", "data", "build"], cwd=ROOT, env={"ANCRAGE_STORE_DIR": str(folder), "PATH": ""},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        builder.kill()
        builder.wait()
        assert in_use_opens(folder)
    build(folder)
    assert in_use_opens(folder)
    assert not list(folder.glob(".building-*"))


@pytest.mark.parametrize("kilobytes", [0, 300, 7000])
def test_a_full_disk_leaves_the_old_generation_and_a_sentence(folder: Path, kilobytes: int) -> None:
    switch(folder, second_generation(folder))
    before = current_name(folder)
    limited = (
        f"import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes * 1024},) * 2); "
        "sys.argv = ['data', 'build']; runpy.run_module('data', run_name='__main__')")
    told = subprocess.run(
        [sys.executable, "-c", limited], cwd=ROOT, env={"ANCRAGE_STORE_DIR": str(folder), "PATH": ""}, capture_output=True,
        text=True, timeout=240, check=False)
    assert told.returncode == 4 and "Traceback" not in told.stderr and "ANCRAGE_STORE_DIR" in told.stderr
    assert current_name(folder) == before and in_use_opens(folder)
    assert not list(folder.glob(".building-*"))


def test_a_table_that_breaks_its_contract_is_never_switched_in(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    embedded = tmp_path / "embedded"
    shutil.copytree(EMBEDDED, embedded)
    areas = pd.read_parquet(embedded / "area.parquet")
    areas.loc[areas["pcode"] == "CD61", "population"] = -5.0
    areas.to_parquet(embedded / "area.parquet")
    monkeypatch.setattr("data.building.EMBEDDED", embedded)
    before = current_name(folder)
    with pytest.raises(DataError, match=r"area.*population.*-5"):
        build(folder)
    assert current_name(folder) == before and in_use_opens(folder)
    (embedded / "source.parquet").unlink()
    areas.assign(population=1.0).to_parquet(embedded / "area.parquet")
    with pytest.raises(DataError, match=r"source\.parquet"):
        build(folder)


def test_a_flipped_bit_is_refused_or_harmless_and_never_a_wrong_figure(store_folder: Path, tmp_path: Path) -> None:
    """DuckDB checks each block it reads: 40 flips, no wrong figure."""
    source = generations(store_folder)[0]
    content = source.path.read_bytes()
    with open_store(store_folder) as store:
        expected = returns_by_place(store, "COD")
    target = tmp_path / source.name
    (tmp_path / "CURRENT").write_text(source.name)
    for number in range(40):
        damaged = bytearray(content)
        damaged[(number * 7919 * 31) % len(content)] ^= 1 << number % 8
        target.write_bytes(damaged)
        try:
            with open_store(tmp_path) as store:
                pd.testing.assert_frame_equal(returns_by_place(store, "COD"), expected)
        except StoreUnavailable as error:
            assert "python -m data build" in error.message_en
