"""What is withheld from an audience is in nothing it is sent: no text, tooltip, cell, drawing or file, whoever looked before.

Everything a browser would be sent is read, so nothing that a page only hides can pass. The figures searched for are marked: each has
an odd part that no other figure has (conftest).
"""

from __future__ import annotations

import base64
import re
import struct

import pytest

from data.workspace.actor import RIGHTS
from tests.audience.visiting import Client, visit
from tests.browser.serving import Server
from ui.menu import PAGES

LOOKS: tuple[dict[str, str], ...] = ({}, {"level": "2", "areas": "CD8103", "kind": "abroad"}, {"year": "2024", "areas": "CD81", "lang": "en"})
"""What a link can choose: each is opened on every page, as are the tabs of the page as it opens."""
_ARRAYS = re.compile(rb'"bdata":\s*"([A-Za-z0-9+/=\\u]+)"')


def everything_sent(server: Server, role: str) -> tuple[bytes, bytes]:
    """Every page of a role, in every look, with every tab; and the file of every table as the page opens."""
    files: list[bytes] = []
    with visit(server, role) as client:
        client.run(query={"country": "COD"})
        for page, _, right in PAGES:
            if right not in RIGHTS[role]:
                continue
            address = "" if page == "situation" else page
            for look in LOOKS:
                client.run(address, query={"country": "COD", **look})
                if not look:
                    tabs, lines = client.tabs(), client.lines_of_export()
                    for tab, label in tabs:
                        client.run(address, states={tab: label})
                    files += [client.export(address, line, "csv") for line in lines]
        return _unpacked(client), b"\n".join(files)


def _unpacked(client: Client) -> bytes:
    sent = b"\n".join(client.wire)
    arrays = [base64.b64decode(one.replace(rb"\u002f", b"/").replace(rb"\u003d", b"=") + b"==", validate=False) for one in _ARRAYS.findall(sent)]
    return b"\n".join([sent, *arrays])


def sightings(sent: bytes, figure: float) -> list[bytes]:
    """Where a figure stands, as a number or as text, in full or cut to four decimals or more."""
    whole, odd = f"{figure:.7f}".split(".")
    text = re.compile(rf"(?<![0-9.]){whole}[.,]{odd[:4]}".encode())
    packed = struct.pack("<d", figure)
    return [sent[max(0, place - 80): place + 80] for place in [sent.find(packed)] if place >= 0] + [m.group() for m in text.finditer(sent)]


@pytest.mark.timeout(240)
def test_no_withheld_figure_reaches_an_audience_that_sees_a_release(server: Server, withheld: list[float]) -> None:
    assert len(withheld) >= 3
    # officers first: what is kept for them must not be given to the next who asks
    seen, files = everything_sent(server, "officer")
    for found, least in ((seen, 3), (files, 1)):
        assert sum(bool(sightings(found, figure)) for figure in withheld) >= least, "officers do not see them either: the test proves nothing"
    sent, files = everything_sent(server, "donor")
    assert re.search("protégé(?!s)".encode(), sent), "no cell says why it is empty"
    assert files.count(b"#adm") >= 3, "no files to look into"
    for figure in withheld:
        for found in (sent, files):
            assert not sightings(found, figure), (figure, sightings(found, figure)[:2])
