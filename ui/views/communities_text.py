"""The words and scales of the page Communities: titles, sentences under the map, the profile said in figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.assessment import Assessment
from analytics.inputs import ESTIMATED, QUALITIES, PlanInputs, weakest
from ui import format as say
from ui.colours import Scale, magnitude_scale
from ui.columns import Column
from ui.exports import About
from ui.figures import quality_mark
from ui.language import column, t, tn
from ui.naming import publisher_name
from ui.views.communities import INDICES, Measure, of_the_method

MOST_BESIDE = 4
"""Areas a profile has columns for."""
SCORE_BREAKS = (20, 40, 60, 80)
"""Scores and shares keep the same classes on every map, so that two maps can be compared."""


@dataclass(frozen=True)
class Summary:
    """What the headline says: of the area in focus, or of the middle area of the country.

    `equals`: areas with exactly the needs of the neediest, itself not counted; `is_alike`: no area has greater needs than another as they
    are shown; `is_assumed`: no area has a value of any indicator of needs; `known`: share of the indicators that have a value,
    NaN where none has; `population_known`: share of the areas, or of the area's parts, whose residents are counted.
    """

    need: float
    need_quality: str
    capacity: float
    capacity_quality: str
    known: float
    population: float
    population_quality: str | None
    population_known: float
    population_period: str | None
    neediest: str
    highest_need: float
    middle_need: float
    equals: int
    is_alike: bool
    is_assumed: bool
    worst: str | None


@dataclass(frozen=True)
class Ends:
    """The lowest and highest value of a map and how many areas have none."""

    low: float | None
    low_place: str | None
    high: float | None
    high_place: str | None
    missing: int


@dataclass(frozen=True)
class Facts:
    """Period, source and quality of a measure in words, and the ids of the sources used."""

    period: str
    source: str
    quality: str
    used: tuple[str, ...]
    qualities: tuple[str, ...] = ()


def titles(inputs: PlanInputs, measures: Sequence[str]) -> dict[str, str]:
    """What each measure is called in a list: indices first, indicators under their dimension."""
    catalogue = inputs.catalogue.indicators
    return {
        code: t(f"communities.index.{code}")
        if code in INDICES
        else f"{t('dimension.' + catalogue.at[code, 'dimension'])} · {catalogue.at[code, column()]}"
        for code in measures
    }


def unit_of(inputs: PlanInputs, code: str) -> str:
    """Unit of a measure: a score for the indices, percent for the share known."""
    if code == "assessed":
        return "%"
    return "score" if code in INDICES else str(inputs.catalogue.indicators.at[code, "unit"])


def summary(inputs: PlanInputs, assessed: Assessment, pcode: str | None) -> Summary:
    """The headline figures of an area, or of the middle area and the whole population of the country."""
    scores, areas = assessed.scored.scores, inputs.areas
    values = assessed.table.value.loc[areas.index, of_the_method(inputs)]
    row = scores[["need", "capacity"]].median() if pcode is None else scores.loc[pcode]
    ranks = scores if pcode is None else scores.loc[[pcode]]
    shortfall = None if pcode is None else assessed.table.shortfall.loc[pcode, _need_codes(inputs)].dropna()
    of = areas if pcode is None else areas.loc[[pcode]]
    qualities, periods = of["population_quality"].dropna(), of["population_period"].dropna()
    # a release made before the share was kept says nothing of it: the figure is taken as whole
    counted = float(of["population_known"].fillna(1.0).where(of["population"].notna(), 0.0).mean())
    known = float((values if pcode is None else values.loc[[pcode]]).notna().mean().mean())
    return Summary(
        need=float(row["need"]),
        need_quality=QUALITIES[int(ranks["need_quality"].max())],
        capacity=float(row["capacity"]),
        capacity_quality=QUALITIES[int(ranks["capacity_quality"].max())],
        known=known if known > 0 else float("nan"),
        population=float(of["population"].sum(min_count=1)),
        # a sum of which parts are missing is no count of the whole
        population_quality=weakest(*qualities, *([ESTIMATED] if counted < 1 else [])) if len(qualities) else None,
        population_known=counted,
        population_period=str(periods.iloc[0]) if len(periods) else None,
        neediest=str(scores["need"].idxmax()),
        highest_need=float(scores["need"].max()),
        middle_need=float(scores["need"].median()),
        equals=int(np.isclose(scores["need"], scores["need"].max()).sum()) - 1,
        is_alike=say.number(scores["need"].max()) == say.number(scores["need"].min()),
        is_assumed=not assessed.table.shortfall.loc[areas.index, _need_codes(inputs)].notna().any(axis=None),
        worst=None if shortfall is None or shortfall.empty else str(shortfall.idxmax()),
    )


def residents_of(found: Summary) -> str | None:
    """The period of the residents, and for which share of the parts they are known where that is not all of them."""
    if found.population_quality is None or found.population_known >= 1:
        return found.population_period
    known = t("communities.figure.population.known", share=say.percent(found.population_known))
    return " · ".join(part for part in (found.population_period, known) if part)


def answer(found: Summary, country: str, names: pd.Series) -> str:
    """The sentence of a country: who has the greatest needs, unless nobody is first (least of all by an assumption)."""
    said = {"country": country, "score": say.number(found.highest_need), "known": say.percent(found.known)}
    if found.is_assumed and len(names) > 1:
        return t("communities.answer_assumed", **said)
    if found.is_alike:
        return t("communities.answer_one" if len(names) == 1 else "communities.answer_alike", **said)
    said["place"] = names[found.neediest]
    return tn("communities.answer_equals", found.equals, **said) if found.equals else t("communities.answer", **said)


def usual_method(unit: str) -> str:
    """How a measure is classed when nobody chose: fixed for scores and percentages, about equal numbers of areas otherwise."""
    return "fixed" if unit in ("score", "%") else "quantile"


def scale(measures: Sequence[Measure], title: str, unit: str, method: str = "") -> Scale:
    """Classes of a map, or of maps that are compared: the figures of all of them make the limits, so that a colour means the same on each.

    Fixed classes are fifths for scores and percentages, round steps of equal width otherwise.
    """
    measured = unit in ("score", "%")
    in_title = measured or unit == "persons" or t(f"unit.of.{unit}") in title
    return magnitude_scale(
        pd.concat([measure.areas["value"] for measure in measures], ignore_index=True),
        title=title,
        unit="" if in_title else t(f"unit.of.{unit}"),
        method=method or usual_method(unit),  # type: ignore[arg-type]
        breaks=SCORE_BREAKS if measured else None,
        format=(lambda v: say.measured(v, unit)) if measured else say.persons if unit == "persons" else say.rate,
    )


def map_rows(measure: Measure, names: pd.Series, unit: str, publishers: Mapping[str, str], horizon: int) -> pd.DataFrame:
    """Rows of the map: value, name, and under the pointer the value, its period, source and quality."""
    texts = []
    for value, quality, source, start, end in measure.areas[["value", "quality", "source_id", "period_start", "period_end"]].itertuples(index=False):
        if say.missing(value):
            texts.append(say.no_data())
        elif say.missing(source):
            texts.append(f"{say.measured(value, unit)}\n{t('map.computed', months=horizon, quality=quality_mark(quality))}")
        else:
            period = say.no_data() if say.missing(end) and say.missing(start) else say.period(start, end)
            facts_of = t("communities.facts", period=period, source=publishers.get(source, say.no_data()), quality=quality_mark(quality))
            texts.append(f"{say.measured(value, unit)}\n{facts_of}")
    return pd.DataFrame(
        {"value": measure.areas["value"], "name": names, "text": texts, "protected": measure.areas["protected"]}, index=measure.areas.index
    )


def gap_rows(gaps: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Rows of the map of what is missing: how many indicators each area lacks, where nothing is missing, and what is known how."""
    texts = [
        t("communities.gaps.text", missing=row.missing, total=row.total, own=row.own, inherited=row.inherited)
        + (f"\n{t('communities.gaps.worst', dimension=t(f'dimension.{row.worst}'))}" if row.missing else "")
        for row in gaps.itertuples()
    ]
    return pd.DataFrame({"value": gaps["missing"].astype(float), "none": gaps["missing"].eq(0), "name": names, "text": texts}, index=gaps.index)


