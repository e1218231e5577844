"""Large tables are read as sets: the same rows give the same store, counts and sentences as row by row; stopped anywhere, the store is whole."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from data.building import build
from data.generations import current_name
from data.importing.exporting import export_table
from data.importing.large_numbers import NumberedRows
from data.importing.large_reading import read_head
from data.importing.large_rows import bring_rows
from data.importing.process import Upload, start
from data.importing.progress import Terminal, stage_and_rows
from data.importing.reading import read_file
from data.importing.report import Report
from data.importing.run import import_files
from data.readers.issues import InputRefused
from data.store import Store, open_store
from data.workspace.actor import LOCAL
from tests.data.conftest import ROOT

ALWAYS = 0
NEVER = 10**9
FACTS = ("SELECT source_id, row_no, iso3, margin, kind, year, period_start, period_end, host_iso3, place, pcode, place_level, place_match, sex, age_band, "
         "flow_type, flow_detail, destination_home, round(persons, 6) AS persons FROM return_flow WHERE iso3 = 'CAF' ORDER BY ALL")


@pytest.fixture(scope="module")
def places(store: Store) -> list[tuple[str, str, str]]:
    """P-code and name of areas of level 2, with the P-code of their parent."""
    found = store.frame("SELECT pcode, name_fr, parent FROM area WHERE iso3 = 'CAF' AND level = 2 ORDER BY 1 LIMIT 12")
    return list(found.itertuples(index=False, name=None))


def both(store_folder: Path, tmp_path: Path, path: Path, **options: Any) -> tuple[Report, Report]:
    """The reports of one file read as a set and row by row, after their stores were found equal."""
    found, facts = [], []
    for name, large_from in (("sets", ALWAYS), ("rows", NEVER)):
        folder = tmp_path / name
        shutil.copytree(store_folder, folder)
        stages: set[str] = set()
        found.append(import_files([path], "CAF", folder=folder, large_from=large_from, progress=lambda stage, _, heard=stages: heard.add(stage), **options))
        assert ("checking" in stages) == (name == "sets")
        with duckdb.connect(str(folder / str(current_name(folder))), read_only=True) as connection:
            facts.append((connection.execute(FACTS).fetchall(), *(connection.execute(
                f"SELECT * FROM {name} ORDER BY ALL").fetchall() for name in ("cube_return_year", "cube_return_place", "cube_return_host")),
                connection.execute("SELECT * EXCLUDE (sha256) FROM source ORDER BY 1").fetchall()))
        assert not list(folder.glob(".building-*"))
        shutil.rmtree(folder)
    assert facts[0] == facts[1]
    for one in found[0].files:
        assert one.rows_read == one.accepted + one.set_aside + one.refused and one.repaired <= one.accepted
    sets, rows = (report.as_json() for report in found)
    assert sets["changes"] == rows["changes"]
    for left, right in zip(sets["files"], rows["files"], strict=True):
        assert left["issues"] == right["issues"]
        assert left == right
    return found[0], found[1]


def dirty(places: list[tuple[str, str, str]], rows: int, seed: int, fields: tuple[str, ...]) -> list[list[str]]:
    """Rows of a returns table with what is met in real files: other countries, copies, wrong periods and figures, unknown places and hosts."""
    dice = random.Random(seed)
    made: list[list[str]] = []
    for _ in range(rows):
        pcode, name, parent = dice.choice(places)
        row = {
            "country": dice.choice(["CAF"] * 12 + ["", "TCD", "République centrafricaine"]),
            "admin2_code": dice.choice([pcode] * 8 + [pcode.lower(), "", "XX999", f" {pcode} "]),
            "place": dice.choice([name] * 6 + [name.upper(), "Nowhere", name[:-1] + "x", ""]),
            "admin1_code": dice.choice([parent] * 3 + [""]),
            "date": dice.choice(["2023-01-15", "2023-02", "2023", "2022-Q3", "31/12/2022", "2024-05-06T10:00:00"] * 3 + ["soon", "", "2150", "1800", "n/a"]),
            "host country": dice.choice(["Chad", "CMR", "Soudan", "", "Atlantis", "CAF"]),
            "population group": dice.choice(["refugees", "IDPs", "déplacés internes", "others", ""]),
            "gender": dice.choice(["f", "m", "Femmes", "all", "", "x"]),
            "age_range": dice.choice(["0-4", "5-11", "12-17", "18-59", "60+", "all", "", "18-24", "unknown"]),
            "returnees": dice.choice(["1", "25", "1 250", "1,250", "12,5", "0", "7.5"] * 3 + ["abc", "", "-4", "<Null>", "1e3"]),
            "remark": dice.choice(["", "", "a", 'with "quotes"', "semi;colon, comma"]),
        }
        made.append([row[field] for field in fields])
        if dice.random() < 0.05:
            made.append(list(dice.choice(made)))
    return made


ALL_FIELDS = ("country", "admin2_code", "place", "date", "host country", "population group", "gender", "age_range", "returnees", "remark")


def written(path: Path, fields: tuple[str, ...], rows: list[list[str]], **options: Any) -> Path:
    text = io.StringIO(newline="")
    writer = csv.writer(text, **{"lineterminator": "\n", **options})
    writer.writerows([list(fields), *rows])
    path.write_bytes(text.getvalue().encode())
    return path


@pytest.mark.parametrize("fields", [
    ALL_FIELDS,
    ("admin2_code", "date", "gender", "age_range", "returnees"),
    ("place", "date", "population group", "returnees"),
    ("date", "host country", "returnees"),
    ("admin1_code", "place", "date", "gender", "returnees", "remark"),
    ("place", "date", "admin1_code", "returnees", "remark"),
], ids=["everything", "cells", "places", "hosts", "names within provinces", "by way of texts"])
def test_as_a_set_and_row_by_row_give_the_same_store_and_say_the_same(
    store_folder: Path, tmp_path: Path, places: list[tuple[str, str, str]], fields: tuple[str, ...], monkeypatch: pytest.MonkeyPatch,
) -> None:
    if fields[0] == "place" and fields[-1] == "remark":
        monkeypatch.setattr("data.importing.large_file.MOST_TEXTS", 5)
    sets, _ = both(store_folder, tmp_path, written(tmp_path / "a.csv", fields, dirty(places, 1500, len(fields), fields)))
    assert sets.generation and sets.files[0].accepted > 200 and sets.files[0].set_aside > 200


def test_figures_of_a_large_import_are_replaced_kept_rebuilt_and_exported_as_any_others(
    store_folder: Path, tmp_path: Path, places: list[tuple[str, str, str]], monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = tmp_path / "store"
    shutil.copytree(store_folder, first)
    lines = [f"{pcode},20{year},{sex},{10 + year}" for pcode, _, _ in places for year in range(12, 24) for sex in "fm"]
    path = tmp_path / "a.csv"
    path.write_text("pcode,date,sex,returnees\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert import_files([path], "CAF", folder=first, large_from=ALWAYS).generation
    told, facts = [], []
    again = [line.replace(",2023,f,", ",2023,f,1") for line in lines if ",2022,m," not in line]
    for large_from in (ALWAYS, NEVER):
        folder = tmp_path / str(large_from)
        shutil.copytree(first, folder)
        path.write_text("pcode,date,sex,returnees\n" + "\n".join(again) + "\n", encoding="utf-8")
        report = import_files([path], "CAF", folder=folder, large_from=large_from)
        told.append({kind: report.changes[kind] for kind in ("added", "changed", "removed")})
        with duckdb.connect(str(folder / str(current_name(folder))), read_only=True) as connection:
            facts.append(connection.execute(FACTS).fetchall())
    assert told[0] == told[1] == {"added": 0, "changed": 12, "removed": 12} and facts[0] == facts[1]
    folder = tmp_path / str(ALWAYS)
    path.write_text("place,start,end,returnees\nCF11,2011-01-01,2011-12-31,7\n", encoding="utf-8")
    assert import_files([path], "CAF", folder=folder, large_from=NEVER).generation
    kept = persons(folder)
    with duckdb.connect(str(folder / str(current_name(folder))), read_only=True) as connection:
        assert connection.execute("SELECT sum(persons) FROM return_flow WHERE source_id LIKE 'import%' AND year = 2011").fetchall() == [(7,)]
        numbered = connection.execute("SELECT count(*) FROM return_cell").fetchall()[0][0]
    monkeypatch.setattr("data.building.content_hash", lambda: "0" * 12)
    generation, new = build(folder)
    assert new and persons(folder) == kept
    with duckdb.connect(str(generation.path), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM return_cell").fetchall()[0][0] == numbered == len(again)
    with open_store(folder) as store:
        assert export_table(store, "returns", "CAF", tmp_path / "out.csv") >= len(again)


def test_a_place_known_only_by_the_area_above_it_is_said_in_a_set_too(
    store: Store, store_folder: Path, tmp_path: Path, places: list[tuple[str, str, str]],
) -> None:
    name = str(store.frame("SELECT name_fr FROM area WHERE pcode = ?", [places[0][2]])["name_fr"].iloc[0])
    rows = [[name, place, "2023", "5"] for place in ("Nowhere", places[0][1], "Nowhere else")]
    sets, _ = both(store_folder, tmp_path, written(tmp_path / "a.csv", ("admin1_name", "place", "year", "returnees"), rows))
    assert [issue["row"] for issue in sets.files[0].issues if issue["code"] == "placed_above"] == [2, 4]


def test_totals_beside_their_parts_count_once_in_a_set_too(store_folder: Path, tmp_path: Path, places: list[tuple[str, str, str]]) -> None:
    dice = random.Random(5)
    fields = ("admin2_code", "date", "gender", "age_range", "returnees")
    rows = [[pcode, f"20{year}", sex, age, str(dice.randint(0, 90))] for pcode, _, _ in places for year in range(12, 22)
            for sex in ("f", "m", "all", "x") for age in ("0-4", "18-59", "all", "20-30") if dice.random() < 0.4]
    sets, _ = both(store_folder, tmp_path, written(tmp_path / "a.csv", fields, rows))
    assert "parts_exceed_total" in {issue["code"] for issue in sets.files[0].issues}


ODD = "\ufeffpcode,date,returnees,place\nCF11,2023,5,\"a \"\"b\"\", c\"\nCF11,2022,6,x\nCF12,2023,7,y\nCF12,2023,7,y\n"


MORE = "CF11,2023,1,filler\n" * 600


@pytest.mark.parametrize(("name", "content"), [
    ("a.csv", ODD.encode()),
    ("a.csv", ODD.replace("\n", "\r\n").encode()),
    ("a.csv", ODD.replace("\n", "\r").encode()),
    ("a.csv", ODD.encode("utf-16")),
    ("a.csv", ODD.replace("a ", "é à ").replace("\ufeff", "").encode("cp1252")),
    ("a.csv", ODD.replace(",", ";").encode()),
    ("a.csv", ODD.replace(" c", "line\nend").encode()),
    ("a.csv", ODD.replace(",x\n", ',x"y\n').encode()),
    ("a.csv", ODD.replace(",x\n", "\n").encode()),
    ("a.csv", ODD.replace(",x\n", ",x,more,cells\n").encode()),
    ("a.csv", (ODD + MORE + "CF11,2023,1,x\x00\n").encode()),
    ("a.csv", (ODD + MORE).encode() + "CF11,2023,1,été\n".encode("cp1252") + b"CF11,2024,1,z\n"),
    ("a.csv", ODD.replace("\nCF12", "\n\n\nCF12").encode() + b"\n\n\n"),
    ("a.csv", ODD.replace("\nCF12", "\n,,,\n , ,\u00a0,\nCF12").encode()),
    ("a.csv", ODD.replace("pcode", "Returns of the year\n\npcode").encode()),
    ("a.csv", ODD.replace("CF11,2023", "#adm1+code,#date,#affected+returnees,#loc\nCF11,2023").encode()),
    ("a.csv.gz", gzip.compress(ODD.encode())),
])
def test_files_of_every_form_are_read_alike(tmp_path: Path, name: str, content: bytes) -> None:
    path, out = tmp_path / name, tmp_path / "out"
    path.write_bytes(content)
    out.mkdir()
    _, frame, issues = read_file(path)[0]
    head = read_head(path, path.name, out, lambda *_: None, most_texts=100)
    wanted = {f"c{number}": column for number, column in enumerate(frame.columns)}
    (out / "seen.json").write_text(json.dumps(head))
    (out / "wanted.json").write_text(json.dumps(wanted))
    met = bring_rows(out, path.name, lambda *_: None)["issues"]
    with duckdb.connect(str(out / "rows.duckdb"), read_only=True) as connection:
        rows = connection.execute(f"SELECT rowid + {head['skip'] + 1} AS row_no, {', '.join(wanted)} FROM rows ORDER BY 1").df().set_index("row_no")
    if head["coded"]:
        with duckdb.connect() as connection:
            NumberedRows(out, head, wanted).write_texts(connection)
            numbered = connection.execute(f"SELECT rowid + {head['skip'] + 1} AS row_no, {', '.join(wanted)} FROM rows ORDER BY 1").df().set_index("row_no")
        pd.testing.assert_frame_equal(numbered, rows)
    rows = rows[[any(cell.strip() for cell in row) for row in rows.to_numpy()]].rename(columns=wanted)
    assert rows.to_dict("index") == frame.to_dict("index") and len(rows) >= 4
    assert head["hxl"] == frame.attrs["hxl"]
    told = [list(row[2:]) for row in issues.rows if row[6] != "empty_line"]
    assert sorted(map(str, [*met, *head["issues"]])) == sorted(map(str, told))


def test_a_large_table_may_come_in_an_archive(store_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(store_folder, tmp_path / "store")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("folder/returns.csv", ODD)
    report = import_files([tmp_path / "a.zip"], "CAF", folder=tmp_path / "store", large_from=ALWAYS)
    assert report.generation and (report.files[0].accepted, report.files[0].set_aside) == (3, 1)


def plain(path: Path, places: list[tuple[str, str, str]], rows: int) -> Path:
    """Distinct rows of figures by day, place, sex."""
    days = [f"20{year}-{month:02}-{day:02}" for year in range(10, 24) for month in range(1, 13) for day in range(1, 29)]
    lines = (f"{places[k % len(places)][0]},{days[k // len(places) % len(days)]},{'fm'[k // len(places) // len(days) % 2]},{k % 90 + 1}" for k in range(rows))
    path.write_text("pcode,date,sex,returnees\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def persons(folder: Path) -> float:
    with duckdb.connect(str(folder / str(current_name(folder))), read_only=True) as connection:
        found: float = connection.execute("SELECT sum(persons) FROM return_flow WHERE iso3 = 'CAF' AND margin = 'place'").fetchall()[0][0]
    return found


@pytest.mark.parametrize("stage", ["data.importing.large_returns.Coded._code_rows", "data.importing.merging.add_cells", "data.building.switch"])
def test_killed_while_a_large_table_is_brought_the_store_is_the_old_or_the_new_one(
    store_folder: Path, tmp_path: Path, places: list[tuple[str, str, str]], stage: str,
) -> None:
    folder, path = tmp_path / "store", plain(tmp_path / "a.csv", places, 2000)
    shutil.copytree(store_folder, folder)
    before, old = current_name(folder), persons(folder)
    owner, _, name = stage.rpartition(".")
    program = (f"import os, signal, pydoc\nowner = pydoc.locate({owner!r})\nold = owner.{name}\n"
               f"def kill(*a, **k):\n    old(*a, **k)\n    os.kill(os.getpid(), signal.SIGKILL)\nowner.{name} = kill\nfrom pathlib import Path\n"
               "import data.building, data.importing.run as run\n"
               f"run.import_files([Path({str(path)!r})], 'CAF', folder=Path({str(folder)!r}), large_from=0)")
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False, timeout=120).returncode == -9
    assert (persons(folder) == old) == (current_name(folder) == before)
    assert list(folder.glob(".building-*")) or stage == "data.building.switch"
    build(folder)
    assert not list(folder.glob(".building-*"))


@pytest.mark.parametrize("kilobytes", [20, 400, 3000])
def test_a_full_disk_under_a_large_table_leaves_the_old_generation_and_a_sentence(
    store_folder: Path, tmp_path: Path, places: list[tuple[str, str, str]], kilobytes: int,
) -> None:
    folder, path = tmp_path / "store", plain(tmp_path / "a.csv", places, 20_000)
    shutil.copytree(store_folder, folder)
    before = current_name(folder)
    program = (f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes * 1024},) * 2)\nfrom pathlib import Path\n"
               "from data.__main__ import sentences\nfrom data.importing.run import import_files\nwith sentences():\n"
               f"    print(import_files([Path({str(path)!r})], 'CAF', folder=Path({str(folder)!r}), large_from=0))")
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False, timeout=120, capture_output=True, text=True)
    assert told.returncode == 4 and "Nothing has changed" in told.stderr and "Traceback" not in told.stderr, (told.stderr, told.stdout)
    assert current_name(folder) == before and not list(folder.glob(".building-*"))


def test_a_large_import_that_is_stopped_leaves_the_old_generation_and_nothing_else(
    store_folder: Path, tmp_path: Path, places: list[tuple[str, str, str]], monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "store"
    shutil.copytree(store_folder, folder)
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(folder))
    monkeypatch.setenv("ANCRAGE_WORKSPACE_URL", f"sqlite:///{tmp_path / 'workspace.sqlite'}")
    before = {path.name for path in folder.iterdir()} | {".lock"}
    upload = Upload("CAF")
    plain(upload.folder / "a.csv", places, 110_000)
    running = start(LOCAL, upload, dry_run=False)
    while not running.is_done and stage_and_rows(running.progress()[0])[0] not in ("reading", "checking", "adding"):
        pass
    running.cancel()
    upload.forget()
    assert running.process.returncode != 0 and {path.name for path in folder.iterdir()} <= before and current_name(folder) in before


def test_a_large_table_of_another_kind_brings_the_rows_of_its_country(store_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.importing.large_file.MAX_ROWS", 50)
    monkeypatch.setattr("data.importing.limits.MAX_ROWS", 500)
    shutil.copytree(store_folder, tmp_path / "store")
    lines = [f"{iso3},{iso3},EC6,{k},2024" for k in range(30) for iso3 in ("CAF", "TCD", "CMR")]
    (tmp_path / "a.csv").write_text("country,pcode,indicator,value,year\n" + "\n".join(lines) + "\n")
    report = import_files([tmp_path / "a.csv"], "CAF", folder=tmp_path / "store", large_from=ALWAYS)
    one = report.files[0]
    assert (one.rows_read, one.accepted + one.set_aside) == (90, 90) and one.set_aside >= 60, one.issues[:5]
    assert any(issue["code"] == "other_countries" and issue["value"] == "60" for issue in one.issues)


def test_personal_columns_and_unknown_tables_are_refused_before_the_rows_are_read(store_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    shutil.copytree(store_folder, folder)
    for heading, said in (("phone number", "phone number"), ("zzz", "no table recognised")):
        path = tmp_path / "a.csv"
        path.write_text(f"pcode,{heading}\n" + "CF11,5\n" * 40)
        heard: list[str] = []
        report = import_files([path], "CAF", folder=folder, large_from=ALWAYS, progress=lambda stage, _, heard=heard: heard.append(stage))
        assert report.is_refused and said in report.files[0].issues[0]["message_en"] and "checking" not in heard
        assert not list(folder.glob(".building-*"))


@pytest.mark.parametrize(("name", "content"), [
    ("a.csv", b"a," * 2**21 + b"a\n"),
    ("a.csv", b"a,b\n1,2\n" + bytes(2**22)),
    ("a.csv", b"a," * 999_999 + b"a\n" + b"1," * 999_999 + b"1\n"),
    ("a.csv.gz", gzip.compress(bytes(2**20) * 64, 1)),
    ("a.csv.gz", gzip.compress(b"a,b\n1,2\n" * 1000)[:40]),
    ("a.csv.gz", gzip.compress(b"a,b\n" + b"\x00\x01" * 5000)),
    ("a.csv", b"\n\n\n"),
], ids=["line of megabytes", "nuls", "a million columns", "bomb", "cut short", "binary", "empty lines"])
def test_a_hostile_large_table_is_refused_with_a_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputRefused, match=name):
        read_head(path, path.name, tmp_path, lambda *_: None)


@pytest.mark.parametrize("end", ["", "3\n"], ids=["even", "a row too short"])
def test_a_cell_too_long_far_down_a_large_table_is_refused(tmp_path: Path, end: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "1,2\n" * 9000 + "1," + "9" * 40_000 + "\n" + end)
    (tmp_path / "wanted.json").write_text('{"a": "a", "b": "b"}')
    with pytest.raises(InputRefused, match="32767"):
        (tmp_path / "seen.json").write_text(json.dumps(read_head(path, path.name, tmp_path, lambda *_: None)))
        bring_rows(tmp_path, path.name, lambda *_: None)


def test_a_terminal_says_the_share_the_rows_and_the_time_left_on_one_line() -> None:
    out = io.StringIO()
    terminal = Terminal(out, started=time.perf_counter() - 30)
    terminal.say("reading (1250000)", 0.25)
    terminal.say("done", 1.0)
    first, last = out.getvalue().split("\r")[1:]
    assert first.startswith(" 25% reading, 1,250,000 rows, about ") and 85 < float(first.split("about ")[1].split(" s")[0]) < 100
    assert last.rstrip() == "100% done" and last.endswith("\n") and "\n" not in first
