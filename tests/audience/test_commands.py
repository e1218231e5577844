"""What a command on the server can do that no page and no address can: who may run it, what it leaves on the disk and for whom.

A command runs as an account of the machine, and with the rights of that account: who can run it can read the store itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

from analytics.__main__ import commands as planning
from data.__main__ import app
from data.private_files import FILE_MODE, FOLDER_MODE
from data.workspace.engine import FILE
from data.workspace.schema import open_workspace

HOUSE = Path(__file__).resolve().parents[2]
COMMANDS = {
    "data build": "store", "data import": "store", "data fetch": "store", "data undo": "store", "data release": "store",
    "data restore": "workspace", "data roles grant": "workspace", "data roles revoke": "workspace",
    "data backup": "file", "data export": "file", "data template": "file", "analytics plan": "file",
    "data status": "nothing", "data audit": "nothing", "data log": "nothing", "data roles list": "nothing", "analytics explain": "nothing",
    "analytics schema": "nothing",
}
"""Command -> what it writes beside the report that is asked for with --json. A new command fails a test until it has its place."""
OF_COMMANDS_ALONE = {
    "data.__main__", "data.building", "data.fetching", "data.importing.exporting", "data.importing.run", "data.protection.commands",
    "data.protection.publishing", "data.protection.writing", "data.workspace.backup", "data.workspace.commands"}
"""Rooms that give out whole tables or change what everybody sees without asking for whom."""


def names(command: Any, path: str) -> Iterator[str]:
    if not hasattr(command, "commands"):
        yield path
        return
    for name, one in command.commands.items():
        yield from names(one, f"{path} {name}")


def test_every_command_has_its_place() -> None:
    found = {name for main, path in ((app, "data"), (planning, "analytics")) for name in names(typer.main.get_command(main), path)}
    assert found == set(COMMANDS)


def test_no_page_reaches_what_commands_do() -> None:
    for path in [*(HOUSE / "ui").rglob("*.py"), *(HOUSE / "pages").glob("*.py"), HOUSE / "app.py", HOUSE / "server.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            said = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                said = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
            taken = {room for name in said for room in OF_COMMANDS_ALONE if name == room or name.startswith(f"{room}.")}
            assert not taken, f"{path.name} imports {taken}"


def test_what_a_command_writes_is_for_whoever_ran_it_alone(store: Path, tmp_path: Path) -> None:
    rows = tmp_path / "a.csv"
    rows.write_text("Place,P-code,Year,Returnees\nKinshasa,CD10,2025,3\n", encoding="utf-8")
    for order, made in (
        ("backup {}", "kept/w.gz"), ("export returns --country COD --out {}", "r.csv"), ("export boundaries --country COD --out {}", "b.geojson"),
        ("export boundaries --country COD --out {}", "b.zip"), (f"import {rows} --country COD --dry-run --json {{}}", "report.json"),
    ):
        done = CliRunner().invoke(app, order.format(tmp_path / made).split())
        assert done.exit_code == 0, done.output
        assert rights(tmp_path / made) == FILE_MODE, made
    assert rights(tmp_path / "kept") == FOLDER_MODE
    assert rights(tmp_path / "kept" / "w.gz.sha256") == FILE_MODE
    assert {rights(one) for one in store.glob(f"{FILE}*")} == {FILE_MODE}


def test_a_new_store_is_for_the_account_that_made_it(tmp_path: Path) -> None:
    """Whoever else has an account on the server reads neither figures nor what people wrote. A folder that was there keeps its rights."""
    made = tmp_path / "made" / "store"
    open_workspace(f"sqlite:///{made / FILE}").dispose()
    assert (rights(made), rights(made / FILE)) == (FOLDER_MODE, FILE_MODE)


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o777
