"""Who does what where (3W): a spreadsheet of activities by partner, in OCHA's layouts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from data.readers.issues import InputRefused, Issues
from data.readers.places import PlaceIndex, place_key
from data.readers.text_tables import dates, numbers, read_xlsx_text, sheet_names


def read_3w(path: Path, iso3: str, columns: pd.DataFrame, pcode_aliases: pd.DataFrame, places: PlaceIndex, issues: Issues) -> pd.DataFrame:
    """Activities, one row a source row: row_no, iso3, organisation, acronym, organisation_type, cluster, pcode, admin1_code,
    admin2_code, health_zone, status, start, end, beneficiaries, beneficiary_type, donor, budget, duplicate_of.

    Words are kept as the source writes them; free-text descriptions are not read. `columns` has field, header (first line,
    as `place_key` writes it). A full duplicate (every column of the source) is kept and names the first such row.
    Raises InputRefused when a needed column is missing.
    """
    frame = read_xlsx_text(path, sheet_names(path)[0], issues)
    first_of: dict[tuple[Any, ...], Any] = {}
    duplicate_of: list[float] = []
    for row_no, row in zip(frame.index, frame.itertuples(index=False, name=None), strict=True):
        first = first_of.setdefault(row, row_no)
        duplicate_of.append(float("nan") if first == row_no else float(first))
        if first != row_no:
            issues.add(int(row_no), "", "", "repaired", "duplicate_row", str(first))
    table = _named(frame, columns, path)
    found = pd.DataFrame({field: table[field].str.strip() for field in table.columns})
    for field in ("start", "end"):
        found[field] = dates(table[field], issues, field)
    for field in ("beneficiaries", "budget"):
        found[field] = numbers(table[field], issues, field)
    for row_no in found.index[found["end"] < found["start"]]:
        span = f"{table.at[row_no, 'start']!s} > {table.at[row_no, 'end']!s}"
        issues.add(int(row_no), "end", span, "info", "ends_before_start")
    renamed = dict(zip(pcode_aliases["old"], pcode_aliases["new"], strict=True))
    located = [_place(row_no, a1, a2, iso3, renamed, places, issues) for row_no, a1, a2 in zip(
        found.index, found["admin1_code"], found["admin2_code"], strict=True)]
    found[["pcode", "admin1_code", "admin2_code"]] = pd.DataFrame(located, index=found.index)
    return found.assign(iso3=iso3, duplicate_of=duplicate_of).reset_index(names="row_no")


def _place(
    row_no: Any, admin1: str, admin2: str, iso3: str, renamed: dict[str, str], places: PlaceIndex, issues: Issues,
) -> tuple[str, str | None, str | None]:
    if admin2 in renamed:
        issues.add(int(row_no), "admin2_code", admin2, "repaired", "obsolete_pcode", renamed[admin2])
        admin2 = renamed[admin2]
    for code in (admin2, admin1):
        if code and places.knows(code):
            return code, places.ancestor(code, 1), code if places.level(code) == 2 else None
        if code:
            issues.add(int(row_no), "pcode", code, "info", "unknown_pcode")
    issues.add(int(row_no), "admin2_code", "", "info", "no_place")
    return iso3, None, None


def _named(frame: pd.DataFrame, columns: pd.DataFrame, path: Path) -> pd.DataFrame:
    headers = {place_key(str(name).split("\n")[0]): name for name in frame.columns}
    table: dict[str, pd.Series] = {}
    for field, part in columns.groupby("field", sort=False):
        header = next((headers[key] for key in part["header"] if key in headers), None)
        if header is None:
            wanted = ", ".join(part["header"])
            raise InputRefused(
                f"{path.name} : colonne absente pour « {field} » (attendu : {wanted}).",
                f"{path.name}: no column for {field!r} (expected: {wanted}).",
            )
        table[str(field)] = frame[header]
    return pd.DataFrame(table)
