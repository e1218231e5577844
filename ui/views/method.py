"""Frames of the page Method: assumptions in use, the indicators and the catalogue of interventions."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analytics.assessment import Assessment
from analytics.inputs import PlanInputs
from analytics.scenario import Scenario
from analytics.scenario_inputs import INPUTS
from ui import format as say
from ui.language import column, t
from ui.naming import indicator_name, intervention_name, sector_name


def assumptions(scenario: Scenario, label: Callable[[str], str], value: Callable[[str, object], str], unit: Callable[[str], str]) -> pd.DataFrame:
    """One row a scenario input: key, section of the method, label, unit, value, default, changed (in words)."""
    rows = [
        {
            "key": row.key,
            "section": row.section,
            "label": label(row.key),
            "unit": unit(row.unit) if row.unit else "",
            "value": value(row.key, getattr(scenario, row.key)),
            "default": value(row.key, row.default),
            "changed": t("ui.yes") if getattr(scenario, row.key) != row.default else t("ui.no"),
        }
        for row in INPUTS
    ]
    return pd.DataFrame(rows)


def indicators(inputs: PlanInputs, assessed: Assessment) -> pd.DataFrame:
    """One row an indicator: code, name, unit, axis, dimension, low, high (goalposts), known (areas with a value)."""
    table = inputs.catalogue.indicators
    values = assessed.table.value.loc[inputs.areas.index]
    return pd.DataFrame(
        {
            "code": table.index,
            "name": table[column()].to_numpy(),
            "unit": table["unit"].to_numpy(),
            "axis": table["axis"].to_numpy(),
            "dimension": table["dimension"].to_numpy(),
            "origin": table["origin"].to_numpy(),
            "low": table["goalpost_low"].to_numpy(),
            "high": table["goalpost_high"].to_numpy(),
            "known": [int(values[code].notna().sum()) for code in table.index],
        }
    )


def interventions(inputs: PlanInputs) -> pd.DataFrame:
    """One row an intervention of the catalogue: code, name, element, section of the handbook, driver, per, serves and prerequisites in
    words, lead."""
    table = inputs.catalogue.interventions
    return pd.DataFrame(
        {
            "code": table.index,
            "name": table[column()].to_numpy(),
            "element": table["element"].to_numpy(),
            "section": table["section"].to_numpy(),
            "driver": table["driver"].to_numpy(),
            "per": table["per"].to_numpy(),
            "serves": [
                say.listed([f"{sector_name(sector)} {say.number(persons)}" for sector, persons in serves.items()]) or t("plan.enabling")
                for serves in table["serves"]
            ],
            "prerequisites": [say.listed([intervention_name(inputs, code) for code in codes]) or t("method.nothing") for codes in table["prerequisites"]],
            "provenance": table["provenance"].to_numpy(),
            "lead": table["lead_months"].to_numpy(),
        }
    )


def with_unit(inputs: PlanInputs, code: str) -> str:
    """An indicator's name, and its unit where the name does not say it."""
    name, unit = indicator_name(inputs, code), t(f"unit.of.{inputs.catalogue.indicators.at[code, 'unit']}")
    return f"**{name}**" if say.plain_spaces(unit) in say.plain_spaces(name) else f"**{name}** ({unit})"
