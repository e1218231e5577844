"""Boundaries among the files of an import: a country is made, or drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd

from data.importing.accounting import account, refuse_all
from data.importing.boundary_columns import properties_of
from data.importing.isolation import Sheet
from data.importing.known import Known
from data.importing.limits import refused
from data.importing.merging import Import
from data.importing.nations import country_keys
from data.importing.origins import source_row
from data.importing.periods import Span, span
from data.importing.placing import RowIssues
from data.importing.recognition import Recognised
from data.importing.report import Report, SheetReport, refusal, told
from data.importing.tables.boundaries import DEEPEST, alias_rows, area_rows, declaration, read_level
from data.importing.tables_of_store import IMPORTED
from data.readers.issues import InputRefused
from data.readers.places import place_key

VALID_ON: Final = ("validon", "valid on", "valid from")
"""Properties of published boundaries that say since when they hold."""


def bring_boundaries(jobs: list[tuple[Sheet, Recognised, SheetReport]], known: Known, brought: Import, sources: list[dict[str, Any]],
                issues: list[tuple[Any, ...]], paths: Sequence[Path], report: Report) -> Known:
    """Bring the boundaries among the sheets; what is known of the country with them. Other sheets of a country without any are refused."""
    if not jobs:
        if known.areas.empty:
            for line in report.files:
                if not line.issues or line.table:
                    line.issues.append(refusal(
                        f"{known.names['name_fr']} n'est pas dans le magasin : importez d'abord ses limites administratives (ou avec ce fichier).",
                        f"{known.names['name_en']} is not in the store: import its administrative boundaries first (or with this file)."))
                    refuse_all(line)
        return known
    jobs = _kept_levels(jobs)
    levels: dict[int, gpd.GeoDataFrame] = {}
    source_id = f"{IMPORTED}boundaries_{known.iso3.casefold()}"
    told_of = RowIssues(source_id, known.iso3)
    try:
        for sheet, _, line in sorted(jobs, key=lambda job: len(job[0].frame)):
            own = RowIssues(source_id, known.iso3)
            frame, accepted = read_level(sheet, known.iso3, own, levels.get(1))
            _same_country(sheet, known)
            levels[int(frame["level"].iloc[0])] = frame
            account(line, sheet, accepted, own)
            issues += own.rows
            told_of = own
        rows = area_rows(levels, {"iso3": known.iso3, **known.names}, told_of)
    except InputRefused as error:
        for _, _, line in jobs:
            line.issues.append(refusal(error.message_fr, error.message_en))
            refuse_all(line)
        return known
    brought.facts["area"] = rows
    names = alias_rows(levels, rows, source_id)
    brought.countries = [declaration(known.iso3, known.names, levels, known.order, known.declared)]
    files = [sheet.file for sheet, _, _ in jobs]
    sources.append(source_row(source_id, "boundaries", known.iso3, files, paths, _valid_on(jobs) or known.period,
                           "Géométries simplifiées en conservant les limites communes.", "Geometries simplified with shared borders kept."))
    return Known(known.iso3, known.names, rows, known.placed_years, known.order, known.declared, names, known.confirmed, known.period)


def _valid_on(jobs: list[tuple[Sheet, Recognised, SheetReport]]) -> Span | None:
    """From the first to the last day on which the boundaries say that they hold, None where they say none."""
    texts = {text for sheet, _, _ in jobs for column in sheet.frame.columns if place_key(str(column)) in VALID_ON for text in sheet.frame[column]}
    days = [found for text in texts if (found := span(text)) is not None]
    return (min(first for first, _ in days), max(last for _, last in days)) if days else None


def _kept_levels(jobs: list[tuple[Sheet, Recognised, SheetReport]]) -> list[tuple[Sheet, Recognised, SheetReport]]:
    """The layers that are read: those finer than level 2 only where no layer is of it; the others are told."""
    finest = [properties_of(sheet).finest for sheet, _, _ in jobs]
    if DEEPEST not in finest:
        return jobs
    for level, (sheet, _, line) in zip(finest, jobs, strict=True):
        if level > DEEPEST:
            line.table, line.rows_read = None, 0
            line.issues.append(told(None, "", sheet.sheet or sheet.file, "info", "level_left", str(level)))
    return [job for level, job in zip(finest, jobs, strict=True) if level <= DEEPEST]


def _same_country(sheet: Sheet, known: Known) -> None:
    """Raises InputRefused when the properties name another country."""
    names = ("admin0pcode", "adm0_pcode", "shapegroup", "adm0_iso", "iso3", "iso_3", "gid_0", "#country+code+v_pcode", "#country+code")
    for column in sheet.frame.columns:
        if str(column).casefold() in names:
            said = {place_key(text) for text in sheet.frame[column] if text.strip()}
            if said and not said & country_keys(known.iso3):
                other = ", ".join(sorted(said)[:3]).upper()
                raise refused(f"{sheet.file} : ces limites sont celles de {other}, pas de {known.iso3}.",
                              f"{sheet.file}: these boundaries are those of {other}, not of {known.iso3}.")
