"""Two users on the same scenarios, in any order: nothing is overwritten silently and nothing is lost.

`make test` takes a short walk; `make long` one of 10,000 steps and more on each database.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from data.workspace import scenarios
from data.workspace.scenarios import Conflict, Content, Deleted
from data.workspace.schema import open_workspace
from tests.workspace.conftest import AWA, BEN

LONG = bool(os.environ.get("ANCRAGE_LONG_TESTS"))
USERS = (AWA, BEN)

users = st.sampled_from((0, 1))
budgets = st.integers(0, 5)


class TwoUsers(RuleBasedStateMachine):
    """Each user acts on the version they last saw; a plain list of versions says what must be there."""

    known = Bundle("known")
    empty: ClassVar[Callable[[], str]]
    taken: ClassVar[list[int]]

    def __init__(self) -> None:
        super().__init__()
        self.engine = open_workspace(type(self).empty())
        self.steps = -1  # the invariants are looked at once before the first step
        self.kept: dict[str, list[Content]] = {}
        self.gone: set[str] = set()
        self.seen: tuple[dict[str, int], dict[str, int]] = ({}, {})

    def teardown(self) -> None:
        self.engine.dispose()
        self.taken.append(self.steps)

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
        self.steps += 1
        for which in list(self.kept)[-2:]:
            found = scenarios.history(self.engine, AWA, which)
            assert [r.content for r in reversed(found)] == self.kept[which] and all(r.intact for r in found)

    @invariant()
    def lists_show_what_is_there(self) -> None:
        shown = {kept.id for kept in scenarios.listed(self.engine, BEN)}
        assert shown == set(self.kept) - self.gone


@pytest.mark.long
def test_two_users_never_overwrite_one_another(fresh: Callable[[], str]) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    walk = type("Walk", (TwoUsers,), {"empty": staticmethod(fresh), "taken": []})
    examples, steps = (250, 80) if LONG else (12, 40)
    run_state_machine_as_test(walk, settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)))
    print(f"{sum(walk.taken)} steps")
    assert sum(walk.taken) >= (10_000 if LONG else 300)
