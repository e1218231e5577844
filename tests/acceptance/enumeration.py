"""The best plan of a tiny problem by trying every number of units; who is served is an inner linear program.

Written from METHOD 6 alone: options, cells and prices are plain figures here, and scipy solves what is left once the units are
fixed. `best` gives the true optimum, against which an objective and its bound are judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.optimize import linprog

STEPS = ((0.5, 1.0), (0.8, 0.7), (1.0, 0.4))


@dataclass(frozen=True)
class Thing:
    """Something that can be bought: a service (up to `upper` units) or enabling work (all of `upper`, or nothing)."""

    name: str
    area: str
    price: float
    upper: int
    serves: dict[str, float]
    needs: tuple[str, ...] = ()
    people: float = 0.0

    @property
    def choices(self) -> tuple[int, ...]:
        return tuple(range(self.upper + 1)) if self.serves else (0, self.upper)


@dataclass(frozen=True)
class Need:
    """One area x sector: persons in demand, coverage in place, weight."""

    area: str
    sector: str
    demand: float
    coverage: float
    weight: float = 1.0

    @property
    def gap(self) -> float:
        return self.demand * (1 - self.coverage)


@dataclass(frozen=True)
class Donor:
    """Money that may pay for some things only (by name)."""

    amount: float
    pays_for: frozenset[str]


@dataclass(frozen=True)
class Region:
    """A coverage floor: `missing` persons are to be gained in some needs (by position)."""

    missing: float
    needs: tuple[int, ...]


@dataclass(frozen=True)
class Tiny:
    """A problem small enough to enumerate; `caps` by the beginning of a thing's name."""

    things: tuple[Thing, ...]
    needs: tuple[Need, ...]
    mix_cap: float = 0.6
    beta: float = 0.05
    donors: tuple[Donor, ...] = ()
    regions: tuple[Region, ...] = ()
    caps: tuple[tuple[str, int], ...] = ()


def plans(tiny: Tiny) -> Iterator[tuple[int, ...]]:
    """Every choice of units in which all that is bought has what it needs."""
    place = {thing.name: position for position, thing in enumerate(tiny.things)}
    for units in product(*(thing.choices for thing in tiny.things)):
        held = list(zip(tiny.things, units, strict=True))
        capped = any(sum(bought for thing, bought in held if thing.name.startswith(kind)) > most for kind, most in tiny.caps)
        if not capped and all(units[place[n]] > 0 for thing, bought in held if bought for n in thing.needs):
            yield units


def cost(tiny: Tiny, units: tuple[int, ...]) -> float:
    return float(sum(thing.price * bought for thing, bought in zip(tiny.things, units, strict=True)))


def payable(tiny: Tiny, units: tuple[int, ...], budget: float) -> bool:
    """Whether the money reaches: for any choice of donors, what only these may pay for fits into theirs and the unearmarked rest."""
    free = max(0.0, budget - sum(donor.amount for donor in tiny.donors))
    payers = [{d for d, donor in enumerate(tiny.donors) if thing.name in donor.pays_for} for thing in tiny.things]
    bills = [(thing.price * bought, able) for thing, bought, able in zip(tiny.things, units, payers, strict=True)]
    choices = product((False, True), repeat=len(tiny.donors))
    return cost(tiny, units) <= budget and all(
        sum(bill for bill, able in bills if all(chosen[d] for d in able)) <= free + sum(donor.amount for d, donor in enumerate(tiny.donors) if chosen[d])
        for chosen in choices
    )


def least_missed(tiny: Tiny, budget: float) -> float:
    """The fewest persons below the coverage floors that any plan within the money leaves."""
    return min(_linear(tiny, np.array(units, dtype=float), {}, ()) for units in _largest(tiny, budget))


