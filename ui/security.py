"""What each answer of the server carries: a strict content policy, and a page that says its language.

The policy allows this server's own files and nothing else: no other host, no inline script but Streamlit's one (by the hash
of the file that is installed), no `eval`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.language import DEFAULT, languages
from ui.sign_in_settings import auth_section, is_https

RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ps", "ur"})
INLINE_SCRIPT: Final = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=()",
}
# a name that holds the hash of its content never changes what it means
KEPT_FOREVER: Final = "public, max-age=31536000, immutable"
DROPPED_FROM_DOCUMENTS: Final = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")


@cache
def content_policy() -> str:
    """The Content-Security-Policy, with the hash of each inline script of the installed Streamlit's page."""
    scripts = INLINE_SCRIPT.findall(_index_page())
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts)
    return "; ".join((
        "default-src 'none'",
        f"script-src 'self' {hashes} 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "media-src 'self'",
        "manifest-src 'self'",
        "frame-src 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ))


def _index_page() -> str:
    spec = find_spec("streamlit")
    if spec is None or spec.origin is None:
        raise RuntimeError("streamlit is not installed")
    return (Path(spec.origin).parent / "static" / "index.html").read_text(encoding="utf-8")


def page_language(query: str) -> str:
    """The language asked for in the address (`?lang=`), else French; a language without a folder counts as not asked for."""
    asked = parse_qs(query).get("lang", [DEFAULT])[-1]
    return asked if asked in languages() else DEFAULT


class PageHeaders:
    """ASGI middleware: the headers on every answer, `lang`, `dir` and our name in the page itself."""

    def __init__(self, app: ASGIApp, head: Callable[[str, str], str] = lambda path, query: "") -> None:
        """`head` gives what a page has in its head beside Streamlit's own, by path and query."""
        self.app = app
        self.policy = content_policy()
        self.head = head

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_document = scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")
        if is_document:
            # the page is rewritten below: it must arrive whole and uncompressed, and a copy the browser kept may be in another language
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in DROPPED_FROM_DOCUMENTS]}
        answer = _Answer(scope, send, self.policy, self.head if is_document else None)
        await self.app(scope, receive, answer.send)


class _Answer:
    """One answer on its way out."""

    def __init__(self, scope: Scope, send: Send, policy: str, head: Callable[[str, str], str] | None) -> None:
        """`head` is None for anything but a page."""
        self.scope, self.onward, self.policy, self.head = scope, send, policy, head
        self.start: Message | None = None
        self.body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            self._protect(headers, message["status"])
            message = {**message, "headers": headers.raw}
            if self.head is not None and headers.get("content-type", "").startswith("text/html"):
                self.start = message
                return
        elif message["type"] == "http.response.body" and self.start is not None:
            self.body += message.get("body", b"")
            if message.get("more_body"):
                return
            await self._send_page()
            return
        await self.onward(message)

    def _protect(self, headers: MutableHeaders, status: int) -> None:
        headers["content-security-policy"] = self.policy
        if self._is_https():
            for number, (name, value) in enumerate(headers.raw):
                if name == b"set-cookie" and b"secure" not in value.lower().split(b"; "):
                    headers.raw[number] = (name, value + b"; Secure")
        for name, value in HEADERS.items():
            headers[name] = value
        if self.scope["path"].startswith("/app/static/"):
            # Streamlit lets every site read app/static; ours is for our own pages
            del headers["access-control-allow-origin"]
            if self.scope["path"].startswith("/app/static/geo/") and status == 200:
                headers["cache-control"] = KEPT_FOREVER

    def _is_https(self) -> bool:
        """Whether the browser came over https: the server itself speaks it, the proxy says so, or the address people return to does."""
        said = Headers(scope=self.scope).get("x-forwarded-proto", "")
        return "https" in (self.scope["scheme"], said.split(",")[0].strip()) or is_https(auth_section())

    async def _send_page(self) -> None:
        assert self.start is not None and self.head is not None
        language = page_language(self.scope["query_string"].decode("latin-1"))
        direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
        body = self.body.replace(b'<html lang="en">', f'<html lang="{language}" dir="{direction}">'.encode(), 1)
        body = body.replace(b"<title>Streamlit</title>", b"<title>Ancrage</title>", 1)
        body = body.replace(b"</head>", self.head(self.scope["path"], self.scope["query_string"].decode("latin-1")).encode() + b"</head>", 1)
        headers = MutableHeaders(raw=list(self.start["headers"]))
        headers["content-length"] = str(len(body))
        headers["cache-control"] = "no-cache"
        del headers["etag"]
        del headers["last-modified"]
        await self.onward({**self.start, "headers": headers.raw})
        await self.onward({"type": "http.response.body", "body": body, "more_body": False})
