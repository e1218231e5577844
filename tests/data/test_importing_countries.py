"""Files of countries that nobody here knows, in the form people send them: counts, join rates and what was set aside are right.

Names of places and headings are those of real reports; every figure is invented for these tests.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from data.importing.report import SheetReport
from data.importing.run import import_files
from data.planning import plan_inputs
from data.store import open_store
from tests.data.test_importing import codes, rows

Said = tuple[Path, dict[str, SheetReport]]


def squares(path: Path, areas: list[dict[str, str]], lon: float, lat: float) -> Path:
    """One square an area, side by side."""
    def ring(k: int) -> list[list[float]]:
        return [[lon + k, lat], [lon + k, lat + 1], [lon + k + 1, lat + 1], [lon + k + 1, lat], [lon + k, lat]]

    features = [{"type": "Feature", "properties": one, "geometry": {"type": "Polygon", "coordinates": [ring(k)]}} for k, one in enumerate(areas)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def brought(store_folder: Path, work: Path, iso3: str, paths: list[Path]) -> Said:
    """A store with a country's files, and what was said of each sheet ("file / sheet")."""
    shutil.copytree(store_folder, work / "store")
    report = import_files(paths, iso3, folder=work / "store")
    assert report.generation, [issue["message_en"] for one in report.files for issue in one.issues if issue["severity"] == "refused"]
    for one in report.files:
        assert one.rows_read == one.accepted + one.set_aside + one.refused
    return work / "store", {" / ".join(part for part in (one.file, one.sheet) if part): one for one in report.files if one.table}


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for line, cells in enumerate(lines):
                sheet.write_row(line, 0, cells)
    return path


def text(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding))
    return path


