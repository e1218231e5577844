"""One real server a session; a watched page a test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.serving import ROOT, running, serve_map_app
from tests.browser.visit import Visitor


@pytest.fixture(scope="session")
def built_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store built from the embedded dataset in a folder of its own."""
    folder = tmp_path_factory.mktemp("store")
    subprocess.run(
        [sys.executable, "-m", "data", "build"], cwd=ROOT, env={**os.environ, "ANCRAGE_STORE_DIR": str(folder)}, check=True,
        capture_output=True, timeout=240)
    return folder


@pytest.fixture(scope="session")
def dashboard(built_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the real server on a built store and an empty workspace."""
    log = tmp_path_factory.mktemp("server") / "server.log"
    environment = {
        "ANCRAGE_STORE_DIR": str(built_store),
        "ANCRAGE_WORKSPACE_URL": f"sqlite:///{log.parent / 'workspace.sqlite'}",
    }
    with running([str(ROOT / "server.py")], log=log, environment=environment) as server:
        yield server.address


@pytest.fixture(scope="session")
def map_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the page that holds nothing but the map."""
    with serve_map_app(tmp_path_factory.mktemp("map")) as address:
        yield address


@pytest.fixture
def visitor(browser: Browser, dashboard: str) -> Iterator[Visitor]:
    """Opens pages of the dashboard: `visitor.open("/plan", language="en", theme="dark", width=390)`."""
    yield from _watched(browser, dashboard)


@pytest.fixture
def map_visitor(browser: Browser, map_address: str) -> Iterator[Visitor]:
    """Opens the page that holds nothing but the map: `map_visitor.open(areas=26, scale="stance")`."""
    yield from _watched(browser, map_address)


@pytest.fixture
def language() -> str:
    """Language of `page`; a test overrides it with `@pytest.mark.parametrize("language", ["fr", "en"])`."""
    return "fr"


@pytest.fixture
def theme() -> str:
    """Theme of `page`, light or dark; overridden as `language`."""
    return "light"


@pytest.fixture
def viewport() -> tuple[int, int]:
    """Width and height of `page`; overridden as `language`."""
    return (1280, 900)


@pytest.fixture
def page(visitor: Visitor, language: str, theme: str, viewport: tuple[int, int]) -> Page:
    """The dashboard's first page, settled."""
    return visitor.open("/", language=language, theme=theme, width=viewport[0], height=viewport[1])


def _watched(browser: Browser, address: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, address)
    yield visitor
    visitor.close()
    assert not visitor.watch.unexpected(), "\n".join(visitor.watch.unexpected())
