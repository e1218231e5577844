"""Frames of the page Returns: the year by place, the series, the host countries, who returned, what is expected.

A row without a figure is one that a release withholds: no sum passes over it, and frames say so in a column `protected`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from analytics.inputs import ESTIMATED, KINDS, OBSERVED, PlanInputs, weakest
from analytics.returns import ExpectedReturns
from analytics.scenario import Scenario

BOTH: Final = "both"
INTERNAL: Final = "internal"


COMPOSITION_PARTS: Final = (
    ("f", "child", "#F0B6D4"),
    ("f", "adult", "#CC79A7"),
    ("f", "older", "#8F3F6D"),
    ("f", "unknown", "#E5D3DE"),
    ("m", "child", "#9CCBEB"),
    ("m", "adult", "#0072B2"),
    ("m", "older", "#004A75"),
    ("m", "unknown", "#D3DDE5"),
    ("unknown", "unknown", "#9A9A9A"),
)
"""Sex, age group and colour in the order of the bars; the unknown last, in grey."""
UK_LINES: Final = (("enforced", "#D55E00", "circle"), ("voluntary", "#009E73", "square"), ("refused", "#8C8C8C", "diamond"))


@dataclass(frozen=True)
class YearByPlace:
    """Returns of one year: `areas` (index pcode: persons, share, quality, protected; NaN where only a larger area is known, or where a
    release withholds the figure), `elsewhere` (persons known only for a larger place, index its P-code), totals in persons (NaN when
    withheld), `quality` of the total: estimated where the source covers the year and reports none (METHOD 0.2)."""

    areas: pd.DataFrame
    elsewhere: pd.Series
    total: float
    placed: float
    quality: str

    @property
    def unplaced(self) -> float:
        """Persons known only for a larger place."""
        return float(self.elsewhere.sum(skipna=False))


def as_published(inputs: PlanInputs, places: pd.DataFrame) -> PlanInputs:
    """The inputs with returns by place as the store or the release has them: what is withheld stays withheld (the method counts it as
    known for the country only)."""
    return replace(inputs, returns=places.rename(columns={"first_row": "row_no"}).assign(quality=OBSERVED))


def years(inputs: PlanInputs) -> list[int]:
    """Years with returns in the store, latest first."""
    return sorted((int(year) for year in inputs.returns["year"].unique()), reverse=True)


def year_by_place(inputs: PlanInputs, year: int, kind: str, national: pd.DataFrame) -> YearByPlace:
    """Returns of a year and kind (or both) by area; `national` has the totals (year, kind, persons). An area the source does not name
    has 0, estimated (METHOD 0.2), unless its own parent's returns are known only as a whole: then it is missing."""
    rows = _of_kind(inputs.returns, kind)
    by_place = rows[rows["year"] == year].groupby("pcode")["persons"].sum(skipna=False)
    areas = inputs.areas
    here = by_place.reindex(areas.index)
    named = areas.index.isin(by_place.index)
    elsewhere = by_place[~by_place.index.isin(areas.index)]
    only_parent = areas["parent"].isin(elsewhere.index[elsewhere.index != inputs.country])
    persons = here.where(named | only_parent, 0.0)
    if by_place.empty:
        persons = persons * np.nan
    whole = _of_kind(national, kind)
    reported = whole.loc[whole["year"] == year, "persons"]
    total = float(reported.sum(skipna=False))
    frame = pd.DataFrame(
        {
            "persons": persons,
            "share": persons / total if total else persons * np.nan,
            "per_1000": 1000 * persons / areas["population"],
            "quality": np.where(named, OBSERVED, ESTIMATED),
            "protected": named & here.isna().to_numpy(),
        },
        index=areas.index,
    )
    return YearByPlace(frame, elsewhere.sort_values(ascending=False), total, float(here.sum()), OBSERVED if len(reported) else ESTIMATED)


