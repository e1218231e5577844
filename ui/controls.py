"""The controls: country, level, language and scenario in one place on every page, and widgets made from the scenario's inputs.

Each widget owns its session key, is set from the state before it is drawn and writes to the state when it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from analytics.scenario import differences
from analytics.scenario_inputs import BY_KEY
from ui import session, state
from ui.input_text import input_value
from ui.language import catalogue, column, languages, t, tn
from ui.scenario_controls import scenario_control, scenario_controls, shock_control
from ui.widget_keys import labels_of, prepared, widget_key

__all__ = ["area_chooser", "chosen", "level_name", "scenario_control", "scenario_controls", "segmented", "shock_control", "sidebar"]


def sidebar() -> None:
    """Country, planning level, language and scenario, at the top of the sidebar of every page."""
    with st.sidebar:
        frame = session.countries()
        chosen("country", t("ui.country"), list(frame.index), lambda iso3: str(frame.at[iso3, column()]), session.country())
        if len(session.levels()) > 1:
            segmented("level", t("ui.level"), list(session.levels()), level_name, session.map_level(), help=t("ui.level_help"))
        language_chooser()
        _scenario_in_use()


def language_chooser() -> None:
    """The languages, side by side."""
    segmented("lang", t("ui.language"), list(languages()), lambda code: str(catalogue(code).locale.display_name).capitalize(), state.get("lang"))


def level_name(level: int) -> str:
    """A level with the number of its areas in the country on screen."""
    return t("ui.level_named", level=level, areas=len(session.areas(level)))


def chosen(
    name: str,
    label: str,
    options: Sequence[Any],
    format: Callable[[Any], str],
    value: Any,
    *,
    help: str | None = None,
    hidden: bool = False,
) -> Any:
    """A list to choose one thing of the state's schema from. Returns what is chosen."""
    key = prepared(name, value)
    st.selectbox(
        label,
        options,
        format_func=labels_of(options, format),
        key=key,
        on_change=_keep,
        args=(name, key, tuple(options), None),
        help=help,
        label_visibility="collapsed" if hidden else "visible",
    )
    return st.session_state[key]


def segmented(
    name: str,
    label: str,
    options: Sequence[Any],
    format: Callable[[Any], str],
    value: Any,
    *,
    read: Callable[[Any], Any] | None = None,
    help: str | None = None,
) -> Any:
    """Two to five choices side by side for one thing of the state's schema. Returns what is chosen."""
    key = prepared(name, value)
    st.segmented_control(
        label,
        options,
        format_func=labels_of(options, format),
        key=key,
        on_change=_keep,
        args=(name, key, tuple(options), read),
        required=True,
        help=help,
        width="stretch",
        wrap=True,
    )
    return value


def area_chooser(label: str, *, at_level: int | None = None, compared: bool = False) -> str | None:
    """A list of the areas of a level by name; sets the area in focus, or the one it is compared with. Returns the P-code."""
    frame = session.areas(at_level)
    names = frame[column()]
    same = names.duplicated(keep=False)
    parents = frame[column("parent_name")]

    def named(pcode: str) -> str:
        return f"{names[pcode]} ({parents[pcode]})" if same[pcode] else str(names[pcode])

    options = sorted(frame.index, key=lambda code: names[code])
    picked = state.selected_areas()
    value = (picked[1] if len(picked) > 1 and picked[1] in frame.index else None) if compared else session.focus(at_level)
    key = prepared("compared" if compared else "area", value)
    st.selectbox(
        label,
        options,
        format_func=named,
        key=key,
        index=None,
        placeholder=t("ui.choose_area"),
        on_change=_keep_area,
        args=(key, tuple(options), compared),
    )
    return value


def _scenario_in_use() -> None:
    changed = differences(state.scenario())
    label = tn("ui.scenario_changed", len(changed)) if changed else t("ui.scenario_defaults")
    # not a popover: Streamlit puts what it holds at the end of the page, where Tab does not come
    with st.expander(label, icon=":material/tune:", key=widget_key("scenario_in_use")):
        st.caption(t("ui.scenario_help"))
        if not changed:
            st.markdown(t("ui.scenario_none"))
            return
        for key, value in changed.items():
            if key in BY_KEY:
                st.markdown(
                    t(
                        "ui.scenario_line",
                        label=t(f"input.{key}.label"),
                        value=input_value(key, value),
                        default=input_value(key, BY_KEY[key].default),
                    )
                )
        st.button(t("ui.scenario_reset"), on_click=state.reset_scenario, key=widget_key("reset"), icon=":material/restart_alt:")


# After a change of language the browser can still send the label an option had in the other one, which Streamlit hands over as it
# is: a value that is none of the options is no choice.


def _keep(name: str, key: str, options: tuple[Any, ...], read: Callable[[Any], Any] | None) -> None:
    value = st.session_state[key]
    if value in options:
        state.put(name, read(value) if read else value)


def _keep_area(key: str, options: tuple[str, ...], compared: bool) -> None:
    value = st.session_state[key]
    if value is None or value in options:
        (state.compare_with if compared else state.select_area)(value)
