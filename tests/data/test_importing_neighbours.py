"""A real country that is not embedded gets a plan from its published files; collected only where those files are."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.data.conftest import RAW, ROOT
from tests.data.test_importing import command, rows

NEIGHBOURS = sorted({path.name[:3] for path in (RAW / "boundaries").glob("*_adm2.geojson")} - {"COD", "CAF"})


@pytest.mark.parametrize("iso3", NEIGHBOURS)
def test_a_real_country_that_is_not_embedded_gets_a_plan(store_folder: Path, tmp_path: Path, iso3: str) -> None:
    copy = tmp_path / "store"
    shutil.copytree(store_folder, copy)
    files = [*sorted((RAW / "boundaries").glob(f"{iso3}_adm*.geojson")), *sorted((RAW / "unhcr_returns").glob("*.csv"))]
    told = command("import", *map(str, files), "--country", iso3, store=copy)
    assert told.returncode == 0, told.stderr
    for kind in ("abroad", "internal"):
        difference = rows(copy, "SELECT max(abs(p.persons - h.persons)) FROM (SELECT year, sum(persons) persons FROM return_flow WHERE margin = 'place' AND "
                          f"kind = '{kind}' AND iso3 = '{iso3}' GROUP BY 1) p JOIN (SELECT year, sum(persons) persons FROM return_flow WHERE margin = 'host' "
                          f"AND kind = '{kind}' AND iso3 = '{iso3}' GROUP BY 1) h USING (year) WHERE year >= 2010")[0][0]
        assert difference in (0, None)
    out = tmp_path / "plan.json"
    planned = subprocess.run([sys.executable, "-m", "analytics", "plan", "--country", iso3, "--question", "target", "--json", str(out)], cwd=ROOT,
                             env={"ANCRAGE_STORE_DIR": str(copy), "PATH": ""}, capture_output=True, text=True, timeout=90, check=False)
    assert planned.returncode == 0, planned.stderr
    assert json.loads(out.read_text())["country"] == iso3
