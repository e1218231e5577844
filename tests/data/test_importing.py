"""Users' files into the store: a country that is not embedded, the dirt of real files, what is said, what changes, undo."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from data.building import build
from data.errors import DataError, StoreBusy, StoreUnavailable
from data.generations import current_name, generations, writer_lock
from data.importing.mappings import remembered
from data.importing.report import Report, SheetReport
from data.importing.run import import_files
from data.importing.undoing import undo
from data.planning import plan_inputs
from data.queries import countries, returns_by_host, returns_by_place
from data.store import open_store
from data.workspace.actor import LOCAL
from tests.data.conftest import ROOT

COUNTRY = "TCD"


def square(x: int, y: int) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[[15 + x, 10 + y], [15 + x, 11 + y], [16 + x, 11 + y], [16 + x, 10 + y], [15 + x, 10 + y]]]}


def boundaries(path: Path, names: Callable[[int, int], dict[str, str]]) -> Path:
    features = [{"type": "Feature", "properties": names(x, y), "geometry": square(x, y)} for x in range(2) for y in range(2)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def cod_ab(x: int, y: int) -> dict[str, str]:
    province = ("Mandoul", "Logone")[x]
    return {"admin0Pcode": "TD", "admin1Pcode": f"TD0{x + 1}", "admin1Name_fr": province, "admin2Pcode": f"TD0{x + 1}0{y + 1}",
            "admin2Name_fr": ("Bedjondo", "Koumra", "Doba", "Béré")[2 * x + y]}


@pytest.fixture(scope="module")
def store_folder(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the built store that no reader of this process holds open: an import runs in a process of its own."""
    copy = tmp_path_factory.mktemp("copy") / "store"
    shutil.copytree(store_folder, copy)
    return copy


