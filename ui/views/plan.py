"""Frames of the page Plan: interventions, lines, areas, what to assess first, what stays out of reach."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import pandas as pd

from analytics.applicability import scope_key
from analytics.inputs import PlanInputs, weakest
from analytics.plan import Plan
from ui.language import column
from ui.naming import NATIONAL_KINDS, host_country_names, intervention_name, scope_name

VIEWS: Final = ("planned", "cost", "persons", "stance")
"""What the map can show; the first is what it opens with."""

ASKED: Final = {"in_place": ("question",), "budget": ("question", "budget"), "target": ("question", "target"), "by_hand": ("question",)}
"""What each question asks for; it stands first among the controls."""
THRESHOLDS: Final = (
    "horizon_months",
    "mixed",
    "host_share",
    "trigger_level",
    "cut_returns",
    "cut_needs",
    "cut_services",
    "cut_coordination",
    "cut_capacity",
    "assumed_need",
    "assumed_adequacy",
    "assumed_supply",
    "unassessed",
    "capacity_aggregator",
    "mix_cap",
    "balance",
    "beta",
)
"""The assumptions that move a plan most; those that do not fit in sight stand behind "More"."""


def interventions(plan: Plan, inputs: PlanInputs) -> pd.DataFrame:
    """One row an intervention in the plan: code, name, kind, units, areas, national, persons, cost, start, quality; dearest first."""
    held: dict[str, list[Any]] = defaultdict(list)
    for line in plan.lines:
        held[line.intervention].append(line)
    rows = [
        {
            "code": code,
            "name": intervention_name(inputs, code),
            "units": sum(line.units for line in lines),
            "areas": len({line.pcode for line in lines if line.pcode}),
            "national": sum(line.units for line in lines if line.scope.kind in NATIONAL_KINDS),
            "persons": sum(sum(line.persons.values()) for line in lines),
            "cost": sum(line.cost for line in lines),
            "start": min(line.start_month for line in lines),
            "quality": weakest(*(line.quality for line in lines)),
        }
        for code, lines in held.items()
    ]
    frame = pd.DataFrame(rows, columns=["code", "name", "units", "areas", "national", "persons", "cost", "start", "quality"])
    return frame.sort_values(["cost", "code"], ascending=[False, True]).reset_index(drop=True)


def lines(plan: Plan, inputs: PlanInputs) -> pd.DataFrame:
    """One row a line: key, code, name, kind, scope, where, units, persons, cost, start, quality, in the order of where and code."""
    hosts = host_country_names(inputs)
    rows = [
        {
            "key": scope_key(line.intervention, line.scope.kind, line.scope.id),
            "code": line.intervention,
            "name": intervention_name(inputs, line.intervention),
            "kind": line.scope.kind,
            "scope": line.scope.id,
            "pcode": line.pcode,
            "where": scope_name(inputs, line.scope.kind, line.scope.id, hosts),
            "units": line.units,
            "persons": sum(line.persons.values()) if line.persons else None,
            "cost": line.cost,
            "start": line.start_month,
            "quality": line.quality,
        }
        for line in plan.lines
    ]
    columns = ["key", "code", "name", "kind", "scope", "pcode", "where", "units", "persons", "cost", "start", "quality"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["kind", "where", "code"], key=lambda s: s != "country" if s.name == "kind" else s).reset_index(drop=True)


def sectors(plan: Plan) -> pd.DataFrame:
    """One row a sector: demand, supply, partners (NaN without a 3W), planned persons, covered before and after, over all areas."""
    rows = []
    for code in plan.areas[0].sectors if plan.areas else ():
        cells = [area.sectors[code] for area in plan.areas]
        wanted = sum(cell.demand or 0.0 for cell in cells)
        partners = [cell.partners for cell in cells if cell.partners is not None]
        rows.append(
            {
                "sector": code,
                "demand": wanted,
                "supply": sum(cell.supply or 0.0 for cell in cells),
                "partners": sum(partners) if partners else None,
                "planned": sum(cell.planned_persons for cell in cells),
                "before": sum((cell.coverage or 0.0) * (cell.demand or 0.0) for cell in cells) / wanted if wanted else None,
                "after": sum((cell.coverage_planned or 0.0) * (cell.demand or 0.0) for cell in cells) / wanted if wanted else None,
                "quality": weakest(*(cell.quality for cell in cells)),
            }
        )
    return pd.DataFrame(rows)


def assess_first(plan: Plan, inputs: PlanInputs) -> pd.DataFrame:
    """One row a missing assessment: indicator, names of the interventions that wait for it, places, cost and persons that hang on it.

    An intervention with several missing indicators counts under each: any one of them would settle it. Persons are those
    concerned in the places, each place once.
    """
    found: dict[str, dict[str, Any]] = {}
    concerned: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
    for row in plan.assess_first:
        for code in row.missing:
            entry = found.setdefault(code, {"indicator": code, "codes": set(), "places": 0, "cost": 0.0})
            entry["codes"].add(row.intervention)
            entry["places"] += 1
            entry["cost"] += row.cost
            place = (row.scope.kind, row.scope.id)
            concerned[code][place] = max(concerned[code].get(place, 0.0), row.persons)
    rows = [
        {
            "indicator": code,
            "names": "; ".join(intervention_name(inputs, one) for one in sorted(entry["codes"])),
            "places": entry["places"],
            "cost": entry["cost"],
            "persons": max(concerned[code].values(), default=0.0) if any(kind != "area" for kind, _ in concerned[code]) else sum(concerned[code].values()),
        }
        for code, entry in found.items()
    ]
    frame = pd.DataFrame(rows, columns=["indicator", "names", "places", "cost", "persons"])
    return frame.sort_values(["cost", "indicator"], ascending=[False, True]).reset_index(drop=True)


def out_of_reach(plan: Plan, inputs: PlanInputs) -> pd.DataFrame:
    """One row a cell (or area) below the target: pcode, area, sector ("": all), coverage, reason."""
    rows = [
        {"pcode": row.pcode, "area": inputs.areas.at[row.pcode, column()], "sector": row.sector or "", "coverage": row.coverage, "reason": row.reason}
        for row in plan.unreachable
    ]
    return pd.DataFrame(rows, columns=["pcode", "area", "sector", "coverage", "reason"])


def prices(inputs: PlanInputs, own: dict[str, Any]) -> pd.DataFrame:
    """One row an intervention: code, name, low, mode, high in EUR, lead months, origin (own: the programme's; imported; illustrative)."""
    table = inputs.catalogue.interventions
    rows = [
        {
            "code": code,
            "name": row[column()],
            "low": own[code].low if code in own else float(row["price_low"]),
            "mode": own[code].mode if code in own else float(row["price_mode"]),
            "high": own[code].high if code in own else float(row["price_high"]),
            "lead": float(row["lead_months"]),
            "origin": "own" if code in own else "imported" if row.get("price_source") else "illustrative",
        }
        for code, row in table.iterrows()
    ]
    return pd.DataFrame(rows)


def funding(plan: Plan, inputs: PlanInputs) -> pd.DataFrame:
    """Who pays for what: donor ("" for the unearmarked rest), name, where, amount in EUR."""
    hosts = host_country_names(inputs)
    return pd.DataFrame(
        [
            {
                "donor": paid.donor or "",
                "name": intervention_name(inputs, paid.intervention),
                "where": scope_name(inputs, paid.scope.kind, paid.scope.id, hosts),
                "amount": paid.amount,
            }
            for paid in plan.funding
        ]
    )
