"""Why this number, its beginning: who returned, year by year and kind by kind, and how many are expected (METHOD 1, 8)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analytics.assessment import Assessment
from analytics.explain_steps import STATED, Step, rows_of
from analytics.inputs import ASSUMED, ESTIMATED, KINDS, OBSERVED, PlanInputs, weakest
from analytics.scenario import Scenario


def returns_steps(inputs: PlanInputs, scenario: Scenario, known: Assessment, pcode: str) -> list[Step]:
    """The yearly base of an area by kind with its source rows, what is known for larger places only, and what is expected of it."""
    steps: list[Step] = []
    for kind in reversed(KINDS):
        steps += [_base(inputs, scenario, known, pcode, kind), *_from_elsewhere(inputs, scenario, known, pcode, kind)]
        if kind in known.returns.not_smoothed and steps[-1].key != "base.not_counted":
            steps.append(Step("not_smoothed", {"kind": kind}, STATED))
    return [*steps, _expected(scenario, known, pcode)]


def national_returns(inputs: PlanInputs, scenario: Scenario, known: Assessment) -> Step:
    """Persons expected in the whole country."""
    areas = known.returns.areas
    persons = areas["total"].sum(min_count=1)
    if pd.isna(persons):
        return Step("expected_unknown", {}, STATED)
    in_base = [(inputs.returns["kind"] == kind) & inputs.returns["year"].isin(known.returns.years[kind]) for kind in KINDS]
    rows = inputs.returns[np.logical_or.reduce(in_base)].sort_values("persons", ascending=False)
    figures = {"persons": float(persons), "months": scenario.horizon_months}
    return Step("expected_country", figures, weakest(*map(str, areas["quality"])), rows_of(rows, first=True))


def corridor_step(inputs: PlanInputs, scenario: Scenario, known: Assessment, iso3: str) -> Step:
    """A host country's part of the returns from abroad, which makes it a main one."""
    row = known.returns.corridors.loc[iso3]
    last = int(inputs.hosts["year"].max())
    window = 1 if scenario.base_method == "last" else scenario.base_years
    behind = inputs.hosts[(inputs.hosts["host_iso3"] == iso3) & (inputs.hosts["year"] > last - window)]
    figures = {"share": float(row["share"]), "persons": float(row["persons"]), "host_fr": row["name_fr"], "host_en": row["name_en"]}
    figures |= {"years": tuple(range(last - window + 1, last + 1)), "level": scenario.corridor_share}
    return Step("corridor", figures, OBSERVED, rows_of(behind, first=True))


def _base(inputs: PlanInputs, scenario: Scenario, known: Assessment, pcode: str, kind: str) -> Step:
    """Persons a year of one kind: the planner's figure, or what the source's years say of this place."""
    figures: dict[str, Any] = {"kind": kind}
    if not (scenario.count_internal if kind == "internal" else scenario.count_abroad):
        return Step("base.not_counted", figures, STATED)
    base = float(known.returns.areas.at[pcode, f"base_{kind}"])
    typed = scenario.planner_returns.get(pcode) if scenario.base_method == "planner" else None
    if typed is not None and getattr(typed, kind) is not None:
        return Step("base.planner", figures | {"persons": base}, ASSUMED)
    years = known.returns.years[kind]
    if pd.isna(base) or not years:
        return Step("base.unknown", figures, STATED)
    of_kind = inputs.returns[(inputs.returns["kind"] == kind) & inputs.returns["year"].isin(years)]
    rows = of_kind[(of_kind["pcode"] == pcode) & (of_kind["persons"] > 0)]
    figures |= {"persons": base - float(known.returns.areas.at[pcode, f"spread_{kind}"]), "years": years}
    if rows.empty:
        return Step("base.none", figures, ESTIMATED, tuple(dict.fromkeys(of_kind["source_id"].dropna().astype(str))))
    smoothed = scenario.base_method == "smoothing" and kind not in known.returns.not_smoothed
    quality = ESTIMATED if smoothed else weakest(*map(str, rows["quality"]))
    key = "base.smoothed" if smoothed else "base.mean" if len(years) > 1 else "base.year"
    return Step(key, figures, quality, rows_of(rows.sort_values("year"), first=True))


def _from_elsewhere(inputs: PlanInputs, scenario: Scenario, known: Assessment, pcode: str, kind: str) -> list[Step]:
    """Persons known only for a larger place: those spread to this area pro rata, and those left where they are known."""
    if not (scenario.count_internal if kind == "internal" else scenario.count_abroad):
        return []
    parents = (str(inputs.areas.at[pcode, "parent"]), inputs.country)
    above = [row for row in known.returns.not_placed.itertuples() if row.parent in parents and row.kind == kind]
    spread = float(known.returns.areas.at[pcode, f"spread_{kind}"])
    steps = []
    if spread > 0:
        shared = [row for row in above if row.spread]
        total = sum(float(row.persons) for row in shared)
        steps.append(Step("spread", {"kind": kind, "persons": spread, "all": total, "place": str(shared[0].parent)}, ESTIMATED))
    return steps + [Step("not_placed", {"kind": kind, "persons": float(row.persons), "place": str(row.parent)}, OBSERVED) for row in above if not row.spread]


def _expected(scenario: Scenario, known: Assessment, pcode: str) -> Step:
    """Persons over the horizon, with their interval; what the scenario changes of the past is named."""
    row = known.returns.areas.loc[pcode]
    if pd.isna(row["total"]):
        return Step("expected_unknown", {}, STATED)
    if row["total"] <= 0:
        return Step("expected_none", {"months": scenario.horizon_months}, str(row["quality"]))
    changes = {"abroad": known.returns.shock, "internal": scenario.m_internal, "distinct": scenario.distinct_share}
    counted = {"abroad": scenario.count_abroad, "internal": scenario.count_internal, "distinct": True}
    changed = {name: factor for name, factor in changes.items() if counted[name] and abs(factor - 1) > 1e-9}
    figures = {"persons": float(row["total"]), "low": float(row["low"]), "high": float(row["high"]), "months": scenario.horizon_months, "changes": changed}
    return Step("expected_changed" if changed else "expected", figures, str(row["quality"]))
