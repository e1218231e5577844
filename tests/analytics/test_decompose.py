"""Many areas solved in chunks (METHOD 6): true bounds, whole plans, and the same answers as one joint model within the proven gap."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.assessment import assess
from analytics.balance import balance_floors
from analytics.compute import half_the_target, plan
from analytics.country import Country
from analytics.decompose import LARGE, is_large, large_budget, large_target
from analytics.found import Found
from analytics.inputs import PlanInputs
from analytics.optimise import Solution, solve_budget, solve_target, target_persons
from analytics.problem import Problem, problem
from analytics.scenario import Scenario
from analytics.search import relaxed_columns
from tests.acceptance import enumeration
from tests.acceptance.outside_check import problems_of
from tests.acceptance.test_enumeration import SEEDS, as_problem, full_cost, tiny
from tests.analytics.strategies import scenarios
from tests.analytics.test_plans import CATALOGUE, facilities
from tests.analytics.world import world

countries = st.builds(
    world, areas=st.integers(6, 16), seed=st.integers(0, 200), indicators=st.sampled_from([0.0, 0.5, 1.0]), scale=st.sampled_from([0.05, 1.0])
)


def task_of(inputs: PlanInputs, scenario: Scenario) -> tuple[Problem, set[str]]:
    known = assess(inputs, scenario)
    return problem(inputs, scenario, known.found, known.needs), known.supported


def in_chunks(task: Problem, scenario: Scenario, budget: float, areas_a_chunk: int, price: float | None = None) -> Found | None:
    return large_budget(task, scenario, budget, partial(balance_floors, task, scenario), price, areas_a_chunk)


def cost_of(task: Problem, answer: Found | Solution) -> float:
    return float(sum(option.price * units for option, units in zip(task.options, answer.units, strict=True)))


def test_chunks_that_are_kept_for_long_do_not_run_out_of_time() -> None:
    # a solver's clock runs on from one answer to the next, over all the moves of a slider
    scenario = Scenario(seconds_allowed=0.01)
    task, _ = task_of(world(8, 3), scenario)
    chunk = Country(task, scenario, 8).chunks[0]
    answers = [chunk.priced(0.004 * 2 ** (turn % 5)).value for turn in range(60)]
    assert answers[-5:] == pytest.approx(answers[:5]) and answers[0] > answers[4]


@pytest.mark.parametrize("price", [1e-4, 1e-3, 1e-2])
def test_the_bound_of_a_chunk_in_whole_units_lies_between_its_best_plan_and_its_relaxation(price: float) -> None:
    task, _ = task_of(world(12, 5), Scenario())
    chunk = Country(task, Scenario(), 12).chunks[0]
    objective = chunk.value - price * chunk.cost
    relaxed = chunk.relax(objective)
    plan, bound = chunk.proven(chunk.rounded_up(relaxed), objective, relaxed.value)
    joint = chunk.model.highs(objective, maximise=True, relaxed=False, seconds=60.0, gap=1e-6)
    joint.run()
    best = float(joint.getInfo().objective_function_value)
    assert float(objective @ plan.columns) <= best + 1e-3 <= bound + 2e-3 <= float(objective @ relaxed.columns) + chunk.gap_of(relaxed.value) + 3e-3


@pytest.mark.parametrize("part", [0.02, 0.1, 0.5])
def test_the_relaxation_within_an_amount_goes_on_from_the_last_one_and_leaves_the_solver_as_it_was(part: float) -> None:
    task, _ = task_of(world(12, 5), Scenario())
    chunk = Country(task, Scenario(), 12).chunks[0]
    before = chunk.priced(1e-3)
    money = part * before.cost
    columns = chunk.relaxed_within(money)
    mark = chunk.model.mark()
    chunk.model.rows.add(chunk.model.spending()[chunk.national :], -np.inf, money)
    anew = relaxed_columns(chunk.model, chunk.value, maximise=True)
    chunk.model.back_to(mark)
    assert columns is not None and anew is not None
    assert float(chunk.value @ columns) == pytest.approx(float(chunk.value @ anew)) and float(chunk.cost @ columns) <= money * (1 + 1e-9) + 1e-6
    assert chunk.priced(1e-3).value == pytest.approx(before.value)
    assert chunk.relaxed_within(-1.0) is None


def test_a_few_million_among_many_areas_are_planned_by_chunks_within_the_gap() -> None:
    # national work takes most of so little money: whole units of the least gains come beside it
    scenario = Scenario()
    task, _ = task_of(world(100, 0), scenario)
    for budget in (1e6, 8e6, 2e7):
        ours = in_chunks(task, scenario, budget, 50)
        assert ours is not None and cost_of(task, ours) <= budget and ours.objective <= ours.bound <= ours.objective * (1 + scenario.gap_tolerance)


@pytest.mark.parametrize("part", [0.15, 0.35, 0.7])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_within_the_budget_beats_the_bound_of_the_chunks(seed: int, part: float) -> None:
    small, scenario = tiny(seed), Scenario(balance=0.0)
    budget = round(part * full_cost(small), -3)
    ours = in_chunks(as_problem(small), scenario, budget, 1)
    optimum = enumeration.best_value(small, budget, {})
    assert optimum is not None
    if ours is not None:
        assert ours.objective - 1e-3 <= optimum <= ours.bound + 1e-3
        bought = tuple(int(units) for units in ours.units)
        assert bought in set(enumeration.plans(small)) and enumeration.cost(small, bought) <= budget


@pytest.mark.parametrize("target", [0.4, 0.8, 1.0])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_at_the_target_costs_less_than_the_bound_of_the_chunks(seed: int, target: float) -> None:
    small, scenario = tiny(seed), Scenario(target=target)
    task = as_problem(small)
    ours = large_target(task, scenario, target_persons(task, scenario, {"X", "Y"}), 1)
    floors = {
        c: min((target - need.coverage) * need.demand, enumeration.reachable(small, c)) for c, need in enumerate(small.needs) if target > need.coverage
    }
    lowest = enumeration.cheapest(small, floors)
    assert lowest is not None and ours is not None
    assert ours.bound - 1e-3 <= lowest <= ours.objective + 1e-3


@settings(max_examples=8)
@given(countries, scenarios, st.sampled_from([0.02, 0.2, 0.5, 0.9]), st.sampled_from([3, 8]))
def test_chunks_and_the_joint_model_prove_intervals_that_overlap(inputs: PlanInputs, scenario: Scenario, part: float, areas_a_chunk: int) -> None:
    free = scenario.model_copy(update={"balance": 0.0})
    task, supported = task_of(inputs, free)
    whole = solve_target(task, free, supported)
    assert whole.objective is not None and whole.bound is not None
    split = large_target(task, free, target_persons(task, free, supported), areas_a_chunk)
    assert split is not None
    room = 1e-6 * max(1.0, whole.objective)
    assert split.bound <= whole.objective + room and whole.bound <= split.objective + room
    budget = part * whole.objective
    if budget > 0:
        joint, ours = solve_budget(task, free, budget), in_chunks(task, free, budget, areas_a_chunk)
        if ours is not None:
            assert joint.objective is not None and joint.bound is not None
            room = 1e-6 * max(1.0, joint.objective)
            assert ours.bound >= joint.objective - room and joint.bound >= ours.objective - room
            assert cost_of(task, ours) <= budget + 1e-3


@settings(max_examples=6)
@given(countries, scenarios, st.sampled_from([0.05, 0.3, 0.8]), st.sampled_from([0.5, 1.0]))
def test_the_balanced_share_of_the_chunks_is_that_of_the_joint_model(inputs: PlanInputs, scenario: Scenario, part: float, balance: float) -> None:
    balanced = scenario.model_copy(update={"balance": balance})
    task, supported = task_of(inputs, balanced)
    budget = part * (solve_target(task, balanced, supported).objective or 0.0)
    if budget > 0:
        joint, ours = solve_budget(task, balanced, budget), in_chunks(task, balanced, budget, 5)
        if ours is not None:
            assert joint.balanced_share is not None and ours.share is not None and joint.objective is not None
            assert ours.share == pytest.approx(joint.balanced_share, rel=2e-3, abs=1e-9)
            if joint.balance_kept == ours.kept:
                assert ours.bound >= joint.objective * (1 - 1e-4)


@pytest.mark.parametrize("question", ["budget", "target"])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_large_plan_holds_before_the_outside_check_within_the_gap(question: str, seed: int) -> None:
    inputs = world(LARGE + 30, seed)
    scenario = Scenario.model_validate({"question": question, "budget": 6e7})
    task, _ = task_of(inputs, scenario)
    assert is_large(task)
    answer = plan(inputs, scenario)
    assert answer.totals.proven_gap is not None and answer.totals.proven_gap <= scenario.gap_tolerance
    assert problems_of(json.loads(answer.model_dump_json()), CATALOGUE, facilities(inputs)) == []


def test_a_start_changes_neither_the_proof_nor_the_rules_and_the_same_question_has_the_same_answer() -> None:
    inputs, scenario = world(LARGE + 5, 4), Scenario()
    known = assess(inputs, scenario)
    task = problem(inputs, scenario, known.found, known.needs)
    budget = half_the_target(task, scenario, known)
    first, again = solve_budget(task, scenario, budget), solve_budget(task, scenario, budget)
    assert np.array_equal(first.units, again.units) and first.persons == again.persons
    more = solve_budget(task, scenario, 1.05 * budget, first)
    assert first.price is not None and more.price is not None
    assert more.objective is not None and more.bound is not None and first.objective is not None
    assert more.bound >= first.objective and (more.bound - more.objective) <= scenario.gap_tolerance * more.objective
    assert cost_of(task, more) <= 1.05 * budget


def test_few_areas_go_to_the_joint_model() -> None:
    assert is_large(task_of(world(LARGE + 5, 1), Scenario())[0])
    assert not is_large(task_of(world(LARGE, 1), Scenario())[0])
