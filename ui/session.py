"""What this session reads: the store or the release of its audience, the countries, the figures, the plan. Everything is remembered
under the audience, the store's generation and the language, so that no figure crosses from one to another.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

import pandas as pd
import streamlit as st

from analytics.assessment import Assessment, assess
from analytics.fitting import misfits, without
from analytics.inputs import PlanInputs
from analytics.plan import Plan
from analytics.ready import Ready
from analytics.returns import ExpectedReturns, expected_returns
from analytics.scenario import Scenario
from data import protection, queries
from data.generations import store_dir
from data.planning import areas_at, plan_inputs, returns_at
from data.store import Store, open_store, pointer_mark
from data.workspace.actor import authorise
from ui import state, workspace
from ui.language import column, language, t
from ui.link import LinkProblem
from ui.memory import memory
from ui.solving import solving

RELEASES: Final[dict[str, protection.Audience]] = {"facilitator": "inside", "donor": "outside"}
"""Audiences that see a release in place of the store: one fixed protected cube, the same for everybody of the audience."""

_STORE: Final = "store"
_LOOK_AGAIN_SECONDS: Final = 0.2
"""A rerun asks for the store sixty times; the pointer is looked at once."""

Result = TypeVar("Result")


def audience() -> str:
    """Who is looking, as a class: the role. It belongs into the key of everything that is kept (FINDINGS 10)."""
    return workspace.reader().role


def is_protected() -> bool:
    """Whether the audience sees a release, in which small numbers are protected, and not the store."""
    return audience() in RELEASES


def store() -> Store:
    """What the audience may read: the store's generation in use for officers, the published release for the others. Opened once a
    process; a new generation or release is picked up by the next rerun.

    Raises StoreUnavailable when none opens, NoRelease when nothing was published, NotAllowed for who may see no figures.
    """
    who = workspace.reader()
    authorise(who, "see_figures")
    known: tuple[float, str, Store] | None = st.session_state.get(_STORE)
    if known is None or known[1] != who.role or time.monotonic() - known[0] > _LOOK_AGAIN_SECONDS:
        folder, release = store_dir(), RELEASES.get(who.role)
        found = _opened(str(folder), pointer_mark(folder)) if release is None else _released(str(folder), release, protection.release_mark(folder))
        known = st.session_state[_STORE] = (time.monotonic(), who.role, found)
    return known[2]


def basis() -> str:
    """What every result rests on: the store's generation or the release, and what the programme entered in the workspace."""
    return f"{store().generation.path} {workspace.mark()}"


def basis_name() -> str:
    """What the figures on screen rest on, as a page and a file say it: the release by its number, or the store's generation."""
    if is_protected():
        return t("audience.release", release=int(query(queries.release)["number"].iloc[0]))
    generation = store().generation
    return t("ui.generation", number=generation.number, digest=generation.digest)


def remember(name: str, build: Callable[[], Result], *key: Any) -> Result:
    """What `build` gives, computed once for this audience, generation, language and key. Treat it as read only."""
    return memory().recall((name, audience(), basis(), language(), key), build)  # type: ignore[no-any-return]


def draw(name: str, drawing: Callable[[], Any], *key: Any) -> None:
    """Draws something without widgets: Streamlit replays what it looked like for this audience, generation, language and key."""
    _drawn(name, audience(), basis(), language(), key, drawing)


def query(read: Callable[..., Result], *arguments: Any) -> Result:
    """The result of one of `data.queries`, read once: `query(queries.returns_by_year, country())`. Treat it as read only."""
    opened = store()
    return memory().recall((read.__name__, audience(), opened.generation.path, arguments), lambda: read(opened, *arguments))  # type: ignore[no-any-return]


def countries() -> pd.DataFrame:
    """The countries of the store, index ISO3, in the store's order: the first is the default."""
    opened = store()
    key = ("countries by code", audience(), opened.generation.path)
    return memory().recall(key, lambda: queries.countries(opened).set_index("iso3"))  # type: ignore[no-any-return]


def country() -> str:
    """ISO3 of the country on screen."""
    return state.country() or str(countries().index[0])


def country_name(iso3: str | None = None) -> str:
    """Name of a country of the store in the language spoken."""
    return str(countries().at[iso3 or country(), column()])


