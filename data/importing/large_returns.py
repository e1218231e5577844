"""Returns of a large table by sets: the texts that occur are read once each, as the rows of a small table are, and laid over all rows.

Says and keeps what tables/returns.py would of the same rows (a test feeds both the same table); what is kept row by row there is
a query here. A row's number is its place in the file; `key` packs kind, period, host, place, sex and age, in the order of the facts.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pandas as pd

from data.importing.cells import figure, row_span
from data.importing.large_codes import FOLDER
from data.importing.large_laying import BLANK, OTHER_COUNTRY, WRONG, Meaning, bits_of, lay_numbers, lay_texts
from data.importing.large_numbers import NumberedRows
from data.importing.large_rows import LARGE, quoted, telling
from data.importing.limits import LARGE_MEMORY
from data.importing.nations import country_keys, host_iso3
from data.importing.placing import CODES, Job, RowIssues, locate, total_of
from data.importing.tables.returns import ALL, BANDS, SEXES, UNKNOWN, band_of, kinds_of
from data.readers.places import place_key

SEX: Final = ("f", "m", UNKNOWN, ALL)
BAND: Final = (*BANDS.values(), UNKNOWN, ALL)
KIND: Final = ("abroad", "internal")
PLACE_FIELDS: Final = (*CODES, "admin1_name", "admin2_name", "place")
PERIOD_FIELDS: Final = ("start", "end", "period", "year")
AGE_FIELDS: Final = ("age", "age_min", "age_max")
FIELDS: Final = ("iso3", *PERIOD_FIELDS, "persons", *PLACE_FIELDS, "kind", "host", "sex", *AGE_FIELDS)
_MARKS: Final = 2**28
"""Keys that are marked one by one, a byte each, to see whether rows share one."""
_PLAIN: Final = r"\d{1,15}(\.\d{1,9})?"
"""A figure that every reader reads alike."""


@dataclass
class Sizes:
    """How many periods, hosts and places a key tells apart."""

    periods: int
    hosts: int
    places: int


class Coded:
    """A large table with its texts read: tables of what they mean, and `coded` (n, key, persons, state), one row a row of the file.

    `numbered`: its rows as numbers, where the child could write them so; None where they are a table of texts.
    """

    def __init__(self, job: Job, work: Path, skip: int, say: Callable[[str, float], None], numbered: NumberedRows | None = None):
        self.job, self.work, self.skip, self._say, self._numbered = job, work, skip, say, numbered
        self.fields = [to for to in FIELDS if to in job.mapping.values()]
        self._meanings: list[Meaning] = []
        self._has_texts = numbered is None
        self.database = work / "cells.duckdb"
        self.connection = duckdb.connect(str(self.database), config={
            "memory_limit": LARGE_MEMORY, "temp_directory": str(work / "spill"), "preserve_insertion_order": False})
        self.connection.execute("SET enable_progress_bar = true")
        self.connection.execute("SET enable_progress_bar_print = false")
        if numbered is None:
            self.connection.execute(f"ATTACH {quoted(str(work / LARGE))} AS file (READ_ONLY)")
        self.hosts: list[str | None] = [None]
        self.spans: list[tuple[pd.Timestamp, pd.Timestamp]] = []
        self.places: list[tuple[str, str, str]] = []
        self.dialect: tuple[str, str] | None = None
        self.place_texts: dict[int, tuple[str, str]] = {}
        self.above: dict[int, tuple[str, str, str]] = {}
        self.confirmed: dict[tuple[str, str, str], set[int]] = {}
        self.odd_ages: dict[int, str] = {}
        self.has_copies = False
        self._read_texts()
        self._code_rows()
        self._add_cells()
        self._find_copies()

    @property
    def texts(self) -> str:
        """The rows of the file as texts, as what follows FROM: `rowid`, the fields, `other`, `filled`, `mended`."""
        if self._numbered is None:
            return "file.rows"
        if not self._has_texts:
            self._numbered.write_texts(self.connection)
            self._has_texts = True
        return "rows"

    def close(self) -> None:
        """Nothing more is asked of the file: what was written of it goes, the facts stay."""
        self.connection.close()
        (self.work / LARGE).unlink(missing_ok=True)
        shutil.rmtree(self.work / FOLDER, ignore_errors=True)

    def run(self, sql: str, stage: str = "", begin: float = 0.0, end: float = 0.0) -> list[tuple[Any, ...]]:
        """The rows of a query; while it runs, `stage` is told between the shares `begin` and `end`."""
        if not stage:
            return self.connection.execute(sql).fetchall()
        with telling(self.connection, lambda share: self._say(stage, begin + share * (end - begin))):
            return self.connection.execute(sql).fetchall()

    def one(self, sql: str) -> tuple[Any, ...]:
        """The only row of a query."""
        return tuple(self.connection.execute(sql).fetchall()[0])

    def keep(self, name: str, frame: pd.DataFrame) -> None:
        """Write a frame as a table."""
        self.connection.register("incoming", frame)
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM incoming")
        self.connection.unregister("incoming")

    def mine(self, fields: Iterable[str]) -> list[str]:
        """Those of the fields that the file has."""
        return [field for field in fields if field in self.fields]

    def _read_texts(self) -> None:
        self._say("checking", 0.0)
        if "iso3" in self.fields:
            known = country_keys(self.job.iso3)
            frame = self._distinct(["iso3"])
            self._mean("iso3", ["iso3"], frame.assign(foreign=[bool(text) and place_key(text) not in known for text in frame["iso3"].str.strip()]))
        self._read_periods()
        self._read_persons()
        self._read_places()
        self._read_kinds_and_hosts()
        self._read_sexes_and_ages()

    def _distinct(self, fields: list[str], without_iso3: list[str] | None = None) -> pd.DataFrame:
        """The texts of `fields` that occur together, in their order, in rows of no country of `without_iso3`."""
        if self._numbered is not None:
            return self._numbered.distinct(fields, ("iso3", without_iso3) if without_iso3 else None)
        where, values = ("WHERE NOT list_contains(?, iso3)", [without_iso3]) if without_iso3 else ("", [])
        return self.connection.execute(f"SELECT DISTINCT {_listed(fields)} FROM {self.texts} {where} ORDER BY ALL", values).df().astype("str")

    def _mean(self, name: str, fields: list[str], frame: pd.DataFrame) -> None:
        """Keep what the texts of `fields` mean, as the table t_<name>: `frame` with the bits of state that they bring."""
        meaning = Meaning(name, fields, frame.assign(bits=bits_of(frame)))
        self.keep(f"t_{name}", meaning.frame)
        self._meanings.append(meaning)

    def _read_periods(self) -> None:
        frame = self._distinct(self.mine(PERIOD_FIELDS))
        job = replace(self.job, issues=RowIssues("", ""))
        found = [row_span(row, number, job) for number, row in enumerate(_stripped(frame))]
        self.spans = sorted({span for span in found if span is not None})
        at = {span: number for number, span in enumerate(self.spans)}
        self._mean("period", self.mine(PERIOD_FIELDS), frame.assign(period_at=pd.array([None if span is None else at[span] for span in found], dtype="Int32")))
        self.keep("period", pd.DataFrame({
            "period_at": range(len(self.spans)), "year": [start.year for start, _ in self.spans],
            "period_start": pd.to_datetime([start for start, _ in self.spans]), "period_end": pd.to_datetime([end for _, end in self.spans])}))

    def _read_persons(self) -> None:
        plain = _PLAIN.split("(")[0] if any(code == "points_are_thousands" for *_, code, _ in self.job.sheet.issues) else _PLAIN
        listed = f"(SELECT DISTINCT persons FROM {self.texts})" if self._numbered is None else "persons_text"
        if self._numbered is not None:
            self.keep(listed, self._distinct(["persons"]))
        self.run(f"CREATE TABLE t_persons AS SELECT persons, CASE WHEN regexp_full_match(persons, '{plain}') THEN persons::DOUBLE END AS value "
                 f"FROM {listed}", "checking", 0.0, 0.1)
        odd = self.connection.execute("SELECT persons FROM t_persons WHERE value IS NULL").df().astype("str")
        job = replace(self.job, issues=RowIssues("", ""))
        values = [figure(text.strip(), number, "persons", job) for number, text in enumerate(odd["persons"])]
        self.keep("t_odd", odd.assign(value=pd.array(values, dtype="Float64")))
        self.run("UPDATE t_persons SET value = o.value FROM t_odd o WHERE t_persons.persons = o.persons")

    def _read_places(self) -> None:
        fields = self.mine(PLACE_FIELDS)
        if not fields:
            self.places = [(self.job.iso3, "", "exact")]
            return
        others = [str(text) for (text,) in self.run('SELECT iso3 FROM t_iso3 WHERE "foreign"')] if "iso3" in self.fields else []
        frame = self._distinct(fields, others)
        job = replace(self.job, issues=RowIssues("", ""))
        located = locate(pd.DataFrame(_stripped(frame), columns=fields), job)
        if located.rule:
            self.dialect = (job.heading("pcode"), located.rule)
        found = [(located.pcode[n] or self.job.iso3, located.text.get(n, ""), "exact" if located.pcode[n] else "unmatched") for n in range(len(frame))]
        self.places = sorted(set(found))
        at = {place: number for number, place in enumerate(self.places)}
        self.place_texts = {n: (located.text.get(n, ""), located.column.get(n, "")) for n in range(len(frame)) if located.pcode[n] is None}
        self.above = {n: (pcode, located.text.get(n, ""), located.column.get(n, "")) for n, pcode in located.above.items()}
        self._mean("place", fields, frame.assign(
            place_at=pd.array([at[place] for place in found], dtype="Int32"), place_no=pd.array(range(len(frame)), dtype="Int32"),
            whole=[total_of(row) is not None for row in _stripped(frame)],
            unmatched=[located.pcode[n] is None for n in range(len(frame))], dialect=[n in located.mended for n in range(len(frame))],
            above=[n in located.above for n in range(len(frame))],
            confirmed=[any(n in rows for rows in located.confirmed.values()) for n in range(len(frame))]))
        self.confirmed = located.confirmed

    def _read_kinds_and_hosts(self) -> None:
        frame = self._distinct(["kind"]) if "kind" in self.fields else pd.DataFrame(index=[0])
        job = replace(self.job, issues=RowIssues(self.job.source_id, self.job.iso3))
        texts = pd.DataFrame({"kind": frame["kind"].str.strip()}) if "kind" in self.fields else frame
        kinds = kinds_of(texts.assign(host="") if "host" in self.fields else texts, job)
        self.assumed = job.issues.rows
        if "kind" in self.fields:
            self._mean("kind", ["kind"], frame.assign(kind_at=pd.array([KIND.index(kinds[n]) for n in range(len(frame))], dtype="Int32")))
        self.kind = KIND.index(kinds[0]) if len(kinds) else 0
        if "host" in self.fields:
            frame = self._distinct(["host"])
            named = [host_iso3(text) if text else None for text in frame["host"].str.strip()]
            found = [None if iso3 == self.job.iso3 else iso3 for iso3 in named]
            self.hosts = [None, *sorted({iso3 for iso3 in found if iso3})]
            self._mean("host", ["host"], frame.assign(
                host_at=pd.array([self.hosts.index(iso3) for iso3 in found], dtype="Int32"),
                host_unknown=[bool(text) and iso3 is None for text, iso3 in zip(frame["host"].str.strip(), named, strict=True)]))

    def _read_sexes_and_ages(self) -> None:
        if "sex" in self.fields:
            frame = self._distinct(["sex"])
            found = [SEX.index(SEXES.get(place_key(text.strip()), UNKNOWN)) for text in frame["sex"]]
            self._mean("sex", ["sex"], frame.assign(sex_at=pd.array(found, dtype="Int32")))
        fields = self.mine(AGE_FIELDS)
        if fields:
            frame = self._distinct(fields)
            bands: list[int] = []
            for number, row in enumerate(_stripped(frame)):
                odd: set[str] = set()
                bands.append(BAND.index(band_of(row, odd)))
                self.odd_ages.update((number, label) for label in odd)
            self._mean("age", fields, frame.assign(band_at=pd.array(bands, dtype="Int32"), age_no=pd.array(range(len(frame)), dtype="Int32")))

    def _code_rows(self) -> None:
        """`coded`: for each row what its texts mean."""
        self.sizes = Sizes(max(1, len(self.spans)), len(self.hosts), max(1, len(self.places)))
        sizes, of_places = self.sizes, 32 * self.sizes.places
        weights = {"kind_at": of_places * sizes.hosts * sizes.periods, "period_at": of_places * sizes.hosts, "host_at": of_places, "place_at": 32,
                   "sex_at": 8, "band_at": 1}
        same = {"kind_at": self.kind, "sex_at": SEX.index(ALL), "band_at": BAND.index(ALL)}
        told = {column for one in self._meanings for column in one.frame.columns}
        start = sum(weights[column] * value for column, value in same.items() if column not in told)
        if self._numbered is None:
            self.run(lay_texts(self.texts, self.fields, self._meanings, start, weights), "checking", 0.1, 0.5)
        else:
            lay_numbers(self.connection, self._numbered, self.fields, self._meanings, start, weights, lambda share: self._say("checking", 0.1 + 0.4 * share))
        self._rows_by_state = {int(state): int(rows) for state, rows in self.run("SELECT state, count(*) FROM coded GROUP BY state")}
        self.rows_in_file = sum(self._rows_by_state.values())

    def has(self, bits: int) -> bool:
        """Whether a row has one of the bits of state."""
        return any(state & bits for state in self._rows_by_state)

    def _add_cells(self) -> None:
        """`cell` (key, persons, first, rows): the accepted rows added up by key; nothing to add where every row has a key of its own."""
        self.single = not self.has_copies and self._keys_are_single()
        if self.single:
            self.run(f"CREATE VIEW cell AS SELECT key, persons, n AS first, 1 AS rows FROM {self.accepted}")
            return
        self.run(f"CREATE OR REPLACE TABLE cell AS SELECT key, sum(persons) AS persons, min(n) AS first, count(*)::INTEGER AS rows "
                 f"FROM {self.accepted} GROUP BY key", "adding", 0.5, 0.8)

    def _keys_are_single(self) -> bool:
        """Whether no two accepted rows share a key: a mark for each key that can be, where those are few enough to be marked."""
        most = 2 * 32 * self.sizes.periods * self.sizes.hosts * self.sizes.places
        rows = int(self.one(f"SELECT count(*) FROM {self.accepted}")[0])
        if most > _MARKS or rows > most:
            return False
        marks = np.zeros(most, dtype=bool)
        batches: Iterable[Any] = self.connection.sql(f"SELECT key FROM {self.accepted}").to_arrow_reader(1_000_000)
        for batch in batches:
            marks[batch.column(0).to_numpy()] = True
        return int(marks.sum()) == rows

    def _find_copies(self) -> None:
        """`copy` (n, first): rows that repeat an earlier one cell by cell; the columns that are not read are compared by their hash.

        A copy has the key of what it repeats: rows alone under their key are none, and only the others are looked at.
        """
        texts = ", ".join([*(f'"{field}"' for field in self.fields), "other"])
        self.run("CREATE TABLE copy (n BIGINT, first BIGINT)")
        shared = "" if self.single else " OR key IN (SELECT key FROM cell WHERE rows > 1)"
        suspect = f"FROM coded WHERE state & {BLANK + OTHER_COUNTRY} = 0 AND (state & {WRONG} <> 0{shared})"
        suspects = int(self.one(f"SELECT count(*) {suspect}")[0])
        if not suspects:
            return
        self.run(f"CREATE VIEW suspect AS SELECT n {suspect}")
        rows = f"{self.texts} r SEMI JOIN suspect ON n = r.rowid" if 2 * suspects < self.rows_in_file else f"{self.texts} r"
        self.run(f"CREATE TABLE twice AS SELECT h FROM (SELECT hash({texts}) AS h FROM {rows}) GROUP BY h HAVING count(*) > 1", "adding", 0.8, 0.9)
        if self.one("SELECT count(*) FROM twice")[0]:
            self.run(f"INSERT INTO copy SELECT n, first FROM (SELECT r.rowid AS n, min(r.rowid) OVER (PARTITION BY {texts}) AS first FROM {rows} "
                     f"WHERE hash({texts}) IN (SELECT h FROM twice)) JOIN coded USING (n) WHERE n <> first AND state & {BLANK + OTHER_COUNTRY} = 0")
            self.has_copies = True
            self.run("DROP VIEW cell" if self.single else "DROP TABLE cell")
            self._add_cells()

    @property
    def accepted(self) -> str:
        """The rows whose figures count, as what follows FROM; `coded` with the alias c."""
        without = " ANTI JOIN copy USING (n)" if self.has_copies else ""
        return f"coded c{without} WHERE state & {BLANK + OTHER_COUNTRY + WRONG} = 0"


def _listed(fields: list[str]) -> str:
    return ", ".join('"' + field + '"' for field in fields)


def _stripped(frame: pd.DataFrame) -> list[dict[str, str]]:
    return [{str(k): str(v).strip() for k, v in row.items()} for row in frame.to_dict("records")]
