"""All pages of a theme, kept one by one beside the store: a download that was cut goes on where it stopped.

A folder is one question (address, path, parameters); its pages serve for a day, then the question is asked anew.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from data.errors import DataError
from data.fetching.client import Client, ServiceUnavailable
from data.fetching.services import Service, Theme
from data.importing.limits import MAX_FILE_BYTES, MEGABYTE

FOLDER: Final = "fetched"
KEPT_SECONDS: Final = 86_400
MOST_PAGES: Final = 2_000
_BEGUN: Final = "begun.json"


@dataclass(frozen=True)
class Download:
    """A whole theme: rows, pages (of these `resumed` were there), when it was begun (UTC), SHA-256 of the pages in order."""

    theme: Theme
    url: str
    rows: list[dict[str, Any]]
    pages: int
    resumed: int
    retrieved: datetime
    sha256: str
    folder: Path


def download(client: Client, service: Service, theme: Theme, store: Path, say: Callable[[int, int], None] = lambda pages, rows: None) -> Download:
    """Every page of a theme. Raises ServiceUnavailable when the service fails (pages stay), DataError when it refuses or is too large."""
    folder = _folder(client, theme, store)
    begun = _begun(folder, client.clock.time())
    rows: list[dict[str, Any]] = []
    digest, size, resumed = hashlib.sha256(), 0, 0
    for number in range(MOST_PAGES):
        path = folder / f"page-{number:05d}.json"
        raw, page = _kept(path, service)
        if page is None:
            raw, page = client.page(theme.path, {**theme.query, **service.query(number)})
            if service.rows(page) is None:
                raise ServiceUnavailable(
                    f"{client.host} a répondu sans la liste attendue (« {service.rows_key} »). Rien n'est importé.",
                    f"{client.host} answered without the expected list (\"{service.rows_key}\"). Nothing is imported.")
            _keep(path, raw)
        else:
            resumed += 1
        digest.update(raw)
        size += len(raw)
        if size > MAX_FILE_BYTES:
            most = MAX_FILE_BYTES // MEGABYTE
            raise DataError(f"{client.host}, {theme.theme} : plus de {most} Mo ; refusé.", f"{client.host}, {theme.theme}: over {most} MB; refused.")
        rows += service.rows(page) or []
        say(number + 1, len(rows))
        if service.is_last(page, number):
            return Download(theme, f"{client.base.rstrip('/')}/{theme.path}", rows, number + 1, resumed, begun, digest.hexdigest(), folder)
    raise DataError(f"{client.host}, {theme.theme} : plus de {MOST_PAGES} pages ; refusé.", f"{client.host}, {theme.theme}: over {MOST_PAGES} pages; refused.")


def forget(downloads: list[Download]) -> None:
    """Remove the pages of downloads that are in the store now."""
    for one in downloads:
        shutil.rmtree(one.folder, ignore_errors=True)


def _folder(client: Client, theme: Theme, store: Path) -> Path:
    question = json.dumps([client.base, theme.path, sorted(theme.query.items())])
    return store / FOLDER / f"{theme.service}-{theme.theme}-{hashlib.sha256(question.encode()).hexdigest()[:12]}"


def _begun(folder: Path, now: float) -> datetime:
    """When the download in a folder began; a folder that is too old, or says nothing readable, is begun anew."""
    try:
        at = float(json.loads((folder / _BEGUN).read_text(encoding="utf-8"))["at"])
        if 0 <= now - at < KEPT_SECONDS:
            return datetime.fromtimestamp(at, UTC)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _keep(folder / _BEGUN, json.dumps({"at": now}).encode())
    return datetime.fromtimestamp(now, UTC)


def _kept(path: Path, service: Service) -> tuple[bytes, dict[str, Any] | None]:
    """A page that is there and whole; None when it must be asked for."""
    try:
        raw = path.read_bytes()
        page = json.loads(raw)
    except (OSError, ValueError):
        return b"", None
    return (raw, page) if isinstance(page, dict) and service.rows(page) is not None else (b"", None)


def _keep(path: Path, raw: bytes) -> None:
    beside = path.with_suffix(".part")
    beside.write_bytes(raw)
    beside.replace(path)
