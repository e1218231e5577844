"""The budget question for many areas tied by earmarks, caps or coverage floors as well as by money (METHOD 6).

As in decompose.py chunks of areas answer to prices, here one for each thing that is shared; the master finds the prices,
the dual bound proves the gap, and what whole units overdraw or leave is mended chunk by chunk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from analytics.branching import Branches, chosen_by_area, scarce
from analytics.chunks import AREAS_A_CHUNK, Chunk, Point, each
from analytics.country import SMALL, Country, Found
from analytics.decompose import or_whole
from analytics.descent import PERSON, ROOM, Descent
from analytics.master import CHEAPLY, mixed_points
from analytics.model import Floats
from analytics.problem import Problem, reach
from analytics.scenario import Scenario
from analytics.search import relative_gap
from analytics.sharing import share_in_chunks
from analytics.ties import Overdraft, Ties, ties_of

SAMPLE = 6
"""Chunks whose answers give the prices that all chunks begin with."""
OUTWEIGHS = 1e4
"""How much more a person below a floor counts than the most any person served can."""
MENDED = 16
"""Chunks that may be solved anew to bring whole units within what is shared."""
LEFT = 0.001
"""Part of the money that may stay unspent."""
SEEDS = 3
TRIES = 3
"""Halvings of the balance before the joint model is asked: with caps or earmarks even what costs little may not fit."""
CENT = 0.01
CLOSE = 0.8
"""Part of the scenario's gap within which whole units are close enough for areas to offer no more."""
OFFERS = 4
"""Times areas offer plans in whole units."""
SHARES = (1.0, 0.5, 0.25)


