"""Files people take away: made when they ask, for who they are at that moment, and handed only to those of the role they were made for.

A file that Streamlit serves under `/media/` needs no cookie (FINDINGS 6), and a button that was drawn keeps working after the role
behind it is gone: both are closed here and in `ui.media_guard`.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from typing import Final

from data.errors import DataError
from data.workspace import roles
from data.workspace.actor import Actor, NotAllowed, authorise
from ui import sign_in, workspace

REMEMBERED: Final = 5_000


class Made:
    """Which role each file was made for, by the hash of its content; the oldest is forgotten first."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._roles: OrderedDict[str, frozenset[str]] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, content: bytes, role: str) -> None:
        """This content was made for this role."""
        name = hashlib.sha256(content).hexdigest()
        with self._lock:
            self._roles[name] = self._roles.pop(name, frozenset()) | {role}
            while len(self._roles) > self._remembered:
                self._roles.popitem(last=False)

    def is_for(self, content: bytes, role: str) -> bool:
        """Whether this role may have this content. What was not made as a download, a picture on a page, is for who sees pages."""
        with self._lock:
            known = self._roles.get(hashlib.sha256(content).hexdigest())
        return known is None or role in known


@cache
def made() -> Made:
    """The one list of this process."""
    return Made()


def offered(make: Callable[[], bytes | str]) -> Callable[[], bytes]:
    """`make` for a download button: it runs when the button is clicked, and only if who clicks has the role the button was drawn for.

    Raises NotAllowed when called by then for anybody else; on screen that is a download that fails.
    """
    who, drawn_for = sign_in.person(), workspace.reader()
    authorise(drawn_for, "see_figures")
    engine = workspace.engine() if who.state == "signed_in" else None

    def ask() -> bytes:
        if engine is not None:
            try:
                role = roles.role_of(engine, who.names) if who.ends is not None and time.time() < who.ends else "none"
            except DataError:
                role = "none"
            if role != drawn_for.role:
                raise NotAllowed(Actor(who.id, who.name, role), "see_figures")
        given = make()
        content = given.encode() if isinstance(given, str) else given
        made().note(content, drawn_for.role)
        return content

    return ask
