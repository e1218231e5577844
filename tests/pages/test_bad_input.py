"""What a store can hold and a link can ask that pages do not expect: each time a sentence, and the nearest view that is of use."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.pages.conftest import HOUSE, words

MAPS = ("situation", "returns", "communities", "coverage")


def square(west: float, south: float) -> dict[str, object]:
    corners = [[west, south], [west, south + 1], [west + 1, south + 1], [west + 1, south], [west, south]]
    return {"type": "Polygon", "coordinates": [corners]}


def boundaries(*areas: tuple[str, str, dict[str, object] | None]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"ADM1_PCODE": code, "ADM1_FR": name, "ADM1_EN": name}, "geometry": shape} for code, name, shape in areas]})


def imported(folder: Path, country: str, **files: str) -> str:
    """A store with what these files say; what the import said of them."""
    paths = [folder / f"{name}.{'geojson' if text.startswith('{') else 'csv'}" for name, text in files.items()]
    for path, text in zip(paths, files.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "data", "import", *map(str, paths), "--country", country]
    environment = {**os.environ, "ANCRAGE_STORE_DIR": str(folder / "store")}
    return subprocess.run(command, cwd=HOUSE, check=True, capture_output=True, text=True, env=environment).stdout


@pytest.fixture(scope="module")
def one_area(tmp_path_factory) -> Path:
    """A country of one area and nothing else."""
    folder = tmp_path_factory.mktemp("one")
    imported(folder, "BDI", limits=boundaries(("BI01", "Seule", square(29, -3))))
    return folder / "store"


@pytest.fixture(scope="module")
def newer_codes(tmp_path_factory) -> tuple[Path, str]:
    """Three areas of which one has no shape, and a 3W of which two rows have codes the boundaries do not."""
    folder = tmp_path_factory.mktemp("newer")
    said = imported(
        folder, "BDI",
        limits=boundaries(("BI01", "Ouest", square(29, -3)), ("BI02", "Est", square(30, -3)), ("BI03", "Sans contour", None)),
        returns="year,admin1_pcode,admin1,kind,persons\n2024,BI01,Ouest,internal,500\n2024,BI02,Est,internal,100\n",
        who="Organisation,Sector,Admin1 Pcode,Admin1,Status,Start date,End date\nCARE,Protection,BI01,Ouest,ongoing,2025-01-01,2025-12-31\n"
        "IRC,Health,BI19,Nouvelle,ongoing,2025-01-01,2025-12-31\nIRC,Health,BI20,Autre,ongoing,2025-01-01,2025-12-31\n")
    return folder / "store", said


@pytest.fixture(scope="module")
def without_outline(newer_codes, tmp_path_factory) -> Path:
    """The same country, one of its areas without an outline in the store."""
    folder = tmp_path_factory.mktemp("cut") / "store"
    shutil.copytree(newer_codes[0], folder)
    generation = folder / (folder / "CURRENT").read_text().strip()
    with duckdb.connect(str(generation)) as store:
        outline = json.loads(store.execute("SELECT geojson FROM cube_geometry WHERE iso3 = 'BDI'").fetchone()[0])
        next(feature for feature in outline["features"] if feature["id"] == "BI02")["geometry"] = None
        store.execute("UPDATE cube_geometry SET geojson = ? WHERE iso3 = 'BDI'", [json.dumps(outline)])
    return folder


@pytest.fixture
def open_in(open_page, monkeypatch):
    """Opens a page on another store than the embedded dataset's: `open_in(store, "returns", country="BDI")`."""

    def opened(store: Path, name: str, **link: str):
        monkeypatch.setenv("ANCRAGE_STORE_DIR", str(store))
        return open_page(name, **link)

    return opened


@pytest.mark.parametrize("name", MAPS)
def test_a_country_of_one_area_opens_and_says_what_to_import(open_in, one_area, name):
    app = open_in(one_area, name, country="BDI", lang="en")
    assert not app.exception
    said = words(app)
    assert {
        "situation": "This is not “no return”", "returns": "Import", "communities": "in its only area", "coverage": "does not mean",
    }[name] in said.replace("\u00a0", " "), said


