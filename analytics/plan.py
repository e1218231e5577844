"""The plan: the one contract for screens, exports, comparison and outside checks (ARCHITECTURE, Commands).

Null where a figure does not exist; persons and units are never rounded here, money is EUR.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from analytics.scenario import Question, Stance

Quality = Literal["observed", "inherited", "estimated", "assumed"]
ScopeKind = Literal["country", "area", "corridor", "sector", "programme"]
OutOfReach = Literal["stance", "no_trigger", "no_intervention", "lead_time", "mix_cap", "cap", "prerequisite"]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Scope(_Record):
    """Where an intervention stands: a country, area, corridor (host ISO3), sector or programme."""

    kind: ScopeKind
    id: str


class ExpectedReturns(_Record):
    """Persons expected to return over the horizon (METHOD 1)."""

    abroad: float | None
    internal: float | None


class SectorCell(_Record):
    """One area x sector (METHOD 4): persons, but prevalence and coverage as shares."""

    prevalence: float | None
    demand: float | None
    supply: float | None
    partners: float | None
    gap: float | None
    coverage: float | None
    coverage_planned: float | None
    planned_persons: float
    quality: Quality


class PlanArea(_Record):
    """One area of the planning level: stance with its clauses, the three axes (0-100) and the sector cells."""

    pcode: str
    name: str
    stance: Stance
    stance_computed: Stance
    stance_reason: str
    stance_acted: Literal["support", "inclusion", "watch", "undetermined"]
    stance_provisional: bool
    stance_if_adequate: Stance
    clauses: list[Literal["a", "b", "c", "d"]]
    close_call: bool
    expected_returns: ExpectedReturns
    expected_low: float | None
    expected_high: float | None
    rate_expected: float | None
    rate_observed: float | None
    population: float | None
    target_population: float | None
    pressure: float | None
    need: float | None
    capacity: float | None
    capacity_parts: dict[str, float]
    need_parts: dict[str, float]
    assumed_parts: list[str]
    quality: Quality
    sectors: dict[str, SectorCell]


class PlanLine(_Record):
    """So many units of one intervention in one scope; `persons` served over the horizon by sector (empty for enabling work)."""

    intervention: str
    scope: Scope
    pcode: str | None
    units: int
    persons: dict[str, float]
    cost: float
    unit_price: float
    start_month: float
    lead_months: float
    ends_after_horizon: bool
    quality: Quality
    reason: str


class InPlace(_Record):
    intervention: str
    scope: Scope
    pcode: str | None
    units: int


class AssessFirst(_Record):
    """An assumption to replace by an assessment: what is missing, and the money and persons that hang on it."""

    intervention: str
    scope: Scope
    missing: list[str]
    cost: float
    persons: float


class Unreachable(_Record):
    pcode: str
    sector: str | None
    coverage: float | None
    reason: OutOfReach


class NotPlaced(_Record):
    """Persons a year known only for a parent area or the country (METHOD 1)."""

    parent: str
    persons: float
    kind: Literal["abroad", "internal"]
    spread: bool


class BrokenRule(_Record):
    """A rule that a plan by hand breaks; `needs`: the missing prerequisite. The mix cap is a planner's choice there, not a rule."""

    intervention: str
    scope: Scope
    rule: Literal["prerequisite", "cap", "stance"]
    needs: str | None
    limit: float | None


class SmallCell(_Record):
    """A cell too small for a unit of its own at this budget (METHOD 6, balance)."""

    pcode: str
    sector: str
    persons: float


class FloorReached(_Record):
    """A coverage floor of an area, region or the country: wanted and reached as shares, and the persons still missing."""

    place: str
    wanted: float
    reached: float | None
    missing_persons: float


class Funding(_Record):
    """Money of one donor (None: the unearmarked rest) for one line, EUR; the parts of a line add up to its cost."""

    donor: str | None
    intervention: str
    scope: Scope
    amount: float


class Totals(_Record):
    """Headlines, each recomputable from the lines, the areas and the catalogue."""

    cost: float
    person_services: float
    persons_at_least: float
    demand: float
    coverage: float | None
    coverage_in_place: float | None
    conditions_met: int
    conditions: int
    worst_area: str | None
    areas_with_nothing: list[str]
    assumed_share_of_cost: float | None
    provisional_share: float | None
    expected_returns: float
    budget: float | None
    balanced_share: float | None
    balance_kept: float | None
    objective: float | None
    bound: float | None
    proven_gap: float | None
    seconds: float


class Plan(_Record):
    """One answer to one question for one country, level and scenario (METHOD 6)."""

    model_version: str
    country: str
    level: int
    generation: str
    question: Question
    scenario: dict[str, Any]
    areas: list[PlanArea]
    lines: list[PlanLine]
    in_place: list[InPlace]
    assess_first: list[AssessFirst]
    unreachable: list[Unreachable]
    not_placed: list[NotPlaced]
    too_small: list[SmallCell]
    broken: list[BrokenRule]
    floors: list[FloorReached]
    funding: list[Funding]
    totals: Totals
