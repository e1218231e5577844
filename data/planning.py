"""One country's figures as the method reads them: `analytics.inputs.PlanInputs`, built from the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Final

import numpy as np
import pandas as pd

from analytics.inputs import COLUMNS, ESTIMATED, OBSERVED, Catalogue, PlanInputs
from data.catalogue_tables import catalogue
from data.errors import UnknownCountry, UnknownLevel
from data.indicator_levels import from_children, known_values
from data.queries.activities import activities, activity_summary
from data.queries.areas import areas, country, planning_level, population_rows
from data.queries.imported import structures, unit_prices
from data.queries.provenance import notes, sources
from data.queries.returns import returns_by_host, returns_by_place, returns_by_year
from data.store import Store

__all__ = ["UnknownCountry", "UnknownLevel", "plan_inputs", "returns_at"]

TEXT: Final = "str"


def plan_inputs(store: Store, iso3: str, level: int | None = None) -> PlanInputs:
    """Everything METHOD 1 to 6 needs for a country at a planning level (default: the country's).

    Raises UnknownCountry, UnknownLevel (with the known ones), StoreUnavailable.
    """
    level = planning_level(store, iso3, level)
    declared = country(store, iso3)
    returns = returns_at(store, iso3, level)
    summary = activity_summary(store, iso3)
    found = notes(store, iso3)
    at_level = areas_at(store, iso3, level)
    standing, above = _in_place(store, iso3, at_level.index)
    return PlanInputs(
        country=iso3, country_name_fr=declared.name_fr, country_name_en=declared.name_en, level=level,
        levels=declared.planning_levels, generation=store.generation.name,
        returns_end=_returns_end(returns), has_activities=not summary.empty,
        activities_period=None if summary["period_start"].isna().all() else (
            summary["period_start"].min().date(), summary["period_end"].max().date()),
        catalogue=_catalogue(store, iso3),
        areas=at_level,
        returns=returns,
        hosts=returns_by_host(store, iso3)[list(COLUMNS["hosts"])],
        indicators=_indicators(store, iso3, level),
        activities=activities(store, iso3, level)[list(COLUMNS["activities"])],
        mapped_sectors=_mapped_sectors(store, iso3),
        in_place=standing,
        sources=sources(store, iso3)[list(COLUMNS["sources"])],
        notes={
            f"{key}_{language}": text for language in ("fr", "en")
            for key, text in zip(found["key"], found[f"note_{language}"], strict=True)} | above,
    )


@cache
def _shipped() -> Catalogue:
    """The catalogue with its illustrative prices: no source stands behind them."""
    found = catalogue()
    return replace(found, interventions=found.interventions.assign(price_source=""))


def _catalogue(store: Store, iso3: str) -> Catalogue:
    """The catalogue with the country's imported prices in place of the illustrative ones, `price_source` naming their row."""
    prices = unit_prices(store, iso3)
    shipped = _shipped()
    if prices.empty:
        return shipped
    interventions = shipped.interventions.copy()
    for row in prices[prices["intervention"].isin(interventions.index)].itertuples():
        interventions.loc[row.intervention, ["price_low", "price_mode", "price_high"]] = [row.price_low, row.price_mode, row.price_high]
        interventions.at[row.intervention, "price_source"] = f"{row.source_id} #{row.row_no}"
    return replace(shipped, interventions=interventions)


def _in_place(store: Store, iso3: str, known: pd.Index) -> tuple[pd.DataFrame, dict[str, str]]:
    """Imported structures by intervention and scope, those of finer areas summed into the area of the level; and a note of those
    known only above it (or for a country in which they cannot stand as such), which stand in no one area and are not counted.
    """
    rows = structures(store, iso3)
    empty = pd.DataFrame({name: pd.Series(dtype="float64" if name == "units" else TEXT) for name in COLUMNS["in_place"]})
    if rows.empty:
        return empty, {}
    parents = dict(store.frame("SELECT pcode, parent FROM cube_area WHERE iso3 = ?", [iso3]).itertuples(index=False, name=None))
    places = {pcode: _at_level(str(pcode), iso3, known, parents) for pcode in rows["pcode"].unique()}
    placed = rows.assign(scope_id=rows["pcode"].map(places))
    nationally = {code: _national_kind(str(code)) for code in placed["intervention"].unique()}
    placed["scope_kind"] = placed["intervention"].map(nationally).where(placed["scope_id"] == iso3, "area")
    placed.loc[placed["scope_kind"] == "", "scope_id"] = None
    lost = placed[placed["scope_id"].isna()]
    told = {}
    if len(lost):
        units, codes = f"{lost['units'].sum():.0f}", ", ".join(sorted(lost["pcode"].unique()))
        told = {"structures_above_fr": f"{units} structures importées sont connues pour {codes} seulement : elles ne sont comptées dans aucune unité.",
                "structures_above_en": f"{units} imported structures are known for {codes} only: they are counted in no area."}
    placed = placed.dropna(subset="scope_id")
    if placed.empty:
        return empty, told
    together = placed.groupby(["intervention", "scope_kind", "scope_id", "source_id"], as_index=False)
    summed = together.agg(units=("units", "sum"), row_no=("row_no", lambda rows: ", ".join(str(int(row)) for row in sorted(rows))))
    return summed.assign(quality=OBSERVED)[list(COLUMNS["in_place"])], told


def _national_kind(code: str) -> str:
    """The scope in which an intervention known for the whole country stands; empty for one that only stands in areas, sectors or corridors."""
    interventions = catalogue().interventions
    row = interventions.loc[code] if code in interventions.index else None
    if row is None or row["driver"] == "programme":
        return "" if row is None else "programme"
    return "country" if row["plus_country"] or row["driver"] == "country" or (row["driver"] == "returnees" and not row["serves"]) else ""


def _at_level(pcode: str, iso3: str, known: pd.Index, parents: dict[str, str]) -> str | None:
    """The area of the level that holds a P-code, the country for the country itself, None for an area above the level."""
    if pcode == iso3:
        return iso3
    while pcode and pcode != iso3:
        if pcode in known:
            return pcode
        pcode = parents.get(pcode, "")
    return None


def areas_at(store: Store, iso3: str, level: int) -> pd.DataFrame:
    """Areas of the level as the method is handed them, each with the row of the source of its population."""
    found = areas(store, iso3, level)
    return found.assign(row_no=population_rows(store, iso3).reindex(found.index))[list(COLUMNS["areas"])]


def returns_at(store: Store, iso3: str, level: int) -> pd.DataFrame:
    """Returns at the level, places as known; the sum by year and kind is the national total (METHOD 1).

    What a release withholds stays missing in its place (NaN, estimated), and what all of them together must be, the national total
    less what is shown, is known for the country only: of that nobody is lost and nothing withheld can be read.
    """
    frame = returns_by_place(store, iso3, level)
    ages = ["age_known", "age_5_17", "age_18_59"]
    # ages of which one is withheld say nothing of the others: none is known
    frame[ages] = frame[ages].where(frame[ages].notna().all(axis=1), 0.0)
    withheld = frame["persons"].isna()
    frame = frame.assign(quality=np.where(withheld, ESTIMATED, OBSERVED))
    if withheld.any():
        frame = pd.concat([frame[~(withheld & (frame["pcode"] == iso3))], _withheld(store, iso3, frame)], ignore_index=True)
    return frame.rename(columns={"first_row": "row_no"})[list(COLUMNS["returns"])]


def _withheld(store: Store, iso3: str, frame: pd.DataFrame) -> pd.DataFrame:
    """One row a year and kind with withheld places and a known total: their persons together, at the country."""
    keys = ["year", "kind", "source_id"]
    shown = frame.groupby(keys, as_index=False).agg(shown=("persons", "sum"), known=("persons", "count"), places=("persons", "size"))
    totals = returns_by_year(store, iso3)[[*keys, "persons"]]
    rows = shown[shown["known"] < shown["places"]].merge(totals, on=keys)
    rows = rows.assign(persons=rows["persons"] - rows["shown"], pcode=iso3, age_known=0.0, age_5_17=0.0, age_18_59=0.0, quality=ESTIMATED)
    return rows[rows["persons"] > 0]


def _returns_end(returns: pd.DataFrame) -> date:
    """Last day of the latest period; without any return, the end of last year, so that a plan starts this year."""
    if returns.empty:
        return date(date.today().year - 1, 12, 31)
    return date(int(returns["year"].max()), 12, 31)


def _indicators(store: Store, iso3: str, level: int) -> pd.DataFrame:
    """Latest values at the level, of its parents and of the country as they are; means over children where an area has
    none of its own. Counts of the parents are left out: they are not a value of their parts. The country's own stays, for the country.
    """
    known = known_values(store, iso3)
    above = known[(known["level"] < level) & (~known["is_count"].astype(bool) | (known["pcode"] == iso3))]
    columns = list(COLUMNS["indicators"])
    parts = [known.loc[known["level"] == level, columns], from_children(known, level)[columns], above[columns]]
    return pd.concat([part for part in parts if not part.empty] or parts[:1], ignore_index=True)


def _mapped_sectors(store: Store, iso3: str) -> pd.DataFrame:
    """Sectors that a cluster of the country's 3W can feed; none without a 3W."""
    return store.frame(
        "SELECT DISTINCT sector FROM sector_cluster WHERE sector <> '' AND source IN "
        "(SELECT DISTINCT vocabulary FROM activity WHERE iso3 = ?) ORDER BY sector", [iso3])
