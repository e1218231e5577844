"""Planned against reached: only activities that say both are compared, and how many they are is said."""

from __future__ import annotations

import pandas as pd


def compared(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Of the rows of `queries.targets`, by the values of a column: activities that say either, `both`, people targeted and reached of those
    that say both (NaN where none does), reached as a share of targeted; the most targeted first.
    """
    whole = rows[["targeted", "reached"]].notna().all(axis=1)
    frame = pd.DataFrame({"activities": rows.groupby(by).size(), "both": whole.groupby(rows[by]).sum()})
    summed = rows[whole].groupby(by)[["targeted", "reached"]].sum()
    frame = frame.join(summed.astype(float))
    frame["share"] = frame["reached"] / frame["targeted"].where(frame["targeted"] > 0)
    return frame.sort_values(["targeted", "activities"], ascending=False).rename_axis(by).reset_index()
