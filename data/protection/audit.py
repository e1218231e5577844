"""The audit of a release: what somebody with a linear-programming solver works out from its files, alone or with the releases before.

It reads the published files and nothing else, and shares no code with what protects them.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from data.protection.bounds import Figures, Known, Memory, pieces, whole_numbers
from data.protection.differencing import audit_against
from data.protection.published import Published, read
from data.protection.releases import reading

_SLACK: Final = 1e-6
SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "exact": ("un effectif protégé se calcule exactement", "a protected count can be worked out exactly"),
    "below_k": ("un effectif protégé se voit inférieur à {k}", "a protected count can be seen to be below {k}"),
    "shown": ("un effectif inférieur à {k} est publié", "a count below {k} is published"),
    "subtraction": ("un effectif inférieur à {k} s'obtient par différence", "a count below {k} follows by subtraction"),
    "group": ("toutes les personnes se voient d'un même groupe", "everybody can be seen to be of one group"),
    "facts": ("cette table ne doit pas être publiée", "this table must not be published"),
    "missing": ("cette table manque", "this table is missing"),
    "contradiction": ("les totaux publiés se contredisent", "the published sums contradict each other"),
    "before": ("avec une publication précédente, un effectif protégé se calcule", "with an earlier release, a protected count can be worked out"),
    "together": (
        "avec plusieurs publications précédentes, un effectif protégé se calcule", "with several earlier releases, a protected count can be worked out"),
    "other": ("une règle n'est pas tenue : {reason}", "a rule is not kept: {reason}"),
}


@dataclass(frozen=True)
class Leak:
    """Something a reader can work out: in which table and cell, how, and between which numbers."""

    table: str
    cell: str
    kind: str
    low: float | None
    high: float | None
    message_fr: str
    message_en: str


@dataclass
class AuditReport:
    """What the audit of one file did and found."""

    file: str
    k: int
    figures: int = 0
    withheld: int = 0
    exact: int = 0
    below_k: int = 0
    against: list[str] = field(default_factory=list)
    seconds: float = 0.0
    leaks: list[Leak] = field(default_factory=list)
    years: set[tuple[str, str, str]] = field(default_factory=set)
    """Country, year and kind of the returns that leak."""

    def add(self, name: Hashable, kind: str, low: float | None = None, high: float | None = None, reason: str = "") -> None:
        """Note a leak of a cell."""
        table, *key = name if isinstance(name, tuple) else (str(name),)
        self.years |= _year_of(name)
        cell = ", ".join(str(part) for part in key)
        known = kind if kind in SENTENCES else "other"
        fr, en = (text.format(k=self.k, reason=reason or kind) for text in SENTENCES[known])
        self.leaks.append(Leak(str(table), cell, kind, low, high, f"{table} : {fr} ({cell}).", f"{table}: {en} ({cell})."))
        self.exact += kind in ("exact", "before", "together")
        self.below_k += kind == "below_k"

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return {**vars(self), "leaks": [vars(leak) for leak in self.leaks], "years": sorted(self.years)}


def _year_of(name: Hashable) -> set[tuple[str, str, str]]:
    """Country, year and kind of a figure of returns, or of a sum named after one; empty for any other."""
    match name:
        case (str(), tuple() as figure):
            return _year_of(figure)
        case ("cube_return_host", _, iso3, year, *_):
            return {(str(iso3), str(year), "abroad")}
        case ("cube_return_year" | "cube_return_level" | "cube_return_composition", _, iso3, year, kind, *_):
            return {(str(iso3), str(year), str(kind))}
    return set()


def read_file(path: Path) -> Published:
    """What the file of one audience says. Raises duckdb.Error."""
    with reading(path) as connection:
        return replace(read(connection), file=path.name)


def audit_file(path: Path, before: Sequence[Published] = (), memory: Memory | None = None) -> AuditReport:
    """Audit the file of one audience, alone and with what the files the same audience had before say (the newest first), whichever of them a
    reader kept. `memory` has what was found of the same figures before. Raises duckdb.Error."""
    started = time.perf_counter()
    said = read_file(path)
    report = AuditReport(path.name, said.k, figures=len(said.figures), withheld=sum(value is None for value in said.figures.values()))
    for table, reason in said.wrong:
        report.add((table, reason), reason if reason in SENTENCES else "other", reason=reason)
    memory = {} if memory is None else memory
    audit_figures(said, report, memory)
    report.against += [one.file for one in before]
    audit_against(said, before, report, memory)
    report.seconds = round(time.perf_counter() - started, 2)
    return report


def audit_figures(said: Published, report: AuditReport, memory: Memory | None = None) -> None:
    """Every figure, every sum a reader makes and every group: published small, worked out exactly, or bounded below k."""
    for name, value in said.figures.items():
        if value is not None and 0 < value < said.k:
            report.add(name, "shown", value, value)
    found, wrong = pieces(said.figures, said.statements, said.least, said.rounding, memory)
    for one in wrong:
        report.add(next(iter(one.terms)), "contradiction")
    where = {name: piece for piece in found for name in piece.names}
    for piece in found:
        if piece.is_contradicted:
            report.add(piece.names[0], "contradiction")
            continue
        for name in piece.names:
            if piece.is_open({name: 1.0}, said.k):
                continue
            low, high = piece.range({name: 1.0})
            large = piece.can_be({name: 1.0}, low=said.k)
            seen = piece.may_be({name: 1.0})
            if whole_numbers(low, high) < 2 or large or not len(seen):
                report.add(name, "exact", *((seen.min(), seen.max()) if len(seen) else (low, high)))
            else:
                report.add(name, "below_k", low, min(high, said.k - 1))
    for name, terms in said.left.items():
        if not can_be(said.figures, where, terms, high=0.0) and not can_be(said.figures, where, terms, low=said.k):
            report.add(name, "subtraction", *ends(said.figures, where, terms))
    for name, terms in said.others.items():
        if not can_be(said.figures, where, terms, low=1.0):
            report.add(name, "group", *ends(said.figures, where, terms))


def ends(figures: Figures, where: Mapping[Hashable, Known], terms: Mapping[Hashable, float]) -> tuple[float, float]:
    """Least and most of a sum of figures, published and withheld."""
    low = high = sum(sign * (figures[name] or 0.0) for name, sign in terms.items())
    apart: dict[int, dict[Hashable, float]] = {}
    known: dict[int, Known] = {}
    for name, sign in terms.items():
        if figures[name] is None:
            piece = where[name]
            known[id(piece)] = piece
            apart.setdefault(id(piece), {})[name] = sign
    for key, piece in known.items():
        least, most = piece.range(apart[key])
        low, high = low + least, high + most
    return low, high


def can_be(
    figures: Figures, where: Mapping[Hashable, Known], terms: Mapping[Hashable, float], *, low: float = -np.inf, high: float = np.inf,
) -> bool:
    """Whether a sum of figures, published and withheld, can lie from `low` to `high`. In doubt it does not."""
    given = sum(sign * (figures[name] or 0.0) for name, sign in terms.items())
    apart: dict[int, dict[Hashable, float]] = {}
    known: dict[int, Known] = {}
    for name, sign in terms.items():
        if figures[name] is None:
            known[id(where[name])] = where[name]
            apart.setdefault(id(where[name]), {})[name] = sign
    if not known:
        return low - _SLACK <= given <= high + _SLACK
    if len(known) == 1:
        (key, piece), = known.items()
        return piece.can_be(apart[key], given, low=low, high=high)
    # parts that do not hang together: whatever each of them was seen to be goes with whatever the others were
    for key, piece in known.items():
        piece.can_be(apart[key], low=low - given)
    least, most = (given + sum(extreme(piece.may_be(apart[key])) for key, piece in known.items()) for extreme in (_least, _most))
    return low - _SLACK <= most <= high + _SLACK or low - _SLACK <= least <= high + _SLACK


def _least(seen: np.ndarray) -> float:
    return float(seen.min(initial=np.inf))


def _most(seen: np.ndarray) -> float:
    return float(seen.max(initial=-np.inf))
