"""The map as the browser knows it: what it is handed, and what it reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ui.own_component import own_component

PROJECT: Final = "ancrage"
PART: Final = "map"
LONGEST_CODE: Final = 40
HERE: Final = Path(__file__).parent


@dataclass(frozen=True)
class Picked:
    """What somebody did on a map: the P-codes now chosen, the first in focus (None: unchanged), and the level asked for."""

    areas: tuple[str, ...] | None = None
    level: int | None = None


def mount(data: dict[str, Any], *, key: str, on_pick: Callable[[], None]) -> None:
    """Put the map on the page; `on_pick` is called before the run that follows a choice, which `session_state[key].picked` holds."""
    own_component(PROJECT, PART, HERE)(key=key, data=data, on_picked_change=on_pick)


def picked(value: Any) -> Picked | None:
    """What a map reports, read with care: it comes from a browser. None when it says nothing that can be used."""
    if not isinstance(value, dict):
        return None
    areas, level = value.get("areas"), value.get("level")
    codes = tuple(dict.fromkeys(code for code in areas if isinstance(code, str) and 0 < len(code) <= LONGEST_CODE)) if isinstance(areas, list) else None
    chosen = level if isinstance(level, int) and not isinstance(level, bool) else None
    return None if codes is None and chosen is None else Picked(codes, chosen)
