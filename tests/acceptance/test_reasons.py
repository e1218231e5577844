"""What a plan says about cells is true: a reason is a reason, and too small means too small (METHOD 6)."""

from __future__ import annotations

from collections.abc import Callable

from analytics.compute import plan
from analytics.inputs import PlanInputs
from analytics.scenario import Scenario, scenario_from

Country = Callable[[str, int], PlanInputs]


def test_a_cap_on_one_intervention_puts_no_cell_out_of_reach_that_it_does_not_serve(country: Country) -> None:
    inputs = country("COD", 1)
    free = plan(inputs, scenario_from({"question": "budget", "budget": 5e6}))
    capped = plan(inputs, scenario_from({"question": "budget", "budget": 5e6, "caps": {"D08": 1}}))
    assert [(u.pcode, u.sector, u.reason) for u in capped.unreachable] == [(u.pcode, u.sector, u.reason) for u in free.unreachable]


def test_without_balance_no_cell_is_called_too_small_for_it(country: Country) -> None:
    assert plan(country("COD", 1), Scenario(question="budget", budget=5e6, balance=0.0)).too_small == []


def test_with_the_units_of_a_plan_nobody_more_could_be_served(country: Country) -> None:
    inputs = country("COD", 1)
    bought = plan(inputs, Scenario(question="budget", budget=5e6, balance=0.0, mix_cap=1.0))
    units = {f"{line.intervention}@{line.scope.kind}:{line.scope.id}": line.units for line in bought.lines}
    again = plan(inputs, Scenario(question="by_hand", units=units, mix_cap=1.0))
    assert bought.totals.objective is not None and again.totals.objective is not None
    assert again.totals.objective <= bought.totals.objective * (1 + 1e-6)
