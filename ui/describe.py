"""What a scenario changes, in a plain sentence that nobody has to write: each assumption with its value and what it was."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any, Final

from analytics.inputs import DIMENSIONS, SECTORS, PlanInputs
from analytics.scenario import Scenario, differences
from analytics.scenario_inputs import BY_KEY
from ui import format as say
from ui.input_text import input_value
from ui.language import column, has, t, tn
from ui.naming import host_country_names, intervention_name, sector_name, stance_name

NAMED: Final = 3
"""Entries of a table that are named; the others are counted."""


def description(scenario: Scenario, inputs: PlanInputs, base: Scenario | None = None) -> str:
    """One sentence of what differs from a base (default: METHOD's values)."""
    changed = changes(scenario, inputs, base)
    if not changed:
        return t("describe.nothing" if base is None else "describe.same")
    return t(
        "describe.changes" if base is None else "describe.changes_between",
        changes=reduce(lambda first, other: t("describe.join", first=first, other=other), changed),
    )


def changes(scenario: Scenario, inputs: PlanInputs, base: Scenario | None = None) -> list[str]:
    """A clause for each assumption that differs, in the scenario's own order."""
    other = (base or Scenario()).model_dump(mode="json")
    return [_clause(key, value, other[key], inputs) for key, value in differences(scenario, base).items() if key in BY_KEY]


def _clause(key: str, value: Any, before: Any, inputs: PlanInputs) -> str:
    label = t(f"input.{key}.label")
    if isinstance(value, Mapping):
        return t("describe.table", label=label, entries=_entries(key, value, before, inputs))
    if isinstance(value, list):
        return t("describe.table", label=label, entries=tn("ui.entries", len(value)))
    return t("describe.value", label=label, value=input_value(key, value), before=input_value(key, before))


def _entries(field: str, table: Mapping[str, Any], before: Mapping[str, Any], inputs: PlanInputs) -> str:
    changed = [key for key in table if table[key] != before.get(key)]
    if not changed:
        return t("describe.removed") if before else tn("ui.entries", len(table))
    named = [f"{_name(key, inputs)} {_value(field, table[key])}" for key in changed[:NAMED]]
    if len(changed) > NAMED:
        named.append(tn("describe.more", len(changed) - NAMED))
    return say.several(named)


def _value(field: str, value: Any) -> str:
    if isinstance(value, Mapping):
        if "mode" in value:
            return say.money(value["mode"])
        return stance_name(value["stance"]) if "stance" in value else ""
    if isinstance(value, str):
        return stance_name(value) if has(f"stance.{value}") else value
    unit = BY_KEY[field].unit
    if unit == "multiplier":
        return f"×{say.NO_BREAK}{say.number(value, 2)}"
    return say.percent(value) if unit == "share" else say.number(value, 2)


def _name(key: str, inputs: PlanInputs) -> str:
    code, _, place = key.partition("@")
    if place:
        return f"{_name(code, inputs)} ({_name(place.partition(':')[2], inputs)})"
    if key in inputs.areas.index:
        return str(inputs.areas.at[key, column()])
    if key in inputs.catalogue.interventions.index:
        return intervention_name(inputs, key)
    if key in SECTORS:
        return sector_name(key)
    if key in DIMENSIONS:
        return t(f"describe.dimension.{key}")
    return str(getattr(inputs, f"country_{column()}")) if key in ("country", inputs.country) else host_country_names(inputs).get(key, key)
