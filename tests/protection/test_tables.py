"""Random tables: what the protection withholds, the audit, which shares no code with it, cannot work out."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator

import numpy as np
import pytest

from data.protection.bounds import Statement, pieces, total, whole_numbers
from data.protection.linear import Counts, withheld

TABLES = 1000 if os.environ.get("ANCRAGE_LONG_TESTS") else 120
Cells = dict[Hashable, float | None]


def random_table(seed: int) -> tuple[Counts, list[Statement], int]:
    """A table of two or three dimensions with all its margins, as counts to protect and as statements to audit; and k."""
    draw = np.random.default_rng(seed)
    shape = tuple(int(size) for size in draw.integers(2, 5, size=draw.integers(2, 4)))
    few = draw.random(shape) < draw.uniform(0.1, 0.6)
    inside = np.where(few, draw.integers(0, 12, size=shape), draw.integers(0, 4000, size=shape)).astype(float)
    full = inside
    for axis in range(len(shape)):
        full = np.concatenate([full, full.sum(axis=axis, keepdims=True)], axis=axis)
    counts, said = Counts(), []
    numbers = np.empty(full.shape, dtype=int)
    for place in np.ndindex(full.shape):
        numbers[place] = counts.add(tuple(map(str, place)), full[place])
    for axis, size in enumerate(shape):
        for whole in np.ndindex(*(n if a != axis else 1 for a, n in enumerate(full.shape))):
            line = [(*whole[:axis], at, *whole[axis + 1:]) for at in range(size + 1)]
            counts.total(int(numbers[line[-1]]), [int(numbers[at]) for at in line[:-1]])
            said.append(total(line[:-1], line[-1]))
    return counts, said, int(draw.choice([5, 10]))


def published(counts: Counts, hidden: np.ndarray) -> Cells:
    return {tuple(map(int, name)): None if is_hidden else value
            for name, value, is_hidden in zip(counts.names, counts.values, hidden, strict=True)}


def worked_out(figures: Cells, said: list[Statement]) -> Iterator[tuple[Hashable, float, float]]:
    """Every withheld figure with the least and the most it can be."""
    for piece in pieces(figures, said)[0]:
        for name in piece.names:
            # what two tables that fit show already needs no solving
            seen = piece.may_be({name: 1.0})
            yield (name, seen.min(), seen.max()) if len(seen) and seen.max() >= 10 and seen.max() - seen.min() >= 1 else (name, *piece.range({name: 1.0}))


@pytest.mark.long
def test_random_tables_give_nothing_away() -> None:
    exact = below = withheld_cells = 0
    for seed in range(TABLES):
        counts, said, k = random_table(seed)
        hidden = withheld(counts, k)
        for _, low, high in worked_out(published(counts, hidden), said):
            withheld_cells += 1
            exact += whole_numbers(low, high) < 2
            below += high < k - 1e-6
        small = (np.array(counts.values) > 0) & (np.array(counts.values) < k)
        assert hidden[small].all()
    assert withheld_cells > TABLES
    assert (exact, below) == (0, 0)


def test_hiding_only_small_cells_gives_some_away() -> None:
    """What the linear programmes are for, and a proof that the audit can say no (FINDINGS 23)."""
    exact = 0
    for seed in range(40):
        counts, said, k = random_table(seed)
        values = np.array(counts.values)
        exact += sum(whole_numbers(low, high) < 2 for _, low, high in worked_out(published(counts, (values > 0) & (values < k)), said))
    assert exact > 40


def test_one_cell_shown_again_is_found_out() -> None:
    found = shown = 0
    for seed in range(25):
        counts, said, k = random_table(seed)
        hidden = withheld(counts, k)
        for number in [n for n in np.flatnonzero(hidden) if counts.values[n] >= k]:
            again = hidden.copy()
            again[number] = False
            shown += 1
            found += any(whole_numbers(low, high) < 2 or high < k for _, low, high in worked_out(published(counts, again), said))
    assert shown > 50
    assert found == shown


@pytest.mark.parametrize("seed", range(5))
def test_the_same_table_is_protected_the_same_way(seed: int) -> None:
    counts, _, k = random_table(seed)
    assert (withheld(counts, k) == withheld(random_table(seed)[0], k)).all()


def test_cells_that_help_have_few_persons() -> None:
    """A row of 3, 400, 20, 9000 and the total: 20 helps, the larger and the total stay."""
    counts = Counts()
    cells = [counts.add((str(n),), n) for n in (3, 400, 20, 9000)]
    counts.total(counts.add(("total",), 9423), cells)
    assert withheld(counts, 10).tolist() == [True, False, True, False, False]
