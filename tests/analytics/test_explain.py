"""Why this number (METHOD 8): the links of every chain hold together, from the rows of the sources to the cost."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.assessment import Assessment, assess
from analytics.compute import plan
from analytics.explain import Explanation, Step, explain
from analytics.inputs import QUALITIES, PlanInputs
from analytics.plan import Plan
from analytics.problem import problem
from analytics.scenario import Scenario, StanceOverride
from tests.analytics.strategies import indicator, scenarios, with_rows, worlds
from tests.analytics.world import frame, world

WITH_ROWS = ("base.mean", "base.year", "base.smoothed", "indicator", "partners", "corridor", "expected_country")
"""Steps that state what a source's rows say."""


def chains(inputs: PlanInputs, scenario: Scenario, every: int = 1) -> Iterator[tuple[Explanation, Plan, Assessment]]:
    known = assess(inputs, scenario)
    answer, task = plan(inputs, scenario, known), problem(inputs, scenario, known.found, known.needs)
    for candidate in known.found[::every]:
        yield explain(inputs, scenario, known, answer, candidate.code, candidate.kind, candidate.scope, task), answer, known


def one(steps: tuple[Step, ...], *keys: str) -> Step | None:
    return next((step for step in steps if step.key in keys), None)


@settings(max_examples=6)
@given(worlds, scenarios, st.sampled_from([{"question": "budget", "budget": 2e6}, {"question": "target"}, {"question": "in_place"}]))
def test_every_chain_adds_up_from_the_source_rows_to_the_cost(inputs: PlanInputs, scenario: Scenario, question: dict[str, object]) -> None:
    for chain, _, known in chains(inputs, scenario.model_copy(update=question), every=7):
        steps, line = chain.steps, chain.line
        assert all(step.quality in (*QUALITIES, "") for step in steps)
        assert all(step.sources and all("#" in source for source in step.sources) for step in steps if step.key in WITH_ROWS)
        assert all(step.sources for step in steps if step.key in ("computed", "base.none"))
        assert sum(step.key.startswith("limit.") for step in steps) == 1
        if chain.kind == "area":
            returned = sum(step.figures["persons"] for step in steps if step.key.startswith("base.") and "persons" in step.figures)
            returned += sum(step.figures["persons"] for step in steps if step.key == "spread")
            expected = one(steps, "expected")
            assert (0.0 if expected is None else expected.figures["persons"]) == pytest.approx(returned * scenario.horizon_months / 12)
        for sector in {step.sector for step in steps[: chain.before] if step.sector} if chain.kind == "area" else ():
            mine = tuple(step for step in steps[: chain.before] if step.sector == sector)
            people = {step.key: step.figures.get("persons") or 0.0 for step in mine}
            left = people.get("demand", 0.0) + people.get("demand_of", 0.0) - people["supply"] - people.get("standing", 0.0) - people.get("partners", 0.0)
            assert people.get("gap", 0.0) == pytest.approx(max(0.0, left), abs=1e-6)
            assert one(mine, "demand", "demand_of") is not None and known.needs.demand.at[chain.scope, sector] > 0
        trigger = one(steps, "trigger_fires", "trigger_quiet")
        if trigger is not None:  # what decides has a step of its own, with the value its shortfall follows from
            deciding = [step for step in steps if step.figures.get("indicator") == trigger.figures["indicator"] and "value" in step.figures]
            assert deciding and deciding[0].figures["shortfall"] == trigger.figures["shortfall"]
            assert (trigger.key == "trigger_fires") == (trigger.figures["shortfall"] > scenario.trigger_level)
        if line is not None:
            cost = one(steps, "cost_illustrative")
            assert cost is not None and cost.figures["units"] * cost.figures["price"] == pytest.approx(line.cost) and cost is steps[-1]
            assert {s.sector: s.figures["persons"] for s in steps if s.key in ("served", "served_partly")} == line.persons
            for step in (s for s in steps if s.key == "served"):
                most = step.figures["units"] * step.figures["a_year"] * step.figures["months"] / 12
                assert step.figures["persons"] == pytest.approx(most, abs=1.01)


def test_what_is_needed_first_is_in_the_plan_in_place_or_missing() -> None:
    """A05 needs A06, which needs A01: typed, standing and absent."""
    rows = [{"intervention": "A01", "scope_kind": "area", "scope_id": "XX000", "units": 1, "quality": "observed", "source_id": "visit", "row_no": "2, 7"}]
    inputs = replace(world(2, 1), in_place=frame("in_place", rows))
    scenario = Scenario(question="by_hand", units={"A06@area:XX000": 1, "A06@area:XX001": 1})
    states = ("prerequisite.in_place", "prerequisite.planned", "prerequisite.missing")
    by_place = {(chain.intervention, chain.scope): one(chain.steps, *states) for chain, _, _ in chains(inputs, scenario)}
    stands, absent, planned = (by_place[place] for place in (("A06", "XX000"), ("A06", "XX001"), ("A05", "XX000")))
    assert stands is not None and (stands.key, stands.sources) == ("prerequisite.in_place", ("visit #2", "visit #7"))
    assert absent is not None and absent.key == "prerequisite.missing"
    assert planned is not None and planned.key == "prerequisite.planned" and planned.figures["ready"] == 2


def test_a_value_of_the_country_is_told_as_what_it_is_the_mean_of() -> None:
    inputs = with_rows(world(2, 1, indicators=0.0), "indicators", [indicator("XX000", "CO1", 0.0), indicator("XX001", "CO1", 0.0)])
    mechanism = next(chain for chain, _, _ in chains(inputs, Scenario(budget=1e6)) if chain.intervention == "B01")
    told = one(mechanism.steps, "mean_of_areas")
    assert told is not None and told.figures["value"] == 0.0 and told.sources == ("survey",) and told.quality == "estimated"


def test_what_a_scenario_sets_aside_or_by_hand_is_told_as_such() -> None:
    inputs = world(2, 1)
    override = {"XX000": StanceOverride(stance="support", reason="seen on site")}
    scenario = Scenario(budget=1e6, count_abroad=False, m_internal=0.5, host_share=0.0, eligible={"EMP": 0.25}, stance_overrides=override)
    chain = next(chain for chain, _, _ in chains(inputs, scenario) if (chain.intervention, chain.scope) == ("A11", "XX000"))
    keys = {step.key for step in chain.steps}
    assert {"base.not_counted", "expected_changed", "target_alone", "stance.override", "demand_set"} <= keys
    changed, stance = one(chain.steps, "expected_changed"), one(chain.steps, "stance.override")
    assert changed is not None and changed.figures["changes"] == {"internal": 0.5} and changed.quality == "assumed"
    assert stance is not None and stance.figures["why"] == "seen on site"


def test_unknown_returns_are_not_told_as_no_returns() -> None:
    silent = world(2, 1)
    silent = replace(silent, returns=silent.returns.iloc[:0], hosts=silent.hosts.iloc[:0])
    chain = next(chain for chain, _, _ in chains(silent, Scenario(question="target")) if (chain.intervention, chain.scope) == ("A11", "XX000"))
    figures = [figure for step in chain.steps for figure in step.figures.values() if isinstance(figure, float)]
    assert {"expected_unknown", "limit.unknown"} <= {step.key for step in chain.steps} and not any(map(math.isnan, figures))
