"""Who pays for what: a budget with earmarks as rows of the model, and the money of a plan handed out line by line (METHOD 6)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from analytics.model import INFINITY, Model, SolverError
from analytics.problem import Problem
from analytics.scenario import Scenario
from analytics.search import relaxed_columns


@dataclass(frozen=True)
class Payment:
    """Money of one donor (None: the unearmarked rest) for one option (position), EUR."""

    donor: str | None
    option: int
    amount: float


def add_budget(model: Model, budget: float) -> None:
    """Keeps the model within a budget in EUR: each donor's money for what it allows, the unearmarked rest for anything.

    Options that the same donors may pay for share one column of money a donor: who pays which line within such a group
    does not change what can be bought.
    """
    purses = model.problem.purses
    model.rows.add(model.spending(), -INFINITY, budget)
    if not purses:
        return
    free = max(0.0, budget - sum(purse.amount for purse in purses))
    money: dict[int, list[tuple[int, float]]] = defaultdict(list)
    rest = []
    for donors, positions in groups(model.problem).items():
        paid = [(model.unit[p], model.price_of(p)) for p in positions]
        for donor in donors:
            column = model.column(0, purses[donor].amount)
            money[donor].append((column, 1.0))
            paid.append((column, -1.0))
        rest.append((model.column(0, free), 1.0))
        paid.append((rest[-1][0], -1.0))
        model.rows.add(paid, 0, 0)
    for donor, columns in money.items():
        model.rows.add(columns, -INFINITY, purses[donor].amount)
    model.rows.add(rest, -INFINITY, free)


def groups(problem: Problem) -> dict[tuple[int, ...], list[int]]:
    """Options by the donors that may pay for them."""
    donors: dict[int, tuple[int, ...]] = {}
    for d, purse in enumerate(problem.purses):
        for position in purse.options:
            donors[position] = (*donors.get(position, ()), d)
    found: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for position in range(len(problem.options)):
        found[donors.get(position, ())].append(position)
    return dict(found)


def payments(problem: Problem, cost: dict[int, float]) -> list[Payment]:
    """The money of a plan line by line, earmarked money first; `cost` is EUR by option. Solved as a flow, so that it always adds up."""
    purses = problem.purses
    if not purses or not cost:
        return []
    members = groups(problem)
    spend = {donors: sum(cost.get(p, 0.0) for p in positions) for donors, positions in members.items()}
    shares = _flow(problem, spend)
    paid = []
    for donors, positions in members.items():
        wallets: list[tuple[str | None, float]] = [(purses[d].donor, shares[donors, d]) for d in donors] + [(None, shares[donors, -1])]
        wallet = 0
        left = wallets[0][1]
        for position in positions:
            due = cost.get(position, 0.0)
            while due > 1e-6 and wallet < len(wallets):
                part = min(due, left)
                if part > 1e-6:
                    paid.append(Payment(wallets[wallet][0], position, part))
                due, left = due - part, left - part
                if left <= 1e-6:
                    wallet += 1
                    left = wallets[wallet][1] if wallet < len(wallets) else 0.0
    return paid


def _flow(problem: Problem, spend: dict[tuple[int, ...], float]) -> dict[tuple[tuple[int, ...], int], float]:
    """Money by group and donor (-1: the rest) that pays every group, the rest used least. Raises SolverError where the solver gives up."""
    model = Model(Problem((), (), (), (), {}), Scenario())
    place = {(donors, d): model.column(0, INFINITY) for donors in spend for d in (*donors, -1)}
    for donors, due in spend.items():
        model.rows.add([(place[donors, d], 1.0) for d in (*donors, -1)], due, due)
    for donor, purse in enumerate(problem.purses):
        model.rows.add([(column, 1.0) for (_, d), column in place.items() if d == donor], -INFINITY, purse.amount)
    rest = np.array([float(d == -1) for _, d in place])
    paid = relaxed_columns(model, rest, maximise=False)
    if paid is None:
        raise SolverError("funding: the solver gave up")
    return {key: float(paid[column]) for key, column in place.items()}
