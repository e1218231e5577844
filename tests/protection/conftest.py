"""One store and one release of one country for the tests of this folder; a copy for whoever changes something."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.building import build
from data.protection import Audience, open_release
from data.protection.publishing import make_release
from data.store import Store, open_store

COUNTRY = "CAF"
AUDIENCES: tuple[Audience, ...] = ("inside", "outside")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    build(folder)
    report = make_release(folder, country=COUNTRY)
    assert (report.number, report.leaks) == (1, [])
    return folder


@pytest.fixture
def folder(published: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    return Path(shutil.copytree(published, tmp_path / "store"))


@pytest.fixture(scope="session", params=AUDIENCES)
def release(published: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    with open_release(request.param, published) as opened:
        yield opened


@pytest.fixture(scope="session")
def store(published: Path) -> Iterator[Store]:
    with open_store(published) as opened:
        yield opened
