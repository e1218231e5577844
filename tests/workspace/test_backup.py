"""A backup gives everything back, in any database, and says when it is damaged; migrations make the declared tables."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, text
from sqlalchemy.exc import OperationalError

from data.errors import WorkspaceUnavailable
from data.workspace import backup, entries, scenarios
from data.workspace.backup import BackupRefused
from data.workspace.engine import workspace_engine
from data.workspace.schema import HEAD, MIGRATIONS, bring_up_to_date, current, open_workspace
from data.workspace.tables import metadata
from tests.workspace.conftest import AWA
from tests.workspace.test_entries import score
from tests.workspace.test_scenarios import content

HOUSE = Path(__file__).resolve().parents[2]


def filled(engine) -> str:
    first = scenarios.create(engine, AWA, content(1e6))
    scenarios.save(engine, AWA, first.scenario_id, 1, content(2e6, "Élargi"))
    entries.enter(engine, AWA, "score", score(0.5))
    return first.scenario_id


def test_a_backup_gives_everything_back(engine, fresh, tmp_path):
    which = filled(engine)
    counts = backup.backup(engine, AWA, tmp_path / "kept" / "w.jsonl.gz")
    assert (counts["scenario"], counts["revision"], counts["score"]) == (1, 2, 1)
    other = open_workspace(fresh())
    assert backup.restore(other, AWA, tmp_path / "kept" / "w.jsonl.gz") == counts
    assert scenarios.history(other, AWA, which) == scenarios.history(engine, AWA, which)
    # and work goes on after it
    scenarios.save(other, AWA, which, 2, content(3e6))
    entries.enter(other, AWA, "score", score(1.0))
    other.dispose()


def test_a_workspace_that_holds_rows_is_replaced_only_on_request(engine, tmp_path):
    filled(engine)
    backup.backup(engine, AWA, tmp_path / "w.gz")
    extra = scenarios.create(engine, AWA, content(5e6))
    with pytest.raises(BackupRefused, match="--replace"):
        backup.restore(engine, AWA, tmp_path / "w.gz")
    assert len(scenarios.listed(engine, AWA)) == 2
    backup.restore(engine, AWA, tmp_path / "w.gz", replace=True)
    assert extra.scenario_id not in {kept.id for kept in scenarios.listed(engine, AWA)}


@pytest.mark.parametrize("harm", ["flip", "cut", "no hash", "not a backup"])
def test_a_damaged_backup_changes_nothing(engine, tmp_path, harm):
    filled(engine)
    target = tmp_path / "w.gz"
    backup.backup(engine, AWA, target)
    whole = target.read_bytes()
    if harm == "flip":
        target.write_bytes(whole[:200] + bytes([whole[200] ^ 1]) + whole[201:])
    elif harm == "cut":
        target.write_bytes(whole[:-30])
    elif harm == "no hash":
        (tmp_path / "w.gz.sha256").unlink()
    else:
        target.write_text("not a backup")
        (tmp_path / "w.gz.sha256").write_text(f"{backup._sha256(target)}  w.gz\n")
    with pytest.raises(BackupRefused):
        backup.restore(engine, AWA, target, replace=True)
    assert len(scenarios.listed(engine, AWA)) == 1
    with pytest.raises(BackupRefused, match="already exists"):
        backup.backup(engine, AWA, target)


def test_a_cut_that_was_hashed_is_noticed_by_its_counts(engine, tmp_path):
    import gzip

    filled(engine)
    target = tmp_path / "w.gz"
    backup.backup(engine, AWA, target)
    lines = gzip.decompress(target.read_bytes()).splitlines(keepends=True)
    target.write_bytes(gzip.compress(b"".join(lines[:-2])))
    (tmp_path / "w.gz.sha256").write_text(f"{backup._sha256(target)}  w.gz\n")
    with pytest.raises(BackupRefused, match="incomplete"):
        backup.restore(engine, AWA, target, replace=True)
    assert len(scenarios.listed(engine, AWA)) == 1


def test_the_commands_say_what_they_did(tmp_path):
    environment = {**os.environ, "ANCRAGE_WORKSPACE_URL": f"sqlite:///{tmp_path / 'w.sqlite'}"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "data", *arguments], cwd=HOUSE, env=environment, capture_output=True, text=True)

    filled(open_workspace(environment["ANCRAGE_WORKSPACE_URL"]))
    done = run("backup", str(tmp_path / "b.gz"))
    assert done.returncode == 0 and "2 revision" in done.stdout
    hashed = subprocess.run(["sha256sum", "--check", "b.gz.sha256"], cwd=tmp_path, capture_output=True, text=True)
    assert hashed.returncode == 0
    refused = run("restore", str(tmp_path / "b.gz"))
    assert refused.returncode == 3 and "--replace" in refused.stderr
    assert run("restore", str(tmp_path / "b.gz"), "--replace").returncode == 0


def test_the_migrations_make_the_declared_tables(engine):
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert differences == []
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD == current(engine)


def test_two_processes_that_start_at_once_wait_for_one_another(fresh):
    url, faults = fresh(), []

    def start() -> None:
        try:
            open_workspace(url).dispose()
        except WorkspaceUnavailable as error:
            faults.append(error)

    starts = [threading.Thread(target=start) for _ in range(8)]
    for one in starts:
        one.start()
    for one in starts:
        one.join()
    assert faults == []


def test_many_who_open_a_new_file_at_once_all_get_in(tmp_path):
    # SQLite answers "locked" at once, without its own patience, to one of those who change a new file's journal together
    faults: list[Exception] = []
    for number in range(60):
        together = threading.Barrier(8)

        def connect(url: str = f"sqlite:///{tmp_path / str(number)}.sqlite", together: threading.Barrier = together) -> None:
            together.wait()
            try:
                engine = workspace_engine(url)
                engine.connect().close()
                engine.dispose()
            except OperationalError as error:
                faults.append(error)

        starts = [threading.Thread(target=connect) for _ in range(8)]
        for one in starts:
            one.start()
        for one in starts:
            one.join()
    assert faults == []


def test_a_workspace_from_a_newer_version_is_left_alone(engine):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WorkspaceUnavailable, match="newer version"):
        bring_up_to_date(engine)


def test_a_backup_from_before_the_roles_is_read(engine, tmp_path, monkeypatch):
    filled(engine)
    with monkeypatch.context() as earlier:
        earlier.setattr(backup, "HEAD", "0001")
        earlier.setattr(backup, "metadata", _without(metadata, "role_grant"))
        assert "role_grant" not in backup.backup(engine, AWA, tmp_path / "w.gz")
    assert backup.restore(engine, AWA, tmp_path / "w.gz", replace=True)["role_grant"] == 0


def _without(whole: MetaData, name: str) -> MetaData:
    rest = MetaData()
    for table in whole.sorted_tables:
        if table.name != name:
            table.to_metadata(rest)
    return rest
