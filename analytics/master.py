"""The master of the chunks: which mix of their plans keeps within all that is shared, and what each resource is worth (METHOD 6).

Column generation: chunks answer to prices, the master mixes their answers and sets new prices, until what it reaches meets
what the prices prove.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from analytics.chunks import Chunk, Point, relaxed_run
from analytics.model import INFINITY, Floats, SolverError
from analytics.nationals import Nationals
from analytics.ties import Overdraft, Ties

CHEAPLY = 1e-6
"""Persons a euro weighs where the fewest missed are sought: of plans that miss as few, a cheap one."""


OPEN = 60
"""Chunks (here: areas) among which whole plans are searched for: enough for what is shared to be used up, few enough to end at once."""
NODES = 500
PART_OF_GAP = 0.1
"""Part of the scenario's gap that the search for whole plans may leave."""
ALL = 1 - 1e-6
"""Part of a plan in the mix from which the chunk has this plan alone."""


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
        self.valued, self.gap = valued, PART_OF_GAP * nationals.scenario.gap_tolerance
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
        place, entered = len(self.costs), 0
        for k, mine in enumerate(columns):
            for column in mine:
                held = np.flatnonzero(column.used)
                self.placed[k].append(place + len(costs))
                costs.append(column.point.value if self.valued else -CHEAPLY * column.point.cost)
                starts.append(entered)
                entered += 1 + len(held)
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

    def whole(self) -> list[int]:
        """After `mix`: one plan of each chunk, together the best that keep within the resources (or overdraw them least).

        Searched for among the chunks that lie between two plans or nearly do; the others keep the plan they have in the mix.
        """
        solution = self.solver.getSolution()
        values, loss = np.array(solution.col_value), np.abs(np.array(solution.col_dual))
        taken = [max(mine, key=lambda place: float(values[place])) for mine in self.placed]
        # what the next best plan of a chunk would lose at these prices
        next_best = [sorted(float(loss[place]) * (values[place] < ALL) for place in mine)[:2] for mine in self.placed]
        order = sorted((k for k, mine in enumerate(self.placed) if len(mine) > 1), key=lambda k: (values[taken[k]] > ALL, next_best[k][1]))
        for k in order[:OPEN]:
            places = np.array(self.placed[k], dtype=np.int32)
            self.solver.changeColsIntegrality(len(places), places, np.ones(len(places), dtype=np.uint8))
        for k in set(range(len(self.placed))) - set(order[:OPEN]):
            for place in self.placed[k]:
                self.solver.changeColBounds(place, float(place == taken[k]), float(place == taken[k]))
        self.solver.setOptionValue("mip_rel_gap", self.gap)
        self.solver.setOptionValue("mip_max_nodes", NODES)
        self.solver.run()
        if self.solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise SolverError(f"master: {self.solver.modelStatusToString(self.solver.getModelStatus())}")
        values = np.array(self.solver.getSolution().col_value)
        return [int(np.argmax(values[mine])) for mine in self.placed]


def mixed_points(chunks: Sequence[Chunk], columns: Sequence[Sequence[Column]], mixed: Mixed) -> list[Point]:
    """The relaxed plan of each chunk that the master's parts make."""
    return [
        chunk.point(sum((part * column.point.columns for part, column in zip(parts, mine, strict=True) if part > 0), np.zeros(len(chunk.columns))))
        for chunk, mine, parts in zip(chunks, columns, mixed.parts, strict=True)
    ]
