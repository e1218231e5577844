"""Who is looking, in which language, at which country: then the page that was asked for. Nothing else."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from data.errors import StoreUnavailable
from data.protection import NoRelease
from ui import controls, door, new_figures, own_words, page, scenario_controls, settling, shared, state, steps, widget_keys, workspace
from ui.language import t
from ui.menu import FIRST, PAGES

SIDEBAR_WIDTH = 350  # pixels: the longest country name fits
HOUSE = Path(__file__).resolve().parent

workspace.refresh()
state.open_link()
st.set_page_config(
    page_title=t("app.title"),
    page_icon=HOUSE / "static" / "favicon.png",
    layout="wide",
    initial_sidebar_state=SIDEBAR_WIDTH,
    menu_items={"About": t("app.about")},
)
widget_keys.enter("sidebar")
if not workspace.may("see_figures"):
    # under every address, so that a link to a page finds the door and not a page that does not exist
    doors = [st.Page(door.closed, title=t("app.title"), url_path=name, default=name == FIRST) for name, *_ in PAGES]
    st.navigation(doors, position="hidden").run()
    with st.sidebar:
        controls.language_chooser()
    door.sidebar()
    st.stop()

try:
    shared.open_link()
    settling.settle()
    steps.follow()
    new_figures.say()
except StoreUnavailable as error:
    page.store_unavailable(error)
    st.stop()
except NoRelease as error:
    door.nothing_published(error)
    door.sidebar()
    st.stop()

pages = {}
for name, icon, right in PAGES:
    opens = workspace.may(right)
    pages[name] = st.Page(
        HOUSE / "pages" / f"{name}.py" if opens else door.not_for_you(name), title=t(f"nav.{name}"), icon=icon, help=t(f"nav.{name}.help"),
        url_path=name, visibility="visible" if opens else "hidden",
    )
opened = st.navigation(list(pages.values()), position="sidebar", expanded=True)
scenario_controls.begin_run()
controls.sidebar()
steps.sidebar()
door.sidebar()
new_figures.look()
widget_keys.enter(next(name for name, one in pages.items() if one is opened))
own_words.put()
opened.run()
