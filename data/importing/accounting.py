"""Counts of a sheet that add up to its rows, and its issues in words."""

from __future__ import annotations

from data.importing.isolation import Sheet
from data.importing.placing import RowIssues
from data.importing.report import MOST_ISSUES, SheetReport, told


def account(line: SheetReport, sheet: Sheet, accepted: set[int], own: RowIssues) -> None:
    """Counts that add up to the rows read, and the issues in words; rows set aside without a word of their own get one."""
    rows = {int(row_no) for row_no in sheet.frame.index}
    kept = accepted & rows
    aside = rows - kept
    spoken = {row[2] for row in own.rows if row[2] is not None}
    silent = len(aside - spoken)
    if silent:
        own.add(None, "", silent, "set_aside", "not_used")
    if sheet.elsewhere:
        own.add(None, "", sheet.elsewhere, "set_aside", "other_countries")
    line.rows_read, line.accepted, line.set_aside = len(rows) + sheet.elsewhere, len(kept), len(aside) + sheet.elsewhere
    line.repaired = len(kept & ({row[2] for row in own.rows if row[5] == "repaired"} | own.repaired_rows))
    line.issues += [told(row[2], row[3], row[4], row[5], row[6], row[7]) for row in own.rows[:MOST_ISSUES]]


def refuse_all(line: SheetReport) -> None:
    """Nothing of a sheet is taken."""
    line.accepted, line.repaired, line.set_aside, line.refused = 0, 0, 0, line.rows_read


def reason(own: RowIssues) -> tuple[str, str]:
    """Why no row of a sheet was taken, in French and English: the first sentence about a row that was set aside."""
    first = next((row for row in own.rows if row[5] == "set_aside" and row[6] != "not_used"), None)
    if first is None:
        return "Aucune de ses lignes ne parle de ce pays.", "None of its rows is about this country."
    issue = told(first[2], first[3], first[4], first[5], first[6], first[7])
    return str(issue["message_fr"]), str(issue["message_en"])
