"""What a visitor does, for page tests: open a page in a language and theme, wait until it stands, look at it, keep a picture.

Every page opened here is watched: a request that leaves the machine, a violation of the content policy or an error in the
page's own code fails the test that opened it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, TimeoutError, expect

from tests.browser.serving import PATIENCE

SCREENSHOTS = "ANCRAGE_SCREENSHOTS"
"""Environment variable: the folder pictures are kept in; none are taken without it."""

# Streamlit says so itself: the script has ended, the connection stands, nothing on the page belongs to an older run; and no map
# of ours is still loading
SETTLED = """() => {
  const app = document.querySelector('[data-testid=stApp]')
  if (!app || app.dataset.testConnectionState !== 'CONNECTED' || app.dataset.testScriptState !== 'notRunning') return false
  if (document.querySelector('[data-stale=true], [data-testid=stSkeleton], [data-testid=stSpinner]')) return false
  if (!document.querySelector('[data-testid=stMain] [data-testid=stElementContainer]')) return false
  return [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')].every((host) => {
    const root = host.shadowRoot
    const map = root?.querySelector('.ancrage-map')
    return map ? ['ready', 'failed'].includes(map.dataset.state) : Boolean(root?.childElementCount)
  })
}"""


@dataclass
class Watch:
    """What went wrong on a page; `expected` are patterns of console errors a test provokes on purpose."""

    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Listen to a page from its first request on."""
        page.on("request", self._request)
        page.on("websocket", lambda socket: self._address(socket.url))
        page.on("pageerror", lambda error: self.faults.append(f"error in the page: {error}"))
        page.on("console", self._console)

    def unexpected(self) -> list[str]:
        """Faults no test asked for."""
        return [fault for fault in self.faults if not any(re.search(pattern, fault) for pattern in self.expected)]

    def _request(self, request: Request) -> None:
        self._address(request.url)

    def _address(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname not in ("127.0.0.1", "localhost"):
            self.faults.append(f"request leaves the machine: {url}")

    def _console(self, message: ConsoleMessage) -> None:
        # opened on /plan, Streamlit first asks whether it is mounted there, and takes the 404 for a no
        if re.search(r"/_stcore/(health|host-config)$", message.location["url"]):
            return
        if message.type == "error" or "Content Security Policy" in message.text:
            self.faults.append(f"console {message.type}: {message.text}")


@dataclass
class Visitor:
    """Opens watched pages of one server; every context is closed and checked by the fixture that made it."""

    browser: Browser
    address: str
    watch: Watch = field(default_factory=Watch)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self, path: str = "/", *, language: str = "fr", theme: str = "light", width: int = 1280, height: int = 900,
        reduced_motion: bool = False, address: str | None = None, **query: str | int,
    ) -> Page:
        """A page of the dashboard, ready to be looked at: `visitor.open("/plan", language="en", theme="dark", width=390)`."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce" if reduced_motion else "no-preference", locale=language, accept_downloads=True)
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        self.watch.follow(page)
        page.goto(f"{address or self.address}{path}?{urlencode({'lang': language, **query})}")
        settled(page)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        self.contexts.clear()


def settled(page: Page) -> None:
    """Wait until Streamlit has finished its run and everything on the page belongs to it."""
    page.wait_for_function(SETTLED)
    # a rerun that the page itself asked for starts a moment later: two looks with a frame between them must agree
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.wait_for_function(SETTLED)


def act(page: Page, what: Callable[[], None]) -> None:
    """Do something that makes Streamlit run again, and wait for the end of that run."""
    # an expander that still unfolds moves what is below it: the mouse would go down on a button and up beside it
    page.wait_for_function(STILL)
    before = page.evaluate(RUNS)
    what()
    # a run that begins and ends between two paints leaves no trace: then what it changed is there, or the test says so next
    with suppress(TimeoutError):
        page.wait_for_function(f"(before) => ({RUNS})() > before", arg=before, timeout=5_000)
    settled(page)


def choose_by_keyboard(box: Locator, text: str) -> None:
    """Open the list of a box that has the keyboard, type until one choice is left, and take it."""
    keys = box.page.keyboard
    # a map that is drawn while the list opens is not hidden from who cannot see, and has an option of its own
    choices = box.page.get_by_role("option").and_(box.page.locator(":not(#active-area)"))
    # the list takes the keyboard for a moment as it opens: what is typed faster than a hand can is lost then; and a list that
    # is still closing does not open again, so a hand presses once more
    while box.get_attribute("aria-expanded") != "true":
        keys.press("ArrowDown")
        with suppress(AssertionError):
            expect(box).to_have_attribute("aria-expanded", "true", timeout=2_000)
    expect(choices.nth(1)).to_be_visible()
    expect(box).to_be_focused()
    keys.type(text)
    while box.input_value() != text:
        # letters were lost all the same: a hand would begin the word again
        keys.press("ControlOrMeta+a")
        keys.type(text)
    expect(choices).to_have_count(1)
    # what Enter will choose is marked by itself only at times; the arrow marks it always
    keys.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", re.compile("."))
    act(box.page, lambda: keys.press("Enter"))


# nothing moves that has an end
STILL = """() => !document.getAnimations().some(
  (one) => one.playState === 'running' && one.effect.getComputedTiming().endTime !== Infinity)"""

# counts the runs Streamlit has begun, so that a click is not taken for finished before it has started
RUNS = """() => {
  if (window.ancrageRuns === undefined) {
    window.ancrageRuns = 0
    const app = document.querySelector('[data-testid=stApp]')
    // the old value, not today's: a quick run has begun and ended before the observer is called
    new MutationObserver((changes) => { window.ancrageRuns += changes.filter((change) => change.oldValue === 'notRunning').length })
      .observe(app, { attributes: true, attributeFilter: ['data-test-script-state'], attributeOldValue: true })
  }
  return window.ancrageRuns
}"""


def shot(page: Page, name: str) -> Path | None:
    """Keep a picture of the whole page when ANCRAGE_SCREENSHOTS names a folder; its path, else None."""
    folder = os.environ.get(SCREENSHOTS)
    if not folder:
        return None
    target = Path(folder) / f"{name}.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=target, full_page=True)
    return target
