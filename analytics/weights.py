"""Weights from a workshop: pairwise comparisons turned into weights, with how consistent the judgements are (METHOD 2, 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

RANDOM_CONSISTENCY = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Mean consistency index of random matrices by number of things compared (Saaty 1980, The Analytic Hierarchy Process)."""

ACCEPTABLE = 0.1
"""Consistency ratio up to which Saaty holds judgements to be usable."""


class JudgementError(ValueError):
    """Comparisons that cannot be turned into weights; the text says which and why."""


@dataclass(frozen=True)
class ComparedWeights:
    """Weights summing to 1 in the order of the matrix, its principal eigenvalue, and the consistency ratio (0 = perfect)."""

    weights: Floats
    principal_eigenvalue: float
    consistency_ratio: float

    @property
    def consistent(self) -> bool:
        """Whether the judgements are consistent enough to be used (ratio at most 0.1)."""
        return self.consistency_ratio <= ACCEPTABLE


def comparison_matrix(names: Sequence[str], judgements: Mapping[tuple[str, str], float]) -> Floats:
    """The reciprocal matrix of judgements "the first counts so many times as much as the second".

    Raises JudgementError when a name is unknown, a pair is missing, given twice or a figure is not above 0.
    """
    place = {name: position for position, name in enumerate(names)}
    matrix = np.full((len(names), len(names)), np.nan)
    np.fill_diagonal(matrix, 1.0)
    for (one, other), times in judgements.items():
        if one not in place or other not in place or one == other:
            raise JudgementError(f"{one} against {other}: compare two of {', '.join(names)}")
        if not times > 0 or not np.isfinite(times):
            raise JudgementError(f"{one} against {other}: {times} given, a number above 0 is needed")
        if not np.isnan(matrix[place[one], place[other]]):
            raise JudgementError(f"{one} against {other}: compared twice")
        matrix[place[one], place[other]], matrix[place[other], place[one]] = times, 1 / times
    missing = [f"{names[i]} against {names[j]}" for i, j in zip(*np.nonzero(np.isnan(matrix)), strict=True) if i < j]
    if missing:
        raise JudgementError(f"not compared yet: {', '.join(missing)}")
    return matrix


def compared_weights(matrix: Floats) -> ComparedWeights:
    """Weights by the principal eigenvector of a reciprocal matrix (Saaty), with its consistency ratio.

    Raises JudgementError when the matrix is not square, positive and reciprocal, or compares more than ten things.
    """
    matrix = np.asarray(matrix, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not 1 <= matrix.shape[0] < len(RANDOM_CONSISTENCY):
        raise JudgementError(f"a square matrix of 1 to {len(RANDOM_CONSISTENCY) - 1} things is needed, not {matrix.shape}")
    if not (matrix > 0).all() or not np.allclose(matrix * matrix.T, 1.0, rtol=1e-6):
        raise JudgementError("every figure must be above 0 and its mirror image its reciprocal")
    size = matrix.shape[0]
    values, vectors = np.linalg.eig(matrix)
    principal = int(np.argmax(values.real))
    vector = np.abs(vectors[:, principal].real)
    largest = float(values[principal].real)
    random = RANDOM_CONSISTENCY[size]
    ratio = max(0.0, (largest - size) / (size - 1) / random) if random > 0 else 0.0
    return ComparedWeights(vector / vector.sum(), largest, ratio)
