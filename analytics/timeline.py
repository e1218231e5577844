"""When the plan happens and when its money is spent (METHOD 6, timeline)."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.inputs import PlanInputs
from analytics.plan import Plan

MONTHS_A_QUARTER = 3


@dataclass(frozen=True)
class Bar:
    """One intervention in time, months after the plan's first day: set up from `start` to `ready`, in use until `end`.

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
    """The interventions of a plan in the order in which they can start."""
    table = inputs.catalogue.interventions
    horizon = float(plan.scenario["horizon_months"])
    held = {line.intervention for line in plan.lines}
    found = []
    for code in held:
        mine = [line for line in plan.lines if line.intervention == code]
        start = min(line.start_month for line in mine)
        ready = start + mine[0].lead_months
        end = min(horizon, ready + float(table.at[code, "life_months"]))
        waits = tuple(p for p in table.at[code, "prerequisites"] if p in held)
        found.append(Bar(code, str(table.at[code, "element"]), sum(line.units for line in mine), start, ready, max(ready, end), waits, ready > horizon))
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
