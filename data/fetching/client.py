"""One page of JSON from a service: verified TLS, no other host, no page without end, patience with a back-off, then a sentence.

What may pass by itself (no answer, 429, 5xx, a body cut short, a page that is not JSON) is asked for again; what will not
(403, 404, a redirect elsewhere) is refused at once.
"""

from __future__ import annotations

import email.utils
import json
import ssl
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import urljoin, urlsplit

import urllib3
import urllib3.exceptions

from data.errors import DataError, Unavailable
from data.importing.limits import MEGABYTE

_LOCAL: Final = ("localhost", "127.0.0.1", "::1")
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_CHUNK: Final = 65_536


class ServiceUnavailable(Unavailable):
    """The service, or the way to it, does not answer now; the same command may work later."""


class Clock(Protocol):
    """What time it is and how to wait: the module `time`, or a test's own."""

    def time(self) -> float: ...
    def monotonic(self) -> float: ...
    def sleep(self, seconds: float, /) -> None: ...


@dataclass(frozen=True)
class Patience:
    """How often, how long, how large: seconds and bytes."""

    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 120.0
    between: float = 0.5
    connect: float = 10.0
    read: float = 60.0
    page_seconds: float = 300.0
    page_bytes: int = 64 * MEGABYTE


class _Again(Exception):
    """Worth another attempt: why in both languages, and how long the service asks to wait."""

    def __init__(self, fr: str, en: str, wait: float | None = None):
        self.fr, self.en, self.wait = fr, en, wait
        super().__init__(en)


