"""The rows of a large CSV as numbers: each text of a column is kept once, a row has its place in the column's list.

Works in the child, on a plain file (survey), while its bytes are looked at: blocks that end with a record are parsed two at a time.
OUT/codes has a file of arrays a block (one a column, in the order of the columns); the lists go where `lists` are asked for. A column
of too many texts goes on as hashes of 64 bits, odd where the text holds something: enough for columns that nobody asks for.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from data.importing.limits import MEGABYTE

FOLDER: Final = "codes"
BLOCK: Final = 8 * MEGABYTE
_MOST_WAITING: Final = 4 * BLOCK
_AHEAD: Final = 3


class Coder:
    """Takes the bytes of a file in their order (`take`), writes codes; `failed` once the file turns out not to be as plain as it looked."""

    def __init__(self, out: Path, columns: int, separator: str, skip: int, most_texts: int):
        self.rows = self.parts = 0
        self.failed = False
        self.longest = 0
        """Characters of the longest text."""
        self._folder = out / FOLDER
        self._folder.mkdir(exist_ok=True)
        self._columns, self._separator, self._skip, self._most = columns, separator, skip, most_texts
        self._texts: list[dict[str, int]] = [{} for _ in range(columns)]
        self._hashed_from: list[int | None] = [None] * columns
        self._kept = b""
        self._pool = ThreadPoolExecutor(2)
        self._under_way: deque[Future[list[pa.DictionaryArray] | None]] = deque()

    def take(self, chunk: bytes) -> None:
        """The next bytes of the file."""
        block = self._kept + chunk
        cut = _end_of_record(block)
        self._kept = block[cut:]
        if len(self._kept) > _MOST_WAITING:
            self.give_up()
        if cut and not self.failed:
            self._parse(block[:cut])

    def end(self) -> None:
        """No more bytes: what is left is a record without an end."""
        if self._kept and not self.failed:
            self._parse(self._kept)
        while self._under_way and not self.failed:
            self._write(self._under_way.popleft().result())
        self._pool.shutdown(cancel_futures=True)

    def give_up(self) -> None:
        """Another way must read this file."""
        self.failed, self._kept = True, b""
        for waiting in self._under_way:
            waiting.cancel()

    def lists(self) -> list[list[str]]:
        """The texts of each column, in the order of their numbers."""
        return [list(texts) for texts in self._texts]

    def hashed_from(self) -> list[int | None]:
        """From which part on a column is hashes, by column."""
        return self._hashed_from

    def _parse(self, block: bytes) -> None:
        if self._skip:
            at = -1
            while self._skip and (at := block.find(b"\n", at + 1)) >= 0:
                self._skip -= 1
            block = block[at + 1 :] if at >= 0 else b""
        if block.strip(b"\r\n"):
            self._under_way.append(self._pool.submit(_parsed, block, self._columns, self._separator))
        while len(self._under_way) > _AHEAD:
            self._write(self._under_way.popleft().result())

    def _write(self, columns: list[pa.DictionaryArray] | None) -> None:
        if columns is None:
            self.give_up()
            return
        with (self._folder / f"{self.parts}.npy").open("wb") as handle:
            for number, column in enumerate(columns):
                np.save(handle, self._coded(number, column), allow_pickle=False)
        self.rows += len(columns[0])
        self.parts += 1

    def _coded(self, number: int, column: pa.DictionaryArray) -> np.ndarray:
        seen: list[str] = column.dictionary.to_pylist()
        numbers: np.ndarray = column.indices.to_numpy()
        self.longest = max(self.longest, max(map(len, seen), default=0))
        texts = self._texts[number]
        if self._hashed_from[number] is None and len(texts) + len(seen) > self._most and len(texts.keys() | seen) > self._most:
            self._hashed_from[number] = self.parts
        if self._hashed_from[number] is not None:
            return np.take(hashes(seen), numbers)
        at = np.array([texts.setdefault(text, len(texts)) for text in seen], dtype=np.min_scalar_type(max(0, len(texts) + len(seen) - 1)))
        return np.take(at, numbers)


def hashes(texts: list[str]) -> np.ndarray:
    """A number of 64 bits a text, odd where the text holds something."""
    blank = np.fromiter((not text.strip() for text in texts), dtype=bool, count=len(texts))
    found: np.ndarray = pd.util.hash_array(np.array(texts, dtype=object), categorize=False) | np.uint64(1)
    return found - blank.astype(np.uint64)


def _parsed(block: bytes, columns: int, separator: str) -> list[pa.DictionaryArray] | None:
    """The columns of some records, None where they are not even."""
    names = [f"c{number}" for number in range(columns)]
    text = pa.dictionary(pa.int32(), pa.string())
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(block), read_options=arrow_csv.ReadOptions(use_threads=False, column_names=names, block_size=len(block) + 1),
            parse_options=arrow_csv.ParseOptions(delimiter=separator, newlines_in_values=b'"' in block),
            convert_options=arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, text), strings_can_be_null=False))
    except pa.ArrowInvalid:
        return None
    return [column.unify_dictionaries().combine_chunks() if column.num_chunks > 1 else column.chunk(0) for column in table.columns]


def _end_of_record(block: bytes) -> int:
    """Where the last whole record of a block ends that begins with a record, 0 where none does: a line end outside quotes."""
    quotes, end = block.count(b'"'), len(block)
    while (at := block.rfind(b"\n", 0, end)) >= 0:
        quotes -= block.count(b'"', at, end)
        if quotes % 2 == 0:
            return at + 1
        end = at
    return 0
