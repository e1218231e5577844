"""Large programmes whose donors, caps and floors tie areas together: ours beside plain HiGHS on the same instances, and started from the last solution.

`python -m benchmarks.bench_tied [AREAS ...]`: a budget of 1.5 million EUR an area, alone and with earmarks, floors, caps, all
three, and with half the public-service trainings (A05) that other work needs; then targets within caps. Plain HiGHS gets our
model with our least gains and as many persons below the floors as ours (for targets as many missed), all at once, up to 300
areas; beyond, a minute is not enough. "5 % more" is solved anew and from the last solution, whose prices it begins with; above
1,000 areas the budget alone is solved. Seconds of CPU stand beside the clock: on a machine that does other work too, they are
the fairer figure.
"""

from __future__ import annotations

import sys
from typing import Any

from analytics.assessment import assess
from analytics.balance import balance_floors
from analytics.funding import add_budget
from analytics.inputs import PlanInputs
from analytics.model import INFINITY, Model
from analytics.optimise import Solution, solve_budget, solve_target, target_persons
from analytics.options import missed_as
from analytics.problem import Problem, problem
from analytics.scenario import Scenario
from benchmarks.bench_optimiser import ours, plain, timed, whole
from tests.analytics.world import world

AN_AREA = 1.5e6
PLAIN_UP_TO = 300
ONCE_ABOVE = 1000


def ties(inputs: PlanInputs, budget: float) -> dict[str, dict[str, Any]]:
    """What ties areas together in each case."""
    areas = [str(pcode) for pcode in inputs.areas.index]
    earmarks = [
        {"donor": "Health", "amount": 0.2 * budget, "sectors": ["HEA", "PSY"]},
        {"donor": "Region", "amount": 0.2 * budget, "areas": ["XX0"]},
        {"donor": "Housing", "amount": 0.1 * budget, "sectors": ["HOU", "JUS"], "areas": areas[: len(areas) // 3]},
    ]
    single: dict[str, dict[str, Any]] = {
        "money alone": {},
        "earmarks": {"earmarks": earmarks},
        "floors": {"floors": {"XX1": 0.35, "XXX": 0.3, areas[0]: 0.5, areas[1]: 0.4, areas[2]: 0.3}},
        "caps": {"caps": {"A16": 2 * len(areas), "A09": len(areas), "A18": 3 * len(areas)}},
    }
    return single | {"all three": single["earmarks"] | single["floors"] | single["caps"], "a scarce need": {"caps": {"A05": len(areas) // 2}}}


def beside(task: Problem, scenario: Scenario, budget: float, found: Solution) -> None:
    """Plain HiGHS on the same instance."""
    model = Model(task, scenario)
    add_budget(model, budget)
    for c, persons in balance_floors(task, scenario, (found.balance_kept or 0.0) * (found.balanced_share or 0.0))[0].items():
        model.rows.add(model.cell_entries(c), persons, INFINITY)
    slack = []
    for floor in task.floors:
        slack.append((model.column(0, floor.missing), 1.0))
        model.rows.add([*(entry for c in floor.cells for entry in model.cell_entries(c)), slack[-1]], floor.missing, INFINITY)
    if slack:
        model.rows.add(slack, -INFINITY, found.missed + 1)
    plain("  plain HiGHS", model, model.value(), maximise=True, gap=scenario.gap_tolerance)


def beside_target(task: Problem, scenario: Scenario, supported: set[str], found: Solution) -> None:
    """Plain HiGHS on the same targets within caps: the lowest cost of the plans that miss as few persons and conditions as ours."""
    model = Model(task, scenario)
    missed = []
    for position, option in enumerate(task.options):
        if option.condition:
            persons = missed_as(option, scenario)
            missed.append((model.column(0, persons), 1.0))
            model.rows.add([(model.unit[position], persons), missed[-1]], persons, INFINITY)
    for c, persons in target_persons(task, scenario, supported).items():
        missed.append((model.column(0, persons), 1.0))
        model.rows.add([*model.cell_entries(c), missed[-1]], persons, INFINITY)
    model.rows.add(missed, -INFINITY, found.missed + 1)
    plain("  plain HiGHS", model, model.costs(), maximise=False, gap=scenario.gap_tolerance)


def main(sizes: list[int]) -> None:
    for areas in sizes:
        inputs, budget = world(areas), AN_AREA * areas
        exact = {"seconds_allowed": 60.0} | ({} if areas <= 200 else {"gap_tolerance": 0.01})
        for name, tied in ties(inputs, budget).items():
            scenario = Scenario.model_validate(exact | tied)
            known, assessed, _ = timed(lambda inputs=inputs, scenario=scenario: assess(inputs, scenario))  # type: ignore[misc]
            task, built, _ = timed(lambda inputs=inputs, scenario=scenario, known=known: problem(inputs, scenario, known.found, known.needs))  # type: ignore[misc]
            print(f"{areas} areas, {name} (assessed in {assessed:.2f} s, put in words in {built:.2f} s)", flush=True)
            found = ours("  ours", lambda task=task, scenario=scenario, budget=budget: solve_budget(task, scenario, budget))  # type: ignore[misc]
            whole("  figures to plan", inputs, scenario.model_copy(update={"question": "budget", "budget": budget}))
            if areas > ONCE_ABOVE:
                continue
            ours("  5 % more, anew", lambda task=task, scenario=scenario, budget=budget: solve_budget(task, scenario, 1.05 * budget))  # type: ignore[misc]
            ours("  5 % more, from there", lambda t=task, s=scenario, b=budget, f=found: solve_budget(t, s, 1.05 * b, f))  # type: ignore[misc]
            if areas <= PLAIN_UP_TO:
                beside(task, scenario, budget, found)
            if set(tied) == {"caps"}:
                reached = ours("  target, ours", lambda task=task, scenario=scenario, known=known: solve_target(task, scenario, known.supported))  # type: ignore[misc]
                if areas <= PLAIN_UP_TO:
                    beside_target(task, scenario, known.supported, reached)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [200, 1000, 5000])
