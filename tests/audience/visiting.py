"""A client of the server's socket that is no browser: it sends what it likes, and keeps everything it is sent."""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, generate_xsrf_token_string
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.audience.people import AUTH, COOKIE_SECRET, claims
from tests.browser.serving import ROOT, Server, running

USER_COOKIE = "_streamlit_user"


@contextmanager
def serving(folder: Path, store: Path, **auth: str) -> Iterator[Server]:
    """The real server with sign-in configured, its secrets in a home of their own."""
    home = folder / ".streamlit"
    home.mkdir(parents=True, exist_ok=True)
    written = {**AUTH, **auth}
    (home / "secrets.toml").write_text("[auth]\n" + "\n".join(f"{name} = {json.dumps(value)}" for name, value in written.items()), encoding="utf-8")
    environment = {"HOME": str(folder), "ANCRAGE_STORE_DIR": str(store), "ANCRAGE_WORKSPACE_URL": f"sqlite:///{folder / 'workspace.sqlite'}"}
    with running([str(ROOT / "server.py")], log=folder / "server.log", environment=environment) as server:
        yield server


def cookie(address: str, said: Mapping[str, Any], secret: str = COOKIE_SECRET) -> str:
    """The sign-in cookie the server would have set for these claims."""
    value = json.dumps({**said, "origin": address, "provider": "default"})
    return f"{USER_COOKIE}={create_signed_value(secret, USER_COOKIE, value).decode()}"


