"""Exports in a browser: every figure of every page has its line, and each file holds what the screen shows."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import struct
import xml.etree.ElementTree as ElementTree
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect
from python_calamine import CalamineWorkbook

from tests.browser.serving import PATIENCE, ROOT
from tests.browser.visit import Visitor, act, settled

pytestmark = pytest.mark.browser

WITHOUT = """() => {
  const figures = [...document.querySelectorAll('[data-testid=stMain] [data-testid=stPlotlyChart], [data-testid=stMain] [data-testid=stDataFrame]')]
  const maps = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')].filter((host) => host.shadowRoot?.querySelector('.ancrage-map'))
  return [...figures, ...maps].filter((figure) => figure.checkVisibility()).filter((figure) => {
    const group = figure.closest('[data-testid=stVerticalBlock]')
    return ![...group.querySelectorAll(':scope > * [data-testid=stBidiComponentIsolated], :scope > [data-testid=stBidiComponentIsolated]')]
      .some((host) => host.shadowRoot?.querySelector('.ancrage-foot [data-format=csv]'))
  }).map((figure) => figure.closest('[class*=st-key-]')?.className ?? figure.dataset.testid)
}"""
# a form that is filled in is no figure: it has no data of its own to take away
EDITORS = r"st-key-(\S*guess|\S*entry)"


def without_a_way_out(page: Page, allowed: str) -> list[str]:
    """Figures that cannot be taken away and are none of those `allowed`, once what is being drawn has had its time."""
    with contextlib.suppress(TimeoutError):
        page.wait_for_function(f"(allowed) => ({WITHOUT})().every((of) => new RegExp(allowed).test(of))", arg=allowed, timeout=PATIENCE)
    return [key for key in page.evaluate(WITHOUT) if not re.search(allowed, key)]


@pytest.fixture(autouse=True)
def streamlit_looks_for_its_own_base(visitor: Visitor) -> None:
    visitor.watch.expected.append("404")


def line_of(page: Page, title: str) -> Locator:
    """The line under the figure with this title."""
    return page.locator(".ancrage-foot").filter(has=page.get_by_role("button", name=f"Download: {title}", exact=True))


def taken(page: Page, title: str, format: str, folder: Path) -> Path:
    """The file of a figure, taken as people do: open the menu, choose a format."""
    line = line_of(page, title)
    line.get_by_role("button", name=re.compile("^Download")).click()
    with page.expect_download() as waiting:
        line.locator(f"[data-format={format}]").click()
    target = folder / waiting.value.suggested_filename
    assert target.name.endswith(f"{date.today().isoformat()}.{format}")
    waiting.value.save_as(target)
    settled(page)
    return target


def words_of(svg: Path) -> tuple[ElementTree.Element, str]:
    root = ElementTree.fromstring(svg.read_bytes())
    return root, " ".join(" ".join(root.itertext()).split())


def test_every_figure_of_every_page_can_be_taken_away(visitor: Visitor) -> None:
    page = visitor.open("/", language="en", country="COD")
    page.set_default_timeout(PATIENCE)
    bare = {}
    others = {file.stem for file in (ROOT / "pages").glob("[a-z]*.py")} - {"situation", "returns"}
    for name in ("situation", *sorted(others), "returns"):
        if name != "situation":
            act(page, page.locator(f"[data-testid=stSidebarNavLink][href*='/{name}']").click)
        found = without_a_way_out(page, EDITORS)
        if found:
            bare[name] = found
    assert not bare
    # the walk would notice: a line taken away leaves its figure without one
    page.evaluate("() => document.querySelectorAll('[data-testid=stBidiComponentIsolated]').forEach((host) => host.remove())")
    assert page.evaluate(WITHOUT)


def test_a_chart_leaves_as_picture_and_table_with_what_it_says(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.open("/returns", language="en", country="COD", theme="dark", width=390)
    links: list[str] = []
    page.on("request", lambda request: links.append(request.url))
    title = "Returns by host country, 2025"
    svg = taken(page, title, "svg", tmp_path)
    root, words = words_of(svg)
    for said in (title, "Democratic Republic of the Congo", "UNHCR", "CC BY 4.0", "2025", "observed", "Filters: no filter", "Made on", "Angola", "355"):
        assert said in words, said
    # the same picture on a phone in the dark as on a projector: 1,200 points of chart between margins, on white
    assert int(root.get("width") or 0) == 1264
    png = taken(page, title, "png", tmp_path).read_bytes()
    assert png.startswith(b"\x89PNG") and struct.unpack(">II", png[16:24]) == (2 * 1264, 2 * int(root.get("height") or 0))
    assert len(png) > 20_000
    rows = list(csv.reader(io.StringIO(taken(page, title, "csv", tmp_path).read_bytes().decode("utf-8-sig"))))
    book = CalamineWorkbook.from_path(taken(page, title, "xlsx", tmp_path))
    assert rows[1] == ["#meta+name", "#affected+refugees+returnees"]
    assert ["Angola", "355"] in rows and all(row[0] in words for row in rows[2:])
    data = book.get_sheet_by_name("Data").to_python()
    assert data[1] == rows[1] and [[name, f"{figure:.0f}"] for name, figure in data[2:]] == rows[2:]
    told = {row[0]: row[1] for row in book.get_sheet_by_name("About").to_python() if len(row) > 1}
    assert {"Country", "Period", "Quality", "Filters", "Sources", "Licences", "Made on", "Model"} <= set(told)
    assert not [url for url in links if "/media/" in url]


def test_a_map_leaves_as_picture_with_its_key_and_scale_and_as_the_table_it_draws(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.open("/coverage", language="en", country="COD")
    title = "Need and coverage in place"
    root, words = words_of(taken(page, title, "svg", tmp_path))
    for said in (title, "Democratic Republic of the Congo", "level 1, 26 areas", "200 km", "No return expected (11)", "Tshopo", "OCHA", "May 2025", "Made on"):
        assert said in words, said
    assert len(root.findall(".//{http://www.w3.org/2000/svg}path")) > 26
    png = taken(page, title, "png", tmp_path).read_bytes()
    assert struct.unpack(">II", png[16:24])[0] == 2 * int(root.get("width") or 0)
    rows = list(csv.reader(io.StringIO(taken(page, title, "csv", tmp_path).read_bytes().decode("utf-8-sig"))))
    assert rows[1][:2] == ["#adm1+code", "#adm1+name"] and len(rows) == 2 + 26
    assert sum(row[4] == "No return expected" for row in rows[2:]) == 11


def test_period_source_and_quality_are_one_key_away(visitor: Visitor) -> None:
    page = visitor.open("/returns", language="en", country="AFG")
    line = line_of(page, "Returns by host country, 2025")
    line.get_by_role("button", name=re.compile("^Source, period, quality")).press("Enter")
    note = line.get_by_role("note")
    expect(note).to_be_visible()
    for said in ("Period", "2025", "Quality", "observed", "Sources", "UNHCR", "never crossed"):
        expect(note).to_contain_text(said)
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
