"""A large CSV seen as bytes, before anything parses it: how many lines, how long, and whether a plain parser reads it as ours does."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.importing.limits import MAX_LINE_BYTES, MEGABYTE, refused

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


class Surveyor:
    """Looks at the bytes of a text file once, piece by piece in their order; `found` is what is known so far."""

    def __init__(self, name: str, separator: str = ","):
        self.found = Survey()
        self._name = name
        self._text = codecs.getincrementaldecoder("utf-8")()
        self._quotes = _Quotes(ord(separator))
        self._returns = self._pairs = self._blank = self._done = self._line_start = 0
        self._last = b"\n"
        self._ascii_so_far = True

    def look(self, chunk: bytes) -> None:
        """See the next piece. Raises InputRefused at the first line that is too long."""
        found, last = self.found, self._last
        cells = np.frombuffer(chunk, dtype=np.uint8)
        newline = cells == _NEWLINE
        ends = np.flatnonzero(newline)
        here = chunk.count(b"\r")
        self._returns += here
        if here or last[-1:] == b"\r":
            self._pairs += chunk.count(b"\r\n") + (last[-1:] == b"\r" and chunk[:1] == b"\n")
        breaks = np.flatnonzero(newline | (cells == _RETURN)) if here and not len(ends) else ends
        longest = int(np.diff(breaks, prepend=self._line_start - self._done).max()) if len(breaks) else len(chunk) + self._done - self._line_start
        found.longest = max(found.longest, longest)
        if max(longest, len(chunk) - int(breaks[-1]) if len(breaks) else 0) > MAX_LINE_BYTES:
            most = MAX_LINE_BYTES // MEGABYTE
            raise refused(f"{self._name} : une ligne dépasse {most} Mo.", f"{self._name}: a line is over {most} MB.")
        if len(breaks):
            self._line_start = self._done + int(breaks[-1])
        found.lines += len(ends)
        self._blank += self._empty_lines(chunk, newline, bool(here))
        if found.plain and (b"\x00" in chunk or not self._quotes.well_formed(chunk, cells)):
            found.plain = False
        if found.plain:
            self._ascii_so_far = self._ascii_so_far and chunk.isascii()
            if not self._ascii_so_far:
                try:
                    self._text.decode(chunk)
                except UnicodeDecodeError:
                    found.plain = False
        self._last = (last + chunk[-2:])[-2:]
        self._done += len(chunk)

    def _empty_lines(self, chunk: bytes, newline: np.ndarray, returns: bool) -> int:
        """Newlines right after a newline, or with only a return between."""
        before = self._last.rjust(2, b"x")[-2:]
        if not returns and b"\r" not in before:
            return int((newline[1:] & newline[:-1]).sum()) + bool(newline[0] and before[1:] == b"\n")
        cells = np.concatenate([np.frombuffer(before, dtype=np.uint8), np.frombuffer(chunk, dtype=np.uint8)])
        at = np.flatnonzero(newline) + 2
        return int(((cells[at - 1] == _NEWLINE) | ((cells[at - 1] == _RETURN) & (cells[at - 2] == _NEWLINE))).sum())

    def end(self, path: Path) -> Survey:
        """What the whole file is, of which `path` has the end."""
        found, last, returns, pairs = self.found, self._last, self._returns, self._pairs
        if self._done and last[-1:] not in (b"\n", b"\r"):
            found.lines += 1
            found.longest = max(found.longest, self._done - self._line_start)
        with path.open("rb") as handle:
            handle.seek(max(0, self._done - 65536))
            tail = handle.read().replace(b"\r\n", b"\n")
        trailing = max(0, len(tail) - len(tail.rstrip(b"\n")) - 1)
        uneven = returns != 0 and not returns == pairs == found.lines - (last[-1:] != b"\n")
        found.lines += returns - pairs
        if uneven or self._blank > trailing or self._quotes.is_open:
            found.plain = False
        if found.plain and not self._quotes.seen:
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
