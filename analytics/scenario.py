"""The scenario: every assumption of the method in one frozen object, built alike from widgets, URL, file and command line.

No threshold, weight, price or effect lives anywhere else (METHOD, first paragraph). Field names are METHOD's.
"""

from __future__ import annotations

import re
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from analytics.inputs import DIMENSIONS, SECTORS

MODEL_VERSION = "1.0"
SCHEMA_VERSION = 1

Question = Literal["in_place", "budget", "target", "by_hand"]
Stance = Literal["inclusion", "support", "mixed", "watch", "undetermined"]
Decided = Literal["support", "inclusion"]
Sector = Literal["EMP", "EDU", "HEA", "PSY", "HOU", "JUS", "SOP", "FIN"]
Share = Annotated[float, Field(ge=0, le=1)]
Multiplier = Annotated[float, Field(ge=0, le=10)]
Weight = Annotated[float, Field(ge=0, le=10)]


class ScenarioError(ValueError):
    """A scenario that cannot be used; `problems` lists (field, value, reason) for a sentence each."""

    def __init__(self, problems: list[tuple[str, Any, str]]):
        self.problems = problems
        super().__init__("; ".join(f"{field}: {reason} ({value!r})" for field, value, reason in problems))


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Price(_Strict):
    """Unit price in EUR: low, most likely and high."""

    low: Annotated[float, Field(gt=0)]
    mode: Annotated[float, Field(gt=0)]
    high: Annotated[float, Field(gt=0)]

    @model_validator(mode="after")
    def _ordered(self) -> Price:
        if not self.low <= self.mode <= self.high:
            raise ValueError("low <= mode <= high is needed")
        return self


class StanceOverride(_Strict):
    """A stance set by the planner for one area, with the reason that is kept beside it."""

    stance: Literal["inclusion", "support", "watch"]
    reason: Annotated[str, Field(min_length=3, max_length=500)]


class PlannerReturns(_Strict):
    """The planner's own yearly base for an area, persons."""

    abroad: Annotated[float, Field(ge=0)] | None = None
    internal: Annotated[float, Field(ge=0)] | None = None


class Earmark(_Strict):
    """Money a donor gives for some sectors and areas only (EUR); empty means all. National lines are open to every donor."""

    donor: Annotated[str, Field(min_length=1, max_length=80)]
    amount: Annotated[float, Field(ge=0, le=1e11)]
    sectors: tuple[Sector, ...] = ()
    areas: tuple[str, ...] = ()


class UtilityStep(_Strict):
    """One step of the concave value of coverage: `slope` up to coverage `until`."""

    until: Share
    slope: Share


def _equal(keys: tuple[str, ...], value: float) -> dict[str, float]:
    return dict.fromkeys(keys, value)


