"""Indicators by area, with quality, period and source."""

from __future__ import annotations

import pandas as pd

from data.indicator_levels import at_level, known_values
from data.queries.areas import areas, country, map_level
from data.store import Store


def indicator_definitions(store: Store) -> pd.DataFrame:
    """Indicators, index = code: name_fr, name_en, unit, better, dimension, axis, origin, goalpost_low, goalpost_high."""
    frame = store.frame("SELECT * FROM indicator").set_index("code")
    for column in ("goalpost_low", "goalpost_high"):
        frame[column] = pd.to_numeric(frame[column])
    return frame


def indicator_values(store: Store, iso3: str, level: int | None = None) -> pd.DataFrame:
    """Latest value of every indicator at a level: pcode, indicator, value, quality, period_start, period_end, source_id,
    row_no, from_pcode (the area the value comes from: itself, or the one it is inherited from), protected.

    An indicator and area without a value have no row: missing is not zero. A value that a release withholds (data/protection)
    has a row with NaN, and `protected` True; no other area's value stands for it.
    """
    level = map_level(store, iso3, level)
    found = at_level(known_values(store, iso3), areas(store, iso3, level), iso3, level).assign(protected=False)
    withheld = store.frame(
        "SELECT v.pcode, v.indicator, v.value, v.quality, v.period_start, v.period_end, v.source_id, v.row_no, v.pcode AS from_pcode, "
        "v.protected FROM cube_indicator v JOIN cube_area a ON a.pcode = v.pcode "
        "WHERE v.iso3 = ? AND a.level = ? AND v.protected", [iso3, level])
    if withheld.empty:
        return found
    keys = pd.MultiIndex.from_frame(withheld[["pcode", "indicator"]])
    others = found[~pd.MultiIndex.from_frame(found[["pcode", "indicator"]]).isin(keys)]
    return pd.concat([others, withheld]).sort_values(["indicator", "pcode"], ignore_index=True)


def indicator_history(store: Store, iso3: str, indicator: str) -> pd.DataFrame:
    """Every value of one indicator over time, as the sources give it: pcode (None when the source's region is no single
    area), place, value, quality, period_start, period_end, source_id, row_no, protected.
    """
    country(store, iso3)
    return store.frame(
        "SELECT pcode, place, value, quality, period_start, period_end, source_id, row_no, protected FROM indicator_past "
        "WHERE iso3 = ? AND indicator = ? ORDER BY period_end, pcode", [iso3, indicator])
