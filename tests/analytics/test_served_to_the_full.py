"""A budget plan wastes nothing: every unit has a reason, and with its units nobody more could be served (METHOD 6)."""

from __future__ import annotations

from hypothesis import given

from analytics.inputs import PlanInputs
from analytics.scenario import Scenario
from tests.analytics.strategies import scenarios, st, worlds
from tests.analytics.test_plans import BUDGETS, CATALOGUE, ask, outside


@given(worlds, scenarios, BUDGETS, st.sampled_from([0.0, 0.5, 1.0]))
def test_every_budget_plan_holds_before_the_outside_check(inputs: PlanInputs, scenario: Scenario, budget: float, balance: float) -> None:
    assert outside(inputs, ask(inputs, scenario, question="budget", budget=budget, balance=balance)) == []


@given(worlds, scenarios, BUDGETS, st.sampled_from([0.0, 0.5]))
def test_with_the_units_of_a_plan_nobody_more_could_be_served(inputs: PlanInputs, scenario: Scenario, budget: float, balance: float) -> None:
    answer = ask(inputs, scenario, question="budget", budget=budget, balance=balance, mix_cap=1.0)
    units = {f"{line.intervention}@{line.scope.kind}:{line.scope.id}": line.units for line in answer.lines}
    again = ask(inputs, scenario, question="by_hand", units=units, mix_cap=1.0)
    served = answer.totals.objective or 0.0
    assert (again.totals.objective or 0.0) <= served + 1e-6 * max(1.0, served)


@given(worlds, scenarios, BUDGETS)
def test_no_unit_is_bought_that_serves_nobody(inputs: PlanInputs, scenario: Scenario, budget: float) -> None:
    answer = ask(inputs, scenario, question="budget", budget=budget)
    for line in answer.lines:
        serves = CATALOGUE[line.intervention]["serves"]
        months = scenario.horizon_months - line.start_month - line.lead_months
        if serves and line.units > 1:
            assert any(persons > (line.units - 1) * serves[s] * months / 12 for s, persons in line.persons.items())
