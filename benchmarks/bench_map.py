"""How long a map takes in a real browser in software rendering: `python -m benchmarks.bench_map [AREAS ...]`.

For each size: first load (page opened to map painted, server warm) and recolour (click to map painted, Streamlit's round trip
included), as medians in milliseconds, with what a recolour sends. Limits: 400 ms for a recolour, 2,000 ms for a first load.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.serving import browser_path, serve_map_app

ROUNDS = 9
RECOLOUR = """async () => {
  const root = document.querySelector('.stBidiComponent [data-testid]').shadowRoot.querySelector('.ancrage-map')
  const before = Number(root.dataset.painted)
  const button = [...document.querySelectorAll('button')].find((one) => one.textContent.includes('Recolour'))
  const began = performance.now()
  button.click()
  await new Promise((resolve) => {
    const seen = new MutationObserver(() => {
      if (Number(root.dataset.painted) > before) { seen.disconnect(); requestAnimationFrame(() => setTimeout(resolve)) }
    })
    seen.observe(root, { attributes: true })
  })
  // drawing is only recorded until somebody looks: reading one pixel makes the browser really paint
  root.querySelector('.base').getContext('2d').getImageData(0, 0, 1, 1)
  return performance.now() - began
}"""
LOADED = """async () => {
  const painted = () => document.querySelector('.stBidiComponent [data-testid]')?.shadowRoot?.querySelector('.ancrage-map')?.dataset.painted
  while (!painted()) await new Promise(requestAnimationFrame)
  const root = document.querySelector('.stBidiComponent [data-testid]').shadowRoot.querySelector('.ancrage-map')
  root.querySelector('.base').getContext('2d').getImageData(0, 0, 1, 1)
  return performance.now()
}"""


def main(sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder, serve_map_app(Path(folder)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox", "--disable-gpu"])
        for areas in sizes:
            url = f"{address}/?scale=magnitude&areas={areas}"
            warm = browser.new_page(viewport={"width": 1280, "height": 900})
            warm.goto(url)
            warm.evaluate(LOADED)
            warm.close()
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(url)
            first = page.evaluate(LOADED)
            received = _count_frames(page)
            times = []
            for _ in range(ROUNDS):
                times.append(page.evaluate(RECOLOUR))
                # a click while the last run is still on its way would measure two runs
                page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
            print(json.dumps({
                "areas": areas, "first_load_ms": round(first), "recolour_ms": round(statistics.median(times)),
                "slowest_ms": round(max(times)), "bytes_a_recolour": round(sum(received) / ROUNDS),
            }))
            page.close()
        browser.close()


def _count_frames(page: Page) -> list[int]:
    """Bytes the server sends over the session's socket from now on."""
    sizes: list[int] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.webSocketFrameReceived", lambda event: sizes.append(len(event["response"]["payloadData"]) * 3 // 4))
    return sizes


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [26, 200, 5000])
