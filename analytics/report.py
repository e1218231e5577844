"""A solution written down as a Plan: areas, lines, what to assess first, what stays out of reach, totals (METHOD 6)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd

from analytics.assessment import Assessment
from analytics.collecting import without_collecting
from analytics.demand import Demand
from analytics.funding import payments
from analytics.inputs import QUALITIES, PlanInputs
from analytics.optimise import Solution
from analytics.plan import (
    ExpectedReturns,
    FloorReached,
    Funding,
    InPlace,
    NotPlaced,
    Plan,
    PlanArea,
    PlanLine,
    Scope,
    SectorCell,
    SmallCell,
    Totals,
)
from analytics.problem import Option, Problem, places
from analytics.reasons import assess_first, broken_rules, figure, rows_of, scope_of, unreachable
from analytics.scenario import MODEL_VERSION, Scenario
from analytics.schedule import planned_starts
from analytics.stance import CLAUSES


@without_collecting()
def report(inputs: PlanInputs, scenario: Scenario, known: Assessment, task: Problem, solution: Solution, budget: float | None) -> Plan:
    """The plan with every total recomputable from its own lines, areas and the catalogue."""
    planned = _planned(known, task, solution)
    after = _coverage(known, planned)
    lines = _lines(known, scenario, task, solution)
    return Plan(
        model_version=MODEL_VERSION,
        country=inputs.country,
        level=inputs.level,
        generation=inputs.generation,
        question=scenario.question,
        scenario=scenario.model_dump(mode="json"),
        areas=_areas(inputs, known, planned, after),
        lines=lines,
        in_place=[
            InPlace(
                intervention=r.intervention,
                scope=Scope(kind=r.scope_kind, id=r.scope_id),
                pcode=r.scope_id if r.scope_kind == "area" else None,
                units=int(r.units),
            )
            for r in inputs.in_place.itertuples()
        ],
        assess_first=assess_first(inputs, scenario, known, lines),
        unreachable=unreachable(inputs, scenario, known, task, after),
        not_placed=[NotPlaced(parent=r.parent, persons=float(r.persons), kind=r.kind, spread=bool(r.spread)) for r in known.returns.not_placed.itertuples()],
        too_small=[SmallCell(pcode=task.cells[c].pcode, sector=task.cells[c].sector, persons=task.cells[c].gap) for c in solution.too_small],
        floors=_floors_reached(inputs, scenario, known, after) if scenario.question == "budget" else [],
        funding=_funding(task, solution) if scenario.question == "budget" else [],
        broken=broken_rules(scenario, task, solution) if scenario.question == "by_hand" else [],
        totals=_totals(scenario, known, task, solution, planned, after, lines, budget),
    )


def _planned(known: Assessment, task: Problem, solution: Solution) -> pd.DataFrame:
    """Persons the plan serves by area and sector."""
    demand = known.needs.demand
    served = {str(pcode): dict.fromkeys(demand.columns, 0.0) for pcode in demand.index}
    for (c, _), persons in solution.persons.items():
        served[task.cells[c].pcode][task.cells[c].sector] += persons
    return pd.DataFrame.from_dict(served, orient="index", columns=demand.columns)


def _coverage(known: Assessment, planned: pd.DataFrame) -> pd.DataFrame:
    needs = known.needs
    total = needs.supply + needs.partners.fillna(0.0) + planned
    return (total / needs.demand.where(needs.demand > 0)).clip(upper=1.0)


def _lines(known: Assessment, scenario: Scenario, task: Problem, solution: Solution) -> list[PlanLine]:
    served: dict[int, dict[str, float]] = defaultdict(dict)
    for (c, o), persons in solution.persons.items():
        served[o][task.cells[c].sector] = persons
    starts = planned_starts(task, solution.units)
    asking, triggers, cells = _asking(task, solution), known.table.quality.to_dict(), rows_of(known.needs.quality)
    country, lines = known.table.quality.index[-1], []
    for position, option in enumerate(task.options):
        units = int(solution.units[position])
        if units == 0:
            continue
        lines.append(
            PlanLine(
                intervention=option.code,
                scope=scope_of(option.candidate),
                pcode=option.area,
                units=units,
                persons=served.get(position, {}),
                cost=units * option.price,
                unit_price=option.price,
                start_month=starts[position],
                lead_months=option.lead,
                ends_after_horizon=starts[position] + option.lead > scenario.horizon_months,
                quality=_line_quality(option, triggers, cells, served.get(position, {}), country),
                reason=_reason(option, asking.get(position)),
            )
        )
    return lines


def _line_quality(
    option: Option, triggers: dict[str, dict[str, int]], cells: dict[str, dict[str, int]], persons: dict[str, float], country: str
) -> Any:
    """The weakest of the trigger that asks for the line and of the cells it serves (prices are said apart).

    Quality ranks: `triggers` by indicator and place (national work reads the country's), `cells` by area and sector.
    """
    candidate = option.candidate
    ranks = []
    if candidate.assumed:
        ranks.append(len(QUALITIES) - 1)
    elif candidate.trigger is not None:
        ranks.append(max(0, int(triggers[candidate.trigger][candidate.scope if candidate.kind == "area" else country])))
    if option.area is not None:
        ranks += [int(cells[option.area][s]) for s in persons]
    return QUALITIES[max(ranks, default=0)]


def _asking(task: Problem, solution: Solution) -> dict[int, str]:
    """The first intervention of the plan that needs an option, by the option's position."""
    asking: dict[int, str] = {}
    for position, option in enumerate(task.options):
        if solution.units[position] > 0:
            for group in option.groups:
                for needed in group:
                    asking.setdefault(needed, option.code)
    return asking


def _reason(option: Option, asking: str | None) -> str:
    """`trigger:<indicator>` where it fires, else `prerequisite:<intervention>` of what the plan holds, else `by_hand`."""
    if option.candidate.fires:
        return f"trigger:{option.candidate.trigger}"
    return "by_hand" if asking is None else f"prerequisite:{asking}"


def _areas(inputs: PlanInputs, known: Assessment, planned: pd.DataFrame, after: pd.DataFrame) -> list[PlanArea]:
    named, stance, scores, returns = rows_of(inputs.areas), rows_of(known.stance), rows_of(known.scored.scores), rows_of(known.returns.areas)
    need_parts, capacity_parts, target = rows_of(known.scored.need_parts), rows_of(known.scored.capacity_parts), known.needs.target.to_dict()
    assumed = [("need", rows_of(known.scored.need_assumed)), ("capacity", rows_of(known.scored.capacity_assumed))]
    sectors = _sectors(known.needs, planned, after)
    areas = []
    for pcode in map(str, inputs.areas.index):
        score, decided, expected = scores[pcode], stance[pcode], returns[pcode]
        rank = max(int(score["need_quality"]), int(score["capacity_quality"]), QUALITIES.index(expected["quality"]))
        fired: list[Any] = [c for c in CLAUSES if decided[c]]
        areas.append(
            PlanArea(
                pcode=pcode,
                name=named[pcode]["name_fr"],
                stance=decided["stance"],
                stance_computed=decided["computed"],
                stance_reason=decided["reason"],
                stance_acted=decided["acted"],
                stance_provisional=bool(decided["provisional"]),
                stance_if_adequate=decided["if_adequate"],
                clauses=fired,
                close_call=bool(decided["close_call"]),
                expected_returns=ExpectedReturns(abroad=figure(expected["abroad"]), internal=figure(expected["internal"])),
                expected_low=figure(expected["low"]),
                expected_high=figure(expected["high"]),
                rate_expected=figure(score["rate_expected"]),
                rate_observed=figure(score["rate_observed"]),
                population=figure(named[pcode]["population"]),
                target_population=figure(target[pcode]),
                pressure=figure(score["pressure"]),
                need=figure(score["need"]),
                capacity=figure(score["capacity"]),
                capacity_parts={part: float(share) for part, share in capacity_parts[pcode].items()},
                need_parts={part: float(share) for part, share in need_parts[pcode].items()},
                assumed_parts=[f"{axis}.{part}" for axis, flags in assumed for part, flag in flags[pcode].items() if flag],
                quality=QUALITIES[rank],
                sectors=sectors[pcode],
            )
        )
    return areas


def _sectors(needs: Demand, planned: pd.DataFrame, after: pd.DataFrame) -> dict[str, dict[str, SectorCell]]:
    """The cells of every area, by P-code and sector."""
    prevalence, demand, supply, partners = rows_of(needs.prevalence), rows_of(needs.demand), rows_of(needs.supply), rows_of(needs.partners)
    gap, coverage, quality, reached, served = rows_of(needs.gap), rows_of(needs.coverage), rows_of(needs.quality), rows_of(after), rows_of(planned)
    return {
        pcode: {
            sector: SectorCell(
                prevalence=figure(prevalence[pcode][sector]),
                demand=figure(persons),
                supply=figure(supply[pcode][sector]),
                partners=figure(partners[pcode][sector]),
                gap=figure(gap[pcode][sector]),
                coverage=figure(coverage[pcode][sector]),
                coverage_planned=figure(reached[pcode][sector]),
                planned_persons=float(served[pcode][sector]),
                quality=QUALITIES[int(quality[pcode][sector])],
            )
            for sector, persons in cells.items()
        }
        for pcode, cells in demand.items()
    }


def _floors_reached(inputs: PlanInputs, scenario: Scenario, known: Assessment, after: pd.DataFrame) -> list[FloorReached]:
    """Every floor of the scenario with what the plan reaches; a shortfall is reported, never an error (METHOD 6)."""
    demand = known.needs.demand
    rows = []
    for place, wanted in scenario.floors.items():
        inside = places(inputs, (place,))
        total = float(demand.loc[inside].sum().sum())
        gained = float((after.loc[inside] * demand.loc[inside].where(demand.loc[inside] > 0)).sum().sum())
        reached = gained / total if total > 0 else None
        rows.append(FloorReached(place=place, wanted=wanted, reached=reached, missing_persons=max(0.0, wanted * total - gained)))
    return rows


def _funding(task: Problem, solution: Solution) -> list[Funding]:
    cost = {p: int(solution.units[p]) * option.price for p, option in enumerate(task.options) if solution.units[p] > 0}
    return [
        Funding(donor=paid.donor, intervention=task.options[paid.option].code, scope=scope_of(task.options[paid.option].candidate), amount=paid.amount)
        for paid in payments(task, cost)
    ]


def _totals(
    scenario: Scenario,
    known: Assessment,
    task: Problem,
    solution: Solution,
    planned: pd.DataFrame,
    after: pd.DataFrame,
    lines: list[PlanLine],
    budget: float | None,
) -> Totals:
    needs = known.needs
    demand = float(needs.demand.sum().sum())
    wanted = needs.demand.where(needs.demand > 0)
    by_area = (after * wanted).sum(axis=1) / wanted.sum(axis=1).where(wanted.sum(axis=1) > 0)
    cost = sum(line.cost for line in lines)
    expected = known.returns.areas["total"]
    awaited = expected.fillna(0) > 0
    touched = {line.pcode for line in lines}
    conditions = [o for o in task.options if o.condition]
    met = sum(1 for p, o in enumerate(task.options) if o.condition and solution.units[p] >= o.upper)
    gap = None
    if solution.objective is not None and solution.bound is not None:
        gap = abs(solution.bound - solution.objective) / max(abs(solution.objective), 1e-9)
    return Totals(
        cost=cost,
        person_services=float(planned.sum().sum()),
        persons_at_least=float(planned.max(axis=1).sum()),
        demand=demand,
        coverage=float((after * wanted).sum().sum() / demand) if demand > 0 else None,
        coverage_in_place=float((needs.coverage * wanted).sum().sum() / demand) if demand > 0 else None,
        conditions_met=met + len(task.met),
        conditions=len(conditions) + len(task.met) + sum(1 for c in task.unmeetable if c.required is not None and c.people > 0),
        worst_area=str(by_area.idxmin()) if by_area.notna().any() else None,
        areas_with_nothing=[str(p) for p in expected.index[awaited] if p not in touched],
        assumed_share_of_cost=sum(line.cost for line in lines if line.quality == QUALITIES[-1]) / cost if cost > 0 else None,
        provisional_share=float(known.stance.loc[awaited, "provisional"].mean()) if awaited.any() else None,
        expected_returns=float(expected.sum()),
        budget=budget,
        balanced_share=solution.balanced_share,
        balance_kept=solution.balance_kept,
        objective=solution.objective,
        bound=solution.bound,
        proven_gap=gap,
        seconds=solution.seconds,
    )
