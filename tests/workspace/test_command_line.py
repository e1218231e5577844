"""`python -m analytics plan` computes with what the programme entered, and opens the files the page Scenarios writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from analytics.scenario import Scenario
from data.building import build
from data.workspace import entries, scenario_file
from data.workspace.actor import LOCAL
from data.workspace.scenarios import Content
from data.workspace.schema import open_workspace

HOUSE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    build(folder)
    return folder


def ran(store: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "ANCRAGE_WORKSPACE_URL"} | {"ANCRAGE_STORE_DIR": str(store)}
    return subprocess.run([sys.executable, "-m", "analytics", "plan", *arguments], cwd=HOUSE, env=environment, capture_output=True, text=True)


def planned(store: Path, *arguments: str) -> dict:
    done = ran(store, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_command_computes_with_what_was_entered(store, tmp_path):
    asked = ("--country", "AFG", "--question", "in_place")
    before = planned(store, *asked)
    assert not (store / "workspace.sqlite").exists()
    engine = open_workspace(f"sqlite:///{store / 'workspace.sqlite'}")
    score = {"country": "AFG", "pcode": "AFG", "indicator": "PO1", "value": 1, "evidence": "", "assessor": "Awa", "assessed_on": "2026-11-01"}
    entries.enter(engine, LOCAL, "score", score)
    entries.enter(engine, LOCAL, "price", {"country": "AFG", "intervention": "A16", "low": 1, "mode": 2, "high": 3})
    after = planned(store, *asked)
    assert before["areas"][0]["capacity_parts"]["policy"] == 0.4 and after["areas"][0]["capacity_parts"]["policy"] == 1.0
    assert after["scenario"]["prices"] == {"A16": {"low": 1.0, "mode": 2.0, "high": 3.0}}
    file = tmp_path / "s.json"
    file.write_text(scenario_file.written(Content("AFG", 1, "A", "", Scenario(horizon_months=24).model_dump(mode="json"))))
    assert planned(store, *asked, "--scenario", str(file))["scenario"]["horizon_months"] == 24


LEFT_OUT = {
    "fr": ("« magic » est inconnu", "a 1000000 entrées", "« prices, A16 » ne peut pas être « 0", "« cher »", "« stance_overrides, AF99 » est laissé"),
    "en": ("“magic” is unknown", "has 1000000 entries", "“prices, A16” cannot be “0", "“cher”", "“stance_overrides, AF99” is left out: no such area"),
}


@pytest.mark.parametrize("language", LEFT_OUT)
def test_what_a_scenario_file_cannot_give_is_a_sentence_in_the_language_asked_for_and_the_rest_is_computed(store, tmp_path, language):
    fine = {"low": 1, "mode": 2, "high": 3}
    wrong = {
        "horizon_months": 24,
        "magic": 1,
        "area_weights": {f"X{n}": 1.0 for n in range(1_000_000)},
        "prices": {"A16": {"low": 0, "mode": 0, "high": 0}, "A17": {"low": 1, "mode": "cher", "high": 3}, "A18": fine},
        "stance_overrides": {"AF99": {"stance": "support", "reason": "décidé"}, "AF01": {"stance": "watch", "reason": "décidé"}},
    }
    file = tmp_path / "s.json"
    file.write_text(json.dumps(wrong))
    done = ran(store, "--country", "AFG", "--question", "in_place", "--scenario", str(file), "--language", language)
    assert done.returncode == 0, done.stderr
    used = json.loads(done.stdout)["scenario"]
    assert (used["horizon_months"], used["area_weights"], used["prices"]["A18"]) == (24, {}, {name: float(value) for name, value in fine.items()})
    assert list(used["stance_overrides"]) == ["AF01"]
    said = [line for line in done.stderr.splitlines() if line.startswith(str(file))]
    for about in LEFT_OUT[language]:
        assert sum(about in line for line in said) == 1, (about, said)
    assert len(said) == 5


@pytest.mark.parametrize(
    ("text", "says"), [('{"budget": 3', "cut short at line 1"), ('{"budget": 3, "schema_version": 99}', "newer version (99)"), ("[]", "holds no scenario")]
)
def test_a_file_of_which_nothing_can_be_used_is_refused_with_a_sentence(store, tmp_path, text, says):
    file = tmp_path / "s.json"
    file.write_text(text)
    done = ran(store, "--country", "AFG", "--question", "in_place", "--scenario", str(file))
    assert done.returncode == 3 and says in done.stderr and "Traceback" not in done.stderr and not done.stdout
