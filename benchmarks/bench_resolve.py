"""What a slider costs: a re-solve that begins with what the last solution left, beside one anew: `python -m benchmarks.bench_resolve [AREAS ...]`.

One field after the other is moved, as on the page Plan. Both give the same plan (checked here, and by tests/analytics/test_ready.py); what
differs is seconds of processor. A move of the money leaves assessment, problem and chunks as they were; one of the expected
returns or needs leaves only the steps before it.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from analytics.compute import plan
from analytics.plan import Plan
from analytics.ready import Ready
from analytics.scenario import Scenario
from benchmarks.bench_optimiser import timed
from tests.analytics.world import world

AN_AREA = 1.5e6


def main(sizes: list[int]) -> None:
    for areas in sizes:
        inputs, ready = world(areas), Ready()
        scenario = Scenario(budget=AN_AREA * areas)
        plan(inputs, scenario, ready=ready)
        print(f"{areas} areas              from the last     anew   ratio")
        moves: list[tuple[str, Any]] = [
            ("budget", 1.05 * AN_AREA * areas),
            ("budget", 0.9 * AN_AREA * areas),
            ("balance", 0.3),
            ("mix_cap", 0.7),
            ("beta", 0.1),
            ("target", 0.7),
            ("host_share", 0.4),
        ]
        for field, value in moves:
            scenario = scenario.model_copy(update={field: value})
            again, _, quick = timed(partial(plan, inputs, scenario, ready=ready))
            anew, _, slow = timed(partial(plan, inputs, scenario))
            same = "" if _figures(again) == _figures(anew) else "  NOT THE SAME"
            print(f"  {field:<20} {quick:8.2f} s {slow:8.2f} s CPU  {quick / slow:.2f}{same}", flush=True)


def _figures(answer: Plan) -> dict[str, Any]:
    said = answer.model_dump(mode="json")
    said["totals"].pop("seconds")
    return said


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [26, 200, 1000])
