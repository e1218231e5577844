"""Worlds and scenarios to draw from, and the few changes of a world that several tests make."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from analytics.inputs import PlanInputs
from analytics.scenario import Scenario
from tests.analytics.world import frame, world

SEEDS = st.integers(0, 60)
worlds = st.builds(
    world,
    areas=st.integers(1, 5),
    seed=SEEDS,
    partners=st.booleans(),
    indicators=st.sampled_from([0.0, 0.3, 0.7, 1.0]),
    scale=st.sampled_from([0.02, 0.2, 1.0]),
)
scenarios = st.builds(
    Scenario,
    horizon_months=st.sampled_from([12, 24, 36, 60]),
    host_share=st.sampled_from([0.0, 0.3, 1.0]),
    assumed_adequacy=st.sampled_from([0.0, 0.2, 0.4, 0.7]),
    mix_cap=st.sampled_from([0.4, 0.6, 1.0]),
    unassessed=st.sampled_from(["assume", "strict"]),
    mixed=st.sampled_from(["support", "inclusion"]),
    capacity_aggregator=st.sampled_from(["geometric", "arithmetic", "minimum"]),
    beta=st.sampled_from([0.0, 0.05, 0.5]),
)


def with_rows(inputs: PlanInputs, table: str, rows: list[dict[str, Any]]) -> PlanInputs:
    """The same country with more rows in one of its tables."""
    before = getattr(inputs, table)
    more = frame(table, rows).astype({c: before[c].dtype for c in before.columns if len(before) and table == "activities"})
    return replace(inputs, **{table: pd.concat([before, more], ignore_index=True) if len(before) else more})


def returned(pcode: str, year: int, kind: str, persons: float) -> dict[str, Any]:
    """One row of returns, ages unknown."""
    return {
        "year": year,
        "kind": kind,
        "pcode": pcode,
        "persons": persons,
        "age_known": 0.0,
        "age_5_17": 0.0,
        "age_18_59": 0.0,
        "quality": "observed",
        "source_id": "unhcr",
    }


def indicator(pcode: str, code: str, value: float, quality: str = "observed") -> dict[str, Any]:
    """One value of an indicator."""
    return {
        "pcode": pcode,
        "indicator": code,
        "value": value,
        "quality": quality,
        "period_start": "2025",
        "period_end": "2025",
        "source_id": "survey",
        "row_no": 1,
    }


def activity(pcode: str, sector: str | None, organisation: str, start: str, end: str, persons: float, **other: Any) -> dict[str, Any]:
    """One row of a 3W."""
    return {
        "organisation": organisation,
        "organisation_type": "National NGO",
        "recipient_type": "civil",
        "cluster": "Santé",
        "sector": sector,
        "pcode": pcode,
        "status": "ongoing",
        "start": pd.Timestamp(start),
        "end": pd.Timestamp(end),
        "beneficiaries": persons,
        "beneficiary_type": "returnees",
        "donor": "",
        "duplicate_of": float("nan"),
        "source_id": "3w",
        "row_no": 1,
    } | other


def only(inputs: PlanInputs, table: str, rows: list[dict[str, Any]]) -> PlanInputs:
    """The same country with these rows alone in one of its tables."""
    empty = getattr(inputs, table).iloc[:0]
    made = frame(table, rows)
    return replace(inputs, **{table: made.astype(empty.dtypes.to_dict()) if table == "activities" else made})
