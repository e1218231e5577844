"""Returns in relief: arcs from host countries, a column an area, a point where each health facility stands. Drawn by pydeck.

The style is a file of ours (`static/blank.json`): with any other, or with none, the chart asks a tile server for a map (FINDINGS 3).
The layers are figures of their own and never joined: where refugees come from is national, so an arc ends at the country's middle
and names no area. Where facilities are only counted by area, one point in its middle stands for them all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd
import pydeck
import streamlit as st

from ui import exports, session
from ui import format as say
from ui.columns import Column
from ui.exports import About
from ui.language import t, tn
from ui.map_files import MapGeometryError, outline
from ui.map_hosts import host_points
from ui.tables import show_table

STYLE: Final = "app/static/blank.json"
MOST_ARCS: Final = 12
ARC_PIXELS: Final = (1.5, 12.0)
POINT_PIXELS: Final = (2.0, 9.0)
HEIGHT_SHARE: Final = 0.3
"""Height of the tallest column, as a share of the country's width."""
WIDTH_SHARE: Final = 0.012
METRES_A_DEGREE: Final = 111_320
PLACE_PIXELS: Final = 1.7
COLOURS: Final = {"host": (230, 159, 0), "area": (0, 114, 178), "facilities": (90, 104, 114), "facility": (90, 104, 114)}
LAYERS: Final = tuple(COLOURS)
MOST_SEEN: Final = 0.9
"""The first view shows where so many of the returns from abroad start, the largest host countries first."""
FARTHEST: Final = 2.0
"""How far a host country may be to be in the first view, in widths of the country."""
ICONS: Final = {"host": "line_curve", "area": "bar_chart", "facilities": "lens", "facility": "grain"}


