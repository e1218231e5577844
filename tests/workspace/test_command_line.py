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


def planned(store: Path, *arguments: str) -> dict:
    environment = {name: value for name, value in os.environ.items() if name != "ANCRAGE_WORKSPACE_URL"} | {"ANCRAGE_STORE_DIR": str(store)}
    done = subprocess.run([sys.executable, "-m", "analytics", "plan", *arguments], cwd=HOUSE, env=environment, capture_output=True, text=True)
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
