"""Who is looking, in which language, at which country: then the page that was asked for. Nothing else."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from data.errors import StoreUnavailable
from ui import controls, page, scenario_controls, session, shared, state, steps, widget_keys, workspace
from ui.language import t

PAGES = (
    ("situation", ":material/home:"),
    ("returns", ":material/transfer_within_a_station:"),
    ("communities", ":material/holiday_village:"),
    ("conditions", ":material/handshake:"),
    ("coverage", ":material/grid_on:"),
    ("plan", ":material/checklist:"),
    ("scenarios", ":material/bookmarks:"),
    ("data", ":material/database:"),
    ("method", ":material/menu_book:"),
)
"""The pages in the order of the menu, the first is the one that opens. A page without a file is not built yet and not shown."""

SIDEBAR_WIDTH = 350  # pixels: the longest country name fits
HOUSE = Path(__file__).resolve().parent

state.open_link()
shared.open_link()
workspace.refresh()
st.set_page_config(
    page_title=t("app.title"),
    page_icon=HOUSE / "static" / "favicon.png",
    layout="wide",
    initial_sidebar_state=SIDEBAR_WIDTH,
    menu_items={"About": t("app.about")},
)

try:
    session.settle()
    steps.follow()
except StoreUnavailable as error:
    page.store_unavailable(error)
    st.stop()

pages = {
    name: st.Page(file, title=t(f"nav.{name}"), icon=icon, help=t(f"nav.{name}.help"), url_path=name)
    for name, icon in PAGES
    if (file := HOUSE / "pages" / f"{name}.py").exists()
}
opened = st.navigation(list(pages.values()), position="sidebar", expanded=True)
scenario_controls.begin_run()
widget_keys.enter("sidebar")
controls.sidebar()
steps.sidebar()
widget_keys.enter(next(name for name, one in pages.items() if one is opened))
opened.run()
