"""The store as the app reads it: one generation, opened read-only and locked down, a cursor per query.

Settings after FINDINGS 16 (writes, files, network, extensions and SET are refused), cursors after FINDINGS 14.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd

from data.errors import StoreUnavailable
from data.generations import POINTER, Generation, current_name, generations, store_dir

HARDENED: Final[dict[str, str | bool | int | float | list[str]]] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "threads": 2,
    "memory_limit": "400MB",
    "temp_directory": "",
    "lock_configuration": True,
}


_UNREADABLE: Final = (duckdb.IOException, duckdb.ConnectionException, duckdb.FatalException, duckdb.InternalException)


@dataclass(frozen=True)
class Notice:
    """Something the reader should know about the store that was opened, in French and English."""

    message_fr: str
    message_en: str


@dataclass
class Store:
    """An open generation. `notice` is set when it is not the one CURRENT names."""

    folder: Path
    generation: Generation
    connection: duckdb.DuckDBPyConnection
    notice: Notice | None = None
    declared: dict[str, pd.DataFrame] = field(default_factory=dict)
    """Small frames of declarations, kept once read: a generation never changes."""
    pointer: str = POINTER
    """The file that names what is in use: of the generations, or of the releases."""
    _mark: tuple[int, int, int] = (0, 0, 0)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def frame(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> pd.DataFrame:
        """The rows of a query, values passed as parameters. Raises StoreUnavailable when the file cannot be read."""
        try:
            # cursor() itself is not safe against close() in another thread
            with self._lock:
                cursor = self.connection.cursor()
            with cursor:
                return cursor.execute(sql, parameters).df()
        except duckdb.Error as error:
            # a damaged block raises the base class itself
            if isinstance(error, _UNREADABLE) or type(error) is duckdb.Error:
                raise unavailable(self.folder) from error
            raise

    def changed(self) -> bool:
        """Whether CURRENT (or RELEASE) was switched since this store was opened: one stat, cheap enough for every rerun."""
        return pointer_mark(self.folder, self.pointer) != self._mark

    def close(self) -> None:
        """Close the connection; queries after that raise StoreUnavailable."""
        with self._lock:
            self.connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(folder: Path | None = None) -> Store:
    """Open the generation CURRENT names; when that is missing or damaged, the newest one that opens, with a notice.

    Raises StoreUnavailable when none does.
    """
    folder = folder or store_dir()
    mark = pointer_mark(folder)
    wanted = current_name(folder)
    candidates = sorted(generations(folder), key=lambda one: one.name != wanted)
    for candidate in candidates:
        connection = connect(candidate.path)
        if connection is not None:
            notice = None if candidate.name == wanted else _fallback(wanted, candidate)
            return Store(folder, candidate, connection, notice, _mark=mark)
    raise unavailable(folder)


def opens(path: Path) -> bool:
    """Whether a generation file opens and is whole."""
    connection = connect(path)
    if connection is None:
        return False
    connection.close()
    return True


def pointer_mark(folder: Path, pointer: str = POINTER) -> tuple[int, int, int]:
    """What tells one CURRENT (or RELEASE) from the next without reading it: inode, time, size; zeros when there is none."""
    try:
        stat = (folder / pointer).stat()
    except OSError:
        return (0, 0, 0)
    return (stat.st_ino, stat.st_mtime_ns, stat.st_size)


def unavailable(folder: Path) -> StoreUnavailable:
    """The error for a store that cannot be read: what, where, how to mend."""
    return StoreUnavailable(
        f"Le magasin de données est absent ou illisible dans {folder}. Reconstruisez-le avec : python -m data build",
        f"The data store is missing or cannot be read in {folder}. Rebuild it with: python -m data build",
    )


def connect(path: Path) -> duckdb.DuckDBPyConnection | None:
    """A generation or release opened locked down and read once, None when it is damaged."""
    try:
        connection = duckdb.connect(str(path), read_only=True, config=HARDENED)
    except duckdb.Error:
        return None
    try:
        whole = _is_whole(connection, path)
    except duckdb.Error:
        whole = False
    if not whole:
        connection.close()
        return None
    return connection


def _is_whole(connection: duckdb.DuckDBPyConnection, path: Path) -> bool:
    """Whether no block is missing and every block of the cubes reads with its checksum.

    Opening alone proves little: a file cut to a third still opens. Facts are not read here, they may be large; a damaged
    block of theirs raises at the query. Raises duckdb.Error for a damaged block.
    """
    sizes = connection.execute("SELECT block_size, total_blocks FROM pragma_database_size()").fetchone()
    if sizes is None or path.stat().st_size < sizes[0] * sizes[1]:
        return False
    cubes = connection.execute("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'cube%'").fetchall()
    for (cube,) in [*cubes, ("country",)]:
        connection.execute(f'SELECT count(COLUMNS(*)) FROM "{cube}"').fetchone()
    return len(cubes) > 0


def _fallback(wanted: str | None, used: Generation) -> Notice:
    missing = wanted or POINTER
    return Notice(
        f"La génération en usage ({missing}) est absente ou endommagée : les données affichées sont celles de {used.name}. "
        "Pour réparer : python -m data build",
        f"The generation in use ({missing}) is missing or damaged: the figures shown are those of {used.name}. "
        "To mend: python -m data build",
    )
