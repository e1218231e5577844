"""One country's figures as the method reads them: `analytics.inputs.PlanInputs`, built from the store."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Final

import pandas as pd

from analytics.inputs import COLUMNS, OBSERVED, Catalogue, PlanInputs
from data.catalogue_tables import catalogue
from data.errors import UnknownCountry, UnknownLevel
from data.indicator_levels import from_children, known_values
from data.queries.activities import activities, activity_summary
from data.queries.areas import areas, country, planning_level
from data.queries.provenance import notes, sources
from data.queries.returns import returns_by_host, returns_by_place
from data.store import Store

__all__ = ["UnknownCountry", "UnknownLevel", "plan_inputs"]

TEXT: Final = "str"


def plan_inputs(store: Store, iso3: str, level: int | None = None) -> PlanInputs:
    """Everything METHOD 1 to 6 needs for a country at a planning level (default: the country's).

    Raises UnknownCountry, UnknownLevel (with the known ones), StoreUnavailable.
    """
    level = planning_level(store, iso3, level)
    declared = country(store, iso3)
    returns = _returns(store, iso3, level)
    summary = activity_summary(store, iso3)
    found = notes(store, iso3)
    return PlanInputs(
        country=iso3, country_name_fr=declared.name_fr, country_name_en=declared.name_en, level=level,
        levels=declared.planning_levels, generation=store.generation.name,
        returns_end=_returns_end(returns), has_activities=not summary.empty,
        activities_period=None if summary.empty else (
            summary["period_start"].min().date(), summary["period_end"].max().date()),
        catalogue=_catalogue(),
        areas=areas(store, iso3, level)[list(COLUMNS["areas"])],
        returns=returns,
        hosts=returns_by_host(store, iso3)[list(COLUMNS["hosts"])],
        indicators=_indicators(store, iso3, level),
        activities=activities(store, iso3, level)[list(COLUMNS["activities"])],
        mapped_sectors=_mapped_sectors(store, iso3),
        in_place=pd.DataFrame({
            name: pd.Series(dtype="float64" if name == "units" else TEXT) for name in COLUMNS["in_place"]}),
        sources=sources(store, iso3)[list(COLUMNS["sources"])],
        notes={
            f"{key}_{language}": text for language in ("fr", "en")
            for key, text in zip(found["key"], found[f"note_{language}"], strict=True)},
    )


@cache
def _catalogue() -> Catalogue:
    return catalogue()


def _returns(store: Store, iso3: str, level: int) -> pd.DataFrame:
    """Returns at the level, places as known; the sum by year and kind is the national total (METHOD 1)."""
    frame = returns_by_place(store, iso3, level)
    return frame.assign(quality=OBSERVED)[list(COLUMNS["returns"])]


def _returns_end(returns: pd.DataFrame) -> date:
    """Last day of the latest period; without any return, the end of last year, so that a plan starts this year."""
    if returns.empty:
        return date(date.today().year - 1, 12, 31)
    return date(int(returns["year"].max()), 12, 31)


def _indicators(store: Store, iso3: str, level: int) -> pd.DataFrame:
    """Latest values at the level, of its parents and of the country as they are; means over children where an area has
    none of its own. Counts of the parents are left out: they are not a value of their parts.
    """
    known = known_values(store, iso3)
    above = known[(known["level"] < level) & ~known["is_count"].astype(bool)]
    columns = list(COLUMNS["indicators"])
    parts = [known.loc[known["level"] == level, columns], from_children(known, level)[columns], above[columns]]
    return pd.concat([part for part in parts if not part.empty] or parts[:1], ignore_index=True)


def _mapped_sectors(store: Store, iso3: str) -> pd.DataFrame:
    """Sectors that a cluster of the country's 3W can feed; none without a 3W."""
    return store.frame(
        "SELECT DISTINCT sector FROM sector_cluster WHERE sector <> '' AND source IN "
        "(SELECT DISTINCT vocabulary FROM partner_activity WHERE iso3 = ?) ORDER BY sector", [iso3])