def about(facts: Facts, title: str, level: int, code: str, names: Sequence[str] = (), file_name: str = "") -> About:
    """What a figure of the page rests on, for the line under it and its files."""
    computed = code in INDICES
    return About(
        title=title,
        period="" if computed else facts.period,
        quality=facts.qualities,
        sources=None if computed else facts.used,
        filters=(say.listed(list(names)),) if names else (),
        level=level,
        scenario=computed,
        file_name=file_name,
    )


def takeaway(measure: Measure, title: str, unit: str, names: pd.Series) -> str:
    """What a map of a measure shows, in a sentence."""
    found = ends(measure)
    if found.low is None:
        return t("communities.map.alt_none", measure=title)
    return t(
        "communities.map.alt",
        measure=title,
        low=say.measured(found.low, unit),
        low_place=names[found.low_place],
        high=say.measured(found.high, unit),
        high_place=names[found.high_place],
        missing=tn("communities.areas_missing", found.missing),
    )


def gap_takeaway(gaps: pd.DataFrame, names: pd.Series) -> str:
    """What the map of gaps shows, in a sentence."""
    most = gaps["missing"].idxmax()
    return t("communities.gaps.map_alt", place=names[most], missing=gaps.at[most, "missing"], total=gaps.at[most, "total"], least=gaps["missing"].min())


