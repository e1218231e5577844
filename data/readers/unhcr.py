"""UNHCR Refugee Population Statistics: people by place (demographics) and returns by host country (population)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd

from data.readers.issues import Issues
from data.readers.places import PlaceIndex
from data.readers.text_tables import numbers, read_csv_text

RETURN_KINDS: Final = {"RET": "abroad", "RDP": "internal"}
AGE_BANDS: Final = {"0_4": "0-4", "5_11": "5-11", "12_17": "12-17", "18_59": "18-59", "60": "60+"}
UNKNOWN: Final = "unknown"


def read_demographics(path: Path, countries: list[str], places: PlaceIndex, issues: Issues) -> pd.DataFrame:
    """People by place, sex and age, one row a cell that holds someone: year, iso3, population_type (RET, RDP, IDP, REF),
    place, pcode, level, match, sex (f|m|unknown), age_band, persons, row_no.

    The cells of a source row add up to its total: what the source leaves unsaid is `unknown`, never 0 (METHOD 0.2).
    A place without a P-code is kept at the country, and noted. Rows of other countries are counted in one issue.
    """
    return demographics_rows(read_csv_text(path, issues), countries, places, issues)


def demographics_rows(frame: pd.DataFrame, countries: list[str], places: PlaceIndex, issues: Issues) -> pd.DataFrame:
    """`read_demographics` of a table already read as text, indexed by row_no."""
    frame = _asked_for(frame, frame["coa_iso"].isin(countries), issues)
    figures = pd.DataFrame({c: numbers(frame[c], issues) for c in frame.columns if c[:2] in ("f_", "m_") or c == "total"})
    rows: list[dict[str, Any]] = []
    for row_no, year_text, iso3, kind, place in zip(
        frame.index, frame["year"], frame["coa_iso"], frame["pop_type"], frame["location"], strict=True,
    ):
        year = int(float(year_text))
        match = places.match(iso3, place, year)
        if match.pcode is None:
            issues.add(int(row_no), "location", place, "info", "place_unmatched", f"{kind} {year}", iso3=iso3)
        base = {
            "year": year, "iso3": iso3, "population_type": kind, "place": place,
            "pcode": match.pcode or iso3, "level": max(match.level, 0), "match": match.how, "row_no": int(row_no),
        }
        for sex, band, persons in _cells(figures.loc[row_no].to_dict()):
            rows.append({**base, "sex": sex, "age_band": band, "persons": persons})
    return pd.DataFrame(rows)


def read_returns_by_host(path: Path, countries: list[str], issues: Issues) -> pd.DataFrame:
    """Refugee returns by host country and the national total of internal returns: year, iso3, kind, host_iso3 (empty for
    internal), persons, row_no. One row a cell above 0.
    """
    return host_rows(read_csv_text(path, issues), countries, issues)


def host_rows(frame: pd.DataFrame, countries: list[str], issues: Issues) -> pd.DataFrame:
    """`read_returns_by_host` of a table already read as text, indexed by row_no."""
    frame = _asked_for(frame, frame["coo_iso"].isin(countries), issues)
    abroad = numbers(frame["returned_refugees"], issues)
    internal = numbers(frame["returned_idps"], issues)
    parts = []
    for kind, persons in (("abroad", abroad), ("internal", internal)):
        part = pd.DataFrame({
            "year": frame["year"].astype(float).astype(int), "iso3": frame["coo_iso"], "kind": kind,
            "host_iso3": frame["coa_iso"] if kind == "abroad" else "", "persons": persons, "row_no": frame.index,
        })
        parts.append(part[part["persons"] > 0])
    return pd.concat(parts, ignore_index=True)


def _asked_for(frame: pd.DataFrame, wanted: pd.Series, issues: Issues) -> pd.DataFrame:
    others = int((~wanted).sum())
    if others:
        issues.add(None, "", others, "info", "other_countries")
    return frame[wanted]


def _cells(values: dict[Any, float]) -> list[tuple[str, str, float]]:
    cells: list[tuple[str, str, float]] = []
    left = values["total"]
    for sex in ("f", "m"):
        of_sex = values[f"{sex}_total"]
        left -= of_sex
        for column, band in AGE_BANDS.items():
            persons = values[f"{sex}_{column}"]
            of_sex -= persons
            cells.append((sex, band, persons))
        # `other` and what no band holds are both "age not known"
        cells.append((sex, UNKNOWN, of_sex))
    cells.append((UNKNOWN, UNKNOWN, left))
    return [cell for cell in cells if cell[2] != 0]
