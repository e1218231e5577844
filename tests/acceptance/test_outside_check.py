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


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: "-".join(f"{v}" for v in q.values()))
@pytest.mark.parametrize(("iso3", "level"), COUNTRIES)
def test_every_figure_of_a_plan_follows_from_its_lines_the_catalogue_and_the_method(
    country: Country, iso3: str, level: int, question: dict[str, Any]
) -> None:
    answer, facilities = outside(country(iso3, level), question)
    assert problems_of(answer, CATALOGUE, facilities) == []


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