class Scenario(_Strict):
    """One set of assumptions (METHOD 1 to 6). Frozen; a change makes a new one with `model_copy(update=...)`."""

    schema_version: Literal[1] = 1
    name: Annotated[str, Field(max_length=120)] = ""
    question: Question = "budget"
    budget: Annotated[float, Field(ge=0, le=1e11)] | None = None
    target: Share = 0.8

    # 1 expected returns
    start: date | None = None
    horizon_months: Annotated[int, Field(ge=6, le=120)] = 36
    base_method: Literal["mean", "last", "smoothing", "planner"] = "mean"
    base_years: Annotated[int, Field(ge=1, le=15)] = 3
    planner_returns: dict[str, PlannerReturns] = {}
    known_share: Share = 0.8
    distinct_share: Annotated[float, Field(gt=0, le=1)] = 1.0
    host_multipliers: dict[str, Multiplier] = {}
    m_internal: Multiplier = 1.0
    count_abroad: bool = True
    count_internal: bool = True
    spread_not_placed: Literal["auto", "always", "never"] = "auto"
    spread_threshold: Share = 0.2
    cv_min: Annotated[float, Field(ge=0, le=2)] = 0.2

    # 2 need and capacity
    dimension_weights: dict[str, Weight] = Field(default_factory=lambda: _equal(DIMENSIONS, 1.0))
    assumed_need: Share = 0.5
    assumed_prevalence: dict[Sector, Share] = Field(default_factory=lambda: _equal(SECTORS, 0.5))  # type: ignore[arg-type]
    assumed_adequacy: Share = 0.4
    shown_adequacy: Share = 0.6
    adequacy_floor: Annotated[float, Field(gt=0, le=0.5)] = 0.01
    capacity_aggregator: Literal["geometric", "arithmetic", "minimum"] = "geometric"

    # 3 stance
    cut_returns: Annotated[float, Field(ge=0, le=1000)] = 10.0
    cut_needs: Annotated[float, Field(ge=0, le=100)] = 30.0
    cut_services: Share = 0.67
    services_assessed_min: Annotated[int, Field(ge=1, le=10)] = 2
    cut_coordination: Share = 0.5
    cut_capacity: Annotated[float, Field(ge=0, le=100)] = 50.0
    close_call: Annotated[float, Field(ge=0, le=0.5)] = 0.05
    mixed: Literal["support", "inclusion", "by_area"] = "support"
    mixed_by_area: dict[str, Decided] = {}
    stance_overrides: dict[str, StanceOverride] = {}

    # 4 demand, coverage, gap
    host_share: Annotated[float, Field(ge=0, le=5)] = 0.3
    eligible: dict[Sector, Share] = {}
    age_known_share: Share = 0.5
    assumed_supply: Share = 0.2
    relevance_returnees: Share = 1.0
    relevance_everyone: Share = 0.5
    relevance_unspecified: Share = 0.25
    relevance_other: Share = 0.0

    # 5 which interventions apply
    trigger_level: Share = 0.45
    unassessed: Literal["assume", "strict"] = "assume"
    corridor_share: Share = 0.05
    persons_per_facility: Annotated[float, Field(gt=0)] = 5000.0

    # 6 number and scale
    mix_cap: Annotated[float, Field(gt=0, le=1)] = 0.6
    balance: Share = 0.5
    small_cell_units: Annotated[float, Field(ge=0, le=1)] = 0.5
    beta: Annotated[float, Field(ge=0, le=1)] = 0.05
    utility: tuple[UtilityStep, ...] = (
        UtilityStep(until=0.5, slope=1.0),
        UtilityStep(until=0.8, slope=0.7),
        UtilityStep(until=1.0, slope=0.4),
    )
    sector_weights: dict[Sector, Weight] = Field(default_factory=lambda: _equal(SECTORS, 1.0))  # type: ignore[arg-type]
    area_weights: dict[str, Weight] = {}
    prices: dict[str, Price] = {}
    earmarks: tuple[Earmark, ...] = ()
    floors: dict[str, Share] = {}
    caps: dict[str, Annotated[int, Field(ge=0)]] = {}
    units: dict[str, Annotated[int, Field(ge=0, le=1_000_000)]] = {}
    gap_tolerance: Annotated[float, Field(ge=0, le=0.2)] = 0.005
    seconds_allowed: Annotated[float, Field(gt=0, le=600)] = 10.0

    @model_validator(mode="after")
    def _consistent(self) -> Scenario:
        if set(self.dimension_weights) != set(DIMENSIONS):
            raise ValueError(f"dimension_weights needs exactly {', '.join(DIMENSIONS)}")
        if sum(self.dimension_weights.values()) <= 0:
            raise ValueError("dimension_weights: at least one weight above 0 is needed")
        for mapping in ("assumed_prevalence", "sector_weights"):
            if set(getattr(self, mapping)) != set(SECTORS):
                raise ValueError(f"{mapping} needs exactly {', '.join(SECTORS)}")
        steps = self.utility
        if not steps or steps[-1].until != 1.0 or any(b.until <= a.until or b.slope > a.slope for a, b in zip(steps, steps[1:], strict=False)):
            raise ValueError("utility: steps rise to 1.0 and slopes never rise")
        return self


