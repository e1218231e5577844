"""What users imported that the embedded dataset has no table for: unit prices, structures in place, funding."""

from __future__ import annotations

from typing import Final

import pandas as pd

from data.queries.areas import country
from data.store import Store

_COLUMNS: Final = {
    "unit_price": ("intervention", "price_low", "price_mode", "price_high", "source_id", "row_no"),
    "structure_in_place": ("intervention", "pcode", "units", "source_id", "row_no"),
    "funding_flow": ("year", "donor", "recipient", "cluster", "amount_usd", "requirements_usd", "source_id", "row_no"),
}


def unit_prices(store: Store, iso3: str) -> pd.DataFrame:
    """Imported unit prices (EUR): intervention, price_low, price_mode, price_high, source_id, row_no; empty when none was imported."""
    return _rows(store, iso3, "unit_price")


def structures(store: Store, iso3: str) -> pd.DataFrame:
    """Imported structures in place: intervention, pcode (an area of any level, or the country), units, source_id, row_no."""
    return _rows(store, iso3, "structure_in_place")


def funding(store: Store, iso3: str) -> pd.DataFrame:
    """Imported funding (USD): year, donor, recipient, cluster, amount_usd, requirements_usd, source_id, row_no."""
    return _rows(store, iso3, "funding_flow")


def _rows(store: Store, iso3: str, table: str) -> pd.DataFrame:
    country(store, iso3)
    columns = _COLUMNS[table]
    if store.frame("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [table]).empty:
        return pd.DataFrame(columns=list(columns))
    return store.frame(f'SELECT {", ".join(columns)} FROM "{table}" WHERE iso3 = ? ORDER BY source_id, row_no', [iso3])


def made_from(store: Store) -> tuple[str, str]:
    """The generation this one was made from and the files that were imported; empty where the embedded dataset alone made it."""
    if store.frame("SELECT 1 FROM duckdb_tables() WHERE table_name = 'origin'").empty:
        return "", ""
    rows = store.frame("SELECT parent, files FROM origin")
    return (str(rows["parent"].iloc[0]), str(rows["files"].iloc[0])) if len(rows) else ("", "")
