"""Backups of the workspace: one file that any database can be restored from, with its hash beside it (FINDINGS 22).

The file is gzipped JSON lines: a header, then one row a line as {"table": ..., "row": {...}}, then a footer with the counts.
`FILE.sha256` has the hash of the file in the form `sha256sum --check` reads.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, func, insert, select, text

from data.errors import DataError
from data.private_files import FOLDER_MODE, opener, write_text
from data.workspace.actor import Actor, authorise
from data.workspace.engine import reading, writing
from data.workspace.schema import HEAD, bring_up_to_date
from data.workspace.tables import metadata, now

FORMAT: Final = "ancrage-workspace"
_BATCH: Final = 1_000


class BackupRefused(DataError):
    """A backup that cannot be written or restored; nothing was changed."""


def backup(engine: Engine, actor: Actor, target: Path) -> dict[str, int]:
    """Write every row of the workspace to `target` and its hash beside it; rows by table. An existing file is never replaced."""
    authorise(actor, "administer")
    bring_up_to_date(engine)
    if target.exists():
        raise BackupRefused(f"{target} existe déjà ; choisissez un autre nom.", f"{target} already exists; choose another name.")
    counts: dict[str, int] = {}
    try:
        target.parent.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
        writing_to = target.with_name(f".{target.name}.writing")
        with open(writing_to, "wb", opener=opener) as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as file, reading(engine) as connection:
                file.write(_line({"format": FORMAT, "migration": HEAD, "made": now()}))
                for table in metadata.sorted_tables:
                    counts[table.name] = 0
                    for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings():
                        file.write(_line({"table": table.name, "row": dict(row)}))
                        counts[table.name] += 1
                file.write(_line({"end": counts}))
            raw.flush()
            os.fsync(raw.fileno())
        write_text(_hash_file(target), f"{_sha256(writing_to)}  {target.name}\n")
        writing_to.replace(target)
    except OSError as error:
        raise BackupRefused(f"{target} ne peut pas être écrit ({error}).", f"{target} cannot be written ({error}).") from error
    return counts


def restore(engine: Engine, actor: Actor, source: Path, replace: bool = False) -> dict[str, int]:
    """Read a backup into the workspace, all or nothing; rows by table.

    A workspace that holds rows is only replaced on request. Raises BackupRefused when the hash does not fit, the file is cut
    short or from a newer version, or the workspace is not empty.
    """
    authorise(actor, "administer")
    _check_hash(source)
    bring_up_to_date(engine)
    with writing(engine) as connection:
        held = sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in metadata.sorted_tables)
        if held and not replace:
            raise BackupRefused(
                f"L'espace de travail contient déjà {held} lignes ; ajoutez --replace pour les remplacer (sauvegardez-le d'abord).",
                f"The workspace already holds {held} rows; add --replace to replace them (back it up first).",
            )
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
        counts = _fill(connection, source)
        if engine.dialect.name == "postgresql":
            _advance_numbers(connection)
    return counts


def _fill(connection: Connection, source: Path) -> dict[str, int]:
    tables = {table.name: table for table in metadata.sorted_tables}
    counts, waiting, ended = dict.fromkeys(tables, 0), list[dict[str, Any]](), None
    name = ""
    for line in _lines(source):
        if "end" in line:
            ended = line["end"]
        elif line["table"] not in tables:
            raise _damaged(source)
        else:
            if line["table"] != name or len(waiting) >= _BATCH:
                _flush(connection, tables.get(name), waiting)
                name = line["table"]
            waiting.append(line["row"])
            counts[name] += 1
    _flush(connection, tables.get(name), waiting)
    # a backup of an earlier version knows fewer tables
    if ended is None or dict.fromkeys(tables, 0) | ended != counts:
        raise _damaged(source)
    return counts


def _flush(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
        rows.clear()


def _lines(source: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(source, "rt", encoding="utf-8") as file:
            header = json.loads(file.readline())
            if header.get("format") != FORMAT or header.get("migration", "") > HEAD:
                raise BackupRefused(f"{source} n'est pas une sauvegarde que cette version sait lire.", f"{source} is no backup that this version can read.")
            for line in file:
                yield json.loads(line)
    except (OSError, EOFError, ValueError, AttributeError) as error:
        raise _damaged(source) from error


def _check_hash(source: Path) -> None:
    try:
        expected = _hash_file(source).read_text(encoding="utf-8").split()[0]
        found = _sha256(source)
    except (OSError, IndexError) as error:
        raise BackupRefused(
            f"{source} et {_hash_file(source).name} doivent être ensemble ({error}).", f"{source} and {_hash_file(source).name} must stand together ({error})."
        ) from error
    if found != expected:
        raise _damaged(source)


def _advance_numbers(connection: Connection) -> None:
    """Rows came with their numbers: PostgreSQL's counters go on after them."""
    for table in metadata.sorted_tables:
        if "id" in table.c and table.c["id"].type.python_type is int:
            newest = connection.execute(select(func.max(table.c["id"]))).scalar_one()
            if newest is not None:
                connection.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :newest)"), {"name": table.name, "newest": newest})


def _damaged(source: Path) -> BackupRefused:
    return BackupRefused(
        f"{source} est abîmé ou incomplet : son empreinte ou son contenu ne correspond pas. Rien n'a été changé.",
        f"{source} is damaged or incomplete: its hash or its content does not fit. Nothing was changed.",
    )


def _hash_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _line(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False) + "\n").encode()
