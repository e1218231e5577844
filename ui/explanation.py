"""Why this number: the chain of analytics.explain as sentences, the same on screen and from the command line (METHOD 8)."""

from __future__ import annotations

from typing import Any

import streamlit as st

from analytics.explain import Explanation, Step
from analytics.inputs import PlanInputs
from data.importing.provenance import UNKNOWN
from ui import format as say
from ui.figures import quality_mark
from ui.language import column, speaking, t, tn
from ui.naming import indicator_name, intervention_name, scope_name, sector_name, stance_name

PEOPLE = ("persons", "base_internal", "base_abroad", "all")
"""Said with their unit, which French joins differently to a million."""
PERSONS = ("low", "high", "people", "a_year")
SHARES = ("host_share", "eligible", "prevalence", "share", "coverage", "shortfall", "level", "target", "wanted", "reached", "mix")
MONEY = ("price", "cost", "left")
COUNTS = ("standing", "limit", "ready")
ROWS_NAMED = 5
"""Rows of a source named in a sentence; the table of the page has them all."""


def sentences(chain: Explanation, inputs: PlanInputs, language: str) -> list[str]:
    """The chain in a language, one line a step, each with its quality and its sources."""
    with speaking(language):
        lines = [t("explain.heading", intervention=intervention_name(inputs, chain.intervention), scope=scope_name(inputs, chain.kind, chain.scope))]
        return lines + [
            f"{number}. {f'{sector_name(step.sector)} — ' if step.sector else ''}{_line(inputs, step)}" for number, step in enumerate(chain.steps, 1)
        ]


def show_explanation(chain: Explanation, inputs: PlanInputs) -> None:
    """The chain on screen, grouped by sector, in the order the figures follow from each other."""
    st.markdown(f"**{t('explain.heading', intervention=intervention_name(inputs, chain.intervention), scope=scope_name(inputs, chain.kind, chain.scope))}**")
    lines, sector = [], None
    for number, step in enumerate(chain.steps, 1):
        if step.sector != sector and step.sector is not None:
            lines.append(f"\n**{sector_name(step.sector)}**\n")
        sector = step.sector
        lines.append(f"{number}. {_line(inputs, step)}")
    st.markdown("\n".join(lines))


def _line(inputs: PlanInputs, step: Step) -> str:
    sentence = t(f"explain.{step.key}", **_said(inputs, step))
    parts = [quality_mark(step.quality)]
    if step.sources:
        parts.append(t("explain.source", sources="; ".join(_sources(inputs, step.sources))))
    return f"{sentence} — {' · '.join(parts)}"


def _sources(inputs: PlanInputs, references: tuple[str, ...]) -> list[str]:
    """Sources in words, each with the rows of its file that count: publisher, title, rows."""
    rows: dict[str, list[str]] = {}
    for reference in references:
        source_id, _, row = reference.partition(" #")
        rows.setdefault(source_id, [])
        if row:
            rows[source_id].append(row)
    said = []
    for source_id, numbers in rows.items():
        found = inputs.sources[inputs.sources["source_id"] == source_id]
        name = source_id if found.empty else ", ".join(part for part in (found.iloc[0]["publisher"], found.iloc[0][column("title")]) if part != UNKNOWN)
        if numbers:
            more = len(numbers) - ROWS_NAMED
            listed = ", ".join(numbers[:ROWS_NAMED]) + (t("explain.more_rows", n=say.number(more)) if more > 0 else "")
            name = f"{name}, {tn('explain.rows', len(numbers), rows=listed)}"
        said.append(name)
    return said


def _said(inputs: PlanInputs, step: Step) -> dict[str, Any]:
    """The figures of a step as a person says them."""
    said: dict[str, Any] = {}
    for name, value in step.figures.items():
        if name in PEOPLE:
            said[name] = say.people_about(value)
        elif name in PERSONS:
            said[name] = say.about(value)
        elif name in SHARES:
            said[name] = say.percent(value)
        elif name in MONEY:
            said[name] = say.money(value)
        elif name in COUNTS:
            said[name] = say.number(value)
        else:
            said[name] = value
    return said | _words(inputs, step)


def _words(inputs: PlanInputs, step: Step) -> dict[str, Any]:
    """The parts of a sentence that are names or whole clauses."""
    figures, words = step.figures, dict[str, Any]()
    if figures.get("indicator"):
        words["indicator"] = indicator_name(inputs, figures["indicator"])
    if step.key == "indicator":
        unit = str(figures["unit"])
        words["value"] = say.percent_value(figures["value"]) if unit == "%" else f"{say.number(figures['value'], 2)} ({t('unit.of.' + unit)})"
        words["origin"] = t("explain.inherited", place=_place(inputs, figures["origin"])) if figures["inherited"] else ""
        words["period"] = say.period(figures["period_start"], figures["period_end"])
    if "missing" in figures:
        words["missing"] = say.several([indicator_name(inputs, code) for code in figures["missing"]])
    if step.key == "stance":
        words["stance"] = stance_name(figures["stance"])
        words["acted"] = stance_name(figures["acted"])
        words |= {"rate": say.rate(figures["rate"]), "need": say.number(figures["need"]), "capacity": say.number(figures["capacity"])}
    if step.key == "returns":
        words |= {
            "shock": say.number(figures["shock"], 2),
            "m_internal": say.number(figures["m_internal"], 2),
            "first": figures["first"],
            "last": figures["last"],
        }
    if step.key in ("demand", "supply"):
        words["basis"] = t("explain.basis.assumed") if figures["assumed"] else t("explain.basis.indicators")
    if "driver" in figures:
        words["driver"] = t(f"explain.driver.{figures['driver']}")
        words["units"] = say.number(figures["units"])
        words["per"] = say.number(figures.get("per"))
    if step.key == "prerequisite":
        words["intervention"] = intervention_name(inputs, figures["intervention"])
        words["held"] = t("explain.held") if figures["held"] else t("explain.not_held")
    if step.key == "not_in_plan":
        words["question"] = t(f"input.question.choice.{figures['question']}").lower()
    if step.key in ("served", "standing", "cost_own", "cost_imported", "cost_illustrative"):
        words["units"] = say.number(figures["units"])
    if "needs" in figures:
        words["needs"] = say.several([intervention_name(inputs, code) for code in figures["needs"]]) if figures["needs"] else t("explain.other_work")
    if "place" in figures:
        words["place"] = _place(inputs, figures["place"])
    if step.key == "corridor":
        words["host"] = figures[column("host")]
    if "reason" in figures:
        words["reason"] = t(f"plan.reason.{figures['reason']}")
    if step.key.startswith("limit.") and "units" in figures:
        words["units"] = say.number(figures["units"])
    if "months" in figures:
        words["months"] = say.number(figures["months"])
    return words


def _place(inputs: PlanInputs, pcode: str) -> str:
    if pcode in inputs.areas.index:
        return str(inputs.areas.at[pcode, column()])
    parents = inputs.areas[inputs.areas["parent"] == pcode]
    return str(parents.iloc[0][column("parent_name")]) if len(parents) else str(getattr(inputs, f"country_{column()}"))
