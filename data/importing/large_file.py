"""A large CSV from outside: whether a file is one, its first rows, and the columns of it that are wanted, each by a child process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd

from data.importing.isolation import Child, LargeTable, Sheet
from data.importing.large_rows import LARGE, quoted
from data.importing.limits import (
    CHILD_WALL_SECONDS,
    LARGE_BYTES_A_SECOND,
    LARGE_KINDS,
    MAX_FILE_BYTES,
    MAX_LARGE_BYTES,
    MAX_RATIO,
    MAX_ROWS,
    MEGABYTE,
    TABULAR,
    check_zip,
    kind_of,
    refused,
)
from data.importing.nations import country_keys
from data.importing.recognition import Recognised
from data.readers.places import place_key

MOST_TEXTS: Final = 200_000
"""Texts of a column up to which its rows are written as numbers of them (large_codes)."""
_PACKED_ROW: Final = 8
"""Bytes that a row of an archive takes at least."""
_COUNTRY: Final = {"unhcr_demographics": "coa_iso", "unhcr_population": "coo_iso"}
Say = Callable[[str, float, int], None]


@contextmanager
def opened_large(path: Path, work: Path, from_rows: int, say: Say) -> Iterator[Sheet | None]:
    """The first rows of a CSV (plain, gzip or zip) that may have more than `from_rows` rows, `large` set; None for any other file.

    The child reads on meanwhile, writing in `work`; on leaving, `large.head` has what it saw of all rows. Raises InputRefused with the reason.
    """
    kind = kind_of(path, MAX_LARGE_BYTES)
    if kind not in LARGE_KINDS or not _may_have(path, kind, from_rows):
        yield None
        return
    work.mkdir(parents=True)
    child = _child("seen", path, work, say)
    try:
        head = child.answer(work / "head.json", early=True)
        frame = pd.read_parquet(work / "head.parquet").set_index("row_no")
        large = LargeTable(work, head)
        yield Sheet(path.name, "", frame, head["hxl"], head["issues"], large, title=head["title"])
        large.head = child.answer(work / "seen.json")
    finally:
        child.end()


def bring(path: Path, large: LargeTable, wanted: Mapping[str, str], say: Say) -> list[list[Any]]:
    """Bring the columns `wanted` ({name: heading}) into a table of the engine in the work folder; the issues met. Raises InputRefused."""
    (large.work / "wanted.json").write_text(json.dumps(dict(wanted)), encoding="utf-8")
    child = _child("whole", path, large.work, say)
    try:
        issues: list[list[Any]] = child.answer(large.work / "whole.json")["issues"]
    finally:
        child.end()
    return issues


def is_small_enough(path: Path, large: LargeTable) -> bool:
    """Whether the path of small tables takes it too."""
    return path.stat().st_size <= MAX_FILE_BYTES and int(large.head["lines"]) <= MAX_ROWS


def of_one_country(path: Path, sheet: Sheet, large: LargeTable, found: Recognised, iso3: str, say: Say) -> Sheet:
    """The rows of one country of a large table that is read row by row. Raises InputRefused when they are too many, or none can be told."""
    column = _COUNTRY.get(found.shape) or next((column for column, to in found.mapping.items() if to == "iso3"), None)
    if column is None:
        raise refused(f"{path.name} : {large.head['lines']} lignes (au plus {MAX_ROWS} pour ce tableau, sans colonne de pays pour choisir) ; découpez-le.",
                      f"{path.name}: {large.head['lines']} rows (at most {MAX_ROWS} for this table, without a country column to choose by); split it.")
    names = {f"c{number}": str(name) for number, name in enumerate(sheet.frame.columns)}
    issues = bring(path, large, names, say)
    place = next(name for name, heading in names.items() if heading == column)
    known = country_keys(iso3)
    with duckdb.connect(str(large.work / LARGE), read_only=True, config={"memory_limit": "900MB"}) as connection:
        texts = [str(row[0]) for row in connection.execute(f"SELECT DISTINCT {place} FROM rows").fetchall()]
        mine = [text for text in texts if not text.strip() or place_key(text) in known]
        where = f"{place} IN ({', '.join(quoted(text) for text in mine) or 'NULL'})"
        blank = f"trim(concat({', '.join(names)})) = ''"
        counted = connection.execute(f"SELECT count(*) FILTER ({where} AND NOT {blank}), count(*) FILTER (NOT {blank}) FROM rows").fetchall()[0]
        if counted[0] > MAX_ROWS:
            raise refused(f"{path.name} : {counted[0]} lignes pour {iso3} (au plus {MAX_ROWS} pour ce tableau) ; découpez-le.",
                          f"{path.name}: {counted[0]} rows for {iso3} (at most {MAX_ROWS} for this table); split it.")
        kept = connection.execute(
            f"SELECT rowid + {large.head['skip'] + 1} AS row_no, {', '.join(names)} FROM rows WHERE {where} AND NOT {blank} ORDER BY 1").df()
    frame = kept.astype(dict.fromkeys(names, "str")).set_index("row_no").rename(columns=names)
    rows = set(frame.index)
    return Sheet(sheet.file, "", frame, sheet.hxl, [*sheet.issues, *(one for one in issues if one[0] in rows)], elsewhere=int(counted[1] - counted[0]),
                 title=sheet.title)


def _may_have(path: Path, kind: str, rows: int) -> bool:
    size = path.stat().st_size
    if kind == "zip":
        inside = [one for one in check_zip(path, MAX_LARGE_BYTES) if "__MACOSX" not in one.filename]
        return size > _PACKED_ROW * rows and len(inside) == 1 and Path(inside[0].filename).suffix.casefold() in TABULAR
    if kind == "gzip":
        return size > _PACKED_ROW * rows
    if size < 2 * rows:
        return False
    found = 0
    with path.open("rb") as handle:
        while chunk := handle.read(4 * MEGABYTE):
            found += chunk.count(b"\n") or chunk.count(b"\r")
            if found > rows:
                return True
    return False


def _child(step: str, path: Path, work: Path, say: Say) -> Child:
    size = path.stat().st_size * (1 if kind_of(path, MAX_LARGE_BYTES) == "csv" else MAX_RATIO // 10)

    def hear() -> None:
        try:
            stage, share, rows = json.loads((work / "progress").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        say(str(stage), float(share), int(rows))

    return Child(["data.importing.large_reading", step, str(path.resolve()), str(work), str(MOST_TEXTS)], path.name, work,
                 CHILD_WALL_SECONDS + size / LARGE_BYTES_A_SECOND, hear)
