"""Frames of the page Communities: one measure on the map, an area's profile beside others, what nobody has assessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from analytics.assessment import Assessment
from analytics.inputs import ASSUMED, ESTIMATED, INHERITED, OBSERVED, QUALITIES, PlanInputs

INDICES: Final = ("need", "capacity", "pressure", "assessed")
"""Measures that are made of indicators; `assessed` is the share of indicators with a value of the area itself."""
DIMENSION_ORDER: Final = ("pressure", "economic", "social", "psychosocial", "services", "coordination", "policy", "actors", "context")
MISSING: Final = "missing"
PART_COLOURS: Final = ((OBSERVED, "#0072B2"), (INHERITED, "#56B4E9"), (ESTIMATED, "#E69F00"), (ASSUMED, "#F0E442"), (MISSING, "#9A9A9A"))


@dataclass(frozen=True)
class Measure:
    """One measure by area (index pcode): value, quality (None where missing), source_id, period_start, period_end, protected (a release
    withholds it); and the country's value."""

    areas: pd.DataFrame
    country: float | None


def available(inputs: PlanInputs, assessed: Assessment) -> list[str]:
    """Measures that have a value somewhere: the indices, then the indicators in the order of their dimensions."""
    known = assessed.table.value.loc[inputs.areas.index].notna().any()
    catalogue = inputs.catalogue.indicators
    codes = [
        code for dimension in DIMENSION_ORDER for code in catalogue.index[catalogue["dimension"] == dimension] if known.get(code, False)
    ]
    scores = [name for name in INDICES if name == "assessed" or assessed.scored.scores[name].notna().any()]
    return scores + codes


def measure(inputs: PlanInputs, assessed: Assessment, code: str) -> Measure:
    """One index or indicator by area, with the quality, source and period of each value."""
    areas = inputs.areas.index
    empty: dict[str, Any] = {"source_id": None, "period_start": pd.NaT, "period_end": pd.NaT, "protected": False}
    if code == "assessed":
        return Measure(pd.DataFrame({"value": _assessed_share(inputs, assessed), "quality": OBSERVED, **empty}, index=areas), None)
    if code in INDICES:
        scores = assessed.scored.scores
        rank = scores[f"{code}_quality"] if f"{code}_quality" in scores else assessed.table.quality.loc[areas, "R2"]
        frame = pd.DataFrame({"value": scores[code], "quality": _words(rank), **empty}, index=areas)
        return Measure(frame, None)
    table = assessed.table
    frame = pd.DataFrame(
        {"value": table.value.loc[areas, code], "quality": _words(table.quality.loc[areas, code]), "origin": table.origin.loc[areas, code]}
    )
    rows = inputs.indicators[inputs.indicators["indicator"] == code].drop_duplicates("pcode", keep="last").set_index("pcode")
    for name in ("source_id", "period_start", "period_end"):
        frame[name] = frame["origin"].map(rows[name]) if len(rows) else empty[name]
    frame["protected"] = rows["protected"].reindex(areas).fillna(False).astype(bool) if "protected" in rows else False
    country = table.value.loc[inputs.country, code]
    return Measure(frame.drop(columns="origin"), None if pd.isna(country) else float(country))


def profile(inputs: PlanInputs, assessed: Assessment, pcodes: Sequence[str], neighbours: Sequence[str]) -> pd.DataFrame:
    """Indicators (rows) known for any of the areas: one column a P-code, `quality` of the first, and for comparison `neighbours`
    and `parent` (means of the areas around and of the same parent) and `country`; with `dimension` and names."""
    table = assessed.table
    catalogue = inputs.catalogue.indicators
    frame = catalogue[["name_fr", "name_en", "unit", "better", "dimension", "goalpost_low", "goalpost_high"]].copy()
    for pcode in pcodes:
        frame[pcode] = table.value.loc[pcode]
    frame["quality"] = _words(table.quality.loc[pcodes[0]])
    given = inputs.indicators.drop_duplicates(["pcode", "indicator"], keep="last").set_index(["pcode", "indicator"])
    at = [(origin, code) for code, origin in table.origin.loc[pcodes[0]].reindex(frame.index).items()]
    for name in ("source_id", "period_start", "period_end"):
        frame[name] = given[name].reindex(at).to_numpy() if len(given) else None
    siblings = inputs.areas.index[inputs.areas["parent"] == inputs.areas.at[pcodes[0], "parent"]]
    frame["neighbours"] = table.value.loc[list(neighbours)].mean() if len(neighbours) else np.nan
    frame["parent"] = table.value.loc[siblings].mean()
    frame["country"] = table.value.loc[inputs.country]
    frame["shortfall"] = table.shortfall.loc[pcodes[0]]
    frame["shortfall_country"] = table.shortfall.loc[inputs.country]
    known = frame[list(pcodes)].notna().any(axis=1)
    order = {name: number for number, name in enumerate(DIMENSION_ORDER)}
    return frame[known].sort_values("dimension", key=lambda column: column.map(order), kind="stable").rename_axis("indicator").reset_index()