def series(inputs: PlanInputs, pcode: str | None, national: pd.DataFrame) -> pd.DataFrame:
    """Persons by year (rows) and kind (columns abroad, internal, each with `_protected`) for an area, or the country when None
    (`national`: year, kind, persons)."""
    rows = national if pcode is None else inputs.returns[inputs.returns["pcode"] == pcode]
    marks = [f"{kind}_protected" for kind in KINDS]
    if rows.empty:
        empty = {**{kind: pd.Series(dtype=float) for kind in KINDS}, **{mark: pd.Series(dtype=bool) for mark in marks}}
        return pd.DataFrame({"year": pd.Series(dtype=int), **empty})
    grouped = rows.groupby(["year", "kind"])["persons"]
    every_year = range(int(inputs.returns["year"].min()), int(inputs.returns["year"].max()) + 1)
    covered = set(inputs.returns["year"])
    table = grouped.sum(skipna=False).unstack("kind").reindex(index=every_year, columns=list(KINDS))
    named = grouped.size().unstack("kind").reindex(index=every_year, columns=list(KINDS)).notna()
    withheld = named & table.isna()
    # a year the source covers without naming this place has none reported; a year it does not cover is missing
    table.loc[table.index.isin(covered)] = table.loc[table.index.isin(covered)].fillna(0.0)
    return table.mask(withheld).join(withheld.set_axis(marks, axis=1)).reset_index(names="year")


@dataclass(frozen=True)
class Outlook:
    """Returns expected over the horizon for an area or the country: persons, 10 and 90 %, years, weakest quality."""

    total: float
    low: float
    high: float
    first_year: int
    last_year: int
    quality: str


def outlook(expected: ExpectedReturns, scenario: Scenario, pcode: str | None) -> Outlook:
    """What is expected for an area (None: the country, whose interval holds if all its areas vary together)."""
    rows = expected.areas if pcode is None else expected.areas.loc[[pcode]]
    sums = rows[["total", "low", "high"]].sum(min_count=1)
    first = (expected.latest_year or 0) + 1
    last = first + max(1, round(scenario.horizon_months / 12)) - 1
    reported = rows.loc[rows["total"].fillna(0) > 0, "quality"]
    # an area without returns adds nothing, so its mark does not weaken the sum
    return Outlook(
        float(sums["total"]),
        float(sums["low"]),
        float(sums["high"]),
        first,
        last,
        weakest(*(reported if len(reported) else rows["quality"])),
    )


def shocks(inputs: PlanInputs, expected: ExpectedReturns) -> list[str]:
    """What the planner can multiply, the largest first: host countries by ISO3, and `internal` for displaced people at home."""
    hosts = expected.corridors["persons"]
    yearly = float(expected.areas["base_internal"].sum())
    sizes = {**{str(iso3): float(persons) for iso3, persons in hosts.items()}, INTERNAL: yearly}
    return sorted((name for name, size in sizes.items() if size > 0 or name == INTERNAL), key=lambda name: -sizes[name])


def composition(frame: pd.DataFrame) -> pd.DataFrame:
    """Persons by kind and sex-and-age group, long: kind, sex (f | m | unknown), age (child | adult | older | unknown), persons."""
    bands = {"0-4": "child", "5-11": "child", "12-17": "child", "18-59": "adult", "60+": "older"}
    age = frame["age_band"].map(bands).fillna("unknown")
    summed = frame.assign(age=age).groupby(["kind", "sex", "age"])["persons"].sum(skipna=False)
    return summed.reset_index()


UK_TYPES: Final = {
    "Enforced return": "enforced",
    "Voluntary return": "voluntary",
    "Refused entry at port and subsequently departed": "refused",
}


