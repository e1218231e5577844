"""Columns that several tables share: an intervention by code and name, wide enough for the longest name of the catalogue."""

from __future__ import annotations

from typing import Final

from ui.columns import Column
from ui.language import t

NAME_WIDTH: Final = 460
"""Pixels of the longest name of an intervention in either language."""
ITEM_WIDTH: Final = 400
"""Pixels of the longest name of an item of the scorecard."""


def intervention_columns(width: int = NAME_WIDTH) -> list[Column]:
    """The code, for files alone, and the name of an intervention."""
    return [
        Column("code", t("plan.column.code"), hxl="#activity+code", on_screen=False),
        Column("name", t("plan.column.intervention"), hxl="#activity+name", width=width),
    ]
