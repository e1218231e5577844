"""The pages of the house in the order of the menu: which there are, with which icon, opened by which right."""

from __future__ import annotations

from typing import Final, NamedTuple

from data.workspace.actor import Right


class Entry(NamedTuple):
    """A page: its name (that of its file and of its address), its icon, the right that opens it."""

    name: str
    icon: str
    right: Right


PAGES: Final = (
    Entry("situation", ":material/home:", "see_figures"),
    Entry("returns", ":material/transfer_within_a_station:", "see_figures"),
    Entry("communities", ":material/holiday_village:", "see_figures"),
    Entry("conditions", ":material/handshake:", "read"),
    Entry("coverage", ":material/grid_on:", "see_figures"),
    Entry("plan", ":material/checklist:", "see_figures"),
    Entry("scenarios", ":material/bookmarks:", "read"),
    Entry("data", ":material/database:", "import_data"),
    Entry("method", ":material/menu_book:", "see_figures"),
)
"""The first is the one that opens."""

FIRST: Final = PAGES[0].name
