"""Which counts to withhold so that none of a few persons can be worked out from the rest: secondary suppression by linear programming.

A table is a set of counts and of sums among them. To protect a small count, the solver looks for other values that fit every
published figure, and the rounding of the source, with that count at k or more, moving as few persons as it can; the counts it moves are withheld
too (after Kelly, Golden, Assad 1992; Fischetti and Salazar 2000). Whoever sees the published figures cannot tell the true values from those.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from data.protection.other_values import MOVED, ZERO, Figures, Flags, Problem
from data.protection.rounding import WHOLE, Rounding


@dataclass
class Counts:
    """Counts of persons that belong together, and the sums among them; built up, then protected.

    Each is published (a cell of a table) or a remainder that follows from cells without being one. `weight` says how much losing
    it matters a person; `fixed` marks what a reader knows without being told (a source that leaves nobody's sex unsaid); `least` is
    what it is at least, as a reader knows (1, where a row says that somebody came); `rounding` how its source rounds.
    """

    names: list[tuple[str, ...]] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    published: list[bool] = field(default_factory=list)
    sensitive: list[bool] = field(default_factory=list)
    fixed: list[bool] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    rounding: list[Rounding] = field(default_factory=list)
    sums: list[dict[int, float]] = field(default_factory=list)

    def add(
        self, name: tuple[str, ...], value: float, *, published: bool = True, sensitive: bool = False, fixed: bool = False,
        weight: float = 1.0, least: float = 0.0, rounding: Rounding = WHOLE,
    ) -> int:
        """A count; its number."""
        self.names.append(name)
        self.values.append(float(value))
        self.published.append(published)
        self.sensitive.append(sensitive)
        self.fixed.append(fixed)
        self.weights.append(weight)
        self.least.append(min(least, float(value)))
        self.rounding.append(rounding)
        return len(self.values) - 1

    def total(self, whole: int, parts: list[int]) -> None:
        """Say that a count is the sum of others. Where it is larger or smaller than they are, what is between is a remainder."""
        rest = self.values[whole] - sum(self.values[part] for part in parts)
        terms = dict.fromkeys(parts, -1.0) | {whole: 1.0}
        if abs(rest) > ZERO:
            terms[self.add(("remainder",), abs(rest), published=False, rounding=self.rounding[whole])] = -1.0 if rest > 0 else 1.0
        self.sums.append(terms)

    def remainder(self, whole: int, parts: list[int], *, k: float, fixed_at_zero: bool = False) -> int:
        """What is left of a count beside its parts: sensitive when that is somebody, but fewer than k. Its number."""
        rest = self.values[whole] - sum(self.values[part] for part in parts)
        number = self.add(
            ("remainder",), max(0.0, rest), published=False, sensitive=ZERO < rest < k, fixed=fixed_at_zero and rest < ZERO,
            rounding=self.rounding[whole])
        self.total(whole, [*parts, number])
        return number

    def sum_of(self, parts: list[int], *, k: float) -> int:
        """A sum that no table has but anyone can make: sensitive when it is somebody, but fewer than k. Its number."""
        value = sum(self.values[part] for part in parts)
        number = self.add(("sum",), value, published=False, sensitive=ZERO < value < k, rounding=self.rounding[parts[0]] if parts else WHOLE)
        self.total(number, parts)
        return number


def withheld(counts: Counts, k: float, already: Flags | None = None, told: Flags | None = None) -> Flags:
    """Which counts to withhold: every published one from 1 to below k, every sensitive one, and as few others as protect them.

    `already` are withheld whatever they are; those of them that are `told` a reader may know, so that they protect no other.
    Afterwards every other withheld count can be at least k and can be another whole number, for all that the published ones say,
    and none that only helps can be shown again. The same counts give the same answer. What only `told` counts could protect is left to
    the audit of both releases.
    """
    problem = Problem(counts)
    values, published = problem.values, problem.published
    known = np.zeros(len(values), dtype=bool) if told is None or already is None else told & already
    problem.fixed |= known
    sensitive = np.array(counts.sensitive, dtype=bool)
    held = published & (((values > ZERO) & (values < k - ZERO)) | sensitive)
    if already is not None:
        held |= already & published
    chosen: Flags = held.copy()
    moves: dict[int, Figures] = {}
    due = [int(number) for number in np.flatnonzero(((chosen & (values < k - ZERO)) | sensitive) & ~known)]
    due.sort(key=lambda number: (values[number], number))
    while due:
        for number in due:
            up = problem.up(number, k)
            found = problem.again(moves, number, up)
            moves[number] = problem.other_values(number, up, chosen, bool(known.any())) if found is None else found
            chosen |= published & (np.abs(moves[number]) > ZERO)
        # what helps and is below k must be able to be k; what is withheld anyway must be unknown
        unmoved = np.all([np.abs(move) < MOVED for move in moves.values()], axis=0) & ~known
        due = [int(number) for number in np.flatnonzero(chosen & ~known & ((values < k - ZERO) | (held & unmoved))) if int(number) not in moves]
    return _without_spare(problem, k, chosen, held, moves)


def _without_spare(problem: Problem, k: float, chosen: Flags, held: Flags, moves: dict[int, Figures]) -> Flags:
    """What is needed of what was chosen: the largest that only help are shown again where the others can do without."""
    helping = np.flatnonzero(chosen & ~held)
    for number in sorted((int(one) for one in helping), key=lambda one: (-problem.cost[one], one)):
        if number in moves:
            continue
        without = chosen.copy()
        without[number] = False
        changed: dict[int, Figures] = {}
        for other in [one for one, move in moves.items() if abs(move[number]) > ZERO]:
            up = problem.up(other, k)
            move = problem.again(moves | changed, other, up, number)
            if move is None:
                move = problem.move(other, up, without, ~(without | ~problem.published), quick=True)
            if move is None:
                break
            changed[other] = move
        else:
            chosen = without
            moves |= changed
    return chosen
