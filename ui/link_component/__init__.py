"""A link to take along: the whole of it in a field, and a button that copies it, for hands on a mouse, on a keyboard and on a screen alike.

st.code has such a button only under a mouse, and names it in English.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ui.language import t
from ui.own_component import own_component

PROJECT: Final = "ancrage_link"
PART: Final = "link"
HERE: Final = Path(__file__).parent


def show_link(label: str, link: str, *, key: str) -> None:
    """The link under its label, with the button that copies it and says whether it did."""
    words = {name: t(f"scenarios.link.{name}") for name in ("copy", "copied", "refused")}
    own_component(PROJECT, PART, HERE)(key=key, data={"label": label, "link": link, **words})
