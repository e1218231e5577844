"""What the person is looking at: one declared schema, kept in the session and in the link, nowhere else.

The session is what counts while somebody works; the address bar follows it, so that a copied link reopens what is seen.
Only what differs from the defaults is written. Widgets are set from here before they are drawn and write here when they
change, so they keep their value when a person moves between pages.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from analytics.inputs import KINDS, SECTORS
from analytics.scenario import Scenario, differences, scenario_from
from ui.language import DEFAULT as DEFAULT_LANGUAGE
from ui.language import SESSION_KEY as LANGUAGE_KEY
from ui.language import languages
from ui.link import PREFIX, LinkProblem, parameters_of, scenario_of


@dataclass(frozen=True)
class Seen:
    """One thing a link can say: its parameter, its default, how its text is read (ValueError when it cannot be)."""

    name: str
    default: Any
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(text)
        return text

    return read


def _code(text: str) -> str:
    if not (text and len(text) <= 40 and all(c.isalnum() or c in "_-" for c in text)):
        raise ValueError(text)
    return text


def _codes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_code(part) for part in text.split(",")))


def _name(text: str) -> str:
    if not (0 < len(text) <= 200 and text.isprintable()):
        raise ValueError(text)
    return text


def _year(text: str) -> int:
    if not (len(text) == 4 and text.isdigit()):
        raise ValueError(text)
    return int(text)


SCHEMA: Final[tuple[Seen, ...]] = (
    Seen("lang", DEFAULT_LANGUAGE, _one_of(*languages())),
    Seen("country", "", lambda text: _code(text.upper())),
    Seen("level", 0, lambda text: int(_one_of("1", "2", "3")(text))),
    Seen("areas", (), _codes, ",".join),
    Seen("sector", "", _one_of(*SECTORS)),
    Seen("indicator", "", _code),
    Seen("beside", "", _code),
    Seen("classes", "", _one_of("fixed", "quantile", "natural")),
    Seen("dimension", "", _code),
    Seen("year", 0, _year),
    Seen("kind", "", _one_of(*KINDS)),
    Seen("view", "", _code),
    Seen("layout", "", _one_of("areas", "rows")),
    Seen("sort", "", _code),
    Seen("partner", "", _name),
    Seen("recipient", "", _one_of("public", "private", "civil", "international", "unknown")),
    Seen("reach", "", _one_of("local", "national", "international", "unknown")),
    Seen("status", "", _one_of("planned", "completed")),
)
"""Everything a link can say besides the scenario. An empty default means: the page chooses."""

_BY_NAME: Final = {item.name: item for item in SCHEMA}
_KEY: Final = "seen"
_SCENARIO: Final = "scenario"
_LINK: Final = "link"
_PATH: Final = "link_path"
_PROBLEMS: Final = "link_problems"
_TOUCHED: Final = "link_touched"
_SUPERSEDED: Final = "link_superseded"
_OPENED: Final = "link_opened"
_RACE_SECONDS: Final = 3.0


# -- reading and changing what is seen ---------------------------------------------------------------------------


def get(name: str) -> Any:
    """The value of one thing of SCHEMA."""
    return _seen().get(name, _BY_NAME[name].default)


def put(name: str, value: Any) -> None:
    """Changes one thing of SCHEMA; the link follows."""
    _seen()[_BY_NAME[name].name] = value
    if name == "lang":
        st.session_state[LANGUAGE_KEY] = value
    if name == "country":
        _seen().update(level=0, areas=(), indicator="", beside="", year=0, partner="")
    if name == "level":
        _seen().update(areas=())
    _changed()


def correct(name: str, value: Any) -> None:
    """Replaces what a link asked for and the store does not have; what was wrong stays said."""
    _seen()[_BY_NAME[name].name] = value
    st.session_state[_TOUCHED] = True


def looked_at() -> dict[str, Any]:
    """What is chosen besides the scenario, its country and the language: areas, sector, indicator, year, kind, view."""
    return {name: value for name, value in _seen().items() if name not in ("lang", "country", "level") and value != _BY_NAME[name].default}


def look_at(chosen: dict[str, Any]) -> None:
    """Goes back to choices that `looked_at` gave."""
    kept = {name: value for name, value in _seen().items() if name in ("lang", "country", "level")}
    st.session_state[_KEY] = kept | chosen
    _changed()


def country() -> str:
    """ISO3 of the country asked for, or "" for the first of the store; `session.country` has the one that is there."""
    return str(get("country"))


def level() -> int:
    """Planning level asked for, 0 for the country's own first."""
    return int(get("level"))


def selected_areas() -> tuple[str, ...]:
    """P-codes selected, in the order they were chosen: the first is the area in focus, the others are compared with it."""
    return tuple(get("areas"))


