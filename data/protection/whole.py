"""Tables of whole persons that fit all that is published and the rounding of the sources: what a patient reader tries by integer programming.

A figure is 0 or at least the smallest count its source writes. Where a solution has less, the programme is told so for that figure, or, where it
is too large for that, the search goes on with both: nobody, and the smallest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp
from scipy.sparse import csr_array, diags_array, eye_array, hstack, vstack

from data.protection.rounding import Rounding

_SLACK: Final = 1e-6
_WHOLE: Final = 1e-4
_TRIES: Final = 400
"""Programmes tried for one question: a table that is not found within them is taken not to exist, so that in doubt a release is refused."""
_SECONDS: Final = 20.0
_INFEASIBLE: Final = 2
_LARGEST_SWITCHED: Final = 1e5
"""Persons up to which a programme tells nobody from somebody by itself; beyond, its own tolerance would let it err."""

Side = tuple[csr_array, np.ndarray]
"""A matrix of statements and what they add up to."""


class Tables:
    """The tables that fit statements `equal` and `less` (at most) and the rounding of every figure: persons, in parts unless `whole`.

    `in_doubt` says that a question was left before it was answered.
    """

    def __init__(self, equal: Side | None, less: Side | None, least: Sequence[float], rounding: Sequence[Rounding], *, whole: bool = True):
        self.in_doubt = False
        self._most: dict[int, float] = {}
        self._is_whole = whole
        self.count = len(least)
        beside = 0 if less is None else len(less[1])
        # what is left of a sum beside its parts is counted by the same source
        matrices: list[csr_array] = []
        rights: list[np.ndarray] = []
        rest_smallest, rest_step = np.ones(beside), np.ones(beside)
        own_smallest, own_step = (np.array([getattr(one, name) for one in rounding], dtype=float) for name in ("smallest", "step"))
        if equal is not None:
            matrices.append(hstack([equal[0], csr_array((equal[0].shape[0], beside))]).tocsr())
            rights.append(equal[1])
        if less is not None:
            for row in range(beside):
                here = less[0].indices[less[0].indptr[row]:less[0].indptr[row + 1]]
                rest_smallest[row], rest_step[row] = own_smallest[here].min(), np.gcd.reduce(own_step[here].astype(int))
            matrices.append(hstack([less[0], eye_array(beside)]).tocsr())
            rights.append(less[1])
        self._smallest = np.concatenate([own_smallest, rest_smallest])
        self._step = np.concatenate([own_step, rest_step])
        least_of = np.concatenate([np.array(least, dtype=float), np.zeros(beside)])
        self._least = np.where(least_of > 0, np.maximum(least_of, self._smallest), least_of)
        size = self.count + beside
        self._matrix = vstack(matrices).tocsr() if matrices else csr_array((0, size))
        self._right = np.concatenate(rights) if rights else np.zeros(0)

    def fit(self, table: np.ndarray) -> bool:
        """Whether a table that fits the statements is one of whole steps and of no small counts."""
        if not self._is_whole:
            return bool((table >= self._least[:self.count] - _SLACK).all())
        whole = np.round(table / self._step[:self.count]) * self._step[:self.count]
        if np.abs(table - whole).max(initial=0.0) > _WHOLE or (table < self._least[:self.count] - _SLACK).any():
            return False
        rest = self._right - self._matrix[:, :self.count] @ whole
        beside = self._matrix[:, self.count:]
        full = np.concatenate([whole, np.asarray(beside.T @ rest)])
        return bool(np.abs(self._matrix @ full - self._right).max(initial=0.0) < _SLACK and not self._small(full).any())

    def _small(self, full: np.ndarray) -> np.ndarray:
        return (full > _SLACK) & (full < self._smallest - _SLACK)

    def find(self, terms: np.ndarray, low: float = -np.inf, high: float = np.inf, cost: np.ndarray | None = None) -> np.ndarray | None:
        """A table in which the sum of `terms` lies from `low` to `high`: the figures; None when none was found. Small values of `cost` first."""
        size = len(self._least)
        asked = (np.concatenate([terms, np.zeros(size - self.count)]) * self._step)[None, :]
        costs = np.zeros(size) if cost is None else np.concatenate([cost, np.zeros(size - self.count)]) * self._step
        switched: list[int] = []
        waiting = [(self._least / self._step, np.full(size, np.inf))]
        for _try in range(_TRIES):
            if not waiting:
                return None
            least, most = waiting.pop()
            found = self._solve(costs, (asked, low, high) if np.isfinite(low) or np.isfinite(high) else None, least, most, switched)
            if found.x is None:
                self.in_doubt |= found.status != _INFEASIBLE
                continue
            if not self._is_whole:
                return np.asarray(found.x[:self.count])
            full = np.round(found.x[:size]) * self._step
            small = np.flatnonzero(self._small(full))
            if not len(small):
                if np.abs(self._matrix @ full - self._right).max(initial=0.0) < _SLACK:
                    return np.asarray(full[:self.count])
                self.in_doubt = True
                continue
            bounded = [int(number) for number in small if number not in switched and self._most_of(int(number)) < _LARGEST_SWITCHED]
            if bounded:
                switched += bounded
                waiting.append((least, most))
                continue
            number = int(small[0])
            nobody, somebody = (least, most.copy()), (least.copy(), most)
            nobody[1][number], somebody[0][number] = 0.0, self._smallest[number] / self._step[number]
            waiting += [nobody, somebody]
        self.in_doubt |= bool(waiting)
        return None

    def _solve(
        self, costs: np.ndarray, asked: tuple[np.ndarray, float, float] | None, least: np.ndarray, most: np.ndarray, switched: Sequence[int],
    ) -> OptimizeResult:
        """The programme in steps; for each figure of `switched` it also says whether somebody is counted, so that it is nobody or enough."""
        size, more = len(self._least), len(switched)
        beside = csr_array((len(self._right), more))
        rows = [LinearConstraint(hstack([self._matrix @ diags_array(self._step), beside]).tocsr(), self._right, self._right)] if len(self._right) else []
        if asked is not None:
            rows.append(LinearConstraint(np.concatenate([asked[0], np.zeros((1, more))], axis=1), asked[1], asked[2]))
        if more:
            here, switch = eye_array(size, format="csr")[switched], eye_array(more, format="csr")
            largest = np.array([self._most_of(number) for number in switched]) / self._step[switched]
            enough = self._smallest[switched] / self._step[switched]
            rows += [LinearConstraint(hstack([here, -switch * largest[None, :]]).tocsr(), -np.inf, 0.0),
                     LinearConstraint(hstack([here, -switch * enough[None, :]]).tocsr(), 0.0, np.inf)]
        return milp(
            np.concatenate([costs, np.zeros(more)]), integrality=np.full(size + more, int(self._is_whole)), constraints=rows,
            bounds=Bounds(np.concatenate([np.ceil(least - _SLACK), np.zeros(more)]), np.concatenate([most, np.ones(more)])),
            options={"time_limit": _SECONDS})

    def _most_of(self, number: int) -> float:
        """The most a figure can be in parts of persons: inf without a bound."""
        if number not in self._most:
            cost = np.zeros(len(self._least))
            cost[number] = -1.0
            found = linprog(cost, A_eq=self._matrix, b_eq=self._right, bounds=np.column_stack([self._least, np.full(len(cost), np.inf)]), method="highs")
            self._most[number] = float(np.floor(-found.fun + _SLACK)) if found.status == 0 else np.inf
        return self._most[number]
