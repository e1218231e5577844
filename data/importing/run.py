"""An import from the files to the switched generation: what `python -m data import` and the Data page both call."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb
import geopandas as gpd
import pandas as pd

from data.building import build, clean, content_hash, embedded_digest, install
from data.catalogue_tables import records, table
from data.errors import DataError, StoreUnavailable
from data.generations import current_name, generations, store_dir, writer_lock
from data.importing.isolation import Sheet, read_in_child
from data.importing.limits import refused
from data.importing.merging import Import, write_next
from data.importing.personal import refuse_personal
from data.importing.placing import Job, Outcome, RowIssues, country_keys
from data.importing.provenance import Provenance, described
from data.importing.reading import GEOMETRY
from data.importing.recognition import Recognised, recognise, shape_key, table_names
from data.importing.report import MOST_ISSUES, Report, SheetReport, refusal, told
from data.importing.tables.activities import import_activities
from data.importing.tables.boundaries import area_rows, declaration, read_level
from data.importing.tables.indicators import import_indicators
from data.importing.tables.points_and_prices import import_facilities, import_funding, import_in_place, import_prices
from data.importing.tables.population import import_population
from data.importing.tables.returns import import_returns
from data.importing.tables_of_store import IMPORTED
from data.readers.issues import InputRefused, issue_frame
from data.readers.places import PlaceIndex, place_key

IMPORTERS: Final[dict[str, Callable[[Job], Outcome]]] = {
    "population": import_population, "returns": import_returns, "indicators": import_indicators, "activities": import_activities,
    "facilities": import_facilities, "funding": import_funding, "in_place": import_in_place, "prices": import_prices,
}
TOPICS: Final = {"population": "population", "returns": "returns", "indicators": "indicators", "activities": "partners",
                 "facilities": "facilities", "boundaries": "boundaries", "funding": "funding", "in_place": "in_place", "prices": "prices"}
FIRST_YEAR: Final = 1950
"""No source counts returns before it."""
REMEMBERED: Final = "import_mappings.json"
Progress = Callable[[str, float], None]


@dataclass
class Known:
    """What the store knows of the country before and while files are read."""

    iso3: str
    names: dict[str, str]
    areas: pd.DataFrame
    placed_years: pd.DataFrame
    order: int
    declared: dict[str, str] | None = None
    """The country's row of `country`, None for a new one."""
    places: PlaceIndex = field(init=False)

    def __post_init__(self) -> None:
        self.places = PlaceIndex(self.areas, table("place_aliases").query("iso3 in ['*', @self.iso3]"), table("place_label_kinds"))