@pytest.fixture(scope="module")
def burundi(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Said:
    work = tmp_path_factory.mktemp("BDI")
    communes = (("Bubanza", "Bubanza", "001", "001"), ("Bubanza", "Gihanga", "001", "002"), ("Cankuzo", "Cankuzo", "004", "001"),
                ("Ruyigi", "Ruyigi", "015", "006"))
    return brought(store_folder, work, "BDI", [
        squares(work / "bdi_admbnda_adm2.geojson", [{"ADM0_PCODE": "BDI", "ADM1_FR": province, "ADM1_PCODE": f"BDI{one}", "ADM2_FR": commune, "ADM2_PCODE":
                f"BDI{one}{two}"} for province, commune, one, two in communes], 29, -4),
        text(work / "rapatries_2026.csv", "Rapport des rapatriés (chiffres de test);;;;\n;;;;\n"
             "Code commune;Commune;Pays de provenance;Date d'arrivée;Nombre de rapatriés\n"
             "BI001001;Bubanza;Tanzanie;15/01/2026;1 250\nBI001002;Gihanga;Rwanda;2026-02;300\n;Cankuzo;RDC;T1 2026;45\n;Kigoma;Tanzanie;2026-03;10\n"
             "BI001001;Bubanza;Tanzanie;15/01/2026;1 250\nBI015006;Ruyigi;Tanzanie;2026-03;n.d.\nTotal;;;;1605\n", "cp1252"),
        text(work / "ménages.csv", "Province,SV2,EC6,Année\nBubanza,\"45,5\",30,2025\nCANKUZO,60,120,2025\nRuyiigi,50,20,2025\n"),
    ])


def test_burundi_in_french_with_codes_of_another_spelling(burundi: Said) -> None:
    folder, said = burundi
    one = said["rapatries_2026.csv"]
    assert (one.table, one.rows_read, one.accepted, one.set_aside, one.repaired) == ("returns", 7, 4, 3, 2)
    found = codes(one)
    assert (found["copied_row"], found["missing_value"], found["total_row"], found["place_unmatched"]) == ([8], [9], [10], [7])
    assert "BI001001 → BDI001001" in next(issue["message_en"] for issue in one.issues if issue["code"] == "pcode_dialect")
    assert one.join_rate_rows == 0.75 and one.join_rate_persons == pytest.approx(1595 / 1605, abs=1e-3)
    assert rows(folder, "SELECT pcode, sum(persons) FROM return_flow WHERE iso3 = 'BDI' AND margin = 'place' GROUP BY 1 ORDER BY 1") == [
        ("BDI", 10), ("BDI001001", 1250), ("BDI001002", 300), ("BDI004001", 45)]
    assert rows(folder, "SELECT host_iso3, sum(persons) FROM return_flow WHERE iso3 = 'BDI' AND margin = 'host' GROUP BY 1 ORDER BY 1") == [
        ("COD", 45), ("RWA", 300), ("TZA", 1260)]


def test_burundi_indicators_with_a_misspelt_name_and_a_share_over_100(burundi: Said) -> None:
    folder, said = burundi
    one = said["ménages.csv"]
    assert (one.table, one.rows_read, one.accepted, one.set_aside) == ("indicators", 3, 2, 1) and one.join_rate_rows == pytest.approx(2 / 3, abs=1e-3)
    assert codes(one)["out_of_range"] == [3] and codes(one)["place_not_found"] == [4]
    assert "Ruyigi (BDI015)" in next(issue["message_fr"] for issue in one.issues if issue["code"] == "place_suggested")
    assert rows(folder, "SELECT pcode, indicator, value FROM indicator_value WHERE iso3 = 'BDI' ORDER BY 1, 2") == [
        ("BDI001", "EC6", 30), ("BDI001", "SV2", 45.5), ("BDI004", "SV2", 60)]
    with open_store(folder) as store:
        assert len(plan_inputs(store, "BDI").areas) == 3


@pytest.fixture(scope="module")
def south_sudan(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Said:
    work = tmp_path_factory.mktemp("SSD")
    counties = (("Central Equatoria", "Juba", "SS01", "SS0101"), ("Central Equatoria", "Yei", "SS01", "SS0106"), ("Upper Nile", "Renk", "SS10", "SS1011"),
                ("Western Bahr el Ghazal", "Wau", "SS08", "SS0803"))
    return brought(store_folder, work, "SSD", [
        squares(work / "ssd_adm2.geojson", [{"admin1Name": state, "admin1Pcode": one, "admin2Name": county, "admin2Pcode": two, "admin0Pcode": "SS"}
                                            for state, county, one, two in counties], 28, 6),
        workbook(work / "DTM_South_Sudan.xlsx", {
            "ReadMe": [["Returnee figures for tests"], ["Nothing here is real"]],
            "Returnees": [["DTM Mobility Tracking (test figures)"], ["Location", "", "", "", "Returnees"],
                          ["State", "County", "County P-Code", "Assessment month", "Individuals", "Households"],
                          ["#adm1+name", "#adm2+name", "#adm2+code", "#date+survey", "#affected+returnees", "#affected+hh"],
                          ["Central Equatoria", "Juba", "SS0101", "2026-03", 1200, 240],
                          ["Central Equatoria", "Yei", "SS0106", "2026-03", "2,300", 400],
                          ["Upper Nile", "Renk", "SS1011", "2026-03", 800, 160], ["Upper Nile", "Maban", "SS1005", "2026-03", 70, 10],
                          ["Ethiopia", "Gambella", "", "2026-03", 5, 1],
                          ["", "", "", "", "", ""], ["Source: test", "", "", "", "", ""]],
            "Facilities": [["Facility name", "Type", "Latitude", "Longitude"], ["A", "Primary Health Care Centre", 6.5, 28.5], ["B", "Hospital", 6.5, 30.5],
                           ["C", "Hospital", 50, 50], ["D", "PHCU (health)", "", ""]]}),
        text(work / "3w.csv", "Org Name,Org Type,Cluster,State,County,Status,Donor,Start Date,End Date,Beneficiaries reached\n"
             "NRC,International NGO,Education,Central Equatoria,Juba,Ongoing,SIDA,2026-01-01,2026-12-31,\"1,000\"\n"
             "UNIDO SSD,National NGO,Health,Western Bahr El Ghazal,Wau,Ongoing,Multiple,2026-01-01,2026-06-30,-\nUNHCR,UN,Protection,,,Ongoing,,,,\n"),
    ])


def test_south_sudan_in_a_workbook_of_several_sheets(south_sudan: Said) -> None:
    folder, said = south_sudan
    one = said["DTM_South_Sudan.xlsx / Returnees"]
    assert one.table == "returns" and set(said) == {"ssd_adm2.geojson", "DTM_South_Sudan.xlsx / Returnees", "DTM_South_Sudan.xlsx / Facilities", "3w.csv"}
    assert (one.rows_read, one.accepted, one.set_aside) == (6, 5, 1) and one.join_rate_rows == 0.8
    assert one.join_rate_persons == pytest.approx(4370 / 4375, abs=1e-3)
    # a county newer than the boundaries is known by its state; a place of Ethiopia by nothing
    assert rows(folder, "SELECT pcode, persons FROM return_flow WHERE iso3 = 'SSD' ORDER BY 1") == [
        ("SS0101", 1200), ("SS0106", 2300), ("SS10", 70), ("SS1011", 800), ("SSD", 5)]
    assert codes(one)["placed_above"] == [8] and codes(one)["place_unmatched"][0] == 9


def test_south_sudan_facilities_and_partners(south_sudan: Said) -> None:
    folder, said = south_sudan
    one = said["DTM_South_Sudan.xlsx / Facilities"]
    assert (one.table, one.rows_read, one.accepted, one.set_aside) == ("facilities", 4, 2, 2)
    assert codes(one)["outside_areas"] == [4] and codes(one)["no_coordinates"] == [5]
    one = said["3w.csv"]
    assert (one.table, one.rows_read, one.accepted) == ("activities", 3, 3) and one.join_rate_rows == pytest.approx(2 / 3, abs=1e-3)
    assert rows(folder, "SELECT organisation, pcode, beneficiaries FROM partner_activity WHERE iso3 = 'SSD' ORDER BY 1") == [
        ("NRC", "SS0101", 1000), ("UNHCR", "SSD", None), ("UNIDO SSD", "SS0803", None)]


@pytest.fixture(scope="module")
def colombia(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Said:
    work = tmp_path_factory.mktemp("COL")
    towns = (("Antioquia", "Medellín", "CO05", "CO05001"), ("Antioquia", "Apartadó", "CO05", "CO05045"), ("Nariño", "Tumaco", "CO52", "CO52835"))
    text(work / "poblacion.csv", "Código municipio;Municipio;Sexo;Grupo de edad;Población\n"
         "CO05001;Medellín;todos;;2 500 000\nCO05001;Medellín;mujeres;;1 300 000\n"
         "CO05045;Apartadó;todos;;120 000\nCO52835;Tumaco;todos;;250 000\n")
    text(work / "retornados.csv", "Departamento,Municipio,País de acogida,Fecha de retorno,Retornados\nAntioquia,Medellin,Venezuela,03/02/2026,120\n"
         "Nariño,Tumaco,Ecuador,2026,80\nNariño,Ipiales,Ecuador,2026,15\n")
    with zipfile.ZipFile(work / "datos.zip", "w") as archive:
        for name in ("poblacion.csv", "retornados.csv"):
            archive.write(work / name, f"datos/{name}")
    (work / "indicadores.json").write_text(json.dumps({"DataList": [
        {"codigo municipio": "05001", "indicador": "SV2", "valor": 70, "año": 2025},
        {"codigo municipio": "52835", "indicador": "SV2", "valor": "61,5", "año": 2025},
        {"codigo municipio": "99999", "indicador": "SV2", "valor": 1, "año": 2025}]}), encoding="utf-8")
    return brought(store_folder, work, "COL", [
        squares(work / "col_adm2.geojson", [{"admin1Name_es": one, "admin1Pcode": code, "admin2Name_es": two, "admin2Pcode": pcode, "admin0Pcode": "CO"}
                                            for one, two, code, pcode in towns], -76, 5),
        work / "datos.zip", work / "indicadores.json"])


def test_colombia_in_spanish_out_of_a_zip(colombia: Said) -> None:
    folder, said = colombia
    tables = {name.rpartition("/")[2].strip(): (one.table, one.rows_read, one.accepted, one.set_aside) for name, one in said.items()}
    assert tables["poblacion.csv"] == ("population", 4, 4, 0) and tables["retornados.csv"] == ("returns", 3, 3, 0)
    assert rows(folder, "SELECT pcode, population FROM area WHERE iso3 = 'COL' AND level = 2 ORDER BY 1") == [
        ("CO05001", 2_500_000), ("CO05045", 120_000), ("CO52835", 250_000)]
    assert rows(folder, "SELECT pcode, persons FROM return_flow WHERE iso3 = 'COL' AND margin = 'place' ORDER BY 2 DESC") == [
        ("CO05001", 120), ("CO52835", 80), ("CO52", 15)]
    assert rows(folder, "SELECT host_iso3, persons FROM return_flow WHERE iso3 = 'COL' AND margin = 'host' ORDER BY 1") == [("ECU", 95), ("VEN", 120)]


def test_colombia_codes_without_their_letters(colombia: Said) -> None:
    folder, said = colombia
    one = said["indicadores.json"]
    assert (one.table, one.rows_read, one.accepted, one.set_aside) == ("indicators", 3, 2, 1) and one.repaired == 2
    assert one.join_rate_rows == pytest.approx(2 / 3, abs=1e-3)
    assert rows(folder, "SELECT pcode, value FROM indicator_value WHERE iso3 = 'COL' ORDER BY 1") == [("CO05001", 70), ("CO52835", 61.5)]
