"""Who pays for what: a budget with earmarks as rows of the model, and the money of a plan handed out line by line (METHOD 6)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from analytics.model import INFINITY, Model
from analytics.problem import Problem


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
    found: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for position in range(len(problem.options)):
        found[tuple(d for d, purse in enumerate(problem.purses) if position in purse.options)].append(position)
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
    """Money by group and donor (-1: the rest) that pays every group, the rest used least."""
    import numpy as np
    from scipy.optimize import linprog

    purses = problem.purses
    keys = [(donors, d) for donors in spend for d in (*donors, -1)]
    place = {key: column for column, key in enumerate(keys)}
    equal = np.zeros((len(spend), len(keys)))
    for row, donors in enumerate(spend):
        for d in (*donors, -1):
            equal[row, place[donors, d]] = 1
    within = np.zeros((len(purses), len(keys)))
    for donors, d in keys:
        if d >= 0:
            within[d, place[donors, d]] = 1
    cost = np.array([1.0 if d == -1 else 0.0 for _, d in keys])
    found = linprog(cost, A_ub=within, b_ub=[p.amount for p in purses], A_eq=equal, b_eq=list(spend.values()), bounds=(0, None), method="highs")
    return {key: float(found.x[column]) for key, column in place.items()}
