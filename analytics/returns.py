"""Expected returns over the horizon, area by area (METHOD 1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.inputs import ASSUMED, ESTIMATED, KINDS, OBSERVED, QUALITIES, PlanInputs
from analytics.scenario import Scenario

SMOOTHING_PERIODS = 6  # fewer yearly figures cannot carry a damped trend (METHOD 1)
YEARS_FOR_VARIATION = 3  # two points have a difference, not a spread
NORMAL_90 = 1.2815515655446004  # 90 % quantile of the standard normal


@dataclass(frozen=True)
class ExpectedReturns:
    """Returns expected over the horizon.

    `areas` is indexed by pcode: base_abroad, base_internal (persons a year), abroad, internal, total (persons over
    the horizon), low, high (10 and 90 %), observed (persons in the latest year) with observed_quality, quality (estimated at best). NaN where the store has no
    returns at all, and where all that is known is withheld: a withheld figure is never 0, and a sum is that of its known part.
    `not_placed` has one row per (parent, kind): persons a year, spread. `corridors` is indexed by
    host ISO3: share, multiplier, persons (mean a year), name_fr, name_en. `years` are those that entered, by kind.
    `areas` also has spread_abroad, spread_internal: persons a year of the base that are known only for a larger place.
    `not_smoothed`: kinds whose history is too short or has gaps, so that the mean stands in for the smoothing asked for.
    """

    areas: pd.DataFrame
    not_placed: pd.DataFrame
    corridors: pd.DataFrame
    shock: float
    years: dict[str, tuple[int, ...]]
    latest_year: int | None
    not_smoothed: tuple[str, ...] = ()


def expected_returns(inputs: PlanInputs, scenario: Scenario) -> ExpectedReturns:
    """Persons expected to return per area over the horizon, refugee and internal returns apart (METHOD 1)."""
    corridors = corridor_shares(inputs, scenario)
    shock = float((corridors["share"] * corridors["multiplier"]).sum()) if len(corridors) else 1.0
    latest = int(inputs.returns["year"].max()) if len(inputs.returns) else None
    pieces, left_over, years = {}, [], {}
    for kind in KINDS:
        pieces[kind], missing, years[kind] = _base(inputs, scenario, kind, latest)
        left_over.append(missing)
    horizon = scenario.distinct_share * scenario.horizon_months / 12
    areas = pd.DataFrame(index=inputs.areas.index)
    for kind in KINDS:
        areas[f"base_{kind}"] = pieces[kind]["base"]
        areas[f"spread_{kind}"] = pieces[kind]["spread"]
    areas["abroad"] = horizon * areas["base_abroad"] * shock * scenario.count_abroad
    areas["internal"] = horizon * areas["base_internal"] * scenario.m_internal * scenario.count_internal
    known = areas[["abroad", "internal"]].sum(axis=1, min_count=1)
    # nobody beside a missing figure is not nobody
    areas["total"] = known.mask((known == 0) & areas[["abroad", "internal"]].isna().any(axis=1))
    areas["observed"], areas["observed_quality"] = _observed(inputs, latest)
    areas["low"], areas["high"] = _interval(inputs, scenario, areas["total"])
    changed = abs(shock - 1) > 1e-9 or scenario.m_internal != 1.0 or scenario.distinct_share != 1.0
    assumed = np.logical_or.reduce([pieces[kind]["quality"] == ASSUMED for kind in KINDS])
    # what is expected is worked out from the past: never an observation
    areas["quality"] = np.where(changed | assumed, ASSUMED, ESTIMATED)
    asked = KINDS if scenario.base_method == "smoothing" and latest is not None else ()
    unsmoothed = tuple(kind for kind in asked if len(years[kind]) < SMOOTHING_PERIODS)
    return ExpectedReturns(areas, pd.concat(left_over, ignore_index=True), corridors, shock, years, latest, unsmoothed)


def corridor_shares(inputs: PlanInputs, scenario: Scenario) -> pd.DataFrame:
    """Host countries' national shares of returns from abroad over the base years, with the planner's multipliers."""
    hosts = inputs.hosts
    if hosts.empty:
        return pd.DataFrame({"share": [], "multiplier": [], "persons": [], "name_fr": [], "name_en": []})
    last = int(hosts["year"].max())
    window = 1 if scenario.base_method == "last" else scenario.base_years
    recent = hosts[hosts["year"] > last - window]
    grouped = recent.groupby("host_iso3").agg(persons=("persons", "sum"), name_fr=("host_name_fr", "first"), name_en=("host_name_en", "first"))
    grouped = grouped[grouped["persons"] > 0].sort_values("persons", ascending=False)
    total = grouped["persons"].sum()
    grouped["share"] = grouped["persons"] / total if total else 0.0
    grouped["persons"] = grouped["persons"] / window
    grouped["multiplier"] = [scenario.host_multipliers.get(str(iso3), 1.0) for iso3 in grouped.index]
    return grouped


def _base(inputs: PlanInputs, scenario: Scenario, kind: str, latest: int | None) -> tuple[pd.DataFrame, pd.DataFrame, tuple[int, ...]]:
    """Yearly base per area, what is not placed, and the years that entered."""
    codes = inputs.areas.index
    none = pd.DataFrame({"parent": [], "persons": [], "kind": [], "spread": []})
    if latest is None:
        return pd.DataFrame({"base": np.nan, "quality": ASSUMED, "spread": 0.0}, index=codes), none, ()
    rows = inputs.returns[inputs.returns["kind"] == kind]
    table = rows.pivot_table(index="pcode", columns="year", values="persons", aggfunc="sum", fill_value=0.0)
    placed = table.reindex(codes)
    years = _years(inputs, scenario, table, placed, latest)
    unbroken = _unbroken(inputs, scenario, table, placed, latest) if scenario.base_method == "smoothing" else []
    in_years = [y for y in years if y in table.columns]
    reported = placed[in_years].notna().any(axis=1) & (placed[in_years].fillna(0) > 0).any(axis=1)
    base = placed[in_years].fillna(0).sum(axis=1) / max(1, len(years))
    if len(unbroken) >= SMOOTHING_PERIODS:
        base = _smoothed(placed.reindex(columns=unbroken), base)
    withheld = codes.isin(rows.loc[rows["persons"].isna() & rows["year"].isin(in_years), "pcode"])
    base = base.mask(withheld & ~reported)
    quality = pd.Series(np.where(reported & ~withheld, OBSERVED, ESTIMATED), index=codes, dtype=object)
    before = base
    base, quality, not_placed = _spread(inputs, scenario, kind, table, in_years, len(years), base, quality)
    added = base - before
    if scenario.base_method == "planner":
        for pcode, figures in scenario.planner_returns.items():
            value = getattr(figures, kind)
            if pcode in base.index and value is not None:
                base[pcode], quality[pcode], added[pcode] = value, ASSUMED, 0.0
    return pd.DataFrame({"base": base, "quality": quality, "spread": added}), not_placed, tuple(unbroken if len(unbroken) >= SMOOTHING_PERIODS else years)


def _years(inputs: PlanInputs, scenario: Scenario, table: pd.DataFrame, placed: pd.DataFrame, latest: int) -> list[int]:
    """Years that enter the mean: recent, in the source, and known at the planning level for enough persons."""
    if scenario.base_method == "last":
        return [latest]
    known_years = set(inputs.returns["year"])
    window = [y for y in range(latest - scenario.base_years + 1, latest + 1) if y in known_years]
    return [year for year in window if _known_enough(scenario, table, placed, year)] or [latest]


def _known_enough(scenario: Scenario, table: pd.DataFrame, placed: pd.DataFrame, year: int) -> bool:
    """Whether enough of a year's persons are known at the planning level."""
    total = float(table[year].sum()) if year in table.columns else 0.0
    known = float(placed[year].sum()) if year in table.columns else 0.0
    return total == 0 or known >= scenario.known_share * total