class Tied(Country):
    """The chunks of a problem whose areas share more than money."""

    def __init__(self, problem: Problem, scenario: Scenario, areas_a_chunk: int, budget: float, last: Country | None = None):
        super().__init__(problem, scenario, areas_a_chunk, budget, last)
        self.ties = ties_of(problem, budget)
        codes = scarce(problem)
        self.branches = [Branches(chunk, codes) for chunk in self.chunks] if codes else []
        self.in_persons: list[Floats] = []
        services = [option for option in problem.options if option.service and option.serves]
        weight = OUTWEIGHS * max((cell.weight for cell in problem.cells), default=1.0)
        dearest = max((sum(o.serves.values()) / o.price for o in services), default=1.0) * weight
        dearest += max((scenario.beta * o.weight / max(1.0, o.price) for o in problem.options), default=0.0)
        self.over = Overdraft(10 * dearest, 1e6 * dearest, weight)

    # g*

    def share(self) -> float:
        """g*: the largest share of every gap that the budget could close within all ties, units divisible; proven to be reachable."""
        budget = self.ties.budget
        free = share_in_chunks(self, budget)
        if free <= 0 or not (self.problem.purses or self.problem.caps):
            return free
        cells = [c for c, cell in enumerate(self.problem.cells) if reach(cell, self.problem.options, self.scenario, self.problem.caps) > 0]
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

    def least_missed(self) -> float:
        """Finds how few persons must stay below the floors, holds the plan to it, and returns the money that takes at least (EUR)."""
        if not self.problem.floors:
            return 0.0
        self._cheapest({})
        prices = np.zeros(self.ties.size)
        prices[0], prices[self.ties.first_floor :] = CHEAPLY, 1.0
        over, descent = Overdraft(1.0, 1e5, 1.0), self._sample(self.ties.budget)
        if descent is not None:
            descent.begin()
            prices = descent.run(prices, set(), over, valued=False).prices
        descent = self._descent(self.chunks, self.ties)
        descent.begin()
        mixed = descent.run(prices, None, over, valued=False)
        self.in_persons = descent.in_persons
        self.relaxed = mixed_points(self.chunks, descent.columns, mixed)
        used = self._sum(self.relaxed)
        missed = self.ties.overdrawn(used)[1]
        self.ties = self.ties.allowing(missed * (1 + self.scenario.gap_tolerance / 2) + PERSON / 2)
        return float(used[0])

    def _descent(self, chunks: list[Chunk], ties: Ties) -> Descent:
        return Descent(chunks, ties, self.nationals, self.ask)

    def _sample(self, money: float) -> Descent | None:
        """A few chunks with their part of what is shared, which find the prices nearly as well; None where all are not many more."""
        if len(self.chunks) <= 2 * SAMPLE:
            return None
        return self._descent(self.chunks[:SAMPLE], self.ties.part(SAMPLE / len(self.chunks), money))

    def ask(self, k: int, objective: Floats) -> Point:
        """The best plan of a chunk for an objective, divisible but for scarce prerequisites."""
        return self.branches[k].best(objective) if self.branches else self.chunks[k].relax(objective)

    # the plan

    def holds(self, plans: list[Point]) -> bool:
        """Whether plans of the chunks keep to what is shared; national options apart."""
        return self.ties.overdrawn(self._sum(plans))[0] <= CENT

    def _sum(self, plans: list[Point]) -> Floats:
        return np.asarray(np.sum([chunk.used(plan) for chunk, plan in zip(self.chunks, plans, strict=True)], axis=0))

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

    def _bound(self, cuts: list[tuple[Floats, float]]) -> float:
        return self.nationals.best_use_of(self.ties, cuts, strict=False)[0]

    def _used(self, plans: list[Point], standing: set[int]) -> list[Floats]:
        """What each chunk uses, and last the national options."""
        model = self.nationals.relaxed_model(standing)
        uses = self.ties.uses(self.nationals.positions, model, (), ())
        return [*(chunk.used(plan) for chunk, plan in zip(self.chunks, plans, strict=True)), uses @ np.array(model.lower)]

    def _whole_units(self, near: list[Point], standing: set[int], prices: Floats) -> list[Point]:
        """Relaxed plans rounded chunk by chunk, each within what its relaxed plan used of the resources."""
        total = np.sum(self._used(near, standing), axis=0)

        def whole(chunk: Chunk, k: int) -> Point:
            found = chunk.within_ties(self.ties, total - chunk.used(near[k]), self.over, near[k])
            return found or chunk.rounded(near[k], chunk.worth_at(prices), near[k].value)

        return each(whole, self.chunks)

    def _whole_by_area(self, standing: set[int], prices: Floats, proof: list[tuple[Floats, float]]) -> list[Point]:
        """Plans in whole units with and without each scarce prerequisite, of which every area has one."""
        sample = self._sample(self.ties.budget - self.nationals.cost(standing))
        if sample is not None:
            _, prices = self._bargain(SAMPLE, sample.ties, set(), prices, lambda value: False)
        bound, national = self._bound(proof), self.nationals.value(standing)
        enough = CLOSE * self.scenario.gap_tolerance
        return self._bargain(len(self.chunks), self.ties, standing, prices, lambda value: relative_gap(value + national, bound) <= enough)[0]

    def _bargain(self, many: int, ties: Ties, standing: set[int], prices: Floats, enough: Callable[[float], bool]) -> tuple[list[Point], Floats]:
        """The first chunks offer plans in whole units, every area takes one; what that leaves sets new prices, for more offers."""
        offered: list[list[Point]] = [[] for _ in range(many)]
        best, worth = list[Point](), float("-inf")
        for _ in range(OFFERS):

            def whole(chunk: Chunk, k: int, prices: Floats = prices) -> list[Point]:
                objective = chunk.worth_at(prices)
                return self.branches[k].whole(objective, self.branches[k].best(objective).value)

            for mine, more in zip(offered, each(whole, self.chunks[:many]), strict=True):
                mine += more
            chosen, prices = chosen_by_area(self.branches[:many], offered, ties, self.nationals, standing, self.over)
            best = [chunk.refilled(plan) for chunk, plan in zip(self.chunks, chosen, strict=False)]
            before, worth = worth, sum(plan.value for plan in best)
            if enough(worth) or worth - before <= ROOM * self.scenario.gap_tolerance * worth:
                break
        return best, prices

    def _mend(self, plans: list[Point], standing: set[int]) -> float | None:
        """Solves dear chunks anew within what the others leave (plans changed in place); persons missed, None where something stays overdrawn."""
        used = self._used(plans, standing)
        order = sorted(range(len(plans)), key=lambda k: -plans[k].cost)
        total = np.sum(used, axis=0)
        drawn, beyond = self.ties.overdrawn(total)
        for turn, k in enumerate(order * 2):
            left = self.ties.budget - float(total[0])
            fits = drawn <= CENT and beyond <= PERSON
            if turn >= MENDED or fits and left <= LEFT * self.ties.budget:
                break
            # rounding may find no way to give something up: the second time round in whole units
            found = self.chunks[k].within_ties(self.ties, total - used[k], self.over, start=plans[k] if turn >= len(order) and not fits else None)
            if found is None:
                continue
            after = total - used[k] + (mine := self.chunks[k].used(found))
            now = self.ties.overdrawn(after)
            gained = found.value - plans[k].value - self.over.euro * (now[0] - drawn) - self.over.person * (now[1] - beyond)
            if gained > 0:
                plans[k], used[k], total, (drawn, beyond) = found, mine, after, now
        return None if drawn > CENT else self.ties.allowing(0.0).overdrawn(total)[1]

    def _prove_whole(self, plans: list[Point], prices: Floats, proof: list[tuple[Floats, float]]) -> None:
        """The dual bound once more, the chunks in whole units: dearer to find, and closer."""
        each(lambda chunk, _: chunk.lower_again(), self.chunks)

        def most(chunk: Chunk, k: int) -> float:
            objective = chunk.worth_at(prices)
            return self.branches[k].proven(objective, plans[k].value)[1] if self.branches else chunk.proven(plans[k], objective, plans[k].value)[1]

        proven = each(most, self.chunks)
        proof.append((prices, self.ties.worth(prices) + sum(proven)))


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
    spent = country.least_missed()
    most, asked = spent + scenario.balance * (budget - spent), scenario.balance
    for _ in range(TRIES):
        kept = country.keep(asked, share, floors_at, most - spent, budget)
        answer = country.spend_tied(prices)
        if answer is not None:
            return replace(answer, share=share, kept=kept, too_small=floors_at(kept * share)[1], country=country)
        asked = kept / 2
        country.forget()
    return None
