"""Returns as one table of flows with three margins that are never crossed or summed (METHOD 0.3).

margin = place: UNHCR by place, sex and age. margin = host: UNHCR by host country (and the national total of internal
returns). margin = own: another source's own count (Home Office).
"""

from __future__ import annotations

import pandas as pd

from data.readers.unhcr import RETURN_KINDS

COLUMNS = [
    "source_id", "row_no", "iso3", "margin", "kind", "year", "period_start", "period_end", "host_iso3", "place", "pcode",
    "place_level", "place_match", "sex", "age_band", "flow_type", "flow_detail", "destination_home", "persons",
]


def place_flows(people: pd.DataFrame) -> pd.DataFrame:
    """Returns by place from UNHCR's demographics (kinds RET and RDP)."""
    returns = people[people["population_type"].isin(RETURN_KINDS)]
    return _yearly(returns.assign(
        margin="place", kind=returns["population_type"].map(RETURN_KINDS), host_iso3=None,
        place_level=returns["level"], place_match=returns["match"],
    ))


def host_flows(hosts: pd.DataFrame) -> pd.DataFrame:
    """Returns from abroad by host country and the national count of internal returns."""
    return _yearly(hosts.assign(
        margin="host", host_iso3=hosts["host_iso3"].replace("", None), place=None, pcode=hosts["iso3"], place_level=0,
        place_match="national", sex="unknown", age_band="unknown",
    ))


def uk_flows(uk: pd.DataFrame) -> pd.DataFrame:
    """Home Office returns of the countries' nationals, by quarter, as that source's own count."""
    frame = uk.assign(
        margin="own", kind="abroad", host_iso3="GBR", place=None, pcode=uk["iso3"], place_level=0, place_match="national")
    return frame[COLUMNS]


def _yearly(frame: pd.DataFrame) -> pd.DataFrame:
    start = pd.to_datetime({"year": frame["year"], "month": 1, "day": 1})
    end = pd.to_datetime({"year": frame["year"], "month": 12, "day": 31})
    return frame.assign(period_start=start, period_end=end, flow_type=None, flow_detail=None, destination_home=None)[COLUMNS]
