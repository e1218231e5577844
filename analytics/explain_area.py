"""Why this number, the part of an area: from its source rows to the gap of each sector (METHOD 8)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analytics.assessment import Assessment
from analytics.demand import counted_activities
from analytics.inputs import ASSUMED, ESTIMATED, OBSERVED, QUALITIES, PlanInputs
from analytics.plan import Plan
from analytics.scenario import Scenario


@dataclass(frozen=True)
class Step:
    """One link of the chain: `figures` fill the sentence, `quality` is that of the result, `sources` name the source rows."""

    key: str
    figures: dict[str, Any]
    quality: str
    sources: tuple[str, ...] = ()
    sector: str | None = None


def area_steps(inputs: PlanInputs, scenario: Scenario, known: Assessment, plan: Plan, pcode: str, sectors: list[str]) -> list[Step]:
    """Returns, target population and stance of an area, then sector by sector indicators, demand, what absorbs it, the gap, and what keeps it open."""
    steps = [_returns(inputs, scenario, known, pcode), *_from_elsewhere(inputs, known, pcode), _target(scenario, known, pcode), _stance(known, pcode)]
    for sector in sectors:
        steps += [*_sector(inputs, scenario, known, pcode, sector), *_out_of_reach(plan, pcode, sector)]
    return steps


def _returns(inputs: PlanInputs, scenario: Scenario, known: Assessment, pcode: str) -> Step:
    figures = known.returns.areas.loc[pcode]
    rows = inputs.returns[(inputs.returns["pcode"] == pcode) & inputs.returns["year"].isin(known.returns.years["internal"] or (0,))]
    years = known.returns.years["internal"] or known.returns.years["abroad"]
    return Step(
        "returns",
        {
            "first": min(years, default=None),
            "last": max(years, default=None),
            "base_internal": float(figures["base_internal"]),
            "base_abroad": float(figures["base_abroad"]),
            "shock": known.returns.shock,
            "m_internal": scenario.m_internal,
            "months": scenario.horizon_months,
            "persons": float(figures["total"]),
            "low": float(figures["low"]),
            "high": float(figures["high"]),
            "rows": len(rows),
        },
        str(figures["quality"]),
        tuple(sorted(set(rows["source_id"]))),
    )


def _from_elsewhere(inputs: PlanInputs, known: Assessment, pcode: str) -> list[Step]:
    """Persons known only for a larger place: those spread to this area pro rata, and those left where they are known; and a smoothing refused."""
    figures, parents = known.returns.areas.loc[pcode], (str(inputs.areas.at[pcode, "parent"]), inputs.country)
    steps = []
    spread = float(figures["spread_abroad"] + figures["spread_internal"])
    for row in known.returns.not_placed.itertuples():
        if row.parent in parents and not row.spread:
            steps.append(Step("not_placed", {"persons": float(row.persons), "place": row.parent}, OBSERVED))
    if spread > 0:
        total = sum(float(r.persons) for r in known.returns.not_placed.itertuples() if r.parent in parents and r.spread)
        place = next(str(r.parent) for r in known.returns.not_placed.itertuples() if r.parent in parents and r.spread)
        steps.insert(0, Step("spread", {"persons": spread, "all": total, "place": place}, ESTIMATED))
    if known.returns.not_smoothed:
        steps.append(Step("not_smoothed", {}, ESTIMATED))
    return steps


def _target(scenario: Scenario, known: Assessment, pcode: str) -> Step:
    return Step("target", {"persons": float(known.needs.target[pcode]), "host_share": scenario.host_share}, ASSUMED)


def _stance(known: Assessment, pcode: str) -> Step:
    row = known.stance.loc[pcode]
    clauses = "".join(c for c in ("a", "b", "c", "d") if row[c])
    return Step(
        "stance",
        {
            "stance": row["stance"],
            "acted": row["acted"],
            "clauses": clauses,
            "rate": _figure(known.scored.scores.at[pcode, "rate_expected"]),
            "need": _figure(known.scored.scores.at[pcode, "need"]),
            "capacity": _figure(known.scored.scores.at[pcode, "capacity"]),
        },
        ASSUMED if row["provisional"] else ESTIMATED,
    )


def _sector(inputs: PlanInputs, scenario: Scenario, known: Assessment, pcode: str, sector: str) -> list[Step]:
    """Indicators, prevalence, demand, what absorbs it, and the gap of one sector."""
    needs = known.needs
    steps = [
        _indicator(inputs, known, pcode, str(code), sector)
        for code in inputs.catalogue.prevalence.loc[inputs.catalogue.prevalence["sector"] == sector, "indicator"]
        if not np.isnan(known.table.value.at[pcode, code])
    ]
    prevalence_rank = int(known.scored.prevalence_quality.at[pcode, sector])
    steps.append(
        Step(
            "demand",
            {
                "persons": _figure(needs.demand.at[pcode, sector]),
                "prevalence": _figure(needs.prevalence.at[pcode, sector]),
                "eligible": float(needs.eligible.at[pcode, sector]),
                "assumed": QUALITIES[prevalence_rank] == ASSUMED,
            },
            QUALITIES[max(prevalence_rank, int(needs.eligible_rank.at[pcode, sector]), QUALITIES.index(known.returns.areas.at[pcode, "quality"]))],
            (),
            sector,
        )
    )
    supply_codes = list(inputs.catalogue.supply.loc[inputs.catalogue.supply["sector"] == sector, "indicator"])
    supply_known = [c for c in supply_codes if not np.isnan(known.table.value.at[pcode, c])]
    steps += [_indicator(inputs, known, pcode, c, sector) for c in supply_known]
    standing = _standing(inputs, pcode, sector)
    served = sum(persons for _, persons, _ in standing) * scenario.horizon_months / 12
    steps.append(
        Step(
            "supply",
            {
                "persons": _figure(needs.supply.at[pcode, sector] - served),
                "share": float(needs.supply_share.at[pcode, sector]),
                "assumed": not supply_known,
            },
            QUALITIES[int(needs.supply_rank.at[pcode, sector])],
            (),
            sector,
        )
    )
    if served:
        named = tuple(sorted({source for _, _, source in standing}))
        steps.append(Step("standing", {"units": sum(units for units, _, _ in standing), "persons": served}, OBSERVED, named, sector))
    partners = _figure(needs.partners.at[pcode, sector])
    if partners is None:
        steps.append(Step("no_activities", {}, ASSUMED, (), sector))
    else:
        here = (inputs.activities["pcode"] == pcode) & (inputs.activities["sector"] == sector)
        rows = counted_activities(replace(inputs, activities=inputs.activities[here]), scenario)
        mine = rows[rows["counted"] > 0]
        sources = tuple(f"{s} #{int(n)}" for s, n in zip(mine["source_id"], mine["row_no"], strict=True))
        steps.append(Step("partners", {"persons": partners, "rows": len(mine), "listed": int(here.sum())}, ESTIMATED, sources, sector))
    steps.append(
        Step(
            "gap",
            {"persons": _figure(needs.gap.at[pcode, sector]), "coverage": _figure(needs.coverage.at[pcode, sector])},
            QUALITIES[int(needs.quality.at[pcode, sector])],
            (),
            sector,
        )
    )
    return steps


def _indicator(inputs: PlanInputs, known: Assessment, pcode: str, code: str, sector: str | None) -> Step:
    """One indicator with the source row it comes from, its period and, when inherited, the place it was taken from."""
    origin = str(known.table.origin.at[pcode, code])
    rows = inputs.indicators[(inputs.indicators["pcode"] == origin) & (inputs.indicators["indicator"] == code)]
    row = rows.iloc[-1] if len(rows) else None
    sources = () if row is None else (str(row["source_id"]) if pd.isna(row["row_no"]) else f"{row['source_id']} #{int(row['row_no'])}",)
    rank = max(0, int(known.table.quality.at[pcode, code]))
    return Step(
        "indicator",
        {
            "indicator": code,
            "value": float(known.table.value.at[pcode, code]),
            "unit": str(inputs.catalogue.indicators.at[code, "unit"]),
            "shortfall": _figure(known.table.shortfall.at[pcode, code]),
            "origin": origin,
            "inherited": origin != pcode,
            "period_start": None if row is None else row["period_start"],
            "period_end": None if row is None else row["period_end"],
        },
        QUALITIES[rank],
        sources,
        sector,
    )


def _standing(inputs: PlanInputs, pcode: str, sector: str) -> list[tuple[float, float, str]]:
    """Structures in place in an area that serve a sector: units, persons a year, source."""
    serves = inputs.catalogue.interventions["serves"].to_dict()
    return [
        (float(row.units), float(row.units) * serves[row.intervention][sector], str(row.source_id))
        for row in inputs.in_place.itertuples()
        if row.scope_kind == "area" and row.scope_id == pcode and sector in serves.get(row.intervention, {})
    ]


def _out_of_reach(plan: Plan, pcode: str, sector: str) -> list[Step]:
    """What keeps a cell of the area below the target whatever the money."""
    rows = [row for row in plan.unreachable if row.pcode == pcode and row.sector in (sector, None)]
    target = float(plan.scenario["target"])
    return [Step("unreachable", {"reason": row.reason, "target": target}, ESTIMATED, (), sector) for row in rows]


def _figure(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