def ends(measure: Measure) -> Ends:
    """The lowest and the highest area of a measure."""
    values = measure.areas["value"]
    if values.notna().sum() == 0:
        return Ends(None, None, None, None, len(values))
    return Ends(float(values.min()), str(values.idxmin()), float(values.max()), str(values.idxmax()), int(values.isna().sum()))


def facts(measure: Measure, sources: pd.DataFrame) -> Facts:
    """Period, source and quality of a measure in words."""
    rows = measure.areas[measure.areas["value"].notna()]
    used = tuple(rows["source_id"].dropna().unique())
    listed = sources.set_index("source_id")
    publishers = [publisher_name(str(listed.at[source, "publisher"])) for source in used if source in listed.index]
    start, end = rows["period_start"].min(), rows["period_end"].max()
    counted = rows["quality"].value_counts()
    quality = ", ".join(t("communities.quality_count", mark=quality_mark(str(q)), areas=say.number(n)) for q, n in counted.items())
    found = tuple(q for q in QUALITIES if q in set(counted.index))
    return Facts(say.period(start, end), say.listed(publishers) or say.no_data(), quality or say.no_data(), used, found)


def table(inputs: PlanInputs, measure: Measure, sources: pd.DataFrame) -> pd.DataFrame:
    """Areas with the measure, its quality, period and publisher, the highest first."""
    publishers = sources.set_index("source_id")["publisher"].map(publisher_name)
    frame = inputs.areas[["name_fr", "name_en", "parent_name_fr", "parent_name_en", "population"]].join(measure.areas)
    frame["period"] = [
        "" if say.missing(start) and say.missing(end) else say.period(start, end)
        for start, end in zip(frame["period_start"], frame["period_end"], strict=True)
    ]
    frame["source"] = frame["source_id"].map(publishers).fillna("")
    return frame.sort_values("value", ascending=False, kind="stable").rename_axis("pcode").reset_index()


def told(profile: pd.DataFrame, pcodes: Sequence[str], publishers: Mapping[str, str]) -> pd.DataFrame:
    """The profile with each value in words, since every row has its own unit, and its period and source."""
    frame = profile.copy()
    frame["period"] = [
        "" if say.missing(start) and say.missing(end) else say.period(start, end)
        for start, end in zip(frame["period_start"], frame["period_end"], strict=True)
    ]
    frame["source"] = [publishers.get(source, "") for source in frame["source_id"]]
    for name in (*pcodes, "neighbours", "country"):
        frame[name] = [say.bare(value, unit) for value, unit in zip(profile[name], profile["unit"], strict=True)]
    return frame


def profile_columns(places: Mapping[str, str]) -> list[Column]:
    """The columns of `told`: the areas by name, their neighbours and the country, then quality, period and source of the first."""
    return [
        Column("indicator", t("communities.column.code"), hxl="#indicator+code", on_screen=False),
        Column(column(), t("communities.column.indicator"), hxl="#indicator+name"),
        *(Column(pcode, name, hxl="#indicator+value") for pcode, name in places.items()),
        Column("neighbours", t("communities.column.neighbours"), hxl="#indicator+value+neighbours"),
        Column("country", t("communities.column.country"), hxl="#indicator+value+country"),
        Column("quality", t("communities.column.quality"), quality_mark, hxl="#meta+quality"),
        Column("period", t("communities.column.period"), hxl="#date"),
        Column("source", t("communities.column.source"), hxl="#meta+source"),
    ]


def shortfalls(profile: pd.DataFrame) -> pd.DataFrame:
    """The measured shortfalls in need and capacity of the profile, the greatest first."""
    shown = profile["shortfall"].notna() & (profile["dimension"] != "pressure")
    return profile[shown].sort_values("shortfall", ascending=False).head(12)


def _need_codes(inputs: PlanInputs) -> list[str]:
    catalogue = inputs.catalogue.indicators
    return list(catalogue.index[catalogue["axis"] == "need"])
