"""Every write with every role by what a client can send: a page by its address and by its number, a fragment, a link, the widgets of somebody
else's screen, and one's own after a revocation. By function and callback: test_functions, test_callbacks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

import pytest

from data.workspace import entries, roles
from data.workspace.actor import LOCAL, RIGHTS, Role
from data.workspace.schema import Engine
from tests.audience.exports import RIGHT_OF_PAGE
from tests.audience.people import OTHERS
from tests.audience.taking import LOOKS, Known, address_of
from tests.audience.test_callbacks import CALLBACKS
from tests.audience.visiting import Client, visit
from tests.audience.writes import OFFICER, WIDGETS, World, score
from tests.browser.serving import Server

NOT_IN_THIS_WORLD = {
    "scenarios.save", "scenarios.keep_mine", "scenarios.keep_both", "scenarios.undo_delete", "scenarios.import", "conditions.import.structure",
    "conditions.import.price", "conditions.take_back", "conditions.price.take_back"}
"""What stands there only with a scenario in hand, in a conflict, after a file was chosen, or an entry of the country."""
TYPED = {"conditions.prices.*.*": {"mode": 2.5}, "conditions.structures.editor.*.*": {"units": 9}}
"""What is typed into the first row of a table."""


def widget(key: str) -> str:
    """The entry of the table a widget belongs to."""
    return max((one for one in WIDGETS if fnmatchcase(key, one)), key=len)


def sent(writers: dict[str, str], keys: Iterable[str]) -> dict[str, Any]:
    """All at once: every button pressed, every table typed into."""
    typed = {key: TYPED[widget(key)] for key in keys if widget(key) in TYPED}
    return {
        "press": [writers[key] for key in keys if key not in typed],
        "states": {writers[key]: json.dumps({"edited_rows": {"0": row}, "added_rows": [], "deleted_rows": []}) for key, row in typed.items()}}


def changed(world: World, before: dict[str, tuple[int, Any]]) -> set[str]:
    return {name for name, rows in world.rows().items() if rows != before[name]}


def test_the_screens_of_an_officer_have_what_writes(known: Known) -> None:
    """Else the refusals would prove nothing."""
    assert {widget(key) for writers in known.writers.values() for key in writers} == set(WIDGETS) - NOT_IN_THIS_WORLD


@pytest.mark.parametrize("role", OTHERS)
def test_what_an_officer_presses_writes_nothing_for_others(server: Server, served_world: World, known: Known, role: Role) -> None:
    drafts = {"draft"} if "keep_draft" in RIGHTS[role] else set()
    with visit(server, role) as client:
        client.open(query={"country": "COD"})
        before = served_world.rows()
        for page, writers in known.writers.items():
            foreign = [key for key in writers if CALLBACKS[WIDGETS[widget(key)]] not in RIGHTS[role]]
            if not foreign:
                continue
            client.pages["number"] = known.numbers[address_of(page)]
            for where in (address_of(page), "number", ""):
                client.open(where, **sent(writers, foreign))
            client.open(address_of(page), query={**LOOKS[0], "scenario": served_world.kept}, **sent(writers, foreign))
            if RIGHT_OF_PAGE[page] not in RIGHTS[role]:
                for fragment in sorted(known.fragments)[:2]:
                    client.ask(address_of(page), fragment=fragment, **sent(writers, foreign))
                client.open(address_of(page))
            assert changed(served_world, before) <= drafts, page


@pytest.mark.parametrize(("page", "tab", "table"), [
    ("scenarios", "", "scenario"), ("conditions", "Grille", "score"), ("conditions", "Acteurs", "stakeholder"),
    ("conditions", "Structures en place", "structure_in_place"), ("conditions", "Prix", "price")])
def test_after_a_revocation_one_s_own_widgets_write_nothing(
    server: Server, shared: Engine, served_world: World, known: Known, page: str, tab: str, table: str,
) -> None:
    """All that stands on the open screen at once, as a click and inside a fragment; and by who kept the role, to see that it would have written."""
    entries.enter(shared, OFFICER, "score", {**score(0.5), "pcode": "COD"})

    def opened(client: Client) -> dict[str, Any]:
        client.open(query=LOOKS[0])
        client.open(page)
        client.open(page, states={name: label for name, label in client.tabs() if label == tab})
        widgets = client.widgets()
        writers = {key: name for key, name in widgets.items() if any(fnmatchcase(key, one) for one in WIDGETS) and not key.endswith(("undo", "redo"))}
        asked = sent(writers, writers)
        asked["states"] |= {name: "Mairie" for key, name in widgets.items() if key.endswith(".name")}
        return asked

    for fragment in ("", next(iter(known.fragments))):
        roles.grant(shared, LOCAL, "passing", "officer")
        with visit(server, "officer", sub="passing", email="passing@example.org") as client:
            asked = opened(client)
            roles.revoke(shared, LOCAL, "passing")
            before = served_world.rows()
            client.ask(page, fragment=fragment, **asked)
            client.open(page)
            assert changed(served_world, before) == set()
            roles.grant(shared, LOCAL, "passing", "officer")
            client.open(page)
            assert changed(served_world, before) <= {"role_grant", "audit", "draft"}, "asked while nobody had the right, done after"
    with visit(server, "officer", sub="passing", email="passing@example.org") as client:
        asked, before = opened(client), served_world.rows()
        client.open(page, **asked)
        assert table in changed(served_world, before)
