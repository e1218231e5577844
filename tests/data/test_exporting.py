"""What is exported comes back the same."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import python_calamine
import shapely

from data.errors import DataError
from data.importing.exporting import EXPORTS, TABLES, export_table
from data.importing.run import import_files
from data.importing.templates import TEMPLATES, write_template
from data.planning import plan_inputs
from data.queries import sources
from data.queries.areas import country
from data.store import open_store

LONG = bool(os.environ.get("ANCRAGE_LONG_TESTS"))
MORE_COUNTRIES = [("AFG", {"activities", "facilities", "funding", "in_place", "prices"}), ("COD", {"funding", "in_place", "prices"})]

@pytest.fixture(scope="module")
def store_folder(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the built store that no reader of this process holds open: an import runs in a process of its own."""
    copy = tmp_path_factory.mktemp("copy") / "store"
    shutil.copytree(store_folder, copy)
    return copy


MORE = {
    "in_place.csv": "intervention,pcode,units\nA16,CF111,2\nA18,CF12,4\nB01,CAF,1\n",
    "prices.csv": "intervention,price low,price,price high\nA16,20000,23000.5,30000\n",
    "flows.csv": "year,donor,recipient,cluster,amountUSD\n2024,Sweden,WFP,Food Security,1000\n2024,Sweden,WFP,Food Security,500\n2025,ECHO,ACF,Health,300\n",
    "asked.csv": "year,cluster,requirements,funding\n2024,Health,9000,1200\n",
}


