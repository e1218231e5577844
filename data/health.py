"""Whether the app can serve: the store opens, the workspace can be written, the disk has room."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final, TypedDict

from data.errors import DataError
from data.generations import store_dir
from data.store import open_store
from data.workspace import check_writable, workspace_engine

FREE_BYTES_NEEDED: Final = 200 * 1024 * 1024
"""Room for one more generation, its build and the workspace's journal, with a wide margin over the embedded 7 MB."""


class Check(TypedDict):
    """One check: whether it passed and, when it did not, what to do."""

    ok: bool
    message_fr: str
    message_en: str


class Health(TypedDict):
    """All checks and whether the app is ready."""

    ready: bool
    store: Check
    workspace: Check
    disk: Check


def health(folder: Path | None = None, workspace: str | None = None) -> Health:
    """Run the three checks; never raises for a failed one."""
    folder = folder or store_dir()
    store, written, disk = check_store(folder), check_workspace(workspace), check_disk(folder)
    return Health(ready=store["ok"] and written["ok"] and disk["ok"], store=store, workspace=written, disk=disk)


def check_store(folder: Path) -> Check:
    """A generation opens. One that stands in for a damaged one passes, and its notice is told."""
    try:
        with open_store(folder) as store:
            if store.notice is not None:
                return Check(ok=True, message_fr=store.notice.message_fr, message_en=store.notice.message_en)
    except DataError as error:
        return _failed(error)
    return _passed()


def check_workspace(url: str | None = None) -> Check:
    """The workspace takes a write."""
    try:
        engine = workspace_engine(url)
        try:
            check_writable(engine)
        finally:
            engine.dispose()
    except DataError as error:
        return _failed(error)
    return _passed()


def check_disk(folder: Path, needed: int = FREE_BYTES_NEEDED) -> Check:
    """The disk of the store has room for the next generation."""
    place = folder
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free >= needed:
        return _passed()
    megabytes = free // 2**20
    return Check(
        ok=False, message_fr=f"Il reste {megabytes} Mo sur le disque de {place} ; libérez de la place.",
        message_en=f"{megabytes} MB are left on the disk of {place}; free some space.")


def _passed() -> Check:
    return Check(ok=True, message_fr="", message_en="")


def _failed(error: DataError) -> Check:
    return Check(ok=False, message_fr=error.message_fr, message_en=error.message_en)
