"""Earliest starts along the prerequisite graph and what a unit serves before the horizon ends (METHOD 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from analytics.inputs import InputError, PlanInputs
from analytics.options import Problem
from analytics.scenario import Scenario


def earliest_starts(
    inputs: PlanInputs, in_place: Callable[[str, str, str], bool], meeting: Callable[[str, str, str], Iterable[tuple[str, str]]]
) -> Callable[[str, str, str], float]:
    """A function (code, scope kind, scope id) -> earliest start in months after the plan's first day.

    What stands already costs no time. `meeting` names the scopes (kind, id) in which a prerequisite can stand for a need: the one
    that can be ready first counts, each where it would stand itself. Raises InputError when interventions need each other in a circle.
    """
    table = inputs.catalogue.interventions
    prerequisites = {str(code): tuple(row) for code, row in table["prerequisites"].items()}
    lead = {str(code): float(months) for code, months in table["lead_months"].items()}
    memory: dict[tuple[str, str, str], float] = {}
    # nothing in place: a prerequisite waits as long in every scope
    place_matters = bool(len(inputs.in_place))

    def start(code: str, kind: str, scope: str, path: tuple[str, ...] = ()) -> float:
        if code in path:
            raise InputError(f"interventions need each other in a circle: {' -> '.join((*path, code))}")
        key = (code, kind, scope) if place_matters else (code, "", "")
        if key not in memory:
            waits = [ready(p, kind, scope, (*path, code)) for p in prerequisites[code] if not in_place(p, kind, scope)]
            memory[key] = max(waits, default=0.0)
        return memory[key]

    def ready(code: str, kind: str, scope: str, path: tuple[str, ...]) -> float:
        scopes = list(meeting(code, kind, scope)) if place_matters else []
        return min(start(code, *one, path) for one in scopes or [(kind, scope)]) + lead[code]

    return lambda code, kind, scope: start(code, kind, scope)


def planned_starts(problem: Problem, units: npt.NDArray[np.int64]) -> dict[int, float]:
    """When each option (position) that a plan holds can start, months after its first day: no earlier than what it needs there is ready.

    Later than the earliest start only where another scope could have had the prerequisite sooner than the one the plan chose. A need
    that nothing in the plan meets (by hand) delays nothing.
    """
    options = problem.options
    memory: dict[int, float] = {}

    def start(position: int) -> float:
        if position not in memory:
            waits = [options[position].start]
            for group in options[position].groups:
                standing = [p for p in group if units[p] >= (1 if options[p].service else max(1, options[p].upper))]
                waits += [min(start(p) + options[p].lead for p in standing)] if standing else []
            memory[position] = max(waits)
        return memory[position]

    return {int(position): start(int(position)) for position in np.flatnonzero(units)}


def effective_months(scenario: Scenario, start: float, lead: float) -> float:
    """Months of service left in the horizon after the earliest start and the lead time."""
    return max(0.0, scenario.horizon_months - start - lead)
