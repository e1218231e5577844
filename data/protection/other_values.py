"""Other values of a set of counts that fit every published figure, every sum and the rounding of the source, few persons moved.

A linear programme finds them nearly always; where it moves parts of a person, or an empty cell to fewer than the source writes, one of whole
numbers does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, eye_array, hstack, vstack

if TYPE_CHECKING:
    from data.protection.linear import Counts

Figures = NDArray[np.float64]
Flags = NDArray[np.bool_]
MOVED: Final = 0.5
"""A count that can take another whole number is not known."""
ZERO: Final = 1e-6
_TOUCHED: Final = 1e-3
"""What moving a count that is withheld anyway costs, against one of a published person: nearly nothing, so that ties fall alike."""
_WHOLE: Final = 1e-4
_FARTHEST: Final = 20.0
"""How many times the rise of one count the others may move in whole numbers: keeps the programme small, and values near the true ones."""
_SECONDS: Final = 20.0


class Problem:
    """The programmes of a set of counts, set up once."""

    def __init__(self, counts: Counts):
        self.values: Figures = np.array(counts.values, dtype=float)
        self.published: Flags = np.array(counts.published, dtype=bool)
        self.fixed: Flags = np.array(counts.fixed, dtype=bool)
        self.cost: Figures = (self.values + 1) * np.array(counts.weights, dtype=float)
        self.smallest: Figures = np.array([one.smallest for one in counts.rounding], dtype=float)
        self.step: Figures = np.array([one.step for one in counts.rounding], dtype=float)
        least = np.array(counts.least, dtype=float)
        # a row of somebody has as many as the source writes for somebody
        self._least: Figures = np.minimum(np.where(least > 0, np.maximum(least, self.smallest), least), self.values)
        terms = [(row, number, sign) for row, each in enumerate(counts.sums) for number, sign in each.items()]
        rows, numbers, signs = (np.array(part) for part in zip(*terms, strict=True)) if terms else (np.zeros(0, int),) * 3
        self._sums = csr_array((signs.astype(float), (rows, numbers)), shape=(len(counts.sums), len(self.values)))
        self._both_ways = hstack([self._sums, -self._sums]).tocsr()

    def up(self, number: int, k: float) -> float:
        """By how many persons a count must be able to rise: to k, by one where it is that large, and to what its source writes."""
        rise = max(k - self.values[number], 1.0, self.smallest[number] - self.values[number])
        return float(np.ceil(rise / self.step[number] - ZERO) * self.step[number])

    def fits(self, move: Figures) -> bool:
        """Whether counts moved so are whole steps, and as large as their source writes."""
        table = self.values + move
        steps = move / self.step
        small = (table > ZERO) & (table < self.smallest - ZERO) & (np.abs(move) > ZERO)
        return bool((np.abs(steps - np.round(steps)) < _WHOLE).all() and (table >= self._least - ZERO).all() and not small.any())

    def again(self, moves: Mapping[int, Figures], number: int, up: float, without: int | None = None) -> Figures | None:
        """A change found for another count, either way round, that serves this one as well; None when none does."""
        for move in moves.values():
            if abs(move[number]) < MOVED or (without is not None and abs(move[without]) > ZERO):
                continue
            found: Figures = move * (np.ceil(up / abs(move[number]) - ZERO) * np.sign(move[number]))
            if self.fits(found):
                return found
        return None

    def other_values(self, number: int, up: float, chosen: Flags, may_fail: bool = False) -> Figures:
        """The cheapest change of counts that raises one by `up` and keeps every sum: persons, by count; none when it may fail."""
        # an empty cell may be impossible, as a reader knows: it moves only where nothing else does
        for still in ((self.values < ZERO) & self.published & ~chosen, np.zeros(len(self.values), dtype=bool)):
            found = self.move(number, up, chosen, still)
            if found is not None:
                return found
        if may_fail:
            return np.zeros(len(self.values))
        # what nothing protects from who knows how the source rounds is left to the audit, which does
        open_otherwise = self._linear(number, up, np.where(chosen | ~self.published, _TOUCHED, self.cost), self.fixed, rounded=False)
        if open_otherwise is not None:
            return open_otherwise
        raise ArithmeticError(f"nothing protects count {number}")

    def move(self, number: int, up: float, chosen: Flags, still: Flags, *, quick: bool = False) -> Figures | None:
        """The cheapest such change in which some counts stay as they are, None when there is none; `quick` gives up where parts of persons
        have none either."""
        cost = np.where(chosen | ~self.published, _TOUCHED, self.cost)
        unmoved = self.fixed | still
        in_parts = self._linear(number, up, cost, unmoved)
        if in_parts is not None:
            found = self._whole(in_parts)
            if found is not None:
                return found
        return None if quick and in_parts is None else self._in_whole_numbers(number, up, cost, unmoved)

    def _linear(self, number: int, up: float, cost: Figures, unmoved: Flags, *, rounded: bool = True) -> Figures | None:
        """What nobody is counted in stays empty where the source writes no small count, and what somebody is counted in does not become empty,
        unless it is not to be `rounded`."""
        small = (self.smallest > 1) & rounded
        unmoved = unmoved | (small & (self.values < ZERO))
        lowest = np.where(small, np.minimum(np.maximum(self._least, self.smallest), self.values), self._least)
        least = np.zeros(2 * len(self.values))
        most = np.concatenate([np.where(unmoved, 0.0, np.inf), np.where(unmoved, 0.0, self.values - lowest)])
        least[number] = most[number] = up
        most[len(self.values) + number] = 0.0
        found = linprog(
            np.concatenate([cost, cost]), A_eq=self._both_ways, b_eq=np.zeros(self._both_ways.shape[0]),
            bounds=np.column_stack([least, most]), method="highs-ds")
        if found.status != 0:
            return None
        return np.asarray(found.x[: len(self.values)] - found.x[len(self.values) :])

    def _in_whole_numbers(self, number: int, up: float, cost: Figures, unmoved: Flags) -> Figures | None:
        """The same in steps of the source, where what is small may also become nobody, and nobody as many as the source writes."""
        size = len(self.values)
        farthest = np.ceil(_FARTHEST * up / self.step) * self.step
        most = np.where(unmoved, 0.0, farthest)
        low = np.maximum(-most, self._least - self.values)
        high = most.copy()
        low[number], high[number] = up, max(up, farthest[number])
        # up, down and, for counts that could be small, whether somebody is counted
        small = np.flatnonzero((self.smallest > 1) & ~unmoved & (self.values + low < self.smallest - ZERO) & (self._least < self.smallest - ZERO))
        alone = eye_array(size, format="csr")[small]
        most_of, smallest = (self.values + high)[small] / self.step[small], self.smallest[small] / self.step[small]
        values = self.values[small] / self.step[small]
        constraints = [LinearConstraint(hstack([self._both_ways @ _twice(self.step), csr_array((self._sums.shape[0], len(small)))]).tocsr(), 0.0, 0.0)]
        if len(small):
            here = eye_array(len(small), format="csr")
            of_steps = hstack([alone, -alone])
            constraints.append(LinearConstraint(
                vstack([hstack([of_steps, -here * most_of[None, :]]), hstack([of_steps, -here * smallest[None, :]])]).tocsr(),
                np.concatenate([np.full(len(small), -np.inf), -values]), np.concatenate([-values, np.full(len(small), np.inf)])))
        bounds = Bounds(
            np.concatenate([np.maximum(low, 0.0) / self.step, np.maximum(-high, 0.0) / self.step, np.zeros(len(small))]),
            np.concatenate([np.maximum(high, 0.0) / self.step, np.maximum(-low, 0.0) / self.step, np.ones(len(small))]))
        found = milp(
            np.concatenate([cost * self.step, cost * self.step, np.zeros(len(small))]), integrality=np.ones(2 * size + len(small)), bounds=bounds,
            constraints=constraints, options={"time_limit": _SECONDS, "mip_rel_gap": 0.05})
        if found.x is None:
            return None
        return self._whole((found.x[:size] - found.x[size : 2 * size]) * self.step)

    def _whole(self, move: Figures) -> Figures | None:
        """The move in whole steps, None when it has none."""
        if not self.fits(move):
            return None
        found: Figures = np.round(move / self.step) * self.step
        return found if not self._sums.shape[0] or np.abs(self._sums @ found).max() < ZERO else None


def _twice(step: Figures) -> csr_array:
    size = 2 * len(step)
    return csr_array((np.concatenate([step, step]), (np.arange(size), np.arange(size))), shape=(size, size))
