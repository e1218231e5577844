"""Releases side by side: what the later one and those before it say together about what they withhold, two at a time, three, and all.

Where all that several publish is the same, the figures are taken to be the same, and whatever one of them publishes is known. Where something
was revised, a reader supposes that what is withheld before and after was not, as far as the releases allow it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from data.protection.bounds import Joined, Known, Memory, Statement, pieces
from data.protection.published import Published
from data.protection.rounding import WHOLE, Rounding

if TYPE_CHECKING:
    from data.protection.audit import AuditReport

_SAME: Final = 1e-6
Telling = tuple[dict[Hashable, float | None], list[Statement]]
"""What a release says of figures that hang together."""


def audit_against(said: Published, before: Sequence[Published], report: AuditReport, memory: Memory | None = None) -> None:
    """Note every withheld figure that the later release gives away with some of those before (the newest first): exactly, or as less than
    every threshold.

    Each selection of them is one system, so that what three say together and no two do is found; figures that fewer of a selection speak of,
    or that two of it tell in the same words, were looked at in a smaller one.
    """
    noted: set[Hashable] = set()
    given_away = _GivenAway(memory)
    for more in range(1, len(before) + 1):
        for chosen in combinations(reversed(before), more):
            releases = [*chosen, said]
            k = min(one.k for one in releases)
            for name, piece, inside in _side_by_side(releases, memory):
                if name in noted or piece.is_open({inside: 1.0}, k):
                    continue
                low, high = piece.range({inside: 1.0})
                # what a release before showed cannot be taken back
                if any(abs(low - shown) < _SAME and abs(high - shown) < _SAME for one in chosen if (shown := one.figures.get(name)) is not None):
                    continue
                noted.add(name)
                older = [one for one in chosen if one.is_before_rounding]
                if not given_away.by(older, name, k, _possible(piece, inside, k)):
                    report.add(name, "before" if more == 1 else "together", low, high)


class _GivenAway:
    """What releases made before rounding was reckoned with gave away by themselves: a later one that says nothing more of it is not the one that leaks."""

    def __init__(self, memory: Memory | None) -> None:
        self._memory = memory
        self._pieces: dict[tuple[int, ...], dict[Hashable, tuple[Known, Hashable]]] = {}

    def by(self, before: Sequence[Published], name: Hashable, k: float, possible: set[int]) -> bool:
        """Whether some of the releases leave a figure no other value than the `possible` ones."""
        for more in range(1, len(before) + 1):
            for chosen in combinations(before, more):
                key = tuple(id(one) for one in chosen)
                if key not in self._pieces:
                    self._pieces[key] = {figure: (piece, inside) for figure, piece, inside in _side_by_side(chosen, self._memory)}
                found = self._pieces[key].get(name)
                if found and not found[0].is_open({found[1]: 1.0}, k) and _possible(*found, k) <= possible:
                    return True
        return False


def _possible(piece: Known, inside: Hashable, k: float) -> set[int]:
    """The whole numbers that a figure that is not open can be: all below k, or one."""
    seen = {round(value) for value in piece.may_be({inside: 1.0})}
    if piece.can_be({inside: 1.0}, low=k):
        return seen
    return seen | {value for value in range(int(k)) if piece.can_be({inside: 1.0}, low=value, high=value)}


def _side_by_side(releases: Sequence[Published], memory: Memory | None) -> Iterator[tuple[Hashable, Known, Hashable]]:
    """Every figure that the last release does not publish, the piece it hangs in with all that the releases say (the oldest first), and its
    name there."""
    figures: dict[Any, float | None] = {}
    statements: list[Statement] = []
    least: dict[Hashable, float] = {}
    for tellings in _told(releases):
        found, stated = _editions(tellings)
        figures |= found
        statements += stated
    rounding: dict[Hashable, Rounding] = {}
    for one in releases:
        least |= one.least
        rounding |= one.rounding
    for piece in pieces(
        figures, statements, {figure: least.get(figure[1], 0.0) for figure in figures}, {figure: rounding.get(figure[1], WHOLE) for figure in figures},
        memory,
    )[0]:
        if not piece.is_contradicted:
            yield from ((figure[1], piece, figure) for figure in piece.names if releases[-1].figures.get(figure[1]) is None)


def _told(releases: Sequence[Published]) -> Iterator[list[Telling]]:
    """What each release says of figures that hang together, for those of which each says something else."""
    everything = Joined({name: None for one in releases for name in one.figures})
    for one in releases:
        for statement in one.statements:
            everything.join(statement.terms)
    told: list[dict[Hashable, Telling]] = []
    for one in releases:
        groups: dict[Hashable, Telling] = {}
        for name, value in one.figures.items():
            groups.setdefault(everything.group(name), ({}, []))[0][name] = value
        for statement in one.statements:
            groups[everything.group(next(iter(statement.terms)))][1].append(statement)
        told.append(groups)
    for key in told[-1]:
        tellings = [groups[key] for groups in told if key in groups]
        if len(tellings) == len(releases) and all(one != other for one, other in combinations(tellings, 2)):
            yield tellings


def _editions(tellings: Sequence[Telling]) -> tuple[dict[tuple[int, Hashable], float | None], list[Statement]]:
    """Figures and statements by (edition, name): releases one after the other that agree in all they both publish are one. What several editions
    withhold, a reader supposes to be the same."""
    figures: dict[tuple[int, Hashable], float | None] = {}
    statements: dict[Hashable, Statement] = {}
    supposed: list[Statement] = []
    latest: dict[Hashable, int] = {}
    edition = 0
    for told, stated in tellings:
        if not all(_agree(value, figures.get((edition, name))) for name, value in told.items()):
            edition += 1
        for name, value in told.items():
            if value is not None or (edition, name) not in figures:
                figures[edition, name] = value
        for one in stated:
            terms: dict[Hashable, float] = {(edition, name): sign for name, sign in one.terms.items()}
            statements[frozenset(terms.items()), one.at_least, one.certain] = Statement(terms, one.at_least, one.certain)
    for (number, name), value in figures.items():
        if value is not None:
            continue
        if name in latest:
            supposed.append(Statement({(number, name): 1.0, (latest[name], name): -1.0}, certain=False))
        latest[name] = number
    return figures, [*statements.values(), *supposed]


def _agree(value: float | None, other: float | None) -> bool:
    return value is None or other is None or abs(value - other) <= _SAME
