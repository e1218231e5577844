"""Releases that give nothing away alone, and something together: two, and three of which no two do."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from data.protection.audit import AuditReport, audit_figures
from data.protection.bounds import total
from data.protection.differencing import audit_against
from data.protection.published import Published

CELLS = ("a", "b", "c", "d")


def release(whole: float | None, *cells: float | None) -> Published:
    """A row of four cells and their sum; None is withheld."""
    names = [("row", name) for name in CELLS]
    figures = dict(zip([*names, ("row", "total")], [*cells, whole], strict=True))
    return Published(10, figures=figures, statements=[total(names, ("row", "total"))])  # type: ignore[arg-type]


def together(now: Published, *before: Published) -> set[str]:
    """The cells that all give away together, and no fewer of them: the newest before first."""
    for one in (now, *before):
        alone = AuditReport("", 10)
        audit_figures(one, alone)
        assert alone.leaks == []
    for later, *earlier in combinations((now, *before), len(before)) if len(before) > 1 else ():
        fewer = AuditReport("", 10)
        audit_against(later, earlier, fewer)
        assert fewer.leaks == []
    report = AuditReport("", 10)
    audit_against(now, before, report)
    assert {leak.kind for leak in report.leaks} <= {"before" if len(before) == 1 else "together"}
    return {leak.cell for leak in report.leaks}


def test_the_same_release_twice_says_no_more() -> None:
    assert together(release(140, None, None, 20, 100), release(140, None, None, 20, 100)) == set()


def test_another_cell_that_helps_gives_the_small_one_away() -> None:
    """3 and 17 were withheld, now 3 and 20 are: 140 - 17 - 20 - 100 is known."""
    assert together(release(140, None, 17, None, 100), release(140, None, None, 20, 100)) == {"a"}


def test_a_revised_cell_is_the_difference_to_what_did_not_change() -> None:
    """The first two were 20 together and still are, so that the third, now 4 and withheld, is what is left of 24."""
    assert together(release(124, None, None, None, 100), release(140, None, None, 20, 100)) == {"c"}


def test_a_revised_total_alone_gives_nothing_away() -> None:
    """One of the two that are withheld grew by 5: nobody knows which, nor what it was."""
    assert together(release(145, None, None, 20, 100), release(140, None, None, 20, 100)) == set()


def test_what_was_shown_cannot_be_taken_back() -> None:
    """A threshold was raised: 17 is withheld now and was published before; that the two say 17 is no news."""
    assert together(release(140, 23, None, None, 100), release(140, 23, 17, 0, 100)) == set()


def leaking_before(now: Published, before: Published) -> set[str]:
    alone = AuditReport("", 10)
    audit_figures(before, alone)
    assert alone.leaks
    found = []
    for one in (before, replace(before, is_before_rounding=True)):
        report = AuditReport("", 10)
        audit_against(now, [one], report)
        found.append({leak.cell for leak in report.leaks})
    assert found[0] > found[1] or found[0] == found[1] != set()
    return found[1]


def test_what_a_release_before_gave_away_by_itself_is_no_leak_of_the_next() -> None:
    """The one before, made when nobody reckoned with rounding, left 20 to a alone; the next withholds a and c, and adds nothing."""
    assert leaking_before(release(140, None, None, 20, 100), release(140, None, 20, 20, 100)) == set()


def test_a_figure_that_was_seen_below_the_threshold_may_not_become_known() -> None:
    """The one before left 9 to a and b together; the next shows b, 3, beside a, c and d, of which c and d can be told from the one before."""
    assert leaking_before(release(129, None, 3, None, None), release(129, None, None, 20, 100)) == {"a"}


def test_three_releases_leave_one_cell_that_no_two_leave() -> None:
    """Each withholds three, any two have two in common, all three only the first: 3."""
    assert together(release(140, None, 17, None, None), release(140, None, None, 20, None), release(140, None, None, None, 100)) == {"a"}


def test_three_releases_with_a_revised_cell_give_it_away() -> None:
    """The first two releases together say that a and b are 20; in the third c was revised, and is what the three of them are less 20."""
    assert together(release(145, None, None, None, 100), release(140, None, None, 20, None), release(140, None, None, None, 100)) == {"c"}


def test_a_release_of_another_row_between_says_nothing() -> None:
    other = release(70, None, None, 20, 40)
    between = Published(
        10, figures={("other", name): value for (_, name), value in other.figures.items()},
        statements=[total([("other", name) for name in CELLS], ("other", "total"))])
    report = AuditReport("", 10)
    audit_against(release(140, None, 17, None, 100), [between, release(140, None, None, 20, 100)], report)
    assert [(leak.cell, leak.kind) for leak in report.leaks] == [("a", "before")]


@given(st.lists(st.integers(0, 40), min_size=4, max_size=4), st.lists(st.sets(st.sampled_from(range(4)), min_size=2), min_size=2, max_size=4))
@settings(max_examples=60, deadline=None)
def test_what_is_said_to_leak_is_what_stands_there(cells: list[int], hidden: list[set[int]]) -> None:
    """Whatever several releases of the same cells withhold, a figure said to be known is the true one."""
    releases = [release(sum(cells), *(None if place in one else value for place, value in enumerate(cells))) for one in hidden]
    report = AuditReport("", 10)
    audit_against(releases[0], releases[1:], report)
    truth = dict(zip(CELLS, cells, strict=True))
    kept = set.intersection(*hidden)
    for leak in report.leaks:
        assert leak.low is not None and leak.high is not None and leak.low - 1e-6 <= truth[leak.cell] <= leak.high + 1e-6
    if len(kept) == 1 and all(len(one) > 1 for one in hidden):
        assert {leak.cell for leak in report.leaks} >= {CELLS[place] for place in kept}
