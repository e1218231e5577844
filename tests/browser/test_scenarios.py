"""Scenarios as two people use them in real browsers: both versions are seen, work survives a restart, links open what was sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import ROOT, running
from tests.browser.visit import Visitor, act, shot

pytestmark = pytest.mark.browser


def fill(page: Page, label: str, text: str) -> None:
    """Type into a field and leave it, as one does before pressing a button."""
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    act(page, lambda: field.press("Tab"))


def press(page: Page, name: str) -> None:
    act(page, lambda: page.get_by_role("button", name=name, exact=True).first.click())


def test_two_people_save_the_same_scenario_and_the_second_sees_both(visitor: Visitor) -> None:
    awa = visitor.open("/scenarios", country="CAF")
    fill(awa, "Votre nom", "Awa")
    fill(awa, "Nom", "Commun")
    press(awa, "Enregistrer comme nouveau")
    ben = visitor.open("/scenarios", country="CAF")
    fill(ben, "Votre nom", "Ben")
    press(ben, "Ouvrir")
    fill(awa, "Nom", "Commun selon Awa")
    press(awa, "Enregistrer")
    fill(ben, "Nom", "Commun selon Ben")
    press(ben, "Enregistrer")
    expect(ben.get_by_text("Awa a enregistré la version 2")).to_be_visible()
    expect(ben.get_by_text("Version enregistrée : Commun selon Awa")).to_be_visible()
    expect(ben.get_by_text("Votre version : Commun selon Ben")).to_be_visible()
    shot(ben, "scenarios-conflict")
    press(ben, "Enregistrer la mienne ensuite")
    expect(ben.get_by_text("Version 3, Ben")).to_be_visible()


@pytest.mark.parametrize(("kept", "said"), [(30, "cut short"), (None, "“magic” is unknown")])
def test_a_file_is_imported_and_what_is_wrong_with_it_is_said(visitor: Visitor, tmp_path: Path, kept: int | None, said: str) -> None:
    page = visitor.open("/scenarios", language="en", country="AFG")
    (tmp_path / "budget.json").write_text('{"budget": 3000000, "horizon_months": 24, "magic": 1}'[:kept])
    page.get_by_text("Open a file").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "budget.json")
    press(page, "Add to the scenarios")
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_text("Version 1, ")).to_have_count(0 if kept else 1)


def test_work_that_was_not_saved_survives_a_restart_of_the_server(browser: Browser, built_store: Path, tmp_path: Path) -> None:
    environment = {"ANCRAGE_STORE_DIR": str(built_store), "ANCRAGE_WORKSPACE_URL": f"sqlite:///{tmp_path / 'w.sqlite'}"}
    for visit in range(2):
        with running([str(ROOT / "server.py")], log=tmp_path / f"{visit}.log", environment=environment) as server:
            visitor = Visitor(browser, server.address)
            if visit == 0:
                page = visitor.open("/plan", language="en", country="AFG")
                budget = page.get_by_role("spinbutton").first
                budget.fill("3000000")
                act(page, lambda field=budget: field.press("Enter"))
            else:
                # a plain address says nothing: the work comes from the workspace
                page = visitor.open("/scenarios", language="en", country="AFG")
                act(page, lambda seen=page: seen.get_by_role("button", name="Resume the work of").click())
                expect(page.get_by_text("Budget 3 million EUR").first).to_be_visible()
            visitor.close()
            assert not visitor.watch.unexpected()
