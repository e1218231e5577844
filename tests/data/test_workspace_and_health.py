"""The workspace loses nothing it acknowledged, and health says in words what is wrong."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from data.errors import WorkspaceUnavailable
from data.health import check_disk, health
from data.workspace import check_writable, workspace_engine, workspace_url


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'workspace.sqlite'}"


def test_sqlite_is_set_to_survive_a_power_cut(tmp_path: Path) -> None:
    engine = workspace_engine(url(tmp_path))
    with engine.begin() as connection:
        settings = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "busy_timeout")]
    assert settings == ["wal", 2, 30_000]


def test_writers_wait_for_one_another(tmp_path: Path) -> None:
    engine = workspace_engine(url(tmp_path))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE counter (n INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))

    def add() -> None:
        for _ in range(25):
            with engine.begin() as connection:
                n = connection.execute(text("SELECT n FROM counter")).scalar_one()
                connection.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})

    writers = [threading.Thread(target=add) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with engine.begin() as connection:
        assert connection.execute(text("SELECT n FROM counter")).scalar_one() == 100


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    engine = workspace_engine(url(tmp_path))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (n INTEGER)"))
    with pytest.raises(RuntimeError), engine.begin() as connection:
        connection.execute(text("INSERT INTO note VALUES (1)"))
        raise RuntimeError
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM note")).scalar_one() == 0


def test_writable_is_checked_by_writing(tmp_path: Path) -> None:
    engine = workspace_engine(url(tmp_path))
    check_writable(engine)
    check_writable(engine)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WorkspaceUnavailable, match="ANCRAGE_WORKSPACE_URL"):
        check_writable(workspace_engine(f"sqlite:///{tmp_path / 'file' / 'w.sqlite'}"))
    with pytest.raises(WorkspaceUnavailable):
        workspace_engine("no-such-database://x")


def test_the_default_is_a_file_beside_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(tmp_path))
    monkeypatch.delenv("ANCRAGE_WORKSPACE_URL", raising=False)
    assert workspace_url() == url(tmp_path)
    monkeypatch.setenv("ANCRAGE_WORKSPACE_URL", "postgresql://db/ancrage")
    assert workspace_url() == "postgresql://db/ancrage"


def test_health_of_a_whole_and_of_a_broken_house(store_folder: Path, tmp_path: Path) -> None:
    whole = health(store_folder, url(tmp_path))
    assert whole["ready"] and whole["store"]["ok"] and whole["workspace"]["ok"] and whole["disk"]["ok"]
    broken = health(tmp_path / "nowhere", url(tmp_path))
    assert not broken["ready"] and not broken["store"]["ok"]
    assert "python -m data build" in broken["store"]["message_fr"]


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    full = check_disk(tmp_path, needed=2**62)
    assert not full["ok"] and "libérez de la place" in full["message_fr"]
