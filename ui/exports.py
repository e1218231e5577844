"""The line under every chart, map and table: what the figure rests on, and its files (PNG, SVG, XLSX, CSV).

Nothing is made before somebody asks. What is asked for is made in the next full run, from the frame that run draws: a page that a
role may not open, or figures it may not see, cannot be exported, and no link to a file is ever published.
"""

from __future__ import annotations

import base64
import re
import secrets
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from analytics.inputs import QUALITIES
from analytics.scenario import MODEL_VERSION, differences
from analytics.scenario_inputs import BY_KEY
from data import queries
from data.importing.provenance import UNKNOWN
from ui import export_component, session, state
from ui import format as say
from ui.columns import Column
from ui.export_files import csv_bytes, xlsx_bytes
from ui.figures import quality_mark
from ui.input_text import input_value
from ui.language import column, language, t, tn
from ui.naming import licence_name, source_line

if TYPE_CHECKING:
    from ui.charts import Chart

Rows = Callable[[], tuple[pd.DataFrame, Sequence[Column]]]

CHART_WIDTH: Final = 1200
MAP_SIZE: Final = (1200, 760)
"""Points of a picture's body: the same on a phone and on a projector. PNG has twice as many pixels."""
MAP: Final = "map"
RELIEF: Final = "relief"

_ASKED: Final = "exports.asked"
_NARROW: Final = "exports.narrow"
_LATE_SECONDS: Final = 30.0
"""What was asked for on a figure that has gone since is forgotten."""


@dataclass(frozen=True)
class About:
    """What a figure shows and rests on. Empty parts are left out; `sources` None stands for every source of the country.

    `period` is what the figures speak of, `quality` the qualities that occur (weakest last), `filters` what was left out or chosen, a
    phrase each, `note` what a reader must know (a margin that is not joined), `level` the planning level, `scenario` whether the
    scenario's assumptions change the figure, `file_name` without ending.
    """

    title: str = ""
    period: str = ""
    quality: tuple[str, ...] = ()
    sources: tuple[str, ...] | None = None
    filters: tuple[str, ...] = ()
    note: str = ""
    level: int | None = None
    scenario: bool = False
    file_name: str = ""


def is_narrow() -> bool:
    """Whether a measured figure stands in as little width as a phone has."""
    return bool(st.session_state.get(_NARROW, False))


def foot(key: str, about: About, *, rows: Rows | None, picture: Chart | str | None, alt: str, measured: bool = False) -> None:
    """The line under the figure with this key: `rows` gives what it draws as a table, `picture` is its chart, MAP or RELIEF (pydeck).

    `measured`: the browser says when the figure has as little width as on a phone, and when it has not any more (`is_narrow`).
    """
    formats = [*(("png", "svg") if picture is not None else ()), *(("xlsx", "csv") if rows is not None else ())]
    widget = f"{key}.export"

    def ask() -> None:
        wanted = st.session_state[widget].asked
        if wanted in formats:
            # two figures can be asked before the next run: each gives its own file
            st.session_state.setdefault(_ASKED, {})[widget] = (wanted, time.monotonic())

    def size() -> None:
        st.session_state[_NARROW] = st.session_state[widget].width == "narrow"

    export_component.mount(
        {
            "formats": formats,
            "words": _words(about.title),
            "facts": session.remember("exports.facts", lambda: _facts(about), about, session.country(), _scenario_key(about)),
            "target": f"st-key-{re.sub(r'[^A-Za-z0-9_-]', '-', key)}",
            "file": _file_asked_for(widget, about, rows, picture, alt),
            **({"narrow": is_narrow()} if measured else {}),
        },
        key=widget,
        on_ask=ask,
        on_size=size,
    )


def of_screen() -> About:
    """What is said of a figure whose page says nothing more: the level of the plan, the assumptions in use, every source."""
    return About(level=session.level(), scenario=True)


def of_plan() -> About:
    """What is said of a figure of the plan: the horizon from the day after the latest returns, and the weakest quality of the demand."""
    quality = QUALITIES[int(session.assessment().needs.quality.to_numpy().max())]
    months = state.scenario().horizon_months
    period = tn("exports.horizon", months, start=say.date(session.inputs().returns_end + timedelta(days=1)))
    return replace(of_screen(), period=period, quality=(quality,))


def statement(about: About) -> list[tuple[str, str]]:
    """What a file says of itself besides its title, in order: (what, text)."""
    lines = [(t("exports.country"), session.country_name()), *_facts(about)]
    lines += [(t("exports.licence"), said) for said in [_licences(about)] if said]
    lines += [
        (t("exports.date"), say.date(Date.today())),
        (t("exports.model"), f"Ancrage {MODEL_VERSION}"),
        (t("exports.store"), session.basis_name()),
    ]
    return lines


