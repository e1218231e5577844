"""The balance: what every cell gains at least, and how much of it whole units can keep within its part of the money (METHOD 6)."""

from __future__ import annotations

from collections.abc import Callable

import highspy
import numpy as np

from analytics.funding import add_budget
from analytics.model import INFINITY, Model, SolverError
from analytics.problem import Problem
from analytics.scenario import Scenario

SHARE_SCALE = 1e4
CLOSER = 4
"""Halvings between a part of the balance that fits and twice that part, which does not."""


def balanced_share(problem: Problem, scenario: Scenario, budget: float) -> float:
    """g*: the largest share of every servable gap the budget could close everywhere at once, units divisible (METHOD 6)."""
    model = Model(problem, scenario)
    share = model.column(0, 1)
    open_cells = servable(problem, scenario)
    if not open_cells:
        return 0.0
    add_budget(model, budget)
    for c in open_cells:
        model.rows.add([*model.cell_entries(c), (share, -problem.cells[c].gap)], 0, INFINITY)
    objective = np.zeros(len(model.lower))
    objective[share] = SHARE_SCALE  # a coefficient of 1 would lie within the solver's own tolerance
    solver = model.highs(objective, maximise=True, relaxed=True, seconds=INFINITY, gap=0)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise SolverError(f"balance: {solver.modelStatusToString(solver.getModelStatus())}")
    return float(min(1.0, max(0.0, solver.getInfo().objective_function_value / SHARE_SCALE)))


def balance_floors(problem: Problem, scenario: Scenario, share: float) -> tuple[dict[int, float], tuple[int, ...]]:
    """Persons every servable cell gains for a share of its gap, and the cells too small for a unit of their own (METHOD 6)."""
    if share <= 0:
        return {}, ()
    floors, too_small = {}, []
    for c, reached in enumerate(problem.reached(scenario)):
        if reached <= 0:
            continue
        cell = problem.cells[c]
        persons = share * cell.gap
        smallest = min(problem.options[o].serves[cell.sector] for o in cell.options)
        if persons < scenario.small_cell_units * smallest:
            too_small.append(c)
        elif persons > 0:
            floors[c] = persons
    return floors, tuple(too_small)


def largest_kept(asked: float, fits: Callable[[float], bool], closer: int = CLOSER) -> float:
    """The largest part of the balance, at most what is asked, that `fits`: halved until it does, then `closer` by halves of the rest.

    Ends because a part small enough leaves every cell too small for a unit of its own, and nothing to keep.
    """
    kept = asked
    while not fits(kept):
        kept /= 2
    if kept == asked:
        return asked
    step = kept
    for _ in range(closer):
        step /= 2
        if fits(kept + step):
            kept += step
    return kept


def servable(problem: Problem, scenario: Scenario) -> list[int]:
    """Cells (positions) of which somebody can be served when money is no object."""
    return [c for c, persons in enumerate(problem.reached(scenario)) if persons > 0]
