"""What is withheld from an audience is in nothing it is sent: no text, tooltip, cell, drawing or file, whoever looked before.

Everything a browser would be sent is read, so nothing that a page only hides can pass. The figures searched for are marked (marks.py).
"""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from data.workspace.actor import RIGHTS, Role
from tests.audience.exports import RIGHT_OF_PAGE, entry_of, key_of, screens
from tests.audience.marks import MARKS, marked, sightings, unpacked
from tests.audience.taking import CLOSER, LOOKS, Known, address_of
from tests.audience.visiting import Client, visit
from tests.browser.serving import Server

FORMATS = ("csv", "xlsx", "png", "svg")
MORE_LOOKS: tuple[dict[str, str], ...] = (
    CLOSER, {"country": "COD", "year": "2024", "lang": "en"})
"""What a link can choose beside: each is opened on every page."""
DRAWN = ("frame", "figure", "size", "relief")
"""What a picture is drawn from, in the browser."""


@pytest.mark.parametrize("role", ["donor", "facilitator"])
def test_no_withheld_figure_reaches_an_audience_that_sees_a_release(server: Server, known: Known, role: Role) -> None:
    # officers came first: what is kept for them must not be given to the next who asks
    assert len(sightings(unpacked(known.sent))) >= 20, "officers do not see them either: the test proves nothing"
    assert marked(unpacked(known.sent)) == set(MARKS)
    assert sum(bool(sightings(content(file))) for file in known.given.values()) >= 1
    # a facilitator has the same pages of figures: each as it opens, and its tables
    kinds = FORMATS if role == "donor" else ("csv",)
    given: dict[tuple[str, str], dict[str, Any]] = {}
    with visit(server, role) as client:
        client.open(query={"country": "COD"})
        for page in [page for page, right in RIGHT_OF_PAGE.items() if right in RIGHTS[role]]:
            shown: set[str] = set()
            for states, lines in screens(client, page, LOOKS[0]) if role == "donor" else as_it_opens(client, page):
                offered = {kind: [line for line in lines if (line, kind) not in given and offers(client, line, kind)] for kind in kinds}
                shown |= set(lines)
                for kind, wanted in offered.items():
                    if wanted:
                        given |= {(line, kind): file for line, file in client.export(address_of(page), wanted, kind, states=states).items()}
            assert not [line for line in shown if not entry_of(line)]
            if role == "donor":
                # a line that this role is not shown on a page it sees gives nothing: a plan by hand
                assert client.export(address_of(page), known.lines[page] - shown, "csv") == {}
                for look in MORE_LOOKS:
                    client.open(address_of(page), query=look)
                    if page == "communities" and look == CLOSER:
                        given |= {(f"closer-{line}", "csv"): file for line, file in client.export(page, client.lines_of_export(), "csv").items()}
        sent = unpacked(b"\n".join(client.wire))
    assert re.search("protégé(?!s)".encode(), sent), "no cell says why it is empty"
    assert not sightings(sent)
    assert all(sum(one == kind for _, one in given) >= 8 for kind in kinds), "no files to look into"
    for (line, kind), file in given.items():
        assert file["format"] == kind
        assert not sightings(content(file)), (key_of(line), kind)


def as_it_opens(client: Client, page: str) -> Iterator[tuple[dict[str, str | bool], list[str]]]:
    """A page as a link opens it, and nothing more of it."""
    client.open(address_of(page), query=LOOKS[0])
    yield {}, client.lines_of_export()


def offers(client: Client, line: str, kind: str) -> bool:
    """Whether the menu of a line of the last run has a format."""
    for message in client.messages:
        element = message.delta.new_element if message.WhichOneof("type") == "delta" else None
        if element is not None and element.WhichOneof("type") == "bidi_component" and element.bidi_component.id == line:
            return kind in json.loads(element.bidi_component.json or element.bidi_component.mixed.json)["formats"]
    return False


def content(file: dict[str, Any]) -> bytes:
    """Everything in a file: its bytes, every part and every cell of a workbook, and what a picture is drawn from, numbers unpacked."""
    parts = [json.dumps(file.get("frame", {}), ensure_ascii=False).encode(), unpacked(str(file.get("figure", "")).encode())]
    assert "bytes" in file or set(file) <= {"id", "format", "name", *DRAWN}, "a picture is drawn from something that is not looked into"
    made = base64.b64decode(file.get("bytes", ""))
    if file["format"] == "xlsx":
        with zipfile.ZipFile(io.BytesIO(made)) as book:
            parts += [book.read(name) for name in book.namelist()]
        read = CalamineWorkbook.from_filelike(io.BytesIO(made))
        parts += [str(cell).encode() for name in read.sheet_names for row in read.get_sheet_by_name(name).to_python() for cell in row]
    return b"\n".join([*parts, made])
