"""How long a plan takes, ours beside plain HiGHS on the same instances: `python -m benchmarks.bench_optimiser [AREAS ...]`.

For each size: the target plan, the plans for half and a thirtieth of its cost, and the same with 5 % more money started from them. Plain HiGHS gets
our model with our least gains, all at once, and stops at the same gap or after a minute; "figures to plan" is the whole way,
from returns and indicators to the lines of the plan. Seconds on the clock and of CPU, and the proven gap. Limits: 1 s and
0.5 % at 200 areas, 10 s and 1 % at 5,000, on two free cores.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeVar

import highspy

from analytics.assessment import assess
from analytics.balance import balance_floors
from analytics.compute import plan
from analytics.funding import add_budget
from analytics.inputs import PlanInputs
from analytics.model import INFINITY, Floats, Model
from analytics.optimise import Solution, solve_budget, solve_target, target_persons
from analytics.problem import problem
from analytics.scenario import Scenario
from analytics.search import relative_gap
from tests.analytics.world import world

PATIENCE = 60.0
"""Seconds after which plain HiGHS is stopped."""
PARTS = {"half its cost": 0.5, "a thirtieth": 1 / 30}
"""Budgets, as parts of the target's cost: national work takes a good part of the small one."""
T = TypeVar("T")


def timed(do: Callable[[], T]) -> tuple[T, float, float]:
    """What it answers, seconds on the clock, seconds of CPU."""
    clock, used = time.perf_counter(), time.process_time()
    answer = do()
    return answer, time.perf_counter() - clock, time.process_time() - used


def ours(label: str, do: Callable[[], Solution]) -> Solution:
    """Solves and prints one line; returns the solution."""
    answer, clock, used = timed(do)
    gap = relative_gap(answer.objective or 0.0, answer.bound or 0.0)
    print(f"  {label:<22} {clock:8.2f} s {used:8.2f} s CPU  gap {gap:.3%}", flush=True)
    return answer


def whole(label: str, inputs: PlanInputs, scenario: Scenario) -> None:
    """From figures to a plan with every line, reason and total, as the page and the command make it."""
    answer, clock, used = timed(lambda: plan(inputs, scenario))
    print(f"  {label:<22} {clock:8.2f} s {used:8.2f} s CPU  gap {answer.totals.proven_gap:.3%}", flush=True)


def plain(label: str, model: Model, objective: Floats, *, maximise: bool, gap: float) -> None:
    """One call of HiGHS with the whole model, and one line."""
    solver = model.highs(objective, maximise=maximise, relaxed=False, seconds=PATIENCE, gap=gap)
    _, clock, used = timed(solver.run)
    found = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    proof = f"gap {solver.getInfo().mip_gap:.3%}" if found else "no plan"
    stopped = f", stopped after {PATIENCE:.0f} s" if solver.getModelStatus() == highspy.HighsModelStatus.kTimeLimit else ""
    print(f"  {label:<22} {clock:8.2f} s {used:8.2f} s CPU  {proof}{stopped}", flush=True)


def main(sizes: list[int]) -> None:
    scenario = Scenario()
    for areas in sizes:
        inputs = world(areas)
        known, clock, _ = timed(lambda inputs=inputs: assess(inputs, scenario))  # type: ignore[misc]
        task, built, _ = timed(lambda inputs=inputs, known=known: problem(inputs, scenario, known.found, known.needs))  # type: ignore[misc]
        print(f"{areas} areas, {len(task.options)} options (assessed in {clock:.2f} s, put in words in {built:.2f} s)", flush=True)
        gap = scenario.gap_tolerance if areas <= 200 else 0.01

        target = ours("target, ours", lambda task=task, known=known: solve_target(task, scenario, known.supported))  # type: ignore[misc]
        model = Model(task, scenario)
        for position, option in enumerate(task.options):
            if option.condition:
                model.lower[model.unit[position]] = 1
        for c, persons in target_persons(task, scenario, known.supported).items():
            model.rows.add(model.cell_entries(c), persons, INFINITY)
        plain("target, plain HiGHS", model, model.costs(), maximise=False, gap=gap)

        for words, part in PARTS.items():
            budget = round((target.objective or 0.0) * part, -5)
            found = ours(f"{words}, ours", lambda task=task, budget=budget: solve_budget(task, scenario, budget))  # type: ignore[misc]
            ours("5 % more, from there", lambda task=task, budget=budget, found=found: solve_budget(task, scenario, 1.05 * budget, found))  # type: ignore[misc]
            model = Model(task, scenario)
            add_budget(model, budget)
            for c, persons in balance_floors(task, scenario, (found.balance_kept or 0.0) * (found.balanced_share or 0.0))[0].items():
                model.rows.add(model.cell_entries(c), persons, INFINITY)
            plain(f"{words}, plain HiGHS", model, model.value(), maximise=True, gap=gap)
        half = round((target.objective or 0.0) / 2, -5)
        whole("figures to plan", inputs, scenario.model_copy(update={"question": "budget", "budget": half}))


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [26, 200, 1000, 5000])
