"""Many areas tied by earmarks, caps and coverage floors, solved in chunks (METHOD 6): true bounds, rules kept, the joint model's answers."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import numpy as np
import pytest

from analytics.assessment import assess
from analytics.balance import balance_floors
from analytics.branching import scarce
from analytics.compute import plan
from analytics.decompose import LARGE, is_large
from analytics.found import Found
from analytics.inputs import PlanInputs
from analytics.optimise import solve_budget
from analytics.problem import Problem, problem
from analytics.scenario import Scenario
from analytics.tied import tied_budget
from tests.acceptance import enumeration
from tests.acceptance.outside_check import problems_of
from tests.acceptance.test_enumeration import SEEDS, as_problem, bound_tiny, full_cost, scarce_tiny, tiny
from tests.analytics.test_decompose import cost_of
from tests.analytics.test_plans import CATALOGUE, facilities
from tests.analytics.world import world

TIES: dict[str, dict[str, Any]] = {
    "earmarks": {
        "earmarks": [
            {"donor": "Health", "amount": 6e6, "sectors": ["HEA", "PSY"]},
            {"donor": "Region", "amount": 5e6, "areas": ["XX0"]},
            {"donor": "Housing", "amount": 3e6, "sectors": ["HOU", "JUS"], "areas": ["XX001", "XX003", "XX005"]},
        ]
    },
    "floors": {"floors": {"XX1": 0.3, "XX000": 0.4, "XX004": 0.35, "XXX": 0.28}},
    "caps": {"caps": {"A16": 90, "A09": 60, "A18": 70}},
    "scarce": {"caps": {"A05": 30}},
}
TIES["all"] = TIES["earmarks"] | TIES["floors"] | TIES["caps"]


def task_of(inputs: PlanInputs, scenario: Scenario) -> Problem:
    known = assess(inputs, scenario)
    return problem(inputs, scenario, known.found, known.needs)


def in_chunks(task: Problem, scenario: Scenario, budget: float, areas_a_chunk: int) -> Found | None:
    return tied_budget(task, scenario, budget, partial(balance_floors, task, scenario), None, areas_a_chunk)


@pytest.mark.parametrize("part", [0.2, 0.5])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_within_the_ties_beats_the_bound_of_the_chunks(seed: int, part: float) -> None:
    budget = round(part * full_cost(tiny(seed)), -3)
    small, scenario = bound_tiny(seed, budget), Scenario(balance=0.0)
    ours = in_chunks(as_problem(small), scenario, budget, 1)
    if ours is not None:
        assert ours.missed >= enumeration.least_missed(small, budget) - 1e-3
        optimum = enumeration.best_value(small, budget, {}, ours.missed + 1e-3)
        assert optimum is not None
        assert ours.objective - 1e-3 * max(1.0, optimum / 1000) <= optimum <= ours.bound + 1e-3 * max(1.0, optimum / 1000)
        bought = tuple(int(units) for units in ours.units)
        assert bought in set(enumeration.plans(small)) and enumeration.payable(small, bought, budget)


@pytest.mark.parametrize("areas_a_chunk", [1, 2])
@pytest.mark.parametrize("part", [0.3, 0.6, 1.0])
@pytest.mark.parametrize("seed", SEEDS)
def test_where_a_prerequisite_is_scarce_the_bound_is_a_true_one(seed: int, part: float, areas_a_chunk: int) -> None:
    small, scenario = scarce_tiny(seed), Scenario(balance=0.0)
    budget, task = round(part * full_cost(small), -3), as_problem(small)
    assert scarce(task) == ["post"]
    ours, optimum = in_chunks(task, scenario, budget, areas_a_chunk), enumeration.best_value(small, budget, {})
    assert ours is not None and optimum is not None
    assert ours.objective - 1e-3 <= optimum <= ours.bound + 1e-3
    bought = tuple(int(units) for units in ours.units)
    assert bought in set(enumeration.plans(small)) and enumeration.cost(small, bought) <= budget


@pytest.mark.parametrize("ties", TIES)
def test_chunks_and_the_joint_model_prove_intervals_that_overlap(ties: str) -> None:
    inputs = world(16, 5)
    scenario = Scenario.model_validate({"question": "budget", "balance": 0.0} | TIES[ties])
    task = task_of(inputs, scenario)
    joint, ours = solve_budget(task, scenario, 2.4e7), in_chunks(task, scenario, 2.4e7, 5)
    assert ours is not None and joint.objective is not None and joint.bound is not None
    if joint.missed >= ours.missed - 1:
        assert joint.bound >= ours.objective * (1 - 1e-6)
    if ours.missed >= joint.missed - 1:
        assert ours.bound >= joint.objective * (1 - 1e-6)
    assert cost_of(task, ours) <= 2.4e7 and ours.bound >= ours.objective


@pytest.mark.parametrize("ties", TIES)
def test_a_large_plan_with_ties_holds_before_the_outside_check(ties: str) -> None:
    inputs = world(LARGE + 20, 2)
    scenario = Scenario.model_validate({"question": "budget", "budget": 6e7} | TIES[ties])
    assert is_large(task_of(inputs, scenario))
    answer = plan(inputs, scenario)
    assert answer.totals.proven_gap is not None and answer.totals.proven_gap <= 0.01
    parents = {str(p): str(parent) for p, parent in inputs.areas["parent"].items()}
    assert problems_of(json.loads(answer.model_dump_json()), CATALOGUE, facilities(inputs), parents) == []


def test_the_same_question_has_the_same_answer_and_a_start_keeps_every_rule() -> None:
    inputs = world(LARGE + 5, 4)
    scenario = Scenario.model_validate(TIES["earmarks"])
    task = task_of(inputs, scenario)
    first, again = (solve_budget(task, scenario, 5e7) for _ in range(2))
    assert first.prices and np.array_equal(first.units, again.units)
    more = solve_budget(task, scenario, 5.25e7, first)
    assert more.objective is not None and first.objective is not None and more.bound is not None
    assert more.objective >= first.objective * (1 - scenario.gap_tolerance) and more.bound >= first.objective
    assert cost_of(task, more) <= 5.25e7
