"""What somebody was working on, kept after every change: a draft a browser session, so that two windows do not write over each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, delete, insert, select

from data.workspace.actor import Actor, authorise
from data.workspace.engine import reading, writing
from data.workspace.tables import draft, now

KEPT: Final = 10
"""Drafts a person has at most; the oldest goes."""


@dataclass(frozen=True)
class Draft:
    """Work in hand: of which session, when, and what it was."""

    session: str
    at: str
    content: Mapping[str, Any]


def keep(engine: Engine, actor: Actor, session: str, content: Mapping[str, Any]) -> None:
    """Keep the session's work in place of its earlier state."""
    authorise(actor, "keep_draft")
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    with writing(engine) as connection:
        connection.execute(delete(draft).where(draft.c.actor_id == actor.id, draft.c.session == session))
        connection.execute(insert(draft).values(actor_id=actor.id, session=session, content=text, sha256=hashlib.sha256(text.encode()).hexdigest(), at=now()))
        ids = select(draft.c.id).where(draft.c.actor_id == actor.id).order_by(draft.c.at.desc()).offset(KEPT).limit(1_000)
        old = list(connection.execute(ids).scalars())
        if old:
            connection.execute(delete(draft).where(draft.c.id.in_(old)))


def listed(engine: Engine, actor: Actor, other_than: str = "") -> list[Draft]:
    """The person's whole drafts of other sessions, the latest first. A draft whose hash does not fit is passed over."""
    authorise(actor, "keep_draft")
    wanted = select(draft).where(draft.c.actor_id == actor.id, draft.c.session != other_than).order_by(draft.c.at.desc())
    with reading(engine) as connection:
        return [
            Draft(row["session"], row["at"], json.loads(row["content"]))
            for row in connection.execute(wanted).mappings()
            if hashlib.sha256(row["content"].encode()).hexdigest() == row["sha256"]
        ]


def discard(engine: Engine, actor: Actor, session: str) -> None:
    """Forget the draft of a session."""
    authorise(actor, "keep_draft")
    with writing(engine) as connection:
        connection.execute(delete(draft).where(draft.c.actor_id == actor.id, draft.c.session == session))
