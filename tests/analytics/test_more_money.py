"""More money is never worth less: the balance takes its part of a budget at most, so the rest alone is worth what a smaller budget was (METHOD 6)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.assessment import assess
from analytics.balance import balance_floors, largest_kept
from analytics.funding import add_budget
from analytics.inputs import PlanInputs
from analytics.model import Model
from analytics.optimise import _bought_again, solve_budget
from analytics.problem import problem
from analytics.scenario import Scenario
from tests.analytics.strategies import scenarios, worlds
from tests.analytics.world import world


@given(worlds, scenarios, st.sampled_from([2e5, 6e5, 2e6]))
def test_twice_the_money_is_never_worth_less_whatever_the_balance_asks(inputs: PlanInputs, scenario: Scenario, budget: float) -> None:
    known = assess(inputs, scenario)
    task = problem(inputs, scenario, known.found, known.needs)
    single, double = (solve_budget(task, scenario, times * budget) for times in (1, 2))
    assert scenario.balance == 0.5 and single.objective is not None and double.objective is not None
    assert double.objective >= single.objective * (1 - scenario.gap_tolerance) - 1e-6


@pytest.mark.parametrize("seed", [3, 8])
def test_along_a_rising_budget_the_objective_rises(seed: int) -> None:
    scenario = Scenario()
    known = assess(world(6, seed), scenario)
    task = problem(world(6, seed), scenario, known.found, known.needs)
    values = [solve_budget(task, scenario, 2.5e5 * 1.3**step).objective or 0.0 for step in range(10)]
    assert all(later >= earlier * (1 - scenario.gap_tolerance) for earlier, later in zip(values, values[1:], strict=False)), values


@pytest.mark.parametrize("budget", [3e5, 1e6])
def test_what_is_kept_of_the_balance_is_the_most_that_its_part_of_the_money_buys(budget: float) -> None:
    scenario = Scenario(question="budget")
    known = assess(world(6, 3), scenario)
    task = problem(world(6, 3), scenario, known.found, known.needs)
    answer = solve_budget(task, scenario, budget)
    assert answer.balance_kept is not None and answer.balanced_share is not None and 0 < answer.balance_kept <= scenario.balance
    gained = dict.fromkeys(range(len(task.cells)), 0.0)
    for (c, _), persons in answer.persons.items():
        gained[c] += persons
    floors, too_small = balance_floors(task, scenario, answer.balance_kept * answer.balanced_share)
    assert answer.too_small == too_small and all(gained[c] >= persons - 0.01 for c, persons in floors.items())


def test_a_smaller_plan_is_a_start_for_the_larger_and_no_start_where_it_no_longer_fits() -> None:
    scenario = Scenario(balance=0.0)
    known = assess(world(4, 3), scenario)
    task = problem(world(4, 3), scenario, known.found, known.needs)
    smaller = solve_budget(task, scenario, 8e5)
    for budget, fits in ((1.2e6, True), (2e5, False)):
        model = Model(task, scenario)
        add_budget(model, budget)
        columns = _bought_again(model, model.value(), scenario, smaller)
        assert (columns is not None) == fits
        if columns is not None:
            assert model.value() @ columns == pytest.approx(smaller.objective)
    larger = solve_budget(task, scenario, 1.2e6, smaller)
    assert larger.objective is not None and smaller.objective is not None and larger.objective >= smaller.objective


@given(st.floats(0.01, 1.0), st.floats(1e-6, 2.0))
def test_the_largest_part_that_fits_is_found_as_near_as_a_sixteenth(asked: float, limit: float) -> None:
    kept = largest_kept(asked, lambda part: part <= limit)
    assert kept <= min(asked, limit) and kept >= min(asked, limit * 16 / 17)
