"""Releases: what donors and presentations see. Two files beside the generations, one an audience, and a pointer to the pair in use.

`store/release-<n>-outside.duckdb`, `store/release-<n>-inside.duckdb`; `store/RELEASE` names the number in use.
"""

from __future__ import annotations

import os
import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, Literal

import duckdb

from data.errors import DataError, StoreBusy
from data.generations import Generation, fsync, held, store_dir
from data.store import HARDENED, Notice, Store, connect, pointer_mark

Audience = Literal["outside", "inside"]
AUDIENCES: Final[tuple[Audience, ...]] = ("inside", "outside")
"""In the order they are made: what is withheld inside is withheld outside too."""
POINTER: Final = "RELEASE"
KEPT: Final = 4
"""Releases kept: the one in use and those before it, for the check against each. Not the last alone: a release of one country says nothing
of the others, and the one after it must not give away what the one before it withheld."""
_POINTED: Final = re.compile(r"^release-(\d{6})$")
_NAME: Final = re.compile(r"^release-(\d{6})-(outside|inside)\.duckdb$")


class NoRelease(DataError):
    """Nothing was published yet, or nothing published can be read."""

    @classmethod
    def in_folder(cls, folder: Path) -> NoRelease:
        """The error for a folder without a release."""
        return cls(
            f"Rien n'est publié pour les bailleurs et les présentations dans {folder}. Publiez les données protégées avec : "
            "python -m data release",
            f"Nothing is published for donors and presentations in {folder}. Publish the protected figures with: python -m data release",
        )


def open_release(audience: Audience, folder: Path | None = None) -> Store:
    """Open what an audience sees: the release RELEASE names; when its file is damaged, the one before, with a notice.

    The Store answers every function of `data.queries`. Raises NoRelease when nothing was published or nothing published opens.
    """
    folder = folder or store_dir()
    mark = pointer_mark(folder, POINTER)
    pointed = current(folder)
    if pointed is None:
        raise NoRelease.in_folder(folder)
    for number in [one for one in published(folder) if one <= pointed]:
        path = release_path(folder, number, audience)
        connection = connect(path)
        if connection is not None:
            notice = None if number == pointed else _fallback(pointed, number)
            return Store(folder, Generation(path), connection, notice, pointer=POINTER, _mark=mark)
    raise NoRelease.in_folder(folder)


def release_mark(folder: Path | None = None) -> tuple[int, int, int]:
    """What tells one RELEASE from the next without reading it; zeros when nothing was published."""
    return pointer_mark(folder or store_dir(), POINTER)


def release_path(folder: Path, number: int, audience: Audience) -> Path:
    """Where the file of a release for an audience lies."""
    return folder / f"release-{number:06d}-{audience}.duckdb"


def reading(path: Path) -> duckdb.DuckDBPyConnection:
    """A generation or release opened as the app opens it, so that both can at once. Raises duckdb.Error."""
    return duckdb.connect(str(path), read_only=True, config=HARDENED)


def current(folder: Path) -> int | None:
    """The number RELEASE names, None when it is absent or unreadable."""
    try:
        found = _POINTED.match((folder / POINTER).read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError):
        return None
    return int(found.group(1)) if found else None


def published(folder: Path) -> list[int]:
    """Numbers with a file in the folder, newest first."""
    if not folder.is_dir():
        return []
    names = (_NAME.match(path.name) for path in folder.iterdir())
    return sorted({int(found.group(1)) for found in names if found}, reverse=True)


def switch(folder: Path, number: int) -> None:
    """Make a release the one in use: write beside, fsync, rename, fsync the folder; then let go of the oldest."""
    beside = folder / f".{POINTER}.{os.getpid()}"
    with beside.open("w", encoding="ascii") as pointer:
        pointer.write(f"release-{number:06d}\n")
        pointer.flush()
        os.fsync(pointer.fileno())
    beside.replace(folder / POINTER)
    fsync(folder)
    for old in published(folder)[KEPT:]:
        for audience in AUDIENCES:
            release_path(folder, old, audience).unlink(missing_ok=True)


def clean(folder: Path) -> None:
    """Remove what a release that was stopped left behind: hidden files, and files no pointer ever named."""
    for leftover in [*folder.glob(".releasing-*"), *folder.glob(f".{POINTER}.*")]:
        leftover.unlink()
    pointed = current(folder)
    for number in published(folder):
        if pointed is not None and number > pointed:
            for audience in AUDIENCES:
                release_path(folder, number, audience).unlink(missing_ok=True)


def release_lock(folder: Path) -> AbstractContextManager[None]:
    """Hold the releases for one writer. Raises StoreBusy when another holds them; ends with its process."""
    return held(
        folder / ".release-lock",
        StoreBusy(
            "Une autre publication est en cours ; attendez sa fin et recommencez.",
            "Another release is being made; wait for it to end and try again.",
        ),
    )


def _fallback(wanted: int, used: int) -> Notice:
    return Notice(
        f"La publication {wanted} est endommagée : les données affichées sont celles de la publication {used}. "
        "Pour réparer : python -m data release",
        f"Release {wanted} is damaged: the figures shown are those of release {used}. To mend: python -m data release",
    )