def selected_area() -> str | None:
    """P-code of the area in focus."""
    return next(iter(selected_areas()), None)


def select_area(pcode: str | None) -> None:
    """Puts an area in focus (None: none); areas it is compared with stay."""
    others = tuple(code for code in selected_areas()[1:] if code != pcode)
    put("areas", () if pcode is None else (pcode, *others))


def compare_with(pcode: str | None) -> None:
    """Sets the one area the focus is compared with (None: none)."""
    focus = selected_area()
    if focus is not None:
        put("areas", (focus,) if pcode in (None, focus) else (focus, pcode))


def scenario() -> Scenario:
    """The scenario of this session."""
    return st.session_state.setdefault(_SCENARIO, Scenario())


def set_scenario(**changes: Any) -> None:
    """Changes fields of the scenario. Raises ScenarioError when a value is out of range or unknown."""
    st.session_state[_SCENARIO] = scenario_from({**differences(scenario()), **changes})
    _changed()


def use_scenario(new: Scenario) -> None:
    """Replaces the scenario, e.g. by a saved one."""
    st.session_state[_SCENARIO] = new
    _changed()


def reset_scenario() -> None:
    """Back to METHOD's defaults."""
    use_scenario(Scenario())


# -- the link --------------------------------------------------------------------------------------------------


def open_link() -> None:
    """Reads the address bar when it says something new, else writes it. Called once at the start of every run.

    A run that starts from a widget brings the address as the browser knew it, which can be older than what we last wrote;
    the session counts then. So it does after moving to another page, which empties the address.
    """
    st.session_state[_OPENED] = True
    incoming = {key: value for key, value in st.query_params.to_dict().items() if key in _BY_NAME or key.startswith(PREFIX)}
    path, before = st.context.url, st.session_state.get(_PATH)
    st.session_state[_PATH] = path
    if st.session_state.pop(_TOUCHED, False) or (not incoming and before != path and before is not None) or _is_late(incoming):
        publish()
    elif incoming != st.session_state.get(_LINK):
        _take(incoming)


def opened_by_app() -> bool:
    """Whether app.py began this run; asked once a run, by the head of the page."""
    return bool(st.session_state.pop(_OPENED, False))


def publish() -> None:
    """Writes what is seen into the address bar."""
    parameters = link_parameters()
    written = st.session_state.get(_LINK)
    if written is not None and written != parameters:
        st.session_state.setdefault(_SUPERSEDED, []).append((time.monotonic(), written))
        del st.session_state[_SUPERSEDED][:-8]
    st.session_state[_LINK] = parameters
    kept = {k: v for k, v in st.query_params.to_dict().items() if k not in _BY_NAME and not k.startswith(PREFIX)}
    if {**kept, **parameters} != st.query_params.to_dict():
        st.query_params.from_dict({**kept, **parameters})


def link_parameters() -> dict[str, str]:
    """The parameters that reopen what is seen."""
    seen = _seen()
    ours = {item.name: item.write(seen[item.name]) for item in SCHEMA if seen.get(item.name, item.default) != item.default}
    return {**ours, **parameters_of(scenario())}


def report(problem: LinkProblem) -> None:
    """Keeps a sentence about the link for `link_problems`, once."""
    said = st.session_state.setdefault(_PROBLEMS, [])
    if problem not in said:
        said.append(problem)


def link_problems() -> list[LinkProblem]:
    """What in the opened link could not be used, to be said until the next change."""
    return list(st.session_state.get(_PROBLEMS, ()))


def _seen() -> dict[str, Any]:
    return st.session_state.setdefault(_KEY, {})


def _changed() -> None:
    st.session_state[_TOUCHED] = True
    st.session_state.pop(_PROBLEMS, None)


def _take(parameters: dict[str, str]) -> None:
    problems: list[LinkProblem] = []
    seen: dict[str, Any] = {}
    for item in SCHEMA:
        if item.name in parameters:
            try:
                seen[item.name] = item.read(parameters[item.name])
            except ValueError:
                problems.append(LinkProblem(item.name, parameters[item.name], "link.unreadable"))
    new, wrong = scenario_of(parameters)
    st.session_state[_KEY] = seen
    st.session_state[_SCENARIO] = new
    st.session_state[LANGUAGE_KEY] = get("lang")
    st.session_state[_PROBLEMS] = problems + wrong
    st.session_state[_LINK] = parameters


def _is_late(incoming: dict[str, str]) -> bool:
    """An address that we replaced a moment ago: the browser sent it before our newer one reached it (not the Back button)."""
    now = time.monotonic()
    return any(incoming == old and now - when < _RACE_SECONDS for when, old in st.session_state.get(_SUPERSEDED, ()))
