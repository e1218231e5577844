"""Every published shape the import knows, as small files with its own headings, read in one import; every figure is invented."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from data.importing.provenance import UNKNOWN
from data.importing.report import SheetReport
from data.importing.run import import_files
from tests.data.test_importing import rows

DEMOGRAPHICS = ("year,coo_name,coo,coo_iso,coa_name,coa,coa_iso,pop_type,location,loc_type,acc_type,f_0_4,f_5_11,f_12_17,f_18_59,f_60,f_other,f_total,"
                "m_0_4,m_5_11,m_12_17,m_18_59,m_60,m_other,m_total,total\n")
OF_AFG = "FROM return_flow WHERE iso3 = 'AFG' AND"
FILES = {
    "hdx_hapi_returnees_afg.csv":
        "resource_hdx_id,origin_location_code,origin_has_hrp,asylum_location_code,asylum_has_hrp,population_group,gender,age_range,min_age,max_age,population,"
        "reference_period_start,reference_period_end\nx,AFG,True,PAK,False,RET,all,all,,,900,2026-01-01T00:00:00,2026-12-31T00:00:00\n"
        "x,AFG,True,PAK,False,RET,f,0-4,0,4,50,2026-01-01T00:00:00,2026-12-31T00:00:00\nx,AFG,True,AFG,True,RDP,all,all,,,40,2026-01-01T00:00:00,2026-12-31T00:00:00\n"
        "x,SYR,True,LBN,False,RET,all,all,,,7,2026-01-01T00:00:00,2026-12-31T00:00:00\n",
    "unhcr_demographics.csv": DEMOGRAPHICS +
        "1995,Pakistan,PAK,PAK,Afghanistan,AFG,AFG,RET,Kabul : Province,Province,U,1,2,3,4,5,0,15,1,1,1,1,1,0,5,20\n"
        "1995,Pakistan,PAK,PAK,Chad,CHD,TCD,RET,Lac,Province,U,0,0,0,0,0,0,0,0,0,0,0,0,0,0,9\n",
    "home_office.csv":
        "Year,Quarter,Nationality,Region,Return type group,Return type,Age,Sex,Return destination group,Number of returns\n"
        "2003,2003 Q1,Afghanistan,Asia Central,Enforced return,Enforced return,Adult,Male,Home country,4\n"
        "2003,2003 Q1,Albania,Europe Other,Enforced return,Enforced return,Adult,Male,Home country,9\n",
    "presence.csv":
        "location_code,has_hrp,in_gho,provider_admin1_name,provider_admin2_name,admin1_code,admin1_name,admin2_code,admin2_name,admin_level,org_acronym,org_name,"
        "org_type_description,sector_code,sector_name,reference_period_start,reference_period_end,dataset_hdx_id,resource_hdx_id,warning,error\n"
        "AFG,True,True,Kabul,,AF01,Kabul,,,1,ACF,Action contre la Faim,International NGO,HEA,Health,2026-01-01,2026-03-31,x,y,,\n",
    "population_2026.csv":
        "ISO3,Country,ADM1_PCODE,ADM1_NAME,ADM2_PCODE,ADM2_NAME,Population_group,Gender,Age_range,Age_min,Age_max,Population,Reference_year,Source,Contributor\n"
        "AFG,Afghanistan,AF01,Kabul,,,T_TL,all,all,,,6000000,2026,s,c\nAFG,Afghanistan,AF01,Kabul,,,F_TL,f,all,,,2900000,2026,s,c\n",
    "ipc.csv":
        "Date of analysis,Country,Total country population,Level 1,Area,Validity period,From,To,Phase,Number,Percentage\n"
        "Mar 2026,AFG,40000000,,Kabul,current,2026-03-01,2026-04-30,all,1000,1.0\nMar 2026,AFG,40000000,,Kabul,current,2026-03-01,2026-04-30,3+,410,0.41\n"
        "Mar 2026,AFG,40000000,,Kabul,first projection,2026-05-01,2026-10-31,3+,500,0.5\n",
    "survey_scores.csv":
        "Province,Feel safe,Returnees who feel accepted,PS4 - Have a support network,Assessment date\nKabul,71,55,60,2026-02-01\nKapisa,64,,58,2026-02-01\n",
    "rss_scores.csv":
        "Province,Economic score,Social score,Psychosocial score,RSS composite score,Assessment date\n"
        "Kabul,0.61,0.42,0.55,0.53,2026-02-01\nKapisa,0.4,0.3,62,0.35,2026-02-01\n",
    "fts_incoming.csv":
        "date,budgetYear,description,amountUSD,srcOrganization,srcOrganizationTypes,srcLocations,destPlan,destPlanCode,destOrganization,destGlobalClusters,destLocations\n"
        "#date,#date+year+budget,#description,#value+funding+total+usd,#org+name+funder,#org+type+funder,#country+name+funder,#activity+appeal+name,"
        "#activity+appeal+id,#org+impl+name,#sector+name,#country+iso3\n2026-02-01,,Health,1500000,Sweden,Governments,Sweden,HRP,HAFG26,WHO,Health,AFG\n",
    "fts_requirements.csv":
        "countryCode,id,name,code,startDate,endDate,year,clusterCode,cluster,requirements,funding,percentFunded\n"
        "AFG,1,Afghanistan 2026,HAFG26,2026-01-01,2026-12-31,2026,3,Health,3000000,1500000,50\n",
}


@pytest.fixture(scope="module")
def read(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, SheetReport]]:
    """A store with every file imported at once, and what was said of each."""
    work = tmp_path_factory.mktemp("shapes")
    shutil.copytree(store_folder, work / "store")
    for name, content in FILES.items():
        (work / name).write_text(content, encoding="utf-8")
    report = import_files([work / name for name in FILES], "AFG", folder=work / "store")
    assert report.generation, [issue["message_en"] for one in report.files for issue in one.issues if issue["severity"] == "refused"]
    return work / "store", {one.file: one for one in report.files}


@pytest.mark.parametrize(("name", "table", "counts"), [
    ("hdx_hapi_returnees_afg.csv", "returns", (4, 3, 1)), ("unhcr_demographics.csv", "returns", (2, 1, 1)), ("home_office.csv", "returns", (2, 1, 1)),
    ("presence.csv", "activities", (1, 1, 0)), ("population_2026.csv", "population", (2, 2, 0)), ("ipc.csv", "indicators", (3, 1, 2)),
    ("survey_scores.csv", "indicators", (2, 2, 0)), ("rss_scores.csv", "indicators", (2, 2, 0)),
    ("fts_incoming.csv", "funding", (1, 1, 0)), ("fts_requirements.csv", "funding", (1, 1, 0))])
def test_every_row_of_a_shape_is_read_or_set_aside(read: tuple[Path, dict[str, SheetReport]], name: str, table: str, counts: tuple[int, int, int]) -> None:
    one = read[1][name]
    assert (one.table, (one.rows_read, one.accepted, one.set_aside)) == (table, counts), one.issues


@pytest.mark.parametrize(("sql", "found"), [
    (f"SELECT kind, host_iso3, persons {OF_AFG} margin = 'host' AND year = 2026 ORDER BY 1", [("abroad", "PAK", 900), ("internal", None, 40)]),
    (f"SELECT sum(persons), sum(persons) FILTER (sex = 'f' AND age_band = '0-4') {OF_AFG} margin = 'place' AND year = 2026", [(940, 50)]),
    (f"SELECT pcode, sum(persons), sum(persons) FILTER (sex = 'f') {OF_AFG} year = 1995 GROUP BY 1", [("AF01", 20, 15)]),
    (f"SELECT host_iso3, persons {OF_AFG} margin = 'own' AND year = 2003", [("GBR", 4)]),
    ("SELECT organisation, cluster, pcode FROM partner_activity WHERE iso3 = 'AFG'", [("Action contre la Faim", "Health", "AF01")]),
    ("SELECT population FROM area WHERE pcode = 'AF01'", [(6_000_000,)]),
    ("SELECT indicator, value FROM indicator_value WHERE pcode = 'AF01' AND source_id LIKE 'import_%' ORDER BY 1", [
        ("CX3", 0.53), ("CX4", 0.61), ("CX5", 0.42), ("CX6", 0.55), ("EC6", 41), ("PS2", 71), ("PS4", 60), ("SO1", 55)]),
    ("SELECT donor, recipient, cluster, amount_usd, requirements_usd FROM funding_flow WHERE year = 2026 ORDER BY 4, 5 NULLS FIRST", [
        ("Sweden", "WHO", "Health", 1_500_000, None), (None, None, "Health", 1_500_000, 3_000_000)]),
])
def test_the_figures_are_those_of_the_files(read: tuple[Path, dict[str, SheetReport]], sql: str, found: list[tuple[object, ...]]) -> None:
    assert rows(read[0], sql) == found


def test_a_score_beyond_its_scale_is_set_aside_alone(read: tuple[Path, dict[str, SheetReport]]) -> None:
    one = next(issue for issue in read[1]["rss_scores.csv"].issues if issue["code"] == "out_of_range")
    assert (one["row"], one["column"], one["value"]) == (3, "Psychosocial score", "62") and "0-1" in one["message_en"]
    kept = "SELECT indicator FROM indicator_value WHERE pcode = 'AF02' AND indicator BETWEEN 'CX3' AND 'CX6' ORDER BY 1"
    assert rows(read[0], kept) == [("CX3",), ("CX4",), ("CX5",)]


def test_a_publisher_and_a_licence_nobody_said_are_unknown(read: tuple[Path, dict[str, SheetReport]]) -> None:
    assert rows(read[0], "SELECT DISTINCT publisher, licence FROM source WHERE source_id LIKE 'import_%'") == [(UNKNOWN, UNKNOWN)]


def test_cells_that_are_not_what_the_headings_say_are_a_sentence(read: tuple[Path, dict[str, SheetReport]], tmp_path: Path) -> None:
    path = tmp_path / "home_office.csv"
    path.write_text(FILES["home_office.csv"].replace("2003,2003 Q1", "soon,soon"), encoding="utf-8")
    report = import_files([path], "AFG", folder=read[0], dry_run=True)
    assert report.is_refused and "the cells are not what the headings say" in report.files[0].issues[-1]["message_en"]


def test_two_files_that_count_the_same_people_are_refused_and_never_summed(read: tuple[Path, dict[str, SheetReport]], tmp_path: Path) -> None:
    for name, column in (("a.csv", "population"), ("b.csv", "population totale")):
        (tmp_path / name).write_text(f"pcode,{column},year\nAF01,100,2026\n", encoding="utf-8")
    report = import_files([tmp_path / "a.csv", tmp_path / "b.csv"], "AFG", folder=read[0], dry_run=True)
    assert report.is_refused and "Two files give the population of the same areas (AF01)" in report.files[-1].issues[-1]["message_en"]
