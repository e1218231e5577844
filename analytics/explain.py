"""Why this number: the chain from source rows to cost for one line of a plan (METHOD 8).

A step is a key with its figures; the sentence for it lives in the locale files under `explain.<key>`, so the screen,
the command and the exports say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analytics.assessment import Assessment
from analytics.explain_area import Step, area_steps
from analytics.inputs import ASSUMED, ESTIMATED, OBSERVED, QUALITIES, PlanInputs
from analytics.limits import limit_of
from analytics.plan import Plan, PlanLine
from analytics.problem import Problem
from analytics.scenario import Scenario

__all__ = ["Explanation", "NothingToExplain", "Step", "explain"]


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


def explain(
    inputs: PlanInputs, scenario: Scenario, known: Assessment, plan: Plan, code: str, kind: str, scope: str, task: Problem | None = None
) -> Explanation:
    """The chain behind one intervention in one scope, whether or not the plan holds it; `task` spares building the problem anew.

    Raises NothingToExplain.
    """
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
        steps += area_steps(inputs, scenario, known, plan, scope, list(row["serves"]))
    else:
        steps += _scope(known, candidate)
    steps.append(_trigger(inputs, scenario, known, candidate))
    steps.append(_quantity(inputs, scenario, known, candidate, row))
    steps += _needs(row, plan, candidate)
    limit = limit_of(inputs, scenario, known, plan, candidate, line, task)
    if line is None:
        steps.append(Step("not_in_plan", {"question": plan.question}, ESTIMATED))
    steps.append(Step(f"limit.{limit.name}", limit.figures, ESTIMATED))
    steps += _result(plan, line, row) if line is not None else []
    return Explanation(code, kind, scope, line, tuple(steps))


def _scope(known: Assessment, candidate: Any) -> list[Step]:
    """Why a national scope is one at all: the host country's part of returns from abroad, the sector's gap, the country's target population."""
    if candidate.kind == "corridor":
        row = known.returns.corridors.loc[candidate.scope]
        figures = {"share": float(row["share"]), "persons": float(row["persons"]), "host_fr": row["name_fr"], "host_en": row["name_en"]}
        return [Step("corridor", figures, OBSERVED)]
    steps = [Step("country", {"persons": float(candidate.people)}, ASSUMED)]
    if candidate.kind == "sector":
        steps.append(Step("sector_gap", {"persons": float(np.nansum(known.needs.gap[candidate.scope]))}, ESTIMATED, (), candidate.scope))
    return steps


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


def _quantity(inputs: PlanInputs, scenario: Scenario, known: Assessment, candidate: Any, row: Any) -> Step:
    if candidate.required is not None:
        return Step("required", {"units": candidate.required, "driver": row["driver"], "people": candidate.people}, ESTIMATED)
    return Step("upper", {"units": candidate.upper, "driver": row["driver"], "per": float(row["per"])}, ESTIMATED)


def _needs(row: Any, plan: Plan, candidate: Any) -> list[Step]:
    held = {line.intervention for line in plan.lines if line.pcode in (None, candidate.scope) or candidate.kind != "area"}
    return [Step("prerequisite", {"intervention": code, "held": code in held}, ESTIMATED) for code in row["prerequisites"]]


def _result(plan: Plan, line: PlanLine, row: Any) -> list[Step]:
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
