"""What somebody who sees published figures can work out: the least and the most each withheld figure can be.

Knows nothing of how figures were withheld: only what is published and what is stated to add up.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

Terms = Mapping[Hashable, float]
Figures = Mapping[Hashable, float | None]
"""Figure by name; None is withheld."""
_SLACK: Final = 1e-6


@dataclass(frozen=True)
class Statement:
    """The terms add up to nothing, or to at least nothing; `certain` is False where a reader would only suppose so."""

    terms: Terms
    at_least: bool = False
    certain: bool = True


@dataclass
class Known:
    """The statements about some withheld figures that hang together, what is published taken out."""

    names: list[Hashable]
    statements: list[Statement]
    rest: list[float]
    _place: dict[Hashable, int] = field(default_factory=dict)
    _kept: list[int] | None = None
    _matrices: tuple[list[int], list[tuple[csr_array | None, np.ndarray | None]]] | None = None

    def __post_init__(self) -> None:
        self._place = {name: place for place, name in enumerate(self.names)}

    @property
    def is_contradicted(self) -> bool:
        """Whether the certain statements cannot all be true."""
        self._keep()
        return self._kept is None

    def range(self, terms: Terms, given: float = 0.0) -> tuple[float, float]:
        """Least and most of a sum of withheld figures and a given number, for all that is published: persons, inf without a bound."""
        self._keep()
        cost = np.zeros(len(self.names))
        for name, sign in terms.items():
            cost[self._place[name]] += sign
        if self._kept is None:
            return -np.inf, np.inf
        least, most = self._solve(cost), self._solve(-cost)
        return given + least, given - most

    def _keep(self) -> None:
        """Suppositions that contradict what is published are given up: all of them, when one is."""
        if self._kept is not None or not self.names:
            self._kept = self._kept or []
            return
        for suppose in (True, False):
            self._kept = [place for place, one in enumerate(self.statements) if suppose or one.certain]
            if np.isfinite(self._solve(np.zeros(len(self.names)))):
                return
        self._kept = None

    def _solve(self, cost: np.ndarray) -> float:
        (equal, equal_to), (less, less_than) = self._sides()
        found = linprog(cost, A_eq=equal, b_eq=equal_to, A_ub=less, b_ub=less_than, method="highs")
        if found.status == 3:
            return -np.inf
        return float(found.fun) if found.status == 0 else np.inf

    def _sides(self) -> list[tuple[csr_array | None, np.ndarray | None]]:
        """The statements kept, as `matrix @ figures = right` and `matrix @ figures <= right`."""
        assert self._kept is not None
        if self._matrices is None or self._matrices[0] != self._kept:
            sides: list[tuple[csr_array | None, np.ndarray | None]] = []
            for at_least, sign in ((False, -1.0), (True, 1.0)):
                chosen = [place for place in self._kept if self.statements[place].at_least is at_least]
                if not chosen:
                    sides.append((None, None))
                    continue
                rows, columns, factors = zip(*(
                    (row, self._place[name], factor) for row, place in enumerate(chosen)
                    for name, factor in self.statements[place].terms.items()), strict=True)
                matrix = csr_array((-sign * np.array(factors, dtype=float), (rows, columns)), shape=(len(chosen), len(self.names)))
                sides.append((matrix, sign * np.array([self.rest[place] for place in chosen])))
            self._matrices = (list(self._kept), sides)
        return self._matrices[1]


def pieces(figures: Figures, statements: Iterable[Statement]) -> tuple[list[Known], list[Statement]]:
    """The withheld figures in groups that hang together; and the certain statements that published figures alone contradict."""
    above: dict[Hashable, Hashable] = {name: name for name, value in figures.items() if value is None}

    def root(name: Hashable) -> Hashable:
        while above[name] != name:
            above[name] = above[above[name]]
            name = above[name]
        return name

    reduced: list[tuple[Statement, float]] = []
    wrong: list[Statement] = []
    for one in statements:
        unknown = {name: sign for name, sign in one.terms.items() if figures[name] is None}
        rest = sum(sign * (figures[name] or 0.0) for name, sign in one.terms.items())
        if not unknown:
            if one.certain and (rest < -_SLACK or (not one.at_least and rest > _SLACK)):
                wrong.append(one)
            continue
        reduced.append((Statement(unknown, one.at_least, one.certain), rest))
        first, *others = unknown
        for other in others:
            above[root(other)] = root(first)
    groups: dict[Hashable, Known] = {}
    members: dict[Hashable, list[Hashable]] = {}
    for name in above:
        members.setdefault(root(name), []).append(name)
    said: dict[Hashable, tuple[list[Statement], list[float]]] = {}
    for one, rest in reduced:
        statements_of, rests = said.setdefault(root(next(iter(one.terms))), ([], []))
        statements_of.append(one)
        rests.append(rest)
    for key, names in members.items():
        groups[key] = Known(names, *said.get(key, ([], [])))
    return list(groups.values()), wrong


def whole_numbers(least: float, most: float) -> float:
    """How many whole numbers lie between, both ends included."""
    return float(np.floor(most + _SLACK) - np.ceil(least - _SLACK) + 1)


def total(parts: Sequence[Hashable], whole: Hashable, *, certain: bool = True) -> Statement:
    """The parts add up to the whole."""
    return Statement({whole: 1.0, **dict.fromkeys(parts, -1.0)}, certain=certain)


def within(parts: Sequence[Hashable], whole: Hashable, *, certain: bool = True) -> Statement:
    """The parts add up to the whole or to less."""
    return Statement({whole: 1.0, **dict.fromkeys(parts, -1.0)}, at_least=True, certain=certain)
