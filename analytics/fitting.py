"""Whether a scenario fits a country: areas, interventions and scopes it names that are not there.

A scenario outlives a change of country, level or boundaries; what does not fit is said and left out, never lost.
"""

from __future__ import annotations

from typing import Any, Final

from analytics.applicability import Candidate, scope_key
from analytics.inputs import PlanInputs
from analytics.scenario import Scenario

BY_AREA: Final = ("stance_overrides", "mixed_by_area", "area_weights", "planner_returns")
BY_INTERVENTION: Final = ("prices", "caps")
REASONS: Final = (
    dict.fromkeys(BY_AREA, "no such area at this planning level")
    | dict.fromkeys(BY_INTERVENTION, "no such intervention")
    | {
        "units": "no such intervention and scope here; write A16@area:CD61",
        "floors": "no such area or region here",
        "earmarks": "no such area or region here",
    }
)


def misfits(inputs: PlanInputs, scenario: Scenario, found: list[Candidate]) -> list[tuple[str, str]]:
    """(field, key) of everything the scenario names that this country and level do not have."""
    areas, codes = set(inputs.areas.index), set(inputs.catalogue.interventions.index)
    missing = [(field, key) for field in BY_AREA for key in getattr(scenario, field) if key not in areas]
    missing += [(field, key) for field in BY_INTERVENTION for key in getattr(scenario, field) if key not in codes]
    places = areas | set(inputs.areas["parent"]) | {inputs.country}
    missing += [("floors", key) for key in scenario.floors if key not in places]
    missing += [("earmarks", place) for earmark in scenario.earmarks for place in earmark.areas if place not in places]
    if scenario.units:
        scopes = {scope_key(c.code, c.kind, c.scope) for c in found}
        missing += [("units", key) for key in scenario.units if key not in scopes]
    return missing


def without(scenario: Scenario, missing: list[tuple[str, str]]) -> Scenario:
    """The same scenario without those entries."""
    left_out = set(missing)
    changes: dict[str, Any] = {}
    for field in {field for field, _ in missing}:
        if field == "earmarks":
            # a donor's money goes to those of its places that are here; where none is left it stays with the donor: it must not become free for all
            here = [(e, tuple(place for place in e.areas if (field, place) not in left_out)) for e in scenario.earmarks]
            changes[field] = tuple(e.model_copy(update={"areas": areas}) for e, areas in here if areas or not e.areas)
        else:
            changes[field] = {key: value for key, value in getattr(scenario, field).items() if (field, key) not in left_out}
    return scenario.model_copy(update=changes)
