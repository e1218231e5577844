"""What a donor's browser draws and keeps: the finished pictures of a chart, their text and what is written beside the drawing; outlines."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.audience.marks import sightings, unpacked
from tests.audience.people import claims
from tests.audience.visiting import cookie
from tests.browser.serving import PATIENCE, ROOT, Server
from tests.browser.test_exports import taken, words_of
from tests.browser.visit import settled

TEXT_CHUNKS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")
ABOUT_AN_AREA = {"pcode", "name_fr", "name_en"}
ABOUT_A_PLACE = {"code", "level", "parent", "name_fr", "name_en", "aliases"}


def chunks(png: bytes) -> dict[bytes, bytes]:
    """The parts of a PNG by name, those of one name joined."""
    found: dict[bytes, bytes] = {}
    at = 8
    while at < len(png):
        size, name = int.from_bytes(png[at:at + 4], "big"), png[at + 4:at + 8]
        found[name] = found.get(name, b"") + png[at + 8:at + 8 + size]
        at += 12 + size
    return found


@pytest.mark.browser
def test_the_finished_pictures_of_a_donor_hold_no_withheld_figure(server: Server, browser: Browser, tmp_path: Path) -> None:
    with browser.new_context(locale="fr", accept_downloads=True, viewport={"width": 1280, "height": 900}) as context:
        name, _, value = cookie(server.address, claims("donor")).partition("=")
        context.add_cookies([{"name": name, "value": value, "url": server.address}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{server.address}/returns?lang=en&country=COD&year=2025")
        settled(page)
        svg, png = (taken(page, "Returns by host country, 2025", kind, tmp_path) for kind in ("svg", "png"))
    root, words = words_of(svg)
    assert not sightings(unpacked(svg.read_bytes())) and not sightings(words.encode())
    # in the row of the country itself, not only in what is read aloud
    assert "protected" in {"".join(one.itertext()).strip() for one in root.iter("{http://www.w3.org/2000/svg}text")}
    parts = chunks(png.read_bytes())
    assert set(parts) >= {b"IHDR", b"IDAT", b"IEND"} and zlib.decompress(parts[b"IDAT"])
    assert not set(parts) & set(TEXT_CHUNKS)
    assert not sightings(b"\n".join(part for kind, part in parts.items() if kind != b"IDAT"))


def test_outlines_hold_shapes_and_names_only(server: Server) -> None:
    """They are served to whoever knows their address, so no figure may stand in them."""
    files = sorted((ROOT / "static" / "geo").glob("*.json"))
    assert files
    for file in files:
        said = json.loads(file.read_bytes())
        if re.search(r"-places-", file.name):
            assert set(said) == {"places"} and all(set(place) == ABOUT_A_PLACE for place in said["places"]), file.name
            continue
        assert set(said) == {"type", "bbox", "features", "content_hash"}, file.name
        for feature in said["features"]:
            assert (set(feature), set(feature["properties"])) == ({"type", "id", "properties", "geometry"}, ABOUT_AN_AREA), file.name
            assert feature["geometry"] is None or set(feature["geometry"]) == {"type", "coordinates"}, file.name
