"""Whole plans of the three countries, each beside the settings that made it: a change of the method shows as a changed file.

After a change that is meant: `python -m tests.golden.test_golden_plans`, then read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from analytics.compute import plan
from analytics.plan import Plan
from analytics.scenario import differences, scenario_from
from data.planning import plan_inputs
from data.store import Store, open_store

HERE = Path(__file__).parent
CASES: dict[str, dict[str, Any]] = {
    f"{iso3}-{level}-{name}": {"country": iso3, "level": level, "settings": settings}
    for iso3, level in (("COD", 1), ("CAF", 2), ("CAF", 1), ("AFG", 1))
    for name, settings in (
        ("in-place", {"question": "in_place"}),
        ("target", {"question": "target"}),
        ("budget-5m", {"question": "budget", "budget": 5_000_000}),
    )
}
TOTALS = (
    "cost", "demand", "coverage", "coverage_in_place", "person_services", "expected_returns", "conditions", "conditions_met",
    "provisional_share", "balanced_share", "objective",
)  # fmt: skip
TOLERANCE = 0.005
"""A plan is proven to 0.5 %: on another machine the solver may stop at another plan within that."""


def summary(answer: Plan) -> dict[str, Any]:
    """What a reader would compare first: the settings, headlines, stance by area, units by intervention."""
    units: dict[str, int] = defaultdict(int)
    for line in answer.lines:
        units[line.intervention] += line.units
    totals = answer.totals.model_dump()
    return {
        "country": answer.country,
        "level": answer.level,
        "model_version": answer.model_version,
        "settings": differences(scenario_from(answer.scenario)) | {"question": answer.question},
        "totals": {name: _short(totals[name]) for name in TOTALS},
        "stances": {area.pcode: area.stance for area in answer.areas},
        "gap": {area.pcode: _short(sum(cell.gap or 0.0 for cell in area.sectors.values())) for area in answer.areas},
        "units": dict(sorted(units.items())),
    }


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return built(tmp_path_factory.mktemp("store"))


def built(folder: Path) -> Store:
    command = [sys.executable, "-m", "data", "build"]
    environment = {**os.environ, "ANCRAGE_STORE_DIR": str(folder)}
    subprocess.run(command, cwd=HERE.parents[1], env=environment, check=True, capture_output=True, timeout=240)
    return open_store(folder)


def solved(store: Store, case: str) -> dict[str, Any]:
    asked = CASES[case]
    return summary(plan(plan_inputs(store, asked["country"], asked["level"]), scenario_from(asked["settings"])))


@pytest.mark.parametrize("case", CASES)
def test_the_plan_is_the_one_that_was_agreed(store: Store, case: str) -> None:
    golden = json.loads((HERE / f"{case}.json").read_text(encoding="utf-8"))
    found = json.loads(json.dumps(solved(store, case)))
    for part in ("country", "level", "model_version", "settings", "stances"):
        assert found[part] == golden[part], part
    for part, tolerance in (("totals", TOLERANCE), ("gap", 1e-6)):
        assert {name for name, figure in found[part].items() if figure is None} == {n for n, figure in golden[part].items() if figure is None}
        assert _known(found[part]) == pytest.approx(_known(golden[part]), rel=tolerance), part
    if golden["settings"]["question"] == "target":  # the cheapest plan has little freedom; a budget may be spent in several ways
        assert found["units"].keys() == golden["units"].keys()
    assert sum(found["units"].values()) == pytest.approx(sum(golden["units"].values()), rel=0.05)


def _known(figures: dict[str, float | None]) -> dict[str, float]:
    return {name: figure for name, figure in figures.items() if figure is not None}


def _short(figure: Any) -> Any:
    return float(f"{figure:.8g}") if isinstance(figure, float) else figure


def main() -> None:
    """Write every golden file anew."""
    with tempfile.TemporaryDirectory() as folder, built(Path(folder)) as store:
        for case in CASES:
            text = json.dumps(solved(store, case), indent=1, ensure_ascii=False)
            (HERE / f"{case}.json").write_text(text + "\n", encoding="utf-8")
            print(case)


if __name__ == "__main__":
    main()
