"""Bringing a workspace to the tables of this version: alembic migrations, once, whoever comes first."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Engine, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from data.errors import WorkspaceUnavailable
from data.workspace.engine import reading, workspace_engine, workspace_url, writing

MIGRATIONS: Final = Path(__file__).resolve().parent.parent / "migrations"
HEAD: Final = "0002"
"""The newest migration; a test holds it to the files."""

_LOCK: Final = 7_266_243
"""Any number, the same for everybody: PostgreSQL lets one process at a time hold it."""


def open_workspace(url: str | None = None) -> Engine:
    """The workspace, brought up to date. Raises WorkspaceUnavailable when it cannot be opened, written or is newer than this program."""
    engine = workspace_engine(url)
    bring_up_to_date(engine)
    return engine


def existing_workspace() -> Engine | None:
    """The workspace when there is one; a command that only reads makes none. Raises WorkspaceUnavailable."""
    url = make_url(workspace_url())
    if url.get_backend_name() == "sqlite" and not (url.database and Path(url.database).exists()):
        return None
    return open_workspace()


def bring_up_to_date(engine: Engine) -> None:
    """Run the migrations that are missing; two processes that start at once wait for one another."""
    found = current(engine)
    if found == HEAD:
        return
    if found is not None and found not in _known():
        raise WorkspaceUnavailable(
            f"L'espace de travail est d'une version plus récente ({found}) ; mettez le programme à jour.",
            f"The workspace is from a newer version ({found}); update the program.",
        )
    # imported here: only a workspace that is behind needs them
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def current(engine: Engine) -> str | None:
    """The migration a workspace stands at; None for an empty one."""
    try:
        with reading(engine) as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    except SQLAlchemyError as error:  # the inspector does not go through `reading`
        raise WorkspaceUnavailable(f"L'espace de travail ne s'ouvre pas ({error}).", f"The workspace does not open ({error}).") from error


def _known() -> set[str]:
    return {path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}
