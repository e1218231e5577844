"""Streamlit settings Ancrage relies on, each with its reason: the server refuses to start when one differs.

They are set in `.streamlit/config.toml`; a flag, an environment variable of `streamlit run` or an edit can change them unseen, and
a later Streamlit may rename one. Asserting them at start turns a silent weakening into a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ui import sign_in_settings

PINNED: Final[dict[str, tuple[Any, str]]] = {
    "server.enableXsrfProtection": (True, "uploads must come from our own pages"),
    "server.enableCORS": (True, "other sites must not open a session"),
    "server.maxUploadSize": (20, "a larger file could fill the memory"),
    "server.enableAgentApi": (False, "nothing but a browser may drive a session"),
    "server.trustedUserHeaders": ({}, "a header that anybody can send must not say who they are"),
    "server.headless": (True, "with a desktop behind it, a browser could ask the server to write files"),
    "server.enableStaticServing": (True, "maps fetch their outline from static/geo"),
    "server.fileWatcherType": ("none", "code does not change under a running service, and watching costs memory"),
    "client.showErrorDetails": ("none", "a traceback tells strangers about the machine"),
    "client.showErrorLinks": (False, "error links lead to other sites"),
    "client.toolbarMode": ("minimal", "readers need no developer menu"),
    "client.disableDataExport": (True, "the built-in CSV does not defuse formulas; ours does"),
    "browser.gatherUsageStats": (False, "no request leaves the machine"),
    "runner.postScriptGC": (False, "a full collection after each rerun takes ten times as long as the rerun"),
}


class SettingsError(RuntimeError):
    """The server's settings are not those Ancrage needs; the text lists each one with how to mend it."""


def differences(get_option: Callable[[str], Any]) -> list[str]:
    """One sentence for each setting that is not as pinned, in the order of `PINNED`; empty when all are.

    `get_option` is `streamlit.config.get_option` or a stand-in; an option Streamlit no longer knows counts as different.
    """
    sentences = []
    for name, (wanted, reason) in PINNED.items():
        try:
            found = get_option(name)
        except RuntimeError:
            sentences.append(f"{name} does not exist in this Streamlit: install the version in requirements.txt")
            continue
        if found != wanted:
            sentences.append(f"{name} is {found!r} and must be {wanted!r}: {reason}")
    hosts = get_option("server.allowedHosts")
    if not hosts or "*" in hosts:
        sentences.append("server.allowedHosts must name the hosts this server answers to: any other name could be a rebinding attack")
    return sentences + sign_in_settings.sentences(sign_in_settings.auth_section(), get_option)


def require(get_option: Callable[[str], Any]) -> None:
    """Raise SettingsError unless every pinned setting holds."""
    found = differences(get_option)
    if found:
        raise SettingsError(
            "Settings differ from what Ancrage needs; mend .streamlit/config.toml, the flag or the STREAMLIT_ environment variable:\n- "
            + "\n- ".join(found))
