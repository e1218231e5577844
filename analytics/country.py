"""The chunks of a large problem with its national options: how they keep the balance, spend money and settle what stands (METHOD 6)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analytics.balance import largest_kept
from analytics.chunks import Chunk, Point, each
from analytics.cutting import cut
from analytics.found import Found, Held
from analytics.nationals import Nationals
from analytics.pricing import CHEAPEST_MONEY, Offer, better, mix, search_price
from analytics.problem import Problem
from analytics.scenario import Scenario
from analytics.search import relative_gap
from analytics.ties import Ties

SMALL = 0.1
"""Part of the money below which what serves the least gains need not be rounded with care."""
ROUNDINGS = 4
UNKNOWN_TO_CHUNKS = ("name", "question", "budget", "target", "balance", "small_cell_units")
"""Fields of a scenario that no chunk reads."""
REMEMBERED = 4
"""Least gains whose cheapest plans are kept: the search for the balance comes back to one of its last tries."""
CLOSER = 2
"""Halvings in search of the balance kept: among many areas one unit more or less is little of it."""
FloorsAt = Callable[[float], tuple[dict[int, float], tuple[int, ...]]]
NEAR = 0.002
"""Part of the money by which whole plans may miss it before they are rounded again; the rest is fitted chunk by chunk."""


class Country:
    """The chunks of a problem and its national options."""

    def __init__(self, problem: Problem, scenario: Scenario, areas_a_chunk: int, ties: Ties | None = None, last: Country | None = None):
        """`last`: the country of an earlier solution; where its chunks are the same they are taken from it and begin where they began."""
        self.problem, self.scenario, self.areas_a_chunk = problem, scenario, areas_a_chunk
        self.chunks: list[Chunk]
        self.held: list[Held] = []
        self.top: tuple[float, float] | None = None
        if last is not None and type(last) is type(self) and last.has_the_chunks_of(problem, scenario, areas_a_chunk):
            self.chunks, self.top = last.chunks, last.top
            each(lambda chunk, _: chunk.begin_again(), self.chunks)
        else:
            self.chunks = cut(problem, scenario, areas_a_chunk, ties)
        self.nationals = Nationals(problem, scenario)
        self.budget = 0.0
        self.keeping: list[Point] = []
        self.relaxed: list[Point] = []

    def has_the_chunks_of(self, problem: Problem, scenario: Scenario, areas_a_chunk: int) -> bool:
        """Whether another problem differs from this one in nothing that the chunks know."""
        known = dict.fromkeys(UNKNOWN_TO_CHUNKS)
        same = self.scenario.model_copy(update=known) == scenario.model_copy(update=known)
        return same and self.areas_a_chunk == areas_a_chunk and (self.problem is problem or self.problem == problem)

    def cost_at_top(self, top: float, spent: Callable[[float], float]) -> float:
        """Cost of the largest share there is, found once; chunks go on from the basis it ended in, now and in every later solution."""
        if self.top is None or self.top[0] != top:
            self.top = top, spent(top)
            each(lambda chunk, _: chunk.remember(), self.chunks)
        each(lambda chunk, _: chunk.begin_again(), self.chunks)
        return self.top[1]

    def keep(self, asked: float, share: float, floors_at: FloorsAt, most: float, budget: float) -> float:
        """Holds the chunks to the largest part of the balance that costs at most so much in whole units; returns that part.

        `budget`: all the money, of which some of the least gains may be little.
        """
        self.budget = budget
        held = -1.0

        def fits(kept: float) -> bool:
            nonlocal held
            held, (floors, _) = kept, floors_at(kept * share)
            return not floors if self.least_spending(floors, most) > most else self.holds(self.keeping)

        kept = largest_kept(asked, fits, CLOSER)
        if kept != held:  # the chunks keep what was tried last
            fits(kept)
        return kept

    def holds(self, plans: list[Point]) -> bool:
        """Whether plans keep to what is shared besides money; here nothing is."""
        return True

    def least_spending(self, floors: dict[int, float], most: float) -> float:
        """Cost of a cheap plan in whole units that serves the floors; the chunks keep them from here on. Rounded with care where it takes much of the money."""

        def hold(chunk: Chunk, _: int) -> None:
            chunk.stand_nationals(dict.fromkeys(self.nationals.positions, 1.0))
            chunk.serve(floors)
            chunk.update()

        each(hold, self.chunks)
        for held in self.held:
            if held.floors == floors:  # tried before
                self.relaxed, self.keeping = list(held.relaxed), list(held.plans)
                return held.cost
        relaxed = self.relaxed = each(lambda chunk, _: chunk.cheapest(), self.chunks)
        national = self.nationals.cost(self.nationals.closure({p for chunk, near in zip(self.chunks, relaxed, strict=True) for p in chunk.relied_on(near)}))
        self.keeping = [chunk.rounded_up(near) for chunk, near in zip(self.chunks, relaxed, strict=True)]
        cost = sum(plan.cost for plan in self.keeping) + national
        if sum(near.cost for near in relaxed) > most:
            return cost
        if cost <= min(most, SMALL * self.budget) and self.holds(self.keeping):  # nothing will be built around it
            return self._holding(Held(floors, relaxed, self.keeping, cost))
        self.keeping = each(lambda chunk, k: chunk.rounded(relaxed[k], -chunk.cost, relaxed[k].cost), self.chunks)
        return self._holding(Held(floors, relaxed, self.keeping, sum(plan.cost for plan in self.keeping) + national))

    def _holding(self, held: Held) -> float:
        """Remembers what the chunks were held to, and returns its cost."""
        self.held = [held, *self.held[: REMEMBERED - 1]]
        return held.cost

    def spend(self, budget: float, price: float | None) -> Found | None:
        """The best use of a budget by chunks that already hold their floors."""
        nationals = self.nationals
        cuts: list[tuple[float, float]] = []
        wanted: set[int] = set()
        bound = float("inf")

        def left(offer: Offer) -> tuple[float, float]:
            nonlocal wanted, bound
            cuts.append((offer.price, offer.most))
            bound, _ = nationals.best_use(budget, cuts, strict=False)
            _, wanted = nationals.best_use(budget, cuts, strict=True)
            return budget - nationals.cost(wanted), bound

        money = budget - nationals.cost(nationals.closure(nationals.weighted()))
        money = money if money > 0 else budget / 2
        if price is None:
            price = self.price_of_one_chunk(money)
        bracket = search_price(self.scenario, self.chunks, money, price, left)
        if bracket is None:
            return None
        # what serves the least gains stays possible whatever else is bought
        standing, changed = self.settle(wanted, bracket[0].points, self.keeping)
        money = budget - nationals.cost(standing)
        if money < 0:
            return None
        if changed or not (bracket[0].cost <= money and (bracket[1] is None or bracket[1].cost > money)):
            bracket = search_price(self.scenario, self.chunks, money, bracket[0].price, lambda offer: (money, bound))
            if bracket is None:
                return None
        if sum(plan.cost for plan in self.keeping) > SMALL * money:
            # where least gains take much of the money, whole units for them come first and the rest is spent around these
            each(lambda chunk, k: chunk.raise_to(self.keeping[k]), self.chunks)
            beside = bracket[0].price
            bracket = search_price(self.scenario, self.chunks, money, beside, lambda offer: (money, bound))
            if bracket is None:
                standing = self._standing_beside_least_gains(budget, beside, bound)
                money, changed = budget - nationals.cost(standing), True
                bracket = search_price(self.scenario, self.chunks, money, beside, lambda offer: (money, bound)) if money > 0 else None
            if bracket is None:
                return None
        plans, price = self._whole(bracket, standing, money)
        if not self._fit(plans, money):
            return None
        value = sum(plan.value for plan in plans) + nationals.value(standing)
        if relative_gap(value, bound) > self.scenario.gap_tolerance and not changed:
            bound = min(bound, self._bound_in_whole_units(plans, price, budget, cuts))
        return self.found(standing, plans, value, max(bound, value), price)

    def _standing_beside_least_gains(self, budget: float, price: float, scale: float) -> set[int]:
        """National options chosen anew where those chosen beside divisible least gains leave too little for whole ones; chunks hold these."""
        cuts: list[tuple[float, float]] = []
        wanted: set[int] = set()

        def left(offer: Offer) -> tuple[float, float]:
            nonlocal wanted
            cuts.append((offer.price, offer.most))
            _, wanted = self.nationals.best_use(budget, cuts, strict=True)
            return budget - self.nationals.cost(wanted), scale

        search_price(self.scenario, self.chunks, budget, price, left)
        each(lambda chunk, _: chunk.lower_again(), self.chunks)
        standing, _ = self.settle(wanted, self.keeping)
        each(lambda chunk, k: chunk.raise_to(self.keeping[k]), self.chunks)
        return standing

    def price_of_one_chunk(self, money: float) -> float:
        """Every chunk resembles the others: one alone finds the price of money nearly as well."""
        mine = money / len(self.chunks)
        sample = search_price(self.scenario, self.chunks[:1], mine, None, lambda offer: (mine, offer.value))
        return sample[0].price if sample else CHEAPEST_MONEY

    def _bound_in_whole_units(self, plans: list[Point], price: float, budget: float, cuts: list[tuple[float, float]]) -> float:
        """The dual bound once more at one price, the chunks in whole units: dearer to find, and closer."""

        def best(chunk: Chunk, k: int) -> float:
            chunk.lower_again()
            return chunk.proven(plans[k], chunk.value - price * chunk.cost, plans[k].value)[1]

        most = sum(each(best, self.chunks))
        return self.nationals.best_use(budget, [*cuts, (price, most)], strict=False)[0]

    def _whole(self, bracket: tuple[Offer, Offer | None], standing: set[int], money: float) -> tuple[list[Point], float]:
        """Plans of the chunks in whole units that cost about the money, and the price of money they were rounded at.

        Whole units cost more than parts of them wherever a least gain must be kept: divisible plans then aim at less.
        """
        aim, best, best_price = money, list[Point](), bracket[0].price
        done: list[tuple[Point, Point]] = []
        for _ in range(ROUNDINGS):
            price = bracket[0].price
            mixed, _ = self.with_needed(standing, mix(bracket, aim), lambda chunk, price=price: chunk.priced(price))  # type: ignore[misc]

            def whole(chunk: Chunk, k: int, mixed: list[Point] = mixed, price: float = price, done: list[tuple[Point, Point]] = done) -> Point:
                if done and done[k][0] is mixed[k]:
                    return done[k][1]
                return chunk.rounded(mixed[k], chunk.value - price * chunk.cost, mixed[k].value)

            plans = each(whole, self.chunks)
            done = list(zip(mixed, plans, strict=True))
            excess = sum(plan.cost for plan in plans) - money
            if not best or better(plans, best, money):
                best, best_price = plans, price
            # what the chunks leave is spent when they are fitted; only too much asks for another round
            if excess <= NEAR * money:
                break
            aim = min(aim, sum(near.cost for near in mixed)) - excess
            if bracket[1] is None or bracket[0].cost > aim:
                again = search_price(self.scenario, self.chunks, aim, price, lambda offer, aim=aim: (aim, offer.value)) if aim > 0 else None  # type: ignore[misc]
                if again is None:
                    break
                bracket = again
        if not best or sum(plan.cost for plan in best) > money * (1 + 5 * NEAR):
            best = each(lambda chunk, k: chunk.rounded(near := chunk.cheapest(), -chunk.cost, near.cost), self.chunks)
        return best, best_price

    def settle(self, wanted: set[int], *plans: list[Point]) -> tuple[set[int], bool]:
        """The national options that stand: those wanted, those the areas rely on, and what these need; whether chunks had counted on more."""
        referenced = {p for chunk in self.chunks for p in chunk.options[: chunk.national]}
        standing = self.nationals.closure(wanted)
        if referenced <= standing:
            return standing, self._permit(standing)
        relied = {p for points in plans for chunk, near in zip(self.chunks, points, strict=True) for p in chunk.relied_on(near)}
        standing = self.nationals.closure(wanted | relied)
        for chunk in self.chunks:
            chunk.stand_nationals(dict.fromkeys(standing, 1.0))
            chunk.update()
        return standing, self._permit(standing) or not referenced <= standing

    def _permit(self, standing: set[int]) -> bool:
        """Tells every chunk what stands outside it; whether a service lost its permission."""
        changed = [chunk.permit(self.problem, standing) for chunk in self.chunks]
        for chunk, lost in zip(self.chunks, changed, strict=True):
            if lost:
                chunk.update()
        return any(changed)

    def with_needed(self, standing: set[int], points: list[Point], again: Callable[[Chunk], Point]) -> tuple[list[Point], bool]:
        """The same relaxed plans, where need be with an area option that a national one needs; whether one was forced in."""
        points, forced = list(points), False
        for group in self.nationals.left_to_areas(standing):
            if any(chunk.stands(near, p) for chunk, near in zip(self.chunks, points, strict=True) for p in group):
                continue
            chosen = min(group, key=lambda p: (self.problem.options[p].price, p))
            k = next(k for k, chunk in enumerate(self.chunks) if chosen in chunk.place)
            self.chunks[k].force([chosen], lasting=False)
            self.chunks[k].update()
            points[k], forced = again(self.chunks[k]), True
        return points, forced

    def _fit(self, plans: list[Point], money: float) -> bool:
        """Brings the plans (changed in place) to the money: dear chunks give up what is too much; what is left goes to one, or where it is much to all."""
        left = money - sum(plan.cost for plan in plans)
        order = sorted(range(len(plans)), key=lambda k: -plans[k].cost)
        for k in order if left < 0 else ():
            found = self.chunks[k].within(max(plans[k].cost + left, 0.8 * plans[k].cost))
            if found is not None:
                left += plans[k].cost - found.cost
                plans[k] = found
            if left >= 0:
                break
        for turn, k in enumerate((order[-1], *order)):
            # one chunk takes what it can; where much is still left, all take their part
            if turn > 0 and left <= 2 * NEAR * money or left <= 0:
                break
            found = self.chunks[k].within(plans[k].cost + left / (len(order) + 1 - turn if turn else 1))
            if found is not None and found.value > plans[k].value:
                left += plans[k].cost - found.cost
                plans[k] = found
        return left >= 0

    def found(self, standing: set[int], plans: list[Point], objective: float, bound: float, price: float | None = None) -> Found | None:
        """The plan put together; None where a prerequisite does not stand in it."""
        units = np.zeros(len(self.problem.options), dtype=np.int64)
        persons: dict[tuple[int, int], float] = {}
        for p in standing:
            units[p] = self.problem.options[p].upper
        for chunk, plan in zip(self.chunks, plans, strict=True):
            for p, bought in chunk.units(plan).items():
                units[p] = bought
            persons |= chunk.persons(plan)
        stands = units > 0
        if any(not any(stands[p] for p in group) for option, held in zip(self.problem.options, stands, strict=True) if held for group in option.groups):
            return None
        return Found(units, persons, objective, bound, price)
