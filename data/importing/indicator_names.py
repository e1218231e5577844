"""Indicators as files call them: by code, by name in either language, by another name (indicator_aliases.csv)."""

from __future__ import annotations

from functools import cache

from data.catalogue_tables import records, table
from data.readers.places import place_key


@cache
def _indicator_keys() -> dict[str, str]:
    rows = table("indicators")
    return {
        **{place_key(row["name"]): row["code"] for row in records("indicator_aliases")},
        **{place_key(str(row.name_fr)): str(row.code) for row in rows.itertuples()},
        **{place_key(str(row.name_en)): str(row.code) for row in rows.itertuples()},
        **{str(code).casefold(): str(code) for code in rows["code"]},
    }


def indicator_code(text: str) -> str | None:
    """The code of an indicator given by its code, its name in either language, or another name it goes by (indicator_aliases.csv)."""
    return _indicator_keys().get(text.strip().casefold()) or _indicator_keys().get(place_key(text))


def indicator_of_heading(column: str) -> str | None:
    """The code of an indicator that a heading names, whole or with its first word."""
    return indicator_code(column) or indicator_code(column.split(" ")[0])
