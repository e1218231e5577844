"""Frames of the page Situation: what the plan says of every area, and how the country stands as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from analytics.plan import Plan
from ui.naming import STANCES

VIEWS = ("stance", "expected", "need", "capacity", "covered", "planned")
"""What the map can show; the first is what it opens with."""


FIFTHS: Final = (0.2, 0.4, 0.6, 0.8)
"""Fixed classes for shares of demand: two maps, or two scenarios, stay comparable."""


@dataclass(frozen=True)
class Country:
    """The country in a few figures: areas by stance, areas with expected returns, the areas where most people are expected."""

    stances: dict[str, int]
    awaited: int
    leading: list[str]
    leading_share: float


def classes(view: str) -> dict[str, Any]:
    """How a view of the map is classed: shares of demand in fixed fifths, everything else by quantiles."""
    return {"method": "fixed", "breaks": FIFTHS} if view in ("covered", "planned") else {}


def area_table(plan: Plan) -> pd.DataFrame:
    """One row an area (index pcode): stance, acted, expected, low, high, rate, need, capacity, covered, planned, cost, persons, quality."""
    cost: dict[str, float] = {}
    for line in plan.lines:
        if line.pcode is not None:
            cost[line.pcode] = cost.get(line.pcode, 0.0) + line.cost
    rows = []
    for area in plan.areas:
        wanted = {s: cell.demand for s, cell in area.sectors.items() if cell.demand}
        total = sum(wanted.values())
        rows.append(
            {
                "pcode": area.pcode,
                "stance": area.stance,
                "acted": area.stance_acted,
                "clauses": "".join(area.clauses),
                "close_call": area.close_call,
                "provisional": area.stance_provisional,
                "if_adequate": area.stance_if_adequate,
                "reason": area.stance_reason,
                "expected": _sum(area.expected_returns.abroad, area.expected_returns.internal),
                "low": area.expected_low,
                "high": area.expected_high,
                "rate": area.rate_expected,
                "need": area.need,
                "capacity": area.capacity,
                "covered": sum(area.sectors[s].coverage * d for s, d in wanted.items()) / total if total else np.nan,
                "planned": sum(area.sectors[s].coverage_planned * d for s, d in wanted.items()) / total if total else np.nan,
                "persons": sum(cell.planned_persons for cell in area.sectors.values()),
                "cost": cost.get(area.pcode, 0.0),
                "quality": area.quality,
            }
        )
    frame = pd.DataFrame(rows).set_index("pcode")
    numbers = ["expected", "low", "high", "rate", "need", "capacity", "covered", "planned"]
    frame[numbers] = frame[numbers].astype(float)
    return frame


def country(table: pd.DataFrame) -> Country:
    """How many areas have which stance and where most people are expected (the fewest areas that make up half)."""
    expected = table["expected"].fillna(0).sort_values(ascending=False)
    total = float(expected.sum())
    count = int((expected.cumsum() < total / 2).sum()) + 1 if total > 0 else 0
    leading = [str(pcode) for pcode in expected.index[: min(count, 3)]]
    counts = table["stance"].value_counts()
    return Country(
        {stance: int(counts.get(stance, 0)) for stance in STANCES},
        int((expected > 0).sum()),
        leading,
        float(expected[leading].sum()) / total if total > 0 else 0.0,
    )


def none_of(table: pd.DataFrame, value: str) -> pd.Series:
    """The areas that are known to have none of a figure: nobody is expected, nothing is planned. An unknown figure is not none."""
    if value in ("expected", "cost", "persons"):
        return table[value].eq(0)
    if value in ("covered", "planned"):
        return table[value].isna() & table["expected"].eq(0)
    return pd.Series(False, index=table.index)


def map_rows(table: pd.DataFrame, names: pd.Series, value: str, text: Callable[[pd.Series], str]) -> pd.DataFrame:
    """Rows for the map: the value shown, whether an area has none of it, the name and the tooltip."""
    none = none_of(table, value)
    return pd.DataFrame(
        {"value": table[value], "none": none, "name": names.reindex(table.index), "text": [text(row) for _, row in table.iterrows()]},
        index=table.index,
    )


def listed(table: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """The areas as a table, most expected returns first."""
    return names.join(table, how="right").reset_index(names="pcode").sort_values("expected", ascending=False, kind="stable")


def _sum(*figures: float | None) -> float:
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known else np.nan
