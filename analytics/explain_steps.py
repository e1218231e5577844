"""What a chain of reasons is made of: a step, the rows of a source it names, and one indicator with where its value comes from (METHOD 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.assessment import Assessment
from analytics.inputs import OBSERVED, QUALITIES, PlanInputs

PARTNER_COUNTS = ("CO6", "AC1")
"""Indicators counted from the 3W; every other computed one is worked out from returns and residents (METHOD 2)."""
STATED = ""
"""Quality of a step that says a rule and no figure."""


@dataclass(frozen=True)
class Step:
    """One link of the chain: `figures` fill the sentence, `quality` is that of the result (STATED: the step has no figure), `sources`
    name the source rows: `id`, `id #row`, or `id #row+` where the row is the first of several."""

    key: str
    figures: dict[str, Any]
    quality: str
    sources: tuple[str, ...] = ()
    sector: str | None = None


def figure(value: float) -> float | None:
    """A figure as a sentence takes it: None where there is none."""
    return None if pd.isna(value) else float(value)


def rows_of(frame: pd.DataFrame, *, first: bool = False) -> tuple[str, ...]:
    """The sources of some rows with their row numbers, where these are known; `first`: each number is the first of several rows."""
    named: dict[str, None] = {}
    for source_id, row_no in zip(frame["source_id"], frame["row_no"], strict=True):
        if pd.isna(source_id) or not source_id:
            continue
        numbers = str(row_no).split(", ") if isinstance(row_no, str) else [] if pd.isna(row_no) else [str(int(row_no))]
        for number in numbers:
            named[f"{source_id} #{number}{'+' if first else ''}"] = None
        if not numbers:
            named[str(source_id)] = None
    return tuple(named)


def indicator_step(inputs: PlanInputs, known: Assessment, place: str, code: str, sector: str | None) -> Step:
    """One indicator of an area or of the country: its value, its shortfall, and the source row, the place it was taken from, or what
    it was worked out from."""
    origin = str(known.table.origin.at[place, code])
    value, unit = float(known.table.value.at[place, code]), str(inputs.catalogue.indicators.at[code, "unit"])
    quality = QUALITIES[max(0, int(known.table.quality.at[place, code]))]
    figures: dict[str, Any] = {"indicator": code, "value": value, "unit": unit, "shortfall": figure(known.table.shortfall.at[place, code])}
    rows = inputs.indicators[(inputs.indicators["pcode"] == origin) & (inputs.indicators["indicator"] == code)]
    worked_out = code == "R1" or inputs.catalogue.indicators.at[code, "origin"] == "computed"
    if worked_out and (rows.empty or rows.iloc[-1]["value"] != value):
        basis = "partners" if code in PARTNER_COUNTS else "hosts" if code == "R6" else "returns"
        return Step("computed", figures | {"basis": basis}, quality, _behind(inputs, known, place, code), sector)
    if rows.empty:  # no value of its own: the country's is the mean of its areas
        below = inputs.indicators[(inputs.indicators["indicator"] == code) & inputs.indicators["pcode"].isin(inputs.areas.index)]
        return Step("mean_of_areas", figures, quality, tuple(dict.fromkeys(below["source_id"].astype(str))), sector)
    row = rows.iloc[-1]
    figures |= {"origin": origin, "inherited": origin != place, "period_start": row["period_start"], "period_end": row["period_end"]}
    return Step("indicator", figures, quality, rows_of(rows.iloc[-1:]), sector)


def _behind(inputs: PlanInputs, known: Assessment, place: str, code: str) -> tuple[str, ...]:
    """The rows that a computed indicator was worked out from (METHOD 2): running activities, host countries or returns of the base years;
    the source alone where it has none here."""
    if code in PARTNER_COUNTS:
        rows = inputs.activities[inputs.activities["status"].isin(("ongoing", "unknown"))]
    else:
        table = inputs.hosts if code == "R6" else inputs.returns
        years = [known.returns.latest_year] if code == "R1" else [year for kind in known.returns.years.values() for year in kind]
        rows = table[table["year"] >= min((year for year in years if year is not None), default=0)]
    here = rows if place == inputs.country or code == "R6" else rows[rows["pcode"] == place]
    return rows_of(here, first=code not in PARTNER_COUNTS) or tuple(dict.fromkeys(rows["source_id"].dropna().astype(str)))


def shares_of_need(inputs: PlanInputs, known: Assessment, pcode: str, sector: str) -> list[str]:
    """Indicators behind the prevalence of a sector in an area: those of the first rank that has any value (METHOD 2)."""
    table = inputs.catalogue.prevalence[inputs.catalogue.prevalence["sector"] == sector]
    for _, rows in table.groupby("rank", sort=True):
        found = [str(code) for code in rows["indicator"] if not np.isnan(known.table.value.at[pcode, code])]
        if found:
            return found
    return []


def population_step(inputs: PlanInputs, pcode: str) -> Step:
    """The residents of an area, whom the expected rate divides by."""
    area = inputs.areas.loc[pcode]
    if pd.isna(area["population"]):
        return Step("population_unknown", {}, STATED)
    row = pd.DataFrame([{"source_id": area["population_source"], "row_no": area["row_no"]}])
    quality = str(area["population_quality"]) if not pd.isna(area["population_quality"]) else OBSERVED
    figures = {"persons": float(area["population"]), "period": str(area["population_period"])}
    if area["population_known"] < 1:
        return Step("population_part", figures | {"counted": float(area["population_known"])}, quality, rows_of(row))
    return Step("population", figures, quality, rows_of(row))
