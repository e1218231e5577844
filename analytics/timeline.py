"""When the plan happens and when its money is spent (METHOD 6, timeline)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from analytics.inputs import PlanInputs
from analytics.plan import Plan

MONTHS_A_QUARTER = 3


@dataclass(frozen=True)
class Bar:
    """Units of one intervention that start together, months after the plan's first day: set up from `start` to `ready`, in use until `end`.

    `waits_for`: the prerequisites in the plan. `late`: still being set up when the horizon ends.
    """

    intervention: str
    element: str
    units: int
    start: float
    ready: float
    end: float
    waits_for: tuple[str, ...]
    late: bool


def bars(plan: Plan, inputs: PlanInputs) -> list[Bar]:
    """The interventions of a plan in the order in which they can start; what starts later in some scopes is a bar of its own."""
    table = inputs.catalogue.interventions
    horizon = float(plan.scenario["horizon_months"])
    held = {line.intervention for line in plan.lines}
    units: dict[tuple[str, float, float], int] = defaultdict(int)
    for line in plan.lines:
        units[line.intervention, line.start_month, line.start_month + line.lead_months] += line.units
    found = []
    for (code, start, ready), together in units.items():
        end = min(horizon, ready + float(table.at[code, "life_months"]))
        waits = tuple(p for p in table.at[code, "prerequisites"] if p in held)
        found.append(Bar(code, str(table.at[code, "element"]), together, start, ready, max(ready, end), waits, ready > horizon))
    return sorted(found, key=lambda bar: (bar.start, bar.ready, bar.intervention))


def spending_by_quarter(plan: Plan, inputs: PlanInputs) -> list[dict[str, float]]:
    """EUR by quarter (list) and element of the structural level: each line spread evenly over its set-up time.

    Money of work still under way when the horizon ends falls in the quarters after it; the sum is the plan's cost.
    """
    table = inputs.catalogue.interventions
    quarters: list[dict[str, float]] = []
    for line in plan.lines:
        element = str(table.at[line.intervention, "element"])
        months = max(1, round(line.lead_months))
        for month in range(months):
            quarter = int((line.start_month + month) // MONTHS_A_QUARTER)
            while len(quarters) <= quarter:
                quarters.append({})
            quarters[quarter][element] = quarters[quarter].get(element, 0.0) + line.cost / months
    return quarters
