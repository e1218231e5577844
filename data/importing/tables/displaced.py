"""Displaced people hosted (CX1) as assessments list them: a row an area and round, or one a site, a reason or an origin, which are added up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pandas as pd

from data.embedding.figures import COLUMNS, indicator_table
from data.importing.cells import figure, file_year, row_span
from data.importing.placing import CODES, Job, Outcome, locate, of_country, tell_unmatched, without_totals
from data.importing.recognition import DISPLACED
from data.importing.tables.hapi import FIRST_ASSESSMENT
from data.readers.places import place_key

_WHEN: Final = frozenset({"period", "start", "end", "year", "month", "round", "displaced"})


def import_displaced(job: Job) -> Outcome:
    """Facts: indicator_value, one figure an area and round; of several assessments of an area in a round the baseline counts, the rest is noted."""
    whole = job.sheet.frame
    copies = whole.duplicated(keep="first")
    firsts: dict[tuple[object, ...], int] = {}
    for row_no, cells in zip(whole.index, whole.to_numpy(), strict=True):
        if (first := firsts.setdefault(tuple(cells), int(row_no))) != row_no:
            job.issues.add(int(row_no), "", "", "set_aside", "copied_row", str(first))
    job = replace(job, sheet=replace(job.sheet, frame=whole[~copies]))
    frame = _first_assessments(without_totals(of_country(job.columns(), job), job), job)
    areas = [name for name in (*CODES, "admin1_name", "admin2_name") if name in frame]
    # people of a site are people of the area that the row names
    located = locate(frame.drop(columns="place", errors="ignore") if areas else frame, job)
    for row_no in frame.index[(frame[areas] == "").all(axis=1)] if areas else ():
        located.pcode[int(row_no)] = None
    tell_unmatched(located, job, "set_aside", "place_not_found")
    default = None if {"period", "year", "start"} & set(frame.columns) else file_year(job)
    one_round = "round" not in frame and _lists_places_once(job, frame)
    found: list[dict[str, Any]] = []
    for row_no, row in zip(frame.index, frame.to_dict("records"), strict=True):
        number, texts = int(row_no), {str(key): str(value) for key, value in row.items()}
        pcode = located.pcode[number]
        days = row_span(texts, number, job, default) if pcode else None
        persons = figure(texts["displaced"], number, "displaced", job) if days else None
        if days is None or persons is None:
            continue
        counted_in = "" if one_round else texts.get("round", "") or f"{days[0]:%Y-%m-%d}"
        found.append({"iso3": job.iso3, "pcode": pcode, "place": located.text.get(number) or pcode, "indicator": DISPLACED, "value": persons,
                      "quality": "observed", "period_start": days[0], "period_end": days[1], "source_id": job.source_id, "row_no": number,
                      "round": counted_in})
    rows = pd.DataFrame(found, columns=[*COLUMNS, "round"])
    summed = rows.groupby(["pcode", "round"], as_index=False, sort=False).agg(
        {name: "first" for name in COLUMNS if name not in ("pcode", "value", "period_start", "period_end", "row_no")}
        | {"value": "sum", "period_start": "min", "period_end": "max", "row_no": "min"})
    if len(summed) < len(rows):
        job.issues.add(None, job.heading("displaced"), len(rows), "info", "displaced_summed", str(len(summed)))
    facts = indicator_table([summed[COLUMNS].astype({"row_no": "Int64"})])
    period = (summed["period_start"].min(), summed["period_end"].max()) if len(summed) else None
    return Outcome({"indicator_value": facts}, {int(n) for n in rows["row_no"]}, sum(pcode is not None for pcode in located.pcode.values()),
                   len(located.pcode), period=period)


def _first_assessments(frame: pd.DataFrame, job: Job) -> pd.DataFrame:
    """The rows of the baseline assessment, which covers the country, where the file has others beside it."""
    if "assessment" not in frame:
        return frame
    kinds = frame["assessment"].str.upper()
    baseline = kinds.isin({FIRST_ASSESSMENT, *(text for text in kinds.unique() if place_key(text).startswith("baseline"))})
    if baseline.all() or not baseline.any():
        return frame
    first = str(frame.index[baseline][0])
    for row_no, text in frame.loc[~baseline, "assessment"].items():
        job.issues.add(int(str(row_no)), job.heading("assessment"), text, "set_aside", "other_round", first)
    return frame[baseline]


def _lists_places_once(job: Job, frame: pd.DataFrame) -> bool:
    """Whether each place of the file stands in one row, whatever the day it was visited: a list of sites, not a series."""
    cells = job.sheet.frame.loc[frame.index]
    numbers = {str(column) for column in cells.columns if pd.to_numeric(cells[column].replace("", None), errors="coerce").notna().any()}
    names = [column for column in cells.columns if str(column) not in numbers and job.mapping.get(str(column)) not in _WHEN]
    return bool(names) and not cells.duplicated(subset=names).any()
