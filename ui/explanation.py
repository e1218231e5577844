"""Why this number: the chain of analytics.explain as sentences, the same on screen and from the command line (METHOD 8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from analytics.explain import Explanation, Step
from analytics.inputs import PlanInputs
from data.importing.provenance import UNKNOWN
from data.workspace.planning import SCORE_SOURCE, STRUCTURE_SOURCE
from ui import format as say
from ui.figures import quality_mark
from ui.language import column, speaking, t, tn
from ui.naming import indicator_name, intervention_name, publisher_name, scope_name, sector_name, stance_name

FIGURES: Final[dict[str, Callable[[Any], str]]] = (
    # said with their unit, which French joins differently to a million
    dict.fromkeys(("persons", "all"), say.people_about)
    | dict.fromkeys(("low", "high", "a_year", "most", "quantity"), say.about)
    | dict.fromkeys(("host_share", "eligible", "prevalence", "share", "coverage", "target", "wanted", "reached", "mix", "adequacy", "counted"), say.percent)
    | dict.fromkeys(("price", "cost", "left"), say.money)
    | dict.fromkeys(("standing", "limit", "units", "rows", "listed", "months", "per", "start", "need", "capacity"), say.number)
    | {"rate": say.rate, "gap": lambda share: say.percent(share, 2) if share >= 5e-5 else say.percent(share)}
)
COUNTED: Final = {"partners": "rows", "partners_over": "listed", "timing.later": "start", "timing.late": "start"}
"""Sentences whose grammar follows a count other than that of the units."""
OF_UNITS: Final = ("standing", "served", "served_partly", "upper.persons", "upper.returnees", "upper.facility", "upper.no_facility", "limit.quantity")
BARE_UNITS: Final = ("per 1,000", "per 10,000", "per 100,000", "ratio", "count")
"""Units that the indicator's name says already."""
SCALES: Final = ("0-1", "0-3", "0-4", "0/0.5/1")
ROWS_NAMED: Final = 5
"""Rows of a source named in a sentence; the table of the page has them all."""


def sentences(chain: Explanation, inputs: PlanInputs, language: str) -> list[str]:
    """The chain in a language, one line a step, each with its quality and its sources."""
    with speaking(language):
        lines = [t("explain.heading", intervention=intervention_name(inputs, chain.intervention), scope=scope_name(inputs, chain.kind, chain.scope))]
        return lines + [
            f"{number}. {f'{sector_name(step.sector)} — ' if step.sector else ''}{_line(inputs, step)}" for number, step in enumerate(chain.steps, 1)
        ]


def show_explanation(chain: Explanation, inputs: PlanInputs) -> None:
    """The chain on screen in the order the figures follow from each other: the place, each of its sectors, the intervention."""
    st.markdown(f"**{t('explain.heading', intervention=intervention_name(inputs, chain.intervention), scope=scope_name(inputs, chain.kind, chain.scope))}**")
    lines, heading = [], ""
    for number, step in enumerate(chain.steps, 1):
        ours = number > chain.before
        new = t("explain.part.number") if ours else sector_name(step.sector) if step.sector else heading
        if new != heading:
            lines.append(f"\n**{new}**\n")
        heading = new
        sector = f"{sector_name(step.sector)} — " if ours and step.sector else ""
        lines.append(f"{number}. {sector}{_line(inputs, step)}")
    st.markdown("\n".join(lines))


def _line(inputs: PlanInputs, step: Step) -> str:
    said = _said(inputs, step)
    count = "units" if step.key in OF_UNITS else COUNTED.get(step.key)
    sentence = tn(f"explain.{step.key}", step.figures[count], **said) if count else t(f"explain.{step.key}", **said)
    parts = [quality_mark(step.quality)] if step.quality else []
    if step.sources:
        parts.append(t("explain.source", sources=say.listed(_sources(inputs, step.sources))))
    return f"{sentence} — {' · '.join(parts)}" if parts else sentence


