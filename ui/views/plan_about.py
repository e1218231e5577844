"""What each figure of the pages Plan, Scenarios and Conditions rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analytics.inputs import OBSERVED
from analytics.plan import Plan
from ui import exports, session
from ui import format as say
from ui.exports import About
from ui.input_text import input_value
from ui.language import t


def of_plan(plan: Plan, title: str, file_name: str, quality: Sequence[str] = (), note: str = "") -> About:
    """A figure of the plan on screen: its question and its money beside horizon, level, assumptions and sources; `quality` as on its rows."""
    asked = [t("exports.line", name=t("input.question.label"), text=input_value("question", plan.question))]
    if plan.totals.budget is not None:
        asked.append(t("exports.line", name=t("input.budget.label"), text=say.money(plan.totals.budget)))
    found = exports.of_plan()
    return replace(found, title=t(title), filters=tuple(asked), note=note, file_name=_file(file_name), quality=tuple(dict.fromkeys(quality)) or found.quality)


def of_planner(title: str, file_name: str, note: str = "") -> About:
    """What the planner set in this scenario: it rests on no source but the person."""
    return About(title=t(title), sources=(), note=note, level=session.level(), scenario=True, file_name=_file(file_name))


def of_programme(title: str, file_name: str, filters: Sequence[str] = (), *, scored: bool = False) -> About:
    """What the programme entered in the workspace; `scored`: beside what the store's sources say."""
    return About(
        title=t(title),
        quality=(OBSERVED,) if scored else (),
        sources=None if scored else (),
        filters=tuple(filters),
        note=t("conditions.about.entered"),
        level=session.level() if scored else None,
        file_name=_file(file_name),
    )


def of_scenarios(title: str, file_name: str, names: Sequence[str], level: int | None = None) -> About:
    """A figure of several scenarios side by side: which, and at what level."""
    return About(
        title=title,
        filters=tuple(names),
        note=t("scenarios.about.assumptions"),
        level=level or session.level(),
        file_name=_file(file_name),
    )


def _file(name: str) -> str:
    return f"{session.country()}-{name}"
