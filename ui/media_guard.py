"""ASGI middleware: with sign-in configured, what Streamlit serves under `/media/` needs the cookie of somebody who may have it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import anyio
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from data.errors import DataError
from data.workspace import roles
from data.workspace.actor import RIGHTS, Role
from ui import sign_in, workspace
from ui.downloads import made
from ui.sign_in_settings import auth_section

MEDIA: Final = "/media/"
ICON: Final = Path(__file__).resolve().parents[1] / "static" / "favicon.png"
WHOLE: Final = (b"range", b"if-none-match", b"if-modified-since", b"accept-encoding")
"""Headers of a request that would bring a part of the file, or none of it, or one that has to be unpacked to be known."""


class MediaGuard:
    """Refuses files to strangers, to those whose role is gone, and to roles the file was not made for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(MEDIA) or not auth_section():
            await self.app(scope, receive, send)
            return
        role = await anyio.to_thread.run_sync(role_of_cookies, Request(scope).cookies)
        if scope["method"] != "GET":
            await _refusal()(scope, receive, send)
            return
        start: Message = {}
        content = b""

        async def hold(message: Message) -> None:
            nonlocal start, content
            if message["type"] == "http.response.start":
                start = message
                return
            content += message.get("body", b"")
            if message.get("more_body"):
                return
            if content != icon() and ("see_figures" not in RIGHTS[role] or not made().is_for(content, role)):
                await _refusal()(scope, receive, send)
                return
            await send({**start, "headers": [*(pair for pair in start["headers"] if pair[0].lower() != b"cache-control"), (b"cache-control", b"no-store")]})
            await send({"type": "http.response.body", "body": content})

        await self.app({**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in WHOLE]}, receive, hold)


@cache
def icon() -> bytes:
    """The picture in the browser's tab: Streamlit serves it like a file of somebody's, and the door has it too."""
    return ICON.read_bytes()


def role_of_cookies(cookies: Mapping[str, str]) -> Role:
    """The role of whoever holds a sign-in cookie, as the allow-list has it now; "none" for a cookie that is missing, forged or over."""
    secret = get_cookie_secret()

    def signed(name: str) -> bytes | None:
        value = cookies.get(name)
        return None if value is None else decode_signed_value(secret, name, value.encode("latin-1"))

    try:
        claims: Any = json.loads(get_cookie_with_chunks(signed, USER_COOKIE_NAME) or b"{}")
        who = sign_in.identified(claims, time.time())
        return roles.role_of(workspace.engine(), who.names) if who.state == "signed_in" else "none"
    except (ValueError, AttributeError, DataError):
        return "none"


def _refusal() -> Response:
    return PlainTextResponse("", status_code=403, headers={"cache-control": "no-store"})
