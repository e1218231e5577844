"""From a service to the next generation: themes downloaded, turned into the tables the importers read, imported as one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import duckdb

from data.catalogue_tables import records
from data.errors import DataError
from data.fetching.client import Client
from data.fetching.pages import FOLDER, Download, download, forget
from data.fetching.services import SERVICES, headers, themes
from data.fetching.tables import TURNED_INTO, write_csv
from data.generations import current_name, generations, store_dir, writer_lock
from data.importing.provenance import Provenance
from data.importing.report import Report
from data.importing.run import import_files

_AREAS: Final = "areas"
Progress = Callable[[str, float], None]


@dataclass
class Fetched:
    """What was downloaded, by theme, and the report of the import it went through; `report` is None when nothing was there to import."""

    themes: list[dict[str, Any]] = field(default_factory=list)
    report: Report | None = None

    def as_json(self) -> dict[str, Any]:
        """The import's report with the themes beside it."""
        return {**(self.report or Report()).as_json(), "fetched": self.themes}


def fetch(
    service_name: str, iso3: str, *, wanted: Sequence[str] = (), dry_run: bool = False, email: str | None = None, base: str | None = None,
    folder: Path | None = None, client: Client | None = None, progress: Progress = lambda stage, share: None,
) -> Fetched:
    """Download a country's themes and import them as one generation; pages already there are not asked for again.

    Raises ServiceUnavailable when the service does not answer, DataError when it refuses, has nothing, or the country or theme is
    unknown, StoreBusy while another fetch or import runs.
    """
    service = SERVICES.get(service_name)
    if service is None:
        known = ", ".join(SERVICES)
        raise DataError(f"Service inconnu : {service_name}. Services : {known}.", f"Unknown service: {service_name}. Services: {known}.")
    if iso3 not in {row["iso3"] for row in records("country_names")}:
        raise DataError(f"Pays inconnu : {iso3} (code ISO à trois lettres, par exemple BDI).", f"Unknown country: {iso3} (three-letter ISO code, such as BDI).")
    asked = themes(service_name, iso3, list(wanted))
    folder = folder or store_dir()
    client = client or Client(base or os.environ.get(service.variable) or service.base, headers(service_name, email or os.environ.get("ANCRAGE_HAPI_EMAIL")))
    kept = folder / FOLDER
    kept.mkdir(parents=True, exist_ok=True)
    result = Fetched()
    with writer_lock(kept):
        found: list[Download] = []
        for number, theme in enumerate(asked):
            found.append(download(client, service, theme, folder, partial(_said, progress, theme.theme, 0.5 * number / len(asked))))
        for one in found:
            result.themes.append({
                "theme": one.theme.theme, "url": one.url, "rows": len(one.rows), "pages": one.pages, "resumed": one.resumed,
                "retrieved": one.retrieved.isoformat(timespec="seconds"), "sha256": one.sha256,
                **(_known_codes(one, folder, iso3) if one.theme.turned_into == _AREAS else {})})
        result.report = _import(found, iso3, dry_run, folder, progress)
        if result.report is not None and result.report.generation:
            forget(found)
    return result


def _said(progress: Progress, name: str, share: float, pages: int, rows: int) -> None:
    progress(f"{name} ({rows})", share)


def _import(found: Sequence[Download], iso3: str, dry_run: bool, folder: Path, progress: Progress) -> Report | None:
    with tempfile.TemporaryDirectory(prefix="ancrage-fetch-") as name:
        paths: list[Path] = []
        origins: dict[str, Provenance] = {}
        for one in found:
            turn = TURNED_INTO.get(one.theme.turned_into)
            rows = turn(one.rows, iso3) if turn else []
            if rows:
                paths.append(Path(name) / f"{one.theme.service}-{one.theme.theme}-{iso3}.csv")
                write_csv(rows, paths[-1])
                origins[paths[-1].name] = Provenance(**_origin(one))
        if not paths:
            if all(one.theme.turned_into == _AREAS for one in found):
                return None
            names = ", ".join(one.theme.theme for one in found)
            raise DataError(f"Le service n'a rien pour {iso3} ({names}). Les données en usage n'ont pas changé.",
                            f"The service has nothing for {iso3} ({names}). The data in use have not changed.")
        return import_files(paths, iso3, dry_run=dry_run, folder=folder, provenance=origins,
                            progress=lambda stage, share: progress(stage, 0.5 + 0.5 * share))


def _origin(one: Download) -> dict[str, Any]:
    known = {key: value for key, value in asdict(one.theme).items() if key in ("publisher", "licence", "title_fr", "title_en")}
    return {**known, "url": one.url, "retrieved": one.retrieved.date()}


def _known_codes(one: Download, folder: Path, iso3: str) -> Mapping[str, Any]:
    """How many of the service's P-codes the store knows, and those it does not."""
    codes = {str(row.get("code", "")) for row in one.rows}
    name = current_name(folder)
    store = next((kept.path for kept in generations(folder) if kept.name == name), None)
    known: set[str] = set()
    if store is not None:
        with duckdb.connect(str(store), read_only=True) as connection:
            known = {str(row[0]) for row in connection.execute("SELECT pcode FROM area WHERE iso3 = ?", [iso3]).fetchall()}
    return {"codes_known": len(codes & known), "codes_unknown": sorted(codes - known)}
