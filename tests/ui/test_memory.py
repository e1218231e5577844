"""Results are kept under their full key and never grow without bound."""

import pytest

from ui.memory import Memory


def test_a_result_is_built_once_for_a_key():
    memory, built = Memory(), []
    for _ in range(3):
        assert memory.recall(("name", "officer", "gen-1", "fr"), lambda: built.append(1) or "fr") == "fr"
    assert memory.recall(("name", "officer", "gen-1", "en"), lambda: "en") == "en"
    assert memory.recall(("name", "donor", "gen-1", "fr"), lambda: "protected") == "protected"
    assert len(built) == 1


def test_the_least_used_is_forgotten_first():
    memory = Memory(kept=2)
    memory.recall("a", lambda: 1)
    memory.recall("b", lambda: 2)
    memory.recall("a", lambda: 0)
    memory.recall("c", lambda: 3)
    assert memory.recall("a", lambda: "again") == 1
    assert memory.recall("b", lambda: "again") == "again"


def test_a_failure_is_not_kept():
    memory = Memory()
    with pytest.raises(ZeroDivisionError):
        memory.recall("a", lambda: 1 / 0)
    assert memory.recall("a", lambda: 1) == 1
