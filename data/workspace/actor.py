"""Who acts, and what each role may do. Every writing function of the workspace asks here first (FINDINGS 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from sqlalchemy import Connection, insert

from data.errors import DataError
from data.workspace.tables import audit, now

Role = Literal["officer", "facilitator", "donor", "participant", "none"]
Right = Literal["see_figures", "read", "keep_draft", "write_scenarios", "write_conditions", "import_data", "administer"]

ROLES: Final[tuple[Role, ...]] = get_args(Role)
RIGHTS: Final[dict[Role, frozenset[Right]]] = {
    "officer": frozenset(get_args(Right)),
    "facilitator": frozenset({"see_figures", "read", "keep_draft", "write_scenarios"}),
    "donor": frozenset({"see_figures"}),
    "participant": frozenset(),
    "none": frozenset(),
}
"""Officers do everything; facilitators read the workspace and write scenarios; donors see the published figures and nothing people
wrote here; participants and whoever is on no list see nothing.

`see_figures`: the pages of figures. `read`: what people entered (scenarios, scores, prices, histories). `administer`: roles, backups."""


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


def may(actor: Actor, right: Right) -> bool:
    """Whether the actor's role has a right: for what a page offers. What writes calls `authorise` itself."""
    return right in RIGHTS.get(actor.role, frozenset())


def authorise(actor: Actor, right: Right) -> None:
    """Raises NotAllowed unless the actor's role has the right."""
    if not may(actor, right):
        raise NotAllowed(actor, right)


def stamp(actor: Actor) -> dict[str, str]:
    """Who and when, as every row has it."""
    return {"by_id": actor.id, "by_name": actor.name, "at": now()}


def record(connection: Connection, actor: Actor, action: str, subject: str, detail: str = "") -> None:
    """One line of the audit, in the transaction of what it tells of."""
    connection.execute(insert(audit).values(role=actor.role, action=action, subject=subject, detail=detail, **stamp(actor)))
