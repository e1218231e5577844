"""The budget question for many areas tied by earmarks, caps or coverage floors as well as by money (METHOD 6).

As in decompose.py chunks of areas answer to prices, here one for each thing that is shared; the master finds the prices,
the dual bound proves the gap, and what whole units overdraw or leave is mended chunk by chunk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from analytics.balance import servable
from analytics.chunks import AREAS_A_CHUNK, Point, each
from analytics.country import SMALL, Country
from analytics.decompose import or_whole
from analytics.descent import PERSON
from analytics.found import Found
from analytics.master import CHEAPLY, mixed_points
from analytics.model import Floats
from analytics.options import missed_as
from analytics.problem import Problem
from analytics.rounding import CENT, SAMPLE, Shared
from analytics.scenario import Scenario
from analytics.search import relative_gap
from analytics.sharing import share_in_chunks
from analytics.ties import Overdraft

SEEDS = 3
TRIES = 3
"""Halvings of the balance before the joint model is asked: with caps or earmarks even what costs little may not fit."""
SHARES = (1.0, 0.5, 0.25)


class Tied(Shared):
    """The questions put to chunks whose areas share more than money: the balance, the floors, the best use of the budget."""

    # g*

    def share(self) -> float:
        """g*: the largest share of every gap that the budget could close within all ties, units divisible; proven to be reachable."""
        budget = self.ties.budget
        free = share_in_chunks(self, budget)
        if free <= 0 or not (self.problem.purses or self.problem.caps):
            return free
        cells = servable(self.problem, self.scenario)
        aside, best = 0.0, 0.0
        for part in SHARES:
            used = self._sum(self._cheapest({c: part * free * self.problem.cells[c].gap for c in cells}))
            if part == SHARES[0]:
                aside = max(0.0, budget - float(used[0]))
            used[0] += part * aside
            if self.ties.overdrawn(used)[0] <= CENT * len(self.chunks):
                best = part * free
                break
        low, high = best, min(free, 2 * best) if best else 0.0
        for _ in range(3 if 0 < best < free else 0):
            middle = (low + high) / 2
            points = self._cheapest({c: middle * self.problem.cells[c].gap for c in cells})
            used = self._sum(points)
            used[0] += middle / free * aside
            low, high = (middle, high) if self.ties.overdrawn(used)[0] <= CENT * len(self.chunks) else (low, middle)
        return low

    def _cheapest(self, persons: dict[int, float]) -> list[Point]:
        def serve(chunk: object, k: int) -> Point:
            own = self.chunks[k]
            own.stand_nationals(dict.fromkeys(self.nationals.positions, 1.0))
            own.serve(persons)
            own.update()
            return own.cheapest()

        return each(serve, self.chunks)

    # floors

    def least_missed(self, part_of_gap: float = 0.5) -> float:
        """Finds how few persons must stay below the floors, holds the plan to it, and returns the money that takes at least (EUR).

        `part_of_gap`: part of the scenario's gap by which more may be missed, for whole units miss a few more than divisible ones.
        """
        self._cheapest({})
        prices = np.zeros(self.ties.size)
        prices[0], prices[self.ties.first_floor :] = CHEAPLY, 1.0
        # a unit too many must never be worth the persons it reaches
        everybody = sum(floor.missing for floor in self.problem.floors) + sum(missed_as(self.problem.options[p], self.scenario) for p in self.problem.asked)
        over, descent = Overdraft(1.0, everybody + 1e5, 1.0), self._sample(self.ties.budget)
        if descent is not None:
            descent.begin()
            prices = descent.run(prices, set(), over, valued=False).prices
        descent = self._descent(self.chunks, self.ties)
        descent.begin()
        mixed = descent.run(prices, None, over, valued=False)
        self.in_persons, self.fewest = descent.in_persons, mixed.prices
        self.relaxed = mixed_points(self.chunks, descent.columns, mixed)
        used = self._sum(self.relaxed)
        missed = self.ties.overdrawn(used)[1]
        self.ties = self.ties.allowing(missed * (1 + self.scenario.gap_tolerance * part_of_gap) + PERSON / 2)
        return float(used[0])

    # the plan

    def forget(self) -> None:
        """Takes back what chunks were held to."""
        for chunk in self.chunks:
            chunk.lower_again()
            chunk.least = []

    def spend_tied(self, prices: Floats | None) -> Found | None:
        """The best use of the budget by chunks that already hold their balance; None where whole units do not fit."""
        nationals = self.nationals
        prices = self._first_prices() if prices is None or len(prices) != self.ties.size else prices
        money = self.ties.budget - nationals.cost(nationals.closure(nationals.weighted()))
        sample = self._sample(money if money > 0 else self.ties.budget / 2)
        if sample is not None:
            sample.begin(self.relaxed[:SAMPLE])
            prices = sample.run(prices, set(), self.over, valued=True).prices
        descent = self._descent(self.chunks, self.ties)
        # plans that keep to the floors, for the master to begin with
        descent.begin(self.relaxed, *(descent.answers(seed, valued=False) for seed in self.in_persons[-SEEDS:]))
        mixed = descent.run(prices, None, self.over, valued=True)
        bound, _ = nationals.best_use_of(self.ties, descent.cuts, strict=False)
        _, wanted = nationals.best_use_of(self.ties, descent.cuts, strict=True)
        standing, changed = self.settle(wanted, mixed_points(self.chunks, descent.columns, mixed), self.keeping)
        if not self.branches and sum(plan.cost for plan in self.keeping) > SMALL * self.ties.budget:
            each(lambda chunk, k: chunk.raise_to(self.keeping[k]), self.chunks)
            descent.begin(self.keeping)
        elif changed:
            descent.begin(self.relaxed)
        proof, descent.cuts = descent.cuts, []
        missed: float | None = 0.0
        for again in (True, False):
            mixed = descent.run(mixed.prices, standing, self.over, valued=True)
            near, _ = self.with_needed(standing, mixed_points(self.chunks, descent.columns, mixed), lambda chunk, mixed=mixed: chunk.priced_apart(mixed.prices))  # type: ignore[misc]
            plans = self._whole_by_area(standing, mixed.prices, proof) if self.branches else self._whole_units(near, standing, mixed.prices)
            missed = self._mend(plans, standing)
            if missed is None:
                return None
            # whole units miss a few more than divisible ones: so many are allowed, in the plan and in its proof
            more = max(0.0, missed - self.ties.missed)
            proof = [(p, most + float(p[-1]) * more) for p, most in proof]
            self.ties = descent.ties = self.ties.allowing(self.ties.missed + more)
            value = sum(plan.value for plan in plans) + nationals.value(standing)
            bound = self._bound(proof)
            if not again or not more or relative_gap(value, bound) <= self.scenario.gap_tolerance:
                break
        if relative_gap(value, bound) > self.scenario.gap_tolerance and not changed:
            self._prove_whole(plans, mixed.prices, proof)
            bound = min(bound, self._bound(proof))
        found = self.found(standing, plans, value, max(bound, value))
        return None if found is None else replace(found, missed=missed or 0.0, prices=tuple(float(p) for p in mixed.prices))

    def _first_prices(self) -> Floats:
        """A price of money from one chunk alone, which resembles the others; nothing else is scarce yet."""
        money = self.price_of_one_chunk(self.ties.budget)
        prices = np.zeros(self.ties.size)
        prices[0] = money
        # what money, caps and floors are worth to each other is known from the search for the fewest missed
        known = max(self.in_persons, key=lambda found: float(found[: self.ties.first_cap].max()), default=prices)
        return np.asarray(known * money / known[: self.ties.first_cap].max())


@or_whole
def tied_budget(
    problem: Problem,
    scenario: Scenario,
    budget: float,
    floors_at: Callable[[float], tuple[dict[int, float], tuple[int, ...]]],
    prices: Floats | None = None,
    areas_a_chunk: int = AREAS_A_CHUNK,
    last: Country | None = None,
) -> Found | None:
    """The plan of highest value for a budget with earmarks, caps or coverage floors; None where chunks find no plan.

    `prices`: of what is shared, in an earlier solution, where the search for them starts; `last`: its chunks.
    """
    country = Tied(problem, scenario, areas_a_chunk, budget, last)
    share = country.share()
    spent = country.least_missed() if problem.floors else 0.0
    most, asked = spent + scenario.balance * (budget - spent), scenario.balance
    for _ in range(TRIES):
        kept = country.keep(asked, share, floors_at, most - spent, budget)
        answer = country.spend_tied(prices)
        if answer is not None:
            return replace(answer, share=share, kept=kept, too_small=floors_at(kept * share)[1], country=country)
        asked = kept / 2
        country.forget()
    return None
