"""The door: what somebody sees who may not come in, who came in as whom, and the way out."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Final

import streamlit as st

from data.protection import NoRelease
from ui import sign_in, workspace
from ui.language import column, t
from ui.widget_keys import widget_key

CONTACT: Final = "ANCRAGE_CONTACT"
"""Environment variable: whom to ask for a role, as people read it: a name and an address."""


def closed() -> None:
    """The page of whoever may see no figures: who they are, why, whom to ask. Nothing of the store is read for it."""
    who = sign_in.person()
    st.title(t("app.title"), anchor=False)
    if who.state in ("signed_out", "expired"):
        st.markdown(t(f"audience.{who.state}"))
        st.button(t("audience.sign_in"), on_click=st.login, key=widget_key("sign_in"), icon=":material/login:")
        return
    if who.state == "not_local":
        st.markdown(t("audience.not_local"))
        return
    role = workspace.reader().role
    if role == "participant":
        st.markdown(t("audience.participant"))
    else:
        # the names to copy for whoever grants the role
        st.markdown(t("audience.you_are", name=_plain(who.name), names=_several(who.names)))
        st.markdown(t("audience.no_role"))
        st.markdown(_whom_to_ask("audience.ask"))


def not_for_you(page: str) -> Callable[[], None]:
    """The page in place of one that the role does not open: a link to it leads to a sentence."""

    def shown() -> None:
        st.title(t(f"nav.{page}"), anchor=False)
        st.info(t("audience.not_your_page", page=t(f"nav.{page}"), role=role_name()), icon=":material/lock:")
        st.markdown(_whom_to_ask("audience.ask_page"))

    return shown


def nothing_published(error: NoRelease) -> None:
    """The page of an audience that sees releases while none was published: the sentence and no figure."""
    st.title(t("app.title"), anchor=False)
    st.info(str(getattr(error, column("message"))), icon=":material/hourglass_empty:")
    st.markdown(_whom_to_ask("audience.ask_page"))


def sidebar() -> None:
    """Who is signed in, as what, and the button that signs out; nothing on a machine without sign-in."""
    who = sign_in.person()
    if who.state not in ("signed_in", "expired"):
        return
    with st.sidebar, st.container(gap="xxsmall"):
        st.caption(t("audience.signed_in_as", name=_plain(who.name), role=role_name()))
        st.button(t("audience.sign_out"), on_click=st.logout, key=widget_key("sign_out"), icon=":material/logout:", type="tertiary")


def role_name() -> str:
    """The role of who looks, as people say it."""
    return t(f"audience.role.{workspace.reader().role}")


def _whom_to_ask(what: str) -> str:
    contact = os.environ.get(CONTACT, "").strip()
    return t("audience.ask_contact", contact=_plain(contact)) if contact else t(what)


def _plain(name: str) -> str:
    # a name comes from the provider's account: nothing in it is formatting
    return re.sub(r"([\\`*_{}\[\]()#+!|<>~:$])", r"\\\1", name)


def _several(names: tuple[str, ...]) -> str:
    # as code, so that it can be copied as it is for whoever grants the role
    return ", ".join(f"`{name.replace('`', '')}`" for name in reversed(names))