@dataclass(frozen=True)
class Flows:
    """What the relief draws: `rows` has layer (of LAYERS), code, name, lon, lat, value, text; `middle` is the country's; `unplaced` host
    countries have no point on a map, `withheld` figures are protected."""

    rows: pd.DataFrame
    middle: tuple[float, float]
    width: float
    unplaced: int
    withheld: int

    @property
    def framed(self) -> tuple[tuple[float, float], float]:
        """Middle and width (degrees) of what the first view holds: the country, and near host countries until most arcs' start is seen."""
        hosts = self.rows[self.rows["layer"] == "host"].sort_values("value", ascending=False)
        before = hosts["value"].cumsum().shift(fill_value=0.0) / max(float(hosts["value"].sum()), 1.0)
        away = (hosts[["lon", "lat"]] - self.middle).abs().max(axis=1)
        seen = hosts[(before < MOST_SEEN) & (away < FARTHEST * self.width)]
        half = self.width / 2
        across, up = (
            (min(float(seen[axis].min()), at - half), max(float(seen[axis].max()), at + half)) if len(seen) else (at - half, at + half)
            for axis, at in zip(("lon", "lat"), self.middle, strict=True)
        )
        return ((across[0] + across[1]) / 2, (up[0] + up[1]) / 2), max(across[1] - across[0], up[1] - up[0])

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers there is something of."""
        return tuple(layer for layer in LAYERS if (self.rows["layer"] == layer).any())

    @property
    def told(self) -> pd.DataFrame:
        """The rows as somebody reads them: facilities that stand somewhere are counted by area."""
        single = self.rows["layer"] == "facility"
        counted = self.rows[single].groupby(["code", "text"], as_index=False)["value"].sum()
        named = counted.rename(columns={"text": "name"}).assign(layer="facilities").sort_values("value", ascending=False)
        return pd.concat([self.rows[~single], named], ignore_index=True) if len(named) else self.rows


def flows(hosts: pd.DataFrame, areas: pd.DataFrame, places: pd.DataFrame | None = None) -> Flows:
    """The rows of the relief. `hosts`: host_iso3, name, persons; `areas` (index P-code): name, lon, lat, persons, facilities (NaN: unknown);
    `places`: facilities with a position (name, lon, lat, pcode).

    A country without a point, a figure that is missing, withheld or nought has no row. An area whose facilities stand somewhere has no
    point of its own.
    """
    points = host_points()
    known = hosts[hosts["persons"].fillna(0) > 0].nlargest(MOST_ARCS, "persons")
    placed = known[known["host_iso3"].isin(points.keys())]
    standing = pd.DataFrame(columns=["name", "lon", "lat", "pcode"]) if places is None else places[places["pcode"].isin(areas.index)]
    counted = areas["facilities"].mask(areas.index.isin(standing["pcode"]))
    parts = [
        pd.DataFrame({
            "layer": "host", "code": placed["host_iso3"], "name": placed["name"], "lon": [points[code][0] for code in placed["host_iso3"]],
            "lat": [points[code][1] for code in placed["host_iso3"]], "value": placed["persons"].astype(float),
        }),
        *(
            pd.DataFrame({"layer": layer, "code": here.index, **{name: here[name] for name in ("name", "lon", "lat")}, "value": figures[here.index]})
            for layer, figures in (("area", areas["persons"].astype(float)), ("facilities", counted.astype(float)))
            for here in [areas[figures.fillna(0) > 0].dropna(subset=["lon", "lat"])]
        ),
    ]
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    rows["text"] = [_text(layer, value) for layer, value in zip(rows["layer"], rows["value"], strict=True)]
    if len(standing):
        one_by_one = pd.DataFrame({
            "layer": "facility", "code": standing["pcode"], "name": standing["name"].fillna(t("flows.facility.unnamed")), "lon": standing["lon"],
            "lat": standing["lat"], "value": 1.0, "text": standing["pcode"].map(areas["name"])})
        rows = pd.concat([part for part in (rows, one_by_one) if len(part)], ignore_index=True)
    seen = areas.dropna(subset=["lon", "lat"])
    middle = (float(seen["lon"].mean()), float(seen["lat"].mean())) if len(seen) else (0.0, 0.0)
    width = float(max(seen["lon"].max() - seen["lon"].min(), seen["lat"].max() - seen["lat"].min(), 1.0)) if len(seen) else 1.0
    withheld = sum(int(frame.get("persons_protected", frame.get("protected", pd.Series(dtype=bool))).fillna(False).sum()) for frame in (hosts, areas))
    return Flows(rows, middle, width, len(known) - len(placed), withheld)


def deck(shown: Flows, outline_url: str, ink: tuple[int, int, int] = (11, 22, 31)) -> pydeck.Deck:
    """The relief itself: the outline by URL, then arcs, columns and points; `ink` writes the names of host countries."""
    parts = {layer: shown.rows[shown.rows["layer"] == layer] for layer in LAYERS}
    height = shown.width * METRES_A_DEGREE * HEIGHT_SHARE
    paper = (255, 255, 255) if sum(ink) < 384 else (16, 25, 31)
    layers = [
        pydeck.Layer(
            "GeoJsonLayer", outline_url, id="outline", get_fill_color=[128, 128, 128, 28], get_line_color=[128, 128, 128, 170],
            line_width_min_pixels=1),
        pydeck.Layer(
            "ScatterplotLayer", _points(parts["facilities"], POINT_PIXELS), id="facilities", get_position="at", get_radius="size", radius_units="'pixels'",
            get_fill_color=[*COLOURS["facilities"], 170], pickable=True, auto_highlight=True),
        pydeck.Layer(
            "ScatterplotLayer", _places(parts["facility"]), id="facility", get_position="at", get_radius=PLACE_PIXELS, radius_units="'pixels'",
            get_fill_color=[*COLOURS["facility"], 120], pickable=True, auto_highlight=True),
        pydeck.Layer(
            "ColumnLayer", _points(parts["area"], (0.0, height), root=False), id="area", get_position="at", get_elevation="size", disk_resolution=12,
            radius=shown.width * METRES_A_DEGREE * WIDTH_SHARE, get_fill_color=[*COLOURS["area"], 235], pickable=True, auto_highlight=True),
        pydeck.Layer(
            "ArcLayer", [{**row, "to": list(shown.middle)} for row in _points(parts["host"], ARC_PIXELS)], id="host", get_source_position="at",
            get_target_position="to", get_width="size", get_source_color=[*COLOURS["host"], 230], get_target_color=[*COLOURS["host"], 120],
            get_height=0.5, pickable=True, auto_highlight=True),
        pydeck.Layer(
            "TextLayer", _points(parts["host"], (0, 0)), id="names", get_position="at", get_text="name", get_size=13, get_color=list(ink),
            character_set="'auto'", font_family="'Source Sans, sans-serif'", background=True, background_padding=[3, 1],
            get_background_color=[*paper, 200], parameters={"depthTest": False}),
    ]
    (lon, lat), width = shown.framed
    # the names at the edge need room: a wider frame is not drawn as close as the country alone
    view = pydeck.ViewState(longitude=lon, latitude=lat, zoom=math.log2(360 / width) - (1.0 if width == shown.width else 0.7), pitch=42)
    return pydeck.Deck(layers, initial_view_state=view, map_provider="carto", map_style=STYLE, tooltip={"text": "{name}\n{text}"})  # type: ignore[arg-type]


def show_flows(shown: Flows, *, country: str, level: int, year: int, about: About, key: str, basis: tuple[Any, ...]) -> None:
    """The relief with its key, its takeaway, and the same rows as a table; `basis` names what the rows depend on."""
    try:
        url = outline(country, level).url
    except MapGeometryError as error:
        st.error(str(error), icon=":material/map:")
        return
    said = takeaway(shown, year)
    dark = st.context.theme.type == "dark"
    legend = {layer: t(f"flows.key.{layer}", year=year) for layer in shown.layers}
    what = {layer: t(f"flows.what.{layer}", year=year) for layer in LAYERS}
    with st.container(gap="xsmall"):
        # thousands of points are written once, not at every rerun
        session.draw(
            f"relief {key}", lambda: st.pydeck_chart(deck(shown, url, (241, 245, 247) if dark else (11, 22, 31)), height=470, key=key, alt=said),
            *basis, url, dark)
        st.caption(" · ".join(f":material/{ICONS[layer]}: {said_of}" for layer, said_of in legend.items()))
        told = replace(about, title=t("flows.title", year=year), note=" ".join((f"{'; '.join(legend.values())}.", t("flows.note"), about.note)))
        exports.foot(key, told, rows=lambda: (shown.rows.assign(what=shown.rows["layer"].map(what)), _columns(each=True)), picture=exports.RELIEF, alt=said)
    st.caption(" ".join(part for part in (
        said, t("flows.note"), tn("flows.unplaced", shown.unplaced) if shown.unplaced else "", tn("flows.withheld", shown.withheld) if shown.withheld else "",
    ) if part))
    opened = st.expander(t("flows.table"), icon=":material/table:", key=f"{key}.table_open", on_change="rerun")
    if opened.open:
        with opened:
            show_table(
                shown.told.assign(what=lambda rows: rows["layer"].map(what)),
                _columns(),
                alt=said,
                key=f"{key}.table",
                about=about,
                basis=basis,
            )


def takeaway(shown: Flows, year: int) -> str:
    """What the relief shows in a sentence or two: the largest host country and the area with most returns."""
    sentences = []
    for layer in ("host", "area"):
        part = shown.rows[shown.rows["layer"] == layer]
        if len(part):
            first = part.loc[part["value"].idxmax()]
            sentences.append(tn(f"flows.most.{layer}", len(part), year=year, name=first["name"], people=say.people(first["value"]), count=len(part)))
    return " ".join(sentences) or t("flows.nothing", year=year)


def _columns(*, each: bool = False) -> list[Column]:
    """The columns of what is told, or of `each` thing drawn with where it stands."""
    place = [
        Column("text", t("flows.column.text"), hxl="#description"), Column("lon", t("flows.column.lon"), hxl="#geo+lon"),
        Column("lat", t("flows.column.lat"), hxl="#geo+lat")]
    return [
        Column("what", t("flows.column.what"), hxl="#meta+layer"),
        Column("code", t("flows.column.code"), hxl="#geo+code", on_screen=False),
        Column("name", t("flows.column.name"), hxl="#geo+name"),
        Column("value", t("flows.column.value"), say.number, hxl="#value"),
        *(place if each else []),
    ]


def _text(layer: str, value: float) -> str:
    return tn("flows.facilities", round(value), count=say.number(value)) if layer == "facilities" else say.people(value)


def _places(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Records for pydeck, all of one size."""
    return [
        {"at": [float(lon), float(lat)], "name": str(name), "text": str(text)}
        for lon, lat, name, text in rows[["lon", "lat", "name", "text"]].itertuples(index=False)
    ]


def _points(rows: pd.DataFrame, sizes: tuple[float, float], *, root: bool = True) -> list[dict[str, Any]]:
    """Records for pydeck, `size` between two ends; by the square root where a surface or a width is the figure."""
    largest = float(rows["value"].max()) if len(rows) else 1.0
    low, high = sizes
    return [
        {"at": [float(lon), float(lat)], "name": str(name), "text": str(text), "size": low + (high - low) * ((value / largest) ** (0.5 if root else 1.0))}
        for lon, lat, name, text, value in rows[["lon", "lat", "name", "text", "value"]].itertuples(index=False)
    ]
