"""What a client that is no browser can get and do with each role: pages by address and by number, buttons it was never shown, session
keys, links, files, cookies of its own making; and with a role that is taken away in between.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

import server as server_module
from data.workspace import roles, scenarios
from data.workspace.actor import LOCAL, RIGHTS
from data.workspace.schema import Engine
from tests.audience.people import OTHERS, actor, claims
from tests.audience.visiting import Client, cookie, fetch, visit
from tests.audience.writes import World
from tests.browser.serving import Server
from ui.menu import PAGES
from ui.message_guard import MessageGuard

DOOR = {"participant": "Votre rôle est de participer", "none": "Vous n\\'avez pas de rôle"}
RIGHT_OF_PAGE = {name: right for name, _, right in PAGES}


@pytest.fixture
def world(served_world: World) -> World:
    return served_world


@pytest.fixture
def officer(server: Server, shared: Engine) -> Iterator[Client]:
    """Somebody whose role a test may take away."""
    roles.grant(shared, LOCAL, "passing", "officer")
    with visit(server, "officer", sub="passing", email="passing@example.org") as client:
        yield client


def shows_no_figures(client: Client) -> bool:
    kinds = {message.delta.new_element.WhichOneof("type") for message in client.messages if message.WhichOneof("type") == "delta"}
    return not kinds & {"arrow_data_frame", "plotly_chart", "bidi_component", "metric", "file_uploader", "text_input", "download_button"}


@pytest.mark.parametrize("role", OTHERS)
def test_a_page_that_is_not_open_says_so_by_its_address_and_by_its_number(server: Server, role: str) -> None:
    with visit(server, "officer") as knows:
        knows.run()
        numbers = dict(knows.pages)
    for page, right in RIGHT_OF_PAGE.items():
        if right in RIGHTS[role]:
            continue
        with visit(server, role) as client:
            for text in (client.run(page), _by_number(client, numbers[page if page != "situation" else ""])):
                expected = DOOR.get(role, "n\\'est pas ouverte au rôle")
                assert expected in text or (page == "situation" and expected in text), (page, text[:400])
                assert shows_no_figures(client), page


def _by_number(client: Client, number: str) -> str:
    client.pages["wanted"] = number
    return client.run("wanted")


def test_what_a_client_sends_as_the_value_of_a_session_key_is_not_believed(server: Server) -> None:
    keys = ("workspace_reader", "workspace_who", "workspace_mark", "store", "language")
    with visit(server, "donor") as client:
        client.run()
        # such a session may lose what it remembered and be told that the page failed; it never gains anything
        assert "Afghanistan" not in client.run(states=dict.fromkeys(keys, "officer"))
        assert "Afghanistan" not in client.run()
    with visit(server, "none") as client:
        client.run()
        assert DOOR["none"] in client.run(states=dict.fromkeys(keys, "officer"))


@pytest.mark.parametrize(("role", "k"), [("donor", 10), ("facilitator", 5)])
def test_each_audience_sees_its_release_and_says_which(server: Server, role: str, k: int) -> None:
    with visit(server, role) as client:
        text = client.run()
        assert f"moins de {k} personnes" in text
        # the release is of one country
        assert "Afghanistan" not in text
        assert "AFG" in client.run(query={"country": "AFG"})
    with visit(server, "officer") as client:
        text = client.run()
        assert "Afghanistan" in text
        assert "moins de" not in text


def test_a_link_to_a_kept_scenario_opens_for_who_may_read_it(server: Server, world: World) -> None:
    link = {"scenario": world.kept, "lang": "en"}
    for role, opens in (("officer", True), ("facilitator", True), ("donor", False)):
        with visit(server, role) as client:
            client.run("plan", query=link)
            # what is opened stands in the address
            assert any("s.budget=2000000" in message.page_info_changed.query_string for message in client.messages) is opens, role
    for role in ("participant", "none"):
        with visit(server, role) as client:
            client.run("plan", query=link)
            assert shows_no_figures(client)


def test_a_file_is_made_for_who_asks_and_fetched_by_nobody_else(server: Server, shared: Engine, officer: Client) -> None:
    officer.run()
    officer.run("plan")
    file = next(
        message.delta.new_element.download_button.deferred_file_id for message in officer.messages
        if message.WhichOneof("type") == "delta" and message.delta.new_element.WhichOneof("type") == "download_button")
    path = officer.deferred(file)
    assert path.startswith("/media/")
    status, content = officer.fetch(path)
    assert (status, content[:1]) == (200, b"{")
    assert fetch(server.address + path)[0] == 403
    for role in OTHERS:
        with visit(server, role) as client:
            client.run()
            # Streamlit makes the file for whoever knows its number; the guard does not hand it out
            stolen = client.deferred(file)
            assert not stolen or client.fetch(stolen)[0] == 403
            assert client.fetch(path)[0] == 403
    assert fetch(server.address + path, cookie(server.address, claims("officer"), "another secret that is long enough to be one"))[0] == 403
    assert fetch(server.address + path, cookie(server.address, claims("officer", exp=1)))[0] == 403
    roles.revoke(shared, LOCAL, "passing")
    assert officer.fetch(path)[0] == 403
    assert officer.deferred(file) == ""


def test_a_role_taken_away_is_gone_at_the_next_click(shared: Engine, world: World, officer: Client) -> None:
    officer.run()
    officer.run("scenarios")
    delete = officer.widgets()[f"scenarios.delete.{world.kept}"]
    before = world.rows()["scenario"]
    roles.revoke(shared, LOCAL, "passing")
    text = officer.run("scenarios", press=delete)
    assert world.rows()["scenario"] == before
    assert scenarios.opened(world.engine, actor("officer"), world.kept).deleted_at is None
    assert shows_no_figures(officer)
    assert DOOR["none"] in officer.run(), text
    assert shows_no_figures(officer)


def test_a_role_that_shrinks_leaves_nothing_of_the_larger_one(shared: Engine, world: World, officer: Client) -> None:
    officer.run()
    assert "Afghanistan" in officer.run("scenarios")
    roles.grant(shared, LOCAL, "passing", "donor")
    text = officer.run("")
    assert "Afghanistan" not in text
    assert "Chiffres publiés le" in text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"exp": int(time.time()) - 5}, "Votre connexion a pris fin"),
        ({"exp": None}, "Votre connexion a pris fin"),
        ({"exp": "9999999999"}, "Votre connexion a pris fin"),
        ({"sub": ""}, "Connectez-vous pour continuer"),
        ({"is_logged_in": False}, "Connectez-vous pour continuer"),
        ({"sub": "another", "email": "officer@example.org"}, "Vous n\\'avez pas de rôle"),
    ],
)
def test_an_identity_that_is_over_or_not_on_the_list_sees_nothing(server: Server, said: dict[str, object], sentence: str) -> None:
    with visit(server, "officer", **said) as client:
        assert sentence in client.run()
        assert shows_no_figures(client)


def test_an_address_counts_only_when_the_provider_has_verified_it(server: Server, shared: Engine) -> None:
    roles.grant(shared, LOCAL, "Address@Example.org", "donor")
    for verified, opens in ((True, True), (False, False), ("true", False)):
        with visit(server, "none", email="address@example.org", email_verified=verified) as client:
            assert ("Chiffres publiés le" in client.run()) is opens


def test_nobody_empties_what_all_sessions_share() -> None:
    """Of what a browser sends, the messages that are for developers never reach the session."""
    sent = [
        BackMsg(stop_script=True), BackMsg(clear_cache=True), BackMsg(set_run_on_save=True), BackMsg(debug_shutdown_runtime=True),
        BackMsg(app_heartbeat=True)]
    waiting = [*({"type": "websocket.receive", "bytes": one.SerializeToString()} for one in sent), {"type": "websocket.receive", "bytes": b"\xff"}]
    heard: list[Any] = []

    async def receive() -> Any:
        return waiting.pop(0)

    async def session(_scope: Any, receive: Any, _send: Any) -> None:
        while waiting:
            heard.append((await receive())["bytes"])

    with pytest.raises(StopIteration):  # it waits for nothing: one step takes it to its end, beside whatever loop a browser's test left
        MessageGuard(session)({"type": "websocket"}, receive, session).send(None)  # type: ignore[arg-type]
    assert heard == [sent[0].SerializeToString(), sent[4].SerializeToString(), b"\xff"]
    assert MessageGuard in {one.cls for one in server_module.shell(lambda: None)["middleware"]}


@pytest.mark.parametrize("cookies", ["", "_streamlit_user=x", "_streamlit_user=e30.abc.def"])
def test_no_cookie_or_a_forged_one_is_nobody(server: Server, cookies: str) -> None:
    with visit(server, cookies=cookies) as client:
        assert "Connectez-vous pour continuer" in client.run("data")
        assert shows_no_figures(client)


@pytest.mark.parametrize(("header", "secure"), [({}, False), ({"X-Forwarded-Proto": "https"}, True)])
def test_cookies_are_secure_where_people_come_over_https(server: Server, header: dict[str, str], secure: bool) -> None:
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=20)
    connection.request("GET", "/auth/logout", headers={"Cookie": cookie(server.address, claims("donor")), **header})
    cookies = connection.getresponse().headers.get_all("set-cookie")
    connection.close()
    assert cookies
    assert all(("; secure" in one.lower()) is secure for one in cookies), cookies
