"""The target question for many areas where caps stand in the way (METHOD 6): the fewest persons missed, then the lowest cost.

What a target asks of a cell that a cap can touch is a floor here, and a condition it can touch counts as the persons it weighs; the rest must be reached.
Chunks answer to a price of every cap and of a person missed; the dual bound proves the cost among all plans that miss as few.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from analytics.branching import Branches, scarce
from analytics.choosing import chosen_by_area
from analytics.chunks import AREAS_A_CHUNK, Chunk, Point, each
from analytics.decompose import or_whole
from analytics.descent import PERSON
from analytics.found import Found
from analytics.model import INFINITY, Floats
from analytics.options import Floor, Problem, barred_by_caps, missed_as, under_caps
from analytics.rounding import CENT, GAINED, OFFERS, RISE, SAMPLE
from analytics.scenario import Scenario
from analytics.search import relative_gap
from analytics.tied import Tied
from analytics.ties import Overdraft

ABOVE_ALL = 30.0
"""Times its price that a person missed counts where plans that miss as few as can be are asked for."""
DEARLY = 100.0
"""Times the dearest cost of a person served or a condition met, which one missed counts."""


class Aimed(Tied):
    """The chunks of a problem that is to reach targets within caps at the lowest cost: value is cost saved, in EUR."""

    def __init__(self, problem: Problem, scenario: Scenario, areas_a_chunk: int, forced: Iterable[int], must: dict[int, float]):
        """`forced`: conditions, and `must`: persons by cell, that no cap can keep from being reached."""
        everything = sum(option.price * option.upper for option in problem.options)
        super().__init__(problem, scenario, areas_a_chunk, everything)
        self.branches = [Branches(chunk, scarce(problem)) for chunk in self.chunks]
        forced, self.must = set(forced), must
        for chunk in self.chunks:
            chunk.value = -chunk.cost
            chunk.force(forced, lasting=True)
            chunk.update()
        services = [(option.price, max(option.serves.values())) for option in problem.options if option.service and option.serves]
        asked = (problem.options[p].price * problem.options[p].upper / missed_as(problem.options[p], scenario) for p in problem.asked)
        person = DEARLY * max((*(price / persons for price, persons in services), *asked), default=1.0)
        self.over = Overdraft(1e3, 1e3 * person * max((persons for _, persons in services), default=1.0), person)

    def _cheapest(self, persons: dict[int, float]) -> list[Point]:
        return super()._cheapest(self.must | persons)

    def reach(self) -> Found | None:
        """The cheapest plan that misses as few as can be; None where whole units do not keep to the caps."""
        nationals, tolerance = self.nationals, self.scenario.gap_tolerance
        self.least_missed(1.0)
        standing = nationals.closure(nationals.weighted())
        prices = np.zeros(self.ties.size)
        prices[-1] = self.over.person / DEARLY
        sample = self._sample(self.ties.budget)
        if sample is not None:
            sample.begin(self.relaxed[:SAMPLE])
            prices = sample.run(prices, set(), self.over, valued=True).prices
        descent = self._descent(self.chunks, self.ties)
        descent.begin(self.relaxed)
        mixed = descent.run(prices, standing, self.over, valued=True)
        proof, prices = descent.cuts, mixed.prices
        standing, changed = self.settle(nationals.weighted(), self.relaxed, [one.point for mine in descent.columns for one in mine[-1:]])
        # plans that miss as few as can be, whatever they cost: with these every mix of offers can keep to what may be missed
        offered = each(lambda chunk, k: self._offers(chunk, k, self._above_all(prices))[0], self.chunks)
        plans, prove, fewest = list[Point](), True, float("inf")
        for _ in range(OFFERS + 1):
            answers = each(lambda chunk, k, prices=prices, prove=prove: self._offers(chunk, k, prices, prove=prove), self.chunks)  # type: ignore[misc]
            if prove and not changed:
                proof.append((prices, self.ties.worth(prices) + sum(most for _, most in answers)))
            for mine, (more, _) in zip(offered, answers, strict=True):
                mine += more
            plans, asked = chosen_by_area(self.branches, offered, self.ties, nationals, standing, self.over)
            plans = self._served(plans)
            found = self._found(plans, standing, proof)
            within = found is not None and found.missed <= self.ties.missed + PERSON
            if found is not None and within and relative_gap(found.objective, found.bound) <= tolerance:
                return found
            if within:
                prices, prove = (asked + max(proof, key=lambda one: -one[1])[0]) / 2, True
            elif found is not None and found.missed > fewest * (1 - tolerance * GAINED):
                # whole units miss more than divisible ones, and offers no fewer than before: so many are allowed, in the plan and in its proof
                self.ties = descent.ties = self.ties.allowing(min(fewest, found.missed) * (1 + tolerance / 2) + PERSON)
                descent.cuts = proof = []
                prices, prove = descent.run(mixed.prices, standing, self.over, valued=True).prices, True
            else:
                prices, prove = prices * RISE, False
            fewest = min(fewest, found.missed if found is not None else fewest)
        mended = list(plans)
        self._mend(mended, standing)
        mended = self._served(mended)
        both = [found for found in (self._found(mended, standing, proof), self._found(plans, standing, proof)) if found is not None]
        return min(both, key=lambda found: (found.missed, found.objective), default=None)

    def _above_all(self, prices: Floats) -> Floats:
        """Prices at which next to nothing counts but who is missed and what keeps them from being reached."""
        return self.fewest * (ABOVE_ALL * prices[-1] / self.fewest[-1]) if self.fewest[-1] > 0 else prices * ABOVE_ALL

    def _offers(self, chunk: Chunk, k: int, prices: Floats, *, prove: bool = False) -> tuple[list[Point], float]:
        objective = chunk.worth_at(prices)
        return self.branches[k].proven(objective) if prove else (self.branches[k].whole(objective), INFINITY)

    def _served(self, plans: list[Point]) -> list[Point]:
        """The same units, serving all they can of what is wanted: a plan may leave out as many as may be missed in all."""
        return each(lambda chunk, k: chunk.serving(plans[k], -chunk.uses[-1]), self.chunks)

    def _found(self, plans: list[Point], standing: set[int], proof: list[tuple[Floats, float]]) -> Found | None:
        """The plan put together with the bound on the cost of every plan that misses as few; None where something is overdrawn."""
        total = np.sum(self._used(plans, standing), axis=0)
        if self.ties.overdrawn(total)[0] > CENT:
            return None
        missed = self.ties.allowing(0.0).overdrawn(total)[1]
        more, nationals = max(0.0, missed - self.ties.missed), self.nationals
        least = nationals.least_cost(dict.fromkeys(nationals.weighted(), 1.0), strict=False)
        bound = max(least - most - float(prices[-1]) * more for prices, most in proof)
        cost = sum(plan.cost for plan in plans) + nationals.cost(standing)
        found = self.found(standing, plans, cost, min(bound, cost))
        return None if found is None else replace(found, missed=missed)


@or_whole
def target_within_caps(problem: Problem, scenario: Scenario, wanted: dict[int, float], areas_a_chunk: int = AREAS_A_CHUNK) -> Found | None:
    """The cheapest of the plans that miss the fewest wanted persons and conditions within the caps; None where chunks find none."""
    barred = barred_by_caps(problem)
    options = tuple(replace(option, upper=0, weight=0.0) if p in barred else option for p, option in enumerate(problem.options))
    conditions = {p for p, option in enumerate(problem.options) if option.condition}
    held, never = under_caps(problem), conditions & barred
    asked = tuple(sorted(p for p in conditions & held - never if problem.options[p].area is not None))
    open_to_caps = {c: persons for c, persons in wanted.items() if not held.isdisjoint(problem.cells[c].options)}
    floors = tuple(Floor(f"cell {c}", scenario.target, persons, (c,)) for c, persons in open_to_caps.items())
    must = {c: persons for c, persons in wanted.items() if c not in open_to_caps}
    aimed = replace(problem, options=options, floors=floors, purses=(), asked=asked)
    found = Aimed(aimed, scenario, areas_a_chunk, conditions - set(asked) - never, must).reach()
    return None if found is None else replace(found, missed=found.missed + sum(missed_as(problem.options[p], scenario) for p in never))
