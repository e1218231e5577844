"""Every function that writes asks who writes: each of them with each role, and none that is not on the list."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.errors import DataError
from data.workspace.actor import RIGHTS, ROLES, NotAllowed, Role
from data.workspace.schema import open_workspace
from tests.audience.people import actor
from tests.audience.writes import READS, WRITES, World

DATA = Path(__file__).resolve().parents[2] / "data"
NO_PERSON = {"schema.bring_up_to_date"}
"""Writes that no person asks for: migrations."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    engine = open_workspace(f"sqlite:///{tmp_path / 'w.sqlite'}")
    yield World(engine, tmp_path)
    engine.dispose()


@pytest.mark.parametrize("role", ROLES)
def test_every_write_with_every_role(world: World, role: Role) -> None:
    for name, (right, act) in WRITES.items():
        before = world.rows()
        if right in RIGHTS[role]:
            continue
        with pytest.raises(NotAllowed):
            act(world, actor(role))
        assert world.rows() == before, f"{name} by {role} changed something"


@pytest.mark.parametrize("name", WRITES)
def test_every_write_works_for_whom_it_is_open_to(world: World, name: str) -> None:
    right, act = WRITES[name]
    allowed = [role for role in ROLES if right in RIGHTS[role]]
    assert "officer" in allowed
    try:
        act(world, actor(allowed[-1]))
    except NotAllowed:
        raise
    except DataError as refused:
        # allowed, and then nothing to undo: a store of this test has one generation at most
        assert name == "undoing.undo", refused


@pytest.mark.parametrize("role", ROLES)
def test_every_read_of_what_people_wrote_with_every_role(world: World, role: Role) -> None:
    for right, act in READS.values():
        if right in RIGHTS[role]:
            act(world, actor(role))
        else:
            with pytest.raises(NotAllowed):
                act(world, actor(role))


def test_a_new_function_that_takes_an_actor_is_on_a_list() -> None:
    known = set(WRITES) | set(READS)
    found = {name for name, function in public_functions() if "actor" in {argument.arg for argument in function.args.args}}
    unnamed = {name for name in found - known if not name.startswith(("actor.", "planning."))}
    assert not unnamed, f"in no matrix: {sorted(unnamed)}"
    assert known <= found, f"gone: {sorted(known - found)}"


def test_a_function_that_opens_a_transaction_to_write_asks_first() -> None:
    for name, function in public_functions():
        calls = [node.func.id for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        if "writing" in calls and name not in NO_PERSON:
            assert name in WRITES, f"{name} writes and is in no matrix"
            first = function.body[1] if ast.get_docstring(function) else function.body[0]
            assert ast.unparse(first).startswith("authorise(actor, "), f"{name} does something before it asks"


def public_functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    """(module.function, its tree) of the rooms that write what people ask for."""
    files = [*(DATA / "workspace").glob("*.py"), DATA / "importing" / "process.py", DATA / "importing" / "undoing.py"]
    for path in files:
        if path.stem in ("commands", "engine"):
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield f"{path.stem}.{node.name}", node
