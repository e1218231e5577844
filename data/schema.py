"""The contracts of the store's tables: columns, types, allowed words. A table that breaks one is never switched in."""

from __future__ import annotations

from typing import Final

import pandas as pd
import pandera.errors
import pandera.pandas as pa

from analytics.inputs import KINDS, QUALITIES, SECTORS, Catalogue
from data.errors import DataError
from data.readers.issues import SEVERITIES

_PCODE: Final = pa.Check.str_matches(r"^[A-Z0-9]{2,12}$")


def _text(*checks: pa.Check, nullable: bool = False) -> pa.Column:
    return pa.Column(str, list(checks), nullable=nullable)


def _number(*checks: pa.Check, nullable: bool = True) -> pa.Column:
    return pa.Column(float, list(checks), nullable=nullable)


_ISO3: Final = _text(pa.Check.str_length(3, 3))
_SHARE: Final = pa.Check.in_range(0, 1)
_QUALITY: Final = pa.Check.isin(QUALITIES)

CONTRACTS: Final[dict[str, pa.DataFrameSchema]] = {
    "area": pa.DataFrameSchema({
        "pcode": pa.Column(str, _PCODE, unique=True), "iso3": _ISO3, "level": pa.Column(int, pa.Check.in_range(0, 4)),
        "parent": _text(), "name_fr": _text(), "name_en": _text(), "population": _number(pa.Check.gt(0)),
        "population_quality": _text(_QUALITY, nullable=True), "population_known": _number(_SHARE), "population_source": _text(nullable=True),
        "share_5_17": _number(_SHARE), "share_18_59": _number(_SHARE), "share_quality": _text(_QUALITY, nullable=True),
        "lon": _number(pa.Check.in_range(-180, 180)), "lat": _number(pa.Check.in_range(-90, 90)),
        "geometry": pa.Column(object, nullable=True),
    }),
    "area_population": pa.DataFrameSchema({
        "iso3": _ISO3, "pcode": _text(_PCODE), "sex": _text(pa.Check.isin(["f", "m", "all"])), "age_min": _number(),
        "age_max": _number(), "persons": _number(pa.Check.ge(0)), "source_id": _text(),
    }),
    "return_flow": pa.DataFrameSchema({
        "iso3": _ISO3, "margin": _text(pa.Check.isin(["place", "host", "own"])), "kind": _text(pa.Check.isin(KINDS)),
        "year": pa.Column(int, pa.Check.in_range(1900, 2200)), "pcode": _text(_PCODE),
        "sex": _text(pa.Check.isin(["f", "m", "unknown"])), "age_band": _text(), "persons": _number(nullable=False),
        "source_id": _text(), "row_no": pa.Column(int),
    }),
    "indicator_value": pa.DataFrameSchema({
        "iso3": _ISO3, "pcode": _text(_PCODE, nullable=True), "indicator": _text(),
        "value": pa.Column(float, pa.Check(lambda v: v.abs() < float("inf"))), "quality": _text(_QUALITY), "source_id": _text(),
    }),
    "area_facility": pa.DataFrameSchema({
        "iso3": _ISO3, "pcode": _text(_PCODE), "facility_type": _text(nullable=True), "tier": _text(nullable=True),
        "facilities": pa.Column(int, pa.Check.gt(0)), "source_id": _text(),
    }),
    "facility": pa.DataFrameSchema({
        "iso3": _ISO3, "pcode": _text(_PCODE), "name": _text(nullable=True), "facility_type": _text(nullable=True), "tier": _text(nullable=True),
        "lon": _number(pa.Check.in_range(-180, 180), nullable=False), "lat": _number(pa.Check.in_range(-90, 90), nullable=False), "source_id": _text(),
    }),
    "partner_activity": pa.DataFrameSchema({
        "iso3": _ISO3, "row_no": pa.Column(int), "organisation": _text(), "pcode": _text(_PCODE),
        "sector": _text(pa.Check.isin(SECTORS), nullable=True),
        "recipient_type": _text(pa.Check.isin(["public", "private", "civil", "international", "unknown"])),
        "status": _text(pa.Check.isin(["ongoing", "planned", "completed", "unknown"])),
        "beneficiary_type": _text(pa.Check.isin(["returnees", "everyone", "host", "unspecified", "other"])),
        "beneficiaries": _number(pa.Check.ge(0)), "targeted": _number(pa.Check.ge(0)), "reached": _number(pa.Check.ge(0)), "source_id": _text(),
    }),
    "source": pa.DataFrameSchema({
        "source_id": pa.Column(str, unique=True), "publisher": _text(), "title_fr": _text(), "title_en": _text(),
        "licence": _text(), "period": _text(), "sha256": _text(pa.Check.str_length(64, 64)),
    }),
    "import_issue": pa.DataFrameSchema({
        "source_id": _text(), "severity": _text(pa.Check.isin(SEVERITIES)), "code": _text(),
    }),
}
EMBEDDED_TABLES: Final = tuple(CONTRACTS)

