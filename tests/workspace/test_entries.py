"""Scores, prices, structures in place and stakeholders: added, never changed; what cannot be kept is said by field."""

from __future__ import annotations

import pytest

from data.workspace import drafts, entries
from data.workspace.actor import NotAllowed
from data.workspace.entries import EntryConflict, EntryRefused
from tests.workspace.conftest import AWA, BEN, DONOR


def score(value: object, pcode: str = "COD", **more: object) -> dict[str, object]:
    return {"country": "COD", "pcode": pcode, "indicator": "CO1", "value": value, "evidence": "minutes", "assessor": "Awa", "assessed_on": "2026-11-20"} | more


def price(low: object, mode: object, high: object) -> dict[str, object]:
    return {"country": "COD", "intervention": "A16", "low": low, "mode": mode, "high": high, "evidence": "offer"}


def test_the_latest_entry_counts_and_every_one_is_kept(engine):
    first = entries.enter(engine, AWA, "score", score(0.5))
    entries.enter(engine, AWA, "score", score(1.0), seen=first)
    entries.enter(engine, AWA, "score", score(0.0, "CD61"))
    now = entries.current(engine, BEN, "score", "COD").set_index("pcode")
    assert now["value"].to_dict() == {"COD": 1.0, "CD61": 0.0}
    assert list(entries.history(engine, BEN, "score", "COD")["value"]) == [0.0, 1.0, 0.5]
    assert entries.current(engine, BEN, "score", "AFG").empty


def test_an_entry_taken_back_gives_way_to_the_one_before(engine):
    entries.enter(engine, AWA, "score", score(0.5))
    second = entries.enter(engine, AWA, "score", score(1.0))
    entries.take_back(engine, AWA, "score", second)
    assert list(entries.current(engine, AWA, "score", "COD")["value"]) == [0.5]
    only = entries.enter(engine, AWA, "price", price(1, 2, 3))
    gone = entries.take_back(engine, AWA, "price", only)
    assert entries.current(engine, AWA, "price", "COD").empty
    assert len(entries.history(engine, AWA, "price", "COD")) == 2
    # and taking that back brings the price again
    entries.take_back(engine, AWA, "price", gone)
    assert list(entries.current(engine, AWA, "price", "COD")["mode"]) == [2]


def test_nobody_takes_back_what_somebody_else_has_replaced_meanwhile(engine):
    mine = entries.enter(engine, AWA, "score", score(0.5))
    entries.enter(engine, AWA, "score", score(1.0))
    with pytest.raises(EntryConflict):
        entries.take_back(engine, AWA, "score", mine)
    assert list(entries.current(engine, AWA, "score", "COD")["value"]) == [1.0]


def test_a_figure_somebody_entered_meanwhile_is_not_replaced_unseen(engine):
    first = entries.enter(engine, AWA, "score", score(0.5), seen=0)
    entries.enter(engine, AWA, "score", score(1.0), seen=first)
    with pytest.raises(EntryConflict) as caught:
        entries.enter(engine, AWA, "score", score(0.0), seen=first)
    assert (caught.value.theirs["value"], caught.value.mine["value"]) == (1.0, 0.0)
    assert list(entries.current(engine, AWA, "score", "COD")["value"]) == [1.0]


@pytest.mark.parametrize(
    ("kind", "values", "says"),
    [
        ("price", price(0, 0, 0), "above 0"),
        ("price", price("cher", 2, 3), "cher"),
        ("price", price(5, 2, 3), "low price"),
        ("price", price(1, float("inf"), 3), "above 0"),
        ("price", price(1, None, 3), "above 0"),
        ("score", score("good"), "a number"),
        ("score", score(1, colour="red"), "colour"),
        ("score", score(1, ""), "missing"),
        ("score", score(1, evidence="x" * 5_000), "longer"),
        ("structure", {"country": "COD", "intervention": "A16", "scope_kind": "area", "scope_id": "CD61", "units": 1.5}, "whole number"),
        ("stakeholder", {"country": "COD", "name": "Ministry", "recipient_type": "public", "level": "national", "influence": 4, "interest": 1}, "0, 1, 2 or 3"),
    ],
)
def test_what_cannot_be_kept_is_said(engine, kind, values, says):
    with pytest.raises(EntryRefused, match=says) as caught:
        entries.enter(engine, AWA, kind, values)
    assert caught.value.message_fr != caught.value.message_en
    assert entries.history(engine, AWA, kind, "COD").empty


def test_of_many_rows_the_good_ones_are_kept(engine):
    kept, refused = entries.enter_all(engine, AWA, "price", [price(1, 2, 3), price(0, 2, 3), price(1, "x", 3)])
    assert len(kept) == 1
    assert [position for position, _ in refused] == [1, 2]


def test_only_officers_enter_what_the_plan_rests_on(engine):
    for actor in (BEN, DONOR):
        with pytest.raises(NotAllowed):
            entries.enter(engine, actor, "score", score(1))
    with pytest.raises(NotAllowed):
        drafts.keep(engine, DONOR, "s", {})


def test_the_mark_moves_with_every_entry_of_the_method(engine):
    before = entries.mark(engine)
    entries.enter(engine, AWA, "structure", {"country": "COD", "intervention": "A16", "scope_kind": "area", "scope_id": "CD61", "units": 2})
    assert entries.mark(engine) != before


def test_drafts_of_two_windows_do_not_write_over_each_other(engine):
    drafts.keep(engine, AWA, "one", {"budget": 1})
    drafts.keep(engine, AWA, "two", {"budget": 2})
    drafts.keep(engine, AWA, "two", {"budget": 3})
    def budgets(who, **asked):
        return [found.content["budget"] for found in drafts.listed(engine, who, **asked)]

    assert budgets(AWA, other_than="three") == [3, 1]
    assert budgets(AWA, other_than="two") == [1]
    assert budgets(BEN) == []
    drafts.discard(engine, AWA, "two")
    assert budgets(AWA) == [1]
    for number in range(15):
        drafts.keep(engine, AWA, f"window {number}", {"budget": number})
    assert budgets(AWA) == list(range(14, 4, -1))
