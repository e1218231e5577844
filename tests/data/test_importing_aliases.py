"""Names of areas in other languages and scripts, and names a person confirmed: both place rows, a likeness never does.

Names of places are real; every figure is invented for these tests.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from data.building import build
from data.errors import DataError
from data.importing.exporting import export_table
from data.importing.report import SheetReport
from data.importing.run import import_files
from data.importing.undoing import undo
from data.store import open_store
from data.workspace.actor import LOCAL
from tests.data.test_importing import codes, rows
from tests.data.test_importing_countries import squares, text

TOWNS = (("Tripoli", "طرابلس", "LY0211"), ("Misrata", "مصراتة", "LY0214"), ("Zwara", "زوارة", "LY0207"))


def boundaries(path: Path, arabic: bool = True) -> Path:
    names = [{"ADM1_AR": "المنطقة الغربية", "ADM2_AR": name} if arabic else {} for _, name, _ in TOWNS]
    return squares(path, [{"ADM0_PCODE": "LY", "ADM1_EN": "West", "ADM1_PCODE": "LY02", "ADM2_EN": town, "ADM2_PCODE": code, **more}
                          for (town, _, code), more in zip(TOWNS, names, strict=True)], 12, 30)


@pytest.fixture(scope="module")
def libya(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("LBY")
    shutil.copytree(store_folder, work / "store")
    assert import_files([boundaries(work / "lby_adm2.geojson")], "LBY", folder=work / "store").generation
    return work / "store"


@pytest.fixture
def own(libya: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(libya, tmp_path / "store"))


def checked(folder: Path, path: Path, content: str, aliases: Mapping[str, str] | None = None, large_from: int = 10**9) -> SheetReport:
    report = import_files([text(path, content)], "LBY", folder=folder, dry_run=True, aliases=aliases, large_from=large_from)
    assert not report.is_refused, report.files[0].issues
    return report.files[0]


def placed(folder: Path) -> list[tuple[object, ...]]:
    return rows(folder, "SELECT pcode, sum(persons) FROM return_flow WHERE iso3 = 'LBY' AND margin = 'place' GROUP BY 1 ORDER BY 1")


ARABIC = "البلدية,Year,Returnees\nطرابلس,2025,120\nمِصراتة,2025,30\n"


def test_a_file_in_arabic_is_placed_by_the_names_of_the_boundaries_after_rebuild_and_undo(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert rows(own, "SELECT pcode, language, alias FROM place_alias ORDER BY 1, 3") == [
        ("LY02", "ar", "المنطقة الغربية"), ("LY0207", "ar", "زوارة"), ("LY0211", "ar", "طرابلس"), ("LY0214", "ar", "مصراتة")]
    monkeypatch.setattr("data.building.content_hash", lambda: "0" * 12)
    _, new = build(own)
    assert new
    # the diacritic of one name is no other name
    report = import_files([text(tmp_path / "a.csv", ARABIC)], "LBY", folder=own)
    assert report.files[0].join_rate_rows == 1 and placed(own) == [("LY0211", 120), ("LY0214", 30)]
    again = import_files([boundaries(tmp_path / "lby_adm2.geojson", arabic=False)], "LBY", folder=own)
    assert again.changes["added"] == 0 and rows(own, "SELECT count(*) FROM place_alias") == [(0,)]
    undo(LOCAL, own)
    assert rows(own, "SELECT count(*) FROM place_alias") == [(4,)]


def test_boundaries_that_are_exported_keep_their_names_in_other_languages(own: Path, tmp_path: Path) -> None:
    with open_store(own) as store:
        export_table(store, "boundaries", "LBY", tmp_path / "out.geojson")
    kept = [one["properties"] for one in json.loads((tmp_path / "out.geojson").read_text(encoding="utf-8"))["features"]]
    assert {(one["admin2Pcode"], one["admin2Name_ar"], one["admin1Name_ar"]) for one in kept} == {
        (code, name, "المنطقة الغربية") for _, name, code in TOWNS}


def test_names_that_match_nowhere_are_said_whether_their_column_was_read_or_not(own: Path, tmp_path: Path) -> None:
    rows_ = "بنغازي,2025,120\nسرت,2025,30\n"
    one = checked(own, tmp_path / "a.csv", "District,Year,Returnees\n" + rows_)
    assert codes(one)["place_unmatched"] == [2, 3] and one.join_rate_rows == 0
    one = checked(own, tmp_path / "b.csv", "البلدية,Year,Returnees\n" + rows_)
    assert "البلدية" in next(issue["message_fr"] for issue in one.issues if issue["code"] == "no_place_column")


LIKE = "District,Year,Returnees\nTripolis,2025,120\nTripolis,2024,5\nZwara,2025,8\n"


@pytest.mark.parametrize("large_from", [0, 10**9])
def test_a_likeness_is_a_suggestion_until_a_person_confirms_it(own: Path, tmp_path: Path, large_from: int) -> None:
    one = checked(own, tmp_path / "a.csv", LIKE, large_from=large_from)
    assert codes(one)["place_unmatched"] == [2, 3] and [i["detail"] for i in one.issues if i["code"] == "place_suggested"] == ["Tripoli (LY0211)"]
    assert [(name["name"], name["pcode"], name["area_en"], name["parent_en"], name["confirmed"]) for name in one.names] == [
        ("Tripolis", "LY0211", "Tripoli", "West", False)]
    one = checked(own, tmp_path / "a.csv", LIKE, {"tripolis": "LY0211"}, large_from=large_from)
    assert "place_unmatched" not in codes(one) and (one.accepted, one.repaired, one.join_rate_rows) == (3, 2, 1)
    assert [issue["message_en"] for issue in one.issues if issue["code"] == "alias_confirmed"] == [
        "Column District: name confirmed by a person, tripolis → Tripoli (LY0211): 2 rows."]


def test_a_confirmed_name_is_kept_for_its_country_until_it_is_forgotten_or_the_import_undone(own: Path, tmp_path: Path) -> None:
    checked(own, tmp_path / "a.csv", LIKE, {"Tripolis": "LY0211"})
    assert "place_unmatched" in codes(checked(own, tmp_path / "a.csv", LIKE))
    assert import_files([tmp_path / "a.csv"], "LBY", folder=own, aliases={"Tripolis": "LY0211"}).generation
    assert placed(own) == [("LY0207", 8), ("LY0211", 125)]
    one = checked(own, tmp_path / "a.csv", LIKE)
    assert "alias_confirmed" in codes(one) and [(name["name"], name["pcode"], name["confirmed"]) for name in one.names] == [("Tripolis", "LY0211", True)]
    assert "place_unmatched" in codes(checked(own, tmp_path / "a.csv", LIKE, {"Tripolis": ""}))
    kept = "SELECT alias, pcode FROM place_alias WHERE source_id = 'import_confirmed_names'"
    assert import_files([boundaries(tmp_path / "lby_adm2.geojson", arabic=False)], "LBY", folder=own).generation
    assert rows(own, kept) == [("Tripolis", "LY0211")]
    assert import_files([tmp_path / "a.csv"], "LBY", folder=own, aliases={"Tripolis": ""}).generation
    assert rows(own, kept) == [] and placed(own) == [("LBY", 125), ("LY0207", 8)]
    undo(LOCAL, own)
    assert rows(own, kept) == [("Tripolis", "LY0211")] and placed(own) == [("LY0207", 8), ("LY0211", 125)]


@pytest.mark.parametrize(("label", "pcode", "sentence"), [
    ("Tripolis", "LY9999", "no area of LBY has the code LY9999"), ("Zwara", "LY0211", "already the name of Zwara"),
])
def test_a_name_cannot_be_given_to_no_area_nor_to_another_one(own: Path, tmp_path: Path, label: str, pcode: str, sentence: str) -> None:
    with pytest.raises(DataError) as told:
        import_files([text(tmp_path / "a.csv", LIKE)], "LBY", folder=own, aliases={label: pcode})
    assert sentence in told.value.message_en


def test_the_command_confirms_names(own: Path, tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", LIKE)
    command = [sys.executable, "-m", "data", "import", str(path), "--country", "LBY", "--dry-run", "--alias"]
    environment = {"ANCRAGE_STORE_DIR": str(own), "ANCRAGE_WORKSPACE_URL": f"sqlite:///{tmp_path / 'workspace.sqlite'}", "HOME": str(tmp_path)}
    done = subprocess.run([*command, "Tripolis=ly0211"], capture_output=True, text=True, env=environment, cwd=Path(__file__).resolve().parents[2], check=False)
    assert done.returncode == 0 and "; 100.0 % of rows placed" in done.stdout and " ; 100,0 % des lignes placées" in done.stdout, done.stderr
    done = subprocess.run([*command, "Tripolis=LY9999"], capture_output=True, text=True, env=environment, cwd=Path(__file__).resolve().parents[2], check=False)
    assert done.returncode == 3 and "no area of LBY" in done.stderr
