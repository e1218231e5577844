"""Indicators by area: a long table, a wide one (a column an indicator), IPC, MPI."""

from __future__ import annotations

from typing import Any

import pandas as pd

from data.catalogue_tables import records, table
from data.embedding.figures import COLUMNS, indicator_table
from data.importing.cells import figure, file_year, row_span
from data.importing.indicator_names import indicator_code
from data.importing.placing import Job, Outcome, locate, of_country, tell_likely, tell_unmatched, without_totals
from data.importing.tables.displaced import import_displaced
from data.importing.tables.hapi import FROM_HAPI, HUNGRY
from data.importing.tables.population import not_of_the_whole
from data.readers.ipc import ipc_rows
from data.readers.mpi import mpi_rows

_SHARES = 2
"""One figure under 1 may be a percent; several, all of them, are shares."""
QUALITIES = ("observed", "inherited", "estimated", "assumed")


def import_indicators(job: Job) -> Outcome:
    """Facts: indicator_value."""
    if job.shape in ("ipc", "ipc_level1"):
        outcome = _ipc(job)
        tell_likely(job, "area_unmatched")
        return outcome
    if job.shape in FROM_HAPI:
        turned, summed = FROM_HAPI[job.shape](job)
        outcome = by_mapped_columns(turned)
        outcome.accepted |= summed
        return outcome
    if job.shape == "mpi":
        feeds = table("indicator_feeds")
        # an edition that leaves a deprivation out has no column for it
        ends = {" ".join(str(column).split()).split(" / ")[-1] for column in job.sheet.frame.columns}
        feeds = feeds[(feeds["sheet"] == job.sheet.sheet) & feeds["column"].isin(ends)].assign(source_id=job.source_id)
        rows = mpi_rows(job.sheet.frame, [job.iso3], feeds, job.places, job.issues).assign(source_id=job.source_id, quality="observed")
        tell_likely(job, "several_areas")
        return _told(indicator_table([rows]), {int(n) for n in rows["row_no"]})
    return import_displaced(job) if "displaced" in job.mapping.values() else by_mapped_columns(job)


def _ipc(job: Job) -> Outcome:
    frame = job.sheet.frame
    if job.shape == "ipc_level1":
        # the publisher's tables by province have no column of the areas in it
        frame = frame.assign(**{"Area": frame["Level 1"], "Level 1": ""})
    mine = frame[(frame["Country"].str.upper() == job.iso3) if "Country" in frame else frame["Area"] != ""]
    if mine.empty:
        return Outcome({"indicator_value": pd.DataFrame(columns=COLUMNS)}, set())
    # a province and one of its parts may share a name: where the table is by province, its province is meant
    finest = 1 if job.shape == "ipc_level1" else int(job.areas["level"].max())
    tries = []
    for wanted in range(finest, 0, -1):
        before = len(job.issues.rows)
        rows = ipc_rows(mine, job.iso3, wanted, HUNGRY, job.places, job.issues)
        told, job.issues.rows[before:] = job.issues.rows[before:], []
        tries.append((len(rows), rows, told))
    _, rows, told = max(tries, key=lambda one: one[0])
    job.issues.rows.extend(told)
    if rows.empty:
        return Outcome({"indicator_value": pd.DataFrame(columns=COLUMNS)}, set())
    outcome = _told(indicator_table([rows.assign(source_id=job.source_id)]), {int(n) for n in rows["row_no"]})
    outcome.asked_rows += sum(issue[6] == "area_unmatched" for issue in told)
    return outcome


def _told(rows: pd.DataFrame, accepted: set[int]) -> Outcome:
    period = (rows["period_start"].min(), rows["period_end"].max()) if len(rows) else None
    places = rows.drop_duplicates("row_no")
    return Outcome({"indicator_value": rows}, accepted, int(places["pcode"].notna().sum()), len(places), period=period)


def _percent(rows: pd.DataFrame, units: dict[str, str], job: Job) -> pd.DataFrame:
    """Shares (0 to 1) of an indicator in percent as percents, where every figure of it is a share: cells of a spreadsheet shown as "41 %"."""
    if "quality" in job.mapping.values():
        # an export of ours: its figures are in the unit of the indicator, however small
        return rows
    for code, part in rows.groupby("indicator"):
        values = part["value"]
        if units[str(code)] == "%" and len(values) >= _SHARES and values.max() <= 1 and (values % 1 != 0).any():
            rows.loc[part.index, "value"] = values * 100
            job.issues.add(None, job.heading(f"indicator:{code}" if f"indicator:{code}" in job.mapping.values() else "value"), len(part), "repaired",
                           "shares_as_percent", str(code))
            job.issues.repaired_rows.update(int(row_no) for row_no in part["row_no"])
    return rows


def by_mapped_columns(job: Job) -> Outcome:
    """Facts of a table whose columns are mapped: long (indicator, value) or a column an indicator."""
    frame = without_totals(of_country(job.columns(), job), job)
    located = locate(frame, job)
    not_of_the_whole(located, frame, job)
    tell_unmatched(located, job, "set_aside", "place_not_found")
    wide = {to: to.removeprefix("indicator:") for to in job.mapping.values() if to.startswith("indicator:")}
    units = {row["code"]: row["unit"] for row in records("indicators")}
    dated = {"period", "year", "start"} & set(frame.columns)
    default = None if dated else file_year(job)
    found: list[dict[str, Any]] = []
    for row_no, row in zip(frame.index, frame.to_dict("records"), strict=True):
        number, texts = int(row_no), {str(k): str(v) for k, v in row.items()}
        pcode = located.pcode[number]
        if pcode is None or (days := row_span(texts, number, job, default)) is None:
            continue
        quality = texts.get("quality", "").casefold()
        codes: dict[str, str | None] = {**wide} or {"value": indicator_code(texts.get("indicator", ""))}
        for to, code in codes.items():
            if code is None:
                job.issues.add(number, job.heading("indicator"), texts.get("indicator", "")[:80], "set_aside", "unknown_indicator")
                continue
            if wide and not texts[to]:
                continue
            value = figure(texts[to], number, to, job)
            top = {"%": 100.0, "0-3": 3.0, "0-1": 1.0}.get(units[code])
            if value is not None and top is not None and value > top:
                job.issues.add(number, job.heading(to), texts[to], "set_aside", "out_of_range", f"0-{top:.0f}")
                value = None
            if value is not None:
                found.append({"iso3": job.iso3, "pcode": pcode, "place": located.text.get(number) or pcode, "indicator": code, "value": value,
                              "quality": quality if quality in QUALITIES else "observed", "period_start": days[0], "period_end": days[1],
                              "source_id": job.source_id, "row_no": number})
    rows = _percent(pd.DataFrame(found, columns=COLUMNS), units, job)
    # the same figure published twice for one area and period: the last row of the file counts
    keys = ["pcode", "indicator", "period_start", "period_end"]
    counts = rows.groupby(keys)["row_no"].transform("last")
    for row_no, other in rows.assign(other=counts)[rows.duplicated(keys, keep="last")].drop_duplicates("row_no")[["row_no", "other"]].itertuples(index=False):
        job.issues.add(int(row_no), "", "", "set_aside", "figure_again", str(other))
    rows = rows[~rows.duplicated(keys, keep="last")]
    outcome = _told(rows.astype({"row_no": "Int64"}), {int(n) for n in rows["row_no"]})
    outcome.asked_rows = len(located.pcode)
    outcome.joined_rows = sum(pcode is not None for pcode in located.pcode.values())
    return outcome
