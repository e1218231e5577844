"""What a person waits for, in a real browser: `python -m benchmarks pages`.

First page (start of the server to the country painted), a slider that needs no optimiser (key to changed figure painted),
CPU of the server for one rerun of each page, and its memory with one session. Medians; limits beside each.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.serving import ROOT, browser_path, running
from tests.browser.visit import Visitor, settled

ROUNDS = 9
PAGES = ("situation", "returns", "communities", "coverage", "plan", "method")
WATCH = """() => {
  const figures = () => [...document.querySelectorAll('[data-testid=stMetricValue]')].map((one) => one.textContent).join('|')
  const before = figures()
  window.answered = new Promise((resolve) => {
    document.addEventListener('keydown', () => {
      const began = performance.now()
      const look = () => (figures() !== before
        ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)))
        : requestAnimationFrame(look))
      look()
    }, { once: true, capture: true })
  })
}"""


def server_cpu(process: int) -> float:
    """CPU seconds a process and its threads have used so far."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(process: int) -> float:
    """Resident memory of a process in MB."""
    line = next(line for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def slider(page: Page) -> float:
    """Median milliseconds from a key on a slider to the changed headline figure on screen, a new value each time."""
    thumb = page.get_by_test_id("stMain").get_by_role("slider").first
    took = []
    for _ in range(ROUNDS):
        thumb.focus()
        page.evaluate(WATCH)
        page.keyboard.press("ArrowRight")
        took.append(float(page.evaluate("() => window.answered")))
        settled(page)
    return statistics.median(took)


def rerun(page: Page, process: int) -> float:
    """Median CPU milliseconds of the server for a rerun in which nothing that was worked out changes (the language, there and back)."""
    used = []
    for round_number in range(ROUNDS + 2):
        before = server_cpu(process)
        page.get_by_role("radio", name="English" if round_number % 2 == 0 else "Français").click()
        page.wait_for_function(
            "(language) => document.querySelector('h1') && document.location.search.includes('lang=en') === language", arg=round_number % 2 == 0
        )
        settled(page)
        used.append(1000 * (server_cpu(process) - before))
    return statistics.median(used[2:])


def main() -> None:
    """Prints one line a measure: figure, limit."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        environment = {"ANCRAGE_STORE_DIR": folder, "ANCRAGE_WORKSPACE_URL": f"sqlite:///{folder}/workspace.sqlite"}
        subprocess.run([sys.executable, "-m", "data", "build"], cwd=ROOT, env={**os.environ, **environment}, check=True, capture_output=True)
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        began = time.perf_counter()
        with running([str(ROOT / "server.py")], log=Path(folder) / "server.log", environment=environment) as server:
            visitor = Visitor(browser, server.address)
            page = visitor.open("/")
            print(f"first page, server start included: {time.perf_counter() - began:.1f} s (limit 5 s)", flush=True)
            moved = visitor.open("/returns", country="AFG")
            print(f"slider, key to painted: {slider(moved):.0f} ms (limit 400 ms)", flush=True)
            for name in PAGES:
                shown = visitor.open(f"/{name}" if name != "situation" else "/", country="COD")
                print(f"CPU of a rerun, {name}: {rerun(shown, server.process):.0f} ms (limit 40 ms on situation)", flush=True)
            page.close()
            print(f"memory of the server: {memory_mb(server.process):.0f} MB (limit 500 MB)", flush=True)
            visitor.close()
        browser.close()


if __name__ == "__main__":
    main()
