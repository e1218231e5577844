"""Why this number: the chain from source rows to cost for one line of a plan (METHOD 8).

A step is a key with its figures; the sentence for it lives in the locale files under `explain.<key>`, so the screen,
the command and the exports say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analytics.assessment import Assessment
from analytics.demand import counted_activities
from analytics.inputs import ASSUMED, ESTIMATED, OBSERVED, QUALITIES, PlanInputs
from analytics.plan import Plan, PlanLine
from analytics.scenario import Scenario


@dataclass(frozen=True)
class Step:
    """One link of the chain: `figures` fill the sentence, `quality` is that of the result, `sources` name the source rows."""

    key: str
    figures: dict[str, Any]
    quality: str
    sources: tuple[str, ...] = ()
    sector: str | None = None


@dataclass(frozen=True)
class Explanation:
    """The chain of one intervention in one scope; `line` is None where the plan holds no unit of it."""

    intervention: str
    kind: str
    scope: str
    line: PlanLine | None
    steps: tuple[Step, ...] = field(default_factory=tuple)


class NothingToExplain(LookupError):
    """The intervention or scope does not exist in this country."""


def explain(inputs: PlanInputs, scenario: Scenario, known: Assessment, plan: Plan, code: str, kind: str, scope: str) -> Explanation:
    """The chain behind one intervention in one scope, whether or not the plan holds it. Raises NothingToExplain."""
    candidate = next((c for c in known.found if (c.code, c.kind, c.scope) == (code, kind, scope)), None)
    if candidate is None:
        scopes = [f"{c.kind}:{c.scope}" for c in known.found if c.code == code]
        if not scopes:
            raise NothingToExplain(f"{code} applies nowhere in {inputs.country}, or is no intervention of the catalogue")
        raise NothingToExplain(f"{code} cannot stand in {kind}:{scope}; it can in {', '.join(scopes[:4])}{' ...' if len(scopes) > 4 else ''}")
    line = next((one for one in plan.lines if (one.intervention, one.scope.kind, one.scope.id) == (code, kind, scope)), None)
    row = inputs.catalogue.interventions.loc[code]
    steps: list[Step] = []
    if kind == "area":
        steps += [_returns(inputs, scenario, known, scope), _target(scenario, known, scope), _stance(known, scope)]
        for sector in row["serves"]:
            steps += _sector(inputs, scenario, known, scope, sector)
    steps.append(_trigger(inputs, scenario, known, candidate))
    steps.append(_quantity(inputs, scenario, known, candidate, row))
    steps += _needs(row, plan, candidate)
    steps += _result(plan, line, row)
    return Explanation(code, kind, scope, line, tuple(steps))


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
        rows = counted_activities(inputs, scenario)
        mine = rows[(rows["pcode"] == pcode) & (rows["sector"] == sector) & (rows["counted"] > 0)]
        sources = tuple(f"{s} #{int(n)}" for s, n in zip(mine["source_id"], mine["row_no"], strict=True))
        listed = inputs.activities[(inputs.activities["pcode"] == pcode) & (inputs.activities["sector"] == sector)]
        running = len(mine)
        steps.append(Step("partners", {"persons": partners, "rows": running, "listed": len(listed)}, OBSERVED, sources, sector))
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


def _trigger(inputs: PlanInputs, scenario: Scenario, known: Assessment, candidate: Any) -> Step:
    figures = {
        "indicator": candidate.trigger,
        "shortfall": candidate.shortfall,
        "level": scenario.trigger_level,
        "missing": candidate.missing,
    }
    if not candidate.allowed:
        return Step("not_allowed", figures, ESTIMATED)
    if candidate.assumed:
        return Step("trigger_assumed" if candidate.fires else "trigger_strict", figures, ASSUMED)
    place = candidate.scope if candidate.kind == "area" else inputs.country
    rank = max(0, int(known.table.quality.at[place, candidate.trigger]))
    return Step("trigger_fires" if candidate.fires else "trigger_quiet", figures, QUALITIES[rank])


def _standing(inputs: PlanInputs, pcode: str, sector: str) -> list[tuple[float, float, str]]:
    """Structures in place in an area that serve a sector: units, persons a year, source."""
    serves = inputs.catalogue.interventions["serves"].to_dict()
    return [
        (float(row.units), float(row.units) * serves[row.intervention][sector], str(row.source_id))
        for row in inputs.in_place.itertuples()
        if row.scope_kind == "area" and row.scope_id == pcode and sector in serves.get(row.intervention, {})
    ]


def _quantity(inputs: PlanInputs, scenario: Scenario, known: Assessment, candidate: Any, row: Any) -> Step:
    if candidate.required is not None:
        return Step("required", {"units": candidate.required, "driver": row["driver"], "people": candidate.people}, ESTIMATED)
    return Step("upper", {"units": candidate.upper, "driver": row["driver"], "per": float(row["per"])}, ESTIMATED)


def _needs(row: Any, plan: Plan, candidate: Any) -> list[Step]:
    held = {line.intervention for line in plan.lines if line.pcode in (None, candidate.scope) or candidate.kind != "area"}
    return [Step("prerequisite", {"intervention": code, "held": code in held}, ESTIMATED) for code in row["prerequisites"]]


def _result(plan: Plan, line: PlanLine | None, row: Any) -> list[Step]:
    if line is None:
        return [Step("not_in_plan", {"question": plan.question}, ESTIMATED)]
    steps = []
    months = max(0.0, float(plan.scenario["horizon_months"]) - line.start_month - line.lead_months)
    for sector, persons in line.persons.items():
        steps.append(
            Step(
                "served",
                {"persons": persons, "units": line.units, "a_year": float(row["serves"][sector]), "months": months},
                line.quality,
                (),
                sector,
            )
        )
    figures = {"units": line.units, "price": line.unit_price, "cost": line.cost}
    if line.intervention in plan.scenario["prices"]:
        steps.append(Step("cost_own", figures, ASSUMED))
    elif row.get("price_source"):
        steps.append(Step("cost_imported", figures, OBSERVED, (str(row["price_source"]),)))
    else:
        steps.append(Step("cost_illustrative", figures, ASSUMED))
    return steps


def _figure(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
