"""Which counts to withhold so that none of a few persons can be worked out from the rest: secondary suppression by linear programming.

A table is a set of counts and of sums among them. To protect a small count, the solver looks for other values that fit every
published figure with that count at k or more, moving as few persons as it can; the counts it moves are withheld too (after
Kelly, Golden, Assad 1992; Fischetti and Salazar 2000). Whoever sees the published figures cannot tell the true values from those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack

Figures = NDArray[np.float64]
Flags = NDArray[np.bool_]
MOVED: Final = 0.5
"""A count that can take another whole number is not known."""
_ZERO: Final = 1e-6
_TOUCHED: Final = 1e-3
"""What moving a count that is withheld anyway costs, against one of a published person: nearly nothing, so that ties fall alike."""


@dataclass
class Counts:
    """Counts of persons that belong together, and the sums among them; built up, then protected.

    Each is published (a cell of a table) or a remainder that follows from cells without being one. `weight` says how much losing
    it matters a person; `fixed` marks what a reader knows without being told (a source that leaves nobody's sex unsaid); `least` is
    what it is at least, as a reader knows (1, where a row says that somebody came).
    """

    names: list[tuple[str, ...]] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    published: list[bool] = field(default_factory=list)
    sensitive: list[bool] = field(default_factory=list)
    fixed: list[bool] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    sums: list[dict[int, float]] = field(default_factory=list)

    def add(
        self, name: tuple[str, ...], value: float, *, published: bool = True, sensitive: bool = False, fixed: bool = False,
        weight: float = 1.0, least: float = 0.0,
    ) -> int:
        """A count; its number."""
        self.names.append(name)
        self.values.append(float(value))
        self.published.append(published)
        self.sensitive.append(sensitive)
        self.fixed.append(fixed)
        self.weights.append(weight)
        self.least.append(min(least, float(value)))
        return len(self.values) - 1

    def total(self, whole: int, parts: list[int]) -> None:
        """Say that a count is the sum of others. Where it is larger or smaller than they are, what is between is a remainder."""
        rest = self.values[whole] - sum(self.values[part] for part in parts)
        terms = dict.fromkeys(parts, -1.0) | {whole: 1.0}
        if abs(rest) > _ZERO:
            terms[self.add(("remainder",), abs(rest), published=False)] = -1.0 if rest > 0 else 1.0
        self.sums.append(terms)

    def remainder(self, whole: int, parts: list[int], *, k: float, fixed_at_zero: bool = False) -> int:
        """What is left of a count beside its parts: sensitive when that is somebody, but fewer than k. Its number."""
        rest = self.values[whole] - sum(self.values[part] for part in parts)
        number = self.add(
            ("remainder",), max(0.0, rest), published=False, sensitive=_ZERO < rest < k, fixed=fixed_at_zero and rest < _ZERO)
        self.total(whole, [*parts, number])
        return number

    def sum_of(self, parts: list[int], *, k: float) -> int:
        """A sum that no table has but anyone can make: sensitive when it is somebody, but fewer than k. Its number."""
        value = sum(self.values[part] for part in parts)
        number = self.add(("sum",), value, published=False, sensitive=_ZERO < value < k)
        self.total(number, parts)
        return number


def withheld(counts: Counts, k: float, already: Flags | None = None, told: Flags | None = None) -> Flags:
    """Which counts to withhold: every published one from 1 to below k, every sensitive one, and as few others as protect them.

    `already` are withheld whatever they are; those of them that are `told` a reader may know, so that they protect no other.
    Afterwards every other withheld count can be at least k and can be another whole number, for all that the published ones say,
    and none that only helps can be shown again. The same counts give the same answer. What only `told` counts could protect is left to
    the audit of both releases.
    """
    problem = _Problem(counts)
    values, published = problem.values, problem.published
    known = np.zeros(len(values), dtype=bool) if told is None or already is None else told & already
    problem.fixed |= known
    sensitive = np.array(counts.sensitive, dtype=bool)
    held = published & (((values > _ZERO) & (values < k - _ZERO)) | sensitive)
    if already is not None:
        held |= already & published
    chosen: Flags = held.copy()
    moves: dict[int, Figures] = {}
    due = [int(number) for number in np.flatnonzero(((chosen & (values < k - _ZERO)) | sensitive) & ~known)]
    due.sort(key=lambda number: (values[number], number))
    while due:
        for number in due:
            up = max(k - values[number], 1.0)
            found = problem.again(moves, number, up)
            moves[number] = problem.other_values(number, up, chosen, bool(known.any())) if found is None else found
            chosen |= published & (np.abs(moves[number]) > _ZERO)
        # what helps and is below k must be able to be k; what is withheld anyway must be unknown
        unmoved = np.all([np.abs(move) < MOVED for move in moves.values()], axis=0) & ~known
        due = [int(number) for number in np.flatnonzero(chosen & ~known & ((values < k - _ZERO) | (held & unmoved))) if int(number) not in moves]
    return _without_spare(problem, k, chosen, held, moves)


def _without_spare(problem: _Problem, k: float, chosen: Flags, held: Flags, moves: dict[int, Figures]) -> Flags:
    """What is needed of what was chosen: the largest that only help are shown again where the others can do without."""
    helping = np.flatnonzero(chosen & ~held)
    for number in sorted((int(one) for one in helping), key=lambda one: (-problem.cost[one], one)):
        if number in moves:
            continue
        without = chosen.copy()
        without[number] = False
        changed: dict[int, Figures] = {}
        for other in [one for one, move in moves.items() if abs(move[number]) > _ZERO]:
            up = max(k - problem.values[other], 1.0)
            move = problem.again(moves | changed, other, up, number)
            if move is None:
                move = problem.move(other, up, without, ~(without | ~problem.published))
            if move is None:
                break
            changed[other] = move
        else:
            chosen = without
            moves |= changed
    return chosen


class _Problem:
    """The linear programme of a set of counts, set up once."""

    def __init__(self, counts: Counts):
        self.values: Figures = np.array(counts.values, dtype=float)
        self.published: Flags = np.array(counts.published, dtype=bool)
        self.fixed: Flags = np.array(counts.fixed, dtype=bool)
        self._room: Figures = self.values - np.array(counts.least, dtype=float)
        self.cost: Figures = (self.values + 1) * np.array(counts.weights, dtype=float)
        terms = [(row, number, sign) for row, each in enumerate(counts.sums) for number, sign in each.items()]
        rows, numbers, signs = (np.array(part) for part in zip(*terms, strict=True)) if terms else (np.zeros(0, int),) * 3
        sums = csr_array((signs.astype(float), (rows, numbers)), shape=(len(counts.sums), len(self.values)))
        self._both_ways = hstack([sums, -sums]).tocsr()

    def again(self, moves: Mapping[int, Figures], number: int, up: float, without: int | None = None) -> Figures | None:
        """A change found for another count, either way round, that serves this one as well; None when none does."""
        for move in moves.values():
            if abs(move[number]) < MOVED or (without is not None and abs(move[without]) > _ZERO):
                continue
            found: Figures = move * (up / move[number])
            if (found >= -self._room - _ZERO).all():
                return found
        return None

    def other_values(self, number: int, up: float, chosen: Flags, may_fail: bool = False) -> Figures:
        """The cheapest change of counts that raises one by `up` and keeps every sum: persons, by count; none when it may fail."""
        # an empty cell may be impossible, as a reader knows: it moves only where nothing else does
        for still in ((self.values < _ZERO) & self.published & ~chosen, np.zeros(len(self.values), dtype=bool)):
            found = self.move(number, up, chosen, still)
            if found is not None:
                return found
        if may_fail:
            return np.zeros(len(self.values))
        raise ArithmeticError(f"nothing protects count {number}")

    def move(self, number: int, up: float, chosen: Flags, still: Flags) -> Figures | None:
        """The cheapest such change in which some counts stay as they are, None when there is none."""
        cost = np.where(chosen | ~self.published, _TOUCHED, self.cost)
        unmoved = self.fixed | still
        least = np.zeros(2 * len(self.values))
        most = np.concatenate([np.where(unmoved, 0.0, np.inf), np.where(unmoved, 0.0, self._room)])
        least[number] = most[number] = up
        most[len(self.values) + number] = 0.0
        found = linprog(
            np.concatenate([cost, cost]), A_eq=self._both_ways, b_eq=np.zeros(self._both_ways.shape[0]),
            bounds=np.column_stack([least, most]), method="highs-ds")
        return None if found.status != 0 else np.asarray(found.x[: len(self.values)] - found.x[len(self.values) :])
