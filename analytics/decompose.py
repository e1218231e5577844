"""The budget and target questions for many areas: chunks answer to a price of money, the dual bound proves the gap (METHOD 6).

Only the money and national options tie areas together here (tied.py: caps, earmarks, coverage floors). Every chunk of areas
answers alone to a price of money (value less price times cost, national options free of charge); whatever the price,
that and the best use of the money for national options bound the value of every plan. The price is moved until the
chunks spend what there is; then each chunk is rounded near its relaxed plan, and the last euros are spent by one or two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import ParamSpec

from analytics.chunks import AREAS_A_CHUNK, each
from analytics.collecting import without_collecting
from analytics.country import Country
from analytics.cutting import separable
from analytics.found import Found
from analytics.model import SolverError
from analytics.problem import Problem
from analytics.scenario import Scenario
from analytics.sharing import share_in_chunks

P = ParamSpec("P")
LARGE = 60
"""Areas from which chunks are quicker than one joint model."""


def or_whole(solve: Callable[P, Found | None]) -> Callable[P, Found | None]:
    """None instead of an error: a chunk the solver cannot finish may be no trouble to it within the joint model."""

    @wraps(solve)
    def answer(*given: P.args, **named: P.kwargs) -> Found | None:
        try:
            with without_collecting():
                return solve(*given, **named)
        except SolverError:
            return None

    return answer


def is_large(problem: Problem) -> bool:
    """Whether the problem is worth cutting, and can be."""
    return areas_of(problem) > LARGE and separable(problem)


def areas_of(problem: Problem) -> int:
    """Areas in which something could be bought."""
    return len({option.area for option in problem.options} - {None})


@or_whole
def large_target(
    problem: Problem, scenario: Scenario, wanted: dict[int, float], areas_a_chunk: int = AREAS_A_CHUNK, last: Country | None = None
) -> Found | None:
    """The cheapest plan that gains the wanted persons and meets every condition; None where whole units break a rule. `last`: as in `Country`."""
    country = Country(problem, scenario, areas_a_chunk, last=last)
    conditions = {p for p, option in enumerate(problem.options) if option.condition}
    for chunk in country.chunks:
        chunk.serve(wanted)
        chunk.force(conditions, lasting=True)
        chunk.update()
    relaxed = each(lambda chunk, _: chunk.cheapest(), country.chunks)
    national = country.nationals.least_cost(dict.fromkeys(country.nationals.weighted(), 1.0), strict=False)
    bound = sum(point.cost for point in relaxed) + national
    standing, changed = country.settle(country.nationals.weighted(), relaxed)
    if changed:
        relaxed = each(lambda chunk, _: chunk.cheapest(), country.chunks)
    relaxed, forced = country.with_needed(standing, relaxed, lambda chunk: chunk.cheapest())
    # half a unit a service lies between divisible and whole units: only whole ones prove a small gap
    proofs = each(lambda chunk, k: chunk.proven(chunk.rounded_up(relaxed[k]), -chunk.cost, relaxed[k].cost), country.chunks)
    if not changed and not forced:
        bound = max(bound, national - sum(most for _, most in proofs))
    cost = sum(plan.cost for plan, _ in proofs) + country.nationals.cost(standing)
    answer = country.found(standing, [plan for plan, _ in proofs], cost, min(bound, cost))
    return None if answer is None else replace(answer, country=country)


@or_whole
def large_budget(
    problem: Problem,
    scenario: Scenario,
    budget: float,
    floors_at: Callable[[float], tuple[dict[int, float], tuple[int, ...]]],
    price: float | None = None,
    areas_a_chunk: int = AREAS_A_CHUNK,
    last: Country | None = None,
) -> Found | None:
    """The plan of highest value for a budget; `floors_at` says what each cell gains for a share of its gap. None where chunks find no plan.

    `price`: the value of a further euro in an earlier solution, where the search for it starts; `last`: its chunks.
    """
    country = Country(problem, scenario, areas_a_chunk, last=last)
    share = share_in_chunks(country, budget)
    kept = country.keep(scenario.balance, share, floors_at, scenario.balance * budget, budget)
    answer = country.spend(budget, price)
    return None if answer is None else replace(answer, share=share, kept=kept, too_small=floors_at(kept * share)[1], country=country)