@pytest.fixture(scope="module")
def with_country(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new country") / "store"
    shutil.copytree(store_folder, folder)
    path = boundaries(folder.parent / "tcd_adm2.geojson", cod_ab)
    report = import_files([path], COUNTRY, folder=folder)
    assert report.generation is not None and not report.is_refused
    return folder


@pytest.fixture
def folder(with_country: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "store"
    shutil.copytree(with_country, copy)
    return copy


def bring(folder: Path, path: Path, content: str | bytes, iso3: str = COUNTRY, **options: Any) -> tuple[Report, SheetReport]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    report = import_files([path], iso3, folder=folder, **options)
    for one in report.files:
        assert one.rows_read == one.accepted + one.set_aside + one.refused and one.repaired <= one.accepted
        assert all(issue["message_fr"] and issue["message_en"] for issue in one.issues)
    return report, report.files[0]


def codes(one: SheetReport) -> dict[str, list[int | None]]:
    found: dict[str, list[int | None]] = {}
    for issue in one.issues:
        found.setdefault(issue["code"], []).append(issue["row"])
    return found


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(folder / str(current_name(folder))), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_new_country_is_its_boundaries(with_country: Path) -> None:
    with open_store(with_country) as store:
        assert COUNTRY in set(countries(store)["iso3"]) and len(countries(store)) == 4
        inputs = plan_inputs(store, COUNTRY)
    assert inputs.returns.empty and len(inputs.areas) == 2
    assert rows(with_country, "SELECT level, count(*) FROM area WHERE iso3 = 'TCD' GROUP BY 1 ORDER BY 1") == [(0, 1), (1, 2), (2, 4)]


@pytest.mark.parametrize(("style", "properties"), [
    ("hxl", lambda x, y: {"#adm1+code+v_pcode": f"TD{x}{y}", "#adm1+i_fr+name": f"Lieu {x} {y}", "#country+code+v_pcode": "TD"}),
    ("arcgis", lambda x, y: {"ADM1_PCODE": f"TD{x}{y}", "ADM1_FR": f"Lieu {x} {y}", "ADM0_PCODE": "TD"}),
    ("geoboundaries", lambda x, y: {"shapeName": f"Lieu {x} {y}", "shapeISO": f"TD-{x}{y}", "shapeGroup": "TCD", "shapeType": "ADM1"}),
    ("names only", lambda x, y: {"NAME_1": f"Lieu {x} {y}"}),
])
def test_boundaries_of_every_style(store_folder: Path, tmp_path: Path, style: str, properties: Callable[[int, int], dict[str, str]]) -> None:
    copy = tmp_path / "store"
    shutil.copytree(store_folder, copy)
    report = import_files([boundaries(tmp_path / "adm1.geojson", properties)], COUNTRY, folder=copy)
    assert report.generation, [issue["message_en"] for issue in report.files[0].issues]
    found = rows(copy, "SELECT pcode, name_fr FROM area WHERE iso3 = 'TCD' AND level = 1 ORDER BY 1")
    assert len(found) == 4 and {name for _, name in found} == {f"Lieu {x} {y}" for x in range(2) for y in range(2)}


@pytest.mark.parametrize("driver", ["GPKG", "ESRI Shapefile"])
def test_geopackage_and_zipped_shapefile(store_folder: Path, tmp_path: Path, driver: str) -> None:
    import geopandas as gpd

    source = gpd.read_file(boundaries(tmp_path / "a.geojson", lambda x, y: {"ADM1_PCODE": f"TD{x}{y}", "ADM1_FR": f"Lieu {x}{y}"}))
    copy = tmp_path / "store"
    shutil.copytree(store_folder, copy)
    path = tmp_path / ("a.gpkg" if driver == "GPKG" else "a.shp")
    source.to_crs(3857).to_file(path, driver=driver)
    if driver != "GPKG":
        zipped = tmp_path / "a.zip"
        with zipfile.ZipFile(zipped, "w") as archive:
            for part in tmp_path.glob("a.*"):
                if part.suffix in (".shp", ".shx", ".dbf", ".prj"):
                    archive.write(part, f"folder/{part.name}")
        path = zipped
    report = import_files([path], COUNTRY, folder=copy)
    assert report.generation, [issue["message_en"] for issue in report.files[0].issues]
    lon, lat = rows(copy, "SELECT lon, lat FROM area WHERE pcode = 'TD00'")[0]
    assert 15 < lon < 16 and 10 < lat < 11


def test_boundaries_of_another_country_are_refused(store_folder: Path, tmp_path: Path) -> None:
    report = import_files([boundaries(tmp_path / "a.geojson", cod_ab)], "NER", folder=store_folder)
    assert report.is_refused and report.generation is None and "TD" in report.files[0].issues[-1]["message_fr"]


def test_data_of_a_country_without_boundaries_say_what_to_do(store_folder: Path, tmp_path: Path) -> None:
    report, one = bring(store_folder, tmp_path / "a.csv", "pcode,returnees,year\nNE01,5,2024\n", iso3="NER")
    assert report.is_refused and one.refused == 1 and "boundaries first" in one.issues[-1]["message_en"]


RETURNS = "Date;Code province;Territoire;Retournés\n2025;TD01;Koumra;1 250\n2025;TD02;Doba;300\n2024;TD02;Doba;100\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_simple_table_in_any_encoding(folder: Path, tmp_path: Path, encoding: str) -> None:
    report, one = bring(folder, tmp_path / "retours.csv", RETURNS.encode(encoding))
    assert report.generation and (one.table, one.accepted, one.set_aside) == ("returns", 3, 0), one.issues
    assert one.join_rate_rows == one.join_rate_persons == 1.0
    with open_store(folder) as store:
        found = returns_by_place(store, COUNTRY, 1).set_index(["year", "pcode"])["persons"].to_dict()
        assert plan_inputs(store, COUNTRY).returns_end.year == 2025
    assert found == {(2025, "TD01"): 1250, (2025, "TD02"): 300, (2024, "TD02"): 100}


def test_spanish_and_hxl_and_content_are_recognised(folder: Path, tmp_path: Path) -> None:
    _, spanish = bring(folder, tmp_path / "a.csv", "año,codigo municipio,retornados\n2025,TD0101,7\n", dry_run=True)
    assert spanish.accepted == 1 and spanish.mapping["codigo municipio"] == "admin2_code"
    _, tagged = bring(folder, tmp_path / "b.csv", "a,b,c\n#adm2+code,#date,#affected+returnees\nTD0101,2025,7\n", dry_run=True)
    assert tagged.how == {"a": "hxl", "b": "hxl", "c": "hxl"} and tagged.accepted == 1
    _, bare = bring(folder, tmp_path / "c.csv", "x,y,returnees\nTD0101,2025,7\nTD0102,2024,9\n", dry_run=True)
    assert bare.mapping == {"x": "admin2_code", "y": "period", "returnees": "persons"} and bare.how["x"] == "content"


def test_every_row_is_accounted_for_in_words(folder: Path, tmp_path: Path) -> None:
    content = ("pcode,place,date,returnees\nTD0101,Bedjondo,2025-03-01,10\nTD0101,Bedjondo,2025-03-01,10\n,,,\nTD0102,Koumra,31/12/2024,abc\n"
               "TD0102,Koumra,2030,5\nTD0102,Koumra,soon,5\nTD0102,Koumra,2025,-4\n,Kumra,2025,6\nNG01,Lagos,2025,8\nTD0201,Doba,2025,<Null>\n")
    report, one = bring(folder, tmp_path / "a.csv", content)
    assert (one.rows_read, one.accepted, one.set_aside) == (9, 3, 6)
    found = codes(one)
    assert found["copied_row"] == [3] and found["empty_line"] == [4] and found["not_a_number"] == [5] and found["future_period"] == [6]
    assert found["not_a_period"] == [7] and found["negative_value"] == [8] and found["missing_value"] == [11]
    assert found["place_unmatched"] == [9, 10]
    suggestion = next(issue for issue in one.issues if issue["code"] == "place_suggested")
    assert "Koumra (TD0102)" in suggestion["message_fr"]
    # unmatched places stay with the country: a similar name is never taken, a place of another country neither
    assert rows(folder, "SELECT pcode, persons FROM return_flow WHERE iso3 = 'TCD' AND place_match = 'unmatched' ORDER BY 2") == [("TCD", 6), ("TCD", 8)]
    assert one.join_rate_persons == pytest.approx(10 / 24, abs=1e-3) and report.generation


@pytest.mark.parametrize(("code", "pcode"), [("TCD0101", "TD0101"), ("TD101", "TD0101"), ("TD00101", "TD0101")])
def test_a_dialect_of_pcodes_is_told_and_mended(folder: Path, tmp_path: Path, code: str, pcode: str) -> None:
    other = code.replace("101", "102")
    _, one = bring(folder, tmp_path / "a.csv", f"pcode,year,returnees\n{code},2025,10\n{other},2025,4\n")
    assert one.join_rate_rows == 1.0 and one.repaired == 2 and "pcode_dialect" in codes(one)
    assert rows(folder, "SELECT DISTINCT pcode FROM return_flow WHERE iso3 = 'TCD' ORDER BY 1")[0] == (pcode,)


def test_hosts_and_places_are_two_margins_and_totals_count_once(folder: Path, tmp_path: Path) -> None:
    content = ("year,admin1_code,host country,gender,age_range,returnees\n2025,TD01,Sudan,all,all,100\n2025,TD01,Sudan,f,all,60\n2025,TD01,Sudan,m,all,30\n"
               "2025,TD01,Sudan,f,18-59,40\n2025,TD02,CMR,all,all,50\n")
    _, one = bring(folder, tmp_path / "a.csv", content)
    assert one.accepted == 5
    assert rows(folder, "SELECT sex, age_band, persons FROM return_flow WHERE margin = 'place' AND pcode = 'TD01' ORDER BY ALL") == [
        ("f", "18-59", 40), ("f", "unknown", 20), ("m", "unknown", 30), ("unknown", "unknown", 10)]
    with open_store(folder) as store:
        assert returns_by_host(store, COUNTRY).set_index("host_iso3")["persons"].to_dict() == {"SDN": 100, "CMR": 50}
    assert rows(folder, "SELECT count(*) FROM return_flow WHERE margin = 'place' AND host_iso3 IS NOT NULL AND iso3 = 'TCD'") == [(0,)]


def test_the_other_tables(folder: Path, tmp_path: Path) -> None:
    for name, content, table, fact, count in (
        ("pop.csv", "admin2Pcode,T_TL,F_TL,M_TL\nTD0101,\"1,000\",600,400\nTD0102,500,,\nTD0201,10,5,5\nTD0202,20,10,10\n", "population",
         "SELECT sum(population) FROM area WHERE iso3 = 'TCD' AND level = 1", 1530),
        ("long.csv", "pcode,indicator,value,year\nTD01,EC6,45,2024\nTD01,EC6,145,2024\nTD01,nothing,1,2024\n", "indicators",
         "SELECT sum(value) FROM indicator_value WHERE iso3 = 'TCD'", 45),
        ("wide.csv", "province,EC1,SV2,year\nMandoul,12,\"55,5\",2024\nLogone,,60,2024\n", "indicators",
         "SELECT count(*) FROM indicator_value WHERE iso3 = 'TCD'", 4),
        ("list.json", '{"DataList": [{"pcode": "TD02", "indicator": "EC6", "value": 20, "year": 2023}]}', "indicators",
         "SELECT count(*) FROM indicator_value WHERE iso3 = 'TCD'", 5),
        ("3w.csv", "Organisation,Type organisation,Cluster,Code province,Bailleur,Date debut,Date fin\nACF,ONG Internationale,Santé,TD01,ECHO,01/02/2025,"
         "31/01/2025\nACF,ONG Internationale,Santé,TD01,ECHO,01/02/2025,31/01/2025\n,,Santé,TD02,,,\n", "activities",
         "SELECT count(*) FROM partner_activity WHERE iso3 = 'TCD' AND pcode = 'TD01'", 2),
        ("sante.csv", "nom structure,latitude,longitude,type\nA,10.5,15.5,Centre de santé\nB,10.5,15.5,Centre de santé\nC,40,40,Hôpital\nD,,,Hôpital\n",
         "facilities", "SELECT sum(facilities) FROM area_facility WHERE iso3 = 'TCD'", 2),
        ("in_place.csv", "intervention,pcode,units\nA16,TD01,3\nZ99,TD01,1\n", "in_place", "SELECT sum(units) FROM structure_in_place", 3),
        ("prix.csv", "intervention,price low,price,price high\nA16,10,20,30\n", "prices", "SELECT price_mode FROM unit_price", 20),
        ("fts.csv", "date,srcOrganization,destOrganization,amountUSD\n2025-01-02,Sweden,WFP,1000\n", "funding",
         "SELECT sum(amount_usd) FROM funding_flow", 1000),
    ):
        report, one = bring(folder, tmp_path / name, content)
        assert one.table == table and report.generation, (name, one.issues, one.mapping)
        assert rows(folder, fact) == [(count,)], name
    assert rows(folder, "SELECT count(*) FROM indicator_value WHERE indicator = 'SV1' AND iso3 = 'TCD' AND value > 0")[0][0] >= 1


def test_a_facility_keeps_its_position_and_name_until_a_table_of_counts_takes_its_place(folder: Path, tmp_path: Path) -> None:
    points = "facility name,pcode,latitude,longitude,type\nA,TD0101,10.5,15.5,Health centre\nB,TD0102,10.99,15.5,Health centre\nC,TD0202,10.5,15.5,Hospital\n"
    bring(folder, tmp_path / "health points.csv", points)
    # a code is believed where the point lies within 3 km of its area, and not farther away
    assert rows(folder, "SELECT name, pcode, lat, lon FROM facility WHERE iso3 = 'TCD' ORDER BY name") == [
        ("A", "TD0101", 10.5, 15.5), ("B", "TD0102", 10.99, 15.5), ("C", "TD0101", 10.5, 15.5)]
    embedded = rows(folder, "SELECT count(*) FROM facility WHERE iso3 <> 'TCD'")
    bring(folder, tmp_path / "health counts.csv", "pcode,facilities,type\nTD0101,7,Health centre\n")
    assert rows(folder, "SELECT count(*) FROM facility WHERE iso3 = 'TCD'") == [(0,)] and embedded[0][0] > 15_000
    assert rows(folder, "SELECT sum(facilities) FROM area_facility WHERE iso3 = 'TCD'") == [(7,)]


@pytest.mark.parametrize("headings", [
    "Organisation,Sector,Admin1 Pcode,Status,People targeted,People reached",
    "Organisation,Cluster,Code province,Statut,Personnes ciblées,Personnes atteintes",
])
def test_a_5w_keeps_people_targeted_and_people_reached_apart(folder: Path, tmp_path: Path, headings: str) -> None:
    bring(folder, tmp_path / "5w.csv", f"{headings}\nACF,Health,TD01,ongoing,900,450\nMSF,Health,TD02,planned,300,\nCRT,Education,TD02,ongoing,,80\n")
    assert rows(folder, "SELECT organisation, targeted, reached, beneficiaries FROM partner_activity WHERE iso3 = 'TCD' ORDER BY organisation") == [
        ("ACF", 900, 450, 450), ("CRT", None, 80, 80), ("MSF", 300, None, 300)]


def test_several_header_rows_titles_and_footnotes_in_a_sheet() -> None:
    from data.importing.layouts import text_table
    from data.readers.issues import Issues

    issues = Issues("x")
    sheet = [["Retours au Tchad", "", "", ""], ["", "", "", ""], ["Lieu", "", "Personnes", ""], ["Code P", "Année", "Femmes", "Hommes"],
             ["TD01", "2025", "5", "6"], ["Source : enquête", "", "", ""]]
    frame = text_table(sheet, "a", issues)
    assert frame is not None and list(frame.columns) == ["Lieu / Code P", "Lieu / Année", "Personnes / Femmes", "Personnes / Hommes"]
    assert list(frame.index) == [5, 6]


def test_a_dry_run_tells_and_changes_nothing(folder: Path, tmp_path: Path) -> None:
    before = {path.name for path in folder.iterdir()}
    report, _ = bring(folder, tmp_path / "a.csv", RETURNS, dry_run=True)
    assert report.generation is None and report.changes["added"] == 3 and report.changes["removed"] == 0
    assert report.changes["areas_gaining"] == ["TD0102", "TD0201"]
    assert {path.name for path in folder.iterdir()} == before


def test_importing_again_replaces_and_undo_goes_back(folder: Path, tmp_path: Path) -> None:
    bring(folder, tmp_path / "a.csv", RETURNS)
    first = current_name(folder)
    report, _ = bring(folder, tmp_path / "a.csv", RETURNS.replace("300", "333"))
    assert (report.changes["added"], report.changes["changed"], report.changes["removed"]) == (0, 1, 0)
    assert rows(folder, "SELECT sum(persons) FROM return_flow WHERE iso3 = 'TCD' AND year = 2025") == [(1583,)]
    assert undo(LOCAL, folder).name == first == current_name(folder)
    assert rows(folder, "SELECT sum(persons) FROM return_flow WHERE iso3 = 'TCD' AND year = 2025") == [(1550,)]
    with pytest.raises(DataError):
        undo(LOCAL, folder)


def test_the_embedded_countries_do_not_change(folder: Path, store_folder: Path) -> None:
    for name in ("return_flow", "indicator_value", "partner_activity", "area_population", "area_facility"):
        sql = f"SELECT count(*), count(DISTINCT pcode) FROM {name} WHERE iso3 <> 'TCD'"
        assert rows(folder, sql) == rows(store_folder, sql), name


def test_a_new_embedded_dataset_keeps_what_users_imported(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(folder, tmp_path / "a.csv", RETURNS)
    assert build(folder)[1] is False
    monkeypatch.setattr("data.building.content_hash", lambda: "f" * 12)
    generation, new = build(folder)
    assert new and generation.name == current_name(folder)
    assert rows(folder, "SELECT sum(persons) FROM return_flow WHERE iso3 = 'TCD'") == [(1650,)]
    assert build(folder)[1] is False


def test_a_store_of_an_earlier_version_is_said_to_be_one_and_kept(folder: Path, tmp_path: Path) -> None:
    name = current_name(folder)
    with duckdb.connect(str(next(one for one in generations(folder) if one.name == name).path)) as earlier:
        earlier.execute("DROP TABLE facility")
    with pytest.raises(StoreUnavailable, match="earlier version.*python -m data build"):
        bring(folder, tmp_path / "a.csv", RETURNS)
    assert current_name(folder) == name


def test_two_imports_at_once_the_second_is_refused(folder: Path, tmp_path: Path) -> None:
    with writer_lock(folder), pytest.raises(StoreBusy):
        bring(folder, tmp_path / "a.csv", RETURNS)


def test_a_confirmed_mapping_is_remembered_by_the_shape(folder: Path, tmp_path: Path) -> None:
    odd = "alpha,beta,gamma,delta\nTD01,2025,5,99\nTD02,2025,6,98\n"
    report, one = bring(folder, tmp_path / "a.csv", odd)
    assert report.is_refused and "no table recognised" in one.issues[0]["message_en"]
    confirmed = {"table": "returns", "mapping": {"alpha": "admin1_code", "beta": "year", "delta": "persons"}}
    from data.importing.isolation import read_in_child
    from data.importing.recognition import shape_key

    shape = shape_key(read_in_child(tmp_path / "a.csv")[0])
    report, _ = bring(folder, tmp_path / "a.csv", odd, confirmed={shape: confirmed})
    assert report.generation and remembered(folder)[shape] == confirmed
    report, one = bring(folder, tmp_path / "next.csv", odd.replace("2025", "2024"))
    assert report.generation and one.mapping == confirmed["mapping"]
    assert rows(folder, "SELECT sum(persons) FROM return_flow WHERE iso3 = 'TCD'") == [(2 * 197,)]


def test_areas_with_data_cannot_vanish(folder: Path, tmp_path: Path) -> None:
    bring(folder, tmp_path / "a.csv", RETURNS)
    before = current_name(folder)
    path = boundaries(tmp_path / "b.geojson", lambda x, y: {"ADM1_PCODE": f"TD{x}{y}", "ADM1_FR": f"Lieu {x}{y}"})
    report = import_files([path], COUNTRY, folder=folder)
    assert report.is_refused and "TD0102" in report.files[0].issues[-1]["message_en"] and current_name(folder) == before


def command(*arguments: str, store: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "data", *arguments], cwd=ROOT, env={"ANCRAGE_STORE_DIR": str(store), "PATH": ""},
                          capture_output=True, text=True, timeout=90, check=False)


def test_the_command_exits_as_documented(folder: Path, tmp_path: Path) -> None:
    good, bad, report = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "report.json"
    good.write_text(RETURNS, encoding="utf-8")
    bad.write_text("name,phone\nx,1\n")
    told = command("import", str(good), "--country", "TCD", "--json", str(report), store=folder)
    assert told.returncode == 0 and "3 accepted" in told.stdout, told.stderr
    written = json.loads(report.read_text())
    assert set(written) == {"files", "changes", "generation"} and written["generation"] == current_name(folder)
    assert {"file", "sheet", "table", "country", "rows_read", "accepted", "repaired", "set_aside", "refused", "join_rate_rows", "join_rate_persons",
            "mapping", "issues"} <= set(written["files"][0])
    refused = command("import", str(bad), "--country", "TCD", store=folder)
    assert refused.returncode == 3 and "phone" in refused.stderr and "Traceback" not in refused.stderr
    assert command("import", str(good), "--country", "XYZ", store=folder).returncode == 2
    assert command("import", str(good), "--country", "TCD", "--as", "nothing", store=folder).returncode == 2
    assert command("undo", store=folder).returncode == 0
    with writer_lock(folder):
        busy = command("import", str(good), "--country", "TCD", store=folder)
    assert busy.returncode == 4 and "Another import" in busy.stderr


@pytest.mark.parametrize("stage", ["data.importing.merging._facts", "data.importing.merging._finish", "data.building.switch", "data.building.fsync"])
def test_killed_at_a_step_the_store_is_the_old_one_or_the_new_one(folder: Path, tmp_path: Path, stage: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(RETURNS, encoding="utf-8")
    module, _, name = stage.rpartition(".")
    program = (f"import os, signal, sys; import {module} as m\nold = m.{name}\n"
               f"def kill(*a, **k):\n    old(*a, **k)\n    os.kill(os.getpid(), signal.SIGKILL)\nm.{name} = kill\n"
               f"from pathlib import Path\nfrom data.importing.run import import_files\n"
               f"import_files([Path({str(path)!r})], 'TCD', folder=Path({str(folder)!r}))")
    before = {one.name for one in generations(folder)}
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False, timeout=90).returncode == -9
    with open_store(folder) as store:
        assert store.notice is None
        persons = 1650 if store.generation.name not in before else 0
        assert returns_by_place(store, COUNTRY, 1)["persons"].sum() == persons
    report = import_files([path], COUNTRY, folder=folder)
    assert report.generation and not list(folder.glob(".building-*"))


def test_a_full_disk_leaves_the_old_generation_and_a_sentence(folder: Path, tmp_path: Path) -> None:
    path, before = tmp_path / "a.csv", current_name(folder)
    path.write_text(RETURNS, encoding="utf-8")
    limited = ("import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2000000,) * 2); "
               f"sys.argv = ['data', 'import', {str(path)!r}, '--country', 'TCD']; runpy.run_module('data', run_name='__main__')")
    told = subprocess.run([sys.executable, "-c", limited], cwd=ROOT, env={"ANCRAGE_STORE_DIR": str(folder), "PATH": ""}, capture_output=True, text=True,
                          timeout=240, check=False)
    assert told.returncode == 4 and "Traceback" not in told.stderr and current_name(folder) == before
    assert not list(folder.glob(".building-*"))


def test_the_running_reader_sees_the_new_generation(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(RETURNS, encoding="utf-8")
    with open_store(folder) as store:
        assert command("import", str(path), "--country", "TCD", store=folder).returncode == 0
        assert store.changed() and returns_by_place(store, COUNTRY, 1).empty
    with open_store(folder) as store:
        assert returns_by_place(store, COUNTRY, 1)["persons"].sum() == 1650
