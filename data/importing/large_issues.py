"""What an import says of a large table's rows: the first issues of each kind, in the words of the path of small tables; counts of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data.importing.cells import figure, row_span
from data.importing.large_cells import Cells
from data.importing.large_laying import ABOVE, BLANK, HOST_UNKNOWN, OTHER_COUNTRY, REPAIRED, UNMATCHED, WRONG
from data.importing.large_returns import AGE_FIELDS, PLACE_FIELDS, Coded
from data.importing.placing import suggest, tell_confirmed, total_of
from data.importing.report import MOST_ISSUES
from data.importing.tables.returns import host_of


@dataclass
class Counts:
    """Rows of the file: `rows_read` = `accepted` + what is set aside."""

    rows_read: int
    accepted: int
    repaired: int


def counts(coded: Coded, cells: Cells) -> Counts:
    """Exact counts of all rows."""
    read = coded.one(f"SELECT count(*) FILTER (state & {BLANK} = 0) FROM coded")[0]
    accepted, repaired = coded.one(f"SELECT count(*), count(*) FILTER (state & {REPAIRED} <> 0) FROM {coded.accepted}")
    return Counts(int(read), int(accepted), int(repaired) + cells.exceeded_rows)


def empty_lines(coded: Coded) -> list[int]:
    """The rows that are empty between rows that are not."""
    found = coded.run(
        f"WITH blank AS (SELECT n FROM coded WHERE state & {BLANK} <> 0) SELECT n FROM blank WHERE "
        + " OR ".join(f"(n + {k} < {coded.rows_in_file} AND n + {k} NOT IN (SELECT n FROM blank))" for k in (1, 2)) + f" ORDER BY n LIMIT {MOST_ISSUES}")
    return [_row_no(coded, n) for (n,) in found]


def tell(coded: Coded, cells: Cells) -> None:
    """Note the issues of the rows in the job's list, in the order the path of small tables notes them."""
    job = coded.job
    for n, text in _texts(coded, ["iso3"], OTHER_COUNTRY):
        job.issues.add(_row_no(coded, n), job.heading("iso3"), text["iso3"], "set_aside", "other_country_row", job.iso3)
    for n, first in coded.run(f"SELECT n, first FROM copy ORDER BY n LIMIT {MOST_ISSUES}"):
        job.issues.add(_row_no(coded, n), "", "", "set_aside", "copied_row", str(_row_no(coded, first)))
    if coded.dialect is not None:
        heading, rule = coded.dialect
        rows = _count(coded, f"JOIN {coded.texts} r ON r.rowid = n {_place_join(coded)} WHERE dialect")
        job.issues.add(None, heading, rows, "repaired", "pcode_dialect", rule)
    tell_confirmed({said: _count(coded, f"JOIN {coded.texts} r ON r.rowid = n {_place_join(coded)} WHERE place_no IN ({', '.join(map(str, sorted(places)))})")
                    for said, places in coded.confirmed.items()}, job)
    job.issues.rows.extend(coded.assumed)
    _wrong_rows(coded)
    _odd_ages(coded)
    if any(field in coded.fields for field in PLACE_FIELDS):
        _unmatched(coded)
        _placed_above(coded)
    for n, parts, total in cells.exceeded:
        job.issues.add(_row_no(coded, n), job.heading("persons"), f"{parts:.0f} > {total:.0f}", "repaired", "parts_exceed_total")


def _wrong_rows(coded: Coded) -> None:
    """The rows whose period or figure is wrong, or whose host is unknown, read again one by one."""
    job = coded.job
    for n, text in _texts(coded, coded.fields, WRONG + HOST_UNKNOWN, aside=OTHER_COUNTRY):
        number = _row_no(coded, n)
        if (whole := total_of(text)) is not None:
            job.issues.add(number, job.heading(whole), text[whole], "set_aside", "total_row")
        elif row_span(text, number, job) is not None and figure(text["persons"], number, "persons", job) is not None:
            host_of(text, number, job)


