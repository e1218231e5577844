"""Indicators at one level: the area's own value, else its children's mean, else its parent's or the country's (METHOD 0.1).

Own values keep their quality. A mean over children is weighted by population and `estimated`. A value of the parent or
the country is `inherited`, or weaker when it is. Counts (unit "persons") are never spread or inherited.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from analytics.inputs import COUNT_UNIT, ESTIMATED, INHERITED, weakest
from data.store import Store

COLUMNS: Final = ["pcode", "indicator", "value", "quality", "period_start", "period_end", "source_id", "row_no"]


def known_values(store: Store, iso3: str) -> pd.DataFrame:
    """Latest values in the country as known, those a release withholds left out: COLUMNS and level, parent, population of the area, is_count."""
    return store.frame(
        """
        SELECT v.pcode, v.indicator, v.value, v.quality, v.period_start, v.period_end, v.source_id, v.row_no,
            a.level, a.parent, a.population, i.unit = $unit AS is_count
        FROM cube_indicator v JOIN cube_area a ON a.pcode = v.pcode LEFT JOIN indicator i ON i.code = v.indicator
        WHERE v.iso3 = $iso3 AND NOT v.protected
        """,
        {"iso3": iso3, "unit": COUNT_UNIT},
    )


def from_children(known: pd.DataFrame, level: int) -> pd.DataFrame:
    """Population-weighted means of the children's values for areas of `level` that have none of their own: COLUMNS.

    Children without a value or a population have no weight.
    """
    own = set(zip(known.loc[known["level"] == level, "pcode"], known.loc[known["level"] == level, "indicator"], strict=True))
    below = known[(known["level"] == level + 1) & known["population"].notna() & ~known["is_count"]]
    missing = [key not in own for key in zip(below["parent"], below["indicator"], strict=True)]
    below = below[missing]
    if below.empty:
        return known.iloc[0:0][COLUMNS]
    grouped = below.assign(weighted=below["value"] * below["population"]).groupby(["parent", "indicator"], as_index=False)
    frame = grouped.agg(
        weighted=("weighted", "sum"), weight=("population", "sum"), period_start=("period_start", "min"),
        period_end=("period_end", "max"), source_id=("source_id", "min"), row_no=("row_no", "min"))
    frame["value"] = frame["weighted"] / frame["weight"]
    frame["quality"] = ESTIMATED
    return frame.rename(columns={"parent": "pcode"})[COLUMNS]


def at_level(known: pd.DataFrame, areas: pd.DataFrame, iso3: str, level: int) -> pd.DataFrame:
    """Every indicator in every area where it is known, from below or from above: COLUMNS and from_pcode.

    `areas` is indexed by pcode and has parent.
    """
    here = pd.concat([known.loc[known["level"] == level, COLUMNS], from_children(known, level)], ignore_index=True)
    found = here.assign(from_pcode=here["pcode"])
    passed = known.loc[(known["level"] < level) & ~known["is_count"].astype(bool), COLUMNS].rename(columns={"pcode": "from_pcode"})
    passed["quality"] = [weakest(INHERITED, quality) for quality in passed["quality"]]
    # the parent first, then the country: what is found nearer is kept
    for above in (areas["parent"], pd.Series(iso3, index=areas.index)):
        places = pd.DataFrame({"pcode": areas.index.astype(str), "from_pcode": above.to_numpy()})
        candidates = places.merge(passed, on="from_pcode")
        found = pd.concat([part for part in (found, candidates) if not part.empty] or [found], ignore_index=True)
        found = found.drop_duplicates(["pcode", "indicator"], keep="first")
    return found.sort_values(["indicator", "pcode"], ignore_index=True)[[*COLUMNS, "from_pcode"]]
