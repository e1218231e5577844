"""How people of other countries write tables: periods, figures, headings, totals, personal columns; and files of Honduras and Mali that do all of it.

Names of places and headings are those of real reports; every figure is invented for these tests.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from data.importing.cells import counted, decimal_commas
from data.importing.headings import said
from data.importing.isolation import Sheet
from data.importing.layouts import header_rows
from data.importing.nations import host_iso3
from data.importing.periods import is_month_first, is_serial, serial_span, span
from data.importing.personal import refuse_personal
from data.importing.placing import is_total
from data.importing.recognition import recognise
from data.importing.run import import_files
from data.readers.issues import InputRefused
from data.readers.places import PlaceIndex, place_key
from tests.data.test_importing import codes, rows
from tests.data.test_importing_countries import Said, brought, squares, text, workbook


@pytest.mark.parametrize(("written", "first", "last"), [
    ("31/12/2024", "2024-12-31", "2024-12-31"), ("31.12.24", "2024-12-31", "2024-12-31"), ("2024-12", "2024-12-01", "2024-12-31"),
    ("12/2024", "2024-12-01", "2024-12-31"), ("Dec-24", "2024-12-01", "2024-12-31"), ("déc. 2024", "2024-12-01", "2024-12-31"),
    ("Diciembre de 2024", "2024-12-01", "2024-12-31"), ("15-Jan-2024", "2024-01-15", "2024-01-15"), ("1er mars 2024", "2024-03-01", "2024-03-01"),
    ("T1 2024", "2024-01-01", "2024-03-31"), ("2024Q4", "2024-10-01", "2024-12-31"), ("2ème trimestre 2024", "2024-04-01", "2024-06-30"),
    ("S1 2024", "2024-01-01", "2024-06-30"), ("Jan-Mar 2024", "2024-01-01", "2024-03-31"), ("2018-2019", "2018-01-01", "2019-12-31"),
    ("du 01/01/2024 au 31/03/2024", "2024-01-01", "2024-03-31"), ("20241231", "2024-12-31", "2024-12-31"), ("2024-05-06T10:00:00", "2024-05-06", "2024-05-06"),
])
def test_a_period_is_read_as_people_write_it(written: str, first: str, last: str) -> None:
    assert span(written) == (pd.Timestamp(first), pd.Timestamp(last))


@pytest.mark.parametrize("written", ["soon", "32/13/2024", "13-2024-01", "T5 2024", "Atlántida 2024", "12,5", ""])
def test_what_is_no_period_is_none(written: str) -> None:
    assert span(written) is None


def test_a_column_tells_how_it_writes_days_and_thousands() -> None:
    assert is_month_first(["12/31/2024", "01/02/2024"]) and not is_month_first(["31/12/2024", "01/02/2024"])
    assert span("01/02/2024", month_first=True) == (pd.Timestamp("2024-01-02"),) * 2
    assert is_serial("45657") and serial_span("45657")[0] == pd.Timestamp("2024-12-31") and not is_serial("1250")
    assert counted(["1.234", "980", "-"]) and not counted(["1.234", "1.5"]) and not counted(["1234.567"])
    assert decimal_commas(["12,5", "12,125", "7,25"]) and not decimal_commas(["448,465", "1,200", "12,5"])


@pytest.mark.parametrize(("heading", "told"), [
    ("Mujeres / 0-17", {"sex": "f", "age": "0-17"}), ("M_18_59", {"sex": "m", "age": "18-59"}), ("Hommes 60+", {"sex": "m", "age": "60+"}),
    ("Enero", {"month": "1"}), ("2023", {"start": "2023-01-01", "end": "2023-12-31"}), ("Pakistan", {"host": "PAK"}), ("Estados Unidos", {"host": "USA"}),
    ("PDI retournées / Individus", {"kind": "internal"}), ("Returnees from abroad", {"kind": "abroad"}), ("Total", {}),
])
def test_a_heading_says_what_its_figures_are(heading: str, told: dict[str, str]) -> None:
    found = said(heading, "HND")
    assert found is not None and {name: value for name, value in vars(found).items() if value} == told


@pytest.mark.parametrize("heading", ["Ménages / 2023", "Number of sites", "Observaciones", "Returnee HH"])
def test_a_heading_that_counts_something_else_says_nothing(heading: str) -> None:
    assert said(heading, "HND") is None


def test_two_rows_of_headings_under_merged_cells_and_a_row_of_years_are_headings() -> None:
    sexes = [["Retornados"], [], ["Departamento", "Mujeres", "", "Hombres", "", "Total"], ["", "0-17", "18+", "0-17", "18+", ""],
             ["Guatemala", "12", "200", "15", "900", "1127"], ["San Marcos", "1", "2", "3", "4", "10"]]
    assert header_rows(sexes, "x")[:2] == (2, 3)
    assert header_rows([["Département", "2021", "2022", "2023"], ["Ouest", "12", "200", "15"]], "x")[:2] == (0, 0)


@pytest.mark.parametrize("label", ["Total", "TOTAL GÉNÉRAL", "Grand total", "Total República", "Sous-total Gao", "Atlántida Total", "Ensemble"])
def test_a_total_is_no_place(label: str) -> None:
    assert is_total(label) and not is_total("Totonicapán")


def test_names_in_any_script_are_told_apart() -> None:
    assert place_key("الخرطوم") != place_key("سنار") != "" and place_key("Харківська") == place_key("ХАРКІВСЬКА")
    assert place_key("Kasaï-Oriental") == "kasai oriental" and host_iso3("Estados Unidos") == host_iso3("US") == "USA"


@pytest.mark.parametrize("heading", [
    "Primer nombre", "Apellidos", "Cédula de identidad", "DPI", "CNIC", "Tazkira no", "Tracking ID", "N° dossier", "Ration card number", "Passport number",
    "Date de naissance", "Father's name", "Nom de la mère", "Name of returnee", "Household head name", "Contact number", "Numéro de tél", "Domicilio",
    "GPS of house", "رقم الهاتف", "Прізвище"])
def test_a_personal_column_is_refused_by_its_name_in_many_languages(heading: str) -> None:
    with pytest.raises(InputRefused, match="holds personal data"):
        refuse_personal(pd.DataFrame({heading: ["a", "b", "c"]}, dtype="str"), "f.csv", "", {})


@pytest.mark.parametrize("heading", ["Name of district", "Nom du site", "Organisation name", "Contact agency", "Phone coverage %", "Mobile clinic",
                                     "Telephone network", "Number of cases", "Nombre de retornados", "Returnees with passport", "Displacement tracking"])
def test_a_column_about_places_and_services_is_not_personal(heading: str) -> None:
    refuse_personal(pd.DataFrame({heading: ["a", "b", "c"]}, dtype="str"), "f.csv", "", {})


@pytest.fixture(scope="module")
def honduras(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Said:
    work = tmp_path_factory.mktemp("HND")
    parts = (("Atlántida", "HN01", "La Ceiba", "HN0101"), ("Atlántida", "HN01", "Tela", "HN0107"), ("Cortés", "HN05", "Choloma", "HN0502"))
    return brought(store_folder, work, "HND", [
        squares(work / "hnd_adm2.geojson", [{"ADM0_PCODE": "HN", "ADM1_ES": one, "ADM1_PCODE": code, "ADM2_ES": two, "ADM2_PCODE": finer}
                                            for one, code, two, finer in parts], -88, 15),
        text(work / "hnd_poblacion.txt", "Municipio\tPoblación total 2022\tPoblación total 2023\nLa Ceiba\t1\t215.000\n"
             "Tela\t1\t99 000\nTotal país\t2\t314.000\n",
             "utf-16"),
        text(work / "hnd_retornados_2024.csv", "Instituto Nacional de Migración;;;;;\nHondureños retornados, 2024;;;;;\n\n"
             "Departamento;Municipio;Enero;Febrero;Marzo;Total\nAtlántida;La Ceiba;1.234;1.100;980;3.314\n"
             "Atlántida;Tela;120;98;-;218\nCortés;Choloma;<5;12;10;22\nTotal;;1.354;1.210;990;3.554\nFuente: INM;;;;;\n", "cp1252"),
        text(work / "345w.csv", "Organización que reporta,Organización implementadora,Tipo,Clúster,Departamento,Municipio,Código,Estado,Inicio,Alcanzados\n"
             "#org+prog+name,#org+impl+name,#org+type,#sector,#adm1+name,#adm2+name,#adm2+code,#status,#date+start,#reached\n"
             "ACNUR,Casa Alianza,ONG Internacional,Protección,Atlántida,La Ceiba,HN010107,En curso,45323,\"1,500\"\n"
             "OIM,OIM,Agencia ONU,Salud,Cortés,,,Finalizado,15/03/2024,320\nTotal,Total,,,,,,,,1820\n"),
    ])


def test_honduras_with_a_column_a_month_and_points_for_thousands(honduras: Said) -> None:
    folder, told = honduras
    one = told["hnd_retornados_2024.csv"]
    assert (one.table, one.rows_read, one.accepted, one.set_aside, one.join_rate_persons) == ("returns", 5, 3, 2, 1.0)
    assert (codes(one)["total_row"], codes(one)["withheld_figure"], codes(one)["missing_value"]) == ([8], [7], [9])
    found = rows(folder, "SELECT pcode, month(period_start), kind, sum(persons) FROM return_flow WHERE iso3 = 'HND' GROUP BY ALL ORDER BY ALL")
    assert found == [("HN0101", 1, "abroad", 1234), ("HN0101", 2, "abroad", 1100), ("HN0101", 3, "abroad", 980), ("HN0107", 1, "abroad", 120),
                     ("HN0107", 2, "abroad", 98), ("HN0502", 2, "abroad", 12), ("HN0502", 3, "abroad", 10)]


def test_honduras_population_of_the_latest_year_without_its_total(honduras: Said) -> None:
    folder, told = honduras
    one = told["hnd_poblacion.txt"]
    assert (one.rows_read, one.accepted, one.set_aside, codes(one)["total_row"]) == (3, 2, 1, [4])
    assert rows(folder, "SELECT pcode, population FROM area WHERE pcode IN ('HN0101', 'HN0107') ORDER BY 1") == [("HN0101", 215_000), ("HN0107", 99_000)]


def test_honduras_345w_by_who_implements_with_codes_finer_than_the_boundaries(honduras: Said) -> None:
    folder, told = honduras
    one = told["345w.csv"]
    assert (one.table, one.rows_read, one.accepted, one.set_aside) == ("activities", 3, 2, 1) and codes(one)["total_row"] == [5]
    found = rows(folder, "SELECT organisation, recipient_type, sector, pcode, status, strftime(start, '%Y-%m-%d'), reached FROM partner_activity "
                         "WHERE iso3 = 'HND' ORDER BY 1")
    assert found == [("Casa Alianza", "international", "JUS", "HN0101", "ongoing", "2024-02-01", 1500),
                     ("OIM", "international", "HEA", "HN05", "completed", "2024-03-15", 320)]


def test_households_are_no_persons_and_a_month_may_say_its_year() -> None:
    frame = pd.DataFrame({"State": ["Borno"], "Mois": ["janv-25"], "Returnee HH": ["100"], "Returnee Ind": ["523"]}, dtype="str")
    tags = {"Returnee HH": "#affected+returnees+hh", "Returnee Ind": "#affected+returnees+ind"}
    places = PlaceIndex(pd.DataFrame(columns=["pcode", "iso3", "level", "parent", "name_fr", "name_en"]), pd.DataFrame(columns=["iso3", "label"]),
                        pd.DataFrame(columns=["kind", "level"]))
    found = recognise(Sheet("dtm.csv", "", frame, tags), places, "NGA")
    assert (found.table, found.mapping) == ("returns", {"State": "admin1_name", "Mois": "period", "Returnee Ind": "persons"})


def test_mali_with_kinds_beside_each_other_under_merged_headings(store_folder: Path, tmp_path: Path) -> None:
    parts = (("Gao", "ML07", "Ansongo", "ML0701"), ("Tombouctou", "ML06", "Diré", "ML0601"))
    folder, told = brought(store_folder, tmp_path, "MLI", [
        squares(tmp_path / "mli.geojson", [{"admin0Pcode": "ML", "admin1Name_fr": one, "admin1Pcode": code, "admin2Name_fr": two, "admin2Pcode": finer}
                                           for one, code, two, finer in parts], -1, 16),
        workbook(tmp_path / "dtm_mali.xlsx", {"Page de garde": [["Matrice de suivi"]], "Retournés": [
            ["DTM - Personnes retournées"], ["Décembre 2024"], [], ["Région", "Cercle", "PDI retournées", "", "Rapatriés", ""],
            ["", "", "Ménages", "Individus", "Ménages", "Individus"], ["Gao", "Ansongo", 100, 520, 20, 101], ["Tombouctou", "Diré", 30, 160, 0, 0],
            ["Total", "", 130, 680, 20, 101], [], ["Source : OIM DTM"]]}),
        text(tmp_path / "ipc_mli_area_wide.csv", "Date of analysis,Country,Total country population,Level 1,Area,Current from,Current to,"
             "Phase 3+ number current,Phase 3+ percentage current\nMar 2024,MLI,1,Gao,Ansongo,2024-03-01,2024-05-31,900,0.41\n"
             "Mar 2024,MLI,1,Tombouctou,Diré,2024-03-01,2024-05-31,9,0.3\n"),
    ])
    ipc = told["ipc_mli_area_wide.csv"]
    assert (ipc.table, ipc.accepted, ipc.repaired, "shares_as_percent" in codes(ipc)) == ("indicators", 2, 2, True)
    assert rows(folder, "SELECT pcode, indicator, round(value, 6), strftime(period_start, '%Y-%m') FROM indicator_value WHERE iso3 = 'MLI' ORDER BY 1") == [
        ("ML0601", "EC6", 30, "2024-03"), ("ML0701", "EC6", 41, "2024-03")]
    one = told["dtm_mali.xlsx / Retournés"]
    assert (one.rows_read, one.accepted, one.set_aside, one.join_rate_persons) == (4, 2, 2, 1.0)
    assert rows(folder, "SELECT pcode, kind, year, sum(persons) FROM return_flow WHERE iso3 = 'MLI' GROUP BY ALL ORDER BY ALL") == [
        ("ML0601", "internal", 2024, 160), ("ML0701", "abroad", 2024, 101), ("ML0701", "internal", 2024, 520)]


def test_a_table_whose_columns_are_sexes_but_which_says_nothing_of_what_it_counts_is_asked_about(store_folder: Path, tmp_path: Path) -> None:
    path = text(tmp_path / "data.csv", "Province,Women,Men\nKabul,10,20\nKapisa,30,40\n")
    shutil.copytree(store_folder, tmp_path / "store")
    report = import_files([path], "AFG", folder=tmp_path / "store", dry_run=True)
    assert report.is_refused and "no table recognised" in report.files[0].issues[0]["message_en"]
