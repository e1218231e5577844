"""Making a generation: the embedded tables and the catalogue, checked against their contracts, then the cubes.

A generation is written beside, validated, and only then switched in; whatever stops the work leaves the one in use.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import duckdb
import ibis
import pandas as pd

from data.catalogue_tables import FOLDER as CATALOGUE
from data.catalogue_tables import catalogue, table
from data.cubes import build_cubes
from data.errors import DataError, StoreUnavailable
from data.generations import POINTER, Generation, current_name, fsync, generations, retire, store_dir, switch, writer_lock
from data.geometry import geometry_cube
from data.private_files import FOLDER_MODE
from data.schema import CATALOGUE_TABLES, EMBEDDED_TABLES, validate, validate_catalogue
from data.store import opens

EMBEDDED: Final = Path(__file__).parent / "embedded"


def content_hash() -> str:
    """Hash of what a generation is built from: embedded tables, catalogue and the code that builds it."""
    digest = hashlib.sha256()
    room = Path(__file__).parent
    code = [room / name for name in ("building.py", "cubes.py", "geometry.py", "schema.py")]
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
        folder.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
        with writer_lock(folder):
            return _build_locked(folder)
    except (OSError, duckdb.Error) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise StoreUnavailable(
            f"Impossible d'écrire dans {folder} ({reason}). Libérez de la place ou donnez un autre dossier par "
            "ANCRAGE_STORE_DIR.",
            f"Cannot write in {folder} ({reason}). Free some space or name another folder with ANCRAGE_STORE_DIR.",
        ) from error


def _build_locked(folder: Path) -> tuple[Generation, bool]:
    clean(folder)
    digest = content_hash()
    present = generations(folder)
    in_use = next((one for one in present if one.name == current_name(folder)), None)
    if in_use is not None and opens(in_use.path):
        if in_use.digest == digest:
            return in_use, False
        made_from = embedded_digest(in_use.path)
        if made_from == digest:
            return in_use, False
        if made_from is not None:
            # users' imports outlive a new version of the embedded dataset: they are laid over it again
            from data.importing.merging import rebuilt_with_imports

            return install(folder, rebuilt_digest(digest, in_use.digest), rebuilt_with_imports(_write, digest, in_use.path)), True
    return install(folder, digest, _write), True


def install(folder: Path, digest: str, write: Callable[[Path], None]) -> Generation:
    """Write the next generation beside, then switch to it; the caller holds the lock. Whatever stops it leaves the one in use."""
    present = generations(folder)
    in_use = next((one for one in present if one.name == current_name(folder)), None)
    number = present[0].number + 1 if present else 1
    building = folder / f".building-{os.getpid()}.duckdb"
    try:
        write(building)
        fsync(building)
    except BaseException:
        clean(folder)
        raise
    generation = Generation(folder / f"gen-{number:06d}-{digest}.duckdb")
    building.rename(generation.path)
    fsync(folder)
    switch(folder, generation)
    # the one that was in use stays for undo, whatever its number
    retire(folder, {generation.name} | ({in_use.name} if in_use else set()))
    return generation


def rebuilt_digest(embedded: str, imported: str) -> str:
    """Digest of a generation of these embedded tables with the imports of another generation."""
    return hashlib.sha256(f"{embedded}+{imported}".encode()).hexdigest()[:12]


def embedded_digest(path: Path) -> str | None:
    """Content hash of the embedded tables under a generation with imports; None when it has no import."""
    with duckdb.connect(str(path), read_only=True) as connection:
        try:
            row = connection.execute("SELECT embedded_digest FROM origin").fetchone()
        except duckdb.CatalogException:
            return None
    return str(row[0]) if row else None


def clean(folder: Path) -> None:
    """Remove what a build that was stopped left behind (its file, its journal, its folders, its half-written pointer)."""
    for leftover in [*folder.glob(".building-*"), *folder.glob(f".{POINTER}.*")]:
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()


def _write(path: Path) -> None:
    """Write one generation file: catalogue, embedded tables (validated), cubes, geometry."""
    validate_catalogue(catalogue())
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
