"""Rows typed cell by cell: whole ones count at once, the others are kept beside the scenario with what is missing, and nothing is lost."""

from __future__ import annotations

import pytest
import streamlit as st
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from ui import state, typed_rows, unfinished
from ui.typed_rows import CAPS, EARMARKS, FLOORS, STANCES

ROWS = some.fixed_dictionaries({"place": some.sampled_from([None, "AF01", "AF02"]), "share": some.sampled_from([None, 0, 7, 50, 140])})


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """A session of its own, in Afghanistan."""
    monkeypatch.setattr(st, "session_state", {})
    state.put("country", "AFG")


def type_into(table, added=(), changed=None, deleted=()):
    """What the browser tells after an edit: all edits since the editor was drawn."""
    key, _ = typed_rows.drawn(table)
    st.session_state[key] = {"edited_rows": changed or {}, "added_rows": list(added), "deleted_rows": list(deleted)}
    typed_rows.take(table)
    return typed_rows.waiting(table)


def test_a_row_counts_as_soon_as_it_is_whole_and_the_editor_goes_on():
    waits = type_into(FLOORS, [{"place": "AF01"}])
    assert [one.missing for one in waits] == [("share",)] and not state.scenario().floors
    key = typed_rows.drawn(FLOORS)[0]
    assert type_into(FLOORS, [{"place": "AF01", "share": 7}]) == []
    assert state.scenario().floors == {"AF01": 0.07} and not unfinished.everything()
    assert typed_rows.drawn(FLOORS)[0] == key


def test_two_rows_of_one_place_do_not_replace_each_other():
    waits = type_into(FLOORS, [{"place": "AF01", "share": 50}, {"place": "AF01", "share": 90}])
    assert state.scenario().floors == {"AF01": 0.5} and [one.twice for one in waits] == [True]


@pytest.mark.parametrize(
    ("table", "row", "refused"),
    [(STANCES, {"area": "AF01", "stance": "watch", "reason": "x"}, "reason"), (EARMARKS, {"donor": "B", "amount": 1e12}, "amount"),
     (FLOORS, {"place": "AF01", "share": 140}, "AF01"), (CAPS, {"code": "A16", "units": 1.5}, "A16")],
)
def test_a_value_that_cannot_be_taken_waits_and_the_scenario_stays(table, row, refused):
    before = state.scenario()
    waits = type_into(table, [row])
    assert [one.refused and one.refused[0] for one in waits] == [refused] and state.scenario() == before


def test_a_scenario_that_changes_elsewhere_makes_a_new_editor_with_its_rows():
    type_into(FLOORS, [{"place": "AF01", "share": 50}])
    key = typed_rows.drawn(FLOORS)[0]
    state.set_scenario(floors={"AF02": 0.3})
    again, rows = typed_rows.drawn(FLOORS)
    assert again != key and rows == [{"place": "AF02", "share": 30.0}]


@given(rows=some.lists(ROWS, max_size=5))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_row_is_lost_and_none_counts_twice(rows):
    st.session_state.clear()
    state.put("country", "AFG")
    waits = type_into(FLOORS, rows)
    written = [row for row in rows if any(value is not None for value in row.values())]
    assert len(waits) + len(state.scenario().floors) == len(written)
    # drawn anew, as after a reload, the same rows stand
    assert len(typed_rows.drawn(FLOORS)[1]) in (0, len(written))
    del st.session_state["constraints.floors"]
    assert len(typed_rows.drawn(FLOORS)[1]) == len(written)