def from_uk(frame: pd.DataFrame) -> pd.DataFrame:
    """Persons returned home from the United Kingdom by year (rows) and type (columns enforced, voluntary, refused)."""
    home = frame[frame["destination_home"].astype(bool)]
    grouped = home.assign(type=home["flow_type"].map(UK_TYPES)).groupby(["year", "type"])["persons"]
    every_year = range(int(frame["year"].min()), int(frame["year"].max()) + 1)
    summed = grouped.sum(skipna=False).unstack("type")
    shape = {"index": every_year, "columns": [name for name in UK_TYPES.values() if name in summed.columns]}
    withheld = grouped.size().unstack("type").reindex(**shape).notna() & summed.reindex(**shape).isna()
    # the source lists every year: a year without a row has nobody, not a missing figure
    return summed.reindex(**shape).fillna(0.0).mask(withheld).join(withheld.add_suffix("_protected")).reset_index(names="year")


def only_withheld(home: pd.DataFrame) -> list[int]:
    """Years of `from_uk` of which a number is protected, where no number above zero is left to show; else nothing."""
    types = [name for name in UK_TYPES.values() if name in home]
    if (home[types] > 0).any(axis=None):
        return []
    return [int(year) for year in home.loc[home[[f"{name}_protected" for name in types]].any(axis=1), "year"]]


def map_rows(found: YearByPlace, names: pd.Series, text: Callable[[float, float, str], str], missing: str) -> pd.DataFrame:
    """The rows of the map of a year: value, name and the line under the pointer."""
    areas = found.areas
    texts = [
        missing if np.isnan(persons) else text(persons, share, quality)
        for persons, share, quality in zip(areas["persons"], areas["share"], areas["quality"], strict=True)
    ]
    return pd.DataFrame({"value": areas["persons"], "name": names, "text": texts, "protected": areas["protected"]}, index=areas.index)


def table(found: YearByPlace, inputs: PlanInputs, expected: ExpectedReturns, kind: str = BOTH) -> pd.DataFrame:
    """Areas with their returns of a year and what is expected of the same kind, the largest first; the interval is of both kinds only."""
    named = inputs.areas[["name_fr", "name_en", "parent_name_fr", "parent_name_en"]]
    ahead = expected.areas[["total", "low", "high"]] if kind == BOTH else expected.areas[[kind]].rename(columns={kind: "total"})
    joined = named.join(found.areas).join(ahead)
    return joined.sort_values(["persons", "total"], ascending=False).rename_axis("pcode").reset_index()


def with_expected(past: pd.DataFrame, expected: pd.DataFrame, scenario: Scenario, latest: int, pcode: str | None) -> pd.DataFrame:
    """The series with a column `expected` (persons a year, `low` and `high`) for the years of the plan's horizon."""
    rows = expected if pcode is None else expected.loc[[pcode]]
    yearly = rows[["total", "low", "high"]].sum(min_count=1) * 12 / scenario.horizon_months
    ahead = [latest + step for step in range(1, max(1, round(scenario.horizon_months / 12)) + 1)]
    future = pd.DataFrame({"year": ahead, "expected": yearly["total"], "low": yearly["low"], "high": yearly["high"]})
    return pd.concat([past, future], ignore_index=True)


def hosts(inputs: PlanInputs, year: int, national: pd.DataFrame) -> pd.DataFrame:
    """Host countries of a year, the largest first: host_iso3, names, persons, share of all returns from abroad.

    `national` (year, kind, persons) has the total where that of some hosts is withheld: a share of it is what a reader can divide.
    """
    rows = inputs.hosts[(inputs.hosts["year"] == year) & ~(inputs.hosts["persons"] <= 0)]
    grouped = rows.groupby("host_iso3")
    frame = grouped[["host_name_fr", "host_name_en"]].first().join(grouped["persons"].sum(skipna=False)).reset_index()
    total = frame["persons"].sum(skipna=False)
    if np.isnan(total):
        total = national.loc[(national["year"] == year) & (national["kind"] == "abroad"), "persons"].sum(min_count=1, skipna=False)
    frame["share"] = frame["persons"] / total if total else np.nan
    frame["persons_protected"] = frame["persons"].isna()
    frame["share_protected"] = frame["share"].isna()
    return frame.sort_values("persons", ascending=False, ignore_index=True)


def _of_kind(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    return rows if kind == BOTH else rows[rows["kind"] == kind]
