"""Who acts, and what each role may do. Every writing function of the workspace asks here first (FINDINGS 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Connection, insert

from data.errors import DataError
from data.workspace.tables import audit, now

Role = Literal["officer", "facilitator", "donor", "participant"]
Right = Literal["read", "keep_draft", "write_scenarios", "write_conditions"]

RIGHTS: Final[dict[Role, frozenset[Right]]] = {
    "officer": frozenset({"read", "keep_draft", "write_scenarios", "write_conditions"}),
    "facilitator": frozenset({"read", "keep_draft", "write_scenarios"}),
    "donor": frozenset({"read"}),
    "participant": frozenset(),
}
"""Officers write everything; facilitators scenarios; donors read; participants vote elsewhere and read nothing here."""


@dataclass(frozen=True)
class Actor:
    """A person who acts: an id that does not change, the name shown in histories, and the role that gives rights."""

    id: str
    name: str
    role: Role


LOCAL: Final = Actor("local", "", "officer")
"""On a machine of one's own, without sign-in: one programme officer."""


class NotAllowed(DataError):
    """The role of the actor does not have this right."""

    def __init__(self, actor: Actor, right: Right):
        self.actor, self.right = actor, right
        super().__init__(
            f"Le rôle « {actor.role} » ne permet pas cette action ; demandez à une personne chargée de programme.",
            f"The role “{actor.role}” does not allow this; ask a programme officer.",
        )


def authorise(actor: Actor, right: Right) -> None:
    """Raises NotAllowed unless the actor's role has the right."""
    if right not in RIGHTS.get(actor.role, frozenset()):
        raise NotAllowed(actor, right)


def stamp(actor: Actor) -> dict[str, str]:
    """Who and when, as every row has it."""
    return {"by_id": actor.id, "by_name": actor.name, "at": now()}


def record(connection: Connection, actor: Actor, action: str, subject: str, detail: str = "") -> None:
    """One line of the audit, in the transaction of what it tells of."""
    connection.execute(insert(audit).values(role=actor.role, action=action, subject=subject, detail=detail, **stamp(actor)))
