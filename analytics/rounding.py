"""Chunks whose areas share more than money: their plans in whole units, and together within what is shared (METHOD 6).

Chunks are rounded side by side; what whole units overdraw or leave is made up for by those that come later, and mended chunk by chunk.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analytics.branching import Branches, scarce
from analytics.choosing import chosen_by_area
from analytics.chunks import Chunk, Point, each
from analytics.country import Country
from analytics.descent import PERSON, Descent
from analytics.master import CHEAPLY
from analytics.model import Floats
from analytics.problem import Problem
from analytics.scenario import Scenario
from analytics.search import relative_gap
from analytics.ties import Overdraft, Ties, ties_of

SAMPLE = 6
"""Chunks whose answers give the prices that all chunks begin with."""
OUTWEIGHS = 1e4
"""How much more a person below a floor counts than the most any person served can."""
MENDED = 16
"""Chunks that may be solved anew to bring whole units within what is shared."""
LEFT = 0.001
"""Part of the money that may stay unspent."""
CENT = 0.01
DEARER = 5.0
"""Times its price that overdrawing costs a chunk where others make up for it."""
WAVES = (0.5, 0.75, 0.9, 1.0)
"""Parts of the chunks that are rounded before the next ones are told what they overdrew or left."""
CLOSE = 0.8
"""Part of the scenario's gap within which whole units are close enough for areas to offer no more."""
GAINED = 0.1
"""Part of the scenario's gap that an offer must gain for another to be asked for."""
RISE = 1.1
"""What prices are multiplied by where all that areas offer takes too much."""
DEARER_WHOLE = 1.08
"""What prices of divisible plans are multiplied by, so that whole units take about what there is."""
SPREAD = 1.04
"""How much dearer than its neighbour every other chunk finds things in the first offers."""
OFFERS = 4
"""Times areas offer plans in whole units."""


