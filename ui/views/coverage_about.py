"""What each figure of the page Coverage rests on."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.inputs import ASSUMED, OBSERVED, PlanInputs
from ui import format as say
from ui import session
from ui.exports import About
from ui.language import t
from ui.views.coverage_activities import Choice
from ui.views.coverage_columns import sector_name


@dataclass(frozen=True)
class Basis:
    """What the figures of the page share: level, period of the 3W, its sources."""

    level: int
    period: str
    activities: tuple[str, ...]


def basis_of(inputs: PlanInputs, level: int) -> Basis:
    """The basis for a country and level; without a 3W no period and no source of activities."""
    return Basis(
        level,
        say.period(*inputs.activities_period) if inputs.activities_period else "",
        tuple(str(name) for name in inputs.activities["source_id"].dropna().unique()),
    )


def of_activities(
    basis: Basis, title: str, choice: Choice | None = None, note: str = "", file_name: str = "", *, every_state: bool = False
) -> About:
    """A figure that only counts what the 3W says: what runs, unless `every_state`."""
    return About(
        title=title,
        period=basis.period,
        quality=(OBSERVED,),
        sources=basis.activities,
        filters=() if every_state else said(choice or Choice()),
        note=note or t("coverage.about.3w"),
        level=basis.level,
        file_name=file_name,
    )


def of_need(basis: Basis, title: str, quality: str, sector: str | None, file_name: str = "") -> About:
    """A figure that sets need against what is covered: the method's demand, hence the scenario."""
    return About(
        title=title,
        period=basis.period,
        quality=(quality or ASSUMED,),
        sources=None,
        filters=(t(f"sector.{sector}"),) if sector else (),
        note=t("coverage.about.need") if basis.activities else t("coverage.about.no_3w"),
        level=basis.level,
        scenario=True,
        file_name=file_name,
    )


def said(choice: Choice) -> tuple[str, ...]:
    """The filters of a choice as phrases."""
    return (
        t("coverage.status.running") if choice.status is None else t(f"coverage.status.{choice.status}"),
        *((session.area_name(choice.area),) if choice.area else ()),
        *((sector_name(choice.sector),) if choice.sector else ()),
        *((choice.partner,) if choice.partner else ()),
        *((t(f"coverage.recipient.{choice.recipient}"),) if choice.recipient else ()),
        *((t(f"coverage.reach.{choice.reach}"),) if choice.reach else ()),
    )
