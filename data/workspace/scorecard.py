"""The conditions scorecard as a table: which indicators of the catalogue stand at which level, and what each of them accepts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd

from data.errors import DataError

ELEMENTS: Final = ("coordination", "policy", "actors", "services", "needs")
"""The three conditions of the handbook, then the services in place and the needs that only an assessment can give."""
LEVELS: Final = ("local", "national", "international")
STEPS: Final[dict[str, tuple[float, ...]]] = {"0/0.5/1": (0.0, 0.5, 1.0), "0-3": (0.0, 1.0, 2.0, 3.0), "0-4": (0.0, 1.0, 2.0, 3.0, 4.0)}
"""Units that are a rubric, with the scores they know."""
_SPANS: Final[dict[str, tuple[float, float]]] = {"%": (0.0, 100.0), "share": (0.0, 1.0), "pp": (-100.0, 100.0)}
_MOST: Final = 1e12


@cache
def items() -> pd.DataFrame:
    """The items of the scorecard, index indicator: element, level."""
    return pd.read_csv(Path(__file__).with_suffix(".csv"), index_col="indicator")


def bounds(declared: pd.Series) -> tuple[float, float]:
    """The least and the most that an indicator of the catalogue can be; below zero only where its goalposts are, or its unit is."""
    return _SPANS.get(str(declared["unit"]), (min(0.0, float(declared["goalpost_low"])), _MOST))


def check_score(indicators: pd.DataFrame, code: str, value: float) -> None:
    """Raises DataError for a score that the item does not know."""
    declared = indicators.loc[code]
    steps = STEPS.get(str(declared["unit"]))
    low, high = bounds(declared)
    if (steps is not None and value not in steps) or not low <= value <= high:
        known = ", ".join(f"{step:g}" for step in steps) if steps else f"{low:g} – {high:g}"
        raise DataError(f"« {value:g} » n'est pas une note possible pour {code} : {known}.", f"“{value:g}” is no possible score of {code}: {known}.")


def full_score(indicators: pd.DataFrame, code: str) -> float:
    """The value of an indicator at which nothing is short: its goalpost on the good side (METHOD 2)."""
    row = indicators.loc[code]
    return float(row["goalpost_high"] if row["better"] == "higher" else row["goalpost_low"])
