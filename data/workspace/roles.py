"""The allow-list: which subject or e-mail address of a sign-in has which role. Nobody has one who is not on it.

Grants are added, never changed: the latest line of a name counts, a line without a role is a revocation. The list is read at every
run and before every write, so that a role taken away is gone at the next click.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, func, insert, select

from data.errors import DataError
from data.workspace.actor import ROLES, Actor, Role, authorise, record, stamp
from data.workspace.engine import reading, writing
from data.workspace.tables import role_grant

GRANTED: Final[tuple[Role, ...]] = tuple(role for role in ROLES if role != "none")
WHO_LENGTH: Final = 320
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+")


class GrantRefused(DataError):
    """A line the allow-list cannot hold."""


@dataclass(frozen=True)
class Grant:
    """The line that counts for a name: its role (None: revoked), who gave or took it, when, and why."""

    who: str
    role: str | None
    note: str
    by: str
    at: str


def grant(engine: Engine, actor: Actor, who: str, role: str, note: str = "") -> Grant:
    """Give a name a role. Raises NotAllowed, GrantRefused."""
    authorise(actor, "administer")
    if role not in GRANTED:
        known = ", ".join(GRANTED)
        raise GrantRefused(f"« {role[:40]} » n'est pas un rôle ; les rôles sont : {known}.", f"“{role[:40]}” is no role; the roles are: {known}.")
    return _add(engine, actor, named(who), role, note)


def revoke(engine: Engine, actor: Actor, who: str, note: str = "") -> Grant:
    """Take the role of a name away. Raises NotAllowed, GrantRefused when the name has none."""
    authorise(actor, "administer")
    name = named(who)
    if not any(one.who == name and one.role is not None for one in listed(engine, actor)):
        raise GrantRefused(f"« {name} » n'a pas de rôle.", f"“{name}” has no role.")
    return _add(engine, actor, name, None, note)


def listed(engine: Engine, actor: Actor) -> list[Grant]:
    """The line that counts for each name, in the order of the names, revocations too. Raises NotAllowed."""
    authorise(actor, "administer")
    newest = select(func.max(role_grant.c.id)).group_by(role_grant.c.who)
    with reading(engine) as connection:
        rows = connection.execute(select(role_grant).where(role_grant.c.id.in_(newest)).order_by(role_grant.c.who)).mappings().all()
    return [Grant(row["who"], row["role"], row["note"], row["by_name"] or row["by_id"], row["at"]) for row in rows]


def role_of(engine: Engine, names: Sequence[str]) -> Role:
    """The role of a person known under these names (subject first, then a verified e-mail address); "none" for nobody's.

    The first name that is on the list counts. A revocation of any of them closes the door, so that a person cannot come back under
    the other name. Raises WorkspaceUnavailable.
    """
    wanted = [named(name) for name in names if name.strip()]
    if not wanted:
        return "none"
    newest = select(func.max(role_grant.c.id)).where(role_grant.c.who.in_(wanted)).group_by(role_grant.c.who)
    with reading(engine) as connection:
        found = {row.who: row.role for row in connection.execute(select(role_grant.c.who, role_grant.c.role).where(role_grant.c.id.in_(newest)))}
    if not found or None in found.values():
        return "none"
    first = next(found[name] for name in wanted if name in found)
    return next((role for role in GRANTED if role == first), "none")


def named(who: str) -> str:
    """A name as the list keeps it: an e-mail address in lower case, a subject as it is. Raises GrantRefused for an empty or endless one."""
    name = who.strip()
    if not name or len(name) > WHO_LENGTH or any(not letter.isprintable() for letter in name):
        raise GrantRefused(
            f"Il faut un sujet ou une adresse d'au plus {WHO_LENGTH} caractères.", f"It takes a subject or an address of at most {WHO_LENGTH} characters."
        )
    return name.lower() if _ADDRESS.fullmatch(name) else name


def _add(engine: Engine, actor: Actor, who: str, role: str | None, note: str) -> Grant:
    by = stamp(actor)
    with writing(engine) as connection:
        connection.execute(insert(role_grant).values(who=who, role=role, note=note.strip(), **by))
        record(connection, actor, "role.grant" if role else "role.revoke", who[:200], role or "")
    return Grant(who, role, note.strip(), by["by_name"] or by["by_id"], by["at"])
