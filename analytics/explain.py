"""Why this number: the chain from source rows to cost for one line of a plan (METHOD 8).

A step is a key with its figures; the sentence for it lives in the locale files under `explain.<key>`, so the screen,
the command and the exports say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analytics.applicability import Candidate
from analytics.assessment import Assessment
from analytics.explain_area import area_steps
from analytics.explain_returns import corridor_step, national_returns
from analytics.explain_steps import STATED, Step, indicator_step, rows_of
from analytics.inputs import ASSUMED, ESTIMATED, OBSERVED, QUALITIES, PlanInputs, weakest
from analytics.limits import limit_of
from analytics.plan import Plan, PlanLine
from analytics.problem import Problem
from analytics.scenario import Scenario

__all__ = ["Explanation", "NothingToExplain", "Step", "explain"]


@dataclass(frozen=True)
class Explanation:
    """The chain of one intervention in one scope; `line` is None where the plan holds no unit of it.

    `steps` begin with the place (`before`: how many of them), which an intervention shares with every other there.
    """

    intervention: str
    kind: str
    scope: str
    line: PlanLine | None
    steps: tuple[Step, ...] = field(default_factory=tuple)
    before: int = 0


class NothingToExplain(LookupError):
    """The intervention or scope does not exist in this country; `scopes` are those (kind:id) in which the intervention can stand."""

    def __init__(self, code: str, scope: str, country: str, scopes: list[str]):
        self.code, self.scope, self.country, self.scopes = code, scope, country, scopes
        super().__init__(f"{code} in {scope}")


def explain(
    inputs: PlanInputs, scenario: Scenario, known: Assessment, plan: Plan, code: str, kind: str, scope: str, task: Problem | None = None
) -> Explanation:
    """The chain behind one intervention in one scope, whether or not the plan holds it; `task` spares building the problem anew.

    Raises NothingToExplain.
    """
    candidate = next((c for c in known.found if (c.code, c.kind, c.scope) == (code, kind, scope)), None)
    if candidate is None:
        scopes = [f"{c.kind}:{c.scope}" for c in known.found if c.code == code]
        raise NothingToExplain(code, f"{kind}:{scope}", inputs.country, scopes)
    line = next((one for one in plan.lines if (one.intervention, one.scope.kind, one.scope.id) == (code, kind, scope)), None)
    row = inputs.catalogue.interventions.loc[code]
    place = area_steps(inputs, scenario, known, plan, scope, list(row["serves"])) if kind == "area" else _nation(inputs, scenario, known, candidate)
    told = {step.figures["indicator"] for step in place if "indicator" in step.figures}
    # that the stance forbids it is said with the limit, or with the rules a plan by hand breaks
    told_later = not candidate.allowed and (line is None or plan.question == "by_hand")
    trigger = [] if told_later else _trigger(inputs, scenario, known, candidate, told)
    steps = [*trigger, *_quantity(inputs, scenario, known, candidate, row), *_needs(inputs, row, plan, candidate)]
    own = inputs.in_place[(inputs.in_place["intervention"] == code) & (inputs.in_place["scope_kind"] == kind) & (inputs.in_place["scope_id"] == scope)]
    if len(own) and not row["serves"]:  # what a service in place serves is told with its sector
        steps.append(Step("standing_here", {"units": float(own["units"].sum())}, OBSERVED, rows_of(own)))
    limit = limit_of(inputs, scenario, known, plan, candidate, line, task)
    if line is not None and candidate.required is not None and line.reason.startswith("prerequisite:"):
        steps.append(Step("needed_by", {"needs": (line.reason.partition(":")[2],)}, STATED))
    if line is None:
        steps.append(Step("not_in_plan", {"question": plan.question}, STATED))
    steps.append(Step(f"limit.{limit.name}", limit.figures, STATED))
    steps += _result(plan, line, row) if line is not None else []
    return Explanation(code, kind, scope, line, (*place, *steps), len(place))


def _nation(inputs: PlanInputs, scenario: Scenario, known: Assessment, candidate: Candidate) -> list[Step]:
    """Why a national scope is one at all: the host country's part of returns from abroad, the sector's gap, the country's target population."""
    if candidate.kind == "corridor":
        return [corridor_step(inputs, scenario, known, candidate.scope)]
    steps = [national_returns(inputs, scenario, known), Step("country", {"persons": float(candidate.people), "host_share": scenario.host_share}, ASSUMED)]
    if candidate.kind == "sector":
        gap = known.needs.gap[candidate.scope]
        rank = int(known.needs.quality.loc[gap > 0, candidate.scope].max()) if (gap > 0).any() else QUALITIES.index(ESTIMATED)
        steps.append(Step("sector_gap", {"persons": float(np.nansum(gap))}, QUALITIES[rank], (), candidate.scope))
    return steps


def _trigger(inputs: PlanInputs, scenario: Scenario, known: Assessment, candidate: Candidate, told: set[str]) -> list[Step]:
    """The indicator that decides with its source row, and whether its shortfall is large enough; or what nobody has assessed."""
    figures = {"indicator": candidate.trigger, "shortfall": candidate.shortfall, "level": scenario.trigger_level, "missing": candidate.missing}
    if not candidate.allowed:
        return [Step("not_allowed" if candidate.kind == "area" else "not_allowed_country", {}, STATED)]
    if candidate.shortfall is None:
        return [Step("trigger_strict" if scenario.unassessed == "strict" else "trigger_unknown", figures, STATED)]
    over = candidate.shortfall > scenario.trigger_level
    if candidate.assumed:
        return [Step("trigger_assumed" if over else "trigger_assumed_quiet", figures, ASSUMED)]
    place, code = candidate.scope if candidate.kind == "area" else inputs.country, str(candidate.trigger)
    rank = max(0, int(known.table.quality.at[place, code]))
    own = [] if code in told else [indicator_step(inputs, known, place, code, None)]
    return [*own, Step("trigger_fires" if over else "trigger_quiet", figures, QUALITIES[rank])]


