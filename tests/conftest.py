"""One Chromium a session, for every folder: Playwright runs once in a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.serving import PATIENCE, browser_path

CHROMIUM_OPTIONS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-gpu",
]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their argument and place: a compressed file holds the second it was made in, and the processes that
    share the tests refuse to begin where one calls a test otherwise than the other."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the one CHROMIUM names, else the system's, else Playwright's own."""
    # a page that answers late on a busy machine is slow, not wrong
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser_path(), args=CHROMIUM_OPTIONS)
        yield opened
        opened.close()
