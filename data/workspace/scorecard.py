"""The conditions scorecard as a table: which indicators of the catalogue stand at which level, and what each of them accepts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd

from data.errors import DataError

ELEMENTS: Final = ("coordination", "policy", "actors")
LEVELS: Final = ("local", "national", "international")
STEPS: Final[dict[str, tuple[float, ...]]] = {"0/0.5/1": (0.0, 0.5, 1.0), "0-3": (0.0, 1.0, 2.0, 3.0), "0-4": (0.0, 1.0, 2.0, 3.0, 4.0)}
"""Units that are a rubric, with the scores they know."""
_TOPS: Final[dict[str, float]] = {"%": 100.0, "share": 1.0}


@cache
def items() -> pd.DataFrame:
    """The items of the scorecard, index indicator: element, level."""
    return pd.read_csv(Path(__file__).with_suffix(".csv"), index_col="indicator")


def check_score(indicator: str, unit: str, value: float) -> None:
    """Raises DataError for a score that the item does not know."""
    steps = STEPS.get(unit)
    if (steps is not None and value not in steps) or value < 0 or value > _TOPS.get(unit, 1e12):
        known = ", ".join(f"{step:g}" for step in steps) if steps else f"0 – {_TOPS.get(unit, 1e12):g}"
        raise DataError(f"« {value:g} » n'est pas une note possible pour {indicator} : {known}.", f"“{value:g}” is no possible score of {indicator}: {known}.")


def full_score(indicators: pd.DataFrame, code: str) -> float:
    """The value of an indicator at which nothing is short: its goalpost on the good side (METHOD 2)."""
    row = indicators.loc[code]
    return float(row["goalpost_high"] if row["better"] == "higher" else row["goalpost_low"])
