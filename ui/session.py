"""What this session reads: the store, the countries, the figures of the chosen country, the plan. Everything is remembered
under the audience, the store's generation and the language, so that no figure crosses from one to another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import pandas as pd
import streamlit as st

from analytics.compute import plan as compute_plan
from analytics.inputs import PlanInputs
from analytics.plan import Plan
from analytics.scenario import Scenario
from data import queries
from data.planning import plan_inputs
from data.store import Store, open_store
from ui import state
from ui.language import column, language, t
from ui.link import LinkProblem

AUDIENCE: Final = "officer"
"""Who is looking. Sign-in will set it; until then everybody on this machine is a programme officer."""

Result = TypeVar("Result")


def store() -> Store:
    """The store's generation in use. Raises StoreUnavailable when none opens."""
    return open_store()


def remember(name: str, build: Callable[[], Result], *key: Any) -> Result:
    """What `build` gives, computed once for this audience, generation, language and key. Treat it as read only."""
    return _remembered(name, AUDIENCE, store().generation, language(), key, build)  # type: ignore[no-any-return]


def query(read: Callable[..., Result], *arguments: Any) -> Result:
    """The result of one of `data.queries`, read once: `query(queries.returns_by_year, country)`."""
    opened = store()
    return _queried(read.__name__, AUDIENCE, opened.generation, arguments, lambda: read(opened, *arguments))  # type: ignore[no-any-return]


def countries() -> pd.DataFrame:
    """The countries of the store, index ISO3, in the store's order: the first is the default."""
    frame: pd.DataFrame = query(queries.countries)
    return frame if frame.index.name == "country" else frame.set_index("country")


def country() -> str:
    """ISO3 of the country on screen."""
    return state.country() or str(countries().index[0])


def country_name(iso3: str | None = None) -> str:
    """Name of a country of the store in the language spoken."""
    return str(countries().at[iso3 or country(), column()])


def levels() -> tuple[int, ...]:
    """Planning levels of the country on screen, its own first."""
    return tuple(int(level) for level in countries().at[country(), "levels"])


def level() -> int:
    """Planning level on screen."""
    return state.level() or levels()[0]


def areas() -> pd.DataFrame:
    """Areas of the level on screen, index P-code, with names, parent and population."""
    frame: pd.DataFrame = query(queries.areas, country(), level())
    return frame if frame.index.name == "pcode" else frame.set_index("pcode")


def area_name(pcode: str | None) -> str:
    """Name of an area in the language spoken; the country's when it stands for the whole country."""
    if pcode is None or pcode == country():
        return country_name()
    frame = areas()
    if pcode in frame.index:
        return str(frame.at[pcode, column()])
    parents = frame.loc[frame["parent"] == pcode, column("parent_name")]
    return str(parents.iloc[0]) if len(parents) else t("ui.unknown_area")


def inputs() -> PlanInputs:
    """What the method reads for the country and level on screen. Shared between sessions: read only."""
    return inputs_of(country(), level())


def inputs_of(iso3: str, at_level: int) -> PlanInputs:
    """What the method reads for a country and level."""
    opened = store()
    return _inputs(AUDIENCE, opened.generation, iso3, at_level)


def plan(scenario: Scenario | None = None) -> Plan:
    """The plan for what is on screen, computed once per scenario. Shared between sessions: read only."""
    chosen = scenario or state.scenario()
    opened = store()
    with st.spinner(t("ui.computing"), show_time=True):
        return _plan(AUDIENCE, opened.generation, country(), level(), chosen.model_dump_json(), chosen)


def settle() -> None:
    """Brings what a link asks for to what the store has; what is not there is said and replaced by the default."""
    frame = countries()
    if state.country() and state.country() not in frame.index:
        asked = state.country()
        state.put("country", "")
        state.report(LinkProblem("country", asked, "link.no_country"))
    if state.level() and state.level() not in levels():
        asked = str(state.level())
        state.put("level", 0)
        state.report(LinkProblem("level", asked, "link.no_level"))
    known = areas().index
    strange = [code for code in state.selected_areas() if code not in known]
    if strange:
        state.put("areas", tuple(code for code in state.selected_areas() if code in known))
        for code in strange:
            state.report(LinkProblem("areas", code, "link.no_area"))


@st.cache_resource(show_spinner=False, max_entries=2_000)
def _remembered(name: str, audience: str, generation: str, language: str, key: tuple[Any, ...], _build: Callable[[], Any]) -> Any:
    return _build()


@st.cache_resource(show_spinner=False, max_entries=1_000)
def _queried(name: str, audience: str, generation: str, arguments: tuple[Any, ...], _read: Callable[[], Any]) -> Any:
    return _read()


@st.cache_resource(show_spinner=False, max_entries=24)
def _inputs(audience: str, generation: str, iso3: str, at_level: int) -> PlanInputs:
    return plan_inputs(open_store(), iso3, at_level)


@st.cache_resource(show_spinner=False, max_entries=200)
def _plan(audience: str, generation: str, iso3: str, at_level: int, scenario_text: str, _scenario: Scenario) -> Plan:
    return compute_plan(_inputs(audience, generation, iso3, at_level), _scenario)