def missed_of(tiny: Tiny, units: tuple[int, ...]) -> float:
    """Persons whom fixed units leave below the coverage floors at least, and conditions they leave unmet, each as the persons it weighs."""
    conditions = [(thing, bought) for thing, bought in zip(tiny.things, units, strict=True) if thing.people > 0 and not thing.serves]
    unmet = sum(max(1.0, tiny.beta * thing.people) for thing, bought in conditions if not bought)
    return _linear(tiny, np.array(units, dtype=float), {}, ()) + unmet


def _largest(tiny: Tiny, budget: float) -> list[tuple[int, ...]]:
    """The plans within the money that no other such plan contains, dearest first: more units never serve fewer."""
    within = sorted((units for units in plans(tiny) if payable(tiny, units, budget)), key=lambda units: -cost(tiny, units))
    table = np.array(within)
    return [units for units in within if ((table >= np.array(units)).all(axis=1)).sum() == 1]


def best_value(tiny: Tiny, budget: float, floors: dict[int, float], missed: float = float("inf")) -> float | None:
    """The highest value of METHOD 6 within a budget, each need of `floors` gaining at least so many persons, at most `missed` below the coverage floors."""
    conditions = sum(thing.people for thing in tiny.things)
    most = sum(need.weight * need.gap for need in tiny.needs) + tiny.beta * conditions
    best: float | None = None
    for units in _largest(tiny, budget):
        if best is not None and best >= most:
            continue
        served = value_of(tiny, units, floors, missed)
        if served is not None and (best is None or served > best):
            best = served
    return best


def value_of(tiny: Tiny, units: tuple[int, ...], floors: dict[int, float] | None = None, missed: float = float("inf")) -> float | None:
    """Value of fixed units: the inner linear program plus conditions; None where the floors cannot be kept."""
    program = _program(tiny, np.array(units, dtype=float), floors or {}, missed)
    if program is None:
        return None
    met = sum(t.people for t, bought in zip(tiny.things, units, strict=True) if not t.serves and bought)
    return program + tiny.beta * met


def cheapest(tiny: Tiny, floors: dict[int, float]) -> float | None:
    """The lowest cost at which every need of `floors` gains its persons and every condition is met."""
    for units in sorted(plans(tiny), key=lambda u: cost(tiny, u)):
        conditions = all(bought for t, bought in zip(tiny.things, units, strict=True) if not t.serves and t.people > 0)
        if conditions and _program(tiny, np.array(units, dtype=float), floors) is not None:
            return cost(tiny, units)
    return None


def balanced_share(tiny: Tiny, budget: float) -> float:
    """g*: one linear program over divisible units, persons and the share itself."""
    things, pairs = tiny.things, _pairs(tiny)
    place = {thing.name: position for position, thing in enumerate(things)}
    size = len(things) + len(pairs) + 1
    rows, limits = [], []

    def row(entries: dict[int, float], limit: float) -> None:
        rows.append([entries.get(k, 0.0) for k in range(size)])
        limits.append(limit)

    # enabling work is one whole here: its column says how much of it stands
    row({k: t.price * (1 if t.serves else t.upper) for k, t in enumerate(things)}, budget)
    for k, thing in enumerate(things):
        for needed in thing.needs:
            row({k: 1.0, place[needed]: -float(thing.upper if thing.serves else 1)}, 0)
    for c, need in enumerate(tiny.needs):
        mine = [p for p, (cell, _) in enumerate(pairs) if cell == c]
        if not mine:
            continue
        limit = tiny.mix_cap if len(mine) > 1 else 1.0
        for p in mine:
            thing = pairs[p][1]
            most = min(limit * need.gap, things[thing].serves[need.sector] * things[thing].upper)
            row({len(things) + p: 1.0, thing: -things[thing].serves[need.sector]}, 0)
            row({len(things) + q: float(q == p) - limit for q in mine}, 0)
            for needed in things[thing].needs:
                row({len(things) + p: 1.0, place[needed]: -most}, 0)
        row({len(things) + p: 1.0 for p in mine}, need.gap)
        row({**{len(things) + p: -1.0 for p in mine}, size - 1: need.gap}, 0)
    bounds = [(0, t.upper if t.serves else 1) for t in things] + [(0, None)] * len(pairs) + [(0, 1)]
    answer = linprog([0.0] * (size - 1) + [-1.0], A_ub=rows, b_ub=limits, bounds=bounds, method="highs")
    return float(-answer.fun)


