"""The map as the browser knows it: a Streamlit component whose code is served by URL, so that a strict CSP lets it run.

Streamlit hands inline component code to the browser as a `blob:` URL, which `script-src 'self'` refuses. Components of an
installed package are served from their asset folder instead. Ancrage is not installed, so it names its own asset folder to
Streamlit, with the same manifest a package would carry: nothing to build, and `streamlit run app.py` works from a bare clone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

PROJECT: Final = "ancrage"
NAME: Final = f"{PROJECT}.map"
LONGEST_CODE: Final = 40
HERE: Final = Path(__file__).parent
MANIFEST: Final = ComponentManifest(PROJECT, "1", [ComponentConfig("map", asset_dir="assets")])


@dataclass(frozen=True)
class Picked:
    """What somebody did on a map: the P-codes now chosen, the first in focus (None: unchanged), and the level asked for."""

    areas: tuple[str, ...] | None = None
    level: int | None = None


def mount(data: dict[str, Any], *, key: str, on_pick: Callable[[], None]) -> None:
    """Put the map on the page; `on_pick` is called before the run that follows a choice, which `session_state[key].picked` holds."""
    _component()(key=key, data=data, on_picked_change=on_pick)


def picked(value: Any) -> Picked | None:
    """What a map reports, read with care: it comes from a browser. None when it says nothing that can be used."""
    if not isinstance(value, dict):
        return None
    areas, level = value.get("areas"), value.get("level")
    codes = tuple(dict.fromkeys(code for code in areas if isinstance(code, str) and 0 < len(code) <= LONGEST_CODE)) if isinstance(areas, list) else None
    chosen = level if isinstance(level, int) and not isinstance(level, bool) else None
    return None if codes is None and chosen is None else Picked(codes, chosen)


def _component() -> ComponentRenderer:
    """The component on the running server; a second server in the same process (a test) gets its own."""
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(NAME) is None:
        manager.register_from_manifest(MANIFEST, HERE)
    found = getattr(manager, "_ancrage_map", None)
    if found is None:
        found = st.components.v2.component(NAME, html='<div class="ancrage-map"></div>', css="map.css", js="main.js")
        manager._ancrage_map = found  # type: ignore[attr-defined]
    return found
