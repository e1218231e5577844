"""What a plan cannot do and why: assessments that are missing, cells out of reach, rules a plan by hand breaks (METHOD 5, 6)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pandas as pd

from analytics.applicability import Candidate
from analytics.assessment import Assessment
from analytics.inputs import PlanInputs
from analytics.optimise import Solution
from analytics.options import under_caps
from analytics.plan import AssessFirst, BrokenRule, PlanLine, Scope, Unreachable
from analytics.problem import Cell, Option, Problem, prices, reach, standing_units
from analytics.scenario import Scenario

EPSILON = 1e-6
PERSON = 0.5
"""Persons below which a shortfall is rounding, not a shortfall."""


def scope_of(candidate: Candidate) -> Scope:
    """The scope of a candidate as the plan writes it."""
    return Scope(kind=candidate.kind, id=candidate.scope)  # type: ignore[arg-type]


def figure(value: Any) -> float | None:
    """A figure as JSON has it: null where it does not exist."""
    return None if value is None or math.isnan(value) else float(value)


def rows_of(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """A frame by row and column, for figures read one by one: pandas takes longer to find a cell than a plan takes to write it."""
    return {str(row): held for row, held in frame.to_dict(orient="index").items()}


def assess_first(inputs: PlanInputs, scenario: Scenario, known: Assessment, lines: list[PlanLine]) -> list[AssessFirst]:
    """Every applicable intervention whose triggers nobody assessed, with the money and persons that hang on it."""
    held: dict[tuple[str, str, str], PlanLine] = {(line.intervention, line.scope.kind, line.scope.id): line for line in lines}
    price = {code: price.mode for code, price in prices(inputs, scenario).items()}
    standing = standing_units(inputs)
    rows = []
    for candidate in known.found:
        if not (candidate.assumed and candidate.allowed and candidate.missing):
            continue
        place = (candidate.code, candidate.kind, candidate.scope)
        line = held.get(place)
        cost = line.cost if line else 0.0
        persons = sum(line.persons.values()) if line and line.persons else (candidate.people if line else 0.0)
        if scenario.unassessed == "strict" and line is None:  # not planned for want of the assessment: what it could come to
            quantity = candidate.required - standing.get(place, 0) if candidate.required is not None else candidate.upper or 0
            cost = price[candidate.code] * max(0, quantity)
            persons = candidate.people if cost else 0.0
        rows.append(
            AssessFirst(
                intervention=candidate.code,
                scope=scope_of(candidate),
                missing=list(candidate.missing),
                cost=cost,
                persons=persons,
            )
        )
    return sorted(rows, key=lambda row: (-row.cost, -row.persons, row.intervention, row.scope.id))


def unreachable(inputs: PlanInputs, scenario: Scenario, known: Assessment, task: Problem, after: pd.DataFrame) -> list[Unreachable]:
    """Cells that stay below the target, with the reason; once per area where the stance is the reason (METHOD 6)."""
    serving = {str(code): row for code, row in inputs.catalogue.interventions["serves"].items() if row}
    cells = {(cell.pcode, cell.sector): cell for cell in task.cells}
    firing = {(c.code, c.scope) for c in known.found if c.fires and c.kind == "area"}
    options = {(o.code, o.area): o for o in task.options}
    lost = {(c.code, c.scope) for c in task.unmeetable}
    held = under_caps(task)
    acted, reached = known.stance["acted"].to_dict(), rows_of(after)
    rows: list[Unreachable] = []
    for pcode, wanted in rows_of(known.needs.demand).items():
        low = [s for s, persons in wanted.items() if persons > 0 and scenario.target - reached[pcode][s] > PERSON / persons + EPSILON]
        if low and acted[pcode] != "support":
            rows.append(Unreachable(pcode=pcode, sector=None, coverage=figure(min(reached[pcode][s] for s in low)), reason="stance"))
            continue
        for sector in low:
            cell = cells.get((pcode, sector))
            codes = [code for code, serves in serving.items() if sector in serves]
            fired = [code for code in codes if (code, pcode) in firing]
            capped = cell is not None and (any(code in task.caps for code in fired) or not held.isdisjoint(cell.options))
            reachable = cell is not None and cell.coverage + reach(cell, task.options, scenario, task.caps) / cell.demand >= scenario.target - EPSILON
            if reachable and not (capped and scenario.question == "target"):
                continue  # money, not reach, is what is missing
            usable = [options[code, pcode] for code in fired if (code, pcode) in options]
            capacity = sum(o.serves.get(sector, 0.0) * o.upper for o in usable)
            if not codes:
                reason = "no_intervention"
            elif not fired:
                reason = "no_trigger"
            elif any((code, pcode) in lost for code in fired) and not usable:
                reason = "prerequisite"
            elif capacity <= 0:
                reason = "lead_time"
            elif reachable or (capped and cell is not None and cell.coverage + _uncapped(cell, usable, scenario) / cell.demand >= scenario.target):
                reason = "cap"
            elif cell is not None and cell.coverage + capacity / cell.demand >= scenario.target:
                reason = "mix_cap"
            else:
                reason = "cap"
            rows.append(Unreachable(pcode=pcode, sector=sector, coverage=figure(reached[pcode][sector]), reason=reason))  # type: ignore[arg-type]
    return rows


def _uncapped(cell: Cell, usable: list[Option], scenario: Scenario) -> float:
    """Persons of a cell in reach if no type had a cap."""
    serving = tuple(option for option in usable if option.serves.get(cell.sector, 0.0) > 0)
    return reach(replace(cell, options=tuple(range(len(serving)))), serving, scenario, {})


def broken_rules(scenario: Scenario, task: Problem, solution: Solution) -> list[BrokenRule]:
    """Rules a plan by hand breaks: prerequisites that do not stand, caps exceeded, a stance that does not allow it."""

    def stands(position: int) -> bool:
        option = task.options[position]
        return bool(solution.units[position] >= (1 if option.service else max(1, option.upper)))

    rows = []
    for position, option in enumerate(task.options):
        if solution.units[position] == 0:
            continue
        for needs, group in zip(option.needs, option.groups, strict=True):
            if not any(stands(p) for p in group):
                rows.append(BrokenRule(intervention=option.code, scope=scope_of(option.candidate), rule="prerequisite", needs=needs, limit=None))
        if not option.candidate.allowed:
            rows.append(BrokenRule(intervention=option.code, scope=scope_of(option.candidate), rule="stance", needs=None, limit=None))
    for code, limit in task.caps.items():
        units = sum(int(solution.units[p]) for p, o in enumerate(task.options) if o.code == code)
        if units > limit:
            scope = next(scope_of(o.candidate) for o in task.options if o.code == code)
            rows.append(BrokenRule(intervention=code, scope=scope, rule="cap", needs=None, limit=float(limit)))
    return rows
