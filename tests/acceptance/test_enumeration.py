"""The bound is a true bound: on problems small enough to try every plan, objective <= optimum <= bound (METHOD 6)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analytics.applicability import Candidate
from analytics.balance import balanced_share
from analytics.optimise import solve_budget, solve_target
from analytics.problem import Cell, Floor, Option, Problem, Purse
from analytics.scenario import Scenario
from tests.acceptance import enumeration
from tests.acceptance.enumeration import Donor, Need, Region, Thing, Tiny

SEEDS = range(12)


def tiny(seed: int) -> Tiny:
    """Two areas, two sectors, three or four services, two enabling works of which one is needed by services."""
    draw = np.random.default_rng(seed)
    needs = tuple(Need(area, sector, float(draw.integers(200, 3000)), float(draw.choice([0.0, 0.2, 0.55]))) for area in ("X", "Y") for sector in ("PSY", "HEA"))
    services = [
        Thing("clinic X", "X", 18_000, int(draw.integers(1, 4)), {"PSY": 600.0, "HEA": 600.0}, ("map",)),
        Thing("grant X", "X", 20_000, int(draw.integers(1, 5)), {"PSY": 400.0}),
        Thing("clinic Y", "Y", float(draw.integers(12, 30)) * 1000, int(draw.integers(1, 4)), {"PSY": 500.0, "HEA": 300.0}, ("adviser",)),
    ]
    if seed % 2:
        services.append(Thing("works Y", "Y", 60_000, 2, {"HEA": 1500.0}, ("map",)))
    enabling = [
        Thing("map", "", 25_000, 1, {}, people=float(draw.integers(0, 2)) * 4000.0),
        Thing("adviser", "", 15_000, int(draw.integers(1, 3)), {}, ("map",), people=3000.0),
    ]
    return Tiny((*services, *enabling), needs)


def as_problem(small: Tiny) -> Problem:
    """The same problem as the optimiser reads it."""
    place = {thing.name: position for position, thing in enumerate(small.things)}
    options = tuple(
        Option(
            candidate=Candidate(
                thing.name.split()[0],
                "area" if thing.area else "country",
                thing.area or "XXX",
                None if thing.serves else thing.upper,
                thing.upper if thing.serves else None,
                thing.people,
                "AC1",
                1.0,
                False,
                (),
                True,
                True,
            ),
            service=bool(thing.serves),
            upper=thing.upper,
            price=thing.price,
            start=0.0,
            lead=0.0,
            serves=dict(thing.serves),
            groups=tuple((place[needed],) for needed in thing.needs),
            weight=thing.people,
        )
        for thing in small.things
    )
    cells = tuple(
        Cell(
            need.area,
            need.sector,
            need.demand,
            need.gap,
            need.coverage,
            need.weight,
            tuple(p for p, t in enumerate(small.things) if t.area == need.area and need.sector in t.serves),
        )
        for need in small.needs
    )
    floors = tuple(Floor(f"region {n}", 0.5, region.missing, region.needs) for n, region in enumerate(small.regions))
    purses = tuple(Purse(f"donor {n}", d.amount, frozenset(place[name] for name in d.pays_for)) for n, d in enumerate(small.donors))
    return Problem(options, cells, (), (), dict(small.caps), floors, purses)


def bound_tiny(seed: int, budget: float) -> Tiny:
    """A tiny problem with two donors (one for an area, one for a sector, national work open to both), two floors and a cap."""
    small, draw = tiny(seed), np.random.default_rng([seed, 1])
    national = {thing.name for thing in small.things if not thing.area}
    in_x = frozenset(national | {t.name for t in small.things if t.area == "X"})
    health = frozenset(national | {t.name for t in small.things if "HEA" in t.serves})
    regions = (Region(float(draw.integers(200, 1500)), (0, 1)), Region(float(draw.integers(200, 2500)), (1, 2, 3)))
    donors = (Donor(round(draw.uniform(0.2, 0.5) * budget, -3), in_x), Donor(round(draw.uniform(0.2, 0.5) * budget, -3), health))
    return replace(small, donors=donors, regions=regions, caps=(("clinic", int(draw.integers(1, 4))),))


def scarce_tiny(seed: int) -> Tiny:
    """Two areas whose clinics each need a post of their own, of which a cap allows one; the post of X is a condition on some seeds."""
    draw = np.random.default_rng([seed, 2])
    needs = tuple(Need(area, sector, float(draw.integers(300, 2500)), float(draw.choice([0.0, 0.3]))) for area in ("X", "Y") for sector in ("PSY", "HEA"))
    things = [
        thing
        for area in ("X", "Y")
        for thing in (
            Thing(f"clinic {area}", area, float(draw.integers(12, 30)) * 1000, 2, {"PSY": float(draw.integers(300, 700)), "HEA": 300.0}, (f"post {area}",)),
            Thing(f"grant {area}", area, 20_000, 2, {"PSY": float(draw.integers(150, 400))}),
            Thing(f"post {area}", area, 9_000, 1, {}, people=float(draw.integers(0, 2)) * 2000.0),
        )
    ]
    return Tiny(tuple(things), needs, caps=(("post", 1), ("clinic", 2)))


def full_cost(small: Tiny) -> float:
    return float(sum(thing.price * thing.upper for thing in small.things))


@pytest.mark.parametrize("part", [0.15, 0.35, 0.7])
@pytest.mark.parametrize("balance", [0.0, 0.5])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_within_the_budget_beats_the_bound_and_ours_is_one_of_them(seed: int, balance: float, part: float) -> None:
    small = tiny(seed)
    budget = round(part * full_cost(small), -3)
    scenario = Scenario(balance=balance)
    ours = solve_budget(as_problem(small), scenario, budget)
    assert ours.objective is not None and ours.bound is not None and ours.balance_kept is not None and ours.balanced_share is not None
    floors = {
        c: ours.balance_kept * ours.balanced_share * need.gap
        for c, need in enumerate(small.needs)
        if c not in ours.too_small and any(t.area == need.area and need.sector in t.serves for t in small.things)
    }
    optimum = enumeration.best_value(small, budget, floors)
    assert optimum is not None
    assert ours.objective <= optimum + 1e-3 * max(1.0, optimum / 1000)
    assert optimum <= ours.bound + 1e-3 * max(1.0, optimum / 1000)
    assert ours.objective >= optimum * (1 - scenario.gap_tolerance) - 1e-3
    bought = tuple(int(units) for units in ours.units)
    assert bought in set(enumeration.plans(small)) and enumeration.cost(small, bought) <= budget


@pytest.mark.parametrize("part", [0.2, 0.5])
@pytest.mark.parametrize("seed", SEEDS)
def test_with_donors_floors_and_caps_the_bound_is_a_true_one_too(seed: int, part: float) -> None:
    budget = round(part * full_cost(tiny(seed)), -3)
    small = bound_tiny(seed, budget)
    scenario = Scenario(balance=0.0)
    ours = solve_budget(as_problem(small), scenario, budget)
    assert ours.objective is not None and ours.bound is not None
    least = enumeration.least_missed(small, budget)
    assert least - 1e-3 <= ours.missed <= least * (1 + scenario.gap_tolerance) + 0.5
    optimum = enumeration.best_value(small, budget, {}, ours.missed + 1e-3)
    assert optimum is not None
    room = 1e-3 * max(1.0, optimum / 1000)
    assert ours.objective - room <= optimum <= ours.bound + room
    assert ours.objective >= optimum * (1 - scenario.gap_tolerance) - 1e-3
    bought = tuple(int(units) for units in ours.units)
    assert bought in set(enumeration.plans(small)) and enumeration.payable(small, bought, budget)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_balanced_share_is_the_one_an_independent_linear_program_finds(seed: int) -> None:
    small = tiny(seed)
    for part in (0.1, 0.4, 0.8):
        budget = part * full_cost(small)
        assert balanced_share(as_problem(small), Scenario(), budget) == pytest.approx(enumeration.balanced_share(small, budget), abs=1e-6)


@pytest.mark.parametrize("target", [0.4, 0.8, 1.0])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_at_the_target_costs_less_than_the_bound_and_ours_is_one_of_them(seed: int, target: float) -> None:
    small = tiny(seed)
    ours = solve_target(as_problem(small), Scenario(target=target), {"X", "Y"})
    floors = {c: min((target - need.coverage) * need.demand, enumeration.reachable(small, c)) for c, need in enumerate(small.needs) if target > need.coverage}
    lowest = enumeration.cheapest(small, floors)
    assert lowest is not None and ours.objective is not None and ours.bound is not None
    assert ours.bound - 1e-3 <= lowest <= ours.objective + 1e-3
    assert ours.objective <= lowest * (1 + 0.0051)
    bought = tuple(int(units) for units in ours.units)
    assert enumeration.cost(small, bought) == pytest.approx(ours.objective)
    assert bought in set(enumeration.plans(small))
