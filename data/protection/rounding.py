"""How sources round what they count, as anybody can read in their notes: the smallest count they write beside nobody, and in what steps.

A reader of a release is taken to know it, so that what is protected must be open under it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import duckdb

from data.catalogue_tables import records
from data.errors import DataError


@dataclass(frozen=True)
class Rounding:
    """Counts are 0 or at least `smallest`, and multiples of `step`: persons."""

    smallest: int = 1
    step: int = 1

    def fits(self, smallest: float, other: int) -> bool:
        """Whether counts of which the least that is not 0 is `smallest`, and `other` are no multiple of the step, can be rounded so."""
        return smallest >= self.smallest and other == 0


WHOLE: Final = Rounding()
"""Persons are counted whole, and no more is said."""


def declared() -> dict[str, Rounding]:
    """Rounding by source (catalogue/source_rounding.csv). Raises DataError for a number below 1."""
    found = {row["source_id"]: Rounding(int(row["smallest"]), int(row["step"])) for row in records("source_rounding")}
    for source_id, one in found.items():
        if one.smallest < 1 or one.step < 1:
            raise DataError(
                f"source_rounding.csv : {source_id} : le plus petit effectif et le pas valent au moins 1.",
                f"source_rounding.csv: {source_id}: the smallest count and the step are at least 1.")
    return found


def of_sources(generation: duckdb.DuckDBPyConnection) -> dict[str, Rounding]:
    """Rounding of every source of counts of a generation: the one declared, as long as the counts themselves do not contradict it.

    An import has no declaration of its own: it may be a copy of a declared source, so it is taken to round as any of them that its counts fit.
    Raises duckdb.Error, DataError.
    """
    known = declared()
    steps = sorted({one.step for one in known.values()} - {1})
    off = "".join(f", count(*) FILTER (persons % {step} <> 0)" for step in steps)
    found: dict[str, Rounding] = {}
    rows = generation.execute(
        f"SELECT source_id, min(persons) FILTER (persons > 0){off} FROM ("
        "SELECT source_id, persons FROM return_flow UNION ALL SELECT source_id, value FROM indicator_value JOIN indicator ON code = indicator "
        "WHERE unit = 'persons') GROUP BY source_id HAVING count(*) FILTER (persons > 0) > 0 ORDER BY source_id").fetchall()
    for source_id, smallest, *others in rows:
        other: Mapping[int, int] = {1: 0, **dict(zip(steps, others, strict=True))}
        wanted = [known[source_id]] if source_id in known else list(known.values()) if source_id.startswith("import_") else []
        fitting = [one for one in wanted if one.fits(smallest, other[one.step])]
        found[source_id] = max(fitting, key=lambda one: (one.smallest, one.step), default=WHOLE)
    return found
