"""What can stand beside a measure on a second map: another measure, the same at an earlier period, or with METHOD's own assumptions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from ui.language import t
from ui.views.communities import INDICES, Measure

AS_DEFAULT: Final = "default"
COMPUTED: Final = ("need", "capacity", "pressure")
"""Indices that the scenario's assumptions change."""


def options(code: str, measures: Sequence[str], years: Sequence[int], *, changed: bool) -> list[str]:
    """What can be compared with a measure: itself with the default assumptions (when the scenario changed any), itself in earlier
    years, then every other measure. A text `<code>_<default or year>` or `<code>`, as the link has it."""
    same = [f"{code}_{AS_DEFAULT}"] if changed and code in COMPUTED else []
    return [*same, *(f"{code}_{year}" for year in years), *(one for one in measures if one != code)]


def parts(text: str) -> tuple[str, str]:
    """An option apart: the measure's code and what of it ("" as it is, AS_DEFAULT, or a year)."""
    code, _, variant = text.rpartition("_")
    return (code, variant) if code and (variant == AS_DEFAULT or variant.isdigit()) else (text, "")


def title(text: str, titles: dict[str, str]) -> str:
    """An option in words."""
    code, variant = parts(text)
    if not variant:
        return titles[code]
    return t("communities.beside.default", measure=titles[code]) if variant == AS_DEFAULT else t("communities.beside.year", measure=titles[code], year=variant)


def earlier_years(history: pd.DataFrame, code: str, shown: Measure) -> list[int]:
    """Years for which an indicator has values of areas on the map, other than the latest of them, newest first."""
    if code in INDICES or history.empty:
        return []
    latest = shown.areas["period_end"].max()
    years = history.loc[history["pcode"].isin(shown.areas.index) & history["value"].notna(), "period_end"].dropna().dt.year
    return sorted({int(year) for year in years if pd.isna(latest) or year != latest.year}, reverse=True)


def in_year(history: pd.DataFrame, year: int, areas: pd.Index) -> Measure:
    """An indicator as the sources gave it for a year, area by area; nothing is inherited or carried over."""
    rows = history[history["pcode"].isin(areas) & (history["period_end"].dt.year == year)].drop_duplicates("pcode", keep="last").set_index("pcode")
    frame = rows.reindex(areas)[["value", "quality", "source_id", "period_start", "period_end"]]
    frame["quality"] = frame["quality"].astype(object).where(frame["value"].notna(), None)
    frame["protected"] = rows["protected"].reindex(areas).fillna(False).astype(bool) if "protected" in rows else False
    return Measure(frame, None)
