"""Components of this house, whose code is served by URL, so that a strict policy on content lets it run.

Streamlit hands inline component code to the browser as a `blob:` URL, which `script-src 'self'` refuses. Components of an
installed package are served from their asset folder instead. Ancrage is not installed, so it names its own asset folders to
Streamlit, with the same manifest a package would carry: nothing to build, and `streamlit run app.py` works from a bare clone.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_MADE: Final = "_ancrage_made"


def own_component(project: str, part: str, folder: Path) -> ComponentRenderer:
    """The component of `folder` on the running server, made once; a second server in the same process (a test) gets its own.

    Its browser side is `assets/main.js` and `assets/<part>.css`, in a `div` of class `ancrage-<part>`.
    """
    manager = get_bidi_component_manager()
    made: dict[str, ComponentRenderer] = manager.__dict__.setdefault(_MADE, {})
    name = f"{project}.{part}"
    if name not in made:
        serve_folder(project, part, folder, "assets")
        made[name] = st.components.v2.component(name, html=f'<div class="ancrage-{part}"></div>', css=f"{part}.css", js="main.js")
    return made[name]


def serve_folder(project: str, part: str, folder: Path, assets: str) -> None:
    """Files of `folder/assets` under the address of a component, once a server."""
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(f"{project}.{part}") is None:
        manager.register_from_manifest(ComponentManifest(project, "1", [ComponentConfig(part, asset_dir=assets)]), folder)
