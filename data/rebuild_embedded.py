"""Rebuilds `data/embedded/` from a folder of raw files: `python -m data.rebuild_embedded RAW_FOLDER`.

Which file is read by which reader for which country is catalogue/embedded_files.csv; nothing here names a country.
The same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Annotated, Final

import geopandas as gpd
import pandas as pd
import typer

from data.catalogue_tables import embedded_files, records, table
from data.embedding.activities import activity_table
from data.embedding.areas import area_table, read_all_boundaries
from data.embedding.figures import facility_indicators, hosted_indicators, indicator_table
from data.embedding.flows import host_flows, place_flows, uk_flows
from data.readers.facilities import counted, read_facilities
from data.readers.ipc import read_ipc
from data.readers.issues import InputRefused, Issues, issue_frame
from data.readers.mpi import read_mpi
from data.readers.places import PlaceIndex
from data.readers.population import read_population
from data.readers.presence_3w import read_3w
from data.readers.uk_returns import read_uk_returns
from data.readers.unhcr import read_demographics, read_returns_by_host

EMBEDDED: Final = Path(__file__).parent / "embedded"


def rebuild(raw: Path) -> dict[str, pd.DataFrame]:
    """Every embedded table from the raw folder, by name. Raises InputRefused when a file is not there or not readable."""
    missing = [one.path for one in embedded_files() if not (raw / one.path).is_file()]
    if missing:
        raise InputRefused(f"Fichiers absents de {raw} : {', '.join(missing)}.", f"Files missing from {raw}: {', '.join(missing)}.")
    countries = [row["iso3"] for row in records("countries")]
    collected: dict[str, Issues] = {}

    def issues(source: str, iso3: str = "") -> Issues:
        return collected.setdefault(f"{source}|{iso3}", Issues(source, iso3))

    boundaries = read_all_boundaries(raw, embedded_files("boundaries"), issues)
    population = pd.concat([
        read_population(raw / f.path, f.iso3, f.level, table("age_columns"), issues(f.source_id, f.iso3))
        .assign(level=f.level, source_id=f.source_id) for f in embedded_files("population")
    ], ignore_index=True)
    areas = area_table(boundaries, population, table("countries"), issues)
    places = PlaceIndex(areas, table("place_aliases"), table("place_label_kinds"))

    people = pd.concat([
        read_demographics(raw / f.path, countries, places, issues(f.source_id)).assign(source_id=f.source_id)
        for f in embedded_files("unhcr_demographics")])
    hosts = pd.concat([
        read_returns_by_host(raw / f.path, countries, issues(f.source_id)).assign(source_id=f.source_id)
        for f in embedded_files("unhcr_population")])
    nationalities = table("home_office_nationalities")
    uk = pd.concat([
        read_uk_returns(raw / f.path, dict(zip(nationalities["name"], nationalities["iso3"], strict=True)), issues(f.source_id))
        .assign(source_id=f.source_id) for f in embedded_files("uk_returns")])
    deepest = gpd.GeoDataFrame(pd.concat([
        part[part["level"] == part["level"].max()] for _, part in boundaries.groupby("iso3")]), crs=boundaries.crs)
    places_of_facilities = pd.concat([
        read_facilities(raw / f.path, deepest, issues(f.source_id)).assign(source_id=f.source_id)
        for f in embedded_files("facilities")])
    facilities = counted(places_of_facilities)
    feeds = table("indicator_feeds")
    figures = [
        *(read_mpi(raw / f.path, countries, feeds[feeds["source_id"] == f.source_id], places, issues(f.source_id))
          .assign(source_id=f.source_id) for f in embedded_files("mpi")),
        *(read_ipc(raw / f.path, f.iso3, f.level, feeds.loc[feeds["source_id"] == f.source_id, "indicator"].iloc[0],
                   places, issues(f.source_id, f.iso3)).assign(source_id=f.source_id) for f in embedded_files("ipc")),
        facility_indicators(facilities, areas, feeds, table("sources")),
        hosted_indicators(people, places, feeds),
    ]
    activities = pd.concat([
        activity_table(
            read_3w(raw / f.path, f.iso3, table("activity_columns"), table("pcode_aliases"), places, issues(f.source_id, f.iso3)),
            issues(f.source_id, f.iso3),
        ).assign(source_id=f.source_id) for f in embedded_files("presence_3w")])

    return {
        "area": areas,
        "area_population": population.drop(columns="level"),
        "return_flow": pd.concat([place_flows(people), host_flows(hosts), uk_flows(uk)], ignore_index=True),
        "indicator_value": indicator_table(figures),
        "area_facility": facilities,
        "facility": places_of_facilities,
        "partner_activity": activities,
        "source": _sources(raw),
        "import_issue": issue_frame(row for one in collected.values() for row in one.rows),
    }


def write(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """Write each table as Parquet, sorted by nothing but its own making, so that equal tables are equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        plain = pd.DataFrame(frame).reset_index(drop=True)
        plain.attrs = {}
        plain.to_parquet(folder / f"{name}.parquet", compression="zstd", compression_level=19, index=False)


def _sources(raw: Path) -> pd.DataFrame:
    """The declared sources with the SHA-256 of what was read (several files: of their digests, in order)."""
    sources = table("sources").copy()
    hashes: dict[str, str] = {}
    for source_id in sources["source_id"]:
        paths = [one.path for one in embedded_files() if one.source_id == source_id]
        digests = [hashlib.sha256((raw / path).read_bytes()).hexdigest() for path in paths]
        hashes[source_id] = digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    bounds = [period_bounds(period) for period in sources["period"]]
    return sources.assign(
        sha256=sources["source_id"].map(hashes),
        period_start=[first for first, _ in bounds], period_end=[last for _, last in bounds],
    )


def period_bounds(period: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of a period written "2020", "2025-05" or "2001-2025"."""
    first, _, last = period.partition("-")
    if len(last) == 2:
        month = pd.Period(period, freq="M")
        return month.start_time, month.end_time.normalize()
    return pd.Timestamp(int(first), 1, 1), pd.Timestamp(int(last or first), 12, 31)


def main(raw: Annotated[Path, typer.Argument(help="Folder of raw files, laid out as embedded_files.csv says.")]) -> None:
    """Rebuild the embedded tables from RAW."""
    try:
        tables = rebuild(raw)
    except InputRefused as refused:
        typer.echo(refused.message_en, err=True)
        sys.exit(3)
    write(tables, EMBEDDED)
    for name, frame in tables.items():
        typer.echo(f"{name}: {len(frame)} rows, {(EMBEDDED / f'{name}.parquet').stat().st_size // 1024} kB")


if __name__ == "__main__":
    typer.run(main)
