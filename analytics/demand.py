"""Demand, what absorbs it, and the gap, by area and sector (METHOD 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.indices import RANK, IndicatorTable, Indices
from analytics.inputs import ASSUMED, ESTIMATED, OBSERVED, SECTORS, PlanInputs
from analytics.returns import ExpectedReturns
from analytics.scenario import Scenario

AGE_BANDED = {"EDU": "5_17", "EMP": "18_59", "FIN": "18_59"}
"""Sectors that concern an age band only (METHOD 4); every other sector concerns everyone."""


@dataclass(frozen=True)
class Demand:
    """By area (index pcode) and sector (columns): persons over the horizon unless said otherwise.

    `target`: target population T. `eligible`, `prevalence`, `coverage` (z0): shares. `supply`: absorbed by services in
    place. `partners`: relevant persons of partner activities, NaN where no 3W can say. `gap`: persons left. `quality`:
    rank of the weakest input; `supply_rank`, `eligible_rank` apart, for the explanation.
    """

    target: pd.Series
    eligible: pd.DataFrame
    eligible_rank: pd.DataFrame
    prevalence: pd.DataFrame
    demand: pd.DataFrame
    supply_share: pd.DataFrame
    supply_rank: pd.DataFrame
    supply: pd.DataFrame
    partners: pd.DataFrame
    gap: pd.DataFrame
    coverage: pd.DataFrame
    quality: pd.DataFrame


def demand(inputs: PlanInputs, scenario: Scenario, returns: ExpectedReturns, table: IndicatorTable, scored: Indices) -> Demand:
    """Demand, supply, partner coverage and gap for every area and sector (METHOD 4)."""
    target = returns.areas["total"] * (1 + scenario.host_share)
    eligible, eligible_rank = _eligible(inputs, scenario)
    wanted = scored.prevalence.mul(eligible).mul(target, axis=0)
    share, supply_rank = _supply_share(inputs, scenario, table)
    supply = wanted * share + _structures(inputs, scenario)
    partners = partner_coverage(inputs, scenario)
    gap = (wanted - supply - partners.fillna(0.0)).clip(lower=0.0)
    coverage = ((supply + partners.fillna(0.0)) / wanted.where(wanted > 0)).clip(upper=1.0)
    return_rank = returns.areas["quality"].map(RANK).to_numpy()[:, None]
    # weighed by beneficiaries and dates, or none reported: estimated at best; no 3W: the coverage is assumed (METHOD 0.2)
    partner_rank = partners.isna().replace({True: RANK[ASSUMED], False: RANK[ESTIMATED]}).astype(int)
    quality = pd.DataFrame(
        np.maximum.reduce(
            [
                scored.prevalence_quality.to_numpy(),
                eligible_rank.to_numpy(),
                supply_rank.to_numpy(),
                partner_rank.to_numpy(),
                np.broadcast_to(return_rank, wanted.shape),
            ]
        ),
        index=wanted.index,
        columns=wanted.columns,
    )
    return Demand(target, eligible, eligible_rank, scored.prevalence, wanted, share, supply_rank, supply, partners, gap, coverage, quality)


def _eligible(inputs: PlanInputs, scenario: Scenario) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Eligible share by sector: the returns' own ages where enough are known, else the residents', else everyone."""
    areas = inputs.areas.index
    shares = pd.DataFrame(1.0, index=areas, columns=list(SECTORS))
    ranks = pd.DataFrame(RANK[OBSERVED], index=areas, columns=list(SECTORS))
    recent = inputs.returns[inputs.returns["year"] > inputs.returns["year"].max() - scenario.base_years]
    sums = recent.groupby("pcode")[["persons", "age_known", "age_5_17", "age_18_59"]].sum().reindex(areas)
    enough = (sums["age_known"] > 0) & (sums["age_known"] >= scenario.age_known_share * sums["persons"])
    for sector, band in AGE_BANDED.items():
        own = (sums[f"age_{band}"] / sums["age_known"].where(sums["age_known"] > 0)).where(enough)
        resident = inputs.areas[f"share_{band}"]
        resident_rank = inputs.areas["share_quality"].map(RANK).fillna(RANK[ASSUMED]).clip(lower=RANK[ESTIMATED])
        shares[sector] = own.fillna(resident).fillna(1.0)
        ranks[sector] = np.select([own.notna(), resident.notna()], [RANK[OBSERVED], resident_rank], RANK[ASSUMED])
    for name, share in scenario.eligible.items():
        shares[name], ranks[name] = share, RANK[ASSUMED]
    return shares, ranks


