"""Tables of displaced people alone are people hosted, never people who returned; sites, reasons and origins of an area are added up."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.importing.run import import_files
from tests.data.test_importing import codes, rows
from tests.data.test_importing_countries import Said, brought, squares, text

STATES = (("SS01", "Central Equatoria"), ("SS02", "Eastern Equatoria"), ("SS03", "Jonglei"))
DTM = ("operation,admin0Pcode,admin1Name,admin1Pcode,numPresentIdpInd,reportingDate,roundNumber,displacementReason,numberMales,assessmentType\n"
       "X,SSD,Jonglei,SS03,100,2024-03-01T00:00:00,15,Conflict,40,BA\nX,SSD,Jonglei,SS03,50,2024-03-01T00:00:00,15,Disaster,20,BA\n"
       "X,SSD,Jonglei,SS03,120,2024-09-01T00:00:00,16,Conflict,40,BA\nX,SSD,Central Equatoria,SS01,7,2024-09-01T00:00:00,16,Conflict,3,BA\n"
       "X,SSD,Central Equatoria,SS01,900,2024-09-01T00:00:00,16,Conflict,3,SA\nX,SSD,Central Equatoria,SS01,7,2024-09-01T00:00:00,16,Conflict,3,BA\n")
SITES = ("State,Site Name,Survey Date,IDP HH,IDP Individuals\nJonglei,Bor A,2025-03-01,10,50\nJonglei,Bor B,2025-03-09,4,20\n"
         "Eastern Equatoria,Torit,2025-03-05,2,8\nNowhere,Z,2025-03-05,2,8\n,Somewhere,2025-03-05,2,8\n")
HOSTED = ("SELECT pcode, value, strftime(period_start, '%Y-%m-%d'), strftime(period_end, '%Y-%m-%d') FROM indicator_value "
          "WHERE iso3 = 'SSD' AND indicator = 'CX1'")


@pytest.fixture(scope="module")
def south_sudan(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Said:
    work = tmp_path_factory.mktemp("SSD")
    return brought(store_folder, work, "SSD", [
        squares(work / "adm1.geojson", [{"ADM1_PCODE": code, "ADM1_EN": name} for code, name in STATES], 30, 5),
        text(work / "dtm.csv", DTM), text(work / "sites.csv", SITES)])


def test_every_row_is_accounted_for(south_sudan: Said) -> None:
    dtm, sites = (south_sudan[1][name] for name in ("dtm.csv", "sites.csv"))
    assert (dtm.table, dtm.rows_read, dtm.accepted, dtm.set_aside) == ("indicators", 6, 4, 2)
    assert codes(dtm)["other_round"] == [6] and codes(dtm)["copied_row"] == [7] and codes(dtm)["displaced_summed"] == [None]
    assert (sites.table, sites.rows_read, sites.accepted, sites.set_aside) == ("indicators", 5, 3, 2)
    assert codes(sites)["place_not_found"] == [5, 6] and sites.join_rate_rows == 0.6


def test_people_of_an_area_are_added_up_within_a_round_and_never_over_rounds(south_sudan: Said) -> None:
    assert rows(south_sudan[0], f"{HOSTED} ORDER BY 3, 1") == [
        ("SS03", 150, "2024-03-01", "2024-03-01"), ("SS01", 7, "2024-09-01", "2024-09-01"), ("SS03", 120, "2024-09-01", "2024-09-01"),
        ("SS03", 70, "2025-03-01", "2025-03-09"), ("SS02", 8, "2025-03-05", "2025-03-05")]
    assert rows(south_sudan[0], "SELECT count(*) FROM return_flow WHERE iso3 = 'SSD'") == [(0,)]


@pytest.mark.parametrize("content", [
    "Province;Date;PDI ménages;PDI individus\nJonglei;2024-03-01;10;50\n", "Departamento,Fecha,Desplazados internos\nJonglei,2024-03-01,50\n",
    "State,When,People\n#adm1+name,#date,#affected+idps+ind\nJonglei,2024-03-01,50\n", "Region,Date,Number of IDPs\nJonglei,2024-03-01,50\n"])
def test_headings_of_displaced_people_in_other_words(south_sudan: Said, tmp_path: Path, content: str) -> None:
    report = import_files([text(tmp_path / "a.csv", content)], "SSD", folder=south_sudan[0], dry_run=True)
    assert (report.files[0].table, report.files[0].accepted) == ("indicators", 1) and "displaced" in report.files[0].mapping.values()


def test_displaced_people_by_sex_alone_are_no_returns_and_the_sentence_says_where_they_belong(south_sudan: Said, tmp_path: Path) -> None:
    by_sex = text(tmp_path / "a.csv", "State,Year,IDP Male,IDP Female\nJonglei,2024,5,6\nCentral Equatoria,2024,1,2\n")
    report = import_files([by_sex], "SSD", folder=south_sudan[0], dry_run=True)
    assert report.is_refused and "context indicator CX1" in report.files[0].issues[0]["message_en"]


def test_returnees_beside_displaced_people_are_still_the_returns(south_sudan: Said, tmp_path: Path) -> None:
    both = text(tmp_path / "a.csv", "admin1Pcode,reportingDate,numPresentIdpInd,numPresentReturneeInd\nSS03,2024-03-01,50,20\nSS01,2024-03-01,8,9\n")
    report = import_files([both], "SSD", folder=south_sudan[0], dry_run=True)
    assert report.files[0].table == "returns" and report.files[0].mapping["numPresentReturneeInd"] == "persons"


def test_a_figure_given_twice_counts_by_its_last_row_which_is_named(south_sudan: Said, tmp_path: Path) -> None:
    twice = text(tmp_path / "a.csv", "pcode,indicator,value,year\nSS01,EC6,40,2024\nSS02,EC6,30,2024\nSS01,EC6,45,2024\n")
    one = import_files([twice], "SSD", folder=south_sudan[0], dry_run=True).files[0]
    assert (one.accepted, one.set_aside, codes(one)["figure_again"]) == (2, 1, [2])
    assert next(issue["detail"] for issue in one.issues if issue["code"] == "figure_again") == "4"
