"""g* of many areas: the largest share of every gap that a budget could close everywhere at once, found in chunks (METHOD 6)."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.chunks import Chunk, each
from analytics.country import Country
from analytics.nationals import Nationals
from analytics.pricing import TURNS

SHARE_ROOM = 1e-4
"""Part of the budget that the balanced share may leave unspent."""


def share_in_chunks(country: Country, budget: float) -> float:
    """g*: the largest share of every servable gap the budget could close everywhere at once, units divisible."""
    problem, scenario = country.problem, country.scenario
    cells = {c: cell.gap for c, cell in enumerate(problem.cells)}
    reached = {c: persons for c, persons in enumerate(problem.reached(scenario)) if persons > 0}
    if not reached:
        return 0.0
    top = min(1.0, *(persons / cells[c] for c, persons in reached.items())) * (1 - 1e-9)

    def spent(share: float) -> float:
        return divisible_cost(country.chunks, country.nationals, {c: share * cells[c] for c in reached})

    low, high = [(0.0, 0.0)], (top, country.cost_at_top(top, spent))
    if high[1] <= budget:
        return float(top)
    for turn in range(TURNS):
        if budget - low[-1][1] <= SHARE_ROOM * budget:
            break
        (near, paid), (far, cost) = low[-1], high
        # cost is convex in the share: a chord never spends too much, its extension below never too little
        guess = near + (budget - paid) * (far - near) / (cost - paid)
        if turn % 2 and len(low) > 1 and paid > low[-2][1]:
            guess = min(near + (budget - paid) * (near - low[-2][0]) / (paid - low[-2][1]), (near + far) / 2)
        cost = spent(guess)
        if cost <= budget:
            low.append((guess, cost))
        else:
            high = (guess, cost)
    return float(low[-1][0])


def divisible_cost(chunks: Sequence[Chunk], nationals: Nationals, persons: dict[int, float]) -> float:
    """Cost of serving persons with divisible units: chunks share the national options, each as far as the chunk that needs it most."""
    part = {p: price / len(chunks) for p, price in nationals.price.items()}

    def answer(chunk: Chunk, _: int) -> tuple[float, dict[int, float]]:
        chunk.free_nationals()
        chunk.serve(persons)
        chunk.update()
        costs = chunk.cost.copy()
        for index in range(chunk.national):
            costs[chunk.model.unit[index]] = part[chunk.options[index]]
        point = chunk.relax(-costs)
        return point.cost, chunk.level(point)

    answers = each(answer, chunks)
    level = {p: max(levels.get(p, 0.0) for _, levels in answers) for p in part}
    return sum(cost for cost, _ in answers) + nationals.least_cost(level)
