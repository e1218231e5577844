"""The audit, written for what changes the store and read by whoever administers: one line for every write, who, when and what."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, select

from data.workspace.actor import ROLES, Actor, authorise, record
from data.workspace.engine import FILE, reading, writing
from data.workspace.schema import open_workspace
from data.workspace.tables import audit

ACTING: Final = "ANCRAGE_ACTOR"
"""Environment variable: for whom a command acts that the page Data starts, as JSON."""
LAST: Final = 50


@dataclass(frozen=True)
class Line:
    """One line of the audit: when (UTC), who, with which role, what was done to what, and a detail."""

    at: str
    by: str
    role: str
    action: str
    subject: str
    detail: str


def of_store(folder: Path) -> Engine:
    """The workspace that goes with a store: `ANCRAGE_WORKSPACE_URL`, else the file in its folder. Raises WorkspaceUnavailable."""
    return open_workspace(os.environ.get("ANCRAGE_WORKSPACE_URL") or f"sqlite:///{folder / FILE}")


def note(engine: Engine, actor: Actor, action: str, generation: str, detail: str) -> None:
    """A line for what changed the store (`store.import`, `store.undo`). Raises NotAllowed, WorkspaceUnavailable."""
    authorise(actor, "import_data")
    with writing(engine) as connection:
        record(connection, actor, action, generation[:200], detail)


def listed(engine: Engine, actor: Actor, last: int = LAST) -> list[Line]:
    """The last lines of the audit, the newest last. Raises NotAllowed, WorkspaceUnavailable."""
    authorise(actor, "administer")
    with reading(engine) as connection:
        rows = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(last)).mappings().all()
    return [Line(row["at"], row["by_name"] or row["by_id"], row["role"], row["action"], row["subject"], row["detail"]) for row in reversed(rows)]


def handed_on(who: Actor) -> str:
    """An actor as a command that is started for them is told who they are."""
    return json.dumps({"id": who.id, "name": who.name, "role": who.role})


def acting(otherwise: Actor) -> Actor:
    """For whom this command acts: whoever the page Data started it for, else whoever runs it."""
    text = os.environ.get(ACTING)
    if not text:
        return otherwise
    said = json.loads(text)
    return Actor(str(said["id"]), str(said["name"]), next((role for role in ROLES if role == said["role"]), "none"))
