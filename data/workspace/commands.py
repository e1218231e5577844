"""`python -m data backup FILE | restore FILE`: what users wrote, kept apart from the store."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer

from data.errors import DataError, WorkspaceUnavailable
from data.workspace import backup as backups
from data.workspace.engine import workspace_engine

REFUSED: Final = 3
UNAVAILABLE: Final = 4

commands = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@commands.command()
def backup(file: Annotated[Path, typer.Argument(help="the file to write; its hash stands beside it as FILE.sha256")]) -> None:
    """Write everything users entered to one file, with its hash."""
    _said("kept", lambda: backups.backup(workspace_engine(), file))


@commands.command()
def restore(
    file: Annotated[Path, typer.Argument(help="a file that backup wrote, with its FILE.sha256")],
    replace: Annotated[bool, typer.Option("--replace", help="replace what the workspace holds")] = False,
) -> None:
    """Read a backup into the workspace, all or nothing."""
    _said("restored", lambda: backups.restore(workspace_engine(), file, replace))


def _said(word: str, act: Callable[[], dict[str, int]]) -> None:
    try:
        counts = act()
    except WorkspaceUnavailable as error:
        typer.echo(error.message_en, err=True)
        sys.exit(UNAVAILABLE)
    except DataError as error:
        typer.echo(error.message_en, err=True)
        sys.exit(REFUSED)
    typer.echo(f"{word}: " + ", ".join(f"{rows} {table}" for table, rows in counts.items()))
