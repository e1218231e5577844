"""Population of the COD-PS "wide" shape: one row an area, one column a sex and age band.

Which column is which band is the table age_columns.csv. Totals stand beside their parts and are never summed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pandas as pd

from data.readers.issues import InputRefused, Issues
from data.readers.text_tables import numbers, read_csv_text

OPEN_AGE: Final = 120
"""Upper bound written for a band without one ("60 and over")."""


def read_population(path: Path, iso3: str, level: int, bands: pd.DataFrame, issues: Issues) -> pd.DataFrame:
    """Population by area, sex and age band: pcode, sex (f|m|all), age_min, age_max (NaN = all ages), persons, row_no.

    `bands` has column (regular expression), sex, age_min, age_max. An area in two rows is summed, and noted (RCA's Bangui).
    Raises InputRefused when no P-code column or no total column is found.
    """
    frame = read_csv_text(path, issues)
    return population_rows(frame, iso3, _code_column(list(frame.columns), level, path), band_columns(list(frame.columns), bands, path), issues)


def population_rows(
    frame: pd.DataFrame, iso3: str, code: str, columns: dict[str, tuple[str, float, float]], issues: Issues,
) -> pd.DataFrame:
    """`read_population` of a table already read as text, its columns known (`band_columns`)."""
    twice = frame.index[frame[code].duplicated(keep=False)]
    for row_no in twice:
        issues.add(int(row_no), code, frame.at[row_no, code], "repaired", "area_rows_summed")
    parts: list[pd.DataFrame] = []
    for column, (sex, age_min, age_max) in columns.items():
        parts.append(pd.DataFrame({
            "pcode": frame[code].str.strip(), "sex": sex, "age_min": age_min, "age_max": age_max,
            "persons": numbers(frame[column], issues), "row_no": frame.index,
        }))
    long = pd.concat(parts, ignore_index=True)
    long["iso3"] = iso3
    return (
        long.groupby(["iso3", "pcode", "sex", "age_min", "age_max"], dropna=False, sort=True)
        .agg(persons=("persons", lambda values: values.sum(min_count=1)), row_no=("row_no", "min"))
        .reset_index()
    )


def age_share(bands: pd.DataFrame, low: int, high: int) -> float:
    """Share of persons aged `low` to `high` inclusive, NaN when no age is known (METHOD 4, `eligible`).

    `bands` has age_min, age_max, persons of one sex. Ages are taken as spread evenly over the years of a band: the
    stated split that makes the share `estimated`.
    """
    known = bands.dropna(subset=["age_min", "age_max", "persons"])
    total = float(known["persons"].sum())
    if total <= 0:
        return float("nan")
    inside = 0.0
    for age_min, age_max, persons in zip(known["age_min"], known["age_max"], known["persons"], strict=True):
        years = min(age_max, high) - max(age_min, low) + 1
        if years > 0:
            inside += persons * years / (age_max - age_min + 1)
    return inside / total


def _code_column(columns: list[str], level: int, path: Path) -> str:
    pattern = re.compile(rf"adm(in)?{level}_?p?code", re.IGNORECASE)
    for column in columns:
        if pattern.fullmatch(column):
            return column
    raise InputRefused(
        f"{path.name} : pas de colonne de codes P de niveau {level} (par exemple admin{level}Pcode).",
        f"{path.name}: no column of level {level} P-codes (for instance admin{level}Pcode).",
    )


def band_columns(columns: list[str], bands: pd.DataFrame, path: Path) -> dict[str, tuple[str, float, float]]:
    """Which column is which sex and age band: {column: (sex, age_min, age_max)}. Raises InputRefused without a total."""
    found: dict[str, tuple[str, float, float]] = {}
    for column in columns:
        for band in bands.itertuples():
            hit = re.fullmatch(str(band.column), column, re.IGNORECASE)
            if hit:
                age_min = float(hit["min"]) if "min" in hit.groupdict() else float(str(band.age_min) or "nan")
                age_max = float(hit["max"]) if "max" in hit.groupdict() else float(str(band.age_max) or "nan")
                found[column] = (str(band.sex), age_min, age_max)
                break
    if not any(sex == "all" and age_min != age_min for sex, age_min, _ in found.values()):
        raise InputRefused(f"{path.name} : pas de colonne de population totale.", f"{path.name}: no column of total population.")
    return found