@dataclass
class Client:
    """One session. `messages` holds every message of the last run, `wire` the bytes of all runs."""

    address: str
    socket: ClientConnection
    cookies: str
    messages: list[ForwardMsg] = field(default_factory=list)
    wire: list[bytes] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    asked: str = ""
    session: str = ""

    def run(self, page: str = "", query: Mapping[str, str] | None = None, press: str = "", states: Mapping[str, str | bool] | None = None) -> str:
        """Ask for a run and read until it has ended; everything on the page as text. `press` is the id of a button."""
        self.open(page, query=query, press=press, states=states)
        return self.text()

    def open(self, page: str = "", **asked: Any) -> None:
        """The same, for who reads the messages: saying everything on a page takes longer than the page."""
        self.ask(page, **asked)
        self.read(ends=ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY if asked.get("fragment") else ForwardMsg.FINISHED_SUCCESSFULLY)

    def ask(
        self, page: str = "", query: Mapping[str, str] | None = None, press: str | Iterable[str] = "", states: Mapping[str, str | bool] | None = None,
        triggers: Mapping[str, str] | None = None, fragment: str = "",
    ) -> None:
        """Ask for a run, of a fragment alone where one is named, and read nothing."""
        question = BackMsg()
        rerun = question.rerun_script
        self.asked = urlencode(query) if query is not None else self.asked
        rerun.query_string = self.asked
        # a page by its address, as a browser opens it, or by its number, as a click in the menu does
        rerun.page_script_hash = self.pages.get(page, "")
        rerun.page_name = "" if page in self.pages else page
        rerun.fragment_id = fragment
        for name in [press] if isinstance(press, str) else press:
            if name:
                rerun.widget_states.widgets.add(id=name, trigger_value=True)
        for name, value in (states or {}).items():
            rerun.widget_states.widgets.add(**{"id": name, "bool_value" if isinstance(value, bool) else "string_value": value})
        for name, value in (triggers or {}).items():
            rerun.widget_states.widgets.add(id=name, json_trigger_value=value)
        self.socket.send(question.SerializeToString())

    def read(self, ends: ForwardMsg.ScriptFinishedStatus.ValueType = ForwardMsg.FINISHED_SUCCESSFULLY) -> None:
        """Read until the run that was asked for has ended, with those it asked for itself."""
        self.messages = []
        others = {ForwardMsg.FINISHED_EARLY_FOR_RERUN, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY} - {ends}
        while True:
            raw = bytes(self.socket.recv(timeout=240))  # type: ignore[arg-type]
            self.wire.append(raw)
            message = ForwardMsg()
            message.ParseFromString(raw)
            self.messages.append(message)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.session = message.new_session.initialize.session_id or self.session
            if kind == "navigation":
                self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            if kind == "script_finished" and message.script_finished not in others:
                return

    def text(self) -> str:
        """What the messages of the last run say."""
        return "\n".join(str(message.delta) for message in self.messages if message.WhichOneof("type") == "delta")

    def widgets(self) -> dict[str, str]:
        """Ids of the widgets of the last run by the key they end in."""
        found: dict[str, str] = {}
        for message in self.messages:
            element = message.delta.new_element if message.WhichOneof("type") == "delta" else None
            inner = getattr(element, element.WhichOneof("type") or "", None) if element is not None else None
            name = getattr(inner, "id", "")
            if isinstance(name, str) and name.startswith("$$ID-"):
                found[name.split("-", 2)[2]] = name
        return found

    def tabs(self) -> list[tuple[str, str]]:
        """(id, label) of every tab of the last run that opens only when it is clicked."""
        found: list[tuple[str, str]] = []
        last = ""
        for message in self.messages:
            block = message.delta.add_block if message.WhichOneof("type") == "delta" else None
            if block is not None and block.WhichOneof("type") == "tab_container":
                last = block.tab_container.id
            elif block is not None and block.WhichOneof("type") == "tab" and last:
                found.append((last, block.tab.label))
        return found

    def opens(self) -> dict[str, bool]:
        """Expanders and switches of the last run that are closed, as the states that open them."""
        found: dict[str, bool] = {}
        for message in self.messages:
            if message.WhichOneof("type") != "delta":
                continue
            block, element = message.delta.add_block, message.delta.new_element
            if block.WhichOneof("type") == "expandable" and block.expandable.id:
                found[block.expandable.id] = True
            if element.WhichOneof("type") == "checkbox" and element.checkbox.type == element.checkbox.TOGGLE:
                found[element.checkbox.id] = True
        return found

    def fragments(self) -> set[str]:
        """Fragments of the last run: parts of the page that can be asked for alone."""
        return {message.delta.fragment_id for message in self.messages if message.WhichOneof("type") == "delta" and message.delta.fragment_id} | {
            message.auto_rerun.fragment_id for message in self.messages if message.WhichOneof("type") == "auto_rerun"}

    def lines_of_export(self) -> list[str]:
        """Ids of the lines under figures that offer files."""
        elements = [message.delta.new_element for message in self.messages if message.WhichOneof("type") == "delta"]
        return [one.bidi_component.id for one in elements if one.WhichOneof("type") == "bidi_component" and one.bidi_component.id.endswith(".export")]

    def deferred_files(self) -> dict[str, str]:
        """Numbers of the files that buttons of the last run offer, by the key their id ends in."""
        elements = [message.delta.new_element for message in self.messages if message.WhichOneof("type") == "delta"]
        buttons = [one.download_button for one in elements if one.WhichOneof("type") == "download_button"]
        return {one.id.split("-", 2)[2]: one.deferred_file_id for one in buttons}

    def export(self, page: str, lines: Iterable[str], kind: str, **more: Any) -> dict[str, dict[str, Any]]:
        """What lines give when somebody chooses a format of each, by line; a line that gives nothing is not in it."""
        self.open(page, triggers=asking(lines, kind), **more)
        return self.files()

    def files(self) -> dict[str, dict[str, Any]]:
        """Every file the last run gave under a figure, by line."""
        found: dict[str, dict[str, Any]] = {}
        for message in self.messages:
            element = message.delta.new_element if message.WhichOneof("type") == "delta" else None
            if element is not None and element.WhichOneof("type") == "bidi_component":
                said = json.loads(element.bidi_component.json or element.bidi_component.mixed.json or "{}")
                if isinstance(said, dict) and said.get("file"):
                    found[element.bidi_component.id] = said["file"]
        return found

    def deferred(self, file: str) -> str:
        """Ask for a deferred download by its id; its address, or "" when it is refused."""
        question = BackMsg()
        question.backend_operation_request.request_id = secrets.token_hex(4)
        question.backend_operation_request.session_id = self.session
        question.backend_operation_request.deferred_file.file_id = file
        self.socket.send(question.SerializeToString())
        while True:
            raw = bytes(self.socket.recv(timeout=30))  # type: ignore[arg-type]
            message = ForwardMsg()
            message.ParseFromString(raw)
            if message.WhichOneof("type") == "backend_operation_response":
                return message.backend_operation_response.deferred_file.url

    def fetch(self, path: str) -> tuple[int, bytes]:
        """A file of the server with this session's cookies."""
        return fetch(self.address + path, self.cookies)


def asking(lines: Iterable[str], kind: str) -> dict[str, str]:
    """What a browser sends when somebody chooses a format in the menus of these lines."""
    return {f"$$STREAMLIT_INTERNAL_KEY_{line}__events": json.dumps([{"event": "asked", "value": kind}]) for line in lines}


@contextmanager
def visit(server: Server, role: str = "", cookies: str | None = None, **more: Any) -> Iterator[Client]:
    """A session as somebody of a role, or with cookies of one's own making."""
    token = generate_xsrf_token_string()
    held = cookies if cookies is not None else cookie(server.address, claims(role, **more))
    url = f"ws://{urlsplit(server.address).netloc}/_stcore/stream"
    with connect(
        url, origin=Origin(server.address), subprotocols=[Subprotocol("streamlit"), Subprotocol(token)],
        additional_headers={"Cookie": f"{held}; _streamlit_xsrf={token}"}, max_size=None,
    ) as socket:
        yield Client(server.address, socket, held)


def fetch(url: str, cookies: str = "") -> tuple[int, bytes]:
    """Status and content of an answer."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Cookie": cookies} if cookies else {}), timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
