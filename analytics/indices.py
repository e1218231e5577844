"""Pressure, need, prevalence and capacity from the indicators (METHOD 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.inputs import ASSUMED, CAPACITY_PARTS, COUNT_UNIT, DIMENSIONS, ESTIMATED, INHERITED, OBSERVED, QUALITIES, SECTORS, PlanInputs
from analytics.returns import ExpectedReturns
from analytics.scenario import Scenario

Floats = npt.NDArray[np.float64]
RANK = {quality: rank for rank, quality in enumerate(QUALITIES)}
SERVICE_DIMENSIONS = ("services", "economic", "psychosocial")


@dataclass(frozen=True)
class IndicatorTable:
    """Values by place and indicator, areas inheriting rates from parent and country.

    `value`, `quality` (rank in QUALITIES, -1 = none) and `origin` (P-code the value comes from) share index (pcodes,
    then the country's ISO3 as the last row) and columns (indicator codes). `shortfall` is 0-1, NaN where missing.
    """

    value: pd.DataFrame
    quality: pd.DataFrame
    origin: pd.DataFrame
    shortfall: pd.DataFrame


@dataclass(frozen=True)
class Indices:
    """Scores by area (index pcode).

    `scores`: rate_expected, rate_observed (per 1,000 residents a year), pressure, need, capacity (0-100, NaN missing),
    need_quality, capacity_quality (rank). `need_parts`: shortfall by dimension; `capacity_parts`: adequacy by part;
    `*_assumed`: the same shape, True where the scenario's assumption stands. `capacity_ceiling`: the most that a part may
    be assumed to be, where computed indicators (partner counts) say less than the assumption. `services_assessed`: indicators behind
    the services part. `prevalence` and `prevalence_quality`: by sector.
    """

    scores: pd.DataFrame
    need_parts: pd.DataFrame
    need_assumed: pd.DataFrame
    capacity_parts: pd.DataFrame
    capacity_assumed: pd.DataFrame
    capacity_ceiling: pd.DataFrame
    services_assessed: pd.Series
    prevalence: pd.DataFrame
    prevalence_quality: pd.DataFrame


def indicator_table(inputs: PlanInputs, scenario: Scenario, returns: ExpectedReturns) -> IndicatorTable:
    """All indicators by area and for the country: given ones inherited downwards, computed ones worked out here."""
    catalogue = inputs.catalogue.indicators
    codes = list(catalogue.index)
    places = [*inputs.areas.index, inputs.country]
    rows = inputs.indicators[inputs.indicators["indicator"].isin(codes)].drop_duplicates(["pcode", "indicator"], keep="last")
    given = rows.pivot(index="pcode", columns="indicator", values="value")
    ranks = rows.assign(rank=rows["quality"].map(RANK)).pivot(index="pcode", columns="indicator", values="rank")
    value = given.reindex(index=places, columns=codes).astype(float)
    quality = ranks.reindex(index=places, columns=codes).fillna(-1).astype(int)
    origin = pd.DataFrame(np.where(value.notna(), np.array(places, dtype=object)[:, None], ""), index=places, columns=codes)
    rates = (catalogue["unit"] != COUNT_UNIT).to_numpy()
    _inherit(inputs, value, quality, origin, given.loc[:, given.columns.isin(catalogue.index[rates])], ranks)
    _national(inputs, value, quality, origin, rates)
    for code, (figures, rank) in _computed(inputs, scenario, returns).items():
        if code in value.columns:
            known = figures.notna().to_numpy()
            column = value[code].to_numpy(copy=True)
            column[known] = figures.to_numpy(float)[known]
            value[code] = column
            quality[code] = np.where(known, rank.to_numpy(), quality[code].to_numpy())
            origin[code] = np.where(known, np.array(places, dtype=object), origin[code].to_numpy())
    return IndicatorTable(value, quality, origin, _shortfalls(catalogue, value))


def _inherit(inputs: PlanInputs, value: pd.DataFrame, quality: pd.DataFrame, origin: pd.DataFrame, given: pd.DataFrame, ranks: pd.DataFrame) -> None:
    """Fill an area's missing rates from its parent, then from the country; the quality says so (METHOD 0.1)."""
    areas = inputs.areas.index
    for source in (inputs.areas["parent"].to_numpy(), np.full(len(areas), inputs.country, dtype=object)):
        above = given.reindex(index=source, columns=value.columns).to_numpy(float)
        above_rank = ranks.reindex(index=source, columns=value.columns).to_numpy(float)
        fill = np.isnan(value.loc[areas].to_numpy(float)) & ~np.isnan(above)
        if not fill.any():
            continue
        value.loc[areas] = np.where(fill, above, value.loc[areas].to_numpy(float))
        inherited = np.maximum(np.nan_to_num(above_rank), RANK[INHERITED]).astype(int)
        quality.loc[areas] = np.where(fill, inherited, quality.loc[areas].to_numpy())
        origin.loc[areas] = np.where(fill, source[:, None], origin.loc[areas].to_numpy())


def _national(inputs: PlanInputs, value: pd.DataFrame, quality: pd.DataFrame, origin: pd.DataFrame, rates: npt.NDArray[np.bool_]) -> None:
    """The country's value where the store gives none: population-weighted mean of its areas, estimated; a count is never a mean."""
    areas = inputs.areas.index
    weight = inputs.areas["population"].to_numpy(float)[:, None]
    figures = value.loc[areas].to_numpy(float)
    usable = ~np.isnan(figures) & ~np.isnan(weight)
    total = np.where(usable, weight, 0.0).sum(axis=0)
    mean = np.where(total > 0, np.where(usable, figures * weight, 0.0).sum(axis=0) / np.where(total > 0, total, 1), np.nan)
    own = value.loc[inputs.country].to_numpy(float)
    fill = np.isnan(own) & ~np.isnan(mean) & rates
    value.loc[inputs.country] = np.where(fill, mean, own)
    worst = quality.loc[areas].to_numpy().max(axis=0)
    quality.loc[inputs.country] = np.where(fill, np.maximum(worst, RANK[ESTIMATED]), quality.loc[inputs.country].to_numpy())
    origin.loc[inputs.country] = np.where(fill, inputs.country, origin.loc[inputs.country].to_numpy())


def _computed(inputs: PlanInputs, scenario: Scenario, returns: ExpectedReturns) -> dict[str, tuple[pd.Series, pd.Series]]:
    """Indicators the method works out itself: R1 R2 R3 R6 from returns, CO6 AC1 from the 3W (value, quality rank)."""
    country = inputs.country
    areas = returns.areas
    population = _with_country(inputs.areas["population"], country, inputs.areas["population"].sum(min_count=1))
    observed = _with_country(areas["observed"], country, areas["observed"].sum(min_count=1))
    yearly = areas["total"] * 12 / scenario.horizon_months
    expected = _with_country(yearly, country, yearly.sum(min_count=1))
    rank = areas["quality"].map(RANK).astype(int)
    ranks = _with_country(rank, country, int(rank.max()) if len(rank) else RANK[ASSUMED])
    known = np.maximum(ranks, _residents_rank(inputs))
    counted = _with_country(areas["observed_quality"].map(RANK).astype(int), country, RANK[OBSERVED])
    national = float(yearly.sum())
    corridors = int((returns.corridors["share"] > scenario.corridor_share).sum()) if len(returns.corridors) else np.nan
    computed = {
        "R1": (observed, counted),
        "R2": (1000 * expected / population.where(population > 0), known),
        "R3": (100 * expected / national if national > 0 else expected * np.nan, ranks),
        "R6": (pd.Series(float(corridors), index=population.index), counted * 0),
    }
    if inputs.has_activities:
        computed |= _partner_indicators(inputs, population)
    return computed


def _partner_indicators(inputs: PlanInputs, population: pd.Series) -> dict[str, tuple[pd.Series, pd.Series]]:
    """CO6 and AC1 by area and for the country; an area without rows has none reported: 0 partners, estimated."""
    running = inputs.activities[inputs.activities["status"].isin(("ongoing", "unknown"))]
    mapped = set(inputs.mapped_sectors["sector"])
    here = running[running["pcode"].isin(inputs.areas.index)]
    partners = here.groupby("pcode")["organisation"].nunique().reindex(inputs.areas.index)
    partners_all = _with_country(partners.fillna(0), inputs.country, running["organisation"].nunique())
    in_sector = here[here["sector"].isin(mapped)].groupby("pcode")["sector"].nunique().reindex(inputs.areas.index).fillna(0)
    national = running.loc[running["sector"].isin(mapped), "sector"].nunique()
    rank = _with_country(partners.isna().map({True: RANK[ESTIMATED], False: RANK[OBSERVED]}), inputs.country, RANK[OBSERVED])
    per_person = np.maximum(rank, _residents_rank(inputs))
    absent = 1 - _with_country(in_sector, inputs.country, national) / max(1, len(mapped))
    return {
        "AC1": (1e5 * partners_all / population.where(population > 0), per_person),
        "CO6": (absent if mapped else absent * np.nan, rank),
    }


def _residents_rank(inputs: PlanInputs) -> pd.Series:
    """The rank of the quality of the residents of each area and of the country, which is the weakest of its areas' (METHOD 0.1)."""
    ranks = inputs.areas["population_quality"].map(RANK).fillna(RANK[ASSUMED]).astype(int)
    return _with_country(ranks, inputs.country, int(ranks.max()) if len(ranks) else RANK[ASSUMED])


def _with_country(series: pd.Series, country: str, figure: float) -> pd.Series:
    return pd.concat([series, pd.Series({country: figure})])


def _shortfalls(catalogue: pd.DataFrame, value: pd.DataFrame) -> pd.DataFrame:
    low = catalogue["goalpost_low"].to_numpy(float)
    span = catalogue["goalpost_high"].to_numpy(float) - low
    scaled = (value.to_numpy(float) - low) / np.where(span == 0, np.nan, span)
    shortfall = np.where((catalogue["better"] == "higher").to_numpy(), 1 - scaled, scaled)
    return pd.DataFrame(np.clip(shortfall, 0, 1), index=value.index, columns=value.columns)


def indices(inputs: PlanInputs, scenario: Scenario, table: IndicatorTable) -> Indices:
    """Pressure, need, capacity and sector prevalence of every area (METHOD 2)."""
    areas = inputs.areas.index
    shortfall = table.shortfall.loc[areas]
    rank = table.quality.loc[areas]
    catalogue = inputs.catalogue.indicators
    scores = pd.DataFrame(index=areas)
    scores["rate_expected"] = table.value.loc[areas, "R2"]
    scores["rate_observed"] = 1000 * table.value.loc[areas, "R1"] / inputs.areas["population"].where(inputs.areas["population"] > 0)
    scores["pressure"] = 100 * shortfall["R2"]

    need_codes = {d: list(catalogue.index[(catalogue["axis"] == "need") & (catalogue["dimension"] == d)]) for d in DIMENSIONS}
    need_raw = _means(shortfall, need_codes)
    need_assumed = need_raw.isna()
    need_parts = need_raw.fillna(scenario.assumed_need)
    weights = np.array([scenario.dimension_weights[d] for d in DIMENSIONS])
    scores["need"] = 100 * (need_parts.to_numpy() @ weights) / weights.sum()
    scores["need_quality"] = _weakest(rank, need_codes, need_assumed)

    capacity_codes = {
        p: list(catalogue.index[(catalogue["axis"] == "capacity") & catalogue["dimension"].isin(SERVICE_DIMENSIONS if p == "services" else (p,))])
        for p in CAPACITY_PARTS
    }
    adequacy_raw = _means(1 - shortfall, capacity_codes)
    looked_at = {part: [c for c in codes if catalogue.at[c, "origin"] != "computed"] for part, codes in capacity_codes.items()}
    capacity_assumed = _means(shortfall, looked_at).isna()
    # counts of partners alone may lower a part, never lift it above the precaution: presence is not capacity
    capacity_parts = adequacy_raw.where(~capacity_assumed, adequacy_raw.clip(upper=scenario.assumed_adequacy)).fillna(scenario.assumed_adequacy)
    ceiling = adequacy_raw.where(capacity_assumed).fillna(1.0)
    scores["capacity"] = 100 * aggregate_capacity(capacity_parts.to_numpy(), scenario)
    scores["capacity_quality"] = _weakest(rank, capacity_codes, capacity_assumed)
    services_assessed = shortfall[capacity_codes["services"]].notna().sum(axis=1)
    prevalence, prevalence_quality = _prevalence(inputs, scenario, table)
    return Indices(scores, need_parts, need_assumed, capacity_parts, capacity_assumed, ceiling, services_assessed, prevalence, prevalence_quality)


def aggregate_capacity(adequacies: Floats, scenario: Scenario) -> Floats:
    """One adequacy (0-1) from the four parts, last axis; floored so that no part makes up for an absent one."""
    floored = np.maximum(adequacies, scenario.adequacy_floor)
    if scenario.capacity_aggregator == "geometric":
        return np.asarray(np.exp(np.log(floored).mean(axis=-1)))
    return np.asarray(floored.mean(axis=-1) if scenario.capacity_aggregator == "arithmetic" else floored.min(axis=-1))


def _means(frame: pd.DataFrame, groups: dict[str, list[str]]) -> pd.DataFrame:
    return pd.DataFrame({name: frame[codes].mean(axis=1) for name, codes in groups.items()})


def _weakest(rank: pd.DataFrame, groups: dict[str, list[str]], assumed: pd.DataFrame) -> pd.Series:
    codes = [code for group in groups.values() for code in group]
    worst = rank[codes].max(axis=1)
    return worst.where(~assumed.any(axis=1), RANK[ASSUMED]).clip(lower=0)


def _prevalence(inputs: PlanInputs, scenario: Scenario, table: IndicatorTable) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Share of the eligible who need a sector's support, from the first rank of indicators that has any value."""
    areas = inputs.areas.index
    catalogue = inputs.catalogue.indicators
    place = {str(code): position for position, code in enumerate(table.value.columns)}
    value, shortfall = table.value.to_numpy(float)[:-1], table.shortfall.to_numpy(float)[:-1]
    known = table.quality.to_numpy()[:-1]
    prevalence = {sector: np.full(len(areas), np.nan) for sector in SECTORS}
    quality = {sector: np.full(len(areas), -1) for sector in SECTORS}
    for (sector, _), rows in inputs.catalogue.prevalence.sort_values("rank").groupby(["sector", "rank"], sort=True):
        shares, ranks = [], []
        for code, transform in zip(rows["indicator"], rows["transform"], strict=True):
            column = place[code]
            rank = known[:, column]
            if catalogue.at[code, "unit"] == "%":
                share = value[:, column] / 100
                shares.append(np.clip(1 - share if transform == "one_minus" else share, 0, 1))
            else:
                shares.append(shortfall[:, column])
                rank = np.where(rank < 0, rank, np.maximum(rank, RANK[ESTIMATED]))
            ranks.append(rank)
        stacked = np.array(shares)
        counted = (~np.isnan(stacked)).sum(axis=0)
        fill = np.isnan(prevalence[sector]) & (counted > 0)
        prevalence[sector][fill] = (np.nansum(stacked, axis=0) / np.maximum(counted, 1))[fill]
        quality[sector][fill] = np.array(ranks).max(axis=0)[fill]
    for name, assumption in scenario.assumed_prevalence.items():
        missing = np.isnan(prevalence[name])
        prevalence[name][missing] = assumption
        quality[name][missing] = RANK[ASSUMED]
    return pd.DataFrame(prevalence, index=areas), pd.DataFrame(quality, index=areas)