def of_the_method(inputs: PlanInputs) -> pd.Index:
    """Codes of the indicators that stand on an axis of the method: context is shown where it is known, and missed nowhere."""
    catalogue = inputs.catalogue.indicators
    return catalogue.index[catalogue["axis"] != "context"]


def coverage_of_indicators(inputs: PlanInputs, assessed: Assessment) -> pd.DataFrame:
    """What is known of each indicator of the method: areas by quality of its value (columns QUALITIES and `missing`), and `known` (share)."""
    areas = inputs.areas.index
    codes = of_the_method(inputs)
    ranks = assessed.table.quality.loc[areas, codes]
    has_value = assessed.table.value.loc[areas, codes].notna()
    catalogue = inputs.catalogue.indicators.loc[codes]
    frame = catalogue[["name_fr", "name_en", "dimension", "origin"]].copy()
    for number, quality in enumerate(QUALITIES):
        frame[quality] = ((ranks == number) & has_value).sum()
    frame[MISSING] = (~has_value).sum()
    frame["areas_known"] = len(areas) - frame[MISSING]
    frame["known"] = 1 - frame[MISSING] / max(1, len(areas))
    order = {name: number for number, name in enumerate(DIMENSION_ORDER)}
    return (
        frame.rename_axis("indicator")
        .reset_index()
        .sort_values(["dimension", "known"], key=lambda c: c.map(order) if c.name == "dimension" else c)
    )


def gaps_by_area(inputs: PlanInputs, assessed: Assessment, dimension: str | None = None) -> pd.DataFrame:
    """How many indicators of the method (or of one dimension) each area lacks: index pcode; missing, inherited, own, total, and `worst`,
    the dimension with most missing."""
    areas = inputs.areas.index
    catalogue = inputs.catalogue.indicators
    codes = of_the_method(inputs) if dimension is None else catalogue.index[catalogue["dimension"] == dimension]
    known = assessed.table.value.loc[areas, codes].notna()
    own = known & assessed.table.origin.loc[areas, codes].eq(pd.Series(areas, index=areas), axis=0)
    by_dimension = (~known).T.groupby(catalogue.loc[codes, "dimension"]).sum().T
    return pd.DataFrame({
        "missing": (~known).sum(axis=1), "inherited": (known & ~own).sum(axis=1), "own": own.sum(axis=1), "total": len(codes),
        "worst": by_dimension.idxmax(axis=1) if len(codes) else None,
    }, index=areas)


def gaps_by_dimension(rows: pd.DataFrame) -> pd.DataFrame:
    """`coverage_of_indicators` by dimension and quality, long: dimension, part (a quality or `missing`), values (areas x indicators)."""
    parts = [OBSERVED, INHERITED, ESTIMATED, ASSUMED, MISSING]
    summed = rows.groupby("dimension")[parts].sum().reindex([d for d in DIMENSION_ORDER if d in set(rows["dimension"])])
    return summed.rename_axis("dimension").reset_index().melt("dimension", parts, "part", "values")


def neighbours_of(collection: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Areas that share a border, from outlines whose shared borders have the same points: two points in common make a border."""
    at: dict[tuple[float, float], set[str]] = defaultdict(set)
    codes = []
    for feature in collection["features"]:
        code = str(feature["id"])
        codes.append(code)
        if not feature["geometry"]:
            continue
        for point in _points(feature["geometry"]["coordinates"]):
            at[point].add(code)
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for here in at.values():
        for one in here:
            for other in here:
                if one != other:
                    shared[(one, other)] += 1
    return {code: tuple(sorted(other for (one, other), points in shared.items() if one == code and points >= 2)) for code in codes}


def _assessed_share(inputs: PlanInputs, assessed: Assessment) -> pd.Series:
    own = assessed.table.origin.loc[inputs.areas.index, of_the_method(inputs)].eq(pd.Series(inputs.areas.index, index=inputs.areas.index), axis=0)
    return own.mean(axis=1) * 100.0


def _words(rank: pd.Series) -> pd.Series:
    return rank.map(lambda number: QUALITIES[int(number)] if not pd.isna(number) and number >= 0 else None).astype(object)


def _points(coordinates: Any) -> list[tuple[float, float]]:
    if coordinates and isinstance(coordinates[0], (int, float)):
        return [(float(coordinates[0]), float(coordinates[1]))]
    return [point for part in coordinates for point in _points(part)]
