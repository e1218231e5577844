"""Every export with every role: by the page, by a callback of another page, by a fragment, by the raw socket, by address, by link, and after
a revocation. Who may not see a page gets no file of it; who sees it protected gets the protected table (test_leaks).
"""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from data.workspace import roles
from data.workspace.actor import LOCAL, RIGHTS, Role
from data.workspace.schema import Engine
from tests.audience.exports import BUTTONS, LINES, RIGHT_OF_PAGE, buttons_in_code, entry_of, key_of, lines_in_code
from tests.audience.people import OTHERS
from tests.audience.taking import Known, address_of
from tests.audience.visiting import asking, fetch, visit
from tests.browser.serving import Server

NOT_IN_THIS_WORLD = {
    "data.issues", "data.sheets", "plan.funding", "coverage.targets_chart", "coverage.targets_table", "returns.uk", "plan.*", "plan.caps",
    "plan.earmarks", "plan.floors", "plan.stances", "plan.units", "plan.mixed", "plan.prices",
}
"""What stands on a page only after an import (its report, money, targets), in years this store has not, or after somebody typed into a table.
Their pages are walked."""


def test_a_new_export_is_in_the_table() -> None:
    assert lines_in_code() == LINES
    assert buttons_in_code() == set(BUTTONS)


def test_an_officer_gets_every_file(known: Known) -> None:
    """Else the refusals would prove nothing; and no line stands on a page without being in the table."""
    seen = {line for lines in known.lines.values() for line in lines}
    assert not [line for line in seen if not entry_of(line)]
    assert {key_of(line) for line in seen - set(known.given)} == set()
    assert {entry_of(line) for line in seen} >= LINES - NOT_IN_THIS_WORLD
    assert {_button(key) for key in known.buttons} == set(BUTTONS)


@pytest.mark.parametrize("role", OTHERS)
def test_who_may_not_see_a_page_gets_no_file_of_it(server: Server, known: Known, role: Role) -> None:
    """The message of a line, as a figure's menu sends it: to the page by its address and by its number, to another page, to a fragment."""
    closed = [page for page, right in RIGHT_OF_PAGE.items() if right not in RIGHTS[role]]
    assert closed or role == "officer"
    with visit(server, role) as client:
        client.open(query={"country": "COD"})
        for page in closed:
            client.pages["number"] = known.numbers[address_of(page)]
            for kind, where in (("csv", address_of(page)), ("xlsx", "number"), ("png", ""), ("svg", address_of(page))):
                assert client.export(where, known.lines[page], kind) == {}, (page, where)
            for fragment in sorted(known.fragments)[:2]:
                # nothing may answer to a fragment that this session does not have: the page itself is asked behind it
                client.ask(address_of(page), triggers=asking(known.lines[page], "csv"), fragment=fragment)
                client.open(address_of(page))
                assert client.files() == {}, (page, fragment)


def test_a_button_of_an_officer_gives_others_no_file(server: Server, known: Known) -> None:
    """By the button itself, by the number of its file, by the address of the file."""
    with visit(server, "officer") as officer:
        officer.open(query={"country": "COD"})
        for key, (page, states) in known.buttons.items():
            officer.open(address_of(page))
            officer.open(address_of(page), states=states)
            file = officer.deferred_files()[key]
            link = officer.deferred(file)
            assert officer.fetch(link)[0] == 200, key
            assert fetch(server.address + link)[0] == 403, key
            for role in OTHERS:
                with visit(server, role) as client:
                    client.open(address_of(page))
                    assert client.fetch(link)[0] == 403, (key, role)
                    stolen = client.deferred(file)
                    assert not stolen or client.fetch(stolen)[0] == 403, (key, role)
                    assert key not in client.deferred_files() or BUTTONS[_button(key)] in RIGHTS[role]


def test_no_file_has_an_address(server: Server, known: Known) -> None:
    """A line's file comes in the message to who asked. What is on the disk beside it, releases, the workspace, backups, is served nowhere."""
    shell = fetch(server.address + "/plan")[1]
    for path in ("RELEASE", "CURRENT", "release-000001-outside.duckdb", "release-000001-inside.duckdb", "workspace.sqlite", "w.gz"):
        for place in ("/", "/static/", "/store/", "/app/static/", "/app/static/../", "/app/static/%2e%2e/store/", "/media/"):
            status, content = fetch(server.address + place + path)
            assert status in (400, 403, 404) or content == shell, place + path
    assert not [line for line, file in known.given.items() if "/media/" in str(file) or "bytes" not in file]


def test_after_a_revocation_no_file_is_given(server: Server, shared: Engine, known: Known) -> None:
    """On each page: asked after; asked of a fragment; and asked before, by a fragment, of a page that is drawn after."""
    for page, lines in known.lines.items():
        roles.grant(shared, LOCAL, "passing", "officer")
        with visit(server, "officer", sub="passing", email="passing@example.org") as client:
            client.open(query={"country": "COD"})
            client.open(address_of(page))
            fragment = next(iter(client.fragments()))
            client.export(address_of(page), lines, "csv", fragment=fragment)
            roles.revoke(shared, LOCAL, "passing")
            assert client.export(address_of(page), lines, "xlsx", fragment=fragment) == {}, page
            assert client.export(address_of(page), lines, "csv") == {}, page
            # and nobody who comes back finds what was asked before
            roles.grant(shared, LOCAL, "passing", "donor")
            client.open(address_of(page))
            assert client.files() == {}, page


def _button(key: str) -> str:
    return next(one for one in BUTTONS if fnmatchcase(key, one))
