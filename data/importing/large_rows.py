"""A large CSV as one table of text in a file of the engine: read by the engine itself where every parser agrees, else by way of a
mended copy that the reader of small files writes, so that both paths see the same rows.
"""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import duckdb

from data.importing.limits import LARGE_MEMORY, MAX_CELL_CHARACTERS, MAX_LINE_BYTES, MEGABYTE, check_shape, refused
from data.importing.reading import decoded_line
from data.importing.report import MOST_ISSUES

LARGE: Final = "rows.duckdb"
BLANKS: Final = " \t\n\r\f\v\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""What Python's strip() takes off a text."""
_BLOCK: Final = 4 * MEGABYTE
Tick = Callable[[str, float, int], None]


def bring_rows(out: Path, name: str, tick: Tick) -> dict[str, Any]:
    """OUT/rows.duckdb with the table `rows`: one text column a field of OUT/wanted.json ({field: column}), `other` (hash of the columns
    not asked for), `filled` (whether one of those holds something), `mended` (cells beyond the last heading were dropped).

    Raises InputRefused for a cell or a record too large.
    """
    head = json.loads((out / "seen.json").read_text(encoding="utf-8"))
    wanted: dict[str, str] = json.loads((out / "wanted.json").read_text(encoding="utf-8"))
    source = Path(head["source"])
    issues: list[list[Any]] = []
    if head["plain"]:
        try:
            rows = _table(out, head, wanted, source, head["skip"], mended=False, tick=tick)
            # the bytes say how many records there are, unless a cell may hold a line end: the engine must have seen them all
            if head["records"] in (None, rows + head["skip"]):
                return {"rows": rows, "issues": issues}
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            pass  # a row with more or fewer cells: the copy tells which
    copy = out / "mended.csv"
    _mended_copy(source, copy, name, head, issues, tick)
    rows = _table(out, {**head, "separator": ",", "longest": MAX_CELL_CHARACTERS}, wanted, copy, 0, mended=True, tick=tick)
    copy.unlink()
    return {"rows": rows, "issues": issues}


def _table(out: Path, head: dict[str, Any], wanted: dict[str, str], source: Path, skip: int, *, mended: bool, tick: Tick) -> int:
    target = out / LARGE
    target.unlink(missing_ok=True)
    names: list[str] = head["names"]
    columns = [f"c{k}" for k in range(len(names))]
    kept = {field: f"c{names.index(column)}" for field, column in wanted.items()}
    rest = [column for column in columns if column not in kept.values()]
    texts = [f"coalesce({column}, '') AS \"{field}\"" for field, column in kept.items()]
    filled = ", ".join(f"coalesce({column}, '')" for column in rest)
    texts.append(f"hash({filled}) AS other" if rest else "0::UBIGINT AS other")
    texts.append(f"trim(concat({', '.join(rest)}), {quoted(BLANKS)}) <> '' AS filled" if rest else "false AS filled")
    texts.append("mended = '1' AS mended" if mended else "false AS mended")
    with duckdb.connect(str(target), config={
        "memory_limit": LARGE_MEMORY, "temp_directory": str(out / "spill"), "autoinstall_known_extensions": False,
        "autoload_known_extensions": False, "allow_community_extensions": False,
    }) as connection:
        for path, setting in ((source, "allowed_paths"), (out, "allowed_directories")):
            connection.execute(f"SET {setting} = [{quoted(str(path.resolve()))}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET enable_progress_bar = true")
        connection.execute("SET enable_progress_bar_print = false")
        connection.execute("SET lock_configuration = true")
        types = ", ".join(f"{quoted(column)}: 'VARCHAR'" for column in [*columns, *(["mended"] if mended else [])])
        with telling(connection, lambda share: tick("reading", 0.3 + 0.7 * share, round(share * head["lines"]))):
            connection.execute(
                f"CREATE TABLE rows AS SELECT {', '.join(texts)} FROM read_csv({quoted(str(source.resolve()))}, auto_detect=false, header=false, "
                f"skip={skip}, delim={quoted(head['separator'])}, quote='\"', escape='\"', comment='', "
                f"columns={{{types}}}, strict_mode=true, max_line_size={2 * MAX_LINE_BYTES}, compression='none')")
        if head["longest"] > MAX_CELL_CHARACTERS:
            lengths = ", ".join(f'max(length("{field}"))' for field in kept)
            if max(connection.execute(f"SELECT {lengths} FROM rows").fetchone() or (0,)) > MAX_CELL_CHARACTERS:
                raise cell_too_long(source.name)
        found = connection.execute("SELECT count(*) FROM rows").fetchone()
        connection.execute("CHECKPOINT")
    return int(found[0]) if found else 0


