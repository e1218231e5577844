"""The scenario's inputs as a table: widgets, validation, the assumptions panel, the docs and the URL derive from it.

Labels and help live in the locale files under `input.<key>.label` and `input.<key>.help`; bounds and defaults come from
the Scenario itself, so a bound is written once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from annotated_types import Ge, Gt, Le, Lt

from analytics.scenario import Scenario

Kind = Literal["number", "integer", "choice", "flag", "date", "table"]
SOURCE_METHOD = "METHOD"


@dataclass(frozen=True)
class ScenarioInput:
    """One input: `unit` is a locale key (`unit.<unit>`), `section` the METHOD section it belongs to."""

    key: str
    section: int
    unit: str
    kind: Kind
    step: float | None
    minimum: float | None
    maximum: float | None
    default: Any
    choices: tuple[str, ...]
    source: str


_ROWS: tuple[tuple[str, int, str, Kind, float | None], ...] = (
    ("question", 6, "", "choice", None),
    ("budget", 6, "eur", "number", 100_000),
    ("target", 6, "share", "number", 0.05),
    ("start", 1, "date", "date", None),
    ("horizon_months", 1, "months", "integer", 6),
    ("base_method", 1, "", "choice", None),
    ("base_years", 1, "years", "integer", 1),
    ("planner_returns", 1, "persons", "table", None),
    ("known_share", 1, "share", "number", 0.05),
    ("distinct_share", 1, "share", "number", 0.05),
    ("host_multipliers", 1, "multiplier", "table", None),
    ("m_internal", 1, "multiplier", "number", 0.1),
    ("count_abroad", 1, "", "flag", None),
    ("count_internal", 1, "", "flag", None),
    ("spread_not_placed", 1, "", "choice", None),
    ("spread_threshold", 1, "share", "number", 0.05),
    ("cv_min", 1, "share", "number", 0.05),
    ("dimension_weights", 2, "weight", "table", None),
    ("assumed_need", 2, "share", "number", 0.05),
    ("assumed_prevalence", 2, "share", "table", None),
    ("assumed_adequacy", 2, "share", "number", 0.05),
    ("shown_adequacy", 2, "share", "number", 0.05),
    ("adequacy_floor", 2, "share", "number", 0.01),
    ("capacity_aggregator", 2, "", "choice", None),
    ("cut_returns", 3, "per_1000_year", "number", 1),
    ("cut_needs", 3, "score", "number", 1),
    ("cut_services", 3, "share", "number", 0.01),
    ("services_assessed_min", 3, "count", "integer", 1),
    ("cut_coordination", 3, "share", "number", 0.05),
    ("cut_capacity", 3, "score", "number", 1),
    ("close_call", 3, "share", "number", 0.01),
    ("mixed", 3, "", "choice", None),
    ("mixed_by_area", 3, "", "table", None),
    ("stance_overrides", 3, "", "table", None),
    ("host_share", 4, "per_returnee", "number", 0.05),
    ("eligible", 4, "share", "table", None),
    ("age_known_share", 4, "share", "number", 0.05),
    ("assumed_supply", 4, "share", "number", 0.05),
    ("relevance_returnees", 4, "share", "number", 0.05),
    ("relevance_everyone", 4, "share", "number", 0.05),
    ("relevance_unspecified", 4, "share", "number", 0.05),
    ("relevance_other", 4, "share", "number", 0.05),
    ("trigger_level", 5, "share", "number", 0.05),
    ("unassessed", 5, "", "choice", None),
    ("corridor_share", 5, "share", "number", 0.01),
    ("persons_per_facility", 5, "persons", "number", 500),
    ("mix_cap", 6, "share", "number", 0.05),
    ("balance", 6, "share", "number", 0.05),
    ("small_cell_units", 6, "units", "number", 0.1),
    ("beta", 6, "weight", "number", 0.01),
    ("utility", 6, "", "table", None),
    ("sector_weights", 6, "weight", "table", None),
    ("area_weights", 6, "weight", "table", None),
    ("prices", 6, "eur", "table", None),
    ("earmarks", 6, "eur", "table", None),
    ("floors", 6, "share", "table", None),
    ("caps", 6, "units", "table", None),
    ("units", 6, "units", "table", None),
    ("gap_tolerance", 6, "share", "number", 0.001),
    ("seconds_allowed", 6, "seconds", "number", 1),
)


def _bounds(key: str) -> tuple[float | None, float | None]:
    field = Scenario.model_fields[key]
    marks = list(field.metadata)
    for part in get_args(field.annotation):  # Annotated[...] | None keeps its marks inside
        for inner in getattr(part, "__metadata__", ()):
            marks.extend(getattr(inner, "metadata", [inner]))
    low = next((float(m.ge if isinstance(m, Ge) else m.gt) for m in marks if isinstance(m, (Ge, Gt))), None)  # type: ignore[arg-type]
    high = next((float(m.le if isinstance(m, Le) else m.lt) for m in marks if isinstance(m, (Le, Lt))), None)  # type: ignore[arg-type]
    return low, high


def _choices(key: str, kind: Kind) -> tuple[str, ...]:
    return tuple(get_args(Scenario.model_fields[key].annotation)) if kind == "choice" else ()


def _inputs() -> tuple[ScenarioInput, ...]:
    defaults = Scenario()
    rows = []
    for key, section, unit, kind, step in _ROWS:
        low, high = _bounds(key) if kind in ("number", "integer") else (None, None)
        rows.append(ScenarioInput(key, section, unit, kind, step, low, high, getattr(defaults, key), _choices(key, kind), f"{SOURCE_METHOD} {section}"))
    return tuple(rows)


INPUTS: tuple[ScenarioInput, ...] = _inputs()
"""Every field of the scenario a person may set, in METHOD's order."""

BY_KEY: dict[str, ScenarioInput] = {row.key: row for row in INPUTS}
