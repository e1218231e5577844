"""Plans of the three countries hold before the outside check, and the check itself is not blind."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from analytics.compute import plan
from analytics.inputs import PlanInputs
from analytics.scenario import scenario_from
from tests.acceptance.outside_check import problems_of, read_catalogue

CATALOGUE = read_catalogue(Path(__file__).resolve().parents[2] / "data" / "catalogue" / "interventions.csv")
COUNTRIES = (("COD", 1), ("CAF", 1), ("CAF", 2), ("AFG", 1))
QUESTIONS: tuple[dict[str, Any], ...] = (
    {"question": "target"},
    {"question": "budget"},
    {"question": "budget", "budget": 5e6},
    {"question": "budget", "budget": 1e6},
    {"question": "budget", "budget": 0},
    {"question": "target", "caps": {"A09": 3, "A01": 2}, "horizon_months": 24},
    {"question": "in_place"},
)
Country = Callable[[str, int], PlanInputs]


def outside(inputs: PlanInputs, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, float | None]]:
    """A plan as its JSON says it, and the facilities of each area."""
    answer = json.loads(plan(inputs, scenario_from(values)).model_dump_json())
    facilities = {str(p): None if figure != figure else float(figure) for p, figure in inputs.areas["facilities"].items()}
    return answer, facilities


def regions(inputs: PlanInputs) -> dict[str, str]:
    """The region of each area."""
    return {str(p): str(parent) for p, parent in inputs.areas["parent"].items()}


def bound_hand_and_foot(inputs: PlanInputs) -> dict[str, Any]:
    """A budget with donors held to sectors, areas and regions, floors of an area, a region and the country, caps, and stances set by hand."""
    first, second, third = (str(p) for p in inputs.areas.index[:3])
    last = str(inputs.areas.index[-1])
    region = str(inputs.areas["parent"].iloc[0])
    return {
        "question": "budget",
        "budget": 8e6,
        "earmarks": [
            {"donor": "Health fund", "amount": 1.5e6, "sectors": ["HEA", "PSY"]},
            {"donor": "Region fund", "amount": 1e6, "areas": [region if region != inputs.country else first]},
            {"donor": "Housing fund", "amount": 2e6, "sectors": ["HOU", "JUS"], "areas": [first, last]},
            {"donor": "Housing fund", "amount": 5e5, "sectors": ["SOP"]},
        ],
        "floors": {last: 0.35, region: 0.25, inputs.country: 0.21},
        "caps": {"A09": 4, "A16": 20, "A18": 6, "A05": 5},
        "stance_overrides": {second: {"stance": "support", "reason": "assessed last month"}, last: {"stance": "support", "reason": "an agreement"}},
        "mixed": "by_area",
        "mixed_by_area": {first: "support", third: "inclusion"},
    }


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: "-".join(f"{v}" for v in q.values()))
@pytest.mark.parametrize(("iso3", "level"), COUNTRIES)
def test_every_figure_of_a_plan_follows_from_its_lines_the_catalogue_and_the_method(country: Country, iso3: str, level: int, question: dict[str, Any]) -> None:
    answer, facilities = outside(country(iso3, level), question)
    assert problems_of(answer, CATALOGUE, facilities) == []


@pytest.mark.parametrize("left_out", [(), ("floors",), ("earmarks",), ("caps", "stance_overrides")], ids=lambda names: "without-" + "-".join(names))
@pytest.mark.parametrize(("iso3", "level"), COUNTRIES)
def test_earmarks_floors_caps_overrides_and_mixed_areas_are_kept_all_at_once(country: Country, iso3: str, level: int, left_out: tuple[str, ...]) -> None:
    inputs = country(iso3, level)
    asked = {name: value for name, value in bound_hand_and_foot(inputs).items() if name not in left_out}
    answer, facilities = outside(inputs, asked)
    assert answer["lines"] and bool(answer["funding"]) == ("earmarks" in asked) and len(answer["floors"]) == len(asked.get("floors", {}))
    assert problems_of(answer, CATALOGUE, facilities, regions(inputs)) == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda p: p["funding"].pop(),
        lambda p: p["funding"][0].update(amount=p["funding"][0]["amount"] + 500),
        lambda p: p["funding"][0].update(donor="Nobody"),
        lambda p: [part.update(donor="Housing fund") for part in p["funding"] if part["donor"] == "Health fund"],
        lambda p: [part.update(donor=None) for part in p["funding"]],
        lambda p: p["scenario"]["earmarks"][0].update(amount=1000.0),
        lambda p: p["scenario"]["earmarks"][2].update(areas=[]) or p["scenario"]["earmarks"][0].update(sectors=["FIN"]),
        lambda p: p["scenario"].update(earmarks=[]),
        lambda p: p["floors"].pop(),
        lambda p: p["floors"][0].update(reached=p["floors"][0]["reached"] + 0.01),
        lambda p: p["floors"][0].update(wanted=0.1),
        lambda p: p["floors"][-1].update(missing_persons=p["floors"][-1]["missing_persons"] + 100),
        lambda p: p["scenario"]["caps"].update(A16=1),
        lambda p: next(a for a in p["areas"] if a["stance"] == "mixed").update(stance_acted="watch"),
    ],
)
def test_money_floors_and_caps_that_do_not_hold_are_found_out(country: Country, damage: Callable[[dict[str, Any]], Any]) -> None:
    inputs = country("COD", 1)
    answer, facilities = outside(inputs, bound_hand_and_foot(inputs))
    damaged = deepcopy(answer)
    damage(damaged)
    assert problems_of(answer, CATALOGUE, facilities, regions(inputs)) == []
    assert problems_of(damaged, CATALOGUE, facilities, regions(inputs)) != []


def test_a_floor_missed_while_money_is_left_is_found_out(country: Country) -> None:
    """A plan for 3 million that says it was for 4, with a floor that the money left could have come nearer to."""
    inputs = country("COD", 1)
    answer, facilities = outside(inputs, {"question": "budget", "budget": 3e6, "floors": {"CD61": 0.1}})
    damaged = deepcopy(answer)
    floor, demand = damaged["floors"][0], sum(cell["demand"] for area in damaged["areas"] for cell in area["sectors"].values() if area["pcode"] == "CD61")
    wanted = floor["reached"] + 5000 / demand
    floor.update(wanted=wanted, missing_persons=5000.0)
    damaged["scenario"]["floors"]["CD61"] = wanted
    assert not any("could be served" in problem for problem in problems_of(damaged, CATALOGUE, facilities, regions(inputs)))
    damaged["totals"]["budget"] = 4e6
    assert any("could be served" in problem for problem in problems_of(damaged, CATALOGUE, facilities, regions(inputs)))


@pytest.mark.parametrize(("iso3", "level"), COUNTRIES)
def test_by_hand_every_broken_rule_is_named(country: Country, iso3: str, level: int) -> None:
    inputs = country(iso3, level)
    first, second = inputs.areas.index[0], inputs.areas.index[-1]
    units = {f"A16@area:{first}": 4, f"A18@area:{second}": 2, f"A01@area:{second}": 1, f"B01@country:{iso3}": 1, f"A05@area:{first}": 1}
    answer, facilities = outside(inputs, {"question": "by_hand", "units": units, "caps": {"A16": 3}})
    assert problems_of(answer, CATALOGUE, facilities) == []
    assert {b["rule"] for b in answer["broken"]} >= {"prerequisite", "cap"}


@pytest.mark.parametrize(
    "damage",
    [
        lambda p: p["lines"][0].update(cost=p["lines"][0]["cost"] + 1000),
        lambda p: p["lines"][0].update(units=p["lines"][0]["units"] + 1),
        lambda p: p["lines"][0].update(start_month=1.0),
        lambda p: p["lines"].remove(next(line for line in p["lines"] if line["intervention"] == "A02")),
        lambda p: next(line for line in p["lines"] if line["persons"])["persons"].update(PSY=1e9),
        lambda p: p["totals"].update(person_services=p["totals"]["person_services"] * 1.01),
        lambda p: p["totals"].update(conditions_met=p["totals"]["conditions_met"] + 1),
        lambda p: p["totals"].update(bound=p["totals"]["objective"] * 0.9),
        lambda p: p["totals"].update(worst_area=p["areas"][0]["pcode"]),
        lambda p: p["scenario"].update(mix_cap=0.3),
        lambda p: p["scenario"].update(caps={"A16": 1}),
        lambda p: p["totals"].update(budget=1000.0),
        lambda p: p["too_small"].clear(),
    ],
)
def test_a_damaged_plan_is_found_out(country: Country, damage: Callable[[dict[str, Any]], Any]) -> None:
    answer, facilities = outside(country("COD", 1), {"question": "budget", "budget": 5e6})
    damaged = deepcopy(answer)
    damage(damaged)
    assert problems_of(damaged, CATALOGUE, facilities) != []
