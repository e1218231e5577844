"""The search for the prices of all that is shared: chunks answer, the master mixes and sets new prices (METHOD 6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from analytics.chunks import Chunk, Point, each
from analytics.master import CHEAPLY, Column, Master, Mixed
from analytics.model import Floats
from analytics.nationals import Nationals
from analytics.ties import Overdraft, Ties

TURNS = 30
ROOM = 0.25
"""Part of the scenario's gap left between what the master reaches and what its prices prove."""
FRUGAL = 0.02
"""Part of the cost that the search for the fewest missed leaves open once nobody is."""
PERSON = 0.5


@dataclass
class Descent:
    """Chunks that share the ties, the plans they answered so far, and what was proven on the way.

    `ask` answers for a chunk the best divisible plan for an objective. `cuts`: pairs (prices, most that the chunks and what
    is shared can be worth at them). `in_persons`: prices met in the search for the fewest missed.
    """

    chunks: Sequence[Chunk]
    ties: Ties
    nationals: Nationals
    ask: Callable[[int, Floats], Point]
    columns: list[list[Column]] = field(default_factory=list)
    cuts: list[tuple[Floats, float]] = field(default_factory=list)
    in_persons: list[Floats] = field(default_factory=list)

    def begin(self, *plans: Sequence[Point]) -> None:
        """Forgets the plans so far but for these, each a plan of every chunk."""
        self.columns = [[self.column(k, mine[k]) for mine in plans] for k in range(len(self.chunks))]

    def column(self, k: int, point: Point) -> Column:
        return Column(point, self.chunks[k].used(point))

    def answers(self, prices: Floats, *, valued: bool) -> list[Point]:
        """What every chunk answers to the prices."""
        return each(lambda chunk, k: self.ask(k, chunk.worth_at(prices, valued=valued)), self.chunks)

    def run(self, prices: Floats, standing: set[int] | None, over: Overdraft, *, valued: bool) -> Mixed:
        """Chunks answer, the master mixes and sets new prices, until it reaches what the prices prove.

        `standing`: the national options that stand, None where they are divisible; `valued`: for the highest value, else for the fewest missed.
        """
        cheaply = np.zeros(self.ties.size)
        cheaply[0] = 0.0 if valued else CHEAPLY
        master = Master(self.ties, self.nationals, len(self.chunks), standing, over, valued=valued)
        master.add(self.columns)
        best, best_prices = float("inf"), prices
        for turn in range(TURNS):
            columns = [self.column(k, point) for k, point in enumerate(self.answers(prices + cheaply, valued=valued))]
            most = self.ties.worth(prices) + sum((c.point.value if valued else 0.0) - float((prices + cheaply) @ c.used) for c in columns)
            for mine, column in zip(self.columns, columns, strict=True):
                mine.append(column)
            master.add([[column] for column in columns])
            if valued:
                self.cuts.append((prices, most))
                most += self._national_worth(prices, standing)
            if most < best:
                best, best_prices = most, prices
            mixed = master.mix()
            room = ROOM * self.nationals.scenario.gap_tolerance * abs(best) + (0.0 if valued else PERSON / 2)
            if not valued and mixed.overdrawn <= PERSON / 2:
                room = max(room, FRUGAL * abs(best))
            if not valued and prices[: self.ties.first_cap].max() > CHEAPLY:
                self.in_persons.append(prices)
            if best - mixed.reached <= room:
                return replace(mixed, prices=best_prices)  # the master's own may still swing
            # half-way between the best prices so far and the master's: the master's alone swing
            prices = mixed.prices if not valued or turn == 0 or turn % 3 == 2 else (mixed.prices + best_prices) / 2
        return replace(mixed, prices=best_prices)

    def _national_worth(self, prices: Floats, standing: set[int] | None) -> float:
        """What national options add to the bound at these prices: those that stand, or the best divisible ones."""
        model = self.nationals.relaxed_model(standing)
        uses = self.ties.uses(self.nationals.positions, model, (), ())
        return self.nationals.most(model, model.value() - prices @ uses)
