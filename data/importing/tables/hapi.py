"""Affected people and food security as HDX HAPI publishes them, turned into a column an indicator: the choices its fetched themes make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pandas as pd

from data.importing.placing import Job
from data.importing.recognition import DISPLACED

REFUGEES, HUNGRY = "CX2", "EC6"
"""Refugees hosted; people in phase 3 or above of the IPC."""
FIRST_ASSESSMENT: Final = "BA"
"""DTM's baseline assessment covers the country; others are of sites."""
_PERIOD: Final = {"reference_period_start": "start", "reference_period_end": "end"}
_PLACES: Final = {
    "location_code": "iso3", "admin1_code": "admin1_code", "admin1_name": "admin1_name", "admin2_code": "admin2_code", "admin2_name": "admin2_name",
}


def food_security(job: Job) -> tuple[Job, set[int]]:
    """Of current analyses, the share of people in phase 3 or above."""
    frame = job.sheet.frame
    frame = frame[(frame["ipc_phase"] == "3+") & (frame["ipc_type"] == "current") & (frame["population_fraction_in_phase"] != "")]
    shares = pd.to_numeric(frame["population_fraction_in_phase"], errors="coerce")
    percents = frame.assign(population_fraction_in_phase=[text if pd.isna(share) else f"{100 * share:.10g}" for text, share in
                                                          zip(frame["population_fraction_in_phase"], shares, strict=True)])
    return _turned(job, percents, {**_PLACES, "population_fraction_in_phase": f"indicator:{HUNGRY}"}), set()


def displaced(job: Job) -> tuple[Job, set[int]]:
    """Internally displaced people by area, one figure a period: the baseline assessment before others, the latest round; the rest is noted."""
    frame = job.sheet.frame.copy()
    for level in ("1", "2"):
        name, provided = f"admin{level}_name", f"provider_admin{level}_name"
        if provided in frame:
            # an area whose code nobody knew has the provider's name alone
            frame[name] = frame[name].mask(frame[name] == "", frame[provided]) if name in frame else frame[provided]
    mine = frame[frame["location_code"].str.upper() == job.iso3]
    best: dict[tuple[str, ...], tuple[bool, float, int]] = {}
    keys = [name for name in (*_PLACES, *_PERIOD) if name in mine]
    for row_no, row in zip(mine.index, mine.to_dict("records"), strict=True):
        key, rounds = tuple(str(row[name]) for name in keys), pd.to_numeric(row["reporting_round"], errors="coerce")
        rank = (row["assessment_type"] == FIRST_ASSESSMENT, -1.0 if pd.isna(rounds) else float(rounds), -int(row_no))
        if key not in best or rank > best[key]:
            best[key] = rank
    taken = {key: -rank[2] for key, rank in best.items()}
    for row_no, row in zip(mine.index, mine.to_dict("records"), strict=True):
        if (other := taken[tuple(str(row[name]) for name in keys)]) != int(row_no):
            job.issues.add(int(row_no), "reporting_round", row["reporting_round"], "set_aside", "other_round", str(other))
    left = set(mine.index) - set(taken.values())
    return _turned(job, frame[~frame.index.isin(left)], {**_PLACES, "population": f"indicator:{DISPLACED}"}), set()


def refugees(job: Job) -> tuple[Job, set[int]]:
    """Refugees the country hosts by period, summed over countries of origin; of all sexes and ages only. The rows that were summed."""
    frame = job.sheet.frame
    mine = frame[(frame["asylum_location_code"].str.upper() == job.iso3) & (frame["gender"] == "all") & (frame["age_range"] == "all")
                 & (frame["population_group"] == "REF")]
    persons = pd.to_numeric(mine["population"], errors="coerce")
    rows = mine[persons.notna()]
    groups = rows.groupby([name for name in _PERIOD if name in rows])
    sums = persons.loc[rows.index].groupby([rows[name] for name in _PERIOD if name in rows]).transform("sum")
    firsts = groups.head(1)
    firsts = firsts.assign(population=[f"{sums[row_no]:.10g}" for row_no in firsts.index])
    return _turned(job, firsts, {"asylum_location_code": "iso3", "population": f"indicator:{REFUGEES}"}), {int(row_no) for row_no in rows.index}


def _turned(job: Job, frame: pd.DataFrame, named: dict[str, str]) -> Job:
    mapping = {column: to for column, to in {**named, **_PERIOD}.items() if column in frame}
    return replace(job, sheet=replace(job.sheet, frame=frame), mapping=mapping)


FROM_HAPI: Final[dict[str, Callable[[Job], tuple[Job, set[int]]]]] = {"hapi_food": food_security, "hapi_idps": displaced, "hapi_refugees": refugees}
