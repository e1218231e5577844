"""Frames of the page Scenarios: the list, the headline figures side by side, and what differs by area and intervention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analytics.inputs import PlanInputs
from analytics.plan import Plan
from data.workspace.scenarios import Revision
from ui import workspace
from ui.describe import description
from ui.kept_scenarios import scenario_of
from ui.naming import NATIONAL_KINDS, host_country_names, intervention_name, scope_name

VIEWS = ("planned", "cost", "persons", "stance")
"""What the compared maps can show; the first is what they open with."""


def history_table(revisions: Sequence[Revision], inputs: PlanInputs, reasons: Mapping[str, str], nobody: str, damaged: str) -> pd.DataFrame:
    """One row a version, newest first: version, what happened, what it changed, who and when."""
    rows = []
    older = [*revisions[1:], None]
    for found, before in zip(revisions, older, strict=True):
        if not found.intact:
            changed = damaged
        elif before is None or not before.intact:
            changed = description(scenario_of(found.content), inputs)
        else:
            changed = description(scenario_of(found.content), inputs, scenario_of(before.content))
        rows.append(
            {
                "version": found.version,
                "reason": reasons[found.reason],
                "name": found.content.name,
                "changes": changed,
                "by": found.by_name or nobody,
                "at": workspace.moment(found.at),
            }
        )
    return pd.DataFrame(rows, columns=["version", "reason", "name", "changes", "by", "at"])


def headline(plans: Mapping[str, Plan]) -> pd.DataFrame:
    """One row a scenario: its headline figures."""
    return pd.DataFrame(
        [
            {
                "name": name,
                "cost": plan.totals.cost,
                "persons": plan.totals.persons_at_least,
                "before": plan.totals.coverage_in_place,
                "after": plan.totals.coverage,
                "expected": plan.totals.expected_returns,
                "conditions": f"{plan.totals.conditions_met}/{plan.totals.conditions}",
                "nothing": len(plan.totals.areas_with_nothing),
                "assumed": plan.totals.assumed_share_of_cost,
            }
            for name, plan in plans.items()
        ]
    )


def raised(plan: Plan, parents: Mapping[str, str]) -> pd.DataFrame:
    """A plan's areas summed to the areas of a coarser level (index pcode): expected, persons, cost, covered, planned."""
    rows: dict[str, dict[str, float]] = {}
    for area in plan.areas:
        row = rows.setdefault(parents[area.pcode], dict.fromkeys(("wanted", "covered", "planned", "expected", "persons", "cost"), 0.0))
        row["expected"] += sum(filter(None, (area.expected_returns.abroad, area.expected_returns.internal)))
        for cell in area.sectors.values():
            if cell.demand:
                row["wanted"] += cell.demand
                row["covered"] += (cell.coverage or 0.0) * cell.demand
                row["planned"] += (cell.coverage_planned or 0.0) * cell.demand
            row["persons"] += cell.planned_persons
    for line in plan.lines:
        if line.pcode is not None:
            rows[parents[line.pcode]]["cost"] += line.cost
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("pcode")
    shares = frame[["covered", "planned"]].div(frame["wanted"].where(frame["wanted"] > 0), axis=0)
    return frame[["expected", "persons", "cost"]].join(shares)


def differences(plans: Mapping[str, Plan], inputs: PlanInputs, parents: Mapping[int, Mapping[str, str]] | None = None) -> pd.DataFrame:
    """One row an intervention in a place that is not the same in every plan, largest difference of money first.

    `units <name>` by scenario; `difference` is the cost furthest from the first scenario's, minus the first's, in EUR. `parents` says, by
    level of a plan that is finer than `inputs`, where each of its areas lies.
    """
    hosts = host_country_names(inputs)
    held: dict[tuple[str, str, str], dict[str, tuple[int, float]]] = {}
    for name, plan in plans.items():
        above = (parents or {}).get(plan.level, {})
        for line in plan.lines:
            place = above.get(line.scope.id, line.scope.id) if line.scope.kind == "area" else line.scope.id
            entry = held.setdefault((line.intervention, line.scope.kind, place), {})
            units, cost = entry.get(name, (0, 0.0))
            entry[name] = (units + line.units, cost + line.cost)
    rows = []
    first, *others = plans
    for (code, kind, scope), by_plan in held.items():
        base_units, base_cost = by_plan.get(first, (0, 0.0))
        costs = [by_plan.get(name, (0, 0.0))[1] - base_cost for name in others]
        units_of = {name: by_plan.get(name, (0, 0.0))[0] for name in plans}
        if all(units_of[name] == base_units for name in others) and not any(costs):
            continue
        rows.append(
            {
                "code": code,
                "name": intervention_name(inputs, code),
                "where": scope_name(inputs, kind, scope, hosts),
                "national": kind in NATIONAL_KINDS,
                **{f"units {name}": units_of[name] for name in plans},
                "difference": max(costs, key=abs),
            }
        )
    columns = ["code", "name", "where", "national", *(f"units {name}" for name in plans), "difference"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("difference", key=lambda d: -d.abs(), kind="stable").reset_index(drop=True)


def together(values: Mapping[str, pd.Series]) -> pd.Series:
    """The figures of every scenario in one column, so that all maps have the same classes."""
    return pd.concat(list(values.values()), ignore_index=True)
