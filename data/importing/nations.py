"""Countries as files name them: by code, by their names in French, English and Spanish, by the other names they go by."""

from __future__ import annotations

from functools import cache

from babel import Locale
from babel.core import get_global

from data.catalogue_tables import records
from data.readers.places import place_key


def country_keys(iso3: str) -> set[str]:
    """The ways a file names a country, as `place_key` writes them: ISO3, ISO2, names in three languages, other names."""
    return {*(key for key, one in nations().items() if one == iso3), *(place_key(code) for code in _alpha2().get(iso3, ()))}


def host_iso3(text: str) -> str | None:
    """The ISO3 of a country named by code or name; None when no country has that name."""
    key = place_key(text)
    found = nations().get(key)
    if found is None and len(text.strip()) == 2:
        found = next((alpha3 for alpha3, codes in _alpha2().items() if text.strip().upper() in codes), None)
    return found


@cache
def nations() -> dict[str, str]:
    """ISO3 by every name a country goes by, as `place_key` writes it; codes of two letters, which are words too, are left out."""
    rows = records("country_names") + records("countries")
    found = {place_key(row["name"]): row["iso3"] for row in records("country_aliases")}
    spanish = Locale("es").territories
    known = {row["iso3"] for row in rows}
    found = {**{place_key(spanish[codes[0]]): iso3 for iso3, codes in _alpha2().items() if iso3 in known and codes and codes[0] in spanish}, **found}
    found |= {place_key(row[name]): row["iso3"] for row in rows for name in ("name_fr", "name_en")}
    return found | {iso3.casefold(): iso3 for iso3 in known}


@cache
def _alpha2() -> dict[str, tuple[str, ...]]:
    return {str(code): tuple(two) for code, two in get_global("territory_aliases").items() if len(code) == 3 and code.isalpha()}
