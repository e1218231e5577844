"""Indicator values computed from the sources: facilities per 10,000 residents and displaced people hosted."""

from __future__ import annotations

import pandas as pd

from data.readers.places import PlaceIndex

COLUMNS = ["iso3", "pcode", "place", "indicator", "value", "quality", "period_start", "period_end", "source_id", "row_no"]
PER = 10_000
"""SV1 is a number of facilities per 10,000 residents (indicators.csv)."""


def facility_indicators(facilities: pd.DataFrame, areas: pd.DataFrame, feeds: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Health facilities per 10,000 residents at every level below the country.

    An area of a covered country without one has "none reported": 0, estimated (METHOD 0.2).
    """
    parts = []
    parent = areas.set_index("pcode")["parent"]
    for source_id, found in facilities.groupby("source_id"):
        indicator = feeds.loc[feeds["source_id"] == source_id, "indicator"].iloc[0]
        year = int(sources.loc[sources["source_id"] == source_id, "period"].iloc[0][:4])
        counts = found.groupby("pcode")["facilities"].sum()
        up = counts.groupby(counts.index.map(parent.to_dict())).sum()
        every = pd.concat([counts, up[~up.index.isin(counts.index)]])
        of_country = areas[areas["iso3"].isin(set(found["iso3"])) & (areas["level"] > 0)]
        number = of_country["pcode"].map(every)
        parts.append(pd.DataFrame({
            "iso3": of_country["iso3"], "pcode": of_country["pcode"], "place": of_country["name_fr"], "indicator": indicator,
            "value": PER * number.fillna(0) / of_country["population"],
            "quality": number.notna().map({True: "observed", False: "estimated"}),
            "period_start": pd.Timestamp(year, 1, 1), "period_end": pd.Timestamp(year, 12, 31), "source_id": source_id,
        }).dropna(subset="value"))
    return pd.concat(parts, ignore_index=True)


def hosted_indicators(people: pd.DataFrame, places: PlaceIndex, feeds: pd.DataFrame) -> pd.DataFrame:
    """Displaced people hosted in the source's latest year: the country counts everyone, an area those known to be in it.

    An area also counts those of the areas below it; where some are known only above, the figure is a lower bound
    and `estimated`.
    """
    parts = []
    of_source = feeds["source_id"].isin(set(people["source_id"]))
    for feed in feeds[of_source & feeds["column"].isin(set(people["population_type"]))].itertuples():
        of_type = people[people["population_type"] == feed.column]
        # an older figure of a place the source no longer names is not today's
        of_type = of_type[of_type["year"] == of_type.groupby("iso3")["year"].transform("max")]
        for level in (0, 1, 2):
            area = of_type["pcode"].map({p: places.ancestor(p, level) for p in of_type["pcode"].unique()})
            known = of_type.assign(area=area).dropna(subset="area")
            summed = known.groupby(["iso3", "area", "year", "source_id"], as_index=False).agg(
                value=("persons", "sum"), row_no=("row_no", "min"))
            parts.append(pd.DataFrame({
                "iso3": summed["iso3"], "pcode": summed["area"], "place": summed["area"], "indicator": feed.indicator,
                "value": summed["value"], "quality": "observed" if level == 0 else "estimated",
                "period_start": pd.to_datetime({"year": summed["year"], "month": 1, "day": 1}),
                "period_end": pd.to_datetime({"year": summed["year"], "month": 12, "day": 31}),
                "source_id": summed["source_id"], "row_no": summed["row_no"],
            }))
    return pd.concat(parts, ignore_index=True)


def indicator_table(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """All indicator values in one frame; a value without its own quality is `observed`."""
    frame = pd.concat(parts, ignore_index=True)
    frame["quality"] = frame["quality"].fillna("observed")
    frame["row_no"] = frame["row_no"].astype("Int64")
    return frame[COLUMNS]
