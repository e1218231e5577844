"""A page with nothing but the map, for tests and measurements: `?areas=` how many, `?scale=` stance, magnitude or two_way,
`?protected=1` areas of which every kind of absence is there, `?twice=1` two maps that move together, `?hide=` areas without outline."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from benchmarks.synthetic_country import collection
from ui import colours
from ui.language import SESSION_KEY
from ui.map import Arc, Circles, Frame, Overlays, draw_map
from ui.map_component import Picked
from ui.map_files import publish_geometry

st.set_page_config(page_title="Map", layout="wide")
st.session_state[SESSION_KEY] = st.query_params.get("lang", "fr")
AREAS = int(st.query_params.get("areas", "26"))
KIND = st.query_params.get("scale", "stance")


@st.cache_resource
def country(areas: int) -> dict[str, Any]:
    return collection(areas)


@st.cache_resource
def outline(areas: int) -> str:
    return publish_geometry(f"test-{areas}", country(areas), folder=Path(__file__).with_name("static") / "geo")


@st.cache_resource
def places(areas: int) -> str:
    rows = [
        {"code": f"XX{n:05d}", "level": 2, "parent": "XX", "name_fr": name(n), "name_en": name(n), "aliases": ["Bukavu-ville"] if n == 3 else []}
        for n in range(areas)
    ]
    province = {"code": "XX", "level": 1, "parent": "", "name_fr": "Grande Île", "name_en": "Large Island", "aliases": []}
    return publish_geometry(f"places-{areas}", {"places": [province, *rows]}, folder=Path(__file__).with_name("static") / "geo")


def name(number: int) -> str:
    return f"Haut-Kasai {number}" if number % 2 else f"Ituri {number}"


def figures(draw: int) -> pd.DataFrame:
    source = np.random.default_rng(draw)
    codes = [f"XX{number:05d}" for number in range(AREAS)]
    rows = pd.DataFrame({"name": [name(n) for n in range(AREAS)]}, index=codes)
    if KIND == "stance":
        rows["value"] = source.choice(list(colours.STANCE_COLOURS), AREAS)
    else:
        rows["value"] = source.lognormal(7, 1.2, AREAS)
    rows["value_y"] = source.uniform(0, 1, AREAS)
    rows["value"] = rows["value"].astype(object)
    rows.iloc[::9, rows.columns.get_loc("value")] = None
    rows["text"] = [f"{value} · 2025\nobserved" if value is not None else "" for value in rows["value"]]
    return rows


if "draw" not in st.session_state:
    st.session_state.draw, st.session_state.areas, st.session_state.level = 1, (), 2
if st.button("Recolour"):
    st.session_state.draw += 1
if st.button("Fail"):
    raise RuntimeError("secret detail of the machine")
rows = figures(st.session_state.draw)
if "protected" in st.query_params:
    rows["protected"] = [n % 5 == 1 for n in range(AREAS)]
    rows["none"] = [n % 5 == 2 for n in range(AREAS)]
rows["parent"] = [feature["properties"]["parent"] for feature in country(AREAS)["features"]]
scale: colours.Scale | colours.TwoWayScale
if KIND == "stance":
    words = {"support": "Appui", "mixed": "Mixte", "inclusion": "Inclusion", "watch": "Veille", "undetermined": "À déterminer"}
    scale = colours.stance_scale("Posture", words)
elif KIND == "two_way":
    scale = colours.two_way_scale(
        "Besoin", "Couverture", x_breaks=(600, 1800), y_breaks=(0.33, 0.66), x_classes=("faible", "moyen", "fort"),
        y_classes=("faible", "moyenne", "forte"))
else:
    scale = colours.magnitude_scale(
        rows["value"], title="Retours attendus", unit="personnes", format=lambda figure: f"{figure:,.0f}".replace(",", "\u202f"))
overlays = Overlays()
if "overlays" in st.query_params:
    overlays = Overlays(
        arcs=(Arc("Angola", 17.5, -12.3, 52000, "52 000 personnes"), Arc("Ouganda", 32.3, 1.3, 31000, "31 000 personnes"),
              Arc("Burundi", 29.9, -3.4, 9000, "9 000 personnes"), Arc("Tanzanie", 34.9, -6.4, 4000, "4 000 personnes"),
              Arc("Rwanda", 29.9, -1.9, 15000, "15 000 personnes")),
        arcs_title="Rapatriés par pays d'accueil",
        circles=Circles(pd.Series({f"XX{n:05d}": 100.0 * n for n in range(0, AREAS, 3)}), "Déplacés", lambda figure: f"{figure:,.0f}"),
        parent_borders=True)
url = "app/static/geo/none.json" if "missing" in st.query_params else outline(AREAS)


def keep(picked: Picked) -> None:
    if picked.areas is not None:
        st.session_state.areas = picked.areas
    if picked.level is not None:
        st.session_state.level = picked.level


for key in ("map", "second") if "twice" in st.query_params else ("map",):
    draw_map(
        geometry_url=url, rows=rows, scale=scale, alt=f"Carte d'essai : tirage {st.session_state.draw}, {AREAS} zones.",
        key=key, height=520, selected=st.session_state.areas, overlays=overlays, on_pick=keep,
        none_label="Aucun retour attendu",
        frame=Frame(((1, "Niveau 1"), (2, "Niveau 2")), st.session_state.level, places(AREAS), "pair" if "twice" in st.query_params else None))
st.write(f"Selected: {', '.join(st.session_state.areas) or None}")
st.write(f"Level: {st.session_state.level}")
