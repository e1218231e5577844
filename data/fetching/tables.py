"""Rows of a service as the tables the importers read; some go as they are, some are an indicator under its code.

Only sums and choices the services document: totals of all ages and sexes, the latest round of an assessment, IPC phase 3 or above.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

Rows = list[dict[str, Any]]
DISPLACED, REFUGEES, HUNGRY = "CX1", "CX2", "EC6"
_FIRST_ASSESSMENT: Final = "BA"
"""DTM's baseline assessment covers the country; others are of sites."""


def as_is(rows: Rows, iso3: str) -> Rows:
    """The rows themselves; a mark of "not known" is an empty cell."""
    return [{key: None if value == "-" else value for key, value in row.items()} for row in rows]


def refugees_hosted(rows: Rows, iso3: str) -> Rows:
    """Refugees hosted in the country by period, summed over countries of origin; the row of all sexes and ages only."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows:
        if row.get("gender") == "all" and row.get("age_range") == "all" and row.get("population_group") == "REF":
            sums[_day(row, "start"), _day(row, "end")] += float(row.get("population") or 0)
    return [{"pcode": iso3, "reference_period_start": start, "reference_period_end": end, REFUGEES: persons} for (start, end), persons in sums.items()]


def displaced_hosted(rows: Rows, iso3: str) -> Rows:
    """Internally displaced people by area, one figure a period: the baseline assessment before others, the latest round."""
    best: dict[tuple[str, str, str], tuple[bool, int, dict[str, Any]]] = {}
    for row in rows:
        place = str(row.get("admin2_code") or row.get("admin1_code") or iso3)
        key = (place, _day(row, "start"), _day(row, "end"))
        rank = (row.get("assessment_type") == _FIRST_ASSESSMENT, int(row.get("reporting_round") or 0))
        if key not in best or rank > best[key][:2]:
            best[key] = (*rank, row)
    return [{"pcode": place, "provider_name": row.get("provider_admin2_name") or row.get("provider_admin1_name"), "reference_period_start": start,
             "reference_period_end": end, DISPLACED: row.get("population")} for (place, start, end), (_, _, row) in best.items()]


def food_security(rows: Rows, iso3: str) -> Rows:
    """Share of people in IPC phase 3 or above (%), of current analyses."""
    return [{"admin1_code": row.get("admin1_code"), "admin1_name": row.get("admin1_name") or row.get("provider_admin1_name"),
             "admin2_code": row.get("admin2_code"), "admin2_name": row.get("admin2_name") or row.get("provider_admin2_name"),
             "reference_period_start": _day(row, "start"), "reference_period_end": _day(row, "end"),
             HUNGRY: round(100 * float(row["population_fraction_in_phase"]), 4)}
            for row in rows
            if row.get("ipc_phase") == "3+" and row.get("ipc_type") == "current" and row.get("population_fraction_in_phase") is not None]


def appeals(rows: Rows, iso3: str) -> Rows:
    """Money of the country's appeals, under the names of FTS; years are those of the appeal."""
    return [{"countryCode": row.get("location_code"), "name": row.get("appeal_name"), "code": row.get("appeal_code"), "startDate": _day(row, "start"),
             "endDate": _day(row, "end"), "requirements": row.get("requirements_usd"), "funding": row.get("funding_usd")} for row in rows]


def returns_by_host(rows: Rows, iso3: str) -> Rows:
    """Returned refugees by host country and returned internally displaced people, by year; cells that hold someone."""
    return [
        {"location_code": iso3, "asylum_location_code": None if group == "RDP" else row.get("coa_iso"), "population_group": group, "year": row.get("year"),
         "returnees": row[column]}
        for row in rows for group, column in (("RET", "returned_refugees"), ("RDP", "returned_idps"))
        if row.get("coo_iso", iso3) == iso3 and str(row.get(column) or "0") not in ("0", "-")
    ]


def hosted_by_year(rows: Rows, iso3: str) -> Rows:
    """Refugees and internally displaced people the country hosts, by year, summed over countries of origin."""
    sums: dict[int, dict[str, float]] = defaultdict(lambda: {DISPLACED: 0.0, REFUGEES: 0.0})
    for row in rows:
        for column, code in (("idps", DISPLACED), ("refugees", REFUGEES)):
            text = str(row.get(column) or 0)
            sums[int(row["year"])][code] += float(text) if text.replace(".", "", 1).isdigit() else 0.0
    # the source writes 0 for "none reported" as for "none": neither is a figure
    return [{"pcode": iso3, "year": year, **{code: persons or None for code, persons in found.items()}} for year, found in sorted(sums.items())]


TURNED_INTO: Final[dict[str, Callable[[Rows, str], Rows]]] = {
    "as_is": as_is, "refugees_hosted": refugees_hosted, "displaced_hosted": displaced_hosted, "food_security": food_security, "appeals": appeals,
    "returns_by_host": returns_by_host, "hosted_by_year": hosted_by_year,
}


def write_csv(rows: Rows, path: Path) -> None:
    """Rows as a UTF-8 CSV with every column any row has, nested values left out."""
    columns = list(dict.fromkeys(key for row in rows for key, value in row.items() if not isinstance(value, list | dict)))
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(columns)
        writer.writerows(_cells(row, columns) for row in rows)


def _cells(row: dict[str, Any], columns: Iterable[str]) -> list[str]:
    return ["" if row.get(name) is None else str(row[name]) for name in columns]


def _day(row: dict[str, Any], end: str) -> str:
    return str(row.get(f"reference_period_{end}") or "")[:10]
