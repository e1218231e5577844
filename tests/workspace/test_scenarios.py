"""Scenarios are kept with every version; nobody saves over what they have not seen; every write asks for the right."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, text, update

from data.errors import DataError
from data.workspace import scenarios
from data.workspace.actor import RIGHTS, NotAllowed
from data.workspace.scenarios import Conflict, Content, Damaged, Deleted, NoSuchScenario
from data.workspace.tables import audit, revision
from tests.workspace.conftest import AWA, BEN, DONOR, VOTER


def content(budget: float, name: str = "Base") -> Content:
    return Content("COD", 1, name, "", {"budget": budget, "stance_overrides": {"CD61": {"stance": "support", "reason": "décidé"}}})


def test_what_was_saved_is_read_back_with_who_and_when(engine):
    first = scenarios.create(engine, AWA, content(1e6))
    scenarios.save(engine, BEN, first.scenario_id, 1, content(2e6, "Réduit"))
    newest, oldest = scenarios.history(engine, BEN, first.scenario_id)
    assert (newest.version, newest.by_name, newest.content) == (2, "Ben", content(2e6, "Réduit"))
    assert (oldest.version, oldest.by_name, oldest.content) == (1, "Awa", content(1e6))
    assert newest.at > oldest.at and newest.at.endswith("Z") and newest.intact and oldest.intact
    assert [kept.latest.content.name for kept in scenarios.listed(engine, BEN, "COD")] == ["Réduit"]
    assert scenarios.listed(engine, BEN, "AFG") == []


def test_the_second_of_two_users_is_told_and_sees_both_versions(engine):
    first = scenarios.create(engine, AWA, content(1e6))
    scenarios.save(engine, AWA, first.scenario_id, 1, content(2e6))
    with pytest.raises(Conflict) as caught:
        scenarios.save(engine, BEN, first.scenario_id, 1, content(3e6))
    assert caught.value.theirs.content == content(2e6)
    assert caught.value.mine == content(3e6)
    assert "Awa" in caught.value.message_fr and "Awa" in caught.value.message_en
    assert len(scenarios.history(engine, AWA, first.scenario_id)) == 2
    # having seen it, the second decides: theirs stays in the history
    scenarios.save(engine, BEN, first.scenario_id, caught.value.theirs.version, content(3e6))
    assert [r.content.values["budget"] for r in scenarios.history(engine, AWA, first.scenario_id)] == [3e6, 2e6, 1e6]


def test_of_many_who_save_at_once_one_succeeds(engine):
    first = scenarios.create(engine, AWA, content(1e6))
    outcomes: list[str] = []

    def save(budget: float) -> None:
        try:
            scenarios.save(engine, AWA, first.scenario_id, 1, content(budget))
            outcomes.append("saved")
        except Conflict:
            outcomes.append("conflict")

    savers = [threading.Thread(target=save, args=(2e6 + n,)) for n in range(6)]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join()
    assert sorted(outcomes) == ["conflict"] * 5 + ["saved"]
    assert len(scenarios.history(engine, AWA, first.scenario_id)) == 2


def test_an_old_version_comes_back_as_a_new_one(engine):
    first = scenarios.create(engine, AWA, content(1e6))
    scenarios.save(engine, AWA, first.scenario_id, 1, content(2e6))
    back = scenarios.restore(engine, BEN, first.scenario_id, 2, 1)
    assert (back.version, back.reason, back.content) == (3, "restored", content(1e6))
    with pytest.raises(Conflict):
        scenarios.restore(engine, BEN, first.scenario_id, 2, 1)


def test_a_fork_goes_its_own_way(engine):
    first = scenarios.create(engine, AWA, content(1e6))
    copy = scenarios.fork(engine, BEN, first.scenario_id, 1, "Copie")
    scenarios.save(engine, BEN, copy.scenario_id, 1, content(9e6, "Copie"))
    kept = scenarios.opened(engine, AWA, copy.scenario_id)
    assert (kept.forked_from, kept.forked_version) == (first.scenario_id, 1)
    assert scenarios.opened(engine, AWA, first.scenario_id).latest.content == content(1e6)


def test_a_deletion_is_undone_and_a_deleted_scenario_takes_no_save(engine):
    first = scenarios.create(engine, AWA, content(1e6))
    scenarios.save(engine, BEN, first.scenario_id, 1, content(2e6))
    with pytest.raises(Conflict):
        scenarios.delete(engine, AWA, first.scenario_id, 1)
    scenarios.delete(engine, AWA, first.scenario_id, 2)
    assert scenarios.listed(engine, AWA) == []
    assert [kept.deleted_by for kept in scenarios.listed(engine, AWA, deleted=True)] == ["Awa"]
    with pytest.raises(Deleted, match="bring it back"):
        scenarios.save(engine, BEN, first.scenario_id, 2, content(3e6))
    assert scenarios.bring_back(engine, BEN, first.scenario_id).content == content(2e6)
    assert len(scenarios.listed(engine, AWA)) == 1


def test_saving_the_same_again_writes_nothing(engine):
    first = scenarios.create(engine, AWA, content(1e6))
    assert scenarios.save(engine, AWA, first.scenario_id, 1, content(1e6)).version == 1
    assert len(scenarios.history(engine, AWA, first.scenario_id)) == 1


def test_a_damaged_revision_is_noticed_and_not_restored(engine):
    first = scenarios.create(engine, AWA, content(1e6))
    scenarios.save(engine, AWA, first.scenario_id, 1, content(2e6))
    with engine.begin() as connection:
        damaged = connection.execute(select(revision.c.content).where(revision.c.version == 1)).scalar_one().replace("1000000.0", "1000001.0")
        connection.execute(update(revision).where(revision.c.version == 1).values(content=damaged))
    assert [r.intact for r in scenarios.history(engine, AWA, first.scenario_id)] == [True, False]
    with pytest.raises(Damaged):
        scenarios.restore(engine, AWA, first.scenario_id, 2, 1)
    with engine.begin() as connection:
        connection.execute(text("UPDATE revision SET content = 'not JSON' WHERE version = 2"))
    assert not scenarios.opened(engine, AWA, first.scenario_id).latest.intact


def test_an_unknown_scenario_and_a_name_that_is_none_are_said(engine):
    with pytest.raises(NoSuchScenario, match="nowhere"):
        scenarios.opened(engine, AWA, "nowhere")
    with pytest.raises(DataError, match="needs a name"):
        content(1, " ")
    with pytest.raises(DataError, match="120"):
        content(1, "x" * 121)


@pytest.mark.parametrize("actor", [DONOR, VOTER])
def test_every_write_is_refused_to_those_without_the_right(engine, actor):
    first = scenarios.create(engine, AWA, content(1e6))
    attempts = (
        lambda: scenarios.create(engine, actor, content(1)),
        lambda: scenarios.save(engine, actor, first.scenario_id, 1, content(2)),
        lambda: scenarios.restore(engine, actor, first.scenario_id, 1, 1),
        lambda: scenarios.fork(engine, actor, first.scenario_id, 1, "x"),
        lambda: scenarios.delete(engine, actor, first.scenario_id, 1),
        lambda: scenarios.bring_back(engine, actor, first.scenario_id),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowed, match=actor.role):
            attempt()
    assert len(scenarios.history(engine, AWA, first.scenario_id)) == 1
    if "read" not in RIGHTS[actor.role]:
        with pytest.raises(NotAllowed):
            scenarios.listed(engine, actor)


def test_every_write_leaves_a_line_in_the_audit(engine):
    first = scenarios.create(engine, AWA, content(1e6))
    scenarios.save(engine, BEN, first.scenario_id, 1, content(2e6))
    scenarios.delete(engine, AWA, first.scenario_id, 2)
    scenarios.bring_back(engine, BEN, first.scenario_id)
    with engine.begin() as connection:
        rows = connection.execute(select(audit.c.by_id, audit.c.role, audit.c.action).order_by(audit.c.id)).all()
    assert [tuple(row) for row in rows] == [
        ("awa", "officer", "scenario.created"),
        ("ben", "facilitator", "scenario.saved"),
        ("awa", "officer", "scenario.delete"),
        ("ben", "facilitator", "scenario.bring_back"),
    ]
