"""A recognised sheet to facts of the store: row by row, or as a set when it is large; what became of its rows goes to its line of the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

import pandas as pd

from data.catalogue_tables import records
from data.importing.accounting import account, reason, refuse_all
from data.importing.cells import styles
from data.importing.isolation import LargeTable, Sheet
from data.importing.known import Known
from data.importing.large_cells import Cells, Large, add_up
from data.importing.large_file import Say, bring
from data.importing.large_issues import counts, empty_lines, tell
from data.importing.large_numbers import NumberedRows, can_be_numbered
from data.importing.large_returns import FIELDS, Coded
from data.importing.likeness import names_to_confirm
from data.importing.limits import refused
from data.importing.origins import source_row
from data.importing.placing import Job, Outcome, RowIssues, placeless
from data.importing.recognition import Recognised, shape_key
from data.importing.report import MOST_ISSUES, SheetReport, refusal, told
from data.importing.tables.activities import import_activities
from data.importing.tables.facilities import import_facilities
from data.importing.tables.indicators import import_indicators
from data.importing.tables.money_and_structures import import_funding, import_in_place, import_prices
from data.importing.tables.population import import_population
from data.importing.tables.returns import import_returns
from data.importing.tables_of_store import IMPORTED
from data.readers.issues import InputRefused

IMPORTERS: Final[dict[str, Callable[[Job], Outcome]]] = {
    "population": import_population, "returns": import_returns, "indicators": import_indicators, "activities": import_activities,
    "facilities": import_facilities, "funding": import_funding, "in_place": import_in_place, "prices": import_prices,
}
FIRST_YEAR: Final = 1950
"""No source counts returns before it."""


@dataclass
class Brought:
    """What the sheets of an import have brought so far: facts by table of the store, sources, issues."""

    parts: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    large: dict[str, list[Large]] = field(default_factory=dict)
    sources: list[dict[str, Any]] = field(default_factory=list)
    issues: list[tuple[Any, ...]] = field(default_factory=list)


def convert(sheet: Sheet, found: Recognised, line: SheetReport, known: Known, brought: Brought, paths: Sequence[Path], say: Say) -> None:
    """Bring the facts of one sheet; its line of the report says what became of its rows."""
    if known.areas.empty:
        return
    source_id = f"{IMPORTED}{found.table}_{known.iso3.casefold()}_{shape_key(sheet)[:6]}"
    own = RowIssues(source_id, known.iso3)
    placed = known.placed_years[known.placed_years["source_id"] != source_id]
    # national totals take the place of national totals; a table of host countries adds them only after the last year known by place
    known_years = placed[placed["finer"]]
    if "host" in found.mapping.values():
        known_years = pd.DataFrame([(year, kind) for kind, last in placed.groupby("kind")["year"].max().items() for year in range(FIRST_YEAR, int(last) + 1)],
                                   columns=["year", "kind"])
    job = Job(sheet, str(found.table), found.shape, found.mapping, known.iso3, known.areas, known.places, own, source_id,
              frozenset(zip(known_years["year"].astype(int), known_years["kind"], strict=True)), known.confirmed,
              known.period)
    sheet.issues = _in_order([*styles(job), *placeless(job), *sheet.issues])
    own.rows.extend((source_id, known.iso3, *row) for row in sheet.issues)
    try:
        facts = _by_sets(job, line, next(path for path in paths if path.name == sheet.file), brought, say) if sheet.large else _by_rows(job, line, brought)
    except InputRefused as error:
        if sheet.large is None:
            account(line, sheet, set(), own)
        line.issues.append(refusal(error.message_fr, error.message_en))
        refuse_all(line)
        return
    line.names = names_to_confirm(job)
    line.join_rate_rows = round(facts.joined_rows / facts.asked_rows, 4) if facts.asked_rows else None
    if found.table == "returns" and facts.asked_persons:
        line.join_rate_persons = round(facts.joined_persons / facts.asked_persons, 4)
    brought.sources.append(source_row(source_id, str(found.table), known.iso3, [sheet.file], paths, facts.period,
                                      "Importé par l'utilisateur ; lieux rapportés aux codes P.", "Imported by the user; places brought to P-codes."))
    brought.issues += own.rows[:MOST_ISSUES]


def _by_rows(job: Job, line: SheetReport, brought: Brought) -> Outcome:
    try:
        outcome = IMPORTERS[job.table](job)
    except InputRefused:
        raise
    except (ValueError, KeyError) as error:
        # a file with the headings of a published shape whose cells are something else
        why = str(error).splitlines()[0][:100] if str(error) else type(error).__name__
        raise refused(f"{job.sheet.file} : les cellules ne sont pas celles que disent les en-têtes ({why}). Vérifiez le fichier, ou dites --as.",
                      f"{job.sheet.file}: the cells are not what the headings say ({why}). Check the file, or give --as.") from error
    if not outcome.accepted:
        raise _none_used(job)
    account(line, job.sheet, outcome.accepted, job.issues)
    for name, frame in outcome.facts.items():
        brought.parts.setdefault(name, []).append(frame)
    return outcome


def _by_sets(job: Job, line: SheetReport, path: Path, brought: Brought, say: Say) -> Cells:
    large = cast(LargeTable, job.sheet.large)
    wanted = {to: column for column, to in job.mapping.items() if to in FIELDS}
    numbered = NumberedRows(large.work, large.head, wanted) if can_be_numbered(large.head, wanted) else None
    met = [] if numbered else bring(path, large, wanted, lambda stage, share, rows: say(stage, 0.6 * share, rows))
    coded = Coded(job, large.work, int(large.head["skip"]), lambda stage, share: say(stage, 0.6 + 0.4 * share, 0), numbered)
    try:
        cells = add_up(coded)
        known_lines = [*job.sheet.issues, *met, *([row_no, "", "", "info", "empty_line", ""] for row_no in empty_lines(coded))]
        job.issues.rows[:] = [(job.source_id, job.iso3, *issue) for issue in _in_order(known_lines)]
        tell(coded, cells)
        found = counts(coded, cells)
    finally:
        coded.close()
    line.rows_read, line.accepted, line.set_aside, line.repaired = found.rows_read, found.accepted, found.rows_read - found.accepted, found.repaired
    line.issues += [told(row[2], row[3], row[4], row[5], row[6], row[7]) for row in job.issues.rows[:MOST_ISSUES]]
    if not found.accepted or cells.large is None:
        raise _none_used(job)
    brought.large.setdefault("return_flow", []).append(cells.large)
    return cells


def _in_order(issues: list[list[Any]]) -> list[list[Any]]:
    """What concerns the whole file first, then by row."""
    return sorted(issues, key=lambda one: (one[4] != "windows_1252", one[0] or 0))


def _none_used(job: Job) -> InputRefused:
    french, english = reason(job.issues)
    names = next(row for row in records("country_names") if row["iso3"] == job.iso3)
    return refused(f"{job.sheet.file} : aucune ligne utilisable pour ce pays ({names['name_fr']}). {french}",
                   f"{job.sheet.file}: no row can be used for this country ({names['name_en']}). {english}")
