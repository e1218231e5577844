"""Keys of widgets, and how a widget is brought to what the state says before it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import streamlit as st

_SCOPE: Final = "widget_scope"


def enter(scope: str) -> None:
    """Says which page the widgets that follow belong to.

    Streamlit drops a widget's value when its page is left, but keeps the session key until the next widget of that name: with
    one key on two pages the second would start empty. The page in the key makes it start from the state.
    """
    st.session_state[_SCOPE] = scope


def widget_key(name: str) -> str:
    """The session key of a widget on the page being drawn."""
    return f"{st.session_state.get(_SCOPE, '')}.{name}"


def prepared(name: str, value: Any) -> str:
    """The key of a widget, set to what the state says; only where it differs, so that a hand on a slider is not disturbed."""
    key = widget_key(name)
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key


def labels_of(options: Iterable[Any], format: Callable[[Any], str]) -> Callable[[Any], str]:
    """A format function worked out now, in the language of this run: Streamlit keeps it and calls it after the run too."""
    return {option: format(option) for option in options}.__getitem__


def fresh_key(name: str, shown: Any) -> str:
    """The key of a table that is edited in place, a new one whenever `shown` is not what its last edit made of it.

    Streamlit keeps what was typed as long as the table has the same rows: after an undo, or a scenario opened elsewhere, the
    table would still show it.
    """
    count, expected = st.session_state.get(name, (0, shown))
    if expected != shown:
        count += 1
    st.session_state[name] = (count, shown)
    return f"{name}.{count}"


def edited(name: str, made: Any) -> None:
    """Says what an edit made of a table's content: it goes on as it is."""
    count, _ = st.session_state[name]
    st.session_state[name] = (count, made)
