"""`python -m data backup FILE | restore FILE | roles list|grant|revoke | log`: what users wrote, who may do what, who did."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from data.command_line import sentences
from data.workspace import backup as backups
from data.workspace import log as audit_log
from data.workspace import roles as allowed
from data.workspace.actor import Actor
from data.workspace.engine import workspace_engine
from data.workspace.schema import open_workspace

commands = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
roles = typer.Typer(no_args_is_help=True, help="Who may do what: the allow-list of sign-ins.")
commands.add_typer(roles, name="roles")

Who = Annotated[str, typer.Argument(help="the subject of a sign-in, or an e-mail address that the provider has verified")]
Note = Annotated[str, typer.Option(help="why, for whoever reads the list later")]


@commands.command()
def backup(file: Annotated[Path, typer.Argument(help="the file to write; its hash stands beside it as FILE.sha256")]) -> None:
    """Write everything users entered to one file, with its hash."""
    with sentences():
        _said("kept", backups.backup(workspace_engine(), operator(), file))


@commands.command()
def restore(
    file: Annotated[Path, typer.Argument(help="a file that backup wrote, with its FILE.sha256")],
    replace: Annotated[bool, typer.Option("--replace", help="replace what the workspace holds")] = False,
) -> None:
    """Read a backup into the workspace, all or nothing."""
    with sentences():
        _said("restored", backups.restore(workspace_engine(), operator(), file, replace))


@commands.command()
def log(last: Annotated[int, typer.Option(min=1, help="how many lines")] = audit_log.LAST) -> None:
    """Who wrote what and when: scenarios, scores, prices, roles, imports and their undoing; the newest last."""
    with sentences():
        for one in audit_log.listed(open_workspace(), operator(), last):
            typer.echo("\t".join(part for part in (one.at[:19], one.by, one.role, one.action, one.subject, one.detail) if part))


@roles.command("list")
def list_() -> None:
    """Every name with its role, who gave or took it and when."""
    with sentences():
        found = allowed.listed(open_workspace(), operator())
        if not found:
            typer.echo("nobody has a role: python -m data roles grant WHO officer")
        for one in found:
            typer.echo(f"{one.who}\t{one.role or 'revoked'}\t{one.at[:16]}\tby {one.by}" + (f"\t{one.note}" if one.note else ""))


@roles.command()
def grant(who: Who, role: Annotated[str, typer.Argument(help=", ".join(allowed.GRANTED))], note: Note = "") -> None:
    """Give somebody a role, in place of the one they had."""
    with sentences():
        made = allowed.grant(open_workspace(), operator(), who, role, note)
        typer.echo(f"{made.who}: {made.role}")


@roles.command()
def revoke(who: Who, note: Note = "") -> None:
    """Take somebody's role away; from their next click on they see nothing."""
    with sentences():
        typer.echo(f"{allowed.revoke(open_workspace(), operator(), who, note).who}: revoked")


def operator() -> Actor:
    """Whoever can run commands on this machine can read the files of the workspace too; the audit names their account."""
    try:
        account = getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as in some containers
        account = ""
    return Actor("command", account, "officer")


def _said(word: str, counts: dict[str, int]) -> None:
    typer.echo(f"{word}: " + ", ".join(f"{rows} {table}" for table, rows in counts.items()))
