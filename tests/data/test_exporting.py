"""What is exported comes back the same."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
import python_calamine

from data.errors import DataError
from data.importing.exporting import EXPORTS, export_table
from data.importing.run import import_files
from data.importing.templates import write_template
from data.store import open_store


@pytest.fixture(scope="module")
def store_folder(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the built store that no reader of this process holds open: an import runs in a process of its own."""
    copy = tmp_path_factory.mktemp("copy") / "store"
    shutil.copytree(store_folder, copy)
    return copy


@pytest.mark.parametrize("iso3", ["AFG", "CAF"])
@pytest.mark.parametrize("name", ["returns", "population", "indicators"])
def test_an_export_imported_again_changes_no_figure(store_folder: Path, tmp_path: Path, name: str, iso3: str) -> None:
    path = tmp_path / f"{name}.csv"
    with open_store(store_folder) as store:
        written = export_table(store, name, iso3, path)
    report = import_files([path], iso3, folder=store_folder, dry_run=True)
    assert not report.is_refused, report.files[0].issues[-1]
    assert (report.files[0].table, report.files[0].accepted, report.files[0].rows_read) == (name, written, written), report.files[0].issues[:3]
    assert {key: report.changes[key] for key in ("added", "changed", "removed")} == {"added": 0, "changed": 0, "removed": 0}, report.changes["tables"]


def test_the_3w_comes_back_row_for_row(store_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "activities.csv"
    with open_store(store_folder) as store:
        written = export_table(store, "activities", "COD", path)
    report = import_files([path], "COD", folder=store_folder, dry_run=True)
    assert (report.files[0].accepted, report.files[0].rows_read) == (written, written)
    assert report.changes["added"] == report.changes["removed"] == 0


def test_every_table_exports_and_an_unknown_one_is_named(store_folder: Path, tmp_path: Path) -> None:
    with open_store(store_folder) as store:
        for name in EXPORTS:
            export_table(store, name, "CAF", tmp_path / "x.csv")
            assert (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()[1].startswith("#")
        with pytest.raises(DataError, match="returns, population"):
            export_table(store, "nothing", "CAF", tmp_path / "x.csv")


@pytest.mark.parametrize("name", list(EXPORTS))
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