def _odd_ages(coded: Coded) -> None:
    if not coded.odd_ages:
        return
    fields = ", ".join(f'"{field}"' for field in coded.mine(AGE_FIELDS))
    seen = coded.run(f"SELECT DISTINCT age_no FROM (SELECT n FROM {coded.accepted}) JOIN {coded.texts} r ON r.rowid = n JOIN t_age USING ({fields})")
    for label in sorted({coded.odd_ages[number] for (number,) in seen if number in coded.odd_ages}):
        coded.job.issues.add(None, coded.job.heading("age"), label, "info", "age_band_other")


def _unmatched(coded: Coded) -> None:
    job = coded.job
    told: set[str] = set()
    for n, place_no in _rows_of_places(coded, UNMATCHED):
        text, column = coded.place_texts[place_no]
        job.issues.add(_row_no(coded, n), column, text, "info", "place_unmatched", job.iso3)
        if text and text not in told:
            told.add(text)
            if near := suggest(text, job):
                job.issues.add(_row_no(coded, n), column, text, "info", "place_suggested", near)


def _placed_above(coded: Coded) -> None:
    """One issue a row whose own area is not in the boundaries while the one above it is, and one suggestion a label that resembles a name there."""
    job = coded.job
    names = dict(zip(job.areas["pcode"], job.areas["name_fr"], strict=True))
    asked: set[tuple[str, str]] = set()
    for n, place_no in _rows_of_places(coded, ABOVE):
        pcode, text, column = coded.above[place_no]
        job.issues.add(_row_no(coded, n), column, text, "info", "placed_above", f"{names[pcode]} ({pcode})")
        if (text, pcode) not in asked:
            asked.add((text, pcode))
            if near := suggest(text, job, pcode):
                job.issues.add(_row_no(coded, n), column, text, "info", "place_suggested", near)


def _rows_of_places(coded: Coded, state: int) -> list[tuple[Any, ...]]:
    """The first accepted rows that have a bit of `state`, each with the number of its place's texts."""
    if not coded.has(state):
        return []
    return coded.run(
        f"SELECT n, place_no FROM (SELECT n FROM coded c {_single(coded)} WHERE state & {state} <> 0 AND state & {BLANK + OTHER_COUNTRY + WRONG} = 0 "
        f"ORDER BY n LIMIT {MOST_ISSUES}) JOIN {coded.texts} r ON r.rowid = n {_place_join(coded)} ORDER BY n")


def _texts(coded: Coded, fields: list[str], state: int, aside: int = 0) -> list[tuple[int, dict[str, str]]]:
    """The first rows that have one of the bits of `state` and none of `aside`, with their texts."""
    if not set(fields) <= set(coded.fields) or not coded.has(state):
        return []
    listed = ", ".join(f'"{field}"' for field in fields)
    single = _single(coded) if aside else ""
    rows = coded.run(f"SELECT n, {listed} FROM (SELECT n FROM coded c {single} WHERE state & {state} <> 0 AND state & {BLANK + aside} = 0 ORDER BY n "
                     f"LIMIT {MOST_ISSUES}) JOIN {coded.texts} r ON r.rowid = n ORDER BY n")
    return [(int(row[0]), {field: text.strip() for field, text in zip(fields, row[1:], strict=True)}) for row in rows]


def _single(coded: Coded) -> str:
    return "ANTI JOIN copy USING (n)" if coded.has_copies else ""


def _place_join(coded: Coded) -> str:
    return f"JOIN t_place USING ({', '.join(coded.mine(PLACE_FIELDS))})"


def _count(coded: Coded, rest: str) -> int:
    found: Any = coded.one(f"SELECT count(*) FROM (SELECT n FROM coded c {_single(coded)} WHERE state & {BLANK + OTHER_COUNTRY} = 0) {rest}")[0]
    return int(found)


def _row_no(coded: Coded, n: int) -> int:
    return int(n) + coded.skip + 1