@dataclass
class Client:
    """A service at a base address; `headers` go with every request and to no other host. Raises DataError for an unsafe address."""

    base: str
    headers: Mapping[str, str] = field(default_factory=dict)
    patience: Patience = Patience()
    clock: Clock = time
    _last: float = field(default=float("-inf"), init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)):
            raise DataError(f"Adresse refusée : {self.base} (il faut https).", f"Address refused: {self.base} (https is needed).")
        self.host = parts.netloc
        proxy = None if parts.hostname in _LOCAL or urllib.request.proxy_bypass(parts.hostname) else urllib.request.getproxies().get(parts.scheme)
        # the context of the standard library verifies the certificate and the name against the system's authorities
        settings: dict[str, Any] = {"retries": False, "ssl_context": ssl.create_default_context(), "maxsize": 1}
        self._pool = urllib3.ProxyManager(proxy, **settings) if proxy else urllib3.PoolManager(**settings)

    def page(self, path: str, query: Mapping[str, str]) -> tuple[bytes, dict[str, Any]]:
        """The bytes and the object of one page. Raises ServiceUnavailable when patience ends, DataError when the service says no."""
        url = f"{self.base.rstrip('/')}/{path}"
        told: list[_Again] = []
        for attempt in range(self.patience.attempts):
            if told:
                self._wait(told[-1], attempt)
            try:
                return self._asked(url, query)
            except _Again as again:
                told.append(again)
        raise ServiceUnavailable(
            f"Pas de réponse utilisable de {self.host} après {self.patience.attempts} essais ({told[-1].fr}). Les données en usage n'ont pas changé ; "
            "ce qui est déjà téléchargé est gardé : relancez la même commande plus tard.",
            f"No usable answer from {self.host} after {self.patience.attempts} attempts ({told[-1].en}). The data in use have not changed; what is "
            "already downloaded is kept: run the same command again later.")

    def _wait(self, again: _Again, attempt: int) -> None:
        backed_off = self.patience.first_wait * 2 ** (attempt - 1)
        asked = max(backed_off, again.wait or 0.0)
        if asked > self.patience.longest_wait:
            minutes = round(asked / 60) or 1
            raise ServiceUnavailable(
                f"{self.host} demande d'attendre {minutes} min. Ce qui est déjà téléchargé est gardé : relancez la même commande ensuite.",
                f"{self.host} asks to wait {minutes} min. What is already downloaded is kept: run the same command again then.")
        self.clock.sleep(asked)

    def _asked(self, url: str, query: Mapping[str, str]) -> tuple[bytes, dict[str, Any]]:
        for _ in range(3):
            pause = self._last + self.patience.between - self.clock.monotonic()
            if pause > 0:
                self.clock.sleep(pause)
            self._last = self.clock.monotonic()
            try:
                response = self._pool.request(
                    "GET", url, fields=dict(query), headers={"Accept": "application/json", "User-Agent": "Ancrage", **self.headers}, redirect=False,
                    preload_content=False, timeout=urllib3.Timeout(connect=self.patience.connect, read=self.patience.read))
                try:
                    if response.status in (301, 302, 303, 307, 308):
                        url, query = self._elsewhere(url, response.headers.get("Location", "")), {}
                        continue
                    body = self._body(response)
                finally:
                    # the rest of a page that is refused is not waited for
                    response.close()
            except urllib3.exceptions.SSLError as error:
                raise DataError(f"Le certificat de {self.host} n'a pas pu être vérifié ; rien n'est téléchargé.",
                                f"The certificate of {self.host} could not be verified; nothing is downloaded.") from error
            except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.ProxyError) as error:
                raise _Again("pas de réseau, ou service injoignable", "no network, or the service cannot be reached") from error
            except urllib3.exceptions.HTTPError as error:
                raise _Again("réponse coupée ou trop lente", "answer cut short or too slow") from error
            return self._understood(response, body)
        raise DataError(f"{self.host} renvoie sans fin d'une adresse à l'autre.", f"{self.host} redirects without end.")

    def _elsewhere(self, url: str, location: str) -> str:
        target = urljoin(url, location)
        if (urlsplit(target).scheme, urlsplit(target).netloc) != (urlsplit(url).scheme, urlsplit(url).netloc):
            other = urlsplit(target).netloc[:80] or "?"
            raise DataError(f"{self.host} renvoie vers un autre hôte ({other}) : refusé.", f"{self.host} redirects to another host ({other}): refused.")
        return target

    def _body(self, response: urllib3.BaseHTTPResponse) -> bytes:
        begun, found = self.clock.monotonic(), bytearray()
        for chunk in response.stream(_CHUNK, decode_content=True):
            found += chunk
            if len(found) > self.patience.page_bytes:
                most = self.patience.page_bytes // MEGABYTE
                raise DataError(f"{self.host} : une page dépasse {most} Mo ; refusée.", f"{self.host}: a page is over {most} MB; refused.")
            if self.clock.monotonic() - begun > self.patience.page_seconds:
                raise _Again("réponse trop lente", "answer too slow")
        return bytes(found)

    def _understood(self, response: urllib3.BaseHTTPResponse, body: bytes) -> tuple[bytes, dict[str, Any]]:
        status = response.status
        if status in _AGAIN:
            raise _Again(f"code HTTP {status}", f"HTTP code {status}", _retry_after(response.headers.get("Retry-After"), self.clock.time()))
        if status != 200:
            why = _reason(body)
            raise DataError(f"{self.host} refuse la demande (code HTTP {status}{why}).", f"{self.host} refuses the request (HTTP code {status}{why}).")
        try:
            found = json.loads(body)
        except (ValueError, RecursionError) as error:
            if body.lstrip()[:1] == b"<":
                raise _Again("une page web au lieu de données", "a web page instead of data") from error
            raise _Again("JSON illisible", "unreadable JSON") from error
        if not isinstance(found, dict):
            raise _Again("données d'une autre forme", "data of another form")
        return body, found


def _retry_after(text: str | None, now: float) -> float | None:
    """Seconds that Retry-After asks for, given as seconds or as a date; None when it says nothing readable."""
    if not text:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - now)
    except (TypeError, ValueError):
        return None


def _reason(body: bytes) -> str:
    """What an error page of JSON says, short; "" when it says nothing readable."""
    try:
        found = json.loads(body[:4_000])
    except (ValueError, RecursionError):
        return ""
    said = found.get("error") or found.get("detail") or found.get("message") if isinstance(found, dict) else None
    return f", {said[:160]}" if isinstance(said, str) else ""
