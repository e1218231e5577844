"""The page Data where an import does not go its way: stopped by hand, refused beside another, asked for with a period that is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from data.generations import current_name, writer_lock
from tests.browser.serving import ROOT, running
from tests.browser.test_data import LONG, choose
from tests.browser.visit import Visitor, shot

REGISTER = "Organisation,Cluster,Province\nACF,Santé,Kabul\n"


@pytest.fixture
def page(browser: Browser, built_store: Path, tmp_path: Path) -> Iterator[Page]:
    shutil.copytree(built_store, tmp_path / "store")
    environment = {"ANCRAGE_STORE_DIR": str(tmp_path / "store"), "ANCRAGE_WORKSPACE_URL": f"sqlite:///{tmp_path / 'w.sqlite'}"}
    with running([str(ROOT / "server.py")], log=tmp_path / "server.log", environment=environment) as server:
        visitor = Visitor(browser, server.address)
        yield visitor.open("/data", country="AFG")
        visitor.close()
        assert not visitor.watch.unexpected(), "\n".join(visitor.watch.unexpected())


def test_a_register_without_dates_is_warned_of_and_dated_by_the_field(page: Page, tmp_path: Path) -> None:
    choose(page, tmp_path, "3w.csv", REGISTER)
    page.get_by_role("button", name="Contrôler").click()
    expect(page.get_by_text("ne couvrent personne dans le plan").first).to_be_visible(timeout=LONG)
    shot(page, "data-undated")
    page.get_by_role("textbox", name="Période").fill("bientôt")
    page.get_by_role("button", name="Contrôler").click()
    expect(page.get_by_text("n'est pas une période")).to_be_visible(timeout=LONG)
    # what was checked before cannot be imported in its place
    expect(page.get_by_role("button", name="Importer", exact=True)).to_have_count(0)
    page.get_by_role("textbox", name="Période").fill("janvier - juin 2026")
    page.get_by_role("button", name="Contrôler").click()
    expect(page.get_by_role("button", name="Importer", exact=True)).to_be_visible(timeout=LONG)
    expect(page.get_by_text("ne couvrent personne dans le plan")).to_have_count(0)


def test_beside_another_import_the_page_says_to_wait(page: Page, tmp_path: Path) -> None:
    choose(page, tmp_path, "3w.csv", REGISTER)
    with writer_lock(tmp_path / "store"):
        page.get_by_role("button", name="Contrôler").click()
        expect(page.get_by_text("Une autre importation est en cours")).to_be_visible(timeout=LONG)
    shot(page, "data-busy")


def test_a_stopped_import_is_said_at_once(page: Page, tmp_path: Path) -> None:
    before = current_name(tmp_path / "store")
    rows = "".join(f"AF{k % 34 + 1:02d},EC1,{k % 90},{1960 + k // 34 % 60}\n" for k in range(90_000))
    choose(page, tmp_path, "long.csv", f"pcode,indicator,value,year\n{rows}")
    page.get_by_role("button", name="Contrôler").click()
    page.get_by_role("button", name="Arrêter").click(timeout=LONG)
    expect(page.get_by_text("Arrêté. Les données en usage n'ont pas changé.")).to_be_visible(timeout=LONG)
    shot(page, "data-stopped")
    assert current_name(tmp_path / "store") == before and not list((tmp_path / "store").glob(".building-*"))
