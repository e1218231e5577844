"""The rows of a large CSV that the child wrote as numbers (large_codes): the texts that occur, and for each row where its texts stand.

A part of the file is held at a time. What reads rows as texts finds them in a table of the engine that is made when it is asked for.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from data.importing.large_codes import FOLDER, hashes

_MARKS: Final = 2**26
"""Combinations of texts that are looked up in one array; beyond, they are searched for."""
Part = dict[int, np.ndarray]


class NumberedRows:
    """The rows of a file and the texts of the columns that are asked for, `fields` {name: heading}."""

    def __init__(self, work: Path, head: Mapping[str, Any], fields: Mapping[str, str]):
        self._folder, self._coded = work / FOLDER, head["coded"]
        names: list[str] = head["names"]
        self.at = {field: names.index(heading) for field, heading in fields.items()}
        self._columns, self.count = len(names), int(head["coded"]["rows"])
        self._rest = sorted(set(range(len(names))) - set(self.at.values()))
        lists: list[list[str]] = json.loads((work / "texts.json").read_text(encoding="utf-8"))
        self.texts = {field: lists[number] for field, number in self.at.items()}
        self._rest_texts = {number: lists[number] for number in self._rest}

    def parts(self) -> Iterator[tuple[int, Part]]:
        """The place of the first row, and the numbers of the texts by column, of each part."""
        first = 0
        for number in range(int(self._coded["parts"])):
            with (self._folder / f"{number}.npy").open("rb") as handle:
                part = {column: np.load(handle, allow_pickle=False) for column in range(self._columns)}
            for column, hashed in enumerate(self._coded["hashed_from"]):
                if column in self._rest_texts and hashed is not None and number < hashed:
                    part[column] = np.take(hashes(self._rest_texts[column]), part[column])
            yield first, part
            first += len(part[0])

    def distinct(self, fields: Sequence[str], without: tuple[str, Sequence[str]] | None = None) -> pd.DataFrame:
        """The texts of `fields` that occur together, in their order; without the rows whose field `without[0]` has one of `without[1]`."""
        if len(fields) == 1 and not (without and without[1]):
            return pd.DataFrame({fields[0]: sorted(self.texts[fields[0]])}, dtype="str")
        size = self._combinations(fields)
        gone = np.isin(np.array(self.texts[without[0]], dtype=object), list(without[1])) if without and without[1] else None
        marks, seen = np.zeros(size if size <= _MARKS else 0, dtype=bool), np.empty(0, dtype=np.int64)
        for _, part in self.parts():
            numbers = self._number(part, fields)
            if gone is not None and without:
                numbers = numbers[~np.take(gone, part[self.at[without[0]]])]
            if len(marks):
                marks[numbers] = True
            else:
                seen = np.unique(np.concatenate([seen, pd.unique(numbers)]))
        seen = np.flatnonzero(marks) if len(marks) else seen
        columns: dict[str, np.ndarray] = {}
        for field in reversed(fields):
            seen, number = np.divmod(seen, len(self.texts[field]))
            columns[field] = np.array(self.texts[field], dtype=object)[number]
        frame = pd.DataFrame({field: columns[field] for field in fields}, dtype="str")
        return frame.sort_values(list(fields), ignore_index=True)

    def lookup(self, frame: pd.DataFrame, fields: Sequence[str]) -> Callable[[Part], np.ndarray]:
        """A function from a part to the places in `frame` (a row for each texts of `fields`) of its rows; len(frame) where there is none."""
        size = self._combinations(fields)
        wanted = np.zeros(len(frame), dtype=np.int64)
        for field in fields:
            number = {text: place for place, text in enumerate(self.texts[field])}
            wanted = wanted * len(number) + np.array([number[text] for text in frame[field]], dtype=np.int64)
        if size <= _MARKS:
            places = np.full(size, len(frame), dtype=np.int32)
            places[wanted] = np.arange(len(frame))
            return lambda part: np.take(places, self._number(part, fields))
        order = np.argsort(wanted)
        ordered = wanted[order]

        def search(part: Part) -> np.ndarray:
            numbers = self._number(part, fields)
            near = np.minimum(np.searchsorted(ordered, numbers), len(ordered) - 1)
            return np.where(ordered[near] == numbers, order[near], len(frame))

        return search

    def blank(self, fields: Sequence[str]) -> Callable[[Part], np.ndarray] | None:
        """A function from a part to whether rows hold nothing at all, None where no row can."""
        empty = {self.at[field]: np.array([not text.strip() for text in self.texts[field]]) for field in fields}
        if not all(found.any() for found in empty.values()):
            return None

        def find(part: Part) -> np.ndarray:
            found = ~self._filled(part)
            for column, is_empty in empty.items():
                found &= np.take(is_empty, part[column])
            return found

        return find

    def write_texts(self, connection: duckdb.DuckDBPyConnection) -> None:
        """The view `rows` as the text table of a file has it: `rowid`, the fields, `other`, `filled`, `mended`."""
        schema = pa.schema([("n", pa.int64()), *((f"at_{field}", pa.uint32()) for field in self.at), ("other", pa.uint64()), ("filled", pa.bool_())])

        def batches() -> Iterator[pa.RecordBatch]:
            for first, part in self.parts():
                count = len(part[0])
                other = np.zeros(count, dtype=np.uint64)
                for column in self._rest:
                    other = (other ^ (other >> np.uint64(29))) * np.uint64(0x9E3779B97F4A7C15) + part[column].astype(np.uint64)
                yield pa.record_batch([np.arange(first, first + count), *(part[column].astype(np.uint32) for column in self.at.values()), other,
                                       self._filled(part)], schema=schema)

        connection.register("incoming", pa.RecordBatchReader.from_batches(schema, batches()))
        connection.execute("CREATE TABLE row_text AS SELECT * FROM incoming")
        connection.unregister("incoming")
        for field, texts in self.texts.items():
            connection.register("incoming", pd.DataFrame({f"at_{field}": np.arange(len(texts), dtype=np.uint32), field: pd.array(texts, dtype="str")}))
            connection.execute(f'CREATE TABLE "text_{field}" AS SELECT * FROM incoming')
            connection.unregister("incoming")
        listed = ", ".join(f'"{field}"' for field in self.at)
        joins = " ".join(f'JOIN "text_{field}" USING ("at_{field}")' for field in self.at)
        connection.execute(f"CREATE VIEW rows AS SELECT n AS rowid, {listed}, other, filled, false AS mended FROM row_text {joins}")

    def _combinations(self, fields: Sequence[str]) -> int:
        size = 1
        for field in fields:
            size *= max(1, len(self.texts[field]))
        return size

    def _number(self, part: Part, fields: Sequence[str]) -> np.ndarray:
        if len(fields) == 1:
            return part[self.at[fields[0]]]
        found = np.zeros(len(part[0]), dtype=np.int64)
        for field in fields:
            found = found * len(self.texts[field]) + part[self.at[field]]
        return found

    def _filled(self, part: Part) -> np.ndarray:
        found = np.zeros(len(part[0]), dtype=bool)
        for column in self._rest:
            if self._coded["hashed_from"][column] is not None:
                found |= (part[column] & np.uint64(1)).astype(bool)
            else:
                found |= np.take(np.array([bool(text.strip()) for text in self._rest_texts[column]]), part[column])
        return found


def can_be_numbered(head: Mapping[str, Any], fields: Mapping[str, str]) -> bool:
    """Whether a file's rows were written as numbers, with lists of the texts of these fields {name: heading} that combine to no number too large."""
    coded = head["coded"]
    if coded is None:
        return False
    at = [head["names"].index(heading) for heading in fields.values()]
    return all(coded["hashed_from"][number] is None for number in at) and math.prod(max(1, coded["texts"][number]) for number in at) < 2**62