def import_files(
    paths: Sequence[Path], iso3: str, *, wanted: str | None = None, dry_run: bool = False, folder: Path | None = None,
    confirmed: Mapping[str, Mapping[str, Any]] | None = None, progress: Progress = lambda stage, share: None,
    provenance: Mapping[str, Provenance] | None = None,
) -> Report:
    """Read, check and merge files for a country; the generation is switched unless something is refused or it is a dry run.

    `confirmed` has mappings a person confirmed, by the file's shape: {shape: {"table": ..., "mapping": {column: field}}}; they are
    remembered. `provenance` says by file name ("*": every file) who published it and under which licence. Raises StoreBusy while
    another import runs, StoreUnavailable when the store cannot be written, DataError for an unknown country or table.
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
            return _import_locked(paths, iso3, wanted, dry_run, folder, confirmed or {}, progress, provenance or {})
    except (OSError, duckdb.Error) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise StoreUnavailable(
            f"Impossible d'écrire dans {folder} ({reason}). Rien n'a changé ; libérez de la place et recommencez.",
            f"Cannot write in {folder} ({reason}). Nothing has changed; free some space and try again.") from error


def _import_locked(paths: Sequence[Path], iso3: str, wanted: str | None, dry_run: bool, folder: Path,
                   confirmed: Mapping[str, Mapping[str, Any]], progress: Progress, provenance: Mapping[str, Provenance]) -> Report:
    in_use = next((one for one in generations(folder) if one.name == current_name(folder)), generations(folder)[0])
    report = Report()
    known = _known(in_use.path, iso3)
    mappings = {**remembered(folder), **confirmed}
    jobs = _read(paths, known, wanted, mappings, report, progress)
    brought = Import({}, pd.DataFrame(), issue_frame([]), embedded_digest=embedded_digest(in_use.path) or content_hash(), parent=in_use.name,
                     files=", ".join(path.name for path in paths))
    parts: dict[str, list[pd.DataFrame]] = {}
    sources: list[dict[str, Any]] = []
    issues: list[tuple[Any, ...]] = []
    known = _boundaries([job for job in jobs if job[1].table == "boundaries"], known, brought, sources, issues, paths, report)
    others = sorted((job for job in jobs if job[1].table != "boundaries"), key=lambda job: table_names().index(str(job[1].table)))
    for number, (sheet, found, line) in enumerate(others):
        progress(f"{sheet.file} {sheet.sheet}".strip(), 0.4 + 0.3 * number / max(1, len(others)))
        _convert(sheet, found, line, known, parts, sources, issues, paths)
    for name, frames in parts.items():
        brought.facts[name] = pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)
    if report.is_refused or not any(one.table for one in report.files):
        return report
    sources = [described(source, provenance) for source in sources]
    brought.sources, brought.issues = _sources(in_use.path, sources), issue_frame(issues)
    progress("merging", 0.7)
    digest = hashlib.sha256(f"{in_use.name}{brought.files}{[one['sha256'] for one in sources]}{date.today()}".encode()).hexdigest()[:12]
    try:
        if dry_run:
            candidate = folder / ".building-dry-run.duckdb"
            try:
                write_next(candidate, in_use.path, brought, report.changes)
            finally:
                clean(folder)
        else:
            generation = install(folder, digest, lambda path: write_next(path, in_use.path, brought, report.changes))
            report.generation = generation.name
            if confirmed:
                remember(folder, confirmed)
    except StoreUnavailable:
        raise
    except DataError as error:
        report.files[0].issues.append(refusal(error.message_fr, error.message_en))
        _refuse_all(report.files[0])
    progress("done", 1.0)
    return report


def _read(paths: Sequence[Path], known: Known, wanted: str | None, mappings: Mapping[str, Mapping[str, Any]], report: Report,
          progress: Progress) -> list[tuple[Sheet, Recognised, SheetReport]]:
    jobs: list[tuple[Sheet, Recognised, SheetReport]] = []
    for number, path in enumerate(paths):
        progress(path.name, 0.4 * number / len(paths))
        try:
            if not path.is_file():
                raise refused(f"{path.name} : fichier absent.", f"{path.name}: no such file.")
            sheets = read_in_child(path)
            for sheet in sheets:
                refuse_personal(sheet.frame, sheet.file, sheet.sheet, sheet.hxl)
            found = [(sheet, _recognised(sheet, known, wanted, mappings)) for sheet in sheets]
            if any(one.shape == "mpi" for _, one in found):
                # the workbook's other sheets are the same regions measured otherwise
                found = [(sheet, one if one.shape == "mpi" else Recognised(None, "")) for sheet, one in found]
            if not any(one.table for _, one in found):
                raise refused(*_not_recognised(path.name, sheets))
        except InputRefused as error:
            report.files.append(SheetReport(path.name, "", None, known.iso3, issues=[refusal(error.message_fr, error.message_en)]))
            continue
        for sheet, one in found:
            line = SheetReport(sheet.file, sheet.sheet, one.table, known.iso3, len(sheet.frame), mapping=one.mapping, how=one.how,
                               shape=shape_key(sheet))
            if one.table is None:
                line.rows_read = 0
                line.issues.append(told(None, "", sheet.sheet, "info", "sheet_not_used", ""))
            else:
                jobs.append((sheet, one, line))
                line.samples = {str(c): [t for t in dict.fromkeys(sheet.frame[c].head(200)) if t][:3] for c in sheet.frame.columns if c != GEOMETRY}
            report.files.append(line)
    return jobs


def _recognised(sheet: Sheet, known: Known, wanted: str | None, mappings: Mapping[str, Mapping[str, Any]]) -> Recognised:
    asked = mappings.get(shape_key(sheet))
    if asked and asked.get("mapping") and wanted in (None, asked.get("table")):
        return recognise(sheet, known.places, known.iso3, str(asked["table"]), asked["mapping"])
    return recognise(sheet, known.places, known.iso3, wanted)


def _boundaries(jobs: list[tuple[Sheet, Recognised, SheetReport]], known: Known, brought: Import, sources: list[dict[str, Any]],
                issues: list[tuple[Any, ...]], paths: Sequence[Path], report: Report) -> Known:
    if not jobs:
        if known.areas.empty:
            for line in report.files:
                if not line.issues or line.table:
                    line.issues.append(refusal(
                        f"{known.names['name_fr']} n'est pas dans le magasin : importez d'abord ses limites administratives (ou avec ce fichier).",
                        f"{known.names['name_en']} is not in the store: import its administrative boundaries first (or with this file)."))
                    _refuse_all(line)
        return known
    levels: dict[int, gpd.GeoDataFrame] = {}
    source_id = f"{IMPORTED}boundaries_{known.iso3.casefold()}"
    told_of = RowIssues(source_id, known.iso3)
    try:
        for sheet, _, line in sorted(jobs, key=lambda job: len(job[0].frame)):
            own = RowIssues(source_id, known.iso3)
            frame, accepted = read_level(sheet, known.iso3, own, levels.get(1))
            _same_country(sheet, known)
            levels[int(frame["level"].iloc[0])] = frame
            _account(line, sheet, accepted, own)
            issues += own.rows
            told_of = own
        rows = area_rows(levels, {"iso3": known.iso3, **known.names}, told_of)
    except InputRefused as error:
        for _, _, line in jobs:
            line.issues.append(refusal(error.message_fr, error.message_en))
            _refuse_all(line)
        return known
    brought.facts["area"] = rows
    brought.countries = [declaration(known.iso3, known.names, levels, known.order, known.declared)]
    files = [sheet.file for sheet, _, _ in jobs]
    sources.append(_source(source_id, "boundaries", known.iso3, files, paths, (pd.Timestamp(date.today().year, 1, 1), pd.Timestamp(date.today())),
                           "Géométries simplifiées en conservant les limites communes.", "Geometries simplified with shared borders kept."))
    return Known(known.iso3, known.names, rows, known.placed_years, known.order, known.declared)


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


def _convert(sheet: Sheet, found: Recognised, line: SheetReport, known: Known, parts: dict[str, list[pd.DataFrame]],
             sources: list[dict[str, Any]], issues: list[tuple[Any, ...]], paths: Sequence[Path]) -> None:
    if known.areas.empty:
        return
    source_id = f"{IMPORTED}{found.table}_{known.iso3.casefold()}_{shape_key(sheet)[:6]}"
    own = RowIssues(source_id, known.iso3)
    own.rows.extend((source_id, known.iso3, *row) for row in sheet.issues)
    placed = known.placed_years[known.placed_years["source_id"] != source_id]
    # national totals take the place of national totals; a table of host countries adds them only after the last year known by place
    known_years = placed[placed["finer"]]
    if "host" in found.mapping.values():
        known_years = pd.DataFrame([(year, kind) for kind, last in placed.groupby("kind")["year"].max().items() for year in range(FIRST_YEAR, int(last) + 1)],
                                   columns=["year", "kind"])
    job = Job(sheet, str(found.table), found.shape, found.mapping, known.iso3, known.areas, known.places, own, source_id,
              frozenset(zip(known_years["year"].astype(int), known_years["kind"], strict=True)))
    try:
        outcome = IMPORTERS[str(found.table)](job)
        if not outcome.accepted:
            raise refused(f"{sheet.file} : aucune ligne utilisable pour {known.iso3} ({_reasons(own)}).",
                          f"{sheet.file}: no row can be used for {known.iso3} ({_reasons(own)}).")
    except InputRefused as error:
        _account(line, sheet, set(), own)
        line.issues.append(refusal(error.message_fr, error.message_en))
        _refuse_all(line)
        return
    _account(line, sheet, outcome.accepted, own)
    line.join_rate_rows = round(outcome.joined_rows / outcome.asked_rows, 4) if outcome.asked_rows else None
    if found.table == "returns" and outcome.asked_persons:
        line.join_rate_persons = round(outcome.joined_persons / outcome.asked_persons, 4)
    for name, frame in outcome.facts.items():
        parts.setdefault(name, []).append(frame)
    period = outcome.period or (pd.Timestamp(date.today().year, 1, 1), pd.Timestamp(date.today()))
    sources.append(_source(source_id, str(found.table), known.iso3, [sheet.file], paths, period,
                           "Importé par l'utilisateur ; lieux rapportés aux codes P.", "Imported by the user; places brought to P-codes."))
    issues += own.rows[:MOST_ISSUES]


def _account(line: SheetReport, sheet: Sheet, accepted: set[int], own: RowIssues) -> None:
    """Counts that add up to the rows read, and the issues in words; rows set aside without a word of their own get one."""
    rows = {int(row_no) for row_no in sheet.frame.index}
    kept = accepted & rows
    aside = rows - kept
    spoken = {row[2] for row in own.rows if row[2] is not None}
    silent = len(aside - spoken)
    if silent:
        own.add(None, "", silent, "set_aside", "not_used")
    line.rows_read, line.accepted, line.set_aside = len(rows), len(kept), len(aside)
    line.repaired = len(kept & ({row[2] for row in own.rows if row[5] == "repaired"} | own.repaired_rows))
    line.issues += [told(row[2], row[3], row[4], row[5], row[6], row[7]) for row in own.rows[:MOST_ISSUES]]


def _refuse_all(line: SheetReport) -> None:
    line.accepted, line.repaired, line.set_aside, line.refused = 0, 0, 0, line.rows_read


def _reasons(own: RowIssues) -> str:
    return ", ".join(dict.fromkeys(str(row[6]) for row in own.rows if row[5] in ("set_aside", "info"))) or "other country"


def _known(path: Path, iso3: str) -> Known:
    with duckdb.connect(str(path), read_only=True) as connection:
        areas = connection.execute("SELECT * FROM area WHERE iso3 = ?", [iso3]).df()
        country = connection.execute("SELECT * FROM country WHERE iso3 = ?", [iso3]).df().to_dict("records")
        years = connection.execute(
            "SELECT DISTINCT year, kind, source_id, place_level > 0 AS finer FROM return_flow WHERE iso3 = ? AND margin = 'place'", [iso3]).df()
        order = connection.execute("SELECT coalesce(max(display_order::INTEGER) FILTER (iso3 <> ?), 0) + 1 FROM country", [iso3]).fetchone()
    declared = next(one for one in records("country_names") if one["iso3"] == iso3)
    row = {str(key): str(value) for key, value in country[0].items()} if country else None
    names = {key: (row or declared)[key] for key in ("name_fr", "name_en")}
    return Known(iso3, names, areas, years, int(order[0]) if order else 1, row)


def _source(source_id: str, of_table: str, iso3: str, files: list[str], paths: Sequence[Path], period: tuple[pd.Timestamp, pd.Timestamp],
            changes_fr: str, changes_en: str) -> dict[str, Any]:
    named = next(row for row in records("import_tables") if row["table"] == of_table)
    content = b"".join(hashlib.sha256(path.read_bytes()).digest() for path in paths if path.name in files)
    first, last = str(period[0].year), str(period[1].year)
    listed = ", ".join(files)
    return {"source_id": source_id, "topic": TOPICS[of_table], "countries": iso3, "publisher": listed, "title_fr": f"{named['name_fr']} : {listed}",
            "title_en": f"{named['name_en']}: {listed}", "licence": "–", "period": first if first == last else f"{first}-{last}", "url": "",
            "dataset": listed, "changes_fr": changes_fr, "changes_en": changes_en, "sha256": hashlib.sha256(content).hexdigest(),
            "period_start": period[0], "period_end": period[1]}


def _sources(in_use: Path, sources: list[dict[str, Any]]) -> pd.DataFrame:
    """Sources with the period of what an earlier import of the same source left in the store."""
    frame = pd.DataFrame(sources).drop_duplicates("source_id", keep="last")
    with duckdb.connect(str(in_use), read_only=True) as connection:
        before = connection.execute("SELECT source_id, topic, period_start, period_end FROM source").df().set_index("source_id")
    for position, row in frame.iterrows():
        if row["source_id"] in before.index and row["topic"] == "returns":
            first = min(row["period_start"], before.at[row["source_id"], "period_start"])
            last = max(row["period_end"], before.at[row["source_id"], "period_end"])
            frame.loc[position, ["period_start", "period_end"]] = [first, last]
            frame.loc[position, "period"] = f"{first.year}-{last.year}" if first.year != last.year else str(first.year)
    return frame


def _not_recognised(name: str, sheets: list[Sheet]) -> tuple[str, str]:
    columns = "; ".join(", ".join(str(c) for c in sheet.frame.columns[:12]) for sheet in sheets[:2]) or "–"
    needs = ", ".join(f"{row['table']} ({row['needs'].replace('&', ' + ').replace('|', '/')})" for row in records("import_tables"))
    return (f"{name} : aucun tableau reconnu. Colonnes vues : {columns}. Il faut : {needs}. Corrigez les colonnes à la page Données, ou dites --as.",
            f"{name}: no table recognised. Columns seen: {columns}. Needed: {needs}. Correct the columns on the Data page, or give --as.")


def remembered(folder: Path) -> dict[str, dict[str, Any]]:
    """Mappings that people confirmed, by the shape of the file; none when there is no such file or it is damaged."""
    try:
        found = json.loads((folder / REMEMBERED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(shape): one for shape, one in found.items() if isinstance(one, dict)} if isinstance(found, dict) else {}


def remember(folder: Path, confirmed: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep confirmed mappings for the next file of the same shape (written beside, then renamed)."""
    beside = folder / f".{REMEMBERED}"
    beside.write_text(json.dumps({**remembered(folder), **confirmed}, ensure_ascii=False, indent=1), encoding="utf-8")
    beside.replace(folder / REMEMBERED)
