"""The page Data opens in both languages, tells what is in the store, and runs the same import as the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from data.generations import current_name, generations
from data.importing.process import Upload, start
from data.workspace.actor import LOCAL
from tests.pages.conftest import words
from ui.views import data as view

POPULATION = "admin1Pcode,T_TL\n" + "".join(f"AF{number:02d},{1000 * number}\n" for number in range(1, 35))


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("country", ["COD", "AFG"])
def test_the_page_opens(open_page, country, lang):
    app = open_page("data", country=country, lang=lang)
    assert not app.exception
    assert app.title[0].value.endswith("?")
    text = words(app)
    assert "None" not in text and ("UNHCR" in text or "HCR" in text or len(app.dataframe) >= 1)
    assert ("Aucun changement de données à annuler." if lang == "fr" else "No change of data to undo.") in text


def test_an_upload_is_checked_then_imported_in_its_own_process(page_store, tmp_path, monkeypatch):
    folder = tmp_path / "store"
    shutil.copytree(page_store, folder)
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(folder))
    before = current_name(folder)
    upload = Upload("AFG")
    upload.keep([("../../pop 2024.csv", POPULATION.encode())])
    assert [path.name for path in upload.paths] == ["pop 2024.csv"] and upload.paths[0].parent == upload.folder
    checked = start(LOCAL, upload, dry_run=True)
    assert checked.process.wait(60) == 0, checked.sentence()
    report = checked.report()
    assert report["generation"] is None and current_name(folder) == before
    assert view.sheets(report)["accepted"].tolist() == [34]
    assert view.correction(report["files"][0], "population", view.guess(report["files"][0])) is None
    imported = start(LOCAL, upload, dry_run=False)
    assert imported.process.wait(60) == 0, imported.sentence()
    assert imported.report()["generation"] == current_name(folder) != before and imported.progress() == ("done", 1.0)
    upload.forget()
    assert not upload.folder.exists()


def test_a_stopped_import_leaves_the_data_as_they_were(page_store, tmp_path, monkeypatch):
    folder = tmp_path / "store"
    shutil.copytree(page_store, folder)
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(folder))
    before = current_name(folder)
    upload = Upload("AFG")
    upload.keep([("pop.csv", POPULATION.encode())])
    running = start(LOCAL, upload, dry_run=False)
    running.cancel()
    assert running.is_done and running.report() is None and current_name(folder) == before and len(generations(Path(folder))) == 1
    upload.forget()


def test_a_name_is_confirmed_by_a_tick_and_checked_again(open_page, page_store, tmp_path, monkeypatch):
    folder = tmp_path / "store"
    shutil.copytree(page_store, folder)
    upload = Upload("AFG")
    upload.keep([("a.csv", b"Province,Year,Returnees\nKandaharr,2025,120\nKabul,2025,30\n")])
    app = open_page("data", country="AFG", lang="en")
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(folder))
    checked = start(LOCAL, upload, dry_run=True)
    assert checked.process.wait(60) == 0, checked.sentence()
    app.session_state["data.upload"], app.session_state["data.report"] = upload, checked.report()
    app.run()
    names = [one for one in app.checkbox if "Kandaharr" in one.label]
    assert [(one.label, one.value) for one in names] == [("“Kandaharr” is Kandahar (AF27)", False)]
    assert "Import" in [button.label for button in app.button]
    names[0].check().run()
    # what is ticked is checked before it is imported
    assert "Import" not in [button.label for button in app.button]
    app.button(key="data.again").click().run()
    app.session_state["data.running"].process.wait(60)
    app.run()
    one = app.session_state["data.report"]["files"][0]
    assert one["join_rate_rows"] == 1 and "alias_confirmed" in [issue["code"] for issue in one["issues"]]
    assert [(one.label, one.value) for one in app.checkbox if "Kandaharr" in one.label] == [("“Kandaharr” is Kandahar (AF27)", True)]
    upload.forget()
