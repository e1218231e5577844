"""The scenario's inputs in words: label with unit, value as a person says it."""

from __future__ import annotations

from datetime import date
from typing import Any

from analytics.scenario_inputs import BY_KEY
from ui import format as say
from ui.language import t, tn


def input_label(key: str) -> str:
    """Label of a scenario input with its unit."""
    unit = BY_KEY[key].unit
    label = t(f"input.{key}.label")
    return label if unit in ("", "share", "multiplier", "weight", "date") else t("ui.label_with_unit", label=label, unit=t(f"unit.{unit}"))


def input_value(key: str, value: Any) -> str:
    """A value of a scenario input as a person says it."""
    row = BY_KEY[key]
    if value is None:
        return t("ui.computed")
    if row.kind == "choice":
        return t(f"input.{key}.choice.{value}")
    if row.kind == "flag":
        return t("ui.yes") if value else t("ui.no")
    if row.kind == "date":
        return say.date(date.fromisoformat(value) if isinstance(value, str) else value)
    if row.kind == "table":
        return tn("ui.entries", len(value))
    if row.unit == "share":
        return say.percent(value)
    if row.unit == "eur":
        return say.money(value)
    return say.number(value, 3)
