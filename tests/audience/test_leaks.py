"""What is withheld from an audience is in nothing it is sent: no text, no tooltip, no cell, no drawing, whoever looked before.

Everything a browser would be sent is read, so nothing that a page only hides can pass. The figures searched for are marked: each has
an odd part that no other figure has (conftest).
"""

from __future__ import annotations

import base64
import re
import struct

import pytest

from app import PAGES
from data.workspace.actor import RIGHTS
from tests.audience.visiting import Client, visit
from tests.browser.serving import Server

LOOKS: tuple[dict[str, str], ...] = (
    {}, {"level": "2", "areas": "CD8103", "kind": "abroad"}, {"year": "2024", "areas": "CD81"}, {"areas": "CD74", "lang": "en"},
)
"""What a link can choose: each is opened on every page, as are the tabs of the page as it opens."""
_ARRAYS = re.compile(rb'"bdata":\s*"([A-Za-z0-9+/=\\u]+)"')


def everything_sent(server: Server, role: str) -> bytes:
    """Every page of a role, in every look, with every tab."""
    with visit(server, role) as client:
        client.run(query={"country": "COD"})
        for page, _, right in PAGES:
            if right not in RIGHTS[role]:
                continue
            address = "" if page == "situation" else page
            for look in LOOKS:
                client.run(address, query={"country": "COD", **look})
                if not look:
                    for tab, label in client.tabs():
                        client.run(address, states={tab: label})
                assert client.messages, page
        return _unpacked(client)


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
    seen = everything_sent(server, "officer")
    assert sum(bool(sightings(seen, figure)) for figure in withheld) >= 3, "officers do not see them either: the test proves nothing"
    sent = everything_sent(server, "donor")
    assert re.search("protégé(?!s)".encode(), sent), "no cell says why it is empty"
    for figure in withheld:
        assert not sightings(sent, figure), (figure, sightings(sent, figure)[:2])
