"""Two releases side by side: what the later one and the one before say together about what either withholds.

Where all that both publish is the same, the figures are taken to be the same, and whatever either publishes is known. Where something
was revised, a reader supposes that what is withheld in both was not, as far as the two allow it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any

from data.protection.bounds import Joined, Known, Statement, pieces, whole_numbers
from data.protection.published import Published

if TYPE_CHECKING:
    from data.protection.audit import AuditReport


def audit_against(said: Published, before: Published, report: AuditReport) -> None:
    """Note every figure withheld in both that the two together give away: exactly, or as less than both thresholds."""
    k = min(said.k, before.k)
    for name, piece, inside in _side_by_side(said, before):
        seen = piece.may_be({inside: 1.0})
        if len(seen) and seen.max() >= k and whole_numbers(seen.min(), seen.max()) >= 2:
            continue
        low, high = piece.range({inside: 1.0})
        shown = before.figures.get(name)
        # what the release before showed cannot be taken back
        if shown is not None and abs(low - shown) < 1e-6 and abs(high - shown) < 1e-6:
            continue
        if whole_numbers(low, high) < 2 or high < k - 1e-6:
            report.add(name, "before", low, high)


def _side_by_side(said: Published, before: Published) -> Iterator[tuple[Hashable, Known, Hashable]]:
    """Every figure that neither publishes, the piece it hangs in, and its name there."""
    everything = Joined({**said.figures, **before.figures})
    for statement in (*said.statements, *before.statements):
        everything.join(statement.terms)
    revised = {
        everything.group(name) for name, value in said.figures.items()
        if value is not None and before.figures.get(name) is not None and abs(value - (before.figures[name] or 0.0)) > 1e-6}
    same: dict[Hashable, float | None] = {}
    apart: dict[Any, float | None] = {}
    for when, release in (("then", before), ("now", said)):
        for name, value in release.figures.items():
            if everything.group(name) in revised:
                apart[when, name] = value
            elif value is not None or name not in same:
                same[name] = value
    alike = [one for one in (*said.statements, *before.statements) if everything.group(next(iter(one.terms))) not in revised]
    least = before.least | said.least
    for piece in pieces(same, alike, least)[0]:
        if not piece.is_contradicted:
            yield from ((name, piece, name) for name in piece.names)
    told = [
        Statement({(when, name): sign for name, sign in one.terms.items()}, one.at_least, one.certain)
        for when, release in (("then", before), ("now", said)) for one in release.statements
        if everything.group(next(iter(one.terms))) in revised]
    both = [name for when, name in apart if when == "now" and ("then", name) in apart]
    told += [
        Statement({("now", name): 1.0, ("then", name): -1.0}, certain=False) for name in both
        if apart["now", name] is None and apart["then", name] is None]
    for piece in pieces(apart, told, {(when, name): least.get(name, 0.0) for when, name in apart})[0]:
        if not piece.is_contradicted:
            yield from ((name, piece, (when, name)) for when, name in piece.names if apart.get(("now", name)) is None)