def _sources(inputs: PlanInputs, references: tuple[str, ...]) -> list[str]:
    """Sources in words, each with the rows of its file that count: publisher, title, rows."""
    rows: dict[str, list[str]] = {}
    for reference in references:
        source_id, _, row = reference.partition(" #")
        rows.setdefault(source_id, [])
        # what somebody entered in the programme has an author and a date, no file
        if row and not source_id.startswith((SCORE_SOURCE, STRUCTURE_SOURCE)):
            rows[source_id].append(row)
    said = []
    for source_id, numbers in rows.items():
        found = inputs.sources[inputs.sources["source_id"] == source_id]
        told = [] if found.empty else [publisher_name(found.iloc[0]["publisher"]), found.iloc[0][column("title")]]
        name = ", ".join(part for part in told if part != UNKNOWN) or source_id
        if numbers:
            more = len(numbers) - ROWS_NAMED
            listed = ", ".join(number.removesuffix("+") for number in numbers[:ROWS_NAMED])
            if more > 0:
                listed += tn("explain.more_rows", more, more=say.number(more))
            first = any(number.endswith("+") for number in numbers)
            name = f"{name}, {tn('explain.first_rows' if first else 'explain.rows', len(numbers), rows=listed)}"
        said.append(name)
    return said


def _said(inputs: PlanInputs, step: Step) -> dict[str, Any]:
    """The figures of a step as a person says them, and the parts of its sentence that are names or whole clauses."""
    figures = step.figures
    said: dict[str, Any] = {name: FIGURES[name](value) if name in FIGURES else value for name, value in figures.items()}
    for name, words in WORDS.items():
        if figures.get(name) is not None:
            said |= words(inputs, figures)
    if step.key == "stance.rule":
        said |= _scores(figures)
    if step.key.startswith("prerequisite"):
        said["intervention"] = intervention_name(inputs, figures["intervention"])
    return said


def _measure(inputs: PlanInputs, figures: dict[str, Any]) -> dict[str, Any]:
    """An indicator's value with its unit, its period and the place it was taken from."""
    value, unit = figures["value"], str(figures["unit"])
    if unit in SCALES:
        measured = f"{say.number(value, 2)} ({t(f'unit.of.{unit}')})"
    else:
        measured = say.bare(value, unit) if unit in BARE_UNITS else say.measured(value, unit)
    lack = t(f"explain.lack.{_axis(inputs, figures)}", shortfall=say.percent(figures["shortfall"])) if figures["shortfall"] is not None else ""
    words = {"value": measured, "lack": lack}
    if "origin" in figures:
        words["period"] = say.period(figures["period_start"], figures["period_end"])
        words["origin"] = t("explain.inherited", place=_place(inputs, figures["origin"])) if figures["inherited"] else ""
    elif "basis" in figures:
        words["basis"] = t(f"explain.computed.{figures['basis']}")
    return words


def _trigger(inputs: PlanInputs, figures: dict[str, Any]) -> dict[str, Any]:
    """A shortfall beside the level it is held against: apart to the eye where they are apart."""
    if figures.get("shortfall") is None or "value" in figures:
        return {"level": say.percent(figures["level"])}
    shortfall, level = say.percents(figures["shortfall"], figures["level"])
    words = {"shortfall": shortfall, "level": level}
    return words | {"what": t(f"explain.what.{_axis(inputs, figures)}")} if figures.get("indicator") else words


def _axis(inputs: PlanInputs, figures: dict[str, Any]) -> str:
    """Whether an indicator says a pressure, or something that is lacking."""
    return "pressure" if inputs.catalogue.indicators.at[figures["indicator"], "axis"] == "pressure" else "need"


def _basis(_: PlanInputs, figures: dict[str, Any]) -> dict[str, Any]:
    """What a share rests on: the indicators above, or an assumption."""
    return {"basis": tn("explain.basis.indicators", figures["indicators"]) if figures["indicators"] else t("explain.basis.assumed")}


def _years(_: PlanInputs, figures: dict[str, Any]) -> dict[str, Any]:
    years = figures["years"]
    if len(years) == 1:
        return {"years": t("explain.years.one", first=years[0])}
    if years[-1] - years[0] == len(years) - 1:
        return {"years": t("explain.years.range", first=years[0], last=years[-1])}
    return {"years": t("explain.years.some", years=say.several([str(year) for year in years]))}


