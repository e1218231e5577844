"""Returns from the United Kingdom, Home Office: quarter x nationality x kind of return x age x sex."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from data.readers.issues import Issues
from data.readers.text_tables import numbers, read_csv_text


def read_uk_returns(path: Path, nationalities: dict[str, str], issues: Issues) -> pd.DataFrame:
    """Returns by quarter: iso3, period_start, period_end, year, flow_type (Enforced return ...), flow_detail,
    destination_home (True, False), sex, age_band, persons, row_no. `nationalities` maps the source's name to ISO3.
    """
    return uk_rows(read_csv_text(path, issues), nationalities, issues)


def uk_rows(frame: pd.DataFrame, nationalities: dict[str, str], issues: Issues) -> pd.DataFrame:
    """`read_uk_returns` of a table already read as text, indexed by row_no."""
    iso3 = frame["Nationality"].map(nationalities)
    others = int(iso3.isna().sum())
    if others:
        issues.add(None, "", others, "info", "other_countries")
    frame, iso3 = frame[iso3.notna()], iso3[iso3.notna()]
    year = frame["Year"].astype("float64").astype("int64")
    # written "1" and "2004 Q1" in different editions
    quarter = frame["Quarter"].str.extract(r"([1-4])(?:\.0)?$", expand=False).astype("int64")
    start = pd.to_datetime({"year": year, "month": 3 * quarter - 2, "day": 1})
    return pd.DataFrame({
        "iso3": iso3, "period_start": start, "period_end": start + pd.offsets.QuarterEnd(0), "year": year,
        "flow_type": frame["Return type group"], "flow_detail": frame["Return type"],
        "destination_home": frame["Return destination group"].str.casefold() == "home country",
        "sex": frame["Sex"].str.casefold().map({"male": "m", "female": "f"}).fillna("unknown"),
        "age_band": frame["Age"].replace("Unknown", "unknown"),
        "persons": numbers(frame["Number of returns"], issues), "row_no": frame.index,
    }).reset_index(drop=True)
