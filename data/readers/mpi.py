"""Global Multidimensional Poverty Index, sheet of uncensored headcounts by region (OPHI)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd

from data.readers.issues import Issues
from data.readers.places import PlaceIndex
from data.readers.text_tables import numbers, read_xlsx_text

HEADER_ROWS: Final = 3
FIRST_HEADER: Final = 4


def read_mpi(path: Path, countries: list[str], feeds: pd.DataFrame, places: PlaceIndex, issues: Issues) -> pd.DataFrame:
    """Deprivation by region and indicator: iso3, pcode (None when the region is several areas), place, indicator, value (%),
    period_start, period_end, row_no.

    `feeds` has column (end of the joined header), indicator, sheet. A region without a P-code is kept and noted.
    """
    sheet = str(feeds["sheet"].iloc[0])
    frame = read_xlsx_text(path, sheet, issues, header_rows=HEADER_ROWS, first_header=FIRST_HEADER)
    return mpi_rows(frame, countries, feeds, places, issues)


def mpi_rows(frame: pd.DataFrame, countries: list[str], feeds: pd.DataFrame, places: PlaceIndex, issues: Issues) -> pd.DataFrame:
    """`read_mpi` of a table already read as text, its header rows joined with " / "."""
    frame = frame.set_axis(pd.Index([" ".join(str(c).split()) for c in frame.columns]), axis=1)
    iso = _ending(frame, "ISO country code")
    frame = frame[frame[iso].isin(countries)]
    region, survey = _ending(frame, "Subnational region"), _ending(frame, "Year")
    rows: list[dict[str, Any]] = []
    for feed in feeds.itertuples():
        values = numbers(frame[_ending(frame, str(feed.column))], issues, str(feed.column))
        for row_no, value in values.dropna().items():
            iso3, place, years = (str(frame.at[row_no, c]) for c in (iso, region, survey))
            first, last = years.split("-")[0], years.split("-")[-1]
            match = places.match(iso3, place, int(last), level=1)
            rows.append({
                "iso3": iso3, "pcode": match.pcode, "place": place, "indicator": feed.indicator, "value": value,
                "period_start": pd.Timestamp(int(first), 1, 1), "period_end": pd.Timestamp(int(last), 12, 31), "row_no": row_no,
            })
    found = pd.DataFrame(rows, columns=["iso3", "pcode", "place", "indicator", "value", "period_start", "period_end", "row_no"])
    for row in found[found["pcode"].isna()].drop_duplicates("row_no").itertuples():
        issues.add(int(str(row.row_no)), "Subnational region", row.place, "set_aside", "several_areas", iso3=str(row.iso3))
    return found


def _ending(frame: pd.DataFrame, name: str) -> str:
    for column in frame.columns:
        if str(column) == name or str(column).endswith(f"/ {name}"):
            return str(column)
    raise KeyError(name)
