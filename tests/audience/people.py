"""People of each role as a provider knows them, and the sign-in settings of the tests."""

from __future__ import annotations

import time
from typing import Any, Final

from data.workspace.actor import ROLES, Actor, Role

COOKIE_SECRET: Final = "a secret of the tests, longer than thirty-two characters"
AUTH: Final = {
    "redirect_uri": "http://127.0.0.1:{port}/oauth2callback",
    "cookie_secret": COOKIE_SECRET,
    "client_id": "ancrage",
    "client_secret": "of the tests",
    "server_metadata_url": "http://127.0.0.1:9/.well-known/openid-configuration",
}
OTHERS: Final[tuple[Role, ...]] = tuple(role for role in ROLES if role != "officer")


def subject(role: str) -> str:
    return f"subject-of-{role}"


def claims(role: str, **more: Any) -> dict[str, Any]:
    """What the provider says of the person who has this role."""
    said = {"is_logged_in": True, "sub": subject(role), "name": f"Person {role}", "email": f"{role}@example.org", "email_verified": True}
    return {**said, "exp": int(time.time()) + 3600, **more}


def actor(role: Role) -> Actor:
    return Actor(subject(role), f"Person {role}", role)
