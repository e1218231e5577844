"""The master of the chunks: which mix of their plans keeps within all that is shared, and what each resource is worth (METHOD 6).

Column generation: chunks answer to prices, the master mixes their answers and sets new prices, until what it reaches meets
what the prices prove.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.chunks import Chunk, Point, relaxed_run
from analytics.model import INFINITY, Floats, SolverError
from analytics.nationals import Nationals
from analytics.ties import Overdraft, Ties

CHEAPLY = 1e-6
"""Persons a euro weighs where the fewest missed are sought: of plans that miss as few, a cheap one."""


@dataclass(frozen=True)
class Column:
    """A plan of one chunk and what it uses of the resources."""

    point: Point
    used: Floats


@dataclass(frozen=True)
class Mixed:
    """The master's answer: what it reaches, a price for each resource, the part of each column by chunk, and what overdrawing costs in it."""

    reached: float
    prices: Floats
    parts: list[list[float]]
    overdrawn: float


class Master:
    """The best mix of the plans handed in so far; the solver keeps its last basis as more come.

    `standing`: the national options that stand, None where they are divisible; `valued`: by value, else by cost alone
    beside what overdrawing costs.
    """

    def __init__(self, ties: Ties, nationals: Nationals, chunks: int, standing: set[int] | None, over: Overdraft, *, valued: bool):
        self.valued = valued
        model = nationals.relaxed_model(standing)
        uses = ties.uses(nationals.positions, model, (), ())
        objective = list(model.value() if valued else -CHEAPLY * uses[0])
        entries = [[(int(c), float(row[c])) for c in np.flatnonzero(row)] for row in uses]
        self.convex = [model.rows.add([], 1, 1) for _ in range(chunks)]
        self.rows = np.array(ties.hold(model, entries, np.zeros(ties.size), over), dtype=np.int32)
        self.overdrawing = np.array(model.cost)
        self.costs = self.overdrawing.copy()
        self.costs[: len(objective)] += objective
        self.placed: list[list[int]] = [[] for _ in range(chunks)]
        self.solver = model.highs(self.costs, maximise=True, relaxed=True, seconds=INFINITY, gap=0)

    def add(self, columns: Sequence[Sequence[Column]]) -> None:
        """More plans, by chunk."""
        costs, starts, index, value = list[float](), list[int](), list[np.ndarray](), list[np.ndarray]()
        place = len(self.costs)
        for k, mine in enumerate(columns):
            for column in mine:
                held = np.flatnonzero(column.used)
                self.placed[k].append(place + len(costs))
                costs.append(column.point.value if self.valued else -CHEAPLY * column.point.cost)
                starts.append(sum(map(len, index)))
                index.append(np.concatenate([[self.convex[k]], self.rows[held]]))
                value.append(np.concatenate([[1.0], column.used[held]]))
        if not costs:
            return
        self.costs = np.concatenate([self.costs, costs])
        entries = np.concatenate(index).astype(np.int32)
        none, no_end = np.zeros(len(costs)), np.full(len(costs), INFINITY)
        self.solver.addCols(len(costs), np.array(costs), none, no_end, len(entries), np.array(starts, dtype=np.int32), entries, np.concatenate(value))

    def mix(self) -> Mixed:
        """The best mix within the resources."""
        values = relaxed_run(self.solver)
        if values is None:
            raise SolverError(f"master: {self.solver.modelStatusToString(self.solver.getModelStatus())}")
        duals = np.array(self.solver.getSolution().row_dual)
        parts = [[float(values[place]) for place in mine] for mine in self.placed]
        return Mixed(float(self.costs @ values), np.maximum(duals[self.rows], 0.0), parts, -float(self.overdrawing @ values[: len(self.overdrawing)]))


def mixed_points(chunks: Sequence[Chunk], columns: Sequence[Sequence[Column]], mixed: Mixed) -> list[Point]:
    """The relaxed plan of each chunk that the master's parts make."""
    return [
        chunk.point(sum((part * column.point.columns for part, column in zip(parts, mine, strict=True) if part > 0), np.zeros(len(chunk.columns))))
        for chunk, mine, parts in zip(chunks, columns, mixed.parts, strict=True)
    ]