def _file_asked_for(widget: str, about: About, rows: Rows | None, picture: Chart | str | None, alt: str) -> dict[str, Any] | None:
    asked = st.session_state.get(_ASKED, {}).pop(widget, None)
    if asked is None:
        return None
    wanted, when = asked
    if time.monotonic() - when > _LATE_SECONDS:
        return None
    file: dict[str, Any] = {"id": secrets.token_hex(8), "format": wanted, "name": f"{file_name(about)}.{wanted}"}
    if wanted in ("xlsx", "csv"):
        if rows is None:
            return None
        frame, columns = rows()
        made = csv_bytes(frame, columns) if wanted == "csv" else xlsx_bytes(frame, columns, title=about.title, statement=statement(about))
        return {**file, "bytes": base64.b64encode(made).decode("ascii")}
    file["frame"] = picture_frame(about, alt, borders=picture in (MAP, RELIEF))
    if picture == MAP:
        return {**file, "size": {"width": MAP_SIZE[0], "height": MAP_SIZE[1]}}
    if picture == RELIEF:
        return {**file, "size": {"width": CHART_WIDTH}, "relief": True}
    figure = getattr(picture, "figure")  # noqa: B009 - a Chart; charts import this room
    return {**file, "size": {"width": CHART_WIDTH}, "figure": figure.to_json(validate=False)}


def picture_frame(about: About, alt: str, *, borders: bool = False) -> dict[str, Any]:
    """The words around a picture: title, lines above (country, filters, scenario), lines below (period, quality, sources, date);
    `borders` adds what a map says of its borders and names."""
    names = {key: t(f"exports.{key}") for key in ("country", "level", "filters", "scenario", "licence", "date", "model", "store")}
    told = statement(about)
    above = {name: text for name, text in told if name in names.values()}
    place = " · ".join(above[names[key]] for key in ("country", "level") if names[key] in above)
    return {
        "title": about.title,
        "lines": [
            place,
            *(t("exports.line", name=names[key], text=above[names[key]]) for key in ("filters", "scenario") if names[key] in above),
        ],
        "foot": [
            *(t("exports.line", name=name, text=say.listed(text.split("\n"))) for name, text in told if name not in names.values()),
            " · ".join(t("exports.line", name=names[key], text=above[names[key]]) for key in ("date", "model", "store")),
            *([t("ui.borders")] if borders else []),
        ],
        "alt": alt,
        "lang": language(),
    }


def file_name(about: About) -> str:
    """A file's name without ending: country, what it shows and the day, in letters every system takes."""
    stem = about.file_name or f"{session.country()}-{about.title}"
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode("ascii")
    return f"{re.sub(r'[^A-Za-z0-9]+', '-', plain).strip('-')[:80]}-{Date.today().isoformat()}"


def _facts(about: About) -> list[tuple[str, str]]:
    facts = [
        (t("exports.level"), _level(about.level)),
        (t("exports.period"), about.period),
        (t("exports.quality"), ", ".join(quality_mark(quality) for quality in about.quality)),
        (t("exports.filters"), say.listed(list(about.filters)) if about.filters else t("exports.no_filter")),
        (t("exports.scenario"), _assumptions() if about.scenario else ""),
        (t("exports.note"), about.note),
        (t("exports.sources"), _sources(about)),
    ]
    return [(name, text) for name, text in facts if text]


def _level(level: int | None) -> str:
    return tn("exports.level_named", len(session.areas(level)), level=level) if level else ""


def _used(about: About) -> pd.DataFrame:
    known = session.query(queries.sources, session.country())
    return known if about.sources is None else known[known["source_id"].isin(about.sources)]


def _sources(about: About) -> str:
    rows = _used(about)[["publisher", column("title"), "period", "period_start", "period_end", "licence"]]
    return "\n".join(source_line(*row) for row in rows.itertuples(index=False))


def _licences(about: About) -> str:
    return ", ".join(sorted(t("data.unknown") if licence == UNKNOWN else licence_name(licence) for licence in set(_used(about)["licence"])))


def _assumptions() -> str:
    changed = differences(state.scenario())
    if not changed:
        return t("ui.scenario_none")
    return say.listed(
        [
            t("exports.line", name=t(f"input.{key}.label"), text=input_value(key, value))
            for key, value in changed.items()
            if key in BY_KEY
        ]
    )


def _scenario_key(about: About) -> str:
    return state.scenario().model_dump_json() if about.scenario else ""


def _words(title: str) -> dict[str, str]:
    words = {name: t(f"exports.{name}") for name in ("download", "facts", "png", "svg", "xlsx", "csv", "busy", "failed")}
    # read aloud, "Download" nine times on a page says nothing
    return words | {f"{name}_of": t("exports.line", name=words[name], text=title) for name in ("download", "facts")}
