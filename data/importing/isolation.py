"""The child process that reads a file: started with nothing but the file, limited in memory and time, killed when it overruns."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import pandas as pd

from data.importing.limits import CHILD_WALL_SECONDS, check_zip, kind_of, lines_are_short, refused

GEODATA_DRIVERS: Final = ("GPKG", "ESRI Shapefile")
"""The only drivers left to the geodata library; GeoJSON is read without it (FINDINGS 18)."""
_HOUSE: Final = Path(__file__).resolve().parents[2]
_HEARING: Final = 0.15
"""Seconds between two looks at how far a child is."""


@dataclass
class LargeTable:
    """A table too large to be held: `work` has what the child wrote of it, `head` what it said of its first rows and its bytes."""

    work: Path
    head: dict[str, Any]


@dataclass
class Sheet:
    """One sheet of a file as text, indexed by the file's row number; `hxl` has its tags by column.

    `large`: the whole table, of which `frame` has the first rows; `elsewhere`: rows about other countries that were left unread.
    """

    file: str
    sheet: str
    frame: pd.DataFrame
    hxl: dict[str, str] = field(default_factory=dict)
    issues: list[list[Any]] = field(default_factory=list)
    large: LargeTable | None = None
    elsewhere: int = 0
    title: str = ""
    """The lines above the table."""


def read_in_child(path: Path, seconds: float = CHILD_WALL_SECONDS, within: Path | None = None) -> list[Sheet]:
    """The sheets of a file, read in a child process that writes `within` a folder. Raises InputRefused with the reason, whatever the
    file does to the child.
    """
    # bytes only, nothing parsed: most files that are not what they say end here, without a process
    kind = kind_of(path)
    if kind == "csv":
        lines_are_short(path)
    elif kind in ("zip", "xlsx"):
        check_zip(path)
    with tempfile.TemporaryDirectory(prefix="ancrage-import-", dir=within) as folder:
        out = Path(folder)
        manifest = run_child(["data.importing.reading", str(path.resolve()), folder], path.name, out, out / "manifest.json", seconds)
        return [
            Sheet(path.name, one["sheet"], pd.read_parquet(out / one["file"]).set_index("row_no"), one["hxl"], one["issues"],
                  title=one["title"])
            for one in manifest["sheets"]
        ]


class Child:
    """A module of ours run in a process with nothing of ours; it answers by files. `hear` is called while one is waited for.

    Ended with `end`, whatever it does; OSError from what is waited for when its disk is full.
    """

    def __init__(self, program: list[str], name: str, out: Path, seconds: float, hear: Callable[[], None] = lambda: None):
        environment = {
            "PATH": os.defpath, "PYTHONPATH": str(_HOUSE), "HOME": str(out), "TMPDIR": str(out), "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1", "ARROW_NUM_THREADS": "1", "GDAL_SKIP": _skipped_drivers(), "GDAL_HTTP_TIMEOUT": "1",
            "CPL_CURL_ENABLED": "NO", "GDAL_DRIVER_PATH": "disable", "PYTHONDONTWRITEBYTECODE": "1",
        }
        self._name, self._seconds, self._hear = name, seconds, hear
        # its input stays open as long as we live: a child that sees it close ends too
        self._process = subprocess.Popen([sys.executable, "-m", *program], cwd=_HOUSE, env=environment, stdin=subprocess.PIPE,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._started = time.monotonic()

    def answer(self, said: Path, early: bool = False) -> dict[str, Any]:
        """What it wrote to `said`, waited for until the process has ended, or until the file is there (`early`).

        Raises InputRefused with its sentence, or ours when it wrote none or took longer than its seconds; OSError when its disk is full.
        """
        heard = 0.0
        while not (early and said.is_file()):
            try:
                self._process.wait(0.02 if early else 0.2)
                break
            except subprocess.TimeoutExpired:
                pass
            now = time.monotonic()
            if now - heard > _HEARING:
                heard = now
                self._hear()
            if now - self._started > self._seconds:
                raise refused(f"{self._name} : lecture arrêtée après {self._seconds:.0f} s.", f"{self._name}: reading stopped after {self._seconds:.0f} s.")
        if not said.is_file() or self._process.returncode not in (0, None):
            raise refused(f"{self._name} : illisible, ou demande plus de mémoire ou de temps qu'il n'est permis.",
                          f"{self._name}: unreadable, or asks for more memory or time than is allowed.")
        found: dict[str, Any] = json.loads(said.read_text(encoding="utf-8"))
        if "refused" in found:
            raise refused(found["refused"]["message_fr"], found["refused"]["message_en"])
        if "disk" in found:
            raise OSError(errno.ENOSPC, found["disk"])
        return found

    def end(self) -> None:
        """End the process, if it runs."""
        self._process.kill()
        self._process.communicate()


def run_child(program: list[str], name: str, out: Path, said: Path, seconds: float, hear: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """Run a module of ours as a Child to its end, and read what it wrote to `said`; raises what Child.answer does."""
    child = Child(program, name, out, seconds, hear)
    try:
        return child.answer(said)
    finally:
        child.end()


@cache
def _skipped_drivers() -> str:
    import pyogrio

    return ",".join(name for name in pyogrio.list_drivers() if name not in GEODATA_DRIVERS)