class telling:  # noqa: N801 -- reads as a sentence: with telling(connection, say)
    """Says how far the query of a connection is, 0 to 1, from a thread of its own."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, say: Callable[[float], None]):
        self._connection, self._say, self._over = connection, say, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        furthest = 0.0
        while not self._over.wait(0.4):
            furthest = max(furthest, self._connection.query_progress() / 100)
            self._say(min(furthest, 1.0))

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def _mended_copy(source: Path, copy: Path, name: str, head: dict[str, Any], issues: list[list[Any]], tick: Tick) -> None:
    """The records as the reader of small files sees them, each with as many cells as there are headings, then `mended`."""
    width, skip, most = len(head["names"]), int(head["skip"]), source.stat().st_size
    csv.field_size_limit(MAX_LINE_BYTES)
    odd: list[int] = []
    done = [0]
    reader = csv.reader(_lines(source, odd, done), delimiter=head["separator"])
    try:
        with copy.open("w", encoding="utf-8", newline="") as target:
            write = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow
            for position, row in enumerate(reader, start=1):
                if position <= skip:
                    continue
                if position % 100_000 == 0:
                    tick("mending", 0.3 * done[0] / most, position)
                mended = ""
                if len(row) > width:
                    check_shape(name, 1, len(row))
                    extra = next((cell for cell in row[width:] if cell.strip()), None)
                    if extra is not None:
                        mended = "1"
                        if len(issues) < MOST_ISSUES:
                            issues.append([position, "", extra[:200], "repaired", "too_many_cells", ""])
                    row = row[:width]
                if any(len(cell) > MAX_CELL_CHARACTERS for cell in row):
                    raise cell_too_long(name)
                if odd and odd[0] == position:
                    mended = "1"
                write([*(cell.replace("\x00", "") for cell in row), *[""] * (width - len(row)), mended])
    except csv.Error as error:
        raise refused(f"{name} : ce n'est pas un tableau lisible ({error}).", f"{name}: not a readable table ({error}).") from error
    if odd:
        issues.insert(0, [odd[0], "", "", "repaired", "windows_1252", ""])


def _lines(source: Path, odd: list[int], done: list[int]) -> Iterator[str]:
    """The lines of a text file; `odd` receives the number of the first line that is not UTF-8, `done` the bytes read."""
    with source.open("rb") as handle:
        if handle.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            with source.open(encoding="utf-16", errors="replace", newline="") as wide:
                for line in wide:
                    done[0] += 2 * len(line)
                    yield line
            return
        handle.seek(0)
        kept, number, first = b"", 0, True
        while True:
            chunk = handle.read(_BLOCK)
            done[0] += len(chunk)
            block = kept + chunk
            cut = len(block) if not chunk else max(block.rfind(b"\n"), block.rfind(b"\r", 0, len(block) - 1)) + 1
            block, kept = block[:cut], block[cut:]
            if first:
                block, first = block.removeprefix(b"\xef\xbb\xbf"), False
            try:
                text = block.decode("utf-8")
            except UnicodeDecodeError as error:
                if not odd:
                    odd.append(number + block[: error.start].count(b"\n") + 1)
                text = "\n".join(decoded_line(line) for line in block.split(b"\n"))
            number += block.count(b"\n")
            yield from io.StringIO(text, newline="")
            if not chunk:
                return


def cell_too_long(name: str) -> Exception:
    """The refusal of a table with a cell over the cap."""
    return refused(f"{name} : une cellule dépasse {MAX_CELL_CHARACTERS} caractères.", f"{name}: a cell is over {MAX_CELL_CHARACTERS} characters.")


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
