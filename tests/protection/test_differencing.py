"""Two releases that give nothing away alone and something together."""

from __future__ import annotations

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


def together(now: Published, before: Published) -> set[str]:
    """The cells that both give away together; alone neither does."""
    for one in (now, before):
        alone = AuditReport("", 10)
        audit_figures(one, alone)
        assert alone.leaks == []
    report = AuditReport("", 10)
    audit_against(now, before, report)
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