def _unbroken(inputs: PlanInputs, scenario: Scenario, table: pd.DataFrame, placed: pd.DataFrame, latest: int) -> list[int]:
    """The years up to the latest without a gap, each in the source and known well enough: smoothing takes its periods as one a year."""
    known_years, years = set(inputs.returns["year"]), list[int]()
    year = latest
    while year in known_years and _known_enough(scenario, table, placed, year):
        years.insert(0, year)
        year -= 1
    return years


def _smoothed(placed: pd.DataFrame, base: pd.Series) -> pd.Series:
    """Next year's level by exponential smoothing with damped trend, from unbroken years (columns)."""
    from statsmodels.tsa.holtwinters import ExponentialSmoothing  # slow to import; only this method needs it

    smoothed = base.copy()
    history = placed.fillna(0.0)
    for pcode, values in history.iterrows():
        if float(values.sum()) > 0:
            fit = ExponentialSmoothing(values.to_numpy(float), trend="add", damped_trend=True, initialization_method="estimated").fit()
            smoothed[pcode] = max(0.0, float(fit.forecast(1)[0]))
    return smoothed


def _spread(
    inputs: PlanInputs,
    scenario: Scenario,
    kind: str,
    table: pd.DataFrame,
    years: list[int],
    count: int,
    base: pd.Series,
    quality: pd.Series,
) -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    """Persons known only for a parent stay there, or are spread over the children's known pattern, else population."""
    elsewhere = table.loc[~table.index.isin(base.index), years].sum(axis=1) / max(1, count)
    elsewhere = elsewhere[elsewhere > 0]
    total = float(base.sum() + elsewhere.sum())
    wanted = scenario.spread_not_placed == "always" or (
        scenario.spread_not_placed == "auto" and total > 0 and float(elsewhere.sum()) / total > scenario.spread_threshold
    )
    rows = []
    known = base.copy()
    for parent, persons in elsewhere.items():
        children = inputs.areas.index[inputs.areas["parent"] == parent] if parent != inputs.country else inputs.areas.index
        pattern = known[children]
        if pattern.sum() <= 0:
            pattern = inputs.areas.loc[children, "population"].fillna(0)
        spread = bool(wanted and len(children) and pattern.sum() > 0)
        if spread:
            added = persons * pattern / pattern.sum()
            base = base.add(added, fill_value=0.0).reindex(base.index)
            quality[added.index[added > 0]] = ESTIMATED
        rows.append({"parent": parent, "persons": float(persons), "kind": kind, "spread": spread})
    return base, quality, pd.DataFrame(rows, columns=["parent", "persons", "kind", "spread"])


