"""The three countries as the method reads them, from a store built once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from analytics.inputs import PlanInputs
from data.planning import plan_inputs
from data.store import open_store


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], PlanInputs]:
    """Inputs of a country at a level; the same object each time it is asked for."""
    folder = tmp_path_factory.mktemp("store")
    subprocess.run(
        [sys.executable, "-m", "data", "build"],
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "ANCRAGE_STORE_DIR": str(folder)},
        check=True,
        capture_output=True,
        timeout=240,
    )
    read: dict[tuple[str, int], PlanInputs] = {}

    def inputs(iso3: str, level: int) -> PlanInputs:
        if (iso3, level) not in read:
            with open_store(folder) as store:
                read[iso3, level] = plan_inputs(store, iso3, level)
        return read[iso3, level]

    return inputs
