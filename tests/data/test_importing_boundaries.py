"""Boundaries whose properties are named in one country's own words, or by nobody's: levels, codes and names by what they hold.

Headings are those of published files; names and codes of places are real, outlines are squares.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box

from data.importing.run import import_files
from tests.data.test_importing import codes, rows
from tests.data.test_importing_countries import squares

AREAS = "SELECT pcode, name_en, parent FROM area WHERE iso3 = '{}' AND level > 0 ORDER BY level, pcode"
MIMU = [{"OBJECTID": str(n), "ST": state, "ST_PCODE": one, "DT": district, "DT_PCODE": two, "DT_MMR": own, "PCode_V": "9.4", "TYPE": "State"}
        for n, (state, one, district, two, own) in enumerate((("Kachin", "MMR001", "Myitkyina", "MMR001D001", "မြစ်ကြီးနား"), ("Kachin", "MMR001", "Mohnyin",
        "MMR001D002", "မိုးညှင်း"), ("Kayah", "MMR002", "Loikaw", "MMR002D001", "လွိုင်ကော်")))]
WOREDAS = [{"R_NAME": region, "RegionPcod": one, "ZONENAME": zone, "ZonePcod": two, "WOREDANAME": woreda, "WoredaPcod": three, "Shape_Area": "0.1"}
           for region, one, zone, two, woreda, three in (("Afar", "ET02", "Zone 1", "ET0201", "Dubti", "ET020101"), ("Afar", "ET02", "Zone 1", "ET0201",
           "Asayita", "ET020102"), ("Afar", "ET02", "Zone 2", "ET0202", "Erebti", "ET020201"),
           ("Amhara", "ET03", "North Gondar", "ET0301", "Adi Arkay", "ET030101"))]
DANE = [{"DPTO_CCDGO": one, "MPIO_CCDGO": two, "MPIO_CNMBR": town, "MPIO_CDPMP": one + two, "DPTO_CNMBR": name}
        for one, two, town, name in (("05", "001", "MEDELLÍN", "ANTIOQUIA"), ("05", "002", "ABEJORRAL", "ANTIOQUIA"), ("52", "835", "TUMACO", "NARIÑO"))]
GRID3 = [{"lganame": lga, "lgacode": two, "statename": state, "statecode": one, "urban": "No"}
         for lga, two, state, one in (("Bama", "8003", "Borno", "BR"), ("Fufore", "2005", "Adamawa", "AD"))]
GADM = [{"GID_2": f"SDN.{one}.{two}_1", "GID_0": "SDN", "NAME_1": state, "NAME_2": town, "TYPE_2": "Locality"}
        for one, two, state, town in ((1, 1, "Al Jazirah", "Al Hasahisa"), (1, 2, "Al Jazirah", "Al Manaqil"), (2, 1, "South Darfur", "Nyala"))]

# columns for other names that nobody filled, before and after the one of names
COUNTIES = [{"admin2RefName": None, "admin1Pcode": one, "admin2Pcode": two, "admin2AltName2_en": None, "admin1Name_en": state, "admin2Name": county,
             "admin2AltName1_en": None, "admin1RefName": None}
            for state, one, county, two in (("Lakes", "SS04", "Cueibet", "SS0401"), ("Warrap", "SS10", "Twic", "SS1006"))]


@pytest.mark.parametrize(("iso3", "areas", "found", "said"), [
    ("SSD", COUNTIES, [("SS04", "Lakes", "SSD"), ("SS10", "Warrap", "SSD"), ("SS0401", "Cueibet", "SS04"), ("SS1006", "Twic", "SS10")], set()),
    ("MMR", MIMU, [("MMR001", "Kachin", "MMR"), ("MMR002", "Kayah", "MMR"), ("MMR001D001", "Myitkyina", "MMR001"), ("MMR001D002", "Mohnyin", "MMR001"),
                   ("MMR002D001", "Loikaw", "MMR002")], {"properties_told"}),
    ("ETH", WOREDAS, [("ET02", "Afar", "ETH"), ("ET03", "Amhara", "ETH"), ("ET0201", "Zone 1", "ET02"), ("ET0202", "Zone 2", "ET02"),
                    ("ET0301", "North Gondar", "ET03")],
     {"properties_told", "finer_level"}),
    ("COL", DANE, [("CO05", "ANTIOQUIA", "COL"), ("CO52", "NARIÑO", "COL"), ("CO05001", "MEDELLÍN", "CO05"), ("CO05002", "ABEJORRAL", "CO05"),
                   ("CO52835", "TUMACO", "CO52")], {"properties_told", "codes_lettered"}),
    ("NGA", GRID3, [("NGAD", "Adamawa", "NGA"), ("NGBR", "Borno", "NGA"), ("NG2005", "Fufore", "NGAD"), ("NG8003", "Bama", "NGBR")],
     {"properties_told", "codes_lettered"}),
    ("SDN", GADM, [("SDN1001", "Al Jazirah", "SDN"), ("SDN1002", "South Darfur", "SDN"), ("SDN2001", "Al Hasahisa", "SDN1001"),
                   ("SDN2002", "Al Manaqil", "SDN1001"), ("SDN2003", "Nyala", "SDN1002")], {"codes_made"}),
])
def test_levels_codes_and_names_are_told_by_what_properties_hold(
    store_folder: Path, tmp_path: Path, iso3: str, areas: list[dict[str, str]], found: list[tuple[str, str, str]], said: set[str],
) -> None:
    shutil.copytree(store_folder, tmp_path / "store")
    report = import_files([squares(tmp_path / "areas.geojson", areas, 20, 5)], iso3, folder=tmp_path / "store")
    one = report.files[0]
    assert report.generation, one.issues
    assert (one.rows_read, one.accepted) == (len(areas), len(areas)) and said == set(codes(one)) - {"parent_made"}
    assert rows(tmp_path / "store", AREAS.format(iso3)) == found
    if iso3 == "MMR":
        assert ("MMR001D001", "မြစ်ကြီးနား") in rows(tmp_path / "store", "SELECT pcode, alias FROM place_alias")


def test_a_package_of_three_levels_keeps_two_and_says_so(store_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(store_folder, tmp_path / "store")
    path = tmp_path / "ssd_adm.gpkg"
    for level, parts in ((1, 1), (2, 2), (3, 4)):
        codes_of = {n: ["SS" + "01" * n if n < level else "SS" + "01" * (n - 1) + f"{k + 1:02d}" for k in range(parts)] for n in range(1, level + 1)}
        names = {f"adm{n}_{what}": [code if what == "pcode" else f"Area {code}" for code in of] for n, of in codes_of.items() for what in ("name", "pcode")}
        gpd.GeoDataFrame(names, geometry=[box(28 + k / parts, 6, 28 + (k + 1) / parts, 7) for k in range(parts)], crs="EPSG:4326").to_file(
            path, layer=f"ssd_adm{level}", driver="GPKG")
    report = import_files([path], "SSD", folder=tmp_path / "store")
    assert report.generation and {one.sheet: (one.table, one.accepted) for one in report.files} == {
        "ssd_adm1": ("boundaries", 1), "ssd_adm2": ("boundaries", 2), "ssd_adm3": (None, 0)}
    assert [issue["message_en"] for one in report.files for issue in one.issues if issue["code"] == "level_left"] == [
        '"ssd_adm3": level 3, finer than the two that are kept; left.']


def test_properties_that_tell_nothing_are_named(store_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(store_folder, tmp_path / "store")
    path = squares(tmp_path / "x.geojson", [{"OBJECTID": "1", "Area": "3.5"}, {"OBJECTID": "2", "Area": "4"}], 20, 5)
    report = import_files([path], "SSD", folder=tmp_path / "store")
    assert report.is_refused and "present: OBJECTID, Area." in report.files[0].issues[0]["message_en"]