CATALOGUE_CONTRACTS: Final[dict[str, pa.DataFrameSchema]] = {
    "indicators": pa.DataFrameSchema(
        {
            "name_en": _text(), "name_fr": _text(), "unit": _text(), "dimension": _text(),
            "better": _text(pa.Check.isin(["higher", "lower", "driver"])),
            "axis": _text(pa.Check.isin(["pressure", "need", "capacity", "context"])),
            "origin": _text(pa.Check.isin(["observed", "assessed", "computed"])),
            "goalpost_low": _number(), "goalpost_high": _number(),
        },
        index=pa.Index(str, unique=True, name="code"),
    ),
    "interventions": pa.DataFrameSchema(
        {
            "name_en": _text(), "name_fr": _text(), "driver": _text(), "per": _number(pa.Check.gt(0)),
            "plus_country": pa.Column(bool), "price_low": _number(pa.Check.gt(0), nullable=False),
            "price_mode": _number(pa.Check.gt(0), nullable=False), "price_high": _number(pa.Check.gt(0), nullable=False),
            "lead_months": _number(pa.Check.ge(0), nullable=False), "life_months": _number(pa.Check.gt(0), nullable=False),
        },
        index=pa.Index(str, unique=True, name="code"),
    ),
    "sectors": pa.DataFrameSchema({"name_fr": _text(), "name_en": _text()}, index=pa.Index(str, pa.Check.isin(SECTORS), unique=True)),
    "prevalence": pa.DataFrameSchema({
        "sector": _text(pa.Check.isin(SECTORS)), "indicator": _text(), "transform": _text(pa.Check.isin(["value", "one_minus"])),
        "rank": pa.Column(int, pa.Check.isin([1, 2])),
    }),
    "supply": pa.DataFrameSchema({"sector": _text(pa.Check.isin(SECTORS)), "indicator": _text()}),
}

CATALOGUE_TABLES: Final = {
    "country": "countries", "country_name": "country_names", "country_note": "country_notes", "indicator": "indicators",
    "sector": "sectors", "sector_cluster": "sector_map", "issue_message": "issue_messages",
}
"""Table of the store -> table of the catalogue it is copied from."""


def validate(name: str, frame: pd.DataFrame) -> None:
    """Check a table of the store. Raises DataError naming the table, the column and the first wrong values."""
    _check(name, CONTRACTS[name], frame)


def validate_column(name: str, column: str, frame: pd.DataFrame) -> None:
    """Check values of one column of a table, for a table too large to be held. Raises DataError as `validate` does."""
    _check(name, pa.DataFrameSchema({column: CONTRACTS[name].columns[column]}), frame)


def validate_catalogue(catalogue: Catalogue) -> None:
    """Check the method's tables, and that prevalence and supply name indicators that exist. Raises DataError."""
    for name, contract in CATALOGUE_CONTRACTS.items():
        _check(f"{name}.csv", contract, getattr(catalogue, name))
    for name in ("prevalence", "supply"):
        unknown = set(getattr(catalogue, name)["indicator"]) - set(catalogue.indicators.index)
        if unknown:
            listed = ", ".join(sorted(unknown))
            raise DataError(f"{name}.csv : indicateurs inconnus : {listed}.", f"{name}.csv: unknown indicators: {listed}.")


def _check(name: str, contract: pa.DataFrameSchema, frame: pd.DataFrame) -> None:
    try:
        contract.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases.head(3)
        told = "; ".join(f"{c.column}: {c.failure_case} ({c.check})" for c in cases.itertuples())
        raise DataError(
            f"La table {name} ne respecte pas son contrat : {told}.", f"Table {name} breaks its contract: {told}.",
        ) from errors