class Shared(Country):
    """The chunks of a problem whose areas share more than money."""

    def __init__(self, problem: Problem, scenario: Scenario, areas_a_chunk: int, budget: float, last: Country | None = None):
        self.ties = ties_of(problem, budget)
        super().__init__(problem, scenario, areas_a_chunk, self.ties, last)
        codes = scarce(problem)
        self.branches = [Branches(chunk, codes) for chunk in self.chunks] if codes else []
        self.in_persons: list[Floats] = []
        self.fewest = np.zeros(self.ties.size)
        services = [option for option in problem.options if option.service and option.serves]
        weight = OUTWEIGHS * max((cell.weight for cell in problem.cells), default=1.0)
        dearest = max((sum(o.serves.values()) / o.price for o in services), default=1.0) * weight
        dearest += max((scenario.beta * o.weight / max(1.0, o.price) for o in problem.options), default=0.0)
        self.over = Overdraft(10 * dearest, 1e6 * dearest, weight)

    def holds(self, plans: list[Point]) -> bool:
        """Whether plans of the chunks keep to what is shared; national options apart."""
        return self.ties.overdrawn(self._sum(plans))[0] <= CENT

    def _sum(self, plans: list[Point]) -> Floats:
        return np.asarray(np.sum([chunk.used(plan) for chunk, plan in zip(self.chunks, plans, strict=True)], axis=0))

    def _used(self, plans: list[Point], standing: set[int]) -> list[Floats]:
        """What each chunk uses, and last the national options."""
        model = self.nationals.relaxed_model(standing)
        uses = self.ties.uses(self.nationals.positions, model, (), ())
        return [*(chunk.used(plan) for chunk, plan in zip(self.chunks, plans, strict=False)), uses @ np.array(model.lower)]

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

    def _whole_units(self, near: list[Point], standing: set[int], prices: Floats) -> list[Point]:
        """Relaxed plans rounded chunk by chunk, each about within what its relaxed plan used of the resources.

        To overdraw them a little costs little more than they are worth, which is found soon; those that come later make up for it, the last ones exactly.
        """
        total = np.sum(self._used(near, standing), axis=0)
        most = prices * DEARER + CHEAPLY
        gently = Overdraft(float(most[: self.ties.first_cap].max()), float(most[self.ties.first_cap : self.ties.first_floor].max(initial=0.0)), float(most[-1]))
        plans, beside = list[Point](), np.zeros(self.ties.size)
        for part in WAVES:
            first, end = len(plans), min(len(near) - 1, round(part * len(near))) if part < 1 else len(near)
            others, over = total + beside / (len(near) - first), gently if part < 1 else self.over

            def whole(chunk: Chunk, k: int, first: int = first, others: Floats = others, over: Overdraft = over) -> Point:
                mine = near[first + k]
                found = chunk.within_ties(self.ties, others - chunk.used(mine), over, mine if over is gently else None)
                return found or chunk.rounded(mine, chunk.worth_at(prices), mine.value)

            more = each(whole, self.chunks[first:end])
            beside = sum((chunk.used(plan) - chunk.used(mine) for chunk, plan, mine in zip(self.chunks[first:end], more, near[first:end], strict=True)), beside)
            plans += more
        return plans

    def _whole_by_area(self, standing: set[int], prices: Floats, proof: list[tuple[Floats, float]]) -> list[Point]:
        """Plans in whole units with and without each scarce prerequisite, of which every area has one."""
        sample = self._sample(self.ties.budget - self.nationals.cost(standing))
        # whole units take more than divisible ones at the same prices
        prices = prices * DEARER_WHOLE
        if sample is not None:
            _, prices = self._bargain(SAMPLE, sample.ties, set(), prices, lambda value: False)
        bound, national = self._bound(proof), self.nationals.value(standing)
        enough = CLOSE * self.scenario.gap_tolerance
        return self._bargain(len(self.chunks), self.ties, standing, prices, lambda value: relative_gap(value + national, bound) <= enough)[0]

    def _bargain(self, many: int, ties: Ties, standing: set[int], prices: Floats, enough: Callable[[float], bool]) -> tuple[list[Point], Floats]:
        """The first chunks offer plans in whole units, every area takes one; what that leaves sets new prices, for more offers."""
        offered: list[list[Point]] = [[] for _ in range(many)]
        best, worth, best_prices = list[Point](), float("-inf"), prices
        for turn in range(OFFERS):

            def whole(chunk: Chunk, k: int, prices: Floats = prices, turn: int = turn) -> list[Point]:
                # at first every other chunk finds things dearer, and the rest a turn later: together they lie on both sides of what there is
                objective = chunk.worth_at(prices * SPREAD ** (((k + turn) % 2) - 0.5) if turn < 2 else prices)
                return self.branches[k].whole(objective)

            for mine, more in zip(offered, each(whole, self.chunks[:many]), strict=True):
                mine += more
            chosen, asked = chosen_by_area(self.branches[:many], offered, ties, self.nationals, standing, self.over)
            plans = [chunk.refilled(plan) for chunk, plan in zip(self.chunks, chosen, strict=False)]
            drawn, beyond = ties.overdrawn(np.sum(self._used(plans, standing), axis=0))
            # where nothing offered keeps within what there is, the master's prices are those of overdrawing it
            if turn:
                prices = asked if drawn <= CENT else prices * RISE
            now = sum(plan.value for plan in plans) - self.over.euro * drawn - self.over.person * beyond
            before, last = worth, self.scenario.gap_tolerance * GAINED * abs(now)
            if now > worth:
                best, worth, best_prices = plans, now, prices
            if enough(worth) or now - before <= last:
                break
        return best, best_prices

    def _mend(self, plans: list[Point], standing: set[int]) -> float | None:
        """Solves dear chunks anew within what the others leave (plans changed in place); persons missed, None where something stays overdrawn."""
        used = self._used(plans, standing)
        order = sorted(range(len(plans)), key=lambda k: -plans[k].cost)[: MENDED // 2]
        total = np.sum(used, axis=0)
        drawn, beyond = self.ties.overdrawn(total)
        for turn, k in enumerate(order * 2):
            left = self.ties.budget - float(total[0])
            fits = drawn <= CENT and beyond <= PERSON
            if turn >= MENDED or fits and (left <= LEFT * self.ties.budget or turn >= len(order)):
                break
            # rounding may find no way to give something up: the second time round in whole units
            start = plans[k] if fits or turn >= len(order) else None
            found = self.chunks[k].within_ties(self.ties, total - used[k], self.over, start=start, more=fits)
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
            return self.branches[k].proven(objective)[1] if self.branches else chunk.proven(plans[k], objective, plans[k].value)[1]

        proven = each(most, self.chunks)
        proof.append((prices, self.ties.worth(prices) + sum(proven)))

    def _bound(self, cuts: list[tuple[Floats, float]]) -> float:
        return self.nationals.best_use_of(self.ties, cuts, strict=False)[0]
