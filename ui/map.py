"""Maps of areas: values in, a picture and the area somebody picked out. The geometry never travels with a rerun.

The outline of a country is written once to `static/geo/` under the hash of its content and fetched by the browser by URL;
`area_map` then sends one class number a figure. Screen, table and export share `rows`, so they cannot disagree.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from ui import map_component
from ui.colours import NO_DATA, Scale, TwoWayScale, class_counts, classify, classify_two_way, ink_on
from ui.language import t

if TYPE_CHECKING:
    from data.store import Store

GEO_DIR: Final = Path(__file__).resolve().parent.parent / "static" / "geo"
GEO_URL: Final = "app/static/geo"


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


class MapGeometryError(RuntimeError):
    """The outline of the country could not be read or written; the text says which and how to mend it."""


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
) -> str | None:
    """Draw the areas of a country and return the P-code of the selected one.

    `rows` is indexed by P-code with `value` (figure or class key, missing = no data; for a `TwoWayScale` also `value_y`),
    `name` and `text` (tooltip lines, formatted: value with unit, period, quality word). `alt` is the takeaway in a sentence.
    The caller keeps the selection: pass what it knows as `selected`, keep what comes back (`state.area = area_map(...,
    selected=state.area)`); `on_select` is called before the rerun, for callers whose page shows the area above the map.
    """
    try:
        url = geometry_url(country, level)
    except MapGeometryError as error:
        st.error(str(error), icon=":material/map:")
        return selected
    return draw_map(
        geometry_url=url, rows=rows, scale=scale, alt=alt, key=key, height=height, selected=selected,
        overlays=overlays, on_select=on_select, file_name=f"{country}-{level}")


def draw_map(
    *,
    geometry_url: str,
    rows: pd.DataFrame,
    scale: Scale | TwoWayScale,
    alt: str,
    key: str,
    height: int,
    selected: str | None,
    overlays: Overlays | None,
    on_select: Callable[[str | None], None] | None,
    file_name: str,
) -> str | None:
    """`area_map` for a geometry that is already served at a URL."""
    data = map_data(
        geometry_url=geometry_url, rows=rows, scale=scale, alt=alt, height=height, selected=selected, overlays=overlays,
        file_name=file_name)

    def tell() -> None:
        picked = st.session_state[key].picked
        if on_select is not None and picked is not None:
            on_select(picked or None)

    picked = map_component.mount(data, key=key, on_pick=tell)
    return selected if picked is None else picked or None


def map_data(
    *,
    geometry_url: str,
    rows: pd.DataFrame,
    scale: Scale | TwoWayScale,
    alt: str,
    height: int = 520,
    selected: str | None = None,
    overlays: Overlays | None = None,
    file_name: str = "map",
) -> dict[str, Any]:
    """Everything the browser needs for a repaint: classes, words and selection, no geometry. Pure, so that it can be tested."""
    if isinstance(scale, TwoWayScale):
        numbers = classify_two_way(rows["value"], rows["value_y"], scale)
    else:
        numbers = classify(rows["value"], scale)
    counts, missing = class_counts(numbers, scale)
    return {
        "geometry": geometry_url,
        "codes": [str(code) for code in rows.index],
        "numbers": numbers.tolist(),
        "names": _words(rows["name"]),
        "texts": _words(rows["text"]),
        "scale": _scale_data(scale, counts, missing),
        "alt": alt,
        "height": height,
        "selected": selected,
        "overlays": _overlay_data(overlays or Overlays(), rows),
        "words": _interface_words(),
        "file": file_name,
    }


def geometry_url(country: str, level: int) -> str:
    """Where the browser finds the outline of a country at a planning level; written on first use.

    Raises MapGeometryError when `static/geo` cannot be written, and what the store raises for a level it does not have.
    """
    from ui import session

    store = session.store()
    return _published_geometry(country, level, store.generation.name, store)


@st.cache_resource(show_spinner=False, max_entries=64)
def _published_geometry(country: str, level: int, generation: str, _store: Store) -> str:
    from data.queries import geometry

    collection = geometry(_store, country, level)
    return publish_geometry(f"{country}-{level}-{collection['content_hash']}", collection)


def publish_geometry(name: str, collection: Mapping[str, Any], *, folder: Path = GEO_DIR) -> str:
    """Write a GeoJSON collection under a name that holds its hash, whole or not at all, and return its URL.

    Two processes may write the same name at once: both write the same bytes, and rename replaces one by the other.
    """
    target = folder / f"{name}.json"
    if not target.exists():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".writing-", delete=False, encoding="utf-8") as file:
                json.dump(collection, file, ensure_ascii=False, separators=(",", ":"))
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(target)
        except OSError as error:
            raise MapGeometryError(t("map.error.not_writable", folder=str(folder), reason=error.strerror or str(error))) from error
    return f"{GEO_URL}/{target.name}"


def _words(column: pd.Series) -> list[str]:
    return ["" if pd.isna(word) else str(word) for word in column]


def _scale_data(scale: Scale | TwoWayScale, counts: tuple[int, ...], missing: int) -> dict[str, Any]:
    data: dict[str, Any] = {
        "title": scale.title,
        "unit": scale.unit,
        "classes": [
            {"label": part.label, "colour": part.colour, "symbol": part.symbol, "ink": ink_on(part.colour), "count": count}
            for part, count in zip(scale.classes, counts, strict=True)
        ],
        "missing": missing,
        "noData": NO_DATA,
    }
    if isinstance(scale, TwoWayScale):
        data["axes"] = [
            {"title": axis.title, "unit": axis.unit, "labels": [part.label for part in axis.classes]} for axis in (scale.x, scale.y)
        ]
    return data


def _overlay_data(overlays: Overlays, rows: pd.DataFrame) -> dict[str, Any]:
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
    "no_data", "zoom_in", "zoom_out", "reset", "download", "list", "list_help", "wheel_hint", "loading", "failed", "selected",
    "cleared", "counts",
)


def _interface_words() -> dict[str, str]:
    return {name: t(f"map.{name}") for name in _INTERFACE}
