"""What the command line may ask for."""

from __future__ import annotations

from data.catalogue_tables import records


def usage_error(iso3: str, wanted: str | None) -> tuple[str, str] | None:
    """The sentence (French, English) for a country code or table that does not exist, None when both are right."""
    if iso3 not in {row["iso3"] for row in records("country_names")}:
        return (f"{iso3} n'est pas un pays : donnez un code ISO de trois lettres, comme BDI.",
                f"{iso3} is no country: give a three-letter ISO code such as BDI.")
    tables = [row["table"] for row in records("import_tables")]
    if wanted is not None and wanted not in tables:
        return (f"{wanted} n'est pas une table ; tables : {', '.join(tables)}.",
                f"{wanted} is no table; tables: {', '.join(tables)}.")
    return None
