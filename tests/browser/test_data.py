"""The whole job of a person's own file, by mouse and by keyboard, while somebody else has the dashboard open."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.serving import PATIENCE, ROOT, running
from tests.browser.visit import Visitor, settled, shot

pytestmark = pytest.mark.browser

RETURNS = "zone;an;menages;gens\n" + "".join(f"AF{number:02d};2026;{number};{6 * number}\n" for number in range(1, 35))
LONG = 3 * PATIENCE


@pytest.fixture
def own(browser: Browser, built_store: Path, tmp_path: Path) -> Iterator[Visitor]:
    """A dashboard of its own: what is imported here is seen by no other test."""
    shutil.copytree(built_store, tmp_path / "store")
    environment = {"ANCRAGE_STORE_DIR": str(tmp_path / "store"), "ANCRAGE_WORKSPACE_URL": f"sqlite:///{tmp_path / 'w.sqlite'}"}
    with running([str(ROOT / "server.py")], log=tmp_path / "server.log", environment=environment) as server:
        visitor = Visitor(browser, server.address)
        yield visitor
        visitor.close()
        assert not visitor.watch.unexpected(), "\n".join(visitor.watch.unexpected())


def choose(page: Page, folder: Path, name: str, text: str) -> None:
    """Give a file to the form."""
    (folder / name).write_text(text, encoding="utf-8")
    page.locator("input[type=file]").first.set_input_files(folder / name)
    expect(page.get_by_text(name).first).to_be_visible()


def guess(page: Page) -> Locator:
    """The part of the page that says how the columns are read."""
    return page.get_by_test_id("stExpander").filter(has_text="Comment les colonnes sont lues")


def field_of(page: Page, row: int) -> Locator:
    """The cell of the guess that says what a column of the file is read as."""
    return guess(page).get_by_test_id(f"glide-cell-2-{row}")


def test_a_file_by_mouse_from_the_guess_to_the_undo_and_the_others_are_told(own: Visitor, tmp_path: Path) -> None:
    other = own.open("/returns", country="AFG", language="en")
    page = own.open("/data", country="AFG")
    page.get_by_role("textbox", name="Publié par").fill("Ministère des rapatriés")
    page.get_by_role("textbox", name="Conditions d'usage").fill("usage interne")
    choose(page, tmp_path, "retours.csv", RETURNS)
    page.get_by_role("button", name="Contrôler").click()
    expect(page.get_by_text("aucun tableau reconnu").first).to_be_visible(timeout=LONG)
    # the guess with samples: the table is chosen, the figures are said to be persons, the rest was found by itself
    box = page.get_by_role("combobox", name="Tableau").first
    box.scroll_into_view_if_needed()
    box.click()
    page.get_by_role("option", name="Retours", exact=True).click()
    expect(guess(page).get_by_test_id("glide-cell-1-0")).to_contain_text("AF01 · AF02 · AF03")
    for row, name, field in ((0, "code P", "pcode"), (1, "année", "year"), (3, "personnes", "persons")):
        edit(page, row, name)
        expect(field_of(page, row)).to_have_text(field, timeout=LONG)
        settled(page)
    shot(page, "data-guess")
    page.get_by_role("button", name="Contrôler à nouveau").click()
    expect(page.get_by_text("Cet import ajouterait 34 chiffres")).to_be_visible(timeout=LONG)
    shot(page, "data-dry-run")
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.get_by_text("est en usage").first).to_be_visible(timeout=LONG)
    shot(page, "data-imported")
    expect(page.get_by_text("Ministère des rapatriés").first).to_be_attached()
    # nobody touched the other page: it says so by itself
    expect(other.get_by_text("retours.csv was just imported")).to_be_visible(timeout=LONG)
    shot(other, "data-others-are-told")
    page.get_by_role("button", name="Annuler le dernier changement de données").click()
    page.get_by_role("button", name="Annuler ce changement").click()
    expect(other.get_by_text("The last import was undone")).to_be_visible(timeout=LONG)


def edit(page: Page, row: int, name: str) -> None:
    """Choose the field of a column in the table of the guess, by double click."""
    canvas = guess(page).get_by_test_id("data-grid-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    # the grid is drawn: its rows are 35 points high, under a header of the same height
    page.mouse.dblclick(box["x"] + box["width"] - 60, box["y"] + 35 * (row + 1) + 17)
    typed = page.locator("#portal input").first
    expect(typed).to_be_attached()
    typed.type(name)
    expect(page.locator("#portal").get_by_text(name, exact=True).first).to_be_visible()
    page.keyboard.press("Enter")


def press(page: Page, name: str) -> None:
    """Reach a button with the Tab key and press Enter."""
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_be_visible(timeout=LONG)
    for _ in range(80):
        if button.evaluate("(one) => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")


def test_a_file_by_keyboard(own: Visitor, tmp_path: Path) -> None:
    page = own.open("/data", country="AFG", language="en")
    choose(page, tmp_path, "retours.csv", RETURNS.replace("gens", "persons"))
    page.get_by_role("textbox", name="Terms of use").focus()
    press(page, "Check")
    expect(page.get_by_text("This import would add 34 figures")).to_be_visible(timeout=LONG)
    press(page, "Import")
    expect(page.get_by_text("is in use").first).to_be_visible(timeout=LONG)
    press(page, "Undo the last change of data")
    press(page, "Undo this change")
    expect(page.get_by_text("The last import was undone")).to_be_visible(timeout=LONG)


def test_a_file_that_is_refused_leaves_a_sentence_and_everything_as_it_was(own: Visitor, tmp_path: Path) -> None:
    page = own.open("/data", country="AFG", language="en")
    before = page.get_by_text("Data: generation").inner_text()
    page.get_by_role("textbox", name="Published by").fill("Office of the test")
    choose(page, tmp_path, "people.csv", "pcode,year,returnees,phone\nAF01,2026,3,+93700000001\n")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text('column "phone" holds personal data').first).to_be_visible(timeout=LONG)
    expect(page.get_by_role("button", name="Import", exact=True)).to_have_count(0)
    expect(page.get_by_role("textbox", name="Published by")).to_have_value("Office of the test")
    assert page.get_by_text("Data: generation").inner_text() == before


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_table_of_sources_fits_its_page(visitor: Visitor, language: str) -> None:
    page = visitor.open("/data", language=language, country="CAF", width=1440)
    table = page.locator("[class*='st-key-data-sources'], [data-testid=stDataFrame]").first
    wide, seen = table.evaluate("(one) => { const s = one.querySelector('.dvn-scroller'); return [s.scrollWidth, s.clientWidth] }")
    assert wide <= seen