def _quantity(inputs: PlanInputs, scenario: Scenario, known: Assessment, candidate: Candidate, row: Any) -> list[Step]:
    """The number required, or the most units there can be, with the quantity it follows from."""
    driver, per = str(row["driver"]), float(row["per"])
    if candidate.required is not None:
        if driver != "returnees":
            # the country copy of local work is one for the country
            return [Step("required", {"units": candidate.required, "driver": candidate.kind if candidate.kind == "country" else driver}, STATED)]
        expected = known.returns.areas["total"]
        figures = {"units": candidate.required, "per": per, "quantity": float(expected.sum())}
        return [Step("required.returnees", figures, weakest(*map(str, known.returns.areas["quality"])))]
    figures, area = {"units": candidate.upper or 0, "per": per}, candidate.scope
    if driver == "persons":
        gaps = {sector: float(known.needs.gap.at[area, sector]) for sector in row["serves"]}
        largest = max(gaps, key=lambda sector: -1.0 if pd.isna(gaps[sector]) else gaps[sector])
        quality = QUALITIES[int(known.needs.quality.at[area, largest])]
        return [Step("upper.persons", figures | {"quantity": gaps[largest]}, quality)] if gaps[largest] > 0 else []
    if driver == "returnees":
        quantity = float(known.returns.areas.at[area, "total"])
        return [Step("upper.returnees", figures | {"quantity": quantity}, str(known.returns.areas.at[area, "quality"]))] if quantity > 0 else []
    facilities = float(inputs.areas.at[area, "facilities"])
    if not np.isnan(facilities):
        return [Step("upper.facility", figures | {"quantity": facilities}, OBSERVED)]
    target = float(known.needs.target[area])
    return [Step("upper.no_facility", figures | {"quantity": target, "per": scenario.persons_per_facility * per}, ASSUMED)] if target > 0 else []


def _needs(inputs: PlanInputs, row: Any, plan: Plan, candidate: Candidate) -> list[Step]:
    """What it needs first, and whether that is in the plan (ready when), in place, or neither."""
    steps = []
    for code in row["prerequisites"]:
        of_code = inputs.in_place[inputs.in_place["intervention"] == code]
        stands = [meets(candidate, str(kind), str(scope)) for kind, scope in zip(of_code["scope_kind"], of_code["scope_id"], strict=True)]
        if any(stands):
            steps.append(Step("prerequisite.in_place", {"intervention": code}, OBSERVED, rows_of(of_code[stands])))
            continue
        ready = [one.start_month + one.lead_months for one in plan.lines if one.intervention == code and meets(candidate, one.scope.kind, one.scope.id)]
        figures = {"intervention": code, "ready": min(ready, default=None)}
        steps.append(Step("prerequisite.planned" if ready else "prerequisite.missing", figures, STATED))
    return steps


def meets(candidate: Candidate, kind: str, scope: str) -> bool:
    """Whether what stands in a scope meets a need of a candidate: in its area or nationally, in its own corridor, for the country anywhere (METHOD 6)."""
    if candidate.kind == "area":
        return kind != "area" or scope == candidate.scope
    return not (candidate.kind == kind and kind in ("corridor", "sector")) or scope == candidate.scope


def _result(plan: Plan, line: PlanLine, row: Any) -> Iterable[Step]:
    """When it is ready, whom it serves, what it costs, and who pays."""
    horizon, ready = float(plan.scenario["horizon_months"]), line.start_month + line.lead_months
    when = {"start": line.start_month, "ready": ready}
    yield Step("timing.late" if line.ends_after_horizon else "timing.later" if line.start_month else "timing.at_once", when, STATED)
    months = max(0.0, horizon - ready)
    for sector, persons in line.persons.items():
        a_year = float(row["serves"][sector])
        most = line.units * a_year * months / 12
        figures = {"persons": persons, "units": line.units, "a_year": a_year, "months": months, "most": most}
        yield Step("served" if persons > most - 1 else "served_partly", figures, line.quality, (), sector)
    for broken in plan.broken:
        if broken.rule == "stance" and (broken.intervention, broken.scope) == (line.intervention, line.scope):
            yield Step("broken.stance", {}, STATED)
        if broken.rule == "cap" and broken.intervention == line.intervention:
            yield Step("broken.cap", {"limit": broken.limit}, STATED)
    paid = [(part.donor, part.amount) for part in plan.funding if (part.intervention, part.scope) == (line.intervention, line.scope)]
    if paid:
        yield Step("paid", {"donors": tuple(paid)}, STATED)
    figures = {"units": line.units, "price": line.unit_price, "cost": line.cost}
    if line.intervention in plan.scenario["prices"]:
        yield Step("cost_own", figures, ASSUMED)
    elif row.get("price_source"):
        yield Step("cost_imported", figures, OBSERVED, (str(row["price_source"]),))
    else:
        yield Step("cost_illustrative", figures, ASSUMED)
