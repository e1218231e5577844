"""The master of the chunks: which mix of their plans keeps within all that is shared, and what each resource is worth (METHOD 6).

Column generation: chunks answer to prices, the master mixes their answers and sets new prices, until what it reaches meets
what the prices prove.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from analytics.chunks import Chunk, Point
from analytics.model import INFINITY, Floats, SolverError
from analytics.nationals import Nationals
from analytics.ties import Overdraft, Ties


@dataclass(frozen=True)
class Column:
    """A plan of one chunk and what it uses of the resources."""

    point: Point
    used: Floats


@dataclass(frozen=True)
class Mixed:
    """The master's answer: what it reaches, a price for each resource, and the part of each column by chunk."""

    reached: float
    prices: Floats
    parts: list[Floats]


def mix_columns(ties: Ties, nationals: Nationals, columns: Sequence[Sequence[Column]], standing: set[int] | None, over: Overdraft, *, valued: bool) -> Mixed:
    """The best mix of plans within the resources; `valued`: by value, else by cost alone beside what overdrawing costs."""
    model = nationals.relaxed_model(standing)
    uses = ties.uses(nationals.positions, model, (), ())
    objective = list(model.value() if valued else -CHEAPLY * uses[0])
    entries: list[list[tuple[int, float]]] = [[(int(c), float(row[c])) for c in np.flatnonzero(row)] for row in uses]
    placed = []
    for mine in columns:
        at = [model.column(0, INFINITY) for _ in mine]
        objective += [column.point.value if valued else -CHEAPLY * column.point.cost for column in mine]
        model.rows.add([(place, 1.0) for place in at], 1, 1)
        placed.append(at)
        for place, column in zip(at, mine, strict=True):
            for r in np.flatnonzero(column.used):
                entries[r].append((place, float(column.used[r])))
    rows = ties.hold(model, entries, np.zeros(ties.size), over)
    costs = np.array(model.cost)
    costs[: len(objective)] += objective
    solver = model.highs(costs, maximise=True, relaxed=True, seconds=nationals.scenario.seconds_allowed, gap=0)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise SolverError(f"master: {solver.modelStatusToString(solver.getModelStatus())}")
    solution = solver.getSolution()
    values, duals = np.array(solution.col_value), np.array(solution.row_dual)
    return Mixed(float(costs @ values), np.maximum(duals[rows], 0.0), [values[at] for at in placed])


CHEAPLY = 1e-6
"""Persons a euro weighs where the fewest missed are sought: of plans that miss as few, a cheap one."""


def mixed_points(chunks: Sequence[Chunk], columns: Sequence[Sequence[Column]], mixed: Mixed) -> list[Point]:
    """The relaxed plan of each chunk that the master's parts make."""
    return [
        chunk.point(sum((part * column.point.columns for part, column in zip(parts, mine, strict=True) if part > 0), np.zeros(len(chunk.columns))))
        for chunk, mine, parts in zip(chunks, columns, mixed.parts, strict=True)
    ]
