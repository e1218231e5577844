"""What the search of a large problem finds: a plan with its proof, and the cheapest plans that serve least gains (METHOD 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analytics.part import Point

if TYPE_CHECKING:
    from analytics.country import Country


@dataclass(frozen=True)
class Found:
    """A plan in whole units with its proven bound, and the value of a further euro (None for a target)."""

    units: npt.NDArray[np.int64]
    persons: dict[tuple[int, int], float]
    objective: float
    bound: float
    price: float | None = None
    share: float | None = None
    kept: float | None = None
    too_small: tuple[int, ...] = ()
    missed: float = 0.0
    prices: tuple[float, ...] = ()
    country: Country | None = None


@dataclass(frozen=True)
class Held:
    """What the chunks were last held to: persons by cell, the cheapest relaxed plans and plans in whole units that serve them, and the cost of these."""

    floors: dict[int, float]
    relaxed: list[Point]
    plans: list[Point]
    cost: float
