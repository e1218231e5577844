"""Random tables: what the protection withholds, the audit, which shares no code with it, cannot work out."""

from __future__ import annotations

import os
from collections.abc import Hashable

import numpy as np
import pytest

from data.protection.bounds import Statement, pieces, total
from data.protection.linear import Counts, withheld
from data.protection.rounding import WHOLE, Rounding

TABLES = 1000 if os.environ.get("ANCRAGE_LONG_TESTS") else 120
Cells = dict[Hashable, float | None]


UNHCR = Rounding(5)
"""Nobody is written as 1 to 4."""


def random_table(seed: int, rounding: Rounding = WHOLE) -> tuple[Counts, list[Statement], int]:
    """A table of two or three dimensions with all its margins, as counts to protect and as statements to audit; and k."""
    draw = np.random.default_rng(seed)
    shape = tuple(int(size) for size in draw.integers(2, 5, size=draw.integers(2, 4)))
    few = draw.random(shape) < draw.uniform(0.1, 0.6)
    inside = np.where(few, draw.integers(0, 12, size=shape), draw.integers(0, 4000, size=shape)).astype(float)
    inside = np.ceil(inside / rounding.step) * rounding.step
    full = np.where(inside > 0, np.maximum(inside, rounding.smallest), 0.0)
    for axis in range(len(shape)):
        full = np.concatenate([full, full.sum(axis=axis, keepdims=True)], axis=axis)
    counts, said = Counts(), []
    numbers = np.empty(full.shape, dtype=int)
    for place in np.ndindex(full.shape):
        numbers[place] = counts.add(tuple(map(str, place)), full[place], rounding=rounding)
    for axis, size in enumerate(shape):
        for whole in np.ndindex(*(n if a != axis else 1 for a, n in enumerate(full.shape))):
            line = [(*whole[:axis], at, *whole[axis + 1:]) for at in range(size + 1)]
            counts.total(int(numbers[line[-1]]), [int(numbers[at]) for at in line[:-1]])
            said.append(total(line[:-1], line[-1]))
    return counts, said, int(draw.choice([5, 10]))


def published(counts: Counts, hidden: np.ndarray) -> Cells:
    return {tuple(map(int, name)): None if is_hidden else value
            for name, value, is_hidden in zip(counts.names, counts.values, hidden, strict=True)}


def worked_out(figures: Cells, said: list[Statement], k: int, rounding: Rounding = WHOLE) -> list[Hashable]:
    """The withheld figures that somebody who knows the rounding, and that persons are whole, works out or sees to be below k."""
    known = dict.fromkeys(figures, rounding)
    return [name for piece in pieces(figures, said, rounding=known)[0] for name in piece.names if not piece.is_open({name: 1.0}, k)]


@pytest.mark.long
@pytest.mark.parametrize("rounding", [WHOLE, UNHCR, Rounding(5, 5)], ids=["whole", "five or more", "by five"])
def test_random_tables_give_nothing_away(rounding: Rounding) -> None:
    seen: list[Hashable] = []
    withheld_cells = 0
    for seed in range(TABLES):
        counts, said, k = random_table(seed, rounding)
        hidden = withheld(counts, k)
        withheld_cells += int(hidden.sum())
        seen += worked_out(published(counts, hidden), said, k, rounding)
        small = (np.array(counts.values) > 0) & (np.array(counts.values) < k)
        assert hidden[small].all()
    assert withheld_cells > TABLES
    assert seen == []


def test_hiding_only_small_cells_gives_some_away() -> None:
    """What the linear programmes are for, and a proof that the audit can say no (FINDINGS 23)."""
    seen = 0
    for seed in range(40):
        counts, said, k = random_table(seed)
        values = np.array(counts.values)
        seen += len(worked_out(published(counts, (values > 0) & (values < k)), said, k))
    assert seen > 40


def test_who_knows_the_rounding_works_more_out_and_the_audit_refuses_it() -> None:
    """Tables whose source writes nobody as 1 to 4, protected as if it did: without the knowledge nothing follows, with it some does."""
    without = knowing = 0
    for seed in range(40):
        counts, said, k = random_table(seed, UNHCR)
        counts.rounding = [WHOLE] * len(counts.rounding)
        figures = published(counts, withheld(counts, k))
        without += len(worked_out(figures, said, k))
        knowing += len(worked_out(figures, said, k, UNHCR))
    assert without == 0
    assert knowing > 20


def test_nine_left_of_two_is_five_or_more_and_nobody() -> None:
    """Two cells are 9 together: below 5 is nobody's number, so one is 9 and the other nobody, and both are seen to be below 10."""
    figures: Cells = {"a": None, "b": None, "total": 9}
    said = [total(["a", "b"], "total")]
    (piece,), _ = pieces(figures, said, rounding=dict.fromkeys(figures, UNHCR))
    assert sorted(piece.may_be({"a": 1.0}).tolist())[0] in (0.0, 9.0)
    assert piece.can_be({"a": 1.0}, low=9) and piece.can_be({"a": 1.0}, high=0)
    assert not piece.can_be({"a": 1.0}, low=1, high=8)
    (piece,), _ = pieces(figures, said)
    assert piece.can_be({"a": 1.0}, low=1, high=8)


def test_figures_that_contradict_the_rounding_are_read_without_it() -> None:
    """A total of 3 beside two withheld cells of a source that writes nobody as 1 to 4: that source did not write it."""
    figures: Cells = {"a": None, "b": None, "total": 3}
    (piece,), _ = pieces(figures, [total(["a", "b"], "total")], rounding=dict.fromkeys(figures, UNHCR))
    assert not piece.is_contradicted
    assert piece.can_be({"a": 1.0}, low=1, high=2)


def test_one_cell_shown_again_is_found_out() -> None:
    found = shown = 0
    for seed in range(25):
        counts, said, k = random_table(seed)
        hidden = withheld(counts, k)
        for number in [n for n in np.flatnonzero(hidden) if counts.values[n] >= k]:
            again = hidden.copy()
            again[number] = False
            shown += 1
            found += bool(worked_out(published(counts, again), said, k))
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
