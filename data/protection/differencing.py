"""Two releases side by side: what the later one and the one before say together about what either withholds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.protection.bounds import pieces, whole_numbers
from data.protection.published import Published

if TYPE_CHECKING:
    from data.protection.audit import AuditReport


def audit_against(said: Published, before: Published, report: AuditReport) -> None:
    """Note every figure withheld in both that the two together give away, as far as neither did alone."""
    k = min(said.k, before.k)
    both = {name: _either(value, before.figures.get(name)) for name, value in said.figures.items()}
    both |= {name: value for name, value in before.figures.items() if name not in both}
    found, _ = pieces(both, [*said.statements, *before.statements])
    for piece in found:
        if piece.is_contradicted:
            continue
        for name in piece.names:
            low, high = piece.range({name: 1.0})
            if whole_numbers(low, high) < 2 or high < k - 1e-6:
                report.add(name, "before", low, high)


def _either(now: float | None, then: float | None) -> float | None:
    return then if now is None else now
