"""The declarations: small CSV tables that say what the method and the importers work with. No figure of a country.

A table is read as text, each cell as written; the method's own tables become
`analytics.inputs.Catalogue`, whose contracts (schema.py) are checked at every build.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd

from analytics.inputs import SECTORS, Catalogue

FOLDER: Final = Path(__file__).parent / "catalogue"

_LISTS: Final = ("recipients", "support", "levels", "stances", "triggers", "prerequisites")
_NUMBERS: Final = ("per", "price_low", "price_mode", "price_high", "lead_months", "life_months")


@cache
def table(name: str) -> pd.DataFrame:
    """A table of the catalogue as text, empty cells as "". The frame is shared: copy before changing it."""
    return pd.read_csv(FOLDER / f"{name}.csv", dtype="str", keep_default_na=False, encoding="utf-8")


def records(name: str) -> list[dict[str, str]]:
    """The rows of a table as {column: cell}."""
    frame = table(name)
    columns = [str(column) for column in frame.columns]
    return [dict(zip(columns, (str(cell) for cell in row), strict=True)) for row in frame.itertuples(index=False, name=None)]


@dataclass(frozen=True)
class EmbeddedFile:
    """One raw file of the embedded dataset: who reads it, for which country ("*": several) and level (0: none)."""

    source_id: str
    reader: str
    iso3: str
    level: int
    path: str


def embedded_files(reader: str | None = None) -> list[EmbeddedFile]:
    """The recipe of the embedded dataset (embedded_files.csv), all of it or the files of one reader."""
    files = [
        EmbeddedFile(row["source_id"], row["reader"], row["iso3"], int(row["level"] or 0), row["path"])
        for row in records("embedded_files")
    ]
    return files if reader is None else [one for one in files if one.reader == reader]


def catalogue() -> Catalogue:
    """The method's catalogue (interventions, indicators, sectors, prevalence, supply)."""
    return Catalogue(_interventions(), _indicators(), _sectors(), _prevalence(), _supply())


def _indicators() -> pd.DataFrame:
    frame = table("indicators").set_index("code")
    for column in ("goalpost_low", "goalpost_high"):
        frame[column] = pd.to_numeric(frame[column])
    return frame


def _interventions() -> pd.DataFrame:
    frame = table("interventions").set_index("code")
    for column in _LISTS:
        frame[column] = pd.Series([tuple(p for p in cell.split(";") if p) for cell in frame[column]], index=frame.index)
    frame["serves"] = pd.Series([_serves(cell) for cell in frame["serves_per_unit_year"]], index=frame.index, dtype="object")
    frame["sectors"] = pd.Series([tuple(p for p in cell.split(";") if p) for cell in frame["sectors"]], index=frame.index)
    for column in _NUMBERS:
        frame[column] = pd.to_numeric(frame[column]).astype("float64")
    frame["plus_country"] = frame["plus_country"].isin(["1", "true", "True"])
    return frame


def _serves(cell: str) -> dict[str, float]:
    """ "HOU:200;JUS:300" as {"HOU": 200, "JUS": 300}. Raises ValueError for a sector that does not exist."""
    served: dict[str, float] = {}
    for part in (p for p in cell.split(";") if p):
        sector, _, persons = part.partition(":")
        if sector not in SECTORS:
            raise ValueError(f"interventions.csv: unknown sector {sector!r} in {cell!r}")
        served[sector] = float(persons)
    return served


def _sectors() -> pd.DataFrame:
    return table("sectors").set_index("code").loc[list(SECTORS)]


def _prevalence() -> pd.DataFrame:
    frame = table("prevalence").copy()
    frame["rank"] = frame["rank"].astype("int64")
    return frame


def _supply() -> pd.DataFrame:
    return table("supply").copy()
