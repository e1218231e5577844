"""The headlines of a plan recomputed from its areas and lines, and its objective from METHOD 6."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose
from typing import Any

Json = dict[str, Any]


def totals_problems(plan: Json, services: frozenset[str]) -> Iterator[str]:
    """One sentence for every headline that does not follow from the plan's areas and lines; `services` serve people."""
    said, made = plan["totals"], recomputed(plan, services)
    for name, value in made.items():
        given = said[name]
        if isinstance(value, float) and isinstance(given, (int, float)):
            same = isclose(given, value, rel_tol=1e-6, abs_tol=1e-2 if abs(value) > 1 else 1e-6)
        else:
            same = given == value
        if not same:
            yield f"totals.{name} is {given}, {value} expected"
    yield from _proof(plan, made, services)


def recomputed(plan: Json, services: frozenset[str]) -> Json:
    """Every headline that the plan's own areas and lines decide."""
    areas, lines = plan["areas"], plan["lines"]
    cells = [(area["pcode"], cell) for area in areas for cell in area["sectors"].values()]
    demand = sum(cell["demand"] or 0.0 for _, cell in cells)
    cost = float(sum(line["cost"] for line in lines))
    expected = {a["pcode"]: (a["expected_returns"]["abroad"] or 0.0) + (a["expected_returns"]["internal"] or 0.0) for a in areas}
    awaited = [area for area in areas if expected[area["pcode"]] > 0]
    touched = {line["pcode"] for line in lines}
    by_area = {
        area["pcode"]: _covered(area["sectors"].values(), "coverage_planned") / sum(c["demand"] or 0.0 for c in area["sectors"].values())
        for area in areas
        if sum(c["demand"] or 0.0 for c in area["sectors"].values()) > 0
    }
    return {
        "cost": cost,
        "person_services": float(sum(cell["planned_persons"] for _, cell in cells)),
        "persons_at_least": float(sum(max(c["planned_persons"] for c in area["sectors"].values()) for area in areas)),
        "demand": float(demand),
        "coverage": _covered((c for _, c in cells), "coverage_planned") / demand if demand else None,
        "coverage_in_place": _covered((c for _, c in cells), "coverage") / demand if demand else None,
        # areas may be equally badly off: any of them is the worst
        "worst_area": min(by_area, key=lambda p: (round(by_area[p], 9), p != plan["totals"]["worst_area"])) if by_area else None,
        "areas_with_nothing": [a["pcode"] for a in awaited if a["pcode"] not in touched],
        "assumed_share_of_cost": sum(line["cost"] for line in lines if line["quality"] == "assumed") / cost if cost else None,
        "provisional_share": sum(a["stance_provisional"] for a in awaited) / len(awaited) if awaited else None,
        "expected_returns": float(sum(expected.values())),
    } | ({} if plan["in_place"] or plan["question"] == "by_hand" else {"conditions_met": len(conditions_met(plan, services))})


def conditions_met(plan: Json, services: frozenset[str]) -> list[Json]:
    """Lines of enabling work that fires: each is a condition met, for the line holds its whole required number."""
    people = _people(plan)
    enabling = [line for line in plan["lines"] if line["intervention"] not in services]
    return [line for line in enabling if line["reason"].startswith("trigger:") and people(line) > 0]


def value(plan: Json, services: frozenset[str]) -> float:
    """The budget objective of METHOD 6: weighted gain in utility plus people in the scope of each condition met."""
    scenario, people = plan["scenario"], _people(plan)
    total = scenario["beta"] * sum(people(line) for line in conditions_met(plan, services))
    for area in plan["areas"]:
        for sector, cell in area["sectors"].items():
            if cell["demand"]:
                weight = scenario["sector_weights"][sector] * scenario["area_weights"].get(area["pcode"], 1.0)
                gain = _utility(scenario, cell["coverage_planned"]) - _utility(scenario, cell["coverage"])
                total += weight * cell["demand"] * gain
    return total


def _proof(plan: Json, made: Json, services: frozenset[str]) -> Iterator[str]:
    said = plan["totals"]
    objective, bound = said["objective"], said["bound"]
    if objective is None:
        if bound is not None or said["proven_gap"] is not None:
            yield "a bound without an objective"
        return
    slack = 1e-6 * max(1.0, abs(objective))
    if not isclose(said["proven_gap"], abs(bound - objective) / max(abs(objective), 1e-9), rel_tol=1e-6, abs_tol=1e-9):
        yield f"the proven gap {said['proven_gap']} does not follow from {objective} and {bound}"
    if plan["question"] == "target" and (abs(objective - made["cost"]) > slack or bound > objective + slack):
        yield f"objective {objective}, bound {bound}, cost {made['cost']}"
    if plan["question"] == "budget":
        worth = value(plan, services)
        if not isclose(objective, worth, rel_tol=1e-5, abs_tol=0.1) or bound < objective - slack:
            yield f"objective {objective}, bound {bound}, {worth} expected"


def _people(plan: Json) -> Any:
    """Persons in the scope of a line: the area's target population, else the country's."""
    target = {area["pcode"]: area["target_population"] or 0.0 for area in plan["areas"]}
    return lambda line: target[line["pcode"]] if line["pcode"] is not None else sum(target.values())


def _covered(cells: Any, which: str) -> float:
    return sum((cell[which] or 0.0) * (cell["demand"] or 0.0) for cell in cells)


def _utility(scenario: Json, coverage: float) -> float:
    total, base = 0.0, 0.0
    for step in scenario["utility"]:
        total += step["slope"] * max(0.0, min(coverage, step["until"]) - base)
        base = step["until"]
    return total
