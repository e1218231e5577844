"""What the method reads: one country's figures at one planning level, each with its quality and source.

The store builds a `PlanInputs`; nothing in this room knows where the frames came from. Every frame is
checked on construction, so a column that is missing is named here and not deep inside the method.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

import pandas as pd

SECTORS: Final = ("EMP", "EDU", "HEA", "PSY", "HOU", "JUS", "SOP", "FIN")
DIMENSIONS: Final = ("economic", "social", "psychosocial", "services")
CAPACITY_PARTS: Final = ("coordination", "policy", "actors", "services")
KINDS: Final = ("abroad", "internal")

OBSERVED: Final = "observed"
INHERITED: Final = "inherited"
ESTIMATED: Final = "estimated"
ASSUMED: Final = "assumed"
QUALITIES: Final = (OBSERVED, INHERITED, ESTIMATED, ASSUMED)
"""Strongest first; a result carries the weakest of its inputs (METHOD 0.1)."""
COUNT_UNIT: Final = "persons"
"""Unit of what is counted: the count of a place is none of its parts', and no mean of theirs is the place's."""


def weakest(*qualities: str) -> str:
    """The weakest of some qualities; `observed` when there is none (METHOD 0.1)."""
    return max(qualities, key=QUALITIES.index, default=OBSERVED)


class InputError(ValueError):
    """The figures handed to the method do not have the form it needs; the text says which and why."""


COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    # one row an area of the planning level, index = pcode
    "areas": (
        "name_fr",
        "name_en",
        "parent",
        "parent_name_fr",
        "parent_name_en",
        "population",  # persons; NaN = not known
        "population_quality",  # one of QUALITIES
        "population_known",  # share of its parts whose residents are known, 0-1; below 1 the figure is their sum, estimated
        "population_period",  # text, e.g. "2020"
        "population_source",  # source_id
        "share_5_17",  # share of residents aged 5-17, 0-1; NaN = not known
        "share_18_59",  # share of residents aged 18-59, 0-1
        "share_quality",  # of the two shares
        "facilities",  # facilities in the store; NaN = no source
        "row_no",  # rows of the population in its source as a text, "2" or "2, 3"; NaN = not known
    ),
    # persons returned, one row per year x kind x place, places as the source knows them
    "returns": (
        "year",
        "kind",  # kind: abroad | internal
        "pcode",  # an area of the planning level, its parent, or the country's ISO3 when dispersed or unmatched
        "persons",
        "age_known",  # persons of these whose age is known (0 when none)
        "age_5_17",
        "age_18_59",  # persons of known age in the band (0 when none known)
        "quality",
        "source_id",
        "row_no",  # first of the source's rows; NaN = not known
    ),
    # refugee returns by host country, national; never joined with places (METHOD 0.3)
    "hosts": ("year", "host_iso3", "host_name_fr", "host_name_en", "persons", "source_id", "row_no"),
    # latest value per place and indicator; pcode may be a parent or the country's ISO3 (then inherited)
    "indicators": ("pcode", "indicator", "value", "quality", "period_start", "period_end", "source_id", "row_no"),
    # running and planned activities of the 3W, one row a source row (exact duplicates already marked)
    "activities": (
        "organisation",
        "organisation_type",
        "recipient_type",  # public | private | civil | international | unknown, of the organisation
        "cluster",  # as the source writes it
        "sector",  # one of SECTORS, or None where the cluster feeds none
        "pcode",  # area of the planning level, or the parent / country when only that is known
        "status",  # ongoing | planned | completed | unknown
        "start",
        "end",  # datetime64; NaT = not known
        "beneficiaries",  # persons; NaN = not known
        "beneficiary_type",  # returnees | everyone | host | unspecified | other
        "donor",
        "duplicate_of",  # row_no of the first of exact duplicates, else NaN
        "source_id",
        "row_no",
    ),
    # what the clusters of the country's 3W can say at all: sectors fed by at least one mapped cluster
    "mapped_sectors": ("sector",),
    # structures already in place, by intervention and scope; `row_no`: rows of the source as a text, "2" or "2, 3", else missing
    "in_place": ("intervention", "scope_kind", "scope_id", "units", "quality", "source_id", "row_no"),
    "sources": ("source_id", "publisher", "title_fr", "title_en", "licence", "period", "url", "changes_fr", "changes_en"),
}


@dataclass(frozen=True)
class Catalogue:
    """The interventions, indicators and sectors the method works with: declarations, not figures of a country.

    `interventions` is indexed by code (columns of interventions.csv; `recipients`, `support`, `levels`,
    `stances`, `triggers`, `prerequisites` are tuples, `serves` a dict sector -> persons a unit-year);
    `indicators` is indexed by code; `sectors` is indexed by sector code with `name_fr`, `name_en`.
    `prevalence` has one row per (sector, indicator) with `transform` (value | one_minus) and `rank`
    (1 first choice, 2 used only when no first choice is there). `supply` has (sector, indicator): the adequacy
    that stands for a sector's own share of demand absorbed.
    """

    interventions: pd.DataFrame
    indicators: pd.DataFrame
    sectors: pd.DataFrame
    prevalence: pd.DataFrame
    supply: pd.DataFrame


@dataclass(frozen=True)
class PlanInputs:
    """Everything the method needs for one country at one planning level (METHOD 1 to 6).

    `has_activities` is True when the store holds a 3W for the country: without one, coverage is missing,
    with one, an area without rows has "none reported" (METHOD 0.2). `returns_end` is the last day of the
    latest return period in the store.
    Raises InputError when a frame lacks a column.
    """

    country: str
    country_name_fr: str
    country_name_en: str
    level: int
    levels: tuple[int, ...]
    generation: str
    returns_end: date
    has_activities: bool
    activities_period: tuple[date, date] | None
    catalogue: Catalogue
    areas: pd.DataFrame
    returns: pd.DataFrame
    hosts: pd.DataFrame
    indicators: pd.DataFrame
    activities: pd.DataFrame
    mapped_sectors: pd.DataFrame
    in_place: pd.DataFrame
    sources: pd.DataFrame
    notes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, columns in COLUMNS.items():
            missing = [c for c in columns if c not in getattr(self, name).columns]
            if missing:
                raise InputError(f"PlanInputs.{name} lacks {', '.join(missing)}")
        if self.areas.index.has_duplicates:
            raise InputError("PlanInputs.areas has a P-code twice")
