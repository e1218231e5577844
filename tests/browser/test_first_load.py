"""A page that drew a map before hands its outline and the map's code to the next visitor at once, each fetched once."""

from __future__ import annotations

import gzip
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import streamlit
from playwright.sync_api import Request

from tests.browser.serving import get
from tests.browser.visit import Visitor, settled

DOCUMENT = {"Accept": "text/html"}
FETCHED = "() => performance.getEntriesByType('resource').map((one) => [new URL(one.name).pathname, one.startTime])"


@pytest.mark.browser
def test_the_second_visitor_fetches_the_outline_before_the_page_has_run_and_once(visitor: Visitor) -> None:
    visitor.open("/returns", country="CAF", level=1)
    page = visitor.browser.new_context().new_page()
    visitor.contexts.append(page.context)
    visitor.watch.follow(page)
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url.split("?")[0])

    page.on("request", note)
    # another address of the same page and country: what is chosen there does not matter
    page.goto(f"{visitor.address}/returns?lang=en&country=CAF&level=1&areas=CF11")
    settled(page)
    outlines = [url for url in asked if "/app/static/geo/CAF-1-" in url]
    assert len(outlines) == 1
    code = [url for url in asked if "/ancrage.map/" in url and url.endswith(".js")]
    assert len(code) == len(set(code)) > 20
    when = dict(page.evaluate(FETCHED))
    connected = next(start for path, start in when.items() if path.endswith("/_stcore/health"))
    assert next(start for path, start in when.items() if "/geo/CAF-1-" in path) < connected
    assert max(start for path, start in when.items() if "/ancrage.map/" in path and path.endswith(".js")) < connected


def test_a_page_without_a_map_is_handed_none(dashboard: str) -> None:
    assert "modulepreload" in get(f"{dashboard}/method", DOCUMENT)[2]
    assert "geo/" not in get(f"{dashboard}/method", DOCUMENT)[2]


def test_streamlits_own_files_are_packed_once_and_kept_for_a_year(dashboard: str) -> None:
    folder = Path(streamlit.__file__).parent / "static"
    name = next(folder.glob("static/js/protobuf.*.js"))
    address = f"{dashboard}/{name.relative_to(folder)}"
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        packed, mark = answer.read(), answer.headers["etag"]
    assert gzip.decompress(packed) == name.read_bytes()
    assert len(packed) < name.stat().st_size / 3
    status, headers, text = get(address)
    assert (status, "content-encoding" in headers, text) == (200, False, name.read_text())
    with pytest.raises(urllib.error.HTTPError) as unchanged:
        urllib.request.urlopen(urllib.request.Request(address, headers={"If-None-Match": mark}))
    unchanged.value.close()
    assert unchanged.value.code == 304
    with urllib.request.urlopen(urllib.request.Request(address, method="HEAD")) as answer:
        assert (answer.read(), int(answer.headers["content-length"])) == (b"", name.stat().st_size)


@pytest.mark.parametrize("path", [
    "/static/../../__init__.py", "/static/%2e%2e/%2e%2e/__init__.py", "/static/js/..%2f..%2f..%2f__init__.py", "/static/js/", "/static//js/x.js",
    "/app/static/geo/../../../server.py", "/app/static/geo/.hidden", "/app/static/geo/%00", "/_stcore/bidi-components/ancrage.map/..%2f__init__.py",
])
def test_nothing_else_of_the_machine_is_answered(dashboard: str, path: str) -> None:
    status, _, text = get(dashboard + path)
    assert "import" not in text[:2000] or status >= 400
    assert status >= 400 or text.startswith(("<!--", "<!DOCTYPE"))
