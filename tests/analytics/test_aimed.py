"""Targets of many areas where caps stand in the way (METHOD 6): the fewest missed, then a proven cost; rules kept."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest

from analytics.aimed import target_within_caps
from analytics.compute import plan
from analytics.decompose import LARGE
from analytics.optimise import target_persons
from analytics.scenario import Scenario
from tests.acceptance import enumeration
from tests.acceptance.enumeration import Region
from tests.acceptance.outside_check import problems_of
from tests.acceptance.test_enumeration import as_problem, scarce_tiny
from tests.analytics.test_plans import CATALOGUE, facilities
from tests.analytics.world import world

LONG = bool(os.environ.get("ANCRAGE_LONG_TESTS"))


@pytest.mark.long
@pytest.mark.parametrize("areas_a_chunk", [1, 2])
@pytest.mark.parametrize("seed", range(8 if LONG else 3))
def test_no_plan_that_misses_as_few_costs_less_than_the_bound(seed: int, areas_a_chunk: int) -> None:
    small, scenario = scarce_tiny(seed), Scenario()
    task = as_problem(small)
    wanted = target_persons(task, scenario, {"X", "Y"})
    ours = target_within_caps(task, scenario, wanted, areas_a_chunk)
    assert ours is not None
    aimed = replace(small, regions=tuple(Region(persons, (c,)) for c, persons in wanted.items()))
    missed = {units: enumeration.missed_of(aimed, units) for units in enumeration.plans(aimed)}
    bought = tuple(int(units) for units in ours.units)
    assert bought in missed and ours.missed == pytest.approx(missed[bought], abs=0.5) and ours.missed >= min(missed.values()) - 0.5
    lowest = min(enumeration.cost(aimed, units) for units, left in missed.items() if left <= ours.missed + 1e-3)
    assert ours.bound - 1e-3 <= lowest <= ours.objective + 1e-3
    assert enumeration.cost(aimed, bought) == pytest.approx(ours.objective)


@pytest.mark.long
@pytest.mark.parametrize("caps", [{"A05": 35}, {"A16": 150, "A18": 120}][: 2 if LONG else 1])
def test_a_large_target_within_caps_holds_before_the_outside_check_with_a_proven_gap(caps: dict[str, int]) -> None:
    inputs = world(LARGE + 10, 4)
    answer = plan(inputs, Scenario.model_validate({"question": "target", "caps": caps}))
    assert answer.totals.proven_gap is not None and answer.totals.proven_gap <= 0.01
    assert problems_of(json.loads(answer.model_dump_json()), CATALOGUE, facilities(inputs)) == []
    for code, most in caps.items():
        assert sum(line.units for line in answer.lines if line.intervention == code) <= most


@pytest.mark.parametrize("caps", [{"A01": 32, "A16": 32}, {"A03": 0, "A06": 1}])
def test_where_a_cap_bars_whole_chains_the_cost_is_still_proven(caps: dict[str, int]) -> None:
    """What the stakeholder map or the needs assessment opens is most of the programme: without it hardly anything can stand."""
    inputs = world(LARGE + 5, 1)
    answer = plan(inputs, Scenario.model_validate({"question": "target", "caps": caps}))
    assert answer.totals.proven_gap is not None and answer.totals.proven_gap <= 0.01
    assert problems_of(json.loads(answer.model_dump_json()), CATALOGUE, facilities(inputs)) == []


def test_caps_that_bind_nothing_cost_nothing() -> None:
    inputs = world(LARGE + 4, 4)
    free, held = (plan(inputs, Scenario.model_validate({"question": "target", "caps": caps})) for caps in ({}, {"A16": 100_000}))
    assert free.totals.bound is not None and held.totals.bound is not None
    assert held.totals.bound <= free.totals.cost * (1 + 1e-9) and free.totals.bound <= held.totals.cost * (1 + 1e-9)
    assert held.totals.conditions_met == held.totals.conditions


@pytest.mark.parametrize("caps", [{"B02": 5}, {"B07": 0}])
def test_caps_on_work_that_serves_nobody_leave_out_conditions_and_nothing_more(caps: dict[str, int]) -> None:
    inputs = world(LARGE + 4, 4)
    answer = plan(inputs, Scenario.model_validate({"question": "target", "caps": caps}))
    totals = answer.totals
    assert problems_of(json.loads(answer.model_dump_json()), CATALOGUE, facilities(inputs)) == []
    assert totals.conditions_met < totals.conditions and totals.proven_gap is not None and totals.proven_gap <= 0.01
    for code, most in caps.items():
        assert sum(line.units for line in answer.lines if line.intervention == code) <= most
