"""What a map sends to the browser: classes and words, never the outline; the outline goes once, whole, by URL."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ui.colours import NO_DATA, magnitude_scale, stance_scale, two_way_scale
from ui.language import languages, speaking
from ui.map import Arc, Circles, Overlays, map_data
from ui.map_component import HERE
from ui.map_files import MapGeometryError, publish_geometry

ROWS = pd.DataFrame(
    {"value": [120.0, np.nan, 4000.0], "name": ["Kinshasa", "Ituri", "Haut-Uele"], "text": ["120 personnes", None, "4 000 personnes"]},
    index=pd.Index(["CD10", "CD54", "CD53"], name="pcode"))
RETURNS = magnitude_scale(ROWS["value"], title="Retours", unit="personnes")
OUTLINE = {"type": "FeatureCollection", "features": [
    {"type": "Feature", "id": "CD10", "properties": {"pcode": "CD10"},
     "geometry": {"type": "Polygon", "coordinates": [[[15, -4], [16, -4], [16, -5], [15, -4]]]}}]}


def sent(**options: object) -> dict[str, object]:
    return map_data(geometry_url="app/static/geo/COD-1-abc.json", rows=ROWS, scale=RETURNS, alt="Deux zones.", **options)  # type: ignore[arg-type]


def test_a_rerun_sends_classes_and_words_and_no_coordinates() -> None:
    data = sent(selected=["CD53"])
    assert data["geometry"] == "app/static/geo/COD-1-abc.json"
    assert data["codes"] == ["CD10", "CD54", "CD53"]
    assert data["numbers"] == [0, NO_DATA, 1]
    assert data["texts"] == ["120 personnes", "", "4 000 personnes"]
    assert data["selected"] == ["CD53"]
    assert "coordinates" not in json.dumps(data)


def test_the_key_counts_areas_by_class_and_those_without_data() -> None:
    scale = sent()["scale"]
    assert isinstance(scale, dict)
    assert [part["count"] for part in scale["classes"]] == [1, 1]
    assert scale["missing"] == 1


def test_what_is_sent_is_plain_json_whatever_pandas_holds() -> None:
    rows = ROWS.assign(value=pd.Series([3, None, 5], index=ROWS.index, dtype="Int64"))
    data = map_data(geometry_url="x", rows=rows, scale=magnitude_scale(rows["value"], title="", unit=""), alt="")
    assert "NaN" not in json.dumps(data)


def test_a_two_way_map_sends_both_axes() -> None:
    scale = two_way_scale(
        "Besoin", "Couverture", x_breaks=(500, 3000), y_breaks=(0.3, 0.6), x_classes=("a", "b", "c"), y_classes=("a", "b", "c"), x_unit="%")
    data = map_data(geometry_url="x", rows=ROWS.assign(value_y=[0.1, 0.5, 0.7]), scale=scale, alt="")
    assert data["numbers"] == [0, NO_DATA, 8]
    assert [axis["title"] for axis in data["scale"]["axes"]] == ["Besoin", "Couverture"]


def test_stances_are_matched_by_name() -> None:
    rows = ROWS.assign(value=["support", None, "watch"])
    data = map_data(geometry_url="x", rows=rows, scale=stance_scale("", {"support": "Appui", "watch": "Veille"}), alt="")
    assert data["numbers"] == [0, NO_DATA, 1]
    assert [part["symbol"] for part in data["scale"]["classes"]] == ["▲", "■"]


def test_missing_and_empty_figures_have_no_circle() -> None:
    circles = Circles(pd.Series({"CD10": 400.0, "CD54": np.nan, "CD53": 0.0}), "Déplacés", lambda figure: f"{figure:.0f}")
    data = sent(overlays=Overlays(circles=circles))["overlays"]
    assert isinstance(data, dict)
    assert data["circles"]["values"] == {"CD10": 400.0}
    assert [part["label"] for part in data["circles"]["key"]] == ["400", "100"]


def test_national_flows_name_no_area() -> None:
    data = sent(overlays=Overlays(arcs=(Arc("Angola", 17.5, -12.3, 52000, "52 000 personnes"),)))["overlays"]
    assert isinstance(data, dict)
    assert data["arcs"][0]["pcode"] is None


@pytest.mark.parametrize("language", languages())
def test_every_word_of_the_map_is_there_in_every_language(language: str) -> None:
    with speaking(language):
        words = sent()["words"]
    assert isinstance(words, dict)
    scripts = "".join(file.read_text() for file in (HERE / "assets").glob("*.js"))
    for asked in re.findall(r"words\.(\w+)", scripts):
        assert words.get(asked), asked
    assert not [word for word in words.values() if word.startswith("map.")]


def test_the_outline_is_written_once_and_whole(tmp_path: Path) -> None:
    folder = tmp_path / "static" / "geo"
    url = publish_geometry("COD-1-abc", OUTLINE, folder=folder)
    assert url == "app/static/geo/COD-1-abc.json"
    written = folder / "COD-1-abc.json"
    assert json.loads(written.read_text()) == OUTLINE
    first = written.stat().st_mtime_ns
    publish_geometry("COD-1-abc", OUTLINE, folder=folder)
    assert written.stat().st_mtime_ns == first
    assert [file.name for file in folder.iterdir()] == ["COD-1-abc.json"]


def test_a_folder_that_cannot_be_written_is_said_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(MapGeometryError, match=re.escape(str(tmp_path / "file" / "geo"))):
        publish_geometry("COD-1-abc", OUTLINE, folder=tmp_path / "file" / "geo")


def test_the_browser_code_asks_for_nothing_outside() -> None:
    for file in (HERE / "assets").iterdir():
        addresses = re.findall(r"https?://[^\s\"'`]+", file.read_text())
        assert set(addresses) <= {"http://www.w3.org/2000/svg"}, file.name
