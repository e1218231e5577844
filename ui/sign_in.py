"""Who is at the other end: signed in through the provider of `[auth]`, or, on this machine without any, the one local officer.

The role is not decided here: `ui.workspace.actor` looks it up in the allow-list.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import streamlit as st

from ui.sign_in_settings import OPEN, auth_section

State = Literal["local", "signed_in", "signed_out", "expired", "not_local"]
FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")
"""What a proxy adds: behind one, a request from this machine may come from anywhere."""


@dataclass(frozen=True)
class Person:
    """Who is at the other end. `names` are those the allow-list is asked for: the subject, then an address the provider has verified.

    `ends` is when the provider lets the identity end, seconds since 1970.
    """

    state: State
    id: str = ""
    name: str = ""
    names: tuple[str, ...] = ()
    ends: float | None = None


def person() -> Person:
    """Who is at the other end of this session, looked at anew at every call: an identity ends when the provider said it would."""
    if not auth_section():
        return Person("local") if os.environ.get(OPEN) == "1" or _from_this_machine() else Person("not_local")
    return identified(st.user.to_dict(), time.time())


def identified(claims: Mapping[str, Any], now: float) -> Person:
    """The person of a provider's claims at a moment (seconds since 1970). A sign-in without an end is one that has ended."""
    subject = claims.get("sub")
    if not claims.get("is_logged_in") or not isinstance(subject, str) or not subject.strip():
        return Person("signed_out")
    ends = claims.get("exp")
    address = claims.get("email")
    # anybody can write somebody else's address into an account of some providers: only a verified one says who you are
    verified = isinstance(address, str) and claims.get("email_verified") is True
    name = claims.get("name") or claims.get("preferred_username") or address or subject
    alive = isinstance(ends, int | float) and not isinstance(ends, bool) and now < ends
    names = (subject, str(address)) if verified else (subject,)
    return Person("signed_in" if alive else "expired", subject[:200], str(name)[:200], names, ends if alive else None)


def _from_this_machine() -> bool:
    """Whether the browser runs on this machine and nothing stands between; Streamlit gives no address for a loopback one."""
    address = st.context.ip_address
    headers = st.context.headers
    return not isinstance(address, str) and not any(isinstance(headers.get(name), str) for name in FORWARDED)
