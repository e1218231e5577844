"""Generations of the store: where they lie, which one is in use, and the switch from one to the next.

`store/gen-<n>-<hash>.duckdb` is one generation, `store/CURRENT` names the one in use (FINDINGS 15). How one is made is
building.py.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.errors import StoreBusy

KEPT: Final = 2
"""Generations kept: the one in use and the one before it."""
POINTER: Final = "CURRENT"
_NAME: Final = re.compile(r"^gen-(\d{6})-([0-9a-f]{12})\.duckdb$")


@dataclass(frozen=True)
class Generation:
    """One generation file; `number` grows, `digest` is the hash of what it was built from."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def number(self) -> int:
        return int(self.path.name.split("-")[1])

    @property
    def digest(self) -> str:
        return self.path.stem.split("-")[2]


def store_dir() -> Path:
    """Where the store lies: `ANCRAGE_STORE_DIR`, else `store/` in the project."""
    return Path(os.environ.get("ANCRAGE_STORE_DIR") or Path(__file__).resolve().parent.parent / "store")


def generations(folder: Path) -> list[Generation]:
    """Generations in a store folder, newest first; an absent folder has none."""
    if not folder.is_dir():
        return []
    found = [Generation(path) for path in folder.iterdir() if _NAME.match(path.name)]
    return sorted(found, key=lambda one: one.number, reverse=True)


def current_name(folder: Path) -> str | None:
    """What CURRENT says, None when it is absent, unreadable or not the name of a generation."""
    try:
        name = (folder / POINTER).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if _NAME.match(name) else None


def switch(folder: Path, generation: Generation) -> None:
    """Make a generation the one in use: write beside, fsync, rename, fsync the folder."""
    beside = folder / f".{POINTER}.{os.getpid()}"
    with beside.open("w", encoding="ascii") as pointer:
        pointer.write(generation.name + "\n")
        pointer.flush()
        os.fsync(pointer.fileno())
    beside.replace(folder / POINTER)
    fsync(folder)


def retire(folder: Path, keep: set[str]) -> None:
    """Remove generations beyond KEPT: those in `keep` stay, then the newest."""
    others = [one for one in generations(folder) if one.name not in keep]
    for old in others[max(0, KEPT - len(keep)) :]:
        old.path.unlink()


def writer_lock(folder: Path) -> AbstractContextManager[None]:
    """Hold the store for one writer. Raises StoreBusy when another holds it; ends with its process, whatever ends that."""
    return held(
        folder / ".lock",
        StoreBusy(
            "Une autre importation est en cours ; attendez sa fin et recommencez.",
            "Another import is running; wait for it to end and try again.",
        ),
    )


@contextmanager
def held(file: Path, busy: StoreBusy) -> Iterator[None]:
    """Hold a file for one process. Raises `busy` when another holds it; the hold ends with its process, whatever ends that."""
    with file.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise busy from error
        yield


def fsync(path: Path) -> None:
    """Have a file or a folder reach the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
