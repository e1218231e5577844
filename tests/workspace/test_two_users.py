"""Two users on the same scenarios, in any order: nothing is overwritten silently and nothing is lost.

`make test` takes a short walk; ANCRAGE_LONG_TESTS=1 takes one of 20,000 steps and more.
"""

from __future__ import annotations

import os
import tempfile
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from data.workspace import scenarios
from data.workspace.scenarios import Conflict, Content, Deleted
from data.workspace.schema import open_workspace
from tests.workspace.conftest import AWA, BEN

LONG = bool(os.environ.get("ANCRAGE_LONG_TESTS"))
USERS = (AWA, BEN)
STEPS = {"taken": 0}

users = st.sampled_from((0, 1))
budgets = st.integers(0, 5)


class TwoUsers(RuleBasedStateMachine):
    """Each user acts on the version they last saw; a plain list of versions says what must be there."""

    known = Bundle("known")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.engine = open_workspace(f"sqlite:///{self.folder.name}/w.sqlite")
        self.kept: dict[str, list[Content]] = {}
        self.gone: set[str] = set()
        self.seen: tuple[dict[str, int], dict[str, int]] = ({}, {})

    def teardown(self) -> None:
        self.engine.dispose()
        self.folder.cleanup()

    def _content(self, budget: int, name: str = "A") -> Content:
        return Content("COD", 1, name, "", {"budget": budget})

    @rule(target=known, user=users, budget=budgets)
    def create(self, user: int, budget: int) -> str:
        made = scenarios.create(self.engine, USERS[user], self._content(budget))
        self.kept[made.scenario_id] = [self._content(budget)]
        self.seen[user][made.scenario_id] = 1
        return made.scenario_id

    @rule(user=users, which=known)
    def look(self, user: int, which: str) -> None:
        found = scenarios.opened(self.engine, USERS[user], which)
        assert (found.latest.version, found.latest.content) == (len(self.kept[which]), self.kept[which][-1])
        assert (found.deleted_at is not None) == (which in self.gone)
        self.seen[user][which] = found.latest.version

    @rule(user=users, which=known, budget=budgets)
    def save(self, user: int, which: str, budget: int) -> None:
        mine = self._content(budget)
        self._write(user, which, mine, lambda seen: scenarios.save(self.engine, USERS[user], which, seen, mine))

    @rule(user=users, which=known, back=st.integers(0, 30))
    def restore(self, user: int, which: str, back: int) -> None:
        version = 1 + back % len(self.kept[which])
        old = self.kept[which][version - 1]
        self._write(user, which, old, lambda seen: scenarios.restore(self.engine, USERS[user], which, seen, version))

    @rule(target=known, user=users, which=known, back=st.integers(0, 30))
    def fork(self, user: int, which: str, back: int) -> str:
        version = 1 + back % len(self.kept[which])
        made = scenarios.fork(self.engine, USERS[user], which, version, "B")
        self.kept[made.scenario_id] = [Content("COD", 1, "B", "", self.kept[which][version - 1].values)]
        self.seen[user][made.scenario_id] = 1
        return made.scenario_id

    @rule(user=users, which=known)
    def delete(self, user: int, which: str) -> None:
        seen = self.seen[user].get(which, 1)
        try:
            scenarios.delete(self.engine, USERS[user], which, seen)
            assert which not in self.gone and seen == len(self.kept[which])
            self.gone.add(which)
        except Conflict as told:
            assert seen < len(self.kept[which]) and told.theirs.content == self.kept[which][-1]
        except Deleted:
            assert which in self.gone

    @rule(user=users, which=known)
    def bring_back(self, user: int, which: str) -> None:
        scenarios.bring_back(self.engine, USERS[user], which)
        self.gone.discard(which)

    def _write(self, user: int, which: str, mine: Content, act: Any) -> None:
        seen, stack = self.seen[user].get(which, 1), self.kept[which]
        try:
            written = act(seen)
        except Deleted:
            assert which in self.gone
            return
        except Conflict as told:
            # told, with both versions, and nothing written
            assert seen < len(stack) and told.theirs.version == len(stack)
            assert told.theirs.content == stack[-1] and told.mine == mine
            return
        assert which not in self.gone and seen == len(stack)
        if stack[-1] != mine:
            stack.append(mine)
        assert (written.version, written.content) == (len(stack), mine)
        self.seen[user][which] = written.version

    @invariant()
    def every_version_ever_written_is_there_unchanged(self) -> None:
        STEPS["taken"] += 1
        for which in list(self.kept)[-2:]:
            found = scenarios.history(self.engine, AWA, which)
            assert [r.content for r in reversed(found)] == self.kept[which] and all(r.intact for r in found)

    @invariant()
    def lists_show_what_is_there(self) -> None:
        shown = {kept.id for kept in scenarios.listed(self.engine, BEN)}
        assert shown == set(self.kept) - self.gone


def test_two_users_never_overwrite_one_another() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    examples, steps = (250, 80) if LONG else (12, 40)
    run_state_machine_as_test(
        TwoUsers, settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck))
    )
    print(f"{STEPS['taken']} steps")
    assert STEPS["taken"] >= (10_000 if LONG else 300)
