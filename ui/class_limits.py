"""Where a class of figures ends and the next begins. Every function takes the known figures and returns the limits between the
classes, from low to high: fewer than asked for where figures are few or alike, none where all are the same.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

_MOST_JENKS: Final = 500
ALIKE: Final = 1e-12
"""Figures this close, as a share, differ by the rounding of a sum: they are in one class."""


def known_figures(values: Sequence[float] | pd.Series) -> np.ndarray:
    """The figures that exist and are finite, as they come; those that differ only by the rounding of a sum are the lowest of them."""
    figures: np.ndarray = pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    known: np.ndarray = figures[np.isfinite(figures)]
    distinct, places = np.unique(known, return_inverse=True)
    if (np.diff(distinct) > 2 * ALIKE * np.abs(distinct[1:])).all():
        return known
    for number in range(1, distinct.size):
        if distinct[number] - distinct[number - 1] <= 2 * ALIKE * abs(distinct[number]):
            distinct[number] = distinct[number - 1]
    return distinct[places]


def quantile_limits(known: np.ndarray, classes: int) -> tuple[float, ...]:
    """Limits between the quantile classes of known figures; fewer where many areas share a figure, none where all do."""
    if known.size == 0:
        return ()
    distinct = np.unique(known)
    count = min(classes, distinct.size)
    # a limit is the figure of an area: between two figures it could bound a class that nobody is in
    raw = [float(edge) for edge in np.quantile(known, np.linspace(0, 1, count + 1)[1:-1], method="higher")]
    exact = tuple(sorted({edge for edge in raw if distinct[0] < edge <= distinct[-1]}))
    if not exact and distinct.size > 1:
        exact = (float(distinct[1]),)  # most areas share the lowest figure: it is a class of its own
    return _rounded_limits(exact, known)


def natural_limits(known: np.ndarray, classes: int) -> tuple[float, ...]:
    """Limits where figures leave the widest gaps (Fisher-Jenks: least squared distance to the mean of the class)."""
    distinct = np.unique(known)
    if distinct.size <= classes:
        return _rounded_limits(tuple(float(edge) for edge in distinct[1:]), known)
    if known.size > _MOST_JENKS:
        # its cost grows with the square: figures at even ranks, ends included, keep the shape
        known_sample = np.sort(known)[np.linspace(0, known.size - 1, _MOST_JENKS).round().astype(int)]
    else:
        known_sample = known
    tops = _jenks(known_sample, min(classes, np.unique(known_sample).size))
    # a class of theirs ends with its highest figure, one of ours begins with a figure
    starts = [distinct[np.searchsorted(distinct, top, side="right")] for top in tops[:-1] if top < distinct[-1]]
    return _rounded_limits(tuple(sorted({float(start) for start in starts})), known)


def _jenks(figures: np.ndarray, classes: int) -> np.ndarray:
    # brings scikit-learn (60 MB), which only this choice needs
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Numba not installed")
        from mapclassify import FisherJenks

        tops: np.ndarray = FisherJenks(figures, k=classes).bins
    return tops


def equal_limits(known: np.ndarray, classes: int) -> tuple[float, ...]:
    """Round limits of equal width over the range of the figures, at most as many classes as asked for."""
    if known.size == 0 or known.min() == known.max():
        return ()
    low, high = float(known.min()), float(known.max())
    step = round_up_to_125((high - low) / classes)
    first = math.floor(low / step) + 1
    return tuple(edge for number in range(first, first + classes) if low < (edge := _round_digits(number * step, 6)) <= high)


def _rounded_limits(exact: tuple[float, ...], known: np.ndarray) -> tuple[float, ...]:
    """The limits to two digits where every class keeps somebody, else as they are."""
    rounded = tuple(_round_digits(edge, 2) for edge in exact)
    ordered = all(a < b for a, b in zip(rounded, rounded[1:], strict=False))
    filled = ordered and np.unique(np.searchsorted(np.array(rounded), known, side="right")).size == len(exact) + 1
    return rounded if filled else exact


def _round_digits(value: float, digits: int) -> float:
    if value == 0:
        return 0.0
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def round_up_to_125(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50 ... that is not below a value."""
    size = 10.0 ** math.floor(math.log10(value))
    return next(step * size for step in (1, 2, 5, 10) if step * size >= value * (1 - 1e-9))
