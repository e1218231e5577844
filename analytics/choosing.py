"""Of the plans in whole units that every area offers, one each: together of the highest value within what is shared (METHOD 6)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analytics.branching import Branches
from analytics.chunks import Point
from analytics.master import Column, Master
from analytics.model import Floats
from analytics.nationals import Nationals
from analytics.ties import Overdraft, Ties


def chosen_by_area(
    branches: Sequence[Branches], plans: Sequence[Sequence[Point]], ties: Ties, nationals: Nationals, standing: set[int], over: Overdraft
) -> tuple[list[Point], Floats]:
    """A plan of each chunk in which every area has one of its plans; and the prices of what is shared among all offers."""
    columns: list[list[Column]] = []
    for branch, mine in zip(branches, plans, strict=True):
        values = [branch.by_area(branch.chunk.value * plan.columns) for plan in mine]
        used = [np.array([branch.by_area(row * plan.columns) for row in branch.chunk.uses]) for plan in mine]
        columns += [
            [Column(Point(plan.columns[:0], float(value[a]), 0.0), use[:, a]) for plan, value, use in zip(mine, values, used, strict=True)]
            for a in range(branch.areas)
        ]
    master = Master(ties, nationals, len(columns), standing, over, valued=True)
    master.add(columns)
    prices = master.mix().prices
    chosen = np.array(master.whole(), dtype=np.int64)
    found, first = [], 0
    for branch, mine in zip(branches, plans, strict=True):
        found.append(branch.chunk.point(branch.put_together([plan.columns for plan in mine], chosen[first : first + branch.areas])))
        first += branch.areas
    return found, prices