def scenario_from(values: dict[str, Any]) -> Scenario:
    """A scenario from plain values; what is left out has METHOD's default.

    Raises ScenarioError with one (field, value, reason) for every value that is out of range or unknown.
    """
    if isinstance(values, dict) and isinstance(values.get("schema_version", 1), int) and values.get("schema_version", 1) > SCHEMA_VERSION:
        raise ScenarioError([("schema_version", values["schema_version"], f"this file is from a newer version; this one reads up to {SCHEMA_VERSION}")])
    try:
        return Scenario.model_validate(values)
    except ValidationError as error:
        raise ScenarioError([_problem(problem) for problem in error.errors(include_url=False)]) from error


_FORMS = {"string": "a text", "bool": "true or false", "date": "a date such as 2026-03-01", "tuple": "a list", "list": "a list"}
"""What a value must be, by the beginning of the checker's word for what it is not."""


def _problem(found: Any) -> tuple[str, Any, str]:
    """One complaint of the checker as (field, value, sentence): what is wrong and the accepted form."""
    field = ".".join(str(part) for part in found["loc"]) or "scenario"
    value = None if found["type"] == "missing" or not found["loc"] else found.get("input")
    limits = found.get("ctx", {})
    kind = str(found["type"])
    if kind == "extra_forbidden":
        near = get_close_matches(field.split(".")[0], Scenario.model_fields, n=1)
        return field, value, f"no such field{f'; did you mean {near[0]}?' if near else '.'} The page Method lists them all"
    if kind in ("less_than_equal", "less_than"):
        most = limits.get("le", limits.get("lt"))
        hint = f"; write {value / 100:g} for {value:g} %" if most == 1 and isinstance(value, (int, float)) and 1 < value <= 100 else ""
        return field, value, f"must be at most {most:g}{hint}"
    if kind in ("greater_than_equal", "greater_than"):
        least = limits.get("ge", limits.get("gt"))
        return field, value, f"must be {'at least' if 'ge' in limits else 'above'} {least:g}"
    if kind == "literal_error":
        return field, value, f"must be one of {limits.get('expected', '')}".replace("'", "")
    if kind.startswith(("float", "int", "decimal", "finite")):
        return field, value, "must be a whole number" if kind.startswith("int") else "must be a number"
    if kind.startswith(("model", "dict", "dataclass")):
        form = {"prices": '{"A18": {"low": 20000, "mode": 30000, "high": 40000}}', "stance_overrides": '{"CD61": {"stance": "support", "reason": "..."}}'}
        return field, value, f"has another form: write {form.get(field.split('.')[0], 'a table of names and values')}"
    if kind == "missing":
        return field, value, "is missing"
    if kind in ("string_too_short", "string_too_long"):
        bound, name = ("most", "max_length") if kind == "string_too_long" else ("least", "min_length")
        return field, value, f"must have at {bound} {limits[name]} character{'' if limits[name] == 1 else 's'}"
    wanted = next((words for start, words in _FORMS.items() if kind.startswith(start)), None)
    if wanted is not None:
        return field, value, f"must be {wanted}"
    said = str(found["msg"]).removeprefix("Value error, ")
    between = None if found["loc"] else re.fullmatch(r"(\w+):? (.+)", said)  # a rule between entries of one field, which it names first
    return (between[1], None, between[2]) if between else (field, value, said)


def differences(scenario: Scenario, base: Scenario | None = None) -> dict[str, Any]:
    """The fields in which a scenario differs from another (default: METHOD's defaults), as JSON values."""
    ours = scenario.model_dump(mode="json")
    theirs = (base or Scenario()).model_dump(mode="json")
    return {key: value for key, value in ours.items() if value != theirs[key]}