def level() -> int:
    """Planning level on screen: the one chosen, else the country's own."""
    row = countries().loc[country()]
    return state.level() if state.level() in row["levels"] else int(row["default_level"])


def map_level() -> int:
    """Level of maps and figures on screen: the one chosen where a map exists for it, else the planning level."""
    return state.level() if state.level() in countries().at[country(), "map_levels"] else level()


def levels() -> tuple[int, ...]:
    """Levels that can be chosen: those of plans and those of maps."""
    row = countries().loc[country()]
    return tuple(sorted({*row["levels"], *row["map_levels"]}))


def areas(at_level: int | None = None) -> pd.DataFrame:
    """Areas of a level (default: the planning level), index P-code, with names, parent and population."""
    return query(queries.areas, country(), level() if at_level is None else at_level)


def area_name(pcode: str | None) -> str:
    """Name of an area of any level in the language spoken; the country's name for the whole country."""
    if pcode is None or pcode == country():
        return country_name()
    for at_level in levels():
        frame = areas(at_level)
        if pcode in frame.index:
            return str(frame.at[pcode, column()])
    return t("ui.unknown_area")


def focus(at_level: int | None = None) -> str | None:
    """The selected area at a level (default: the planning level): itself, or the larger area it lies in; None for the whole country."""
    frame = areas(at_level)
    chosen = state.selected_area()
    if chosen is None or chosen in frame.index:
        return chosen
    for finer in levels():
        inside = areas(finer)
        if chosen in inside.index and inside.at[chosen, "parent"] in frame.index:
            return str(inside.at[chosen, "parent"])
    return None


def inputs() -> PlanInputs:
    """What the method reads for the country and level on screen. Shared between sessions: read only."""
    return inputs_of(country(), level())


def inputs_of(iso3: str, at_level: int) -> PlanInputs:
    """What the method reads for a country and level, a level that has only maps included."""
    return _inputs(audience(), basis(), iso3, at_level)


def map_inputs() -> PlanInputs:
    """What the method reads for the country at the level of the maps."""
    return inputs_of(country(), map_level())


def plan(scenario: Scenario | None = None, at_level: int | None = None) -> Plan:
    """The plan for what is on screen, computed once per scenario. Shared between sessions: read only."""
    at = at_level or level()
    chosen = workspace.priced(fitted(scenario or state.scenario(), at), country())
    with solving(), st.spinner(t("ui.computing"), show_time=True):
        return _plan(audience(), basis(), country(), at, chosen.model_dump_json(), chosen)


def parents(finer: int, coarser: int) -> dict[str, str]:
    """The area of a coarser level that each area of a finer one lies in."""
    inside = {str(pcode): str(pcode) for pcode in areas(finer).index}
    for at_level in (one for one in sorted(levels(), reverse=True) if coarser < one <= finer):
        above = areas(at_level)["parent"]
        inside = {pcode: str(above[within]) for pcode, within in inside.items()}
    return inside


def fitted(scenario: Scenario, at_level: int | None = None) -> Scenario:
    """The scenario as far as it fits the country on screen; what does not fit is said once and stays in the scenario."""
    missing = unfit(scenario, at_level)
    for field, key in missing:
        problem = LinkProblem(f"s.{field}", key, "link.does_not_fit")
        if problem not in state.link_problems():
            state.report(problem)
    return without(scenario, missing) if missing else scenario


def unfit(scenario: Scenario, at_level: int | None = None) -> list[tuple[str, str]]:
    """(input, code) of all that a scenario names and the country on screen does not have at a level."""
    return misfits(inputs_of(country(), at_level or level()), scenario, assessment(scenario, at_level).found)


def default_budget(scenario: Scenario | None = None, at_level: int | None = None) -> float:
    """Half the cost of the plan that reaches the target, EUR (METHOD 6), computed once for all that does not touch that plan."""
    untouched = {"budget": None, "question": "budget", "units": {}, "balance": 0.0, "earmarks": (), "floors": {}, "name": ""}
    asked = workspace.priced((scenario or state.scenario()).model_copy(update=untouched), country())
    return _default_budget(audience(), basis(), country(), at_level or level(), asked.model_dump_json(), asked)


