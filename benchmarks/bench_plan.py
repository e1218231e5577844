"""How long a plan takes, and how close to the best it is proven: `python -m benchmarks plan`.

Countries of the store and a made-up one of 200 areas, for a target, the default budget and 5 million EUR: median seconds from
figures to plan, the proven gap, and one assessment on its own. Limits: RDC 1 s at a gap of 0.5 %, 200 areas 3 s, an assessment
of RDC 0.06 s. Processor time stands beside the clock: on a machine that does other work too, it is the fairer figure.
"""

from __future__ import annotations

import cProfile
import pstats
import statistics
import time
from collections.abc import Callable

from analytics.assessment import assess
from analytics.compute import plan
from analytics.inputs import PlanInputs
from analytics.scenario import Scenario
from data.planning import plan_inputs
from data.store import open_store
from tests.analytics.world import world

ROUNDS = 3
QUESTIONS = {
    "target": Scenario(question="target"),
    "default budget": Scenario(question="budget"),
    "5 million": Scenario(question="budget", budget=5_000_000),
}
SLOWEST = {"COD 1": 1.0, "200 areas": 3.0}
ASSESSMENT = {"COD 1": 0.06}
WIDEST_GAP = 0.005


def main() -> None:
    with open_store() as store:
        countries = {f"{iso3} {level}": plan_inputs(store, iso3, level) for iso3, level in (("COD", 1), ("CAF", 2), ("AFG", 1))}
    countries["200 areas"] = world(200, 1)
    print(f"{'country':12} {'question':16} {'median s':>9} {'cpu s':>9} {'limit':>6} {'proven gap':>11}")
    for name, inputs in countries.items():
        _line(name, "assessment", _median(lambda inputs=inputs: assess(inputs, Scenario())), ASSESSMENT.get(name), None)
        for question, scenario in QUESTIONS.items():
            gaps: list[float] = []
            seconds = _median(lambda inputs=inputs, scenario=scenario, gaps=gaps: gaps.append(plan(inputs, scenario).totals.proven_gap or 0.0))
            _line(name, question, seconds, SLOWEST.get(name), max(gaps))
    print("\nwhere an assessment of COD spends its time (10 runs)")
    _profile(countries["COD 1"])


def _median(action: Callable[[], object]) -> tuple[float, float]:
    """Median seconds by the clock and of the processor."""
    action()
    clock, processor = [], []
    for _ in range(ROUNDS):
        began, used = time.perf_counter(), time.process_time()
        action()
        clock.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    return statistics.median(clock), statistics.median(processor)


def _line(name: str, question: str, seconds: tuple[float, float], limit: float | None, gap: float | None) -> None:
    late = limit is not None and seconds[0] > limit
    wide = gap is not None and gap > WIDEST_GAP
    said = "" if limit is None else f"{limit:g}"
    proof = "" if gap is None else f"{gap:.3%}"
    print(f"{name:12} {question:16} {seconds[0]:9.3f} {seconds[1]:9.3f} {said:>6} {proof:>11}{'  slow' if late else ''}{'  wide' if wide else ''}", flush=True)


def _profile(inputs: PlanInputs) -> None:
    profile = cProfile.Profile()
    with profile:
        for _ in range(10):
            assess(inputs, Scenario())
    pstats.Stats(profile).sort_stats("cumulative").print_stats("analytics", 25)


if __name__ == "__main__":
    main()
