"""Layouts of published tables in a country that is not embedded: each column is what its publisher means, each row is where it says.

Headings are those of published files, places are real; every figure is invented for these tests.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from data.importing.personal import refuse_personal
from data.importing.report import SheetReport
from data.importing.run import import_files
from data.readers.issues import InputRefused
from tests.data.test_importing import codes, rows
from tests.data.test_importing_countries import squares, text

LOCALITIES = (("Khartoum", "SD01", "Khartoum", "SD01001"), ("Khartoum", "SD01", "Jebel Awlia", "SD01007"), ("North Darfur", "SD02", "El Fasher", "SD02115"))
FILES = {
    "fts_requirements_funding_cluster_sdn.csv":
        "countryCode,id,name,code,startDate,endDate,year,clusterCode,cluster,requirements,funding,percentFunded\n"
        "#country+code,#activity+appeal+id+fts_internal,#activity+appeal+name,#activity+appeal+id+external,#date+start,#date+end,#date+year,"
        "#sector+cluster+code,#sector+cluster+name,#value+funding+required+usd,#value+funding+total+usd,#value+funding+pct\n"
        "SDN,1,Sudan HRP,HSDN24,2024-01-01,2024-12-31,2024,3,Health,178000000,60000000,34\n"
        "SDN,1,Sudan HRP,HSDN24,2024-01-01,2024-12-31,2024,5,Other,,6000000,\n",
    "sudan_5w.csv":
        "Reporting Org,Implementing Partner,Donor(s),Cluster,State,State Pcode,Locality,Locality Pcode,Start Date,Population Group,# of people targeted,"
        "# of people reached\nUNICEF,SRCS,ECHO,WASH,Khartoum,SD01,Khartoum,SD01001,01/02/2024,Returnees,500,320\n"
        "NRC,,SIDA,Education,Khartoum,SD01,Bahri,SD01999,15/02/2024,IDPs,\"1,000\",21\n",
    "dtm_sudan.csv":
        "operation,admin0Name,admin1Name,admin1Pcode,admin2Name,admin2Pcode,numPresentIdpInd,numPresentReturneeInd,reportingDate,numberMales\n"
        "Sudan,Sudan,Khartoum,SD01,Khartoum,SD01001,100,2500,2024-12-31,50\nSudan,Sudan,North Darfur,SD02,El Fasher,SD02115,100,60,2024-12-31,50\n",
    "ipc_sdn_level1_long.csv":
        "Date of analysis,Country,Total country population,Level 1,Validity period,From,To,Phase,Number,Percentage\n"
        "Apr 2024,SDN,47000000,Khartoum,current,2024-04-01,2024-05-31,all,1000,1\nApr 2024,SDN,47000000,Khartoum,current,2024-04-01,2024-05-31,3+,640,0.64\n",
    "hdx_hapi_food_security_sdn.csv":
        "location_code,admin1_code,admin1_name,admin2_code,admin2_name,ipc_phase,ipc_type,population_in_phase,population_fraction_in_phase,"
        "reference_period_start,reference_period_end\nSDN,SD02,North Darfur,,,3+,current,8,0.8,2024-04-01,2024-05-31\n"
        "SDN,SD02,North Darfur,,,all,current,10,1,2024-04-01,2024-05-31\nSDN,SD02,North Darfur,,,3+,first projection,9,0.9,2024-06-01,2024-09-30\n",
    "facilities.csv": "admin1_code,admin2_code,facility count\nSD01,SD01001,2\nSD01,SD01999,3\n",
    "structures.csv": "intervention,admin1_code,admin2_code,units\nA16,SD01,SD01001,2\nA16,SD01,SD01999,3\n",
}


@pytest.fixture(scope="module")
def sudan(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, SheetReport]]:
    work = tmp_path_factory.mktemp("SDN")
    shutil.copytree(store_folder, work / "store")
    boundaries = squares(work / "sdn_adm2.geojson", [{"ADM0_PCODE": "SD", "ADM1_EN": one, "ADM1_PCODE": code, "ADM2_EN": two, "ADM2_PCODE": finer}
                                                     for one, code, two, finer in LOCALITIES], 30, 12)
    report = import_files([boundaries, *(text(work / name, content) for name, content in FILES.items())], "SDN", folder=work / "store")
    assert report.generation, [issue["message_en"] for one in report.files for issue in one.issues if issue["severity"] == "refused"]
    return work / "store", {one.file: one for one in report.files}


@pytest.mark.parametrize(("name", "table", "counts"), [
    ("fts_requirements_funding_cluster_sdn.csv", "funding", (2, 2, 0)), ("sudan_5w.csv", "activities", (2, 2, 0)), ("dtm_sudan.csv", "returns", (2, 2, 0)),
    ("ipc_sdn_level1_long.csv", "indicators", (2, 1, 1)), ("hdx_hapi_food_security_sdn.csv", "indicators", (3, 1, 2)),
    ("facilities.csv", "facilities", (2, 1, 1)), ("structures.csv", "in_place", (2, 2, 0))])
def test_every_row_is_accounted_for(sudan: tuple[Path, dict[str, SheetReport]], name: str, table: str, counts: tuple[int, int, int]) -> None:
    one = sudan[1][name]
    assert (one.table, (one.rows_read, one.accepted, one.set_aside)) == (table, counts), one.issues


@pytest.mark.parametrize(("sql", "found"), [
    ("SELECT year, cluster, amount_usd, requirements_usd FROM funding_flow WHERE iso3 = 'SDN' ORDER BY 3 DESC", [
        (2024, "Health", 60e6, 178e6), (2024, "Other", 6e6, None)]),
    ("SELECT organisation, pcode, targeted, reached, names_returnees FROM partner_activity WHERE iso3 = 'SDN' ORDER BY 1", [
        ("NRC", "SD01", 1000, 21, False), ("SRCS", "SD01001", 500, 320, True)]),
    ("SELECT pcode, year, persons FROM return_flow WHERE iso3 = 'SDN' ORDER BY 1", [("SD01001", 2024, 2500), ("SD02115", 2024, 60)]),
    ("SELECT pcode, value FROM indicator_value WHERE iso3 = 'SDN' AND indicator = 'EC6' ORDER BY 1", [("SD01", 64), ("SD02", 80)]),
    ("SELECT pcode, facilities FROM area_facility WHERE iso3 = 'SDN'", [("SD01001", 2)]),
    ("SELECT pcode, units FROM structure_in_place WHERE iso3 = 'SDN' ORDER BY 1", [("SD01", 3), ("SD01001", 2)])])
def test_figures_are_those_of_the_files(sudan: tuple[Path, dict[str, SheetReport]], sql: str, found: list[tuple[object, ...]]) -> None:
    assert rows(sudan[0], sql) == found


def test_a_part_that_is_not_in_the_boundaries_counts_above_or_is_set_aside_and_is_said(sudan: tuple[Path, dict[str, SheetReport]]) -> None:
    said = sudan[1]
    assert codes(said["structures.csv"])["placed_above"] == [3] and codes(said["sudan_5w.csv"])["placed_above"] == [3]
    # facilities are weighed by the residents of their area: those of an unknown part are not those of the whole
    assert codes(said["facilities.csv"])["place_not_found"] == [3]
    assert "reporter_stands" in codes(said["sudan_5w.csv"]) and "year_assumed" not in codes(said["fts_requirements_funding_cluster_sdn.csv"])


def test_an_index_of_poverty_alone_is_said_to_be_no_indicator_of_the_method(sudan: tuple[Path, dict[str, SheetReport]], tmp_path: Path) -> None:
    path = text(tmp_path / "sdn_mpi.csv", "iso3,Admin 1 PCode,Admin 1 Name,MPI,Headcount Ratio,Intensity of Deprivation\nSDN,SD01,Khartoum,0.279,52.3,53.4\n")
    report = import_files([path], "SDN", folder=sudan[0], dry_run=True)
    assert report.is_refused and "5.5 Uncensored H Region" in report.files[0].issues[0]["message_en"]


def test_a_head_of_household_is_a_person_unless_it_is_counted() -> None:
    with pytest.raises(InputRefused, match='column "Head of household" holds personal data'):
        refuse_personal(pd.DataFrame({"Head of household": ["A", "B"]}, dtype="str"), "f.csv", "", {})
    refuse_personal(pd.DataFrame({"Head of household": ["12", "3"]}, dtype="str"), "f.csv", "", {})