def _observed(inputs: PlanInputs, latest: int | None) -> tuple[pd.Series, pd.Series]:
    """Persons of the latest year by place; 0, estimated, where the source covers the country but names no return there; NaN where
    they are withheld."""
    codes = inputs.areas.index
    if latest is None:
        return pd.Series(np.nan, index=codes), pd.Series(ASSUMED, index=codes)
    rows = inputs.returns[inputs.returns["year"] == latest]
    persons = rows.groupby("pcode")["persons"].sum(min_count=1).reindex(codes).where(codes.isin(rows["pcode"]), 0.0)
    worst = rows.assign(rank=rows["quality"].map(QUALITIES.index)).groupby("pcode")["rank"].max().reindex(codes)
    none_reported = QUALITIES.index(ESTIMATED)
    return persons, pd.Series([QUALITIES[int(rank)] for rank in worst.fillna(none_reported)], index=codes)


def _interval(inputs: PlanInputs, scenario: Scenario, total: pd.Series) -> tuple[pd.Series, pd.Series]:
    """10 and 90 % of a lognormal with the area's own yearly variation, at least `cv_min`.

    Only years known well enough at this level count; where there are too few, the country's own variation stands for every
    area: a year known only for larger areas is missing here, not zero (METHOD 0.2).
    """
    table = inputs.returns.pivot_table(index="pcode", columns="year", values="persons", aggfunc="sum", fill_value=0.0)
    years = table.columns[-max(SMOOTHING_PERIODS, scenario.base_years) :]
    nation = table[years].sum()
    here = table.reindex(inputs.areas.index)[years].fillna(0.0)
    known = [year for year in years if nation[year] == 0 or here[year].sum() >= scenario.known_share * nation[year]]
    history = here[known] if len(known) >= YEARS_FOR_VARIATION else pd.DataFrame([nation] * len(here), index=here.index)
    mean = history.mean(axis=1)
    spread = history.std(axis=1, ddof=1) if history.shape[1] > 1 else mean * 0
    variation = (spread / mean.where(mean > 0)).fillna(scenario.cv_min).clip(lower=scenario.cv_min)
    variance = np.log1p(variation**2)
    sigma = np.sqrt(variance)
    return total * np.exp(-variance / 2 - NORMAL_90 * sigma), total * np.exp(-variance / 2 + NORMAL_90 * sigma)