def reachable(tiny: Tiny, c: int) -> float:
    """The most persons of one need when every unit of everything is there."""
    need = tiny.needs[c]
    alone = Tiny(tiny.things, (Need(need.area, need.sector, need.gap, 0.0),), tiny.mix_cap, 0.0)
    full = np.array([t.upper for t in tiny.things], dtype=float)
    return -_linear(alone, full, {}, slopes=((1.0, 1.0),))


def _pairs(tiny: Tiny) -> list[tuple[int, int]]:
    return [
        (c, t)
        for c, need in enumerate(tiny.needs)
        for t, thing in enumerate(tiny.things)
        if thing.area == need.area and thing.serves.get(need.sector, 0) > 0 and thing.upper > 0
    ]


def _program(tiny: Tiny, units: np.ndarray, floors: dict[int, float], missed: float = float("inf")) -> float | None:
    value = _linear(tiny, units, floors, STEPS, missed)
    return None if np.isnan(value) else -value


def _linear(tiny: Tiny, units: np.ndarray, floors: dict[int, float], slopes: tuple[tuple[float, float], ...], missed: float = float("inf")) -> float:
    """Minus the value of serving people with fixed units; NaN where the floors cannot be kept.

    At most `missed` persons stay below the coverage floors. Without slopes: the fewest that can.
    """
    pairs = _pairs(tiny)
    steps = [(c, k) for c in range(len(tiny.needs)) for k in range(max(1, len(slopes)))]
    served = len(pairs) + len(steps)
    size = served + len(tiny.regions)
    if size == 0:
        return 0.0
    objective, upper = np.zeros(size), np.zeros(size)
    rows, limits, equal = [], [], []
    for p, (c, t) in enumerate(pairs):
        upper[p] = units[t] * tiny.things[t].serves[tiny.needs[c].sector]
    for position, region in enumerate(tiny.regions, start=served):
        upper[position], objective[position] = region.missing, 0.0 if slopes else 1.0
        gained = np.zeros(size)
        gained[[p for p, (c, _) in enumerate(pairs) if c in region.needs]] = -1.0
        gained[position] = -1.0
        rows.append(gained)
        limits.append(-region.missing + 1e-6)
    if tiny.regions and np.isfinite(missed):
        rows.append(np.repeat([0.0, 1.0], [served, len(tiny.regions)]))
        limits.append(missed)
    for position, (c, k) in enumerate(steps, start=len(pairs)):
        if not slopes:
            upper[position] = tiny.needs[c].gap
            continue
        need, base = tiny.needs[c], slopes[k - 1][0] if k else 0.0
        upper[position] = need.demand * max(0.0, slopes[k][0] - max(base, need.coverage))
        objective[position] = -need.weight * slopes[k][1]
    for c, _ in enumerate(tiny.needs):
        mine = [p for p, (cell, _) in enumerate(pairs) if cell == c]
        line = np.zeros(size)
        line[mine] = 1.0
        if c in floors:
            rows.append(-line)
            limits.append(-floors[c] + 1e-6)
        for p in mine if len(mine) > 1 else ():
            capped = -tiny.mix_cap * line
            capped[p] += 1.0
            rows.append(capped)
            limits.append(0.0)
        balance = line.copy()
        balance[[q for q, (cell, _) in enumerate(steps, start=len(pairs)) if cell == c]] = -1.0
        equal.append(balance)
    answer = linprog(
        objective,
        A_ub=np.array(rows) if rows else None,
        b_ub=limits if rows else None,
        A_eq=np.array(equal),
        b_eq=np.zeros(len(equal)),
        bounds=list(zip(np.zeros(size), upper, strict=True)),
        method="highs",
    )
    return float(answer.fun) if answer.status == 0 else float("nan")
