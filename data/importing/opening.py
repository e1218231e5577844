"""The files of an import opened and recognised: each sheet with its table and mapping, or refused with a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from data.catalogue_tables import records
from data.importing.isolation import Sheet, read_in_child
from data.importing.known import Known
from data.importing.large_file import Say, is_small_enough, of_one_country, opened_large
from data.importing.layouts import BESIDE
from data.importing.limits import refused
from data.importing.personal import refuse_personal
from data.importing.reading import GEOMETRY
from data.importing.recognition import Recognised, recognise, shape_key
from data.importing.report import Report, SheetReport, refusal, told
from data.importing.tables.returns import lists_populations
from data.readers.issues import InputRefused
from data.readers.places import place_key


def open_files(paths: Sequence[Path], known: Known, wanted: str | None, mappings: Mapping[str, Mapping[str, Any]], report: Report, work: Path,
               large_from: int, say: Say) -> list[tuple[Sheet, Recognised, SheetReport]]:
    """The sheets of the files with what they are and their line of the report; what is refused is in the report.

    A CSV of more than `large_from` rows is opened as a large one where its table can be; `work` is for files on the way.
    """
    jobs: list[tuple[Sheet, Recognised, SheetReport]] = []
    for number, path in enumerate(paths):
        def heard(stage: str, share: float, rows: int, number: int = number) -> None:
            say(stage, (number + share) / len(paths), rows)

        say(path.name, number / len(paths), 0)
        try:
            if not path.is_file():
                raise refused(f"{path.name} : fichier absent.", f"{path.name}: no such file.")
            sheets = _sheets(path, known, wanted, mappings, work / str(number), large_from, heard)
            blank = [refuse_personal(sheet.frame, sheet.file, sheet.sheet, sheet.hxl, sheet.large is None and not sheet.elsewhere) for sheet in sheets]
            found = [(sheet, recognised(sheet, known, wanted, mappings)) for sheet in sheets]
            if any(one.shape == "mpi" for _, one in found):
                # the workbook's other sheets are the same regions measured otherwise
                found = [(sheet, one if one.shape == "mpi" else Recognised(None, "")) for sheet, one in found]
            if not any(one.table for _, one in found):
                report.files += _unrecognised(path.name, sheets, known.iso3)
                continue
        except InputRefused as error:
            report.files.append(SheetReport(path.name, "", None, known.iso3, issues=[refusal(error.message_fr, error.message_en)]))
            continue
        for (sheet, one), of_persons in zip(found, blank, strict=True):
            line = SheetReport(sheet.file, sheet.sheet, one.table, known.iso3, len(sheet.frame) + sheet.elsewhere, mapping=one.mapping, how=one.how,
                               shape=shape_key(sheet))
            if one.table is None:
                line.rows_read = 0
                line.issues.append(told(None, "", sheet.sheet, "info", "sheet_not_used", ""))
            else:
                jobs.append((sheet, one, line))
                line.issues += [told(None, column, "", "info", "personal_column_empty", "") for column in of_persons]
                line.samples = _samples(sheet)
            report.files.append(line)
    return jobs


def _sheets(path: Path, known: Known, wanted: str | None, mappings: Mapping[str, Mapping[str, Any]], work: Path, large_from: int, say: Say) -> list[Sheet]:
    """The sheets of a file; of a large table its first rows, when its table is one that is read as a set."""
    with opened_large(path, work, large_from, say) as sheet:
        if sheet is not None:
            refuse_personal(sheet.frame, sheet.file, sheet.sheet, sheet.hxl, is_whole=False)
            found = recognised(sheet, known, wanted, mappings)
    if sheet is not None and sheet.large is not None and sheet.large.head["lines"] > large_from:
        kinds = [column for column, to in found.mapping.items() if to == "kind"]
        if found.table is None or (found.table == "returns" and not found.shape and not any(lists_populations(sheet.frame[kind]) for kind in kinds)):
            return [sheet]
        if not is_small_enough(path, sheet.large):
            return [of_one_country(path, sheet, sheet.large, found, known.iso3, say)]
    work.mkdir(parents=True, exist_ok=True)
    return read_in_child(path, within=work)


def recognised(sheet: Sheet, known: Known, wanted: str | None, mappings: Mapping[str, Mapping[str, Any]]) -> Recognised:
    """What a sheet is, by the mapping a person confirmed for its shape, else by itself."""
    asked = mappings.get(shape_key(sheet))
    if asked and asked.get("mapping") and wanted in (None, asked.get("table")):
        return recognise(sheet, known.places, known.iso3, str(asked["table"]), asked["mapping"], known.period is not None)
    return recognise(sheet, known.places, known.iso3, wanted, dated=known.period is not None)


def _unrecognised(name: str, sheets: list[Sheet], iso3: str) -> list[SheetReport]:
    """Sheets whose table nobody told: refused, with samples, so that a person can say what their columns hold."""
    if all(sheet.sheet in BESIDE for sheet in sheets):
        # an empty file, or a workbook of ours that nobody has filled in
        raise refused(*_not_recognised(name, []))
    lines = [
        SheetReport(sheet.file, sheet.sheet, None, iso3, len(sheet.frame), refused=len(sheet.frame), shape=shape_key(sheet), samples=_samples(sheet))
        for sheet in sheets
    ]
    lines[0].issues.append(refusal(*_not_recognised(name, sheets)))
    return lines


def _samples(sheet: Sheet) -> dict[str, list[str]]:
    return {str(c): [text for text in dict.fromkeys(sheet.frame[c].head(200)) if text][:3] for c in sheet.frame.columns if c != GEOMETRY}


def _not_recognised(name: str, sheets: list[Sheet]) -> tuple[str, str]:
    columns = "; ".join(", ".join(str(c) for c in sheet.frame.columns[:12]) for sheet in sheets[:2]) or "–"
    names = {language: [row[f"name_{language}"] for row in records("import_tables")] for language in ("fr", "en")}
    tables = {language: ", ".join(f"{one[0].lower()}{one[1:]}" for one in found) for language, found in names.items()}
    if not any(len(sheet.frame) for sheet in sheets):
        return (f"{name} : aucune ligne de données, au plus des en-têtes. Il n'y a rien à importer.",
                f"{name}: no row of data, headings at most. There is nothing to import.")
    keys = [[place_key(str(column)) for column in sheet.frame.columns] for sheet in sheets]
    known = [row for row in records("not_taken") for of in keys if sum(bool(re.fullmatch(row["pattern"], key)) for key in of) > 1]
    if known:
        return f"{name} : {known[0]['what_fr']}", f"{name}: {known[0]['what_en']}"
    return (f"{name} : aucun tableau reconnu (colonnes : {columns}). Ce peut être : {tables['fr']}. Dites à la page Données ce que contiennent les "
            "colonnes, ou donnez --as.",
            f"{name}: no table recognised (columns: {columns}). It can be: {tables['en']}. Say on the Data page what its columns hold, or give --as.")
