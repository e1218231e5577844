"""Why this number, the part of an area: from its source rows to the gap of each sector (METHOD 8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analytics.assessment import Assessment
from analytics.demand import AGE_BANDED, counted_activities
from analytics.explain_returns import returns_steps
from analytics.explain_steps import STATED, Step, figure, indicator_step, population_step, rows_of, shares_of_need
from analytics.indices import RANK
from analytics.inputs import ASSUMED, ESTIMATED, OBSERVED, QUALITIES, PlanInputs, weakest
from analytics.plan import Plan
from analytics.scenario import Scenario


def area_steps(inputs: PlanInputs, scenario: Scenario, known: Assessment, plan: Plan, pcode: str, sectors: list[str]) -> list[Step]:
    """Returns, target population and stance of an area, then sector by sector indicators, demand, what absorbs it, the gap, and what keeps it open."""
    steps = returns_steps(inputs, scenario, known, pcode)
    target = known.needs.target[pcode]
    if pd.isna(target) or target <= 0:  # nobody known to be expected: no demand to follow
        return [*steps, *_stance(scenario, known, pcode)]
    steps += [_target(scenario, known, pcode), population_step(inputs, pcode), *_stance(scenario, known, pcode)]
    steps += _out_of_reach(plan, pcode, None)
    for sector in sectors:
        steps += [*_sector(inputs, scenario, known, pcode, sector), *_out_of_reach(plan, pcode, sector)]
    return steps


def _target(scenario: Scenario, known: Assessment, pcode: str) -> Step:
    figures = {"persons": float(known.needs.target[pcode]), "host_share": scenario.host_share}
    return Step("target" if scenario.host_share else "target_alone", figures, ASSUMED)


def _stance(scenario: Scenario, known: Assessment, pcode: str) -> list[Step]:
    """The stance with the clauses that give it, whether it is decided, set by hand, provisional or close."""
    row, scores = known.stance.loc[pcode], known.scored.scores.loc[pcode]
    figures: dict[str, Any] = {"stance": str(row["stance"]), "acted": str(row["acted"]), "computed": str(row["computed"])}
    figures |= {name: figure(scores[column]) for name, column in (("rate", "rate_expected"), ("need", "need"), ("capacity", "capacity"))}
    reason = str(row["reason"])
    if reason == "override":
        steps = [Step("stance.override", figures | {"why": scenario.stance_overrides[pcode].reason}, ASSUMED)]
    elif reason in ("no_returns", "missing"):
        steps = [Step(f"stance.{reason}", figures, STATED)]
    else:
        clauses = "".join(clause for clause in "abcd" if row[clause])
        cuts = {name: getattr(scenario, name) for name in ("cut_returns", "cut_needs", "cut_capacity")}
        steps = [Step("stance.rule", figures | {"clauses": clauses, "cuts": cuts}, ASSUMED if row["provisional"] else ESTIMATED)]
        if row["provisional"]:
            steps.append(Step("stance.provisional", {"if_adequate": str(row["if_adequate"]), "adequacy": scenario.shown_adequacy}, STATED))
        if row["close_call"]:
            steps.append(Step("stance.close_call", {}, STATED))
    if row["stance"] == "mixed":
        steps.append(Step("stance.mixed", figures, ASSUMED))
    return steps


def _sector(inputs: PlanInputs, scenario: Scenario, known: Assessment, pcode: str, sector: str) -> list[Step]:
    """Indicators, prevalence, demand, what absorbs it, and the gap of one sector."""
    needs = known.needs
    steps = [indicator_step(inputs, known, pcode, code, sector) for code in shares_of_need(inputs, known, pcode, sector)]
    steps.append(_demand(scenario, known, pcode, sector, len(steps)))
    codes = list(inputs.catalogue.supply.loc[inputs.catalogue.supply["sector"] == sector, "indicator"])
    found = [code for code in codes if not np.isnan(known.table.value.at[pcode, code])]
    steps += [indicator_step(inputs, known, pcode, code, sector) for code in found]
    standing = _standing(inputs, pcode, sector)
    served = float(standing["persons"].sum()) * scenario.horizon_months / 12
    supply = {"persons": figure(needs.supply.at[pcode, sector] - served), "share": float(needs.supply_share.at[pcode, sector]), "indicators": len(found)}
    steps.append(Step("supply", supply, QUALITIES[int(needs.supply_rank.at[pcode, sector])], (), sector))
    if served:
        steps.append(Step("standing", {"units": float(standing["units"].sum()), "persons": served}, OBSERVED, rows_of(standing), sector))
    steps.append(_partners(inputs, scenario, known, pcode, sector))
    gap = {"persons": figure(needs.gap.at[pcode, sector]), "coverage": figure(needs.coverage.at[pcode, sector])}
    return [*steps, Step("gap" if gap["persons"] else "gap_closed", gap, QUALITIES[int(needs.quality.at[pcode, sector])], (), sector)]


def _demand(scenario: Scenario, known: Assessment, pcode: str, sector: str, indicators: int) -> Step:
    """Demand of a sector; of a sector that concerns an age band, how many are of it and by whose ages."""
    needs = known.needs
    need_rank, age_rank = int(known.scored.prevalence_quality.at[pcode, sector]), int(needs.eligible_rank.at[pcode, sector])
    figures: dict[str, Any] = {"persons": figure(needs.demand.at[pcode, sector]), "prevalence": figure(needs.prevalence.at[pcode, sector])}
    figures |= {"eligible": float(needs.eligible.at[pcode, sector]), "indicators": indicators}
    if sector in scenario.eligible:
        figures |= {"set": True}
    elif sector in AGE_BANDED:
        # the returns' own ages are the observed ones; those of the residents are estimated at best (METHOD 4)
        figures |= {"band": AGE_BANDED[sector], "ages": "own" if age_rank == RANK[OBSERVED] else "unknown" if age_rank == RANK[ASSUMED] else "residents"}
    key = "demand_set" if "set" in figures else "demand_of" if "band" in figures and figures["eligible"] < 1 else "demand"
    expected = str(known.returns.areas.at[pcode, "quality"])
    return Step(key, figures, weakest(QUALITIES[need_rank], QUALITIES[age_rank], expected), (), sector)


def _partners(inputs: PlanInputs, scenario: Scenario, known: Assessment, pcode: str, sector: str) -> Step:
    """Persons whom partners' activities cover during the plan, with their rows; why there is none; or that nobody can say."""
    partners = figure(known.needs.partners.at[pcode, sector])
    if partners is None:
        return Step("no_activities", {}, ASSUMED, (), sector)
    here = (inputs.activities["pcode"] == pcode) & (inputs.activities["sector"] == sector)
    rows = counted_activities(replace(inputs, activities=inputs.activities[here]), scenario)
    mine = rows[rows["counted"] > 0]
    figures = {"persons": partners, "rows": len(mine), "listed": int(here.sum())}
    if len(mine):
        return Step("partners", figures, ESTIMATED, rows_of(mine), sector)
    sources = tuple(dict.fromkeys(inputs.activities["source_id"].dropna().astype(str)))
    return Step("partners_over" if figures["listed"] else "partners_none", figures, ESTIMATED, sources, sector)


def _standing(inputs: PlanInputs, pcode: str, sector: str) -> pd.DataFrame:
    """Structures in place in an area that serve a sector: units, persons (a year), source_id, row_no."""
    serves = inputs.catalogue.interventions["serves"].to_dict()
    rows = inputs.in_place[(inputs.in_place["scope_kind"] == "area") & (inputs.in_place["scope_id"] == pcode)]
    a_year = [float(serves.get(code, {}).get(sector, 0.0)) for code in rows["intervention"]]
    found = rows.assign(persons=rows["units"].to_numpy(float) * np.array(a_year))
    return found[found["persons"] > 0]


def _out_of_reach(plan: Plan, pcode: str, sector: str | None) -> list[Step]:
    """What keeps a cell of the area (None: all of it) below the target whatever the money."""
    rows = [row for row in plan.unreachable if row.pcode == pcode and row.sector == sector]
    target = float(plan.scenario["target"])
    return [Step("unreachable", {"reason": row.reason, "target": target}, STATED, (), sector) for row in rows]
