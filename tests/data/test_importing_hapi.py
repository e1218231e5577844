"""Files as HDX HAPI offers them for download, with their row of tags, and registers of partners in their publishers' headings.

Headings are those of published files, places are real; every figure is invented for these tests.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from data.importing.run import import_files
from tests.data.test_importing import codes, rows
from tests.data.test_importing_countries import Said, brought, squares, text

GOVERNMENTS = (("Abia", "NG001", "Aba North", "NG001001"), ("Abia", "NG001", "Aba South", "NG001002"), ("Adamawa", "NG002", "Demsa", "NG002001"))
PLACES = ("location_code,has_hrp,provider_admin1_name,provider_admin2_name,admin1_code,admin1_name,admin2_code,admin2_name,",
          "#country+code,#meta+has_hrp,#adm1+name+provider,#adm2+name+provider,#adm1+code,#adm1+name,#adm2+code,#adm2+name,")
ABA_NORTH, ABA_SOUTH = "NGA,Y,Abia,Aba North,NG001,Abia,NG001001,Aba North,", "NGA,Y,Abia,Aba South,NG001,Abia,NG001002,Aba South,"
NOWHERE = "NGA,Y,Abia,Aba West,NG001,Abia,,,"
DAYS = (",reference_period_start,reference_period_end,dataset_hdx_id\n", ",#date+start,#date+end,#meta+dataset_id\n")
MOVED = ("origin_location_code,asylum_location_code,population_group,gender,age_range,min_age,max_age,population",
         "#country+code+origin,#country+code+asylum,#population_group+code,#gender+code,#age+range,#age+min,#age+max,#population")
ROUNDS = ("assessment_type,reporting_round,operation,population", "#assessment+type,#round+code,#operation+name,#affected+idps")
FILES = {
    "hdx_hapi_returnees.csv": f"{MOVED[0]}{DAYS[0]}{MOVED[1]}{DAYS[1]}" + "".join(f"{row},2023-01-01,2023-12-31,x\n" for row in (
        "NGA,NGA,RET,f,0-4,0,4,10", "NGA,NGA,RET,f,all,,,60", "NGA,NGA,RET,m,all,,,40", "NGA,NGA,RET,all,all,,,110", "NGA,NGA,RDP,all,all,,,500",
        "AFG,AFG,RET,all,all,,,26092")),
    "hdx_hapi_idps.csv": f"{PLACES[0]}{ROUNDS[0]}{DAYS[0]}{PLACES[1]}{ROUNDS[1]}{DAYS[1]}" + "".join(f"{row},2024-01-01,2024-03-31,x\n" for row in (
        f"{ABA_NORTH}SA,46,op,7", f"{ABA_NORTH}BA,44,op,100", f"{ABA_NORTH}BA,45,op,120", f"{ABA_SOUTH}BA,45,op,30", f"{NOWHERE}BA,45,op,9")),
    "hdx_hapi_refugees.csv": f"{MOVED[0]}{DAYS[0]}{MOVED[1]}{DAYS[1]}" + "".join(f"{row},2023-01-01,2023-12-31,x\n" for row in (
        "CMR,NGA,REF,all,all,,,700", "NER,NGA,REF,all,all,,,50", "CMR,NGA,REF,f,all,,,400", "CMR,NGA,ASY,all,all,,,9", "NGA,NER,REF,all,all,,,9999")),
    "nga_population.csv": "admin1_pcode,LGA,Population\nNG001,Aba North,5000\nNG001,Aba West,700\nNG001,Aba South,3000\nNG002,,900\n",
    "nga_3w_2024.csv": "Organization Acronym,Organization Type,Sector,State,State Pcode,LGA,LGA Pcode,Month\n"
                       "#org +acronym,#org +type,#sector +cluster,#adm1 +name,#adm1 +code,#adm2 +name,#adm2 +code,#date +month\n"
                       "NRC,INGO,Education,Abia,NG001,Aba North,NG001001,March\nIRC,NGO,Health,,,Elsewhere,,April\n",
}


@pytest.fixture(scope="module")
def nigeria(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Said:
    work = tmp_path_factory.mktemp("NGA")
    outlines = squares(work / "nga_adm2.geojson", [{"ADM1_EN": one, "ADM1_PCODE": code, "ADM2_EN": two, "ADM2_PCODE": finer}
                                                   for one, code, two, finer in GOVERNMENTS], 5, 5)
    return brought(store_folder, work, "NGA", [outlines, *(text(work / name, content) for name, content in FILES.items())])


@pytest.mark.parametrize(("name", "table", "counts", "joined"), [
    ("hdx_hapi_returnees.csv", "returns", (6, 5, 1), None), ("hdx_hapi_idps.csv", "indicators", (5, 2, 3), 2 / 3),
    ("hdx_hapi_refugees.csv", "indicators", (5, 2, 3), 1), ("nga_population.csv", "population", (4, 3, 1), 0.75),
    ("nga_3w_2024.csv", "activities", (2, 2, 0), 0.5)])
def test_every_row_is_accounted_for(nigeria: Said, name: str, table: str, counts: tuple[int, int, int], joined: float | None) -> None:
    one = nigeria[1][name]
    assert (one.table, (one.rows_read, one.accepted, one.set_aside)) == (table, counts), one.issues
    assert one.join_rate_rows == (None if joined is None else pytest.approx(joined, abs=1e-4))


@pytest.mark.parametrize(("sql", "found"), [
    # the country people come from is where they return to; a column of host countries is no column of areas
    ("SELECT kind, sex, sum(persons) FROM return_flow WHERE iso3 = 'NGA' AND margin = 'place' GROUP BY ALL ORDER BY ALL", [
        ("abroad", "f", 60), ("abroad", "m", 40), ("abroad", "unknown", 10), ("internal", "unknown", 500)]),
    ("SELECT pcode, indicator, value FROM indicator_value WHERE iso3 = 'NGA' ORDER BY ALL", [
        ("NG001001", "CX1", 120), ("NG001002", "CX1", 30), ("NGA", "CX2", 750)]),
    # people of a part that is not in the boundaries are not those of the whole; an area without figures has the sum of its parts
    ("SELECT pcode, population FROM area WHERE iso3 = 'NGA' AND level < 2 ORDER BY 1", [("NG001", 8000), ("NG002", 900), ("NGA", 8900)]),
    ("SELECT organisation, pcode, start::DATE::VARCHAR, \"end\"::DATE::VARCHAR FROM partner_activity WHERE iso3 = 'NGA' ORDER BY row_no", [
        ("NRC", "NG001001", "2024-03-01", "2024-03-31"), ("IRC", "NGA", "2024-04-01", "2024-04-30")])])
def test_the_figures_are_those_of_the_files(nigeria: Said, sql: str, found: list[tuple[object, ...]]) -> None:
    assert rows(nigeria[0], sql) == found


def test_what_was_set_aside_is_said_by_row_with_the_headings_of_the_file(nigeria: Said) -> None:
    said = {name: codes(one) for name, one in nigeria[1].items()}
    assert said["hdx_hapi_returnees.csv"]["other_country_row"] == [8]
    assert said["hdx_hapi_idps.csv"]["other_round"] == [3, 4] and said["hdx_hapi_idps.csv"]["place_not_found"] == [7]
    assert said["nga_population.csv"]["place_not_found"] == [3]
    assert said["nga_3w_2024.csv"]["place_unmatched"] == [4]
    unknown = [issue for issue in nigeria[1]["nga_3w_2024.csv"].issues if issue["code"] == "unknown_category"]
    assert [(issue["row"], issue["column"], issue["value"]) for issue in unknown] == [(4, "Organization Type", "NGO")]


def test_people_in_need_are_no_population(nigeria: Said, tmp_path: Path) -> None:
    needs = text(tmp_path / "needs.csv", f"{PLACES[0]}category,sector_code,population_status,population{DAYS[0]}{ABA_NORTH}total,Intersectoral,INN,500,"
                                         "2024-01-01,2024-12-31,x\n")
    report = import_files([needs], "NGA", folder=nigeria[0], dry_run=True)
    assert report.files[0].table is None and "People in need" in report.files[0].issues[-1]["message_en"]


def test_a_file_about_other_countries_is_refused_in_words(nigeria: Said, tmp_path: Path) -> None:
    other = text(tmp_path / "other.csv", "Country,Year,Returnees\nChad,2024,5\n")
    said = import_files([other], "NGA", folder=nigeria[0], dry_run=True).files[0]
    assert (said.rows_read, said.refused) == (1, 1)
    assert said.issues[-1]["message_fr"].startswith("other.csv : aucune ligne utilisable pour ce pays (Nigeria). Ligne 2 : pays « Chad »")


def test_who_implements_comes_before_who_reports_under_headings_of_an_office(nigeria: Said, tmp_path: Path) -> None:
    register = text(tmp_path / "cmr_3w.csv", "reporting_org_name,implementing_org_name,implementing_org_type,clusters,adm2_pcode\n"
                                             "OCHA,Plan,INGO,Health,NG001001\n")
    said = import_files([register], "NGA", folder=nigeria[0], dry_run=True).files[0]
    assert said.mapping == {"reporting_org_name": "reporter", "implementing_org_name": "organisation", "implementing_org_type": "organisation_type",
                            "clusters": "cluster", "adm2_pcode": "admin2_code"}


def test_people_who_did_not_return_are_no_returns(nigeria: Said, tmp_path: Path) -> None:
    mixed = text(tmp_path / "mixed.csv", "pcode,year,population type,returnees\nNG001,2024,RET,5\nNG001,2024,REF,700\nNG002,2024,IDP,80\nNG002,2024,RDP,9\n")
    said = import_files([mixed], "NGA", folder=nigeria[0], dry_run=True).files[0]
    assert (said.accepted, said.set_aside) == (2, 2) and codes(said)["not_returned"] == [3, 4]


def test_a_part_misspelt_in_a_known_area_is_suggested_from_that_area(nigeria: Said, tmp_path: Path) -> None:
    spelt = text(tmp_path / "spelt.csv", "State,LGA,Year,Returnees\nAbia,Aba Nort,2024,5\nAdamawa,Aba Nort,2024,6\n")
    for large_from in (100_000, 1):
        said = import_files([spelt], "NGA", folder=nigeria[0], dry_run=True, large_from=large_from).files[0]
        assert codes(said)["placed_above"] == [2, 3] and codes(said)["place_suggested"] == [2]
        assert [(name["name"], name["pcode"]) for name in said.names] == [("Aba Nort", "NG001001")]


def test_a_dry_run_names_the_areas_that_gain_data(nigeria: Said, tmp_path: Path) -> None:
    changes = import_files([text(tmp_path / "r.csv", "pcode,year,returnees\nNG002001,2024,5\n")], "NGA", folder=nigeria[0], dry_run=True).changes
    assert (changes["areas_gaining"], changes["areas"]["areas_gaining"], changes["area_names"]["NG002001"]) == (["NG002001"], 1, ["Demsa", "Demsa"])
