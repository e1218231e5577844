"""A store built once for the tests of this folder; the raw files only where the shared folder stands beside the project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.building import build
from data.store import Store, open_store

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT.parent / "shared" / "data" / "raw"

collect_ignore = [] if RAW.is_dir() else ["test_published_figures.py", "test_importing_neighbours.py"]


@pytest.fixture(scope="session")
def store_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    build(folder)
    return folder


@pytest.fixture(scope="session")
def store(store_folder: Path) -> Iterator[Store]:
    with open_store(store_folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def raw() -> Path:
    return RAW
