"""What ties areas together besides national work: money and who gives it, caps, floors of several areas (METHOD 6).

Each tie is a resource that plans use: EUR in all, EUR by the donors that may pay, units of a capped intervention, persons
gained towards a floor (a negative use), persons missed. A price on every resource lets chunks of areas answer apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analytics.funding import groups
from analytics.model import INFINITY, Floats, Model
from analytics.problem import Floor, Problem
from analytics.scenario import Scenario


@dataclass(frozen=True)
class Overdraft:
    """What overdrawing costs, in value: a euro, a capped unit, a person missed."""

    euro: float
    unit: float
    person: float


@dataclass(frozen=True)
class Ties:
    """Resources in the order: all money, money by group of donors, caps, floors of several areas, persons missed.

    `members`: donors (positions) by group; `amounts`: EUR by donor; `limits`: units by cap. `missed`: the most persons that may
    stay below the floors.
    """

    problem: Problem
    budget: float
    members: tuple[tuple[int, ...], ...]
    group_of: dict[int, int]
    amounts: tuple[float, ...]
    caps: tuple[str, ...]
    limits: tuple[float, ...]
    floors: tuple[Floor, ...]
    missed: float = 0.0

    @cached_property
    def floors_of(self) -> dict[int, list[int]]:
        """Floors of several areas by cell."""
        found: dict[int, list[int]] = {}
        for f, floor in enumerate(self.floors):
            for c in floor.cells:
                found.setdefault(c, []).append(f)
        return found

    @property
    def size(self) -> int:
        return 2 + len(self.members) + len(self.caps) + len(self.floors)

    @property
    def first_cap(self) -> int:
        return 1 + len(self.members)

    @property
    def first_floor(self) -> int:
        return self.first_cap + len(self.caps)

    def allowing(self, missed: float) -> Ties:
        return replace(self, missed=missed)

    def part(self, share: float, budget: float) -> Ties:
        """A part of all that is shared, of another budget: what some of the areas would have."""
        floors = tuple(replace(floor, missing=share * floor.missing) for floor in self.floors)
        amounts, limits = tuple(share * amount for amount in self.amounts), tuple(share * limit for limit in self.limits)
        return replace(self, budget=share * budget, amounts=amounts, limits=limits, floors=floors, missed=share * self.missed)

    def uses(self, positions: Sequence[int], model: Model, cells: Sequence[int], slack: Sequence[int]) -> Floats:
        """What one unit of each column of a chunk's model uses, shape (resources, columns); positions and cells of the whole problem."""
        table = np.zeros((self.size, len(model.lower)))
        bought, columns = [self.problem.options[p] for p in positions], np.array(model.unit, dtype=np.int64)
        whole = np.array([1.0 if option.service else float(option.upper) for option in bought])
        price = np.array([option.price for option in bought]) * whole
        table[0, columns] = price
        if self.members:
            table[[1 + self.group_of[p] for p in positions], columns] = price
        for k, code in enumerate(self.caps, start=self.first_cap):
            mine = [index for index, option in enumerate(bought) if option.code == code]
            table[k, columns[mine]] = whole[mine]
        for (c, _), column in model.served.items() if self.floors else ():
            for f in self.floors_of.get(cells[c], ()):
                table[self.first_floor + f, column] = -1.0
        table[-1, list(slack)] = 1.0
        return table

    def worth(self, prices: Floats) -> float:
        """What all there is of the resources is worth at their prices: with it, answers of chunks bound every plan."""
        missed_price = float(prices[-1])
        worth = float(prices[0]) * self.budget + missed_price * self.missed
        if self.members:
            by_group = prices[1 : self.first_cap]
            worth += self._free() * float(by_group.max())
            for d, amount in enumerate(self.amounts):
                worth += amount * max((float(by_group[g]) for g, donors in enumerate(self.members) if d in donors), default=0.0)
        worth += sum(float(prices[self.first_cap + k]) * self.limits[k] for k in range(len(self.caps)))
        for f, floor in enumerate(self.floors):
            price = float(prices[self.first_floor + f])
            worth += floor.missing * (max(0.0, price - missed_price) - price)
        return worth

    def hold(self, model: Model, entries: Sequence[list[tuple[int, float]]], used: Floats, over: Overdraft) -> list[int]:
        """Rows that keep a model within the resources, or nearly: overdrawing costs value, in `model.cost`. Returns the row of each resource.

        `entries`: what columns of the model use, by resource; `used`: what others use already.
        """

        def spare(cost: float) -> tuple[int, float]:
            column = model.column(0, INFINITY)
            model.cost[column] = -cost
            return column, -1.0

        rows = [model.rows.add([*entries[0], spare(over.euro)], -INFINITY, self.budget - used[0])]
        money: list[list[tuple[int, float]]] = [[] for _ in self.amounts]
        rest = []
        for g, donors in enumerate(self.members):
            paid: list[tuple[int, float]] = []
            for d in donors:
                paid.append((model.column(0, self.amounts[d]), -1.0))
                money[d].append((paid[-1][0], 1.0))
            paid.append((model.column(0, self._free()), -1.0))
            rest.append((paid[-1][0], 1.0))
            rows.append(model.rows.add([*entries[1 + g], *paid, spare(over.euro)], -INFINITY, -used[1 + g]))
        for d, columns in enumerate(money):
            model.rows.add(columns, -INFINITY, self.amounts[d])
        if rest:
            model.rows.add(rest, -INFINITY, self._free())
        for k, limit in enumerate(self.limits, start=self.first_cap):
            rows.append(model.rows.add([*entries[k], spare(over.unit)], -INFINITY, limit - used[k]))
        slack = []
        for f, floor in enumerate(self.floors, start=self.first_floor):
            slack.append((model.column(0, floor.missing), 1.0))
            rows.append(model.rows.add([*entries[f], (slack[-1][0], -1.0)], -INFINITY, -floor.missing - used[f]))
        rows.append(model.rows.add([*entries[-1], *slack, spare(over.person)], -INFINITY, self.missed - used[-1]))
        return rows

    def overdrawn(self, used: Floats) -> tuple[float, float]:
        """How much of money and caps (EUR; a unit counts as 1,000) is overdrawn at least, and persons missed beyond those allowed."""
        model = Model(Problem((), (), (), (), {}), Scenario())
        self.hold(model, [[] for _ in range(self.size)], used, Overdraft(1e3, 1e6, 1.0))
        solver = model.highs(np.array(model.cost), maximise=True, relaxed=True, seconds=INFINITY, gap=0)
        solver.run()
        columns = np.array(solver.getSolution().col_value)
        costs = -np.array(model.cost)
        return float((columns * costs / 1e3)[costs > 1.0].sum()), float(columns[costs == 1.0].sum())

    def _free(self) -> float:
        return max(0.0, self.budget - sum(self.amounts))


def ties_of(problem: Problem, budget: float) -> Ties:
    """The ties of a problem; floors of one area are no ties."""
    members = groups(problem) if problem.purses else {}
    group_of = {position: g for g, positions in enumerate(members.values()) for position in positions}
    held = {option.code for option in problem.options}
    amounts, caps = tuple(purse.amount for purse in problem.purses), tuple(code for code in problem.caps if code in held)
    limits = tuple(float(problem.caps[code]) for code in caps)
    spanning = tuple(floor for floor in problem.floors if len({problem.cells[c].pcode for c in floor.cells}) != 1)
    return Ties(problem, budget, tuple(members), group_of, amounts, caps, limits, spanning)
