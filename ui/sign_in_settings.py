"""Whether sign-in is configured, and whether it is configured in full. The settings are Streamlit's own: `[auth]` in secrets.toml."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import streamlit as st

OPEN: Final = "ANCRAGE_WITHOUT_SIGN_IN"
"""Environment variable: "1" serves everybody who reaches the server as an officer. For a closed room, never for a network."""

NEEDED: Final = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
SHORTEST_SECRET: Final = 32


def auth_section() -> Mapping[str, Any]:
    """`[auth]` of the secrets; empty when there is none. Half of one counts as one: then nobody gets in, rather than everybody."""
    if not st.secrets.load_if_toml_exists():
        return {}
    found = st.secrets.get("auth")
    return found if isinstance(found, Mapping) else {}


def sentences(section: Mapping[str, Any], get_option: Callable[[str], Any]) -> list[str]:
    """What is wrong with the sign-in settings, or with having none where others can reach the server; empty when nothing is."""
    if not section:
        reached = _reached_from_elsewhere(get_option)
        if reached and os.environ.get(OPEN) != "1":
            return [f"{reached}, and nobody has to sign in: set [auth] in .streamlit/secrets.toml (docs/running-for-a-team.md), "
                    f"or {OPEN}=1 to make everybody who reaches it an officer"]
        return []
    wrong = [f"[auth] has no {name}" for name in NEEDED if not str(section.get(name) or "").strip()]
    if any(isinstance(value, Mapping) and name != "client_kwargs" for name, value in section.items()):
        # one provider, because the subject of a person is only unique within one
        wrong.append("[auth] names several providers: Ancrage knows people by the subject of one, put its settings in [auth] itself")
    if 0 < len(str(section.get("cookie_secret") or "")) < SHORTEST_SECRET:
        wrong.append(f"[auth] cookie_secret is shorter than {SHORTEST_SECRET} characters: python -c 'import secrets; print(secrets.token_hex())' makes one")
    callback = urlsplit(str(section.get("redirect_uri") or ""))
    if callback.path and not callback.path.endswith("/oauth2callback"):
        wrong.append("[auth] redirect_uri must end in /oauth2callback")
    if callback.scheme == "http" and not _is_loopback(callback.hostname or ""):
        wrong.append("[auth] redirect_uri must begin with https: over http a cookie can be read on the way")
    return wrong


def is_https(section: Mapping[str, Any]) -> bool:
    """Whether people reach the dashboard over https, as the address they return to says."""
    return str(section.get("redirect_uri") or "").startswith("https://")


def _reached_from_elsewhere(get_option: Callable[[str], Any]) -> str:
    address = str(get_option("server.address") or "")
    if not _is_loopback(address):
        return f"server.address is {address or 'every address of this machine'!r}"
    others = [host for host in get_option("server.allowedHosts") or () if not _is_loopback(host)]
    return f"server.allowedHosts names {', '.join(others)}" if others else ""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
