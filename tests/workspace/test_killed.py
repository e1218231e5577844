"""What was acknowledged is there after the process was killed in the middle of its work (FINDINGS 21)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from data.workspace import scenarios
from data.workspace.schema import open_workspace
from tests.workspace.conftest import AWA

HOUSE = Path(__file__).resolve().parents[2]
WRITER = """
import sys
from data.workspace import scenarios
from data.workspace.actor import LOCAL
from data.workspace.schema import open_workspace
engine = open_workspace(sys.argv[1])
while True:
    made = scenarios.create(engine, LOCAL, scenarios.Content("COD", 1, "A", "", {"budget": 1.0}))
    print(made.scenario_id, flush=True)
"""


def test_no_acknowledged_scenario_is_lost_when_writers_are_killed(tmp_path):
    url = f"sqlite:///{tmp_path / 'w.sqlite'}"
    open_workspace(url).dispose()
    acknowledged: set[str] = set()
    for _ in range(3):
        writers = [subprocess.Popen([sys.executable, "-c", WRITER, url], cwd=HOUSE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        for writer in writers:
            assert writer.stdout is not None
            acknowledged.update(writer.stdout.readline().strip() for _ in range(15))
        for writer in writers:
            writer.kill()
        for writer in writers:
            # a line cut short by the kill was never acknowledged
            acknowledged.update(line.strip() for line in writer.communicate()[0].splitlines(keepends=True) if line.endswith("\n"))
    engine = open_workspace(url)
    kept = scenarios.listed(engine, AWA)
    assert len(acknowledged) > 60
    assert acknowledged <= {one.id for one in kept} and all(one.latest.intact for one in kept)
