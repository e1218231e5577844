"""Going through every screen of an officer and taking every file it offers."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from data.workspace import entries
from tests.audience.exports import RIGHT_OF_PAGE, screens
from tests.audience.visiting import visit
from tests.audience.writes import OFFICER, WIDGETS, World
from tests.browser.serving import Server
from ui.menu import FIRST

LOOKS = ({"country": "COD", "areas": "CD81"}, {"country": "AFG"})
CLOSER = {"country": "COD", "level": "2", "areas": "CD8103", "kind": "abroad", "indicator": "CX2"}
"""Where an indicator in persons is withheld."""
WRITTEN: tuple[tuple[str, dict[str, object]], ...] = (
    ("structure", {"country": "COD", "intervention": "A16", "scope_kind": "area", "scope_id": "CD61", "units": 2, "evidence": ""}),
    ("stakeholder", {"country": "COD", "name": "Mairie", "recipient_type": "public", "level": "local", "influence": 1, "interest": 1, "evidence": ""}),
)


@dataclass
class Known:
    """What an officer has seen: lines by page, the files they gave, screens of the buttons, what writes (id by key) by page, fragments, numbers
    of pages; and all that was sent."""

    lines: dict[str, set[str]] = field(default_factory=dict)
    given: dict[str, dict[str, Any]] = field(default_factory=dict)
    buttons: dict[str, tuple[str, dict[str, str | bool]]] = field(default_factory=dict)
    writers: dict[str, dict[str, str]] = field(default_factory=dict)
    fragments: set[str] = field(default_factory=set)
    numbers: dict[str, str] = field(default_factory=dict)
    sent: bytes = b""


def of_an_officer(server: Server, world: World) -> Known:
    """An officer takes every file there is, as a table."""
    found = Known()
    for kind, values in WRITTEN:
        entries.enter(world.engine, OFFICER, kind, values)
    with visit(server, "officer") as client:
        client.open(query={"country": "COD"})
        found.numbers = dict(client.pages)
        for page, look in [*((page, LOOKS[0]) for page in RIGHT_OF_PAGE), ("returns", LOOKS[1])]:
            for states, lines in screens(client, page, look):
                found.lines.setdefault(page, set()).update(lines)
                found.buttons |= dict.fromkeys(client.deferred_files(), (page, states))
                found.writers.setdefault(page, {}).update(
                    {key: name for key, name in client.widgets().items() if any(fnmatchcase(key, one) for one in WIDGETS)})
                found.fragments |= client.fragments()
                if wanted := set(lines) - set(found.given):
                    found.given |= client.export(address_of(page), wanted, "csv", states=states)
        client.open("communities", query=CLOSER)
        found.sent = b"\n".join(client.wire)
    return found


def address_of(page: str) -> str:
    """Where a page is found: the first is the house's own address."""
    return "" if page == FIRST else page
