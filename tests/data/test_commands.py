"""What every command does with input it cannot use: an exit code as documented, a sentence in both languages, nothing changed."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from analytics.__main__ import commands as planning
from data.__main__ import app
from data.generations import current_name

ROWS = "pcode,year,kind,returnees\nCD61,2026,abroad,1200\n"


@pytest.fixture(scope="module")
def own_store(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store no other test holds open: commands open it their own way."""
    return Path(shutil.copytree(store_folder, tmp_path_factory.mktemp("commands") / "store"))


@pytest.fixture
def files(own_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files to hand over, beside a store that none of them may change."""
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(own_store))
    monkeypatch.setenv("ANCRAGE_WORKSPACE_URL", f"sqlite:///{tmp_path / 'workspace.sqlite'}")
    for name, text in {"rows.csv": ROWS, "broken.json": "{nope", "other.json": '{"budget": 5}', "list.json": "[]"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "bytes.json").write_bytes(b"PK\x03\x04\xff\xfe")
    return tmp_path


def run(files: Path, line: str, main: object = app) -> Result:
    return CliRunner().invoke(main, [word.replace("@", f"{files}/") for word in line.split()])  # type: ignore[arg-type]


@pytest.mark.parametrize(("line", "code", "french", "english"), [
    ("import @none.csv --country COD --dry-run", 3, "fichier absent", "no such file"),
    ("import @rows.csv --country COD --dry-run --mapping @none.json", 3, "ne peut être ni lu", "can be neither read"),
    ("import @rows.csv --country COD --dry-run --mapping @broken.json", 3, "ce ne sont pas", "these are no confirmed"),
    ("import @rows.csv --country COD --dry-run --mapping @other.json", 3, "ce ne sont pas", "these are no confirmed"),
    ("import @rows.csv --country COD --dry-run --mapping @list.json", 3, "ce ne sont pas", "these are no confirmed"),
    ("export nosuch --country COD --out @x.csv", 3, "inconnu", "Unknown table"),
    ("export returns --country XXX --out @x.csv", 3, "inconnu", "Unknown country"),
    ("template nosuch --out @x.xlsx", 3, "inconnu", "Unknown table"),
    ("release --country XXX", 3, "inconnu", "Unknown country"),
    ("audit", 3, "Rien n'est publié", "Nothing is published"),
    ("undo", 3, "Rien à annuler", "Nothing to undo"),
    ("restore @none", 3, "none", "none"),
    ("roles grant me@example.org king", 3, "king", "king"),
])
def test_what_cannot_be_used_is_said_in_french_then_in_english(files: Path, line: str, code: int, french: str, english: str) -> None:
    told = run(files, line)
    assert told.exit_code == code, told.output
    said = told.stderr.strip().splitlines()
    assert french in said[-2] and english in said[-1]


@pytest.mark.parametrize("line", [
    "import @rows.csv --country COD --json @no/report.json", "export returns --country COD --out @no/x.csv", "export boundaries --country COD --out @",
    "template returns --out @no/x.xlsx", "release --json @no/report.json", "audit --json @no/report.json",
    "fetch unhcr --country COD --json @no/report.json", "log --last 0"])
def test_a_place_that_cannot_be_written_is_known_before_the_work(files: Path, line: str, own_store: Path) -> None:
    before = current_name(own_store)
    told = run(files, line)
    assert told.exit_code == 2 and ("Error" in told.stderr or len(told.stderr.splitlines()) == 2), told.output
    assert current_name(own_store) == before


@pytest.mark.parametrize("line", ["status", "export returns --country COD --out @x.csv", "release"])
def test_without_a_store_every_command_says_how_to_make_one(files: Path, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(files / "nowhere"))
    told = run(files, line)
    assert told.exit_code == 4
    assert told.stderr.count("python -m data build") == 2


def test_the_report_of_an_import_holds_what_is_promised(files: Path) -> None:
    told = run(files, "import @rows.csv --country COD --dry-run --json @report.json")
    assert told.exit_code == 0, told.output
    report = json.loads((files / "report.json").read_text(encoding="utf-8"))
    assert set(report) == {"files", "changes", "generation"} and report["generation"] is None
    assert {"added", "changed", "removed"} <= set(report["changes"]) and report["changes"]["added"] == 1
    (one,) = report["files"]
    assert {"file", "sheet", "table", "country", "rows_read", "accepted", "repaired", "set_aside", "refused", "join_rate_rows", "join_rate_persons",
            "mapping", "issues"} <= set(one)
    assert one["rows_read"] == one["accepted"] + one["set_aside"] + one["refused"] == 1
    assert (one["table"], one["country"], one["mapping"]["returnees"]) == ("returns", "COD", "persons")


@pytest.mark.parametrize(("line", "code", "says"), [
    ("plan --country XXX", 3, "Unknown country"),
    ("plan --country COD --level 9", 3, "no planning level 9"),
    ("plan --country COD --question nosuch", 2, "nosuch"),
    ("plan --country COD --budget -5", 3, "scenario, budget: must be at least 0"),
    ("plan --country COD --set nofield=3", 3, "scenario, nofield: no such field. The page Method lists them all"),
    ("plan --country COD --set host_share", 2, "write field=value"),
    ("plan --country COD --scenario @none.json", 3, "can be neither read nor written (it does not exist)"),
    ("plan --country COD --set count_abroad=perhaps --language en", 3, "scenario, count_abroad: must be true or false"),
    ("plan --country COD --set count_abroad=perhaps --language fr", 3, "scénario, count_abroad : il faut true ou false"),
    ("plan --country COD --set start=2026-99-01", 3, "scénario, start : il faut une date comme 2026-03-01"),
    ('plan --country COD --set dimension_weights={"social":1}', 3, "scénario, dimension_weights : il faut exactement economic, social"),
    ("plan --country COD --set caps.Z9=1 --question in_place", 3, "scénario, caps.Z9 : pas d'intervention de ce code"),
    ("plan --country COD --scenario @broken.json", 3, "unreadable at line 1"),
    ("plan --country COD --json @no/plan.json", 2, "stands in none"),
    *[(f"explain --plan @{name}.json --intervention A16 --scope area:CD61 --language {language}", 3, said) for name, language, said in (
        ("none", "fr", "il n'existe pas"), ("none", "en", "it does not exist"), ("broken", "en", "is no plan"), ("other", "en", "is no plan"),
        ("bytes", "fr", "n'est pas un plan"))],
])
def test_a_plan_that_cannot_be_made_or_read_is_said_in_a_sentence(files: Path, line: str, code: int, says: str) -> None:
    told = run(files, line, planning)
    assert told.exit_code == code, told.output
    assert says in " ".join(told.stderr.split()), told.stderr


def test_a_period_that_is_none_is_a_wrong_use_of_the_command(files: Path) -> None:
    told = run(files, "import @rows.csv --country COD --dry-run --period soon")
    assert told.exit_code == 2 and told.stderr.splitlines()[1].startswith("“soon” is no period")


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_an_import_that_is_stopped_says_that_nothing_changed(files: Path, own_store: Path, stop: signal.Signals) -> None:
    before = sorted(path.name for path in own_store.iterdir() if path.name != ".lock")
    program = [sys.executable, "-m", "data", "import", str(files / "rows.csv"), "--country", "COD", "--progress"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        # its first word says that it has begun
        assert process.stdout is not None and process.stdout.readline()
        process.send_signal(stop)
        _, said = process.communicate(timeout=240)
    assert process.returncode == 128 + stop
    assert said.strip().splitlines()[-2:] == ["Arrêté ; les données en usage n'ont pas changé.", "Stopped; the data in use have not changed."]
    assert sorted(path.name for path in own_store.iterdir() if path.name != ".lock") == before


def test_a_refusal_follows_the_language_asked_for_and_comes_in_both_when_none_is(files: Path) -> None:
    line = "plan --country COD --set budget=abc"
    french, english = 'scénario, budget : il faut un nombre (donné : "abc")\n', 'scenario, budget: must be a number (given: "abc")\n'
    for language, said in ((" --language fr", french), (" --language en", english), ("", french + english)):
        assert run(files, line + language, planning).stderr == said