@pytest.fixture(scope="module")
def whole_store(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded dataset with, for CAF, what it has no file for: structures, prices and funding."""
    work = tmp_path_factory.mktemp("whole")
    shutil.copytree(store_folder, work / "store")
    for name, text in MORE.items():
        (work / name).write_text(text, encoding="utf-8")
    report = import_files([work / name for name in MORE], "CAF", folder=work / "store")
    assert report.generation, report.files
    return work / "store"


def exported(folder: Path, iso3: str, to: Path) -> dict[str, tuple[Path, int]]:
    """Every table of a country that has rows, as files."""
    written: dict[str, tuple[Path, int]] = {}
    with open_store(folder) as store:
        for name in TABLES:
            path = to / f"{name}.{'zip' if name == 'boundaries' else 'csv'}"
            if rows := export_table(store, name, iso3, path):
                written[name] = path, rows
    return written


@pytest.mark.long
@pytest.mark.parametrize(("iso3", "missing"), [("CAF", {"activities"}), *(MORE_COUNTRIES if LONG else [])])
def test_every_table_exported_and_imported_again_changes_no_figure(whole_store: Path, tmp_path: Path, iso3: str, missing: set[str]) -> None:
    written = exported(whole_store, iso3, tmp_path)
    assert set(TABLES) - set(written) == missing
    report = import_files([path for path, _ in written.values()], iso3, folder=whole_store, dry_run=True)
    assert not report.is_refused, [issue["message_en"] for one in report.files for issue in one.issues if issue["severity"] == "refused"]
    for name, (path, rows) in written.items():
        read = [one for one in report.files if one.file == path.name]
        assert {one.table for one in read} == {"returns" if name.startswith("returns_") else name}
        assert sum(one.accepted for one in read) == sum(one.rows_read for one in read) == rows
    assert {key: report.changes[key] for key in ("added", "changed", "removed")} == {"added": 0, "changed": 0, "removed": 0}, report.changes["tables"]


def test_the_method_is_handed_the_same_after_everything_went_out_and_in(whole_store: Path, tmp_path: Path) -> None:
    copy = tmp_path / "store"
    shutil.copytree(whole_store, copy)
    report = import_files([path for path, _ in exported(copy, "CAF", tmp_path).values()], "CAF", folder=copy)
    assert report.generation
    frames = ("areas", "returns", "hosts", "indicators", "activities", "in_place")
    with open_store(whole_store) as before, open_store(copy) as after:
        assert country(before, "CAF") == country(after, "CAF")
        old, new = plan_inputs(before, "CAF"), plan_inputs(after, "CAF")
        for name in frames:
            one, other = (sorted_rows(getattr(inputs, name)) for inputs in (old, new))
            pd.testing.assert_frame_equal(one, other, rtol=1e-9, check_dtype=False)
        pd.testing.assert_frame_equal(old.catalogue.interventions.drop(columns="price_source"), new.catalogue.interventions.drop(columns="price_source"))
        shapes = [{str(row.pcode): shapely.from_wkb(bytes(row.geometry)) for row in store.frame(
            "SELECT pcode, geometry FROM area WHERE iso3 = 'CAF' AND level > 0").itertuples()} for store in (before, after)]
    assert shapes[0].keys() == shapes[1].keys()
    moved = max(shape.symmetric_difference(shapes[1][pcode]).area / shape.area for pcode, shape in shapes[0].items())
    assert moved < 0.002


def sorted_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame without the columns that name the file, in an order of its own."""
    kept = frame.reset_index().drop(columns=["source_id", "row_no", "index", "population_source"], errors="ignore")
    return kept.sort_values(list(kept.columns), key=lambda cells: cells.astype(str), ignore_index=True)


def test_every_table_exports_and_an_unknown_one_is_named(store_folder: Path, tmp_path: Path) -> None:
    with open_store(store_folder) as store:
        for name in EXPORTS:
            export_table(store, name, "CAF", tmp_path / "x.csv")
            assert (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()[1].startswith("#")
        assert export_table(store, "boundaries", "CAF", tmp_path / "x.geojson") == 72
        with pytest.raises(DataError, match="boundaries, returns"):
            export_table(store, "nothing", "CAF", tmp_path / "x.csv")


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_has_headings_tags_and_notes_and_no_data(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.xlsx"
    write_template(name, path)
    book = python_calamine.CalamineWorkbook.from_path(path)
    cells = book.get_sheet_by_name("Data").to_python()
    assert cells[0] == [heading for heading, _ in EXPORTS[name][1]] and all(str(tag).startswith("#") for tag in cells[1]) and len(cells) == 2
    assert "Contenu" in book.get_sheet_by_name("Notes").to_python()[0] and "dataValidation" in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()


def test_a_filled_template_is_imported_and_its_notes_are_not(store_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "returns.xlsx"
    write_template("returns", path, [["AFG", "AF01", "abroad", "all", "all", "2026-01-01", "2026-03-31", 120]])
    report = import_files([path], "AFG", folder=store_folder, dry_run=True)
    assert [(one.sheet, one.table, one.accepted) for one in report.files if one.table] == [("Data", "returns", 1)]
    assert report.changes["added"] == 1 and report.changes["removed"] == 0


_FIRST, _LAST = 45_658, 45_838
"""2025-01-01 and 2025-06-30 as a spreadsheet keeps days."""
FILLED: dict[str, list[list[str | float]]] = {
    "returns": [["AFG", "AF01", "abroad", "all", "all", _FIRST, _LAST, 120], ["", "AF02", "internal", "f", "18-59", _FIRST, _LAST, 33]],
    "returns_by_host": [["AFG", "PAK", "abroad", _FIRST, _LAST, 77]],
    "population": [["AFG", "AF01", "all", "", "", _FIRST, _LAST, 5_000_000]],
    "indicators": [["AFG", "AF01", "EC1", 34.5, "observed", _FIRST, _LAST]],
    "activities": [["AFG", "AF01", "ACF", "ACF", "ONG Internationale", "Health", "En cours", _FIRST, _LAST, 500, 600, "", "", "ECHO", 10_000, "P1", ""]],
    "facilities": [["AFG", "AF01", "", "Health centre", "Primary", _FIRST, _LAST, 4, "", ""]],
    "funding": [["AFG", 2025, "ECHO", "WFP", "Health", 250_000, ""]],
    "in_place": [["AFG", "AF01", "A16", 2]],
    "prices": [["AFG", "A16", 10_000, 15_000, 20_000]],
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_filled_by_hand_is_taken_whole_with_its_own_days(store_folder: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(store_folder, tmp_path / "store")
    write_template(name, tmp_path / "filled.xlsx", FILLED[name])
    report = import_files([tmp_path / "filled.xlsx"], "AFG", folder=tmp_path / "store")
    one = report.files[0]
    assert report.generation and (one.rows_read, one.accepted) == (len(FILLED[name]), len(FILLED[name])), one.issues
    assert not {"year_assumed", "year_from_name"} & {issue["code"] for issue in one.issues}
    with open_store(tmp_path / "store") as store:
        said = sources(store, "AFG").query("source_id.str.startswith('import')")[["period_start", "period_end"]].iloc[0]
    days = (None, None) if name in ("in_place", "prices") else ("2025-01-01", "2025-12-31" if name == "funding" else "2025-06-30")
    assert tuple(None if day is pd.NaT else str(day.date()) for day in said) == days


def test_a_template_that_nobody_filled_in_says_that_there_is_nothing(store_folder: Path, tmp_path: Path) -> None:
    write_template("returns", tmp_path / "empty.xlsx")
    report = import_files([tmp_path / "empty.xlsx"], "AFG", folder=store_folder, dry_run=True)
    assert report.is_refused and "nothing to import" in report.files[0].issues[0]["message_en"]
