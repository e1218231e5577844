"""The budget and target questions for many areas: chunks answer to a price of money, the dual bound proves the gap (METHOD 6).

Without caps, earmarks or coverage floors only the money and national options tie areas together. Every chunk of areas
answers alone to a price of money (value less price times cost, national options free of charge); whatever the price,
that and the best use of the money for national options bound the value of every plan. The price is moved until the
chunks spend what there is; then each chunk is rounded near its relaxed plan, and the last euros are spent by one or two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec

import numpy as np
import numpy.typing as npt

from analytics.balance import largest_kept
from analytics.chunks import AREAS_A_CHUNK, Chunk, Point, cut, each, separable
from analytics.model import SolverError
from analytics.nationals import Nationals
from analytics.pricing import CHEAPEST_MONEY, Offer, better, mix, search_price
from analytics.problem import Problem
from analytics.scenario import Scenario
from analytics.search import relative_gap
from analytics.sharing import share_in_chunks

P = ParamSpec("P")
LARGE = 60
"""Areas from which chunks are quicker than one joint model."""
SMALL = 0.1
"""Part of the money below which what serves the least gains need not be rounded with care."""
ROUNDINGS = 4
NEAR = 0.002
"""Part of the money by which whole plans may miss it before they are rounded again; the rest is fitted chunk by chunk."""


@dataclass(frozen=True)
class Found:
    """A plan in whole units with its proven bound, and the value of a further euro (None for a target)."""

    units: npt.NDArray[np.int64]
    persons: dict[tuple[int, int], float]
    objective: float
    bound: float
    price: float | None = None
    share: float | None = None
    kept: float | None = None
    too_small: tuple[int, ...] = ()


def _or_whole(solve: Callable[P, Found | None]) -> Callable[P, Found | None]:
    """None instead of an error: a chunk the solver cannot finish may be no trouble to it within the joint model."""

    @wraps(solve)
    def answer(*given: P.args, **named: P.kwargs) -> Found | None:
        try:
            return solve(*given, **named)
        except SolverError:
            return None

    return answer


def is_large(problem: Problem) -> bool:
    """Whether the problem is worth cutting, and can be."""
    return len({option.area for option in problem.options} - {None}) > LARGE and separable(problem)


@_or_whole
def large_target(problem: Problem, scenario: Scenario, wanted: dict[int, float], areas_a_chunk: int = AREAS_A_CHUNK) -> Found | None:
    """The cheapest plan that gains the wanted persons and meets every condition; None where whole units break a rule."""
    country = _Country(problem, scenario, areas_a_chunk)
    conditions = {p for p, option in enumerate(problem.options) if option.condition}
    for chunk in country.chunks:
        chunk.serve(wanted)
        chunk.force(conditions, lasting=True)
        chunk.update()
    relaxed = each(lambda chunk, _: chunk.cheapest(), country.chunks)
    national = country.nationals.least_cost(dict.fromkeys(country.nationals.weighted(), 1.0), strict=False)
    bound = sum(point.cost for point in relaxed) + national
    standing, changed = country.settle(country.nationals.weighted(), relaxed)
    if changed:
        relaxed = each(lambda chunk, _: chunk.cheapest(), country.chunks)
    relaxed, forced = country.with_needed(standing, relaxed, lambda chunk: chunk.cheapest())
    # half a unit a service lies between divisible and whole units: only whole ones prove a small gap
    proofs = each(lambda chunk, k: chunk.proven(chunk.rounded_up(relaxed[k]), -chunk.cost, relaxed[k].cost), country.chunks)
    if not changed and not forced:
        bound = max(bound, national - sum(most for _, most in proofs))
    cost = sum(plan.cost for plan, _ in proofs) + country.nationals.cost(standing)
    return country.found(standing, [plan for plan, _ in proofs], cost, min(bound, cost))


@_or_whole
def large_budget(
    problem: Problem,
    scenario: Scenario,
    budget: float,
    floors_at: Callable[[float], tuple[dict[int, float], tuple[int, ...]]],
    price: float | None = None,
    areas_a_chunk: int = AREAS_A_CHUNK,
) -> Found | None:
    """The plan of highest value for a budget; `floors_at` says what each cell gains for a share of its gap. None where chunks find no plan.

    `price`: the value of a further euro in an earlier solution, where the search for it starts.
    """
    country = _Country(problem, scenario, areas_a_chunk)
    share = share_in_chunks(problem, scenario, country.chunks, country.nationals, budget)
    most, held = scenario.balance * budget, -1.0

    def fits(kept: float) -> bool:
        nonlocal held
        held, (floors, _) = kept, floors_at(kept * share)
        return country.least_spending(floors, most) <= most or not floors

    kept = largest_kept(scenario.balance, fits)
    if kept != held:  # the chunks keep what was tried last
        fits(kept)
    too_small = floors_at(kept * share)[1]
    answer = country.spend(budget, price)
    if answer is None:
        return None
    return Found(answer.units, answer.persons, answer.objective, answer.bound, answer.price, share, kept, too_small)


class _Country:
    """The chunks of a problem and its national options."""

    def __init__(self, problem: Problem, scenario: Scenario, areas_a_chunk: int):
        self.problem, self.scenario = problem, scenario
        self.chunks = cut(problem, scenario, areas_a_chunk)
        self.nationals = Nationals(problem, scenario)
        self.keeping: list[Point] = []

    def least_spending(self, floors: dict[int, float], most: float) -> float:
        """Cost of a cheap plan in whole units that serves the floors; the chunks keep them from here on. Rounded with care only above `most`."""

        def serve(chunk: Chunk, _: int) -> Point:
            chunk.stand_nationals(dict.fromkeys(self.nationals.positions, 1.0))
            chunk.serve(floors)
            chunk.update()
            return chunk.cheapest()

        relaxed = each(serve, self.chunks)
        national = self.nationals.cost(self.nationals.closure({p for chunk, near in zip(self.chunks, relaxed, strict=True) for p in chunk.relied_on(near)}))
        self.keeping = [chunk.rounded_up(near) for chunk, near in zip(self.chunks, relaxed, strict=True)]
        cost = sum(plan.cost for plan in self.keeping) + national
        if cost <= SMALL * most or sum(near.cost for near in relaxed) > most:
            return cost
        self.keeping = each(lambda chunk, k: chunk.rounded(relaxed[k], -chunk.cost, relaxed[k].cost), self.chunks)
        return sum(plan.cost for plan in self.keeping) + national

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
            # every chunk resembles the others: one alone finds the price nearly as well
            sample = search_price(self.scenario, self.chunks[:1], money / len(self.chunks), None, lambda offer: (money / len(self.chunks), offer.value))
            price = sample[0].price if sample else CHEAPEST_MONEY
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
            bracket = search_price(self.scenario, self.chunks, money, bracket[0].price, lambda offer: (money, bound))
            if bracket is None:
                return None
        plans, price = self._whole(bracket, standing, money)
        if not self._fit(plans, money):
            return None
        value = sum(plan.value for plan in plans) + nationals.value(standing)
        if relative_gap(value, bound) > self.scenario.gap_tolerance and not changed:
            bound = min(bound, self._bound_in_whole_units(plans, price, budget, cuts))
        return self.found(standing, plans, value, max(bound, value), price)

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
            return standing, False
        relied = {p for points in plans for chunk, near in zip(self.chunks, points, strict=True) for p in chunk.relied_on(near)}
        standing = self.nationals.closure(wanted | relied)
        for chunk in self.chunks:
            chunk.stand_nationals(dict.fromkeys(standing, 1.0))
            chunk.update()
        return standing, not referenced <= standing

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