def _changes(_: PlanInputs, figures: dict[str, Any]) -> dict[str, Any]:
    return {"changes": say.several([t(f"explain.change.{name}", factor=say.number(factor, 2)) for name, factor in figures["changes"].items()])}


def _scores(figures: dict[str, Any]) -> dict[str, Any]:
    """The clauses of the rule that hold, as sentences, and the scores: with a decimal where they would read like a cut they are not."""
    cuts = figures["cuts"]
    clauses = " ".join(t(f"clause.{clause}", **{name: say.number(cut, 2) for name, cut in cuts.items()}) for clause in figures["clauses"])
    words = {"clauses": clauses or t("explain.stance.no_clause")}
    for name, cut in (("need", cuts["cut_needs"]), ("capacity", cuts["cut_capacity"])):
        score = figures[name]
        words[name] = say.number(score, 1 if score is not None and score != cut and round(score) == round(cut) else 0)
    return words


def _needs(inputs: PlanInputs, figures: dict[str, Any]) -> dict[str, Any]:
    return {"needs": say.listed([intervention_name(inputs, code) for code in figures["needs"]]) if figures["needs"] else t("explain.other_work")}


def _donors(_: PlanInputs, figures: dict[str, Any]) -> dict[str, Any]:
    paid = [t("explain.paid.part", donor=donor or t("explain.paid.free"), money=say.money(amount)) for donor, amount in figures["donors"]]
    return {"donors": say.several(paid)}


def _ready(_: PlanInputs, figures: dict[str, Any]) -> dict[str, Any]:
    # a limit says the month alone, a line of the plan the whole clause
    months = say.number(figures["ready"])
    return {"ready": months if "months" in figures else tn("explain.ready", figures["ready"], months=months)}


WORDS: Final[dict[str, Callable[[PlanInputs, dict[str, Any]], dict[str, Any]]]] = {
    "indicator": lambda inputs, figures: {"indicator": indicator_name(inputs, figures["indicator"])},
    "value": _measure,
    "missing": lambda inputs, figures: {"missing": say.listed([indicator_name(inputs, code) for code in figures["missing"]])},
    "level": _trigger,
    "indicators": _basis,
    "years": _years,
    "changes": _changes,
    "kind": lambda _, figures: {"kind": t(f"explain.kind.{figures['kind']}")},
    "stance": lambda _, figures: {"stance": stance_name(figures["stance"])},
    "acted": lambda _, figures: {"acted": stance_name(figures["acted"])},
    "computed": lambda _, figures: {"computed": stance_name(figures["computed"])},
    "if_adequate": lambda _, figures: {"if_adequate": stance_name(figures["if_adequate"])},
    "why": lambda _, figures: {"why": _sentence(figures["why"])},
    "band": lambda _, figures: {"band": t(f"explain.band.{figures['band']}")},
    "ages": lambda _, figures: {"ages": t(f"explain.ages.{figures['ages']}")},
    "driver": lambda _, figures: {"driver": t(f"explain.driver.{figures['driver']}")},
    "question": lambda _, figures: {"question": t(f"input.question.choice.{figures['question']}").lower()},
    "needs": _needs,
    "place": lambda inputs, figures: {"place": _place(inputs, figures["place"])},
    "host_fr": lambda _, figures: {"host": figures[column("host")]},
    "reason": lambda _, figures: {"reason": t(f"plan.reason.{figures['reason']}")},
    "donors": _donors,
    "ready": _ready,
}


def _sentence(text: str) -> str:
    """What somebody wrote, with a full stop where it has none."""
    return text if text.rstrip().endswith((".", "!", "?", "…")) else f"{text.rstrip()}."


def _place(inputs: PlanInputs, pcode: str) -> str:
    if pcode in inputs.areas.index:
        return str(inputs.areas.at[pcode, column()])
    parents = inputs.areas[inputs.areas["parent"] == pcode]
    return str(parents.iloc[0][column("parent_name")]) if len(parents) else str(getattr(inputs, f"country_{column()}"))
