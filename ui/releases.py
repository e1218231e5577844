"""The published releases that audiences outside the programme see in place of the store."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from data.errors import DataError
from data.store import Store

Release = Literal["inside", "outside"]


class NoRelease(DataError):
    """x"""


def opened(release: Release, folder: Path) -> Store:
    """The release in use. Raises NoRelease when nothing was published."""
    from data.protection import open_release

    return open_release(release, folder)


def mark(folder: Path) -> tuple[int, ...]:
    """What changes when a release is published."""
    try:
        stat = (folder / "releases").stat()
    except OSError:
        return (0,)
    return (stat.st_ino, stat.st_mtime_ns)
