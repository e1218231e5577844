"""The line under every figure as the browser knows it: what it rests on, and the menu of its formats.

Pictures are drawn in the browser from what the server sends when somebody asks, always on white, in one size on every screen; plotly
is taken from the installed package, so nothing is fetched from elsewhere and no second browser is needed to draw.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import plotly

from ui.own_component import own_component, serve_folder

PROJECT: Final = "ancrage_export"
PART: Final = "foot"
HERE: Final = Path(__file__).parent
DRAWING: Final = ("ancrage_plotly", "drawing")
"""plotly's own file for browsers, served from where it is installed; asked for when a chart becomes a picture."""


def mount(data: dict[str, Any], *, key: str, on_ask: Callable[[], None], on_size: Callable[[], None]) -> None:
    """Put the line on the page; `on_ask` is called before the next run when somebody chose a format (`.asked` of the key), `on_size` when
    what data says of `narrow` is no longer so (`.width`: narrow or wide).
    """
    serve_folder(*DRAWING, Path(plotly.__file__).parent, "package_data")
    own_component(PROJECT, PART, HERE)(key=key, data=data, on_asked_change=on_ask, on_width_change=on_size)
