"""Frames of the page Coverage: need against coverage, who does what where, what nobody does. Without a 3W everything is missing,
never zero (METHOD 0.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from analytics.assessment import Assessment
from analytics.inputs import QUALITIES, SECTORS, PlanInputs
from ui.views.coverage_activities import RUNNING

RECIPIENTS: Final = ("public", "private", "civil", "international", "unknown")


def need_and_coverage(inputs: PlanInputs, assessed: Assessment, sector: str | None) -> pd.DataFrame:
    """By area: need (0-100), coverage in place (share of demand, as the plan counts it; missing without a 3W, without demand, or for a
    sector the 3W cannot speak of), demand, partners (persons), none (no return is expected, so there is nothing to cover), quality (the
    weakest of the sectors' demand)."""
    demand = assessed.needs
    columns = list(SECTORS) if sector is None else [sector]
    wanted = demand.demand[columns].sum(axis=1, min_count=1)
    covered = (demand.coverage[columns] * demand.demand[columns]).sum(axis=1, min_count=1)
    told = sector is None or bool(demand.partners[sector].notna().any())
    need = assessed.scored.scores["need"] if sector is None else 100 * assessed.scored.prevalence[sector]
    coverage = covered / wanted.where(wanted > 0) if inputs.has_activities and told else wanted * np.nan
    partners = demand.partners[columns].sum(axis=1, min_count=1) if inputs.has_activities else wanted * np.nan
    quality = [QUALITIES[int(rank)] for rank in demand.quality[columns].max(axis=1)]
    frame = pd.DataFrame({"need": need, "coverage": coverage, "demand": wanted, "partners": partners, "quality": quality}, index=inputs.areas.index)
    # nobody is expected there: a known none, which is not the same as a figure nobody has
    return frame.assign(none=(frame["demand"] == 0) if inputs.has_activities else False)


def activities(inputs: PlanInputs, *, area: str | None, sector: str | None) -> pd.DataFrame:
    """Activities counted once (exact duplicates left out), those of an area or sector only."""
    rows = inputs.activities[inputs.activities["duplicate_of"].isna()]
    if area is not None:
        rows = rows[rows["pcode"] == area]
    if sector is not None:
        rows = rows[rows["sector"] == sector]
    return rows


def running(rows: pd.DataFrame) -> pd.DataFrame:
    """Activities that run, or whose status the source does not say."""
    return rows[rows["status"].isin(RUNNING)]


def partners_by_area(inputs: PlanInputs, sector: str | None) -> pd.Series:
    """Organisations with a running activity, by area: 0 where the 3W names none, missing without a 3W."""
    if not inputs.has_activities or (sector is not None and sector not in set(inputs.mapped_sectors["sector"])):
        return pd.Series(np.nan, index=inputs.areas.index)
    rows = running(activities(inputs, area=None, sector=sector))
    return rows.groupby("pcode")["organisation"].nunique().reindex(inputs.areas.index).fillna(0.0)


def partners_matrix(inputs: PlanInputs) -> pd.DataFrame:
    """Organisations by area (rows) and sector (columns SECTORS): 0 none reported, missing where the 3W cannot say."""
    mapped = set(inputs.mapped_sectors["sector"]) if inputs.has_activities else set()
    rows = running(activities(inputs, area=None, sector=None))
    counted = rows.groupby(["pcode", "sector"])["organisation"].nunique().unstack("sector")
    table = counted.reindex(index=inputs.areas.index, columns=list(SECTORS)).fillna(0.0).astype(float)
    table[[sector for sector in SECTORS if sector not in mapped]] = np.nan
    return table


@dataclass(frozen=True)
class Totals:
    """Headline figures of the running activities of a country with a 3W."""

    organisations: int
    activities: int
    beneficiaries: float
    coverage: float
    coverage_quality: str
    bare_areas: int
    most_absent: tuple[str, int] | None
    withheld: bool


def totals(inputs: PlanInputs, assessed: Assessment, rows: pd.DataFrame) -> Totals:
    """Organisations, activities, beneficiaries, coverage in place (share of all demand) and areas with nobody."""
    both = need_and_coverage(inputs, assessed, None)
    wanted = float(both["demand"].sum())
    ranks = assessed.needs.quality.to_numpy()
    return Totals(
        organisations=int(rows["organisation"].nunique()),
        activities=len(rows),
        # a 3W that has no figure at all says nothing of them, and not nobody
        beneficiaries=float(rows["beneficiaries"].sum(min_count=1)),
        coverage=float((both["coverage"] * both["demand"]).sum()) / wanted if wanted else float("nan"),
        coverage_quality=QUALITIES[int(ranks.max())],
        bare_areas=int((partners_by_area(inputs, None) == 0).sum()),
        most_absent=most_absent(inputs),
        withheld=bool(rows["protected"].any()),
    )


def absent_sectors(inputs: PlanInputs) -> pd.Series:
    """Tracked sectors without a running partner, by area (tuples of codes); missing without a 3W."""
    table = partners_matrix(inputs)
    if table.isna().all().all():
        return pd.Series([None] * len(table), index=table.index, dtype=object)
    return pd.Series([tuple(table.columns[row == 0]) for row in table.to_numpy()], index=table.index, dtype=object)


def gaps(inputs: PlanInputs, assessed: Assessment) -> pd.DataFrame:
    """By sector: areas with demand, those of them without a running partner (`bare`, missing where the 3W cannot say), their demand
    (persons), their P-codes with the greatest demand first; the sector with the greatest demand without a partner first."""
    table, demand = partners_matrix(inputs), assessed.needs.demand
    rows = []
    for sector in SECTORS:
        wanted = demand[sector].fillna(0.0) > 0
        told = bool(table[sector].notna().any())
        bare = demand.loc[wanted & (table[sector] == 0), sector].sort_values(ascending=False)
        here = {"bare": float(len(bare)), "bare_demand": float(bare.sum())} if told else {"bare": np.nan, "bare_demand": np.nan}
        rows.append({"sector": sector, "wanted": float(wanted.sum()), **here, "pcodes": tuple(map(str, bare.index)), "told": told})
    frame = pd.DataFrame(rows)
    return frame.sort_values(["told", "bare_demand"], ascending=False, ignore_index=True, kind="stable")


def most_absent(inputs: PlanInputs) -> tuple[str, int] | None:
    """The tracked sector without a partner in most areas, and in how many; None when every sector is everywhere."""
    counted = (partners_matrix(inputs) == 0).sum()
    return (str(counted.idxmax()), int(counted.max())) if counted.max() > 0 else None


def by_area(inputs: PlanInputs, assessed: Assessment, sector: str | None) -> pd.DataFrame:
    """Areas with need, demand, coverage, organisations and absent sectors, the greatest demand first."""
    frame = inputs.areas[["name_fr", "name_en", "parent_name_fr", "parent_name_en"]].join(need_and_coverage(inputs, assessed, sector))
    frame["organisations"] = partners_by_area(inputs, sector)
    frame["absent"] = absent_sectors(inputs)
    return frame.sort_values(["demand", "need"], ascending=False).rename_axis("pcode").reset_index()


def unmapped(inputs: PlanInputs) -> list[str]:
    """Sectors of the method that the country's 3W cannot speak of."""
    return [sector for sector in SECTORS if sector not in set(inputs.mapped_sectors["sector"])]


def busiest_areas(inputs: PlanInputs, assessed: Assessment, count: int) -> list[str]:
    """The areas with the greatest demand, by P-code."""
    return [str(code) for code in assessed.needs.demand.sum(axis=1).sort_values(ascending=False).index[:count]]
