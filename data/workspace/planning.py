"""What the programme entered, as the method reads it: scores replace assumptions, structures stand in place, prices are its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from analytics.inputs import OBSERVED, PlanInputs
from analytics.scenario import Price, Scenario
from data.workspace import entries
from data.workspace.actor import Actor

SCORE_SOURCE = "score-"
STRUCTURE_SOURCE = "structure-"


def with_entries(inputs: PlanInputs, engine: Engine, actor: Actor) -> PlanInputs:
    """The inputs with the workspace's scores and structures: observed, each with its own source. Unknown codes are left out."""
    scores = entries.current(engine, actor, "score", inputs.country)
    structures = entries.current(engine, actor, "structure", inputs.country)
    places = {inputs.country, *inputs.areas.index, *inputs.areas["parent"].dropna()}
    scores = scores[scores["pcode"].isin(places) & scores["indicator"].isin(inputs.catalogue.indicators.index)]
    structures = structures[structures["intervention"].isin(inputs.catalogue.interventions.index)]
    structures = structures[(structures["scope_kind"] != "area") | structures["scope_id"].isin(inputs.areas.index)]
    if scores.empty and structures.empty:
        return inputs
    return replace(
        inputs,
        indicators=_joined(inputs.indicators, _indicator_rows(scores)),
        in_place=_joined(_outranked(inputs.in_place, structures), _structure_rows(structures)),
        sources=_joined(inputs.sources, [*_score_sources(scores), *_structure_sources(structures)]),
    )


def scored_at(inputs: PlanInputs, pcode: str, indicator: str, value: float) -> PlanInputs:
    """The inputs as if an assessor had found `value`: for what a score would change."""
    row = {
        "pcode": pcode,
        "indicator": indicator,
        "value": value,
        "quality": OBSERVED,
        "period_start": pd.NaT,
        "period_end": pd.NaT,
        "source_id": "",
        "row_no": 0,
    }
    return replace(inputs, indicators=_joined(inputs.indicators, [row]))


def own_prices(engine: Engine, actor: Actor, country: str) -> dict[str, Price]:
    """The programme's own unit prices in EUR by intervention."""
    frame = entries.current(engine, actor, "price", country)
    return {str(row.intervention): Price(low=row.low, mode=row.mode, high=row.high) for row in frame.itertuples()}


def priced(scenario: Scenario, prices: dict[str, Price]) -> Scenario:
    """The scenario with the programme's prices where it sets none itself: what a plan is computed and recorded with."""
    missing = {code: price for code, price in prices.items() if code not in scenario.prices}
    return scenario.model_copy(update={"prices": {**missing, **scenario.prices}}) if missing else scenario


def _indicator_rows(scores: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "pcode": row.pcode,
            "indicator": row.indicator,
            "value": float(row.value),
            "quality": OBSERVED,
            "period_start": pd.Timestamp(row.assessed_on),
            "period_end": pd.Timestamp(row.assessed_on),
            "source_id": f"{SCORE_SOURCE}{row.id}",
            "row_no": int(row.id),
        }
        for row in scores.itertuples()
    ]


def _structure_rows(structures: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "intervention": row.intervention,
            "scope_kind": row.scope_kind,
            "scope_id": row.scope_id,
            "units": float(row.units),
            "quality": OBSERVED,
            "source_id": f"{STRUCTURE_SOURCE}{row.id}",
        }
        for row in structures.itertuples()
    ]


def _outranked(imported: pd.DataFrame, entered: pd.DataFrame) -> pd.DataFrame:
    """Imported structures less those the programme entered itself, for the same intervention and scope."""
    keys = ["intervention", "scope_kind", "scope_id"]
    mine = set(entered[keys].itertuples(index=False, name=None))
    kept = pd.Series([key not in mine for key in imported[keys].itertuples(index=False, name=None)], index=imported.index, dtype=bool)
    return imported[kept]


def _score_sources(scores: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        _source(f"{SCORE_SOURCE}{row.id}", row.assessor or row.by_name or row.by_id, row.evidence, row.assessed_on, "Évaluation", "Assessment")
        for row in scores.itertuples()
    ]


def _structure_sources(structures: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        _source(f"{STRUCTURE_SOURCE}{row.id}", row.by_name or row.by_id, row.evidence, str(row.at)[:10], "Structure en place", "Structure in place")
        for row in structures.itertuples()
    ]


def _source(source_id: str, who: str, evidence: str, day: str, fr: str, en: str) -> dict[str, Any]:
    said = f" : {evidence}" if evidence else ""
    return {
        "source_id": source_id,
        "publisher": who,
        "title_fr": f"{fr}{said}",
        "title_en": f"{en}{said.replace(' : ', ': ', 1)}",
        "licence": "",
        "period": day,
        "url": "",
        "changes_fr": "",
        "changes_en": "",
    }


def _joined(frame: pd.DataFrame, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows after those of the frame, which the method lets count before them."""
    if not rows:
        return frame
    added = pd.DataFrame(rows, columns=frame.columns)
    return added if frame.empty else pd.concat([frame, added], ignore_index=True)
