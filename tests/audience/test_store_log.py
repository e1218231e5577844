"""What changes the store leaves a line in the audit: who imported which file, who took it back, seen by the command that reads it."""

from __future__ import annotations

import getpass
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data.__main__ import app
from data.errors import WorkspaceUnavailable
from data.generations import current_name
from data.importing.process import Upload, start
from data.importing.undoing import undo
from data.workspace import log
from data.workspace.actor import Actor
from data.workspace.commands import operator
from tests.audience.people import actor

RETURNS = "Place,P-code,Year,Returnees\nKinshasa,CD10,2025,120\n"


def test_an_import_and_its_undoing_are_in_the_audit(store: Path, tmp_path: Path) -> None:
    before = current_name(store)
    upload = Upload("COD", folder=tmp_path / "upload")
    upload.folder.mkdir()
    upload.keep([("a\nb.csv", RETURNS.encode())])
    for dry_run in (True, False):
        running = start(actor("officer"), upload, dry_run=dry_run)
        assert running.process.wait(60) == 0, running.sentence()
    after = current_name(store)
    undo(Actor("other", "Awa D.", "officer"), store)
    imported, undone = log.listed(log.of_store(store), operator())
    assert (imported.by, imported.role, imported.action, imported.subject) == ("Person officer", "officer", "store.import", after)
    assert imported.detail.startswith("COD: a_b.csv (returns, 1 rows); ")
    assert (undone.by, undone.action, undone.subject, undone.detail) == ("Awa D.", "store.undo", before, f"from {after}")
    said = CliRunner().invoke(app, ["log"])
    assert said.exit_code == 0
    assert [line.split("\t")[1:4] for line in said.output.splitlines()] == [
        ["Person officer", "officer", "store.import"], ["Awa D.", "officer", "store.undo"]]


def test_on_the_command_line_it_is_the_account_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(log.ACTING, raising=False)
    assert log.acting(operator()) == Actor("command", getpass.getuser(), "officer")
    monkeypatch.setenv(log.ACTING, log.handed_on(Actor("x", "Y", "donor")))
    assert log.acting(operator()) == Actor("x", "Y", "donor")


def test_what_cannot_be_kept_is_not_done(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older = store / "gen-000000-aaaaaaaaaaaa.duckdb"
    shutil.copy(store / (current_name(store) or ""), older)
    before = current_name(store)
    monkeypatch.setenv("ANCRAGE_WORKSPACE_URL", "sqlite:////proc/none/workspace.sqlite")
    with pytest.raises(WorkspaceUnavailable):
        undo(actor("officer"), store)
    file = store.parent / "a.csv"
    file.write_text(RETURNS, encoding="utf-8")
    assert CliRunner().invoke(app, ["import", str(file), "--country", "COD"]).exit_code == 4
    assert current_name(store) == before
