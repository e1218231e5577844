"""The workspace's engine: where what users write lives. SQLite in WAL by default, PostgreSQL by URL.

SQLite settings after FINDINGS 21: `synchronous=FULL` (a power cut loses nothing), `busy_timeout` 30 s, and every
transaction opened by BEGIN IMMEDIATE, so that two writers wait for one another instead of failing at commit.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError

from data.errors import WorkspaceUnavailable
from data.generations import store_dir
from data.private_files import FILE_MODE, FOLDER_MODE

BUSY_SECONDS: Final = 30
FILE: Final = "workspace.sqlite"
_READS: Final = "ancrage_reads"


def workspace_url() -> str:
    """`ANCRAGE_WORKSPACE_URL`, else a file in the store's folder."""
    return os.environ.get("ANCRAGE_WORKSPACE_URL") or f"sqlite:///{store_dir() / FILE}"


def workspace_engine(url: str | None = None) -> Engine:
    """An engine on the workspace. Raises WorkspaceUnavailable for a URL that names no database."""
    url = url or workspace_url()
    try:
        engine = create_engine(_with_driver(url), pool_pre_ping=True)
        if engine.dialect.name == "sqlite" and engine.url.database:
            file = Path(engine.url.database)
            file.parent.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
            if engine.url.database != ":memory:" and not engine.url.query and not file.exists():
                # SQLite would let everybody read it; its journal takes the rights of the file
                file.touch(FILE_MODE)
    except (SQLAlchemyError, ImportError, OSError) as error:
        raise _unavailable(error) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    return engine


def check_writable(engine: Engine) -> None:
    """Write and take back one row, as /readyz asks. Raises WorkspaceUnavailable when the workspace cannot be written."""
    try:
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS readiness (id INTEGER PRIMARY KEY, checked TEXT NOT NULL)"))
            connection.execute(text("DELETE FROM readiness"))
            connection.execute(text("INSERT INTO readiness (id, checked) VALUES (1, CURRENT_TIMESTAMP)"))
    except SQLAlchemyError as error:
        raise _unavailable(error) from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads: it never waits for a writer. Raises WorkspaceUnavailable."""
    try:
        with engine.connect().execution_options(**{_READS: True}) as connection, connection.begin():
            yield connection
    except SQLAlchemyError as error:
        raise _unavailable(error) from error


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes everything or nothing. Raises WorkspaceUnavailable."""
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise _unavailable(error) from error


def _with_driver(url: str) -> str:
    """PostgreSQL is spoken to with psycopg 3, whichever of its usual names the URL begins with."""
    scheme, found, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if found and scheme in ("postgres", "postgresql") else url


def _configure_sqlite(connection: Any, _record: Any) -> None:
    # the driver's own BEGIN is deferred: SQLAlchemy's begin event below opens the transaction instead
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={BUSY_SECONDS * 1000}", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    _write_ahead(cursor)
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Put the file in WAL. SQLite does not wait for the lock this takes (the timeout does not reach it): whoever comes second is told "locked"."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(_READS) else "BEGIN IMMEDIATE")


def _unavailable(error: Exception) -> WorkspaceUnavailable:
    reason = str(getattr(error, "orig", None) or error).splitlines()[0]
    return WorkspaceUnavailable(
        f"L'espace de travail ne peut pas être écrit ({reason}). Vérifiez ANCRAGE_WORKSPACE_URL, les droits du dossier et la place libre.",
        f"The workspace cannot be written ({reason}). Check ANCRAGE_WORKSPACE_URL, the folder's permissions and free space.",
    )