def test_a_plan_without_returns_says_why_it_is_empty(open_in, one_area):
    said = words(open_in(one_area, "plan", country="BDI", lang="en"))
    assert "no demand to plan for yet" in said and "without figures of returns" in said and "raise the budget" not in said


def test_unknown_returns_are_no_data_and_not_nobody(open_in, one_area):
    app = open_in(one_area, "situation", country="BDI", lang="en")
    assert next(metric.value for metric in app.metric if metric.label == "Expected returns, persons").lower() == "no data"


@pytest.mark.parametrize("name", MAPS)
def test_an_area_without_an_outline_is_named_and_stays_in_the_lists(open_in, without_outline, name):
    app = open_in(without_outline, name, country="BDI", lang="en", areas="BI02")
    assert not app.exception
    assert "1 area without a known outline is not drawn: Est" in words(app)
    assert app.selectbox(key=f"{name}.area").value == "BI02"


def test_a_shape_that_is_missing_is_said_at_the_import(newer_codes):
    assert "Feature 3" in newer_codes[1] and "set aside" in newer_codes[1]


def test_a_3w_newer_than_the_boundaries_says_how_much_is_not_on_the_map(open_in, newer_codes):
    app = open_in(newer_codes[0], "coverage", country="BDI", lang="en")
    assert not app.exception
    assert "2 of 3 activities of the 3W are not on this map" in words(app)
    # nor does a 3W without a column of beneficiaries say that there are none
    assert next(metric.value for metric in app.metric if metric.label == "Beneficiaries reported").lower() == "no data"


def test_no_area_is_said_to_have_the_greatest_needs_where_nobody_assessed_any(open_in, newer_codes):
    said = words(open_in(newer_codes[0], "communities", country="BDI", lang="en"))
    assert "no indicator of needs has a value" in said and "greatest needs" not in said and "no source" in said


def test_a_filter_that_leaves_nothing_says_so_above_what_there_is(open_in, newer_codes):
    app = open_in(newer_codes[0], "returns", country="BDI", lang="en", kind="abroad")
    assert not app.exception
    assert "No figure is known for this choice" in words(app)
    assert len(app.dataframe[-1].value) == 2


def test_a_link_to_an_unknown_area_shows_the_area_its_code_lies_in(open_page):
    app = open_page("situation", country="COD", lang="en", areas="CD5499")
    assert "The area “CD5499” does not exist" in words(app) and "This is Ituri" in words(app)
    assert app.selectbox(key="situation.area").value == "CD54"


def test_a_link_to_an_area_of_nowhere_shows_the_country(open_page):
    app = open_page("situation", country="COD", lang="en", areas="ZZ01")
    assert "The area “ZZ01” does not exist at this level" in words(app)
    assert app.selectbox(key="situation.area").value is None


def test_a_link_to_a_year_nobody_counted_shows_the_latest(open_page):
    app = open_page("returns", country="COD", lang="en", year="1800")
    assert "No return is known for the year 1800. The year 2025 is shown." in words(app)


@pytest.mark.parametrize("name", MAPS)
def test_a_level_that_has_only_maps_opens(open_page, name):
    app = open_page(name, country="COD", lang="en", level="2")
    assert not app.exception and app.title


def test_a_link_to_a_measure_without_values_or_a_second_map_that_is_none_says_so(open_page):
    said = words(open_page("communities", country="AFG", lang="en", indicator="SV1", beside="NOTHING"))
    assert "No area has a value of “Health facilities per 10,000 residents”" in said and "The second map “NOTHING” cannot be shown" in said


@pytest.mark.parametrize(("asked", "said"), [({}, False), ({"level": "2"}, True)])
def test_a_link_that_names_a_larger_area_shows_the_level_of_that_area(open_page, asked, said):
    app = open_page("communities", country="CAF", lang="en", areas="CF11", **asked)
    assert "Ombella M'Poko" in words(app)
    assert app.query_params["level"] == "1"
    assert ("The areas of level 2 are smaller than Ombella M'Poko" in words(app)) is said
    assert app.query_params["areas"] == "CF11"
