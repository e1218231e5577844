"""A large CSV seen as bytes, before anything parses it: how many lines, how long, and whether a plain parser reads it as ours does."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from data.importing.limits import MAX_LINE_BYTES, MEGABYTE, refused

_CHUNK: Final = 8 * MEGABYTE
_NEWLINE, _RETURN, _QUOTE = 10, 13, 34


@dataclass
class Survey:
    """`plain`: UTF-8, one kind of line end, no empty line within, quotes only around whole cells: every parser agrees on such a file.

    `longest` line in bytes; `records` of a plain file without quotes, None where a cell may hold a line end.
    """

    lines: int = 0
    longest: int = 0
    records: int | None = None
    plain: bool = True


def survey(path: Path, separator: str = ",", tick: Callable[[int], None] = lambda done: None) -> Survey:
    """Look at every byte of a text file once; `tick` hears the bytes done. Raises InputRefused at the first line that is too long."""
    found = Survey()
    text = codecs.getincrementaldecoder("utf-8")()
    quotes = _Quotes(ord(separator))
    returns = pairs = blank = done = line_start = 0
    last = b"\n"
    ascii_so_far = True
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            cells = np.frombuffer(chunk, dtype=np.uint8)
            ends = np.flatnonzero(cells == _NEWLINE)
            here = chunk.count(b"\r")
            returns += here
            pairs += chunk.count(b"\r\n") + (last == b"\r" and chunk[:1] == b"\n")
            breaks = np.flatnonzero((cells == _NEWLINE) | (cells == _RETURN)) if here and not len(ends) else ends
            longest = int(np.diff(breaks, prepend=line_start - done).max()) if len(breaks) else len(chunk) + done - line_start
            found.longest = max(found.longest, longest)
            if max(longest, len(chunk) - int(breaks[-1]) if len(breaks) else 0) > MAX_LINE_BYTES:
                most = MAX_LINE_BYTES // MEGABYTE
                raise refused(f"{path.name} : une ligne dépasse {most} Mo.", f"{path.name}: a line is over {most} MB.")
            if len(breaks):
                line_start = done + int(breaks[-1])
            found.lines += len(ends)
            # an empty line: a newline right after a newline, or with only a return between
            before = np.concatenate([np.frombuffer(last.rjust(2, b"x")[-2:], dtype=np.uint8), cells])
            at = ends + 2
            blank += int(((before[at - 1] == _NEWLINE) | ((before[at - 1] == _RETURN) & (before[at - 2] == _NEWLINE))).sum())
            if found.plain and (b"\x00" in chunk or not quotes.well_formed(chunk, cells)):
                found.plain = False
            if found.plain:
                ascii_so_far = ascii_so_far and chunk.isascii()
                if not ascii_so_far:
                    try:
                        text.decode(chunk)
                    except UnicodeDecodeError:
                        found.plain = False
            last = (last + chunk[-2:])[-2:]
            done += len(chunk)
            tick(done)
    if done and last[-1:] not in (b"\n", b"\r"):
        found.lines += 1
        found.longest = max(found.longest, done - line_start)
    with path.open("rb") as handle:
        handle.seek(max(0, done - 65536))
        tail = handle.read().replace(b"\r\n", b"\n")
    trailing = max(0, len(tail) - len(tail.rstrip(b"\n")) - 1)
    uneven = returns != 0 and not returns == pairs == found.lines - (last[-1:] != b"\n")
    found.lines += returns - pairs
    if uneven or blank > trailing or quotes.is_open:
        found.plain = False
    if found.plain and not quotes.seen:
        found.records = found.lines - trailing
    return found


class _Quotes:
    """Whether each quote opens after a separator or a line, and closes before one; doubled quotes count as a close and an open."""

    def __init__(self, separator: int):
        self._around = np.zeros(256, dtype=bool)
        self._around[[separator, _NEWLINE, _RETURN, _QUOTE]] = True
        self.seen = 0
        self._last = _NEWLINE
        self._waits = False

    @property
    def is_open(self) -> bool:
        return self.seen % 2 == 1

    def well_formed(self, chunk: bytes, cells: np.ndarray) -> bool:
        """Looks at the next piece of the file."""
        good = not (self._waits and not self._around[cells[0]])
        self._waits = False
        if b'"' in chunk:
            at = np.flatnonzero(cells == _QUOTE)
            opening = (np.arange(len(at)) + self.seen) % 2 == 0
            before = np.where(at > 0, cells[at - 1], self._last)
            after = cells[np.minimum(at + 1, len(cells) - 1)]
            closing_inside = ~opening & (at + 1 < len(cells))
            start = (at == 3) & (self.seen == 0) & chunk.startswith(codecs.BOM_UTF8)
            good = good and bool((self._around[before[opening]] | start[opening]).all()) and bool(self._around[after[closing_inside]].all())
            self._waits = bool(len(at) and not opening[-1] and at[-1] + 1 == len(cells))
            self.seen += len(at)
        self._last = int(cells[-1])
        return good