def _supply_share(inputs: PlanInputs, scenario: Scenario, table: IndicatorTable) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Share of demand that services in place absorb: the sector's adequacy where assessed, else the assumption."""
    areas = inputs.areas.index
    shares = pd.DataFrame(np.nan, index=areas, columns=list(SECTORS))
    ranks = pd.DataFrame(RANK[ASSUMED], index=areas, columns=list(SECTORS))
    for sector, rows in inputs.catalogue.supply.groupby("sector"):
        codes = list(rows["indicator"])
        adequacy = (1 - table.shortfall.loc[areas, codes]).mean(axis=1)
        shares[sector] = adequacy
        # an adequacy standing for a share of demand is a proxy, never an observation
        known = table.quality.loc[areas, codes].max(axis=1).clip(lower=RANK[ESTIMATED])
        ranks[sector] = known.where(adequacy.notna(), RANK[ASSUMED])
    return shares.fillna(scenario.assumed_supply), ranks


def _structures(inputs: PlanInputs, scenario: Scenario) -> pd.DataFrame:
    """Persons that structures already in place serve over the horizon."""
    served = pd.DataFrame(0.0, index=inputs.areas.index, columns=list(SECTORS))
    for row in inputs.in_place.itertuples():
        if row.scope_kind == "area" and row.scope_id in served.index and row.intervention in inputs.catalogue.interventions.index:
            for sector, persons in inputs.catalogue.interventions.at[row.intervention, "serves"].items():
                served.at[row.scope_id, sector] += persons * row.units * scenario.horizon_months / 12
    return served


def plan_window(inputs: PlanInputs, scenario: Scenario) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First day of the plan and the first day after it (METHOD 1)."""
    start = pd.Timestamp(scenario.start or inputs.returns_end + pd.Timedelta(days=1))
    return start, start + pd.DateOffset(months=scenario.horizon_months)


def relevance(scenario: Scenario) -> dict[str, float]:
    """How far each beneficiary type counts for returnees and their hosts (METHOD 4)."""
    return {
        "returnees": scenario.relevance_returnees,
        "everyone": scenario.relevance_everyone,
        "host": min(1.0, scenario.host_share),
        "unspecified": scenario.relevance_unspecified,
        "other": scenario.relevance_other,
    }


def counted_activities(inputs: PlanInputs, scenario: Scenario) -> pd.DataFrame:
    """The activities that count for the plan, with `part` (share of duration in the plan) and `counted` persons.

    Left out: exact duplicates, completed ones, rows without a sector, place, dates or beneficiaries, rows that end before they start.
    """
    rows = inputs.activities
    rows = rows[
        rows["duplicate_of"].isna()
        & (rows["status"] != "completed")
        & rows["sector"].isin(SECTORS)
        & rows["pcode"].isin(inputs.areas.index)
        & rows["start"].notna()
        & rows["end"].notna()
        & rows["beneficiaries"].notna()
        & (rows["end"] >= rows["start"])
    ].copy()
    first, after = plan_window(inputs, scenario)
    stop = rows["end"] + pd.Timedelta(days=1)
    days = (stop - rows["start"]).dt.days
    inside = (stop.clip(upper=after) - rows["start"].clip(lower=first)).dt.days.clip(lower=0)
    rows["part"] = inside / days
    rows["counted"] = rows["beneficiaries"] * rows["part"] * rows["beneficiary_type"].map(relevance(scenario)).astype(float).fillna(0.0)
    return rows


def partner_coverage(inputs: PlanInputs, scenario: Scenario) -> pd.DataFrame:
    """Relevant persons of partner activities by area and sector; NaN where no 3W says anything (METHOD 0.2, 4)."""
    table = pd.DataFrame(np.nan, index=inputs.areas.index, columns=list(SECTORS))
    if not inputs.has_activities:
        return table
    table[list(inputs.mapped_sectors["sector"])] = 0.0
    rows = counted_activities(inputs, scenario)
    if rows.empty:
        return table
    keys = ["organisation", "sector", "pcode"]
    rows = rows.sort_values([*keys, "start"])
    # rows of one organisation, sector and area that overlap in time count their maximum: a new run starts after the latest end so far
    latest_end = rows.groupby(keys)["end"].cummax().groupby([rows[k] for k in keys]).shift()
    rows["run"] = (latest_end.isna() | (rows["start"] > latest_end)).cumsum()
    persons = rows.groupby([*keys, "run"])["counted"].max().groupby(level=["pcode", "sector"]).sum()
    for (pcode, sector), value in persons.items():
        table.at[pcode, sector] = value
    return table
