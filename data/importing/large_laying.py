"""What the texts of a large table mean, laid over all its rows: for each row its key, its figure, its state in bits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from data.importing.large_numbers import NumberedRows
from data.importing.large_rows import BLANKS, quoted

OTHER_COUNTRY, WRONG, HOST_UNKNOWN, UNMATCHED, REPAIRED, BLANK, ABOVE = 1, 2, 4, 8, 16, 32, 64


@dataclass
class Meaning:
    """What the texts of some fields mean, a row for those that occur together; also the table t_<name>.

    Columns: the fields, parts of a key (kind_at, period_at, host_at, place_at, sex_at, band_at), `bits` of state, others.
    """

    name: str
    fields: list[str]
    frame: pd.DataFrame


def bits_of(frame: pd.DataFrame) -> np.ndarray:
    """The bits of state that texts bring, by what is said of them."""
    found = np.zeros(len(frame), dtype=np.uint8)
    if "period_at" in frame:
        found[frame["period_at"].isna().to_numpy()] |= WRONG
    for said, bits in (("foreign", OTHER_COUNTRY), ("whole", WRONG), ("above", ABOVE), ("unmatched", UNMATCHED), ("host_unknown", HOST_UNKNOWN + REPAIRED)):
        if said in frame:
            found[frame[said].to_numpy(dtype=bool)] |= bits
    if "dialect" in frame:
        found[((frame["dialect"] | frame["confirmed"]) & ~frame["unmatched"]).to_numpy(dtype=bool)] |= REPAIRED
    return found


def lay_texts(rows: str, fields: Sequence[str], meanings: Sequence[Meaning], start: int, weights: Mapping[str, int]) -> str:
    """The query that makes `coded` of a table of texts: joins of all rows with what their texts mean; a key is `start` and its parts by weight."""
    wide = "BIGINT" if 2 * weights["kind_at"] < 2**62 else "HUGEINT"
    key, state = [f"{start}::{wide}"], [f"CASE WHEN value IS NULL THEN {WRONG} ELSE 0 END", f"CASE WHEN mended THEN {REPAIRED} ELSE 0 END"]
    joins = ["JOIN t_persons USING (persons)"]
    for one in meanings:
        listed = ", ".join(f'"{field}"' for field in one.fields)
        joins.append(f"LEFT JOIN t_{one.name} USING ({listed})")
        state.append(f"coalesce(t_{one.name}.bits, 0)")
        key += [f"coalesce({column}, 0)::{wide} * {weights[column]}" for column in one.frame.columns if column in weights]
    blank = " AND ".join([*(f"trim(\"{field}\", {quoted(BLANKS)}) = ''" for field in fields), "NOT filled"])
    return (f"CREATE TABLE coded AS SELECT r.rowid AS n, {' + '.join(key)} AS key, value AS persons, (CASE WHEN {blank} THEN {BLANK} ELSE "
            f"{' | '.join(state)} END)::UTINYINT AS state FROM {rows} r {' '.join(joins)}")


def lay_numbers(connection: duckdb.DuckDBPyConnection, rows: NumberedRows, fields: Sequence[str], meanings: Sequence[Meaning], start: int,
                weights: Mapping[str, int], say: Callable[[float], None]) -> None:
    """`coded` of rows that are numbers of their texts, part by part; the same as lay_texts."""
    persons = connection.execute("SELECT persons, value FROM t_persons").df()
    values = np.append(persons["value"].to_numpy(dtype=np.float64, na_value=np.nan), np.nan)
    figures, blank = rows.lookup(persons, ["persons"]), rows.blank(fields)
    laid = []
    for one in meanings:
        parts = [one.frame[column].fillna(0).to_numpy(dtype=np.int64) * weights[column] for column in one.frame.columns if column in weights]
        key = sum(parts, np.zeros(len(one.frame), dtype=np.int64))
        laid.append((rows.lookup(one.frame, one.fields), np.append(key, 0), np.append(one.frame["bits"].to_numpy(dtype=np.uint8), np.uint8(0))))
    schema = pa.schema([("n", pa.int64()), ("key", pa.int64()), ("persons", pa.float64()), ("state", pa.uint8())])

    def batches() -> Iterator[pa.RecordBatch]:
        for first, part in rows.parts():
            value = np.take(values, figures(part))
            wrong = np.isnan(value)
            key, state = np.full(len(value), start, dtype=np.int64), wrong.astype(np.uint8) * np.uint8(WRONG)
            for places, adds, bits in laid:
                at = places(part)
                key += np.take(adds, at)
                state |= np.take(bits, at)
            if blank is not None:
                state[blank(part)] = BLANK
            say(first / rows.count)
            yield pa.record_batch([np.arange(first, first + len(value)), key, pa.array(value, mask=wrong), state], schema=schema)

    connection.register("incoming", pa.RecordBatchReader.from_batches(schema, batches()))
    connection.execute("CREATE TABLE coded AS SELECT * FROM incoming")
    connection.unregister("incoming")
