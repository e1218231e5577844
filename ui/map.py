"""Maps of areas: values in, a picture and the areas somebody picked out. The geometry never travels with a rerun.

The outline of a country is fetched by the browser by URL (`ui.map_files`); `area_map` then sends one class number a figure.
Screen, table and export share `rows`, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from ui import controls, exports, first_load, map_component, session, state
from ui.colours import ABSENCES, NO_DATA, NONE, PROTECTED, Scale, TwoWayScale, class_counts, classify, classify_two_way, ink_on, with_absences
from ui.exports import About
from ui.format import several
from ui.language import language, t, tn
from ui.map_component import Picked
from ui.map_files import MapGeometryError, outline, places_url
from ui.map_table import map_table

MOST_NAMED: Final = 3


@dataclass(frozen=True)
class Arc:
    """A flow that starts outside the country, at `lon`, `lat`, and ends in an area (or at the country's middle when None).

    `label` is the host country's name, `value` sets the width and `text` is the tooltip with the figure already formatted.
    """

    label: str
    lon: float
    lat: float
    value: float
    text: str
    pcode: str | None = None


@dataclass(frozen=True)
class Circles:
    """A second figure of the areas, drawn as circles whose surface is the figure; missing figures have no circle."""

    values: pd.Series
    title: str
    format: Callable[[float], str]


@dataclass(frozen=True)
class Overlays:
    """What is drawn over the coloured areas.

    `arcs_title` says in the key what the width of an arrow means. `parent_borders` thickens the borders between areas of
    different parents, for which the rows need a column `parent`.
    """

    arcs: tuple[Arc, ...] = ()
    arcs_title: str = ""
    circles: Circles | None = None
    parent_borders: bool = False


@dataclass(frozen=True)
class Frame:
    """What stands around a map: levels to switch between with their names, where the names of places are, the group it moves with;
    `follows`: another map of the group beside it has the search, the levels and what is chosen."""

    levels: tuple[tuple[int, str], ...] = ()
    level: int = 0
    places: str | None = None
    link: str | None = None
    follows: bool = False


def area_map(
    *,
    country: str,
    level: int,
    rows: pd.DataFrame,
    scale: Scale | TwoWayScale,
    alt: str,
    key: str,
    height: int = 520,
    selected: str | None = None,
    overlays: Overlays | None = None,
    on_select: Callable[[str | None], None] | None = None,
    levels: Sequence[int] | None = None,
    link: str | None = None,
    follows: bool = False,
    none_label: str | None = None,
    about: About | None = None,
) -> str | None:
    """Draw the areas of a country and return the P-code of the area in focus.

    `rows` is indexed by P-code with `value` (figure or class key, missing = no data; for a `TwoWayScale` also `value_y`), `name` and
    `text` (tooltip lines, formatted: value with unit, period, source, quality word). Two boolean columns may say why an area has no
    class: `protected` (the figure is withheld in this release) and `none` (known to be none; `none_label` says what of). `alt` is
    the takeaway in a sentence. `selected` is the area in focus at this level; those chosen beside it are the session's. The map
    keeps what people choose (areas, level) in the session, hence in the link and on every page; `on_select` is called after that.
    `levels` can be switched between on the map (default: those of plans); maps of one `link` move, point and choose together, and one
    that `follows` leaves search and levels to the map beside it.
    `about` is what the map rests on, for the line under it and its files.
    """
    try:
        shape = outline(country, level)
        frame = Frame(
            tuple((one, controls.level_name(one)) for one in (session.countries().at[country, "levels"] if levels is None else levels)),
            level, places_url(country), link, follows)
    except MapGeometryError as error:
        st.error(str(error), icon=":material/map:")
        return selected

    def keep(picked: Picked) -> None:
        if picked.level is not None and picked.level != level:
            state.put("level", picked.level)
        if picked.areas is not None:
            state.put("areas", picked.areas)
            if on_select is not None:
                on_select(next(iter(picked.areas), None))

    chosen = () if selected is None else (selected, *(code for code in state.selected_areas()[1:] if code in rows.index and code != selected))
    said = about or exports.of_plan()
    said = replace(said, title=said.title or scale.title, level=said.level or level)
    with st.container(gap="xsmall"):
        draw_map(
            geometry_url=shape.url, rows=rows, scale=scale, alt=alt, key=key, height=height, selected=chosen, overlays=overlays,
            on_pick=keep, frame=frame, none_label=none_label, usual=country == session.countries().index[0])
        _say_what_is_not_drawn(rows, shape.codes)
        exports.foot(key, said, rows=lambda: map_table(rows, scale, level, none_label), picture=exports.MAP, alt=alt)
    return selected


def draw_map(
    *,
    geometry_url: str,
    rows: pd.DataFrame,
    scale: Scale | TwoWayScale,
    alt: str,
    key: str,
    height: int,
    selected: Sequence[str],
    overlays: Overlays | None,
    on_pick: Callable[[Picked], None],
    frame: Frame | None = None,
    none_label: str | None = None,
    usual: bool = False,
) -> None:
    """`area_map` for a geometry that is already served at a URL; `on_pick` is told what was chosen, before the rerun. `usual`: the page
    shows it also at an address that names no country."""
    first_load.remember(geometry_url, usual=usual)
    data = map_data(
        geometry_url=geometry_url, rows=rows, scale=scale, alt=alt, height=height, selected=selected, overlays=overlays,
        frame=frame, none_label=none_label)

    def tell() -> None:
        picked = map_component.picked(st.session_state[key].picked)
        if picked is not None:
            on_pick(picked)

    map_component.mount(data, key=key, on_pick=tell)


def map_data(
    *,
    geometry_url: str,
    rows: pd.DataFrame,
    scale: Scale | TwoWayScale,
    alt: str,
    height: int = 520,
    selected: Sequence[str] = (),
    overlays: Overlays | None = None,
    frame: Frame | None = None,
    none_label: str | None = None,
) -> dict[str, Any]:
    """Everything the browser needs for a repaint: classes, words and selection, no geometry. Pure, so that it can be tested.

    An area whose figure is protected is sent without its text: what is withheld does not travel.
    """
    if isinstance(scale, TwoWayScale):
        numbers = classify_two_way(rows["value"], rows["value_y"], scale)
    else:
        numbers = classify(rows["value"], scale)
    protected = rows.get("protected")
    numbers = with_absences(numbers, protected=protected, none=rows.get("none"))
    labels = {NO_DATA: t("map.no_data"), PROTECTED: t("map.protected"), NONE: none_label or t("map.none")}
    frame = frame or Frame()
    return {
        "geometry": geometry_url,
        "codes": [str(code) for code in rows.index],
        "numbers": numbers.tolist(),
        "names": _words(rows["name"]),
        "texts": [
            t("map.protected.text") if number == PROTECTED else text for number, text in zip(numbers, _words(rows["text"]), strict=True)
        ],
        "scale": _scale_data(scale, numbers, labels),
        "alt": alt,
        "height": height,
        "selected": list(selected),
        "overlays": _overlay_data(overlays or Overlays(), rows, numbers),
        "words": _interface_words(),
        "language": language(),
        "levels": [{"level": level, "label": label} for level, label in frame.levels],
        "level": frame.level,
        "places": frame.places,
        "link": frame.link,
        "follows": frame.follows,
    }


def _say_what_is_not_drawn(rows: pd.DataFrame, drawn: frozenset[str]) -> None:
    """Areas without an outline, by name: they are in the list and the tables, and the map must not seem to have them all."""
    hidden = [code for code in rows.index if str(code) not in drawn]
    if hidden:
        names = [str(name) for name in rows.loc[hidden[:MOST_NAMED], "name"]]
        st.caption(tn("map.without_outline", len(hidden), places=several(names) + (" …" if len(hidden) > MOST_NAMED else "")))
    if len(rows) and rows["value"].isna().all() and not rows.get("none", pd.Series(False, index=rows.index)).any():
        st.caption(t("map.nothing"))


def _words(column: pd.Series) -> list[str]:
    return ["" if pd.isna(word) else str(word) for word in column]


def _scale_data(scale: Scale | TwoWayScale, numbers: pd.Series, labels: dict[int, str]) -> dict[str, Any]:
    counts, missing = class_counts(numbers, scale)
    data: dict[str, Any] = {
        "title": scale.title,
        "unit": scale.unit,
        "classes": [
            {"label": part.label, "colour": part.colour, "symbol": part.symbol, "ink": ink_on(part.colour), "count": count}
            for part, count in zip(scale.classes, counts, strict=True)
        ],
        "missing": missing,
        "absent": [
            {"number": number, "label": labels[number], "pattern": pattern, "count": int((numbers == number).sum())}
            for number, pattern in ABSENCES.items()
        ],
    }
    if isinstance(scale, TwoWayScale):
        data["axes"] = [
            {"title": axis.title, "unit": axis.unit, "labels": [part.label for part in axis.classes], "limits": list(axis.limits or ("", "", ""))}
            for axis in (scale.x, scale.y)
        ]
    return data


def _overlay_data(overlays: Overlays, rows: pd.DataFrame, numbers: pd.Series) -> dict[str, Any]:
    data: dict[str, Any] = {
        "parents": _words(rows["parent"]) if overlays.parent_borders else None,
        "arcs": [
            {"label": arc.label, "lon": arc.lon, "lat": arc.lat, "value": arc.value, "text": arc.text, "pcode": arc.pcode}
            for arc in overlays.arcs
        ],
        "arcsTitle": overlays.arcs_title,
        "circles": None,
    }
    if overlays.circles is not None:
        known = overlays.circles.values.dropna()
        known = known.drop(numbers.index[numbers == PROTECTED], errors="ignore")
        known = known[known > 0]
        largest = float(known.max()) if len(known) else 0.0
        sizes = [largest, largest / 4] if largest else []
        data["circles"] = {
            "title": overlays.circles.title,
            "values": {str(code): float(figure) for code, figure in known.items()},
            "texts": {str(code): overlays.circles.format(float(figure)) for code, figure in known.items()},
            "key": [{"value": size, "label": overlays.circles.format(size)} for size in sizes],
        }
    return data


_INTERFACE: Final = (
    "no_data", "no_outline", "search", "search_none", "level", "clear", "several", "zoom_in", "zoom_out", "reset", "list",
    "list_help", "wheel_hint", "loading", "failed", "selected", "cleared", "counts",
)


def _interface_words() -> dict[str, str]:
    return {name: t(f"map.{name}") for name in _INTERFACE}
