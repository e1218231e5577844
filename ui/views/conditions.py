"""Frames of the page Conditions: the scorecard with what stands, what each score would change, and the actors."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.applicability import Candidate
from analytics.assessment import Assessment, assess
from analytics.inputs import INHERITED, OBSERVED, PlanInputs, weakest
from analytics.plan import Plan
from analytics.scenario import Scenario
from data.workspace import scorecard
from data.workspace.planning import SCORE_SOURCE, scored_at
from ui import format as say
from ui.charts import PALETTE, SMALL, Chart, dress
from ui.language import column, t, tn
from ui.naming import host_country_names, intervention_name, publisher_name, scope_name

RECIPIENTS: Final = ("public", "private", "civil", "international")
LABEL_WIDTH: Final = 17
"""Characters a line of a name on the stakeholder map: four stand beside each other on the narrowest column."""
ACTOR_HEIGHT: Final = 54
WITH_UNIT: Final = frozenset({"%", "months", "EUR", "pp"})
"""Units of items that are said with their figure; the others are scales, whose ends the form shows."""
_SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up")


def items_table(inputs: PlanInputs, scores: pd.DataFrame, place: str) -> pd.DataFrame:
    """One row an item: indicator, name, element, level, unit, pcode it is scored at, value, adequacy, quality, evidence, assessor, date, number.

    What was found at the parent or the country stands for an area that has nothing of its own, and is said to be inherited; a figure of
    the store stands where nobody has scored, with its source.
    """
    catalogue = inputs.catalogue.indicators
    held = {(str(row.pcode), str(row.indicator)): row for row in scores.itertuples()}
    stored = {(str(row.pcode), str(row.indicator)): row for row in inputs.indicators.itertuples() if not str(row.source_id).startswith(SCORE_SOURCE)}
    sources = inputs.sources.drop_duplicates("source_id").set_index("source_id")
    rows = []
    for code, item in scorecard.items().iterrows():
        declared = catalogue.loc[code]
        at = place if item["level"] == "local" else inputs.country
        above = [str(inputs.areas.at[at, "parent"])] if at in inputs.areas.index else []
        row: dict[str, Any] = {"value": np.nan, "quality": None, "evidence": "", "assessor": "", "assessed_on": None, "number": 0}
        for where in dict.fromkeys([at, *above, inputs.country]):
            inherited = INHERITED if where != at else None
            if (where, str(code)) in held:
                found = held[where, str(code)]
                row = {
                    "value": float(found.value),  # type: ignore[arg-type]
                    "quality": inherited or OBSERVED,
                    "evidence": found.evidence,
                    "assessor": found.assessor or found.by_name,
                    "assessed_on": pd.Timestamp(str(found.assessed_on)),
                    "number": 0 if inherited else int(found.id),  # type: ignore[arg-type]
                }
                break
            if (where, str(code)) in stored:
                given = stored[where, str(code)]
                source = sources.loc[given.source_id] if given.source_id in sources.index else None
                row |= {
                    "value": float(given.value),  # type: ignore[arg-type]
                    "quality": weakest(str(given.quality), inherited or OBSERVED),  # type: ignore[arg-type]
                    "evidence": "" if source is None else str(source[column("title")]),
                    "assessor": "" if source is None else publisher_name(str(source["publisher"])),
                    "assessed_on": given.period_end,
                }
                break
        span = declared["goalpost_high"] - declared["goalpost_low"]
        scaled = float(np.clip((row["value"] - declared["goalpost_low"]) / span, 0, 1))
        rows.append(
            {
                "indicator": code,
                "name": declared[column()],
                "element": item["element"],
                "level": item["level"],
                "unit": declared["unit"],
                "better": declared["better"],
                "pcode": at,
                "adequacy": scaled if declared["better"] == "higher" else 1 - scaled,
                **row,
            }
        )
    return pd.DataFrame(rows)


def step_word(steps: Sequence[float], value: float, better: str) -> str:
    """The word beside a step of a rubric: how much of a good thing is there, or how strong a bad one is."""
    return t(f"conditions.degree.{round(value)}" if better == "lower" else f"conditions.of.{len(steps)}.{round(value * 2)}")


def matrix(table: pd.DataFrame) -> dict[tuple[str, str], tuple[int, int, float]]:
    """(element, level) -> items scored, items, mean adequacy of those scored (NaN: none)."""
    return {
        (element, level): (int(part["value"].notna().sum()), len(part), float(part["adequacy"].mean()) if part["value"].notna().any() else np.nan)
        for element in scorecard.ELEMENTS
        for level in scorecard.LEVELS
        for part in [table[(table["element"] == element) & (table["level"] == level)]]
    }


def unlocked(inputs: PlanInputs, scenario: Scenario, known: Assessment, table: pd.DataFrame) -> pd.DataFrame:
    """One row an item: what its full score would change before any money: capacity, demand, stances, interventions no longer called for."""
    rows = []
    demand = float(known.needs.demand.sum().sum())
    fired = {(one.code, one.kind, one.scope) for one in known.found if one.fires}
    for item in table.itertuples():
        full = scorecard.full_score(inputs.catalogue.indicators, str(item.indicator))
        then = assess(scored_at(inputs, str(item.pcode), str(item.indicator), full), scenario)
        calls = {(one.code, one.kind, one.scope) for one in then.found if one.fires}
        rows.append(
            {
                "indicator": item.indicator,
                "name": item.name,
                "level": item.level,
                "value": item.value,
                "full": full,
                "value_said": None if say.missing(item.value) else score_said(float(item.value), str(item.unit)),
                "full_said": score_said(full, str(item.unit)),
                "unit": item.unit,
                "capacity": float((then.scored.scores["capacity"] - known.scored.scores["capacity"]).mean()),
                "demand": float(then.needs.demand.sum().sum()) - demand,
                "stances": int((then.stance["stance"] != known.stance["stance"]).sum()),
                "interventions": len(calls) - len(fired),
            }
        )
    frame = pd.DataFrame(rows)
    return frame.sort_values(["capacity", "interventions", "demand", "indicator"], ascending=[False, True, True, True]).reset_index(drop=True)


def score_said(value: float, unit: str) -> str:
    """A score with its unit where it has one; on a scale of its own it is the number alone."""
    return say.measured(value, unit) if unit in WITH_UNIT else say.number(value, 2)


def partners_by_type(inputs: PlanInputs) -> dict[str, int]:
    """Organisations of the 3W by recipient type, those that are running; empty without a 3W."""
    running = inputs.activities[inputs.activities["status"].isin(("ongoing", "unknown"))]
    return {str(kind): int(count) for kind, count in running.groupby("recipient_type")["organisation"].nunique().items()}


def stakeholder_map(actors: pd.DataFrame) -> Chart:
    """Actors by influence and interest, a colour and symbol a recipient type; those of one place stand beside each other."""
    figure = go.Figure()
    place = actors.groupby(["influence", "interest"]).cumcount()
    size = actors.groupby(["influence", "interest"])["name"].transform("size")
    crowd = int(size.max())
    drawn = actors.assign(x=actors["interest"].astype(float), y=actors["influence"] + ((size - 1) / 2 - place) / max(2, crowd))
    for kind, colour, symbol in zip(RECIPIENTS, PALETTE, _SYMBOLS, strict=False):
        part = drawn[drawn["recipient_type"] == kind]
        if len(part):
            figure.add_scatter(
                x=part["x"],
                y=part["y"],
                mode="markers+text",
                name=t(f"conditions.recipient.{kind}"),
                text=["<br>".join(textwrap.wrap(name, LABEL_WIDTH, max_lines=2, placeholder="…")) for name in part["name"]],
                customdata=part["name"],
                textposition="bottom center",
                textfont=SMALL,
                marker={"color": colour, "symbol": symbol, "size": 14, "line": {"width": 1, "color": "white"}},
                hovertemplate="%{customdata}<extra>" + t(f"conditions.recipient.{kind}") + "</extra>",
                cliponaxis=False,
            )
    words = [t(f"conditions.degree.{number}") for number in range(4)]
    figure.update_xaxes(range=[-0.6, 3.6], tickvals=list(range(4)), ticktext=words, title=t("conditions.interest"), zeroline=False)
    figure.update_yaxes(range=[-0.5, 3.5], tickvals=list(range(4)), ticktext=words, title=t("conditions.influence"), zeroline=False)
    figure.add_shape(type="rect", x0=1.5, x1=3.6, y0=1.5, y1=3.5, fillcolor=PALETTE[0], opacity=0.08, line_width=0, layer="below")
    dress(figure, 140 + 4 * max(90, ACTOR_HEIGHT * crowd), legend=True)
    strong = actors[(actors["influence"] >= 2) & (actors["interest"] >= 2)]["name"]
    return Chart(figure, t("conditions.map.alt", actors=tn("conditions.actors", len(actors)), strong=", ".join(strong) or t("conditions.map.none")))


def plan_at_full(inputs: PlanInputs, scenario: Scenario, table: pd.DataFrame, code: str, budget: float | None) -> Plan:
    """The plan of the scenario, for the same money, as if one item had its full score."""
    from analytics.compute import plan  # brings the solver, which the rest of the page does not need

    item = table.set_index("indicator").loc[code]
    then = scored_at(inputs, str(item["pcode"]), code, scorecard.full_score(inputs.catalogue.indicators, code))
    return plan(then, scenario.model_copy(update={"budget": budget}) if budget is not None else scenario)


def scopes_of(inputs: PlanInputs, code: str, found: list[Candidate]) -> list[tuple[str, str]]:
    """(kind, id) of every place a structure of an intervention may stand: where the method could call for it, else every area and the country."""
    known = list(dict.fromkeys((one.kind, one.scope) for one in found if one.code == code))
    areas = [("area", str(pcode)) for pcode in inputs.areas.index]
    return known or ([*areas, ("country", inputs.country)] if "local" in inputs.catalogue.interventions.at[code, "levels"] else [("country", inputs.country)])


def structures_table(structures: pd.DataFrame, inputs: PlanInputs) -> pd.DataFrame:
    """The structures in place with the names of intervention and place."""
    hosts = host_country_names(inputs)
    known = structures[structures["intervention"].isin(inputs.catalogue.interventions.index)]
    return known.assign(
        name=[intervention_name(inputs, code) for code in known["intervention"]],
        where=[_place(inputs, kind, scope, hosts) for kind, scope in zip(known["scope_kind"], known["scope_id"], strict=True)],
    ).reset_index(drop=True)


def history_table(by_kind: Mapping[str, pd.DataFrame], inputs: PlanInputs) -> pd.DataFrame:
    """Every entry of every kind, newest first: when, kind, what, where, the figure in words, evidence, who."""
    hosts, codes = host_country_names(inputs), inputs.catalogue
    rows: list[dict[str, Any]] = []
    for kind, frame in by_kind.items():
        for row in frame.to_dict("records"):
            if kind == "score":
                code = row["indicator"]
                what = str(codes.indicators.at[code, column()]) if code in codes.indicators.index else code
                where, figures = _place(inputs, "area", row["pcode"], hosts), [row["value"]]
            elif kind == "stakeholder":
                what, where, figures = row["name"], t(f"conditions.level.{row['level']}"), [row["influence"], row["interest"]]
            else:
                code = row["intervention"]
                what = intervention_name(inputs, code) if code in codes.interventions.index else code
                where = _place(inputs, row["scope_kind"], row["scope_id"], hosts) if kind == "structure" else ""
                figures = [row["units"]] if kind == "structure" else [row["low"], row["mode"], row["high"]]
            value = t("conditions.taken_back") if say.missing(figures[0]) else " / ".join(say.number(figure, 2) for figure in figures)
            rows.append({"at": row["at"], "kind": kind, "what": what, "where": where, "value": value, "evidence": row["evidence"], "by": row["by_name"]})
    frame = pd.DataFrame(rows, columns=["at", "kind", "what", "where", "value", "evidence", "by"])
    return frame.sort_values("at", ascending=False, ignore_index=True)


def _place(inputs: PlanInputs, kind: str, scope: str, hosts: Mapping[str, str]) -> str:
    """The name of a place, or its code where this planning level does not have it."""
    if kind == "area" and scope not in inputs.areas.index:
        return scope_name(inputs, "country", scope) if scope == inputs.country else scope
    return scope_name(inputs, kind, scope, hosts)
