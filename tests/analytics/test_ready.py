"""A re-solve begins with what the last solution left, and comes to the same plan as one anew: whatever was moved before."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.assessment import assess
from analytics.compute import budget_by_default, plan
from analytics.decompose import LARGE, is_large
from analytics.inputs import PlanInputs
from analytics.plan import Plan
from analytics.problem import problem
from analytics.ready import Ready
from analytics.scenario import Scenario
from tests.analytics.strategies import worlds
from tests.analytics.world import world

MOVES: dict[str, st.SearchStrategy[Any]] = {
    "question": st.sampled_from(["budget", "target", "in_place"]),
    "budget": st.sampled_from([None, 3e5, 1e6, 5e6, 2e7]),
    "target": st.sampled_from([0.5, 0.8]),
    "horizon_months": st.sampled_from([24, 36]),
    "host_share": st.sampled_from([0.0, 0.3]),
    "cut_capacity": st.sampled_from([40.0, 50.0]),
    "mix_cap": st.sampled_from([0.5, 0.6]),
    "balance": st.sampled_from([0.0, 0.5, 1.0]),
    "beta": st.sampled_from([0.0, 0.05]),
    "caps": st.sampled_from([{}, {"A16": 3, "A05": 1}]),
    "floors": st.sampled_from([{}, {"XX0": 0.3}]),
    "earmarks": st.sampled_from([(), ({"donor": "Health", "amount": 3e5, "sectors": ["HEA"]},)]),
    "area_weights": st.sampled_from([{}, {"XX000": 2.0}]),
    "prices": st.sampled_from([{}, {"A16": {"low": 10_000, "mode": 15_000, "high": 20_000}}]),
}

moves = st.lists(st.sampled_from(sorted(MOVES)).flatmap(lambda field: st.tuples(st.just(field), MOVES[field])), min_size=2, max_size=5)


def figures(answer: Plan) -> dict[str, Any]:
    """All that a plan says but how long it took."""
    said = answer.model_dump(mode="json")
    said["totals"].pop("seconds")
    return said


def moved(scenario: Scenario, field: str, value: Any) -> Scenario:
    return Scenario.model_validate(scenario.model_dump() | {field: value})


@settings(max_examples=5)
@given(worlds, moves)
def test_after_any_moves_the_plan_is_the_one_solved_anew(inputs: PlanInputs, made: list[tuple[str, Any]]) -> None:
    ready, scenario = Ready(), Scenario()
    for field, value in made:
        scenario = moved(scenario, field, value)
        assert figures(plan(inputs, scenario, ready=ready)) == figures(plan(inputs, scenario))


def test_after_moves_the_plan_of_many_areas_is_the_one_solved_anew() -> None:
    inputs, ready, scenario = world(LARGE + 6, 4), Ready(), Scenario(budget=4e7)
    plan(inputs, scenario, ready=ready)
    for field, value in (("budget", 1e7), ("host_share", 0.0)):
        scenario = moved(scenario, field, value)
        assert figures(plan(inputs, scenario, ready=ready)) == figures(plan(inputs, scenario))


@pytest.mark.parametrize("ties", [{}, {"earmarks": [{"donor": "Health", "amount": 6e6, "sectors": ["HEA", "PSY"]}], "floors": {"XX1": 0.3}}])
def test_the_chunks_of_the_last_solution_are_used_again_and_answer_as_they_did_the_first_time(ties: dict[str, Any]) -> None:
    inputs, ready = world(LARGE + 6, 4), Ready()
    scenario = Scenario.model_validate({"budget": 5e7} | ties)
    known = assess(inputs, scenario, ready.stage)
    assert is_large(problem(inputs, scenario, known.found, known.needs))
    first = figures(plan(inputs, scenario, ready=ready))
    used = ready.take()
    ready.leave(used)
    assert used is not None
    plan(inputs, moved(scenario, "budget", 5.4e7), ready=ready)
    again = ready.take()
    assert again is not None and again is not used and again.chunks is used.chunks
    ready.leave(again)
    assert figures(plan(inputs, scenario, ready=ready)) == first


def test_a_step_is_done_again_only_where_something_it_reads_has_moved() -> None:
    inputs, ready, scenario = world(4, 1), Ready(), Scenario()
    first = assess(inputs, scenario, ready.stage)
    again = assess(inputs, moved(scenario, "budget", 1e6), ready.stage)
    assert again.needs is first.needs and again.found is first.found
    hosts = assess(inputs, moved(scenario, "host_share", 1.0), ready.stage)
    assert hosts.returns is first.returns and hosts.table is first.table and hosts.needs is not first.needs
    elsewhere = assess(world(4, 1), scenario, ready.stage)
    assert elsewhere.returns is not first.returns


def test_two_at_once_never_have_the_same_chunks() -> None:
    inputs, ready = world(LARGE + 6, 4), Ready()
    plan(inputs, Scenario(budget=1e7, balance=0.0), ready=ready)
    assert ready.take() is not None and ready.take() is None


@pytest.mark.parametrize("left_out", [{"balance": 0.0}, {"floors": {"XX0": 0.5}}, {"earmarks": [{"donor": "Health", "amount": 1e6, "sectors": ["HEA"]}]}])
def test_what_the_target_leaves_out_does_not_move_the_default_budget(left_out: dict[str, Any]) -> None:
    inputs = world(5, 2)
    assert budget_by_default(inputs, Scenario.model_validate(left_out)) == budget_by_default(inputs, Scenario())
