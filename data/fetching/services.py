"""The services we fetch from: their themes are rows of fetch_themes.csv; how each pages is here.

HAPI: `limit` and `offset`, at most 10,000 rows a page, `{"data": [...]}`; who asks is told in a header. UNHCR: `limit` and `page`,
`{"page": 1, "maxPages": n, "items": [...]}`.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from data.catalogue_tables import records
from data.errors import DataError

HAPI_HEADER: Final = "X-HDX-HAPI-APP-IDENTIFIER"


@dataclass(frozen=True)
class Theme:
    """One table of a service, as asked for one country, and how it is named as a source."""

    service: str
    theme: str
    path: str
    query: Mapping[str, str]
    turned_into: str
    publisher: str
    licence: str
    title_fr: str
    title_en: str


@dataclass(frozen=True)
class Service:
    """A service: its address, the environment variable that replaces it, rows a page, and where a page keeps its rows."""

    name: str
    base: str
    variable: str
    page_rows: int
    rows_key: str

    def query(self, number: int) -> dict[str, str]:
        """The parameters of a page, counted from 0."""
        if self.name == "hapi":
            return {"output_format": "json", "limit": str(self.page_rows), "offset": str(number * self.page_rows)}
        return {"limit": str(self.page_rows), "page": str(number + 1)}

    def rows(self, page: Mapping[str, Any]) -> list[dict[str, Any]] | None:
        """The rows of a page, None when it has not the documented form."""
        found = page.get(self.rows_key)
        return found if isinstance(found, list) and all(isinstance(row, dict) for row in found) else None

    def is_last(self, page: Mapping[str, Any], number: int) -> bool:
        """Whether no page follows."""
        found = self.rows(page) or []
        if self.name == "hapi":
            return len(found) < self.page_rows
        last = str(page.get("maxPages"))
        return not found or (number + 1 >= int(last) if last.isdigit() else len(found) < self.page_rows)


SERVICES: Final = {
    "hapi": Service("hapi", "https://hapi.humdata.org/api/v2", "ANCRAGE_HAPI_URL", 10_000, "data"),
    "unhcr": Service("unhcr", "https://api.unhcr.org/population/v1", "ANCRAGE_UNHCR_URL", 1_000, "items"),
}


def themes(service: str, iso3: str, wanted: list[str] | None = None) -> list[Theme]:
    """The themes of a service for a country, `wanted` ones only. Raises DataError for a theme it does not have."""
    rows = [row for row in records("fetch_themes") if row["service"] == service]
    unknown = sorted(set(wanted or []) - {row["theme"] for row in rows})
    if unknown:
        listed, known = ", ".join(unknown), ", ".join(row["theme"] for row in rows)
        raise DataError(f"Thème inconnu : {listed}. Thèmes : {known}.", f"Unknown theme: {listed}. Themes: {known}.")
    return [
        Theme(service, row["theme"], row["path"], {**dict(parse_qsl(row["query"])), row["country_in"]: iso3}, row["turned_into"], row["publisher"],
              row["licence"], row["title_fr"], row["title_en"])
        for row in rows if not wanted or row["theme"] in wanted
    ]


def headers(service: str, email: str | None) -> dict[str, str]:
    """What tells the service who asks: HAPI wants a name and an e-mail address, never in the address of a page. Raises DataError without."""
    if service != "hapi":
        return {}
    if not email or "@" not in email:
        raise DataError("HDX HAPI demande une adresse électronique : --email vous@organisation.org, ou la variable ANCRAGE_HAPI_EMAIL.",
                        "HDX HAPI asks for an e-mail address: --email you@organisation.org, or the variable ANCRAGE_HAPI_EMAIL.")
    return {HAPI_HEADER: base64.b64encode(f"ancrage:{email}".encode()).decode()}
