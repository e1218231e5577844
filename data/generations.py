"""Generations of the store: built beside, validated, then switched in one step; the previous one is kept for undo.

`store/gen-<n>-<hash>.duckdb` is one generation, `store/CURRENT` names the one in use (FINDINGS 15).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import ibis
import pandas as pd

from data.catalogue_tables import FOLDER as CATALOGUE
from data.catalogue_tables import table
from data.cubes import build_cubes
from data.errors import DataError, StoreBusy, StoreUnavailable
from data.geometry import geometry_cube
from data.schema import CATALOGUE_TABLES, EMBEDDED_TABLES, validate

EMBEDDED: Final = Path(__file__).parent / "embedded"
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


def content_hash() -> str:
    """Hash of what a generation is built from: embedded tables, catalogue and the code that builds it."""
    digest = hashlib.sha256()
    room = Path(__file__).parent
    code = [room / name for name in ("cubes.py", "generations.py", "geometry.py", "schema.py")]
    for path in [*sorted(EMBEDDED.glob("*.parquet")), *sorted(CATALOGUE.glob("*.csv")), *code]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def build(folder: Path | None = None) -> tuple[Generation, bool]:
    """Build the embedded dataset into the next generation and switch to it; (generation, whether it is new).

    Nothing is done when the one in use has the same content. Raises StoreBusy while another build runs, StoreUnavailable
    when the folder cannot be written, DataError when an embedded table breaks its contract.
    """
    folder = folder or store_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _lock(folder):
            return _build_locked(folder)
    except OSError as error:
        raise StoreUnavailable(
            f"Impossible d'écrire dans {folder} ({error.strerror or error}). Libérez de la place ou donnez un autre dossier "
            "par ANCRAGE_STORE_DIR.",
            f"Cannot write in {folder} ({error.strerror or error}). Free some space or name another folder with "
            "ANCRAGE_STORE_DIR.",
        ) from error


def switch(folder: Path, generation: Generation) -> None:
    """Make a generation the one in use: write beside, fsync, rename, fsync the folder."""
    beside = folder / f".{POINTER}.{os.getpid()}"
    with beside.open("w", encoding="ascii") as pointer:
        pointer.write(generation.name + "\n")
        pointer.flush()
        os.fsync(pointer.fileno())
    beside.replace(folder / POINTER)
    _fsync(folder)


def _build_locked(folder: Path) -> tuple[Generation, bool]:
    for leftover in [*folder.glob(".building-*"), *folder.glob(f".{POINTER}.*")]:
        leftover.unlink()
    digest = content_hash()
    present = generations(folder)
    in_use = next((one for one in present if one.name == current_name(folder)), None)
    if in_use is not None and in_use.digest == digest and _opens(in_use.path):
        return in_use, False
    number = present[0].number + 1 if present else 1
    building = folder / f".building-{os.getpid()}.duckdb"
    _write(building)
    _fsync(building)
    generation = Generation(folder / f"gen-{number:06d}-{digest}.duckdb")
    building.rename(generation.path)
    _fsync(folder)
    switch(folder, generation)
    # the one that was in use stays for undo, whatever its number
    keep = {generation.name, in_use.name if in_use else ""}
    for old in [one for one in generations(folder) if one.name not in keep][KEPT - len(keep - {""}) :]:
        old.path.unlink()
    return generation, True


def _write(path: Path) -> None:
    """Write one generation file: catalogue, embedded tables (validated), cubes, geometry."""
    with duckdb.connect(str(path)) as connection:
        frames = {name: pd.read_parquet(EMBEDDED / f"{name}.parquet") for name in EMBEDDED_TABLES if _present(name)}
        for name, frame in frames.items():
            validate(name, frame)
            connection.register("incoming", frame)
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM incoming')
            connection.unregister("incoming")
        for name, catalogue_name in CATALOGUE_TABLES.items():
            connection.register("incoming", table(catalogue_name))
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM incoming')
            connection.unregister("incoming")
        build_cubes(ibis.duckdb.from_connection(connection), [*EMBEDDED_TABLES, *CATALOGUE_TABLES])
        connection.register("incoming", geometry_cube(frames["area"]))
        connection.execute("CREATE TABLE cube_geometry AS SELECT * FROM incoming")
        connection.unregister("incoming")
        connection.execute("CHECKPOINT")


def _present(name: str) -> bool:
    if (EMBEDDED / f"{name}.parquet").is_file():
        return True
    raise DataError(
        f"Table embarquée absente : data/embedded/{name}.parquet. Reprenez-la du dépôt, ou reconstruisez-la avec "
        "python -m data.rebuild_embedded.",
        f"Embedded table missing: data/embedded/{name}.parquet. Restore it from the repository, or rebuild it with "
        "python -m data.rebuild_embedded.",
    )


def _opens(path: Path) -> bool:
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute("SELECT count(*) FROM cube_area").fetchone()
    except duckdb.Error:
        return False
    return True


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreBusy(
                "Une autre importation est en cours ; attendez sa fin et recommencez.",
                "Another import is running; wait for it to end and try again.",
            ) from error
        yield


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
