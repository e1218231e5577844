"""An import from the files to the switched generation: what `python -m data import` and the Data page both call."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from data.building import build, clean, content_hash, embedded_digest, install
from data.catalogue_tables import records
from data.errors import DataError, StoreUnavailable
from data.generations import current_name, generations, store_dir, writer_lock
from data.importing.accounting import refuse_all
from data.importing.bounding import bring_boundaries
from data.importing.converting import Brought, convert
from data.importing.known import known_of
from data.importing.large_file import Say
from data.importing.limits import LARGE_ROWS
from data.importing.mappings import remember, remembered
from data.importing.merging import Import, write_next
from data.importing.opening import open_files, recognised
from data.importing.origins import sources_of
from data.importing.periods import Span
from data.importing.provenance import Provenance, described
from data.importing.recognition import table_names
from data.importing.report import Report, refusal
from data.importing.tables_of_store import twice_brought
from data.readers.issues import issue_frame

Progress = Callable[[str, float], None]


def import_files(
    paths: Sequence[Path], iso3: str, *, wanted: str | None = None, dry_run: bool = False, folder: Path | None = None,
    confirmed: Mapping[str, Mapping[str, Any]] | None = None, progress: Progress = lambda stage, share: None,
    provenance: Mapping[str, Provenance] | None = None, large_from: int = LARGE_ROWS,
    aliases: Mapping[str, str] | None = None, period: Span | None = None,
) -> Report:
    """Read, check and merge files for a country; the generation is switched unless something is refused or it is a dry run.

    `confirmed` has mappings a person confirmed, by the file's shape: {shape: {"table": ..., "mapping": {column: field}}}; they are
    remembered. `provenance` says by file name ("*": every file) who published it and under which licence. `progress` hears the stage, with
    the rows done in brackets where they are counted, and the share done. A CSV of more than `large_from` rows is read as a set where its
    table can be. `aliases` has names a person confirmed for areas, name -> P-code (empty: to forget); they are remembered by country.
    `period` is what files speak of that do not say when (first and last day).
    Raises StoreBusy while another import runs, StoreUnavailable when the store cannot be written, DataError for an unknown country or
    table, or an alias of an area that does not exist.
    """
    folder = folder or store_dir()
    if iso3 not in {row["iso3"] for row in records("country_names")}:
        raise DataError(f"Pays inconnu : {iso3} (code ISO à trois lettres, par exemple BDI).", f"Unknown country: {iso3} (three-letter ISO code, such as BDI).")
    if wanted is not None and wanted not in table_names():
        known = ", ".join(table_names())
        raise DataError(f"Table inconnue : {wanted}. Tables : {known}.", f"Unknown table: {wanted}. Tables: {known}.")
    if current_name(folder) is None or not generations(folder):
        build(folder)
    try:
        with writer_lock(folder):
            clean(folder)
            work = folder / f".building-{os.getpid()}-files"
            work.mkdir()
            try:
                return _import_locked(paths, iso3, wanted, dry_run, folder, confirmed or {}, progress, provenance or {}, work, large_from,
                                      aliases or {}, period)
            finally:
                shutil.rmtree(work, ignore_errors=True)
    except (OSError, duckdb.Error) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise StoreUnavailable(
            f"Impossible d'écrire dans {folder} ({reason}). Rien n'a changé ; libérez de la place et recommencez.",
            f"Cannot write in {folder} ({reason}). Nothing has changed; free some space and try again.") from error


def _import_locked(paths: Sequence[Path], iso3: str, wanted: str | None, dry_run: bool, folder: Path,
                   confirmed: Mapping[str, Mapping[str, Any]], progress: Progress, provenance: Mapping[str, Provenance], work: Path,
                   large_from: int, aliases: Mapping[str, str], period: Span | None) -> Report:
    in_use = next((one for one in generations(folder) if one.name == current_name(folder)), generations(folder)[0])
    report = Report()
    known = known_of(in_use.path, iso3, aliases, period)
    mappings = {**remembered(folder), **confirmed}
    def say(begin: float, end: float) -> Say:
        return lambda stage, share, rows: progress(f"{stage} ({rows})" if rows else stage, begin + (end - begin) * share)

    jobs = open_files(paths, known, wanted, mappings, report, work, large_from, say(0.0, 0.2))
    brought = Import({}, pd.DataFrame(), issue_frame([]), embedded_digest=embedded_digest(in_use.path) or content_hash(), parent=in_use.name, iso3=iso3,
                     files=", ".join(path.name for path in paths))
    new = Brought(large=brought.large)
    known = bring_boundaries([job for job in jobs if job[1].table == "boundaries"], known, brought, new.sources, new.issues, paths, report)
    known.check_aliases(aliases)
    others = sorted((job for job in jobs if job[1].table != "boundaries"), key=lambda job: table_names().index(str(job[1].table)))
    for number, (sheet, found, line) in enumerate(others):
        if "area" in brought.facts and sheet.large is None:
            # columns told by their content may hold codes and names of the boundaries that came with them
            found = recognised(sheet, known, found.table, mappings)
            line.mapping, line.how = found.mapping, found.how
        begin, end = (0.2 + 0.25 * (number + step) / len(others) for step in (0, 1))
        progress(f"{sheet.file} {sheet.sheet}".strip(), begin)
        convert(sheet, found, line, known, new, paths, say(begin, end))
    if clash := twice_brought(new.parts):
        report.files[-1].issues.append(refusal(*clash))
        refuse_all(report.files[-1])
    for name, frames in new.parts.items():
        brought.facts[name] = pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)
    if report.is_refused or not any(one.table for one in report.files):
        return report
    if aliases or "area" in brought.facts:
        brought.names = known.names_to_keep()
    sources = [described(source, provenance) for source in new.sources]
    brought.sources, brought.issues = sources_of(in_use.path, sources), issue_frame(new.issues)
    progress("merging", 0.45)
    digest = hashlib.sha256(f"{in_use.name}{brought.files}{[one['sha256'] for one in sources]}{date.today()}".encode()).hexdigest()[:12]
    try:
        if dry_run:
            candidate = folder / ".building-dry-run.duckdb"
            try:
                write_next(candidate, in_use.path, brought, report.changes, progress)
            finally:
                clean(folder)
        else:
            generation = install(folder, digest, lambda path: write_next(path, in_use.path, brought, report.changes, progress))
            report.generation = generation.name
            if confirmed:
                remember(folder, confirmed)
    except StoreUnavailable:
        raise
    except DataError as error:
        report.files[0].issues.append(refusal(error.message_fr, error.message_en))
        refuse_all(report.files[0])
    progress("done", 1.0)
    return report