def assessment(scenario: Scenario | None = None, at_level: int | None = None) -> Assessment:
    """METHOD 1 to 5 for what is on screen, computed once per scenario. Shared between sessions: read only."""
    chosen = scenario or state.scenario()
    return _assessed(audience(), basis(), country(), at_level or level(), chosen.model_dump_json(), chosen)


def expected(at_level: int | None = None) -> ExpectedReturns:
    """Returns expected over the horizon (METHOD 1), computed once per scenario. Shared between sessions: read only."""
    chosen = state.scenario()
    return _expected(audience(), basis(), country(), at_level or level(), chosen.model_dump_json(), chosen)


@st.cache_resource(show_spinner=False, max_entries=2, on_release=lambda opened: opened.close())
def _opened(folder: str, mark: tuple[int, int, int]) -> Store:
    return open_store(Path(folder))


@st.cache_resource(show_spinner=False, max_entries=4, on_release=lambda opened: opened.close())
def _released(folder: str, release: protection.Audience, mark: tuple[int, int, int]) -> Store:
    return protection.open_release(release, Path(folder))


@st.cache_resource(show_spinner=False, max_entries=500)
def _drawn(name: str, audience: str, generation: str, language: str, key: tuple[Any, ...], _draw: Callable[[], Any]) -> bool:
    _draw()
    return True


@st.cache_resource(show_spinner=False, max_entries=24)
def _inputs(audience: str, generation: str, iso3: str, at_level: int) -> PlanInputs:
    return workspace.with_entries(_stored_inputs(iso3, at_level))


def _stored_inputs(iso3: str, at_level: int) -> PlanInputs:
    opened = store()
    declared = queries.country(opened, iso3)
    if at_level in declared.planning_levels:
        return plan_inputs(opened, iso3, at_level)
    # a level with a map but no plan: the same figures, read at that level
    return replace(
        plan_inputs(opened, iso3, declared.default_level),
        level=at_level,
        areas=areas_at(opened, iso3, at_level),
        returns=returns_at(opened, iso3, at_level),
        indicators=queries.indicator_values(opened, iso3, at_level),
        activities=queries.activities(opened, iso3, at_level),
    )


@st.cache_resource(show_spinner=False, max_entries=400)
def _expected(audience: str, generation: str, iso3: str, at_level: int, scenario_text: str, _scenario: Scenario) -> ExpectedReturns:
    return expected_returns(_inputs(audience, generation, iso3, at_level), _scenario)


@st.cache_resource(show_spinner=False, max_entries=200)
def _assessed(audience: str, generation: str, iso3: str, at_level: int, scenario_text: str, _scenario: Scenario) -> Assessment:
    return assess(_inputs(audience, generation, iso3, at_level), _scenario, _ready(audience, generation, iso3, at_level).stage)


@st.cache_resource(show_spinner=False, max_entries=6)
def _ready(audience: str, generation: str, iso3: str, at_level: int) -> Ready:
    """What the last solution leaves: the next one, after a slider has moved, begins with it and comes to the same figures as one anew."""
    return Ready()


@st.cache_resource(show_spinner=False, max_entries=200)
def _default_budget(audience: str, generation: str, iso3: str, at_level: int, scenario_text: str, _scenario: Scenario) -> float:
    from analytics.compute import budget_by_default  # brings the solver, which no other page needs

    known = _assessed(audience, generation, iso3, at_level, scenario_text, _scenario)
    return budget_by_default(_inputs(audience, generation, iso3, at_level), _scenario, known, _ready(audience, generation, iso3, at_level))


@st.cache_resource(show_spinner=False, max_entries=200)
def _plan(audience: str, generation: str, iso3: str, at_level: int, scenario_text: str, _scenario: Scenario) -> Plan:
    from analytics.compute import plan as compute_plan  # brings the solver, which no other page needs

    known = _assessed(audience, generation, iso3, at_level, scenario_text, _scenario)
    needs_default = _scenario.question == "budget" and _scenario.budget is None
    return compute_plan(
        _inputs(audience, generation, iso3, at_level),
        _scenario,
        known,
        default_budget(_scenario, at_level) if needs_default else None,
        _ready(audience, generation, iso3, at_level),
    )
