"""Earliest starts along the prerequisite graph and what a unit serves before the horizon ends (METHOD 6)."""

from __future__ import annotations

from collections.abc import Callable

from analytics.inputs import InputError, PlanInputs
from analytics.scenario import Scenario


def earliest_starts(inputs: PlanInputs, in_place: Callable[[str, str, str], bool]) -> Callable[[str, str, str], float]:
    """A function (code, scope kind, scope id) -> earliest start in months after the plan's first day.

    What stands already costs no time. A prerequisite has the same lead time in every scope it can stand in, so its
    earliest start depends on the scope only through what is in place there. Raises InputError when interventions
    need each other in a circle.
    """
    table = inputs.catalogue.interventions
    prerequisites = {str(code): tuple(row) for code, row in table["prerequisites"].items()}
    lead = {str(code): float(months) for code, months in table["lead_months"].items()}
    memory: dict[tuple[str, str], float] = {}

    def start(code: str, kind: str, scope: str, path: tuple[str, ...] = ()) -> float:
        if code in path:
            raise InputError(f"interventions need each other in a circle: {' -> '.join((*path, code))}")
        place = f"{kind}:{scope}" if place_matters else ""
        if (code, place) not in memory:
            waits = [start(p, kind, scope, (*path, code)) + lead[p] for p in prerequisites[code] if not in_place(p, kind, scope)]
            memory[code, place] = max(waits, default=0.0)
        return memory[code, place]

    place_matters = bool(len(inputs.in_place))
    return lambda code, kind, scope: start(code, kind, scope)


def effective_months(scenario: Scenario, start: float, lead: float) -> float:
    """Months of service left in the horizon after the earliest start and the lead time."""
    return max(0.0, scenario.horizon_months - start - lead)
