"""The price of money at which chunks of areas spend what there is: the dual of the budget (METHOD 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analytics.chunks import Chunk, Point, each
from analytics.scenario import Scenario

TURNS = 40
ROOM = 0.05
"""Part of the scenario's gap left between the price found and the best one."""
CHEAPEST_MONEY = 1e-9
"""Value per EUR at which money is as good as free; not 0, so that nothing useless is bought."""
DEAREST_MONEY = 1e5
"""Times the value a euro brings on average, beyond which no price makes the chunks spend less."""


@dataclass(frozen=True)
class Offer:
    """What chunks answer to one price of money."""

    price: float
    points: list[Point]
    value: float
    cost: float

    @property
    def most(self) -> float:
        return self.value - self.price * self.cost


def search_price(
    scenario: Scenario, chunks: list[Chunk], money: float, first: float | None, left: Callable[[Offer], tuple[float, float]]
) -> tuple[Offer, Offer | None] | None:
    """The prices just above and below the one at which chunks spend what is left; None where no price makes them fit.

    `left`: the money left for areas and the scale of the objective after one more offer.
    """
    price, stride = first or CHEAPEST_MONEY, 1.02 if first else 4.0
    offers: list[Offer] = []
    for turn in range(TURNS):
        points = each(lambda chunk, _, price=price: chunk.priced(price), chunks)  # type: ignore[misc]
        offers.append(Offer(price, points, sum(p.value for p in points), sum(p.cost for p in points)))
        money, scale = left(offers[-1])
        under = min((o for o in offers if o.cost <= money), key=lambda o: o.price, default=None)
        over = max((o for o in offers if o.cost > money), key=lambda o: o.price, default=None)
        if under is not None and under.price <= CHEAPEST_MONEY:
            return under, None
        if under is not None and over is not None:
            part = (money - under.cost) / (over.cost - under.cost)
            reached = under.value + part * (over.value - under.value)
            best = min(o.most + o.price * money for o in offers)
            if best - reached <= ROOM * scenario.gap_tolerance * abs(scale):
                return under, over
            meeting = (over.value - under.value) / (over.cost - under.cost)
            price = meeting if turn % 3 and over.price < meeting < under.price else (over.price * under.price) ** 0.5
        elif over is not None:
            if over.price > DEAREST_MONEY * over.value / max(over.cost, 1.0):
                return None
            price = max(over.price * stride, 1e-3 * over.value / max(over.cost, 1.0))
            stride = min(stride**2, 10.0)
        elif under is not None:
            price = max(under.price / stride, CHEAPEST_MONEY)
            stride = min(stride**2, 10.0)
    return (under, over) if under is not None else None


def mix(bracket: tuple[Offer, Offer | None], money: float) -> list[Point]:
    """Chunk by chunk one of the two relaxed plans, so that together they spend what there is."""
    under, over = bracket
    mixed, spent = list(under.points), under.cost
    for k, dearer in enumerate(over.points if over else ()):
        more = dearer.cost - mixed[k].cost
        if spent + more <= money:
            mixed[k], spent = dearer, spent + more
    return mixed


def better(plans: list[Point], best: list[Point], money: float) -> bool:
    """Plans that fit the money before those that do not; then the higher value, or the lower cost."""
    value, cost = sum(p.value for p in plans), sum(p.cost for p in plans)
    other, paid = sum(p.value for p in best), sum(p.cost for p in best)
    if (cost <= money) != (paid <= money):
        return cost <= money
    return value > other if cost <= money else cost < paid
