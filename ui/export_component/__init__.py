"""The line under every figure as the browser knows it: what it rests on, and the menu of its formats.

Pictures are drawn in the browser from what the server sends when somebody asks, always on white, in one size on every screen; plotly
is taken from the installed package, so nothing is fetched from elsewhere and no second browser is needed to draw.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import plotly
import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

PROJECT: Final = "ancrage_export"
NAME: Final = f"{PROJECT}.foot"
HERE: Final = Path(__file__).parent
MANIFEST: Final = ComponentManifest(PROJECT, "1", [ComponentConfig("foot", asset_dir="assets")])
DRAWING: Final = ComponentManifest("ancrage_plotly", "1", [ComponentConfig("drawing", asset_dir="package_data")])
"""plotly's own file for browsers, served from where it is installed; asked for when a chart becomes a picture."""


def mount(data: dict[str, Any], *, key: str, on_ask: Callable[[], None], on_size: Callable[[], None]) -> None:
    """Put the line on the page; `on_ask` is called before the next run when somebody chose a format (`.asked` of the key), `on_size` when
    what data says of `narrow` is no longer so (`.width`: narrow or wide).
    """
    _component()(key=key, data=data, on_asked_change=on_ask, on_width_change=on_size)


def _component() -> ComponentRenderer:
    """The component on the running server; a second server in the same process (a test) gets its own."""
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(NAME) is None:
        manager.register_from_manifest(MANIFEST, HERE)
        manager.register_from_manifest(DRAWING, Path(plotly.__file__).parent)
    found = getattr(manager, "_ancrage_export", None)
    if found is None:
        found = st.components.v2.component(NAME, html='<div class="ancrage-foot"></div>', css="foot.css", js="main.js")
        manager._ancrage_export = found  # type: ignore[attr-defined]
    return found
