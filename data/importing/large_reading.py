"""Reads a large CSV in a process of its own, under limits: `python -m data.importing.large_reading seen|whole FILE OUT MOST_TEXTS`.

`seen` reads the first rows, from which the table is recognised (OUT/head.json, at once), looks at every byte (survey) and writes the rows
of a plain file as numbers (large_codes); `whole` brings the columns asked for into OUT/rows.duckdb, all text, one row a record in the order
of the file: for files that cannot be written so. Nothing outside FILE and OUT is opened.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import resource
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from data.importing.large_codes import BLOCK, FOLDER, Coder
from data.importing.large_rows import LARGE, bring_rows, cell_too_long
from data.importing.layouts import header_rows, joined_header, text_table
from data.importing.limits import (
    CHILD_WALL_SECONDS,
    LARGE_BYTES_A_SECOND,
    MAX_CELL_CHARACTERS,
    MAX_LARGE_BYTES,
    MAX_LARGE_ROWS,
    MAX_LINE_BYTES,
    MAX_RATIO,
    MEGABYTE,
    TABULAR,
    check_zip,
    kind_of,
    refused,
)
from data.importing.reading import decoded_line, die_with_the_import, separator_of
from data.importing.survey import Surveyor
from data.readers.issues import InputRefused, Issues

HEAD_ROWS: Final = 3_000
"""Rows the table is recognised from: more than recognition and the search for personal data look at."""
_HEAD_BYTES: Final = 4 * MEGABYTE
_MEMORY: Final = 6 * 1024 * MEGABYTE
Tick = Callable[[str, float, int], None]


def read_head(path: Path, name: str, out: Path, tick: Tick, say: Callable[[dict[str, Any]], None] = lambda head: None,
              most_texts: int = 0) -> dict[str, Any]:
    """What the file is and its first rows (OUT/head.parquet), which `say` hears before the rest is looked at; its rows as numbers
    (OUT/codes, OUT/texts.json) when they can be (`coded`). Raises InputRefused.
    """
    source = _unpacked(path, out, tick)
    size, done = source.stat().st_size, 0
    with source.open("rb") as handle:
        chunk = handle.read(BLOCK)
        text = _text(chunk[:_HEAD_BYTES], whole=len(chunk) < _HEAD_BYTES)
        separator = separator_of(text)
        seen = Surveyor(source.name, separator)
        seen.look(chunk)
        head = {"source": str(source), "separator": separator, **_first_rows(text, name, separator, out)}
        say(head)
        wide = chunk[:2] in (b"\xff\xfe", b"\xfe\xff")
        coder = Coder(out, len(head["names"]), separator, head["skip"], most_texts)
        while chunk:
            if not seen.found.plain or not head["one_line_headings"] or wide:
                coder.give_up()
            if not coder.failed:
                coder.take(chunk)
            done += len(chunk)
            tick("reading", done / size, coder.rows)
            if chunk := handle.read(BLOCK):
                seen.look(chunk)
    found = seen.end(source)
    if found.lines > MAX_LARGE_ROWS:
        raise refused(f"{name} : {found.lines} lignes (au plus {MAX_LARGE_ROWS}) ; découpez-le.",
                      f"{name}: {found.lines} rows (at most {MAX_LARGE_ROWS}); split it.")
    plain = found.plain and head["one_line_headings"] and not wide
    coder.end()
    # the bytes say how many records there are, unless a cell may hold a line end: all of them must have been parsed
    coded = plain and not coder.failed and found.records in (None, coder.rows + head["skip"])
    if not coded:
        shutil.rmtree(out / FOLDER)
    elif coder.longest > MAX_CELL_CHARACTERS:
        raise cell_too_long(name)
    else:
        (out / "texts.json").write_text(json.dumps(coder.lists()), encoding="utf-8")
    return {**head, "lines": found.lines, "longest": found.longest, "records": found.records, "plain": plain,
            "coded": {"rows": coder.rows, "parts": coder.parts, "texts": list(map(len, coder.lists())), "hashed_from": coder.hashed_from()} if coded else None}


def _first_rows(text: str, name: str, separator: str, out: Path) -> dict[str, Any]:
    """Names, tags and title of a table, how many lines stand before its rows; its first rows are written to OUT/head.parquet."""
    csv.field_size_limit(MAX_LINE_BYTES)
    try:
        rows = [row for row, _ in zip(csv.reader(io.StringIO(text, newline=""), delimiter=separator), range(HEAD_ROWS), strict=False)]
    except csv.Error as error:
        raise refused(f"{name} : ce n'est pas un tableau lisible ({error}).", f"{name}: not a readable table ({error}).") from error
    issues = Issues("")
    frame = text_table(rows, name, issues)
    if frame is None:
        raise refused(f"{name} ne contient aucune donnée.", f"{name} holds no data.")
    first, last, tags = header_rows(rows, name)
    names = [column.replace("\x01", "column ") for column in joined_header(rows[first : (last or 0) + 1])]
    hxl, title = frame.attrs.pop("hxl"), frame.attrs.pop("title")
    frame.reset_index().to_parquet(out / "head.parquet", index=False)
    skip = max(last or 0, -1 if tags is None else tags) + 1
    # those who skip lines skip records: the same thing unless a heading holds a line end
    one_line = not any("\n" in cell for row in rows[:skip] for cell in row)
    return {"names": names, "hxl": hxl, "title": title, "skip": skip, "one_line_headings": one_line,
            "issues": [list(row[2:]) for row in issues.rows if row[6] == "hxl_row"]}


def _unpacked(path: Path, out: Path, tick: Tick) -> Path:
    """The text file itself: `path`, or what it packs, written to OUT. Raises InputRefused for what is no single table of text."""
    kind = kind_of(path, MAX_LARGE_BYTES)
    if kind == "csv":
        return path
    target = out / "table.csv"
    size = path.stat().st_size
    try:
        if kind == "gzip":
            with path.open("rb") as raw, gzip.GzipFile(fileobj=raw) as packed:
                _copy(packed, target, path.name, size, lambda: tick("unpacking", 0.1 * raw.tell() / size, 0))
        else:
            inside = [one for one in check_zip(path, MAX_LARGE_BYTES) if "__MACOSX" not in one.filename]
            if len(inside) != 1 or Path(inside[0].filename).suffix.casefold() not in TABULAR:
                raise refused(f"{path.name} : une grande archive ne peut contenir qu'un seul fichier CSV.",
                              f"{path.name}: a large archive may hold one CSV file only.")
            with zipfile.ZipFile(path) as archive, archive.open(inside[0]) as packed:
                _copy(packed, target, path.name, size, lambda: tick("unpacking", 0.0, 0))
    except (zipfile.BadZipFile, gzip.BadGzipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise refused(f"{path.name} : archive abîmée ou incomplète.", f"{path.name}: damaged or incomplete archive.") from error
    with target.open("rb") as handle:
        start = handle.read(8192)
    if b"\x00" in start and start[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise refused(f"{path.name} : le contenu n'est pas du texte.", f"{path.name}: the content is not text.")
    return target


def _copy(packed: Any, target: Path, name: str, size: int, tick: Callable[[], None]) -> None:
    done = 0
    with target.open("wb") as plain:
        while chunk := packed.read(4 * MEGABYTE):
            done += len(chunk)
            if done > MAX_LARGE_BYTES or (done > 10 * MEGABYTE and done / size > MAX_RATIO):
                raise refused(f"{name} : trop grand une fois décompressé.", f"{name}: too large once unpacked.")
            plain.write(chunk)
            tick()


def _text(start: bytes, whole: bool) -> str:
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return start[: len(start) // 2 * 2].decode("utf-16", errors="replace")
    cut = start if whole else start[: max(start.rfind(b"\n"), start.rfind(b"\r")) + 1] or start
    try:
        return cut.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "\n".join(decoded_line(line) for line in cut.removeprefix(b"\xef\xbb\xbf").split(b"\n"))


def seconds_allowed(size: int) -> float:
    """How long a file of `size` bytes may take, in seconds of the clock."""
    return CHILD_WALL_SECONDS + size / LARGE_BYTES_A_SECOND


def main(arguments: list[str]) -> int:
    """Runs one of the two steps; what is refused, or has no room on the disk, is written to OUT as a sentence."""
    step, path, out, most_texts = arguments[0], Path(arguments[1]), Path(arguments[2]), int(arguments[3])
    os.umask(0o077)
    seconds = int(seconds_allowed(path.stat().st_size * (20 if path.suffix in (".gz", ".zip") else 1)))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    die_with_the_import()
    said = out / "progress.part"

    def tick(stage: str, share: float, rows: int) -> None:
        said.write_text(json.dumps([stage, share, rows]), encoding="utf-8")
        said.replace(out / "progress")

    def write(name: str, found: dict[str, Any]) -> None:
        beside = out / f"{name}.json.part"
        beside.write_text(json.dumps(found), encoding="utf-8")
        beside.replace(out / f"{name}.json")

    try:
        found = (read_head(path, path.name, out, tick, lambda head: write("head", head), most_texts) if step == "seen"
                 else bring_rows(out, path.name, tick))
    except InputRefused as error:
        found = {"refused": {"message_fr": error.message_fr, "message_en": error.message_en}}
    except (MemoryError, pa.ArrowMemoryError, duckdb.OutOfMemoryException):
        found = {"refused": {"message_fr": f"{path.name} demande trop de mémoire.", "message_en": f"{path.name} asks for too much memory."}}
    except (OSError, duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.TransactionException) as error:
        shutil.rmtree(out / LARGE, ignore_errors=True)
        shutil.rmtree(out / FOLDER, ignore_errors=True)
        found = {"disk": getattr(error, "strerror", None) or str(error).splitlines()[0]}
    write(step, found)
    if step == "seen" and not (out / "head.json").is_file():
        write("head", found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
