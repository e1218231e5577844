"""Every export there is, as data: the lines under figures, and the buttons that give a file; and the same, read from the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Set
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Final

from data.workspace.actor import Right
from tests.audience.visiting import Client
from ui.menu import PAGES

HOUSE: Final = Path(__file__).resolve().parents[2]
RIGHT_OF_PAGE: Final[dict[str, Right]] = {name: right for name, _, right in PAGES}
LINES: Final = frozenset({
    "communities.gap_map", "communities.gaps", "communities.gaps_chart", "communities.map*", "communities.profile", "communities.profile_chart",
    "communities.table", "conditions.actors", "conditions.history", "conditions.items", "conditions.map", "conditions.prices",
    "conditions.structures", "conditions.unlocked", "coverage.by_*", "coverage.duplicates", "coverage.flow", "coverage.flow_table", "coverage.gaps",
    "coverage.map", "coverage.matrix", "coverage.states", "coverage.status_chart", "coverage.table", "coverage.targets_chart",
    "coverage.targets_table", "coverage.who.*", "data.issues", "data.quality", "data.sheets", "data.sources", "method.assumptions",
    "method.indicators", "method.interventions", "method.sources", "plan.*", "plan.areas", "plan.assess", "plan.caps", "plan.curve", "plan.earmarks",
    "plan.floors", "plan.funding", "plan.gantt", "plan.kinds", "plan.map", "plan.mixed", "plan.prices", "plan.reach", "plan.sectors", "plan.spending",
    "plan.stances", "plan.units", "returns.flows", "returns.flows.table", "returns.host_bars", "returns.host_table", "returns.map", "returns.table",
    "returns.trend", "returns.uk", "returns.who", "scenarios.differences", "scenarios.headline", "scenarios.history.table", "scenarios.map.*",
    "situation.map", "situation.table",
})
"""Keys of the figures that have a line of files, `*` for what changes; the first word is the page."""
BUTTONS: Final[dict[str, Right]] = {"plan.json": "see_figures", "scenarios.file": "read", "*template.get": "import_data"}
"""Keys of the buttons that give a file, and the right it takes."""


def key_of(line: str) -> str:
    """The key of the figure a line stands under, by the line's id."""
    return line.split("-", 2)[2].removesuffix(".export")


def entry_of(line: str) -> str:
    """The line's entry of the table, "" where it has none."""
    return max((one for one in LINES if fnmatchcase(key_of(line), one)), key=len, default="")


def screens(client: Client, page: str, query: Mapping[str, str]) -> Iterator[tuple[dict[str, str | bool], list[str]]]:
    """A page as a link opens it, then with everything on it opened, tab by tab: the states that show each screen, and its lines."""
    address = "" if page == PAGES[0].name else page
    client.open(address, query=query)
    tabs, shown = client.tabs(), client.opens()
    # the first of each is open as the page opens
    others = [one for place, one in enumerate(tabs) if one[0] in {name for name, _ in tabs[:place]}]
    for tab, label in [("", ""), *others]:
        states: dict[str, str | bool] = {**shown, **({tab: label} if tab else {})}
        client.open(address, states=states)
        if more := {one: True for one in client.opens() if one not in states}:
            states |= more
            client.open(address, states=states)
        yield states, client.lines_of_export()


def lines_in_code() -> set[str]:
    """Keys of every figure that gets a line, read from the calls in pages/ and ui/: from `exports.foot` up to where a key is said."""
    keys: dict[str, set[str]] = {"foot": {"{key}"}}
    found: set[str] = set()
    size = -1
    while size != (size := sum(map(len, keys.values()))):
        for function, call in _calls():
            name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""
            if name not in keys or (name == "foot" and not _is_the_giver(call)):
                continue
            own = {one.arg for one in (*function.args.args, *function.args.kwonlyargs)} if function else set()
            for one in list(keys[name]):
                whole = one
                for parameter in re.findall(r"{(\w+)}", one):
                    whole = whole.replace(f"{{{parameter}}}", pattern(_given(call, name, parameter), own))
                if function and "{" in whole:
                    keys.setdefault(function.name, set()).add(whole)
                else:
                    found.add(whole)
    return found


def buttons_in_code() -> set[str]:
    """Keys of every button that gives a file."""
    calls = [call for _, call in _calls() if isinstance(call.func, ast.Attribute) and call.func.attr == "download_button"]
    return {pattern(next(word.value for word in call.keywords if word.arg == "key")) for call in calls}


def _is_the_giver(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id == "exports"


def _given(call: ast.Call, name: str, parameter: str) -> ast.expr | None:
    """What a call gives for a parameter of a function of this name."""
    by_name = [word.value for word in call.keywords if word.arg == parameter]
    if by_name:
        return by_name[0]
    order = next(([one.arg for one in function.args.args] for function in _functions() if function.name == name), [])
    place = order.index(parameter) if parameter in order else len(call.args)
    return call.args[place] if place < len(call.args) else None


def pattern(said: ast.expr | None, parameters: Set[str] = frozenset()) -> str:
    """A key as it is written: its words, a parameter of the function it stands in as `{name}`, `*` for anything else."""
    if isinstance(said, ast.Constant):
        return str(said.value)
    if isinstance(said, ast.Name) and said.id in parameters:
        return "{" + said.id + "}"
    if isinstance(said, ast.FormattedValue):
        return pattern(said.value, parameters)
    if isinstance(said, ast.JoinedStr):
        return "".join(pattern(part, parameters) for part in said.values)
    if isinstance(said, ast.Call) and ast.unparse(said.func) == "widget_key":
        return f"*{pattern(said.args[0], parameters)}"
    return "*"


@cache
def _trees() -> list[ast.Module]:
    return [ast.parse(path.read_text(encoding="utf-8")) for path in sorted([*(HOUSE / "ui").rglob("*.py"), *(HOUSE / "pages").glob("*.py")])]


@cache
def _functions() -> list[ast.FunctionDef]:
    return [node for tree in _trees() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


@cache
def _calls() -> list[tuple[ast.FunctionDef | None, ast.Call]]:
    """Every call in pages/ and ui/, with the function it stands in (None at the top of a page)."""
    inside = {node: function for function in _functions() for node in ast.walk(function) if isinstance(node, ast.Call)}
    return [(inside.get(node), node) for tree in _trees() for node in ast.walk(tree) if isinstance(node, ast.Call)]
