"""What somebody who sees published figures can work out: the least and the most each withheld figure can be.

Knows nothing of how figures were withheld: only what is published and what is stated to add up.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from data.protection.rounding import WHOLE, Rounding
from data.protection.whole import Tables

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

    names: list[Any]
    statements: list[Statement]
    rest: list[float]
    least: list[float]
    """What each figure is at least."""
    rounding: list[Rounding] = field(default_factory=list)
    """How the source of each figure rounds; persons counted whole where nothing is said."""
    _place: dict[Hashable, int] = field(default_factory=dict)
    _kept: list[int] | None = None
    _is_wrong: bool = False
    _matrices: tuple[list[int], list[tuple[csr_array | None, np.ndarray | None]]] | None = None
    _seen: list[np.ndarray] = field(default_factory=list)
    _tables: Tables | None = None

    def __post_init__(self) -> None:
        self.rounding = self.rounding or [WHOLE] * len(self.names)
        self._place = {name: place for place, name in enumerate(self.names)}

    @property
    def said(self) -> Hashable:
        """All that is said of these figures: two groups of which the same is said are the same."""
        statements = tuple((frozenset(one.terms.items()), one.at_least, one.certain, rest) for one, rest in zip(self.statements, self.rest, strict=True))
        return tuple(self.names), statements, tuple(self.least), tuple(self.rounding)

    @property
    def is_contradicted(self) -> bool:
        """Whether the certain statements cannot all be true."""
        self._keep()
        return self._is_wrong

    def may_be(self, terms: Terms, given: float = 0.0) -> np.ndarray:
        """What a sum of withheld figures and a given number is in the tables found so far that fit all that is published and its rounding."""
        self._keep()
        if not self._seen:
            return np.zeros(0)
        found = np.full(len(self._seen), given)
        for name, sign in terms.items():
            found += sign * np.array([table[self._place[name]] for table in self._seen])
        return found

    def is_open(self, terms: Terms, k: float) -> bool:
        """Whether a sum of withheld figures can be k or more, and can be two whole numbers, for all that is published and its rounding. In doubt
        it is not."""
        if not self.can_be(terms, low=k):
            return False
        seen = self.may_be(terms)
        if whole_numbers(seen.min(), seen.max()) >= 2:
            return True
        return self.can_be(terms, low=float(np.floor(seen.max() + _SLACK)) + 1) or self.can_be(terms, high=float(np.ceil(seen.min() - _SLACK)) - 1)

    def can_be(self, terms: Terms, given: float = 0.0, *, low: float = -np.inf, high: float = np.inf) -> bool:
        """Whether a sum of withheld figures and a given number lies from `low` to `high` in some table that fits all that is published and the
        rounding of the sources: persons. In doubt it does not."""
        seen = self.may_be(terms, given)
        if ((seen >= low - _SLACK) & (seen <= high + _SLACK)).any():
            return True
        if self._is_wrong:
            return True
        assert self._tables is not None
        found = self._tables.find(self._vector(terms), low - given, high - given)
        if found is not None:
            self._seen.append(found)
        return found is not None

    def _vector(self, terms: Terms) -> np.ndarray:
        vector = np.zeros(len(self.names))
        for name, sign in terms.items():
            vector[self._place[name]] += sign
        return vector

    def range(self, terms: Terms, given: float = 0.0) -> tuple[float, float]:
        """Least and most of a sum of withheld figures and a given number, for all that is published: persons, inf without a bound. Its rounding
        may leave less between them."""
        self._keep()
        cost = self._vector(terms)
        if self._is_wrong:
            return -np.inf, np.inf
        if not self.statements:
            lowest = float(cost @ np.array(self.least))
            return (-np.inf if (cost < 0).any() else given + lowest), (np.inf if (cost > 0).any() else given + lowest)
        least, most = self._solve(cost), self._solve(-cost)
        return given + least, given - most

    def _keep(self) -> None:
        """Suppositions that contradict what is published are given up, as few as can be; then the rounding, should the figures contradict it."""
        if self._kept is not None or self._is_wrong:
            return
        everything = list(range(len(self.statements)))
        supposed = [place for place, one in enumerate(self.statements) if not one.certain]
        nothing_said = [WHOLE] * len(self.names)
        for rounding, whole in ((self.rounding, True), (nothing_said, True), (nothing_said, False)):
            self.rounding, self._kept = rounding, everything
            if self._some_table(whole):
                return
            # in parts of persons it is quickly seen which are wrong; whole persons contradict more, seldom
            for in_whole in dict.fromkeys((False, whole)) if supposed else ():
                self._kept = everything
                bent = self._bent(supposed, in_whole)
                if bent is not None:
                    self._kept = [place for place in everything if place not in bent]
                    if self._some_table(whole):
                        return
        self._is_wrong, self._kept = True, None

    def _tables_of(self, whole: bool) -> Tables:
        (equal, equal_to), (less, less_than) = self._sides()
        return Tables(
            None if equal is None or equal_to is None else (equal, equal_to), None if less is None or less_than is None else (less, less_than),
            self.least, self.rounding, whole=whole)

    def _some_table(self, whole: bool) -> bool:
        """Whether some table fits the statements kept and the rounding, or may; it is kept as one that was seen."""
        self._tables, self._seen = self._tables_of(whole), []
        found = self._tables.find(np.zeros(len(self.names)))
        if found is not None:
            self._seen.append(found)
        return found is not None or self._tables.in_doubt

    def _bent(self, supposed: list[int], whole: bool) -> set[int] | None:
        """The suppositions that must be wrong for the rest to be true, None when nothing makes it true."""
        more = [("more", place) for place in supposed]
        less = [("less", place) for place in supposed if not self.statements[place].at_least]
        slack: dict[int, dict[Hashable, float]] = {place: {("more", place): 1.0} for place in supposed}
        for name, place in less:
            slack[place][name, place] = -1.0
        bending = [*more, *less]
        softer = Known(
            [*self.names, *bending],
            [Statement({**one.terms, **slack.get(place, {})}, one.at_least) for place, one in enumerate(self.statements)], self.rest,
            [*self.least, *(0.0 for _ in bending)], [*self.rounding, *(WHOLE for _ in bending)])
        softer._kept = list(range(len(self.statements)))
        cost = np.concatenate([np.zeros(len(self.names)), np.ones(len(bending))])
        found = softer._tables_of(whole).find(np.zeros(len(softer.names)), cost=cost)
        if found is None:
            return None
        return {place for (_, place), amount in zip(bending, found[len(self.names):], strict=True) if amount > _SLACK}

    def _solve(self, cost: np.ndarray) -> float:
        (equal, equal_to), (less, less_than) = self._sides()
        found = linprog(cost, A_eq=equal, b_eq=equal_to, A_ub=less, b_ub=less_than, bounds=self._bounds(), method="highs")
        if found.status == 3:
            return -np.inf
        if found.status == 0:
            if self._tables is not None and self._tables.fit(found.x):
                self._seen.append(found.x)
            return float(found.fun)
        return np.inf

    def _bounds(self) -> np.ndarray:
        return np.column_stack([self.least, np.full(len(self.least), np.inf)])

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


Memory = dict[Hashable, Known]
"""What was found of groups of figures, by all that is said of them."""


def pieces(
    figures: Figures, statements: Iterable[Statement], least: Mapping[Hashable, float] | None = None,
    rounding: Mapping[Hashable, Rounding] | None = None, memory: Memory | None = None,
) -> tuple[list[Known], list[Statement]]:
    """The withheld figures in groups that hang together; and the certain statements that published figures alone contradict.

    `least` has what figures are at least, where that is more than nothing; `rounding` how their sources round, where they do.
    What was found of a group of which the same is said is taken from `memory`, and kept there.
    """
    at_least, rounded = least or {}, rounding or {}
    joined = Joined(name for name, value in figures.items() if value is None)
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
        joined.join(unknown)
    said: dict[Hashable, tuple[list[Statement], list[float]]] = {}
    for one, rest in reduced:
        statements_of, rests = said.setdefault(joined.group(next(iter(one.terms))), ([], []))
        statements_of.append(one)
        rests.append(rest)
    found = [
        Known(names, *said.get(key, ([], [])), [at_least.get(name, 0.0) for name in names], [rounded.get(name, WHOLE) for name in names])
        for key, names in joined.groups().items()]
    return found if memory is None else [memory.setdefault(one.said, one) for one in found], wrong


class Joined:
    """Names in groups: those of one statement are in one group."""

    def __init__(self, names: Iterable[Hashable]):
        self._above = {name: name for name in names}

    def join(self, names: Iterable[Hashable]) -> None:
        """Bring the groups of some names together."""
        first, *others = names
        for other in others:
            self._above[self.group(other)] = self.group(first)

    def group(self, name: Hashable) -> Hashable:
        """The name its group goes by."""
        while self._above[name] != name:
            self._above[name] = self._above[self._above[name]]
            name = self._above[name]
        return name

    def groups(self) -> dict[Hashable, list[Hashable]]:
        """The names of every group."""
        found: dict[Hashable, list[Hashable]] = {}
        for name in self._above:
            found.setdefault(self.group(name), []).append(name)
        return found


def whole_numbers(least: float, most: float) -> float:
    """How many whole numbers lie between, both ends included."""
    return float(np.floor(most + _SLACK) - np.ceil(least - _SLACK) + 1)


def total(parts: Sequence[Hashable], whole: Hashable, *, certain: bool = True) -> Statement:
    """The parts add up to the whole."""
    return Statement({whole: 1.0, **dict.fromkeys(parts, -1.0)}, certain=certain)


def within(parts: Sequence[Hashable], whole: Hashable, *, certain: bool = True) -> Statement:
    """The parts add up to the whole or to less."""
    return Statement({whole: 1.0, **dict.fromkeys(parts, -1.0)}, at_least=True, certain=certain)
