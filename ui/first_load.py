"""What a page with a map is told to fetch while its own script is still on its way: the map's code and the outline it drew last time.

Without it the browser learns of the outline only when Streamlit has loaded, connected and run the page.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from functools import cache
from html import escape
from threading import Lock
from typing import Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import streamlit as st

from ui.bundle import streamlit_files
from ui.map_component import HERE, PART, PROJECT
from ui.sign_in_settings import auth_section

CODE: Final = f"_stcore/bidi-components/{PROJECT}.{PART}"
EARLY: Final = "early.js"
MOST: Final = 1024
"""Addresses remembered."""
_IMPORTED: Final = re.compile(r'(?:from|import)\s*["\'](\./[\w.-]+\.js)["\']')
Address = tuple[str, str]

_drawn: OrderedDict[Address, str] = OrderedDict()
_lock = Lock()


def remember(outline: str, *, usual: bool) -> None:
    """Keep that the page of this run drew an outline; `usual`: also for an address that names no country."""
    address = st.context.url
    if not address:
        return
    page = urlsplit(address).path.rstrip("/")
    asked = st.query_params.to_dict()
    with _lock:
        for query in (_in_order(list(asked.items())), _place(asked.get("country"), asked.get("level")), *([_place(None, None)] if usual else [])):
            _drawn[page, query] = outline
            _drawn.move_to_end((page, query))
        while len(_drawn) > MOST:
            _drawn.popitem(last=False)


def head(path: str, query: str) -> str:
    """What goes into the head of a page: nothing for one that drew no map yet, or where people sign in first."""
    if auth_section():
        return ""
    asked = parse_qs(query)
    country, level = (asked[name][-1] if asked.get(name) else None for name in ("country", "level"))
    page = path.rstrip("/")
    with _lock:
        outline = _drawn.get((page, _in_order(parse_qsl(query)))) or _drawn.get((page, _place(country, level)))
    if outline is None:
        return ""
    modules = [f"static/js/{name}" for name in component_files()] + [f"{CODE}/{name}" for name in map_files()]
    links = "".join(f'<link rel="modulepreload" crossorigin href="./{escape(name)}">' for name in modules)
    early = escape(f"./{CODE}/{EARLY}?{urlencode({'outline': outline})}")
    return (f'<link rel="preload" as="fetch" crossorigin href="./{escape(outline)}">{links}'
            f'<script type="module" async crossorigin src="{early}"></script>')


@cache
def map_files() -> tuple[str, ...]:
    """The modules of the map, by name."""
    return tuple(sorted(file.name for file in (HERE / "assets").glob("*.js") if file.name != EARLY))


@cache
def component_files() -> tuple[str, ...]:
    """The files in which the installed Streamlit keeps what mounts a component, beside those its page asks for itself; none when it has none."""
    folder = streamlit_files() / "js"
    page = (streamlit_files().parent / "index.html").read_text(encoding="utf-8")
    waiting = sorted(folder.glob("BidiComponent.*.js"))
    found: dict[str, None] = {}
    while waiting:
        file = waiting.pop()
        if file.name in found or file.name in page or not file.is_file():
            continue
        found[file.name] = None
        waiting += [folder / name.removeprefix("./") for name in _IMPORTED.findall(file.read_text(encoding="utf-8"))]
    return tuple(found)


def _place(country: str | None, level: str | None) -> str:
    return f"country {country or ''} {level or ''}"


def _in_order(asked: list[tuple[str, str]]) -> str:
    return urlencode(sorted(asked))
