"""What somebody has typed and not finished: a row without its amount, a note without its save. It counts for nothing yet, and is not lost:
undo and redo go through it, and the draft keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

_KEY: Final = "unfinished"


def everything() -> dict[str, Any]:
    """All of it, by name; JSON values."""
    return dict(st.session_state.get(_KEY, {}))


def held(name: str, otherwise: Any = None) -> Any:
    """What was typed under a name, or `otherwise`."""
    return st.session_state.get(_KEY, {}).get(name, otherwise)


def hold(name: str, value: Any, otherwise: Any = None) -> None:
    """Keeps what was typed; what says no more than `otherwise` is not kept."""
    here = everything()
    if value is None or value == otherwise or value == []:
        here.pop(name, None)
    else:
        here[name] = value
    st.session_state[_KEY] = here


def field(name: str, otherwise: Any, among: Sequence[Any] | None = None) -> dict[str, Any]:
    """Key and callback of a widget whose value stands here until it is kept for good; `otherwise` is what it shows when nothing does.

    `among` are the choices of a list: what is held and is none of them any more, an area another level has, is not shown.
    """
    value = held(name, otherwise)
    if among is not None and value not in among:
        value = otherwise
    if name not in st.session_state or st.session_state[name] != value:
        st.session_state[name] = value
    return {"key": name, "on_change": _take, "args": (name, otherwise, among)}


def hold_all(values: Mapping[str, Any]) -> None:
    """Replaces everything, as an undo or a draft does."""
    st.session_state[_KEY] = dict(values)


def _take(name: str, otherwise: Any, among: Sequence[Any] | None) -> None:
    value = st.session_state[name]
    # after a change of language a list can still send a label in the other one, which is none of its choices
    if among is None or value in among:
        hold(name, value, otherwise)


def let_go(*starts: str) -> None:
    """Forgets what stands under names with these beginnings: it was finished."""
    st.session_state[_KEY] = {name: value for name, value in everything().items() if not name.startswith(starts)}
