"""Nothing bought for nothing: units that serve nobody and enabling work that nothing needs are taken out of a plan (METHOD 6).

A solver that has more money than use for it may leave such units in, because they change no objective.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from analytics.optimise import Solution
from analytics.problem import Option, Problem
from analytics.scenario import Scenario

Units = npt.NDArray[np.int64]


def without_idle(problem: Problem, scenario: Scenario, solution: Solution) -> Solution:
    """The same plan serving the same people, with idle units gone; a target's cost is counted anew."""
    units = solution.units.copy()
    used = _used(problem, solution)
    while True:
        needed = _needed(problem, units)
        fewer = np.array([_kept(option, int(units[p]), used[p], p in needed, scenario) for p, option in enumerate(problem.options)], dtype=np.int64)
        if (fewer == units).all():
            break
        units = fewer
    objective = solution.objective
    if scenario.question == "target" and objective is not None:
        objective = float(sum(int(units[p]) * option.price for p, option in enumerate(problem.options)))
    return replace(solution, units=units, objective=objective)


def _used(problem: Problem, solution: Solution) -> list[int]:
    """Units of each service that its persons need, sector by sector."""
    used = [0] * len(problem.options)
    for (c, o), persons in solution.persons.items():
        serves = problem.options[o].serves[problem.cells[c].sector]
        used[o] = max(used[o], int(np.ceil(persons / serves - 1e-6)))
    return used


def _needed(problem: Problem, units: Units) -> set[int]:
    """Options that something in the plan needs and nothing else in the plan stands in for."""
    needed: set[int] = set()
    for position, option in enumerate(problem.options):
        if units[position] == 0:
            continue
        for group in option.groups:
            standing = [p for p in group if units[p] >= (1 if problem.options[p].service else max(1, problem.options[p].upper))]
            # where several stand in for each other the first stays; conditions stay on their own account
            needed.update(standing[:1])
    return needed


def _kept(option: Option, units: int, used: int, needed: bool, scenario: Scenario) -> int:
    if units == 0:
        return 0
    if option.service:
        return min(units, max(used, int(needed)))
    wanted = option.condition and (scenario.question == "target" or scenario.beta * option.weight > 0)
    return units if needed or wanted else 0
