"""The target question where caps stand in the way, all areas in one model: the fewest missed first, then the lowest cost (METHOD 6).

What no cap can keep from being reached must be: a search that ends within its gap would else leave out a few persons anywhere.
Many areas are cut into chunks: aimed.py.
"""

from __future__ import annotations

import numpy as np

from analytics.model import INFINITY, Floats, Model, SolverError
from analytics.options import missed_as, under_caps
from analytics.problem import Problem
from analytics.scenario import Scenario
from analytics.search import Answer, relaxed_columns, search

ROOM = 1e-4
"""Persons a row may be off: less than the solver's own tolerance over many cells."""


def fewest_missed_then_cheapest(problem: Problem, scenario: Scenario, wanted: dict[int, float]) -> tuple[Model, Answer]:
    """First the fewest persons and conditions missed that a cap can keep from being reached, then the lowest cost that keeps to it."""
    model, held, missed = Model(problem, scenario), under_caps(problem), list[int]()
    for position, option in enumerate(problem.options):
        if option.condition and position in held:
            persons = missed_as(option, scenario)
            missed.append(model.column(0, persons))
            model.rows.add([(model.unit[position], persons), (missed[-1], 1.0)], persons, INFINITY)
        elif option.condition:
            model.lower[model.unit[position]] = 1
    for c, wished in wanted.items():
        if held.isdisjoint(problem.cells[c].options):
            model.rows.add(model.cell_entries(c), wished, INFINITY)
        else:
            missed.append(model.column(0, wished))
            model.rows.add([*model.cell_entries(c), (missed[-1], 1.0)], wished, INFINITY)
    start = _without(model, held)
    if missed:
        objective = np.zeros(len(model.lower))
        objective[missed] = 1
        fewest = search(model, objective, scenario, maximise=False, start=start, seconds=scenario.seconds_allowed / 5)
        if fewest is None:
            raise SolverError("target: no plan was found in the time allowed")
        model.rows.add([(column, 1.0) for column in missed], -INFINITY, max(0.0, fewest.objective) * (1 + 1e-9) + ROOM)
        start = fewest.values
    answer = search(model, model.costs(), scenario, maximise=False, start=start)
    if answer is None:
        raise SolverError("target: no plan within the caps was found in the time allowed")
    return model, answer


def _without(model: Model, held: set[int]) -> Floats | None:
    """A plan that buys none of some options: the cheapest divisible one, every unit rounded up; None where there is none."""
    upper = list(model.upper)
    for position in held:
        model.upper[model.unit[position]] = 0.0
        model.lower[model.unit[position]] = 0.0
    relaxed = relaxed_columns(model, model.costs(), maximise=False)
    model.upper[:] = upper
    if relaxed is None:
        return None
    integer = np.array(model.integer)
    relaxed[integer] = np.ceil(relaxed[integer] - 1e-6)
    return relaxed
