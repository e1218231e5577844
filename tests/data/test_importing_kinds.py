"""Kinds of files that publishers of other countries have: layers of a package of boundaries, cut headings of shapefiles, points without columns."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import duckdb
import geopandas as gpd
import pyogrio
import pytest
import shapely

from analytics.explain_steps import population_step
from data.errors import StoreUnavailable
from data.generations import current_name
from data.importing.run import import_files
from data.planning import plan_inputs
from data.store import open_store
from tests.data.test_importing import codes, rows
from tests.data.test_importing_countries import Said, brought, text

REGIONS = (("Tillabéri", "NER006"), ("Diffa", "NER002"))
PARTS = (("Téra", "NER006011", 0), ("Abala", "NER006001", 0), ("Diffa", "NER002003", 1), ("N’Guigmi", "NER002005", 1))
SHAPES = [shapely.box(1 + place[2], 12 + k % 2, 2 + place[2], 13 + k % 2) for k, place in enumerate(PARTS)]
WHOLE = shapely.box(1, 12, 3, 14)


def layer(properties: list[dict[str, str]], shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(properties, geometry=shapes, crs="EPSG:4326")


@pytest.fixture(scope="module")
def niger(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Said:
    """A zipped shapefile whose headings are cut at ten letters and whose texts are Windows-1252, which nothing says; tables onto it."""
    work = tmp_path_factory.mktemp("NER")
    parts = layer([{"admin2Name": name, "admin2Pcod": code, "admin1Name": REGIONS[above][0], "admin1Pcod": REGIONS[above][1], "admin0Pcod": "NE"}
                   for name, code, above in PARTS], SHAPES)
    pyogrio.write_dataframe(parts, work / "ner_adm2.shp", driver="ESRI Shapefile", encoding="cp1252")
    with zipfile.ZipFile(work / "ner.zip", "w") as archive:
        for suffix in ("shp", "shx", "dbf", "prj"):
            archive.write(work / f"ner_adm2.{suffix}", f"ner/ner_adm2.{suffix}")
    points = [("CSI Téra", "clinic", 1.5, 12.5), ("CHR Diffa", "hospital", 2.5, 12.5), ("Ailleurs", "clinic", 20, 20)]
    (work / "ner_healthsites.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"osm_id": k, "amenity": kind, "name": name}, "geometry": {"type": "Point", "coordinates": [x, y]}}
        for k, (name, kind, x, y) in enumerate(points)]}), encoding="utf-8")
    return brought(store_folder, work, "NER", [
        work / "ner.zip", work / "ner_healthsites.geojson",
        text(work / "retours.csv", "Région;Département;Mois;Retournés PDI (ménages);Retournés PDI (individus)\nTillabéri;Téra;janv-25;200;1 200\n"
             "Tillabéri;Abala;févr-25;50;350\nDiffa;Bosso;mars-25;12;75\nDiffa;Total;mars-25;12;75\n", "cp1252"),
        text(work / "population.csv", "ISO3,ADM1_PCODE,ADM1_NAME,ADM2_PCODE,ADM2_NAME,F_TL,M_TL,T_TL\nNER,NER006,Tillabéri,NER006011,Téra,200,210,410\n"
             "NER,NER002,Diffa,NER002003,Diffa,120,118,238\nNER,NER002,Diffa,NER002099,Inconnu,1,1,2\n"),
        text(work / "fts.csv", "Source org.,Destination org.,Amount (US$),Destination usage year,Destination country\nDonor A,UNHCR,1000,2024,Niger\n"
             "Donor B,IOM,500.5,2023,Niger\nDonor B,WFP,9,2023,Mali\n"),
        text(work / "en_place.csv", "Code intervention,Département,Unités\nA05,Téra,3\nA06,Diffa,1\nA05,Zinder,2\n")])


def test_cut_headings_and_unsaid_letters_of_a_shapefile(niger: Said) -> None:
    folder, said = niger
    one = next(line for line in said.values() if line.table == "boundaries")
    assert (one.rows_read, one.accepted, one.repaired) == (4, 4, 0)
    assert rows(folder, "SELECT pcode, name_fr, parent FROM area WHERE iso3 = 'NER' AND level = 2 ORDER BY 1") == [
        ("NER002003", "Diffa", "NER002"), ("NER002005", "N’Guigmi", "NER002"), ("NER006001", "Abala", "NER006"), ("NER006011", "Téra", "NER006")]


def test_a_sum_of_which_parts_are_missing_is_estimated_and_says_its_share(niger: Said, tmp_path: Path) -> None:
    folder, _ = niger
    known = "SELECT pcode, population, population_quality, population_known FROM area WHERE iso3 = 'NER' AND population IS NOT NULL ORDER BY level, pcode"
    assert rows(folder, known) == [
        ("NER", 648, "estimated", 0.5), ("NER002", 238, "estimated", 0.5), ("NER006", 410, "estimated", 0.5),
        ("NER002003", 238, "observed", 1.0), ("NER006011", 410, "observed", 1.0)]
    with open_store(folder) as store:
        steps = [population_step(plan_inputs(store, "NER", 1), pcode) for pcode in ("NER002", "NER006")]
    assert [(step.key, step.figures["counted"], step.quality) for step in steps] == [("population_part", 0.5, "estimated")] * 2
    # a figure of its own is whole, whatever is known of its parts
    again, said = brought(folder, tmp_path, "NER", [text(tmp_path / "region.csv", "ADM1_PCODE,Population,Année\nNER002,700,2024\n")])
    assert said["region.csv"].accepted == 1
    assert rows(again, known)[:3] == [("NER", 1110, "estimated", 0.75), ("NER002", 700, "observed", 1.0), ("NER006", 410, "estimated", 0.5)]


def test_points_of_geojson_are_facilities(niger: Said) -> None:
    folder, said = niger
    one = said["ner_healthsites.geojson"]
    assert (one.table, one.rows_read, one.accepted, one.set_aside) == ("facilities", 3, 2, 1) and codes(one)["outside_areas"] == [3]
    assert rows(folder, "SELECT name, pcode, lon, lat FROM facility WHERE iso3 = 'NER' ORDER BY 1") == [
        ("CHR Diffa", "NER002003", 2.5, 12.5), ("CSI Téra", "NER006011", 1.5, 12.5)]


def test_households_in_brackets_are_no_persons(niger: Said) -> None:
    folder, said = niger
    one = said["retours.csv"]
    assert (one.table, one.rows_read, one.accepted, one.set_aside) == ("returns", 4, 3, 1)
    assert rows(folder, "SELECT pcode, persons FROM return_flow WHERE iso3 = 'NER' ORDER BY 2") == [("NER002", 75), ("NER006001", 350), ("NER006011", 1200)]


def test_the_population_of_an_unknown_part_is_not_that_of_the_whole(niger: Said) -> None:
    folder, said = niger
    one = said["population.csv"]
    assert (one.table, one.rows_read, one.accepted, one.set_aside) == ("population", 3, 2, 1) and codes(one)["place_not_found"] == [4]
    assert rows(folder, "SELECT pcode, population FROM area WHERE iso3 = 'NER' AND population IS NOT NULL AND level > 0 ORDER BY 1") == [
        ("NER002", 238), ("NER002003", 238), ("NER006", 410), ("NER006011", 410)]


def test_money_for_another_country_and_a_word_for_another_level(niger: Said) -> None:
    folder, said = niger
    assert (said["fts.csv"].table, said["fts.csv"].accepted, said["fts.csv"].set_aside) == ("funding", 2, 1)
    assert rows(folder, "SELECT year, donor, amount_usd FROM funding_flow WHERE iso3 = 'NER' ORDER BY 1") == [(2023, "Donor B", 500.5), (2024, "Donor A", 1000)]
    assert (said["en_place.csv"].accepted, said["en_place.csv"].set_aside) == (2, 1)
    assert rows(folder, "SELECT pcode, intervention, units FROM structure_in_place WHERE iso3 = 'NER' ORDER BY 1") == [
        ("NER002003", "A06", 1), ("NER006011", "A05", 3)]


def test_a_package_of_boundaries_has_layers_that_are_none(store_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "col_ab.gpkg"
    country = {"ADM0_ES": "Colombia", "ADM0_PCODE": "CO"}
    areas = [{**country, "ADM1_ES": name, "ADM1_PCODE": code} for name, code in (("Antioquia", "CO05"), ("Nariño", "CO52"))]
    for name, properties, shapes in (
        ("col_admbnda_adm0", [country], [WHOLE]), ("col_admbnda_adm1", areas, [shapely.box(1, 12, 2, 14), shapely.box(2, 12, 3, 14)]),
        ("col_admbndl", [country], [shapely.LineString([(1, 12), (3, 14)])]), ("col_admbndp", areas, [shapely.Point(1.5, 13), shapely.Point(2.5, 13)]),
    ):
        pyogrio.write_dataframe(layer(properties, shapes), path, layer=name, driver="GPKG", append=path.exists())
    folder, said = brought(store_folder, tmp_path, "COL", [path])
    assert {name: (one.table, one.rows_read, one.accepted) for name, one in said.items()} == {"col_ab.gpkg / col_admbnda_adm1": ("boundaries", 2, 2)}
    assert rows(folder, "SELECT pcode, name_fr FROM area WHERE iso3 = 'COL' AND level > 0 ORDER BY 1") == [("CO05", "Antioquia"), ("CO52", "Nariño")]


def test_an_import_onto_a_store_of_an_earlier_version_asks_for_a_build(niger: Said, tmp_path: Path) -> None:
    shutil.copytree(niger[0], tmp_path / "store")
    with duckdb.connect(str(tmp_path / "store" / str(current_name(tmp_path / "store")))) as connection:
        connection.execute("ALTER TABLE area DROP COLUMN population_known")
    with pytest.raises(StoreUnavailable, match="from an earlier version"):
        import_files([text(tmp_path / "region.csv", "ADM1_PCODE,Population,Année\nNER002,700,2024\n")], "NER", folder=tmp_path / "store")
