"""ASGI middleware: whoever signs in comes back to the address they came from, a page with what stands behind it, and to no other place.

Streamlit returns everybody to the first page. The address is kept here, for minutes, under a number that only the browser's cookie has:
a link that holds a whole scenario is longer than a cookie may be.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.menu import FIRST, PAGES
from ui.sign_in_settings import auth_section

LEAVES: Final = "/auth/login"
RETURNS: Final = "/oauth2callback"
COOKIE: Final = "ancrage_came_from"
SIGNED_IN: Final = "_streamlit_user"
SECONDS: Final = 900
KEPT: Final = 1_000
LONGEST: Final = 16_000
_PLACES: Final = frozenset({"", *(page.name for page in PAGES)} - {FIRST})


def place_of(address: str, hosts: frozenset[str]) -> str:
    """The page and query of an address of ours, from the root of this server; "" for any other address, and for the first page as it opens."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    name = parts.path.strip("/")
    if parts.netloc not in hosts or name not in _PLACES or len(parts.query) > LONGEST:
        return ""
    asked = urlencode(parse_qsl(parts.query, keep_blank_values=True))
    return f"/{name}{'?' if asked else ''}{asked}" if name or asked else ""


class ComingBack:
    """Keeps where somebody was when they went to sign in, and sends them there once they have."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in (LEAVES, RETURNS) or not auth_section():
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        going = scope["path"] == LEAVES
        number = self._keep(place_of(asked.get("referer", ""), _hosts(asked))) if going else ""
        place = "" if going else self._take(asked.get("cookie", ""))

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                if going:
                    headers.append("set-cookie", _cookie(number, SECONDS if number else 0))
                else:
                    headers.append("set-cookie", _cookie("", 0))
                    signed_in = any(one.startswith((f"{SIGNED_IN}=", f"{SIGNED_IN}_")) and not _ends(one) for one in headers.getlist("set-cookie"))
                    if place and signed_in and "location" in headers:
                        headers["location"] = place
                message = {**message, "headers": headers.raw}
            await send(message)

        await self.app(scope, receive, answer)

    def _keep(self, place: str) -> str:
        if not place:
            return ""
        number = secrets.token_urlsafe(24)
        with self._lock:
            self._kept[number] = (time.monotonic(), place)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return number

    def _take(self, cookies: str) -> str:
        """What was kept under the number a browser brings, once."""
        try:
            found = SimpleCookie(cookies).get(COOKIE)
        except CookieError:
            return ""
        with self._lock:
            when, place = self._kept.pop(found.value, (0.0, "")) if found is not None else (0.0, "")
        return place if place and time.monotonic() - when <= SECONDS else ""


def _hosts(asked: Headers) -> frozenset[str]:
    """The names this server goes by: the one it was asked under, and the one people return to."""
    section = auth_section()
    return frozenset({asked.get("host", ""), urlsplit(str(section.get("redirect_uri", ""))).netloc} - {""})


def _cookie(number: str, seconds: int) -> str:
    return f"{COOKIE}={number}; Max-Age={seconds}; Path={RETURNS}; HttpOnly; SameSite=Lax"


def _ends(cookie: str) -> bool:
    return "max-age=0" in cookie.lower() or "1970" in cookie
