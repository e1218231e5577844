"""Scenarios as two people use them in real browsers: both versions are seen, work survives a restart, links open what was sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import ROOT, running
from tests.browser.visit import Visitor, act, settled, shot

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


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field or button of this name has the focus, as somebody without a mouse does."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).split("\n")[-1].strip() == name:
            return
    raise AssertionError(f"Tab never reaches {name}")


FOCUSED = "() => { const at = document.activeElement; return (at?.getAttribute('aria-label') || at?.innerText || '').trim() }"


def test_a_scenario_is_kept_forked_deleted_and_restored_without_a_mouse(visitor: Visitor) -> None:
    page = visitor.open("/scenarios", country="AFG", **{"s.budget": 3000000})

    def typed(label: str, text: str) -> None:
        tab_to(page, label)
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(text)
        act(page, lambda: page.keyboard.press("Tab"))

    def pressed(name: str) -> None:
        tab_to(page, name)
        act(page, lambda: page.keyboard.press("Enter"))

    typed("Votre nom", "Awa")
    typed("Nom", "Clavier")
    pressed("Enregistrer comme nouveau")
    expect(page.get_by_text("Version 1, Awa")).to_be_visible()
    pressed("Dupliquer")
    expect(page.get_by_text("Clavier (copie)").first).to_be_visible()
    pressed("Supprimer")
    expect(page.get_by_text("est supprimé")).to_be_visible()
    pressed("Annuler la suppression")
    expect(page.get_by_text("Version 1, Awa")).to_have_count(2)
    pressed("Ouvrir")
    typed("Nom", "Clavier bis")
    pressed("Enregistrer")
    expect(page.get_by_text("Version 2, Awa")).to_be_visible()
    pressed("Revenir à cette version")
    expect(page.get_by_text("Version 3, Awa")).to_be_visible()


def test_work_that_was_not_saved_survives_a_reload_a_closed_laptop_and_a_restart(browser: Browser, built_store: Path, tmp_path: Path) -> None:
    environment = {"ANCRAGE_STORE_DIR": str(built_store), "ANCRAGE_WORKSPACE_URL": f"sqlite:///{tmp_path / 'w.sqlite'}"}
    for visit in range(2):
        with running([str(ROOT / "server.py")], log=tmp_path / f"{visit}.log", environment=environment) as server:
            visitor = Visitor(browser, server.address)
            if visit == 0:
                page = visitor.open("/returns", language="en", country="AFG")
                slider = page.get_by_role("slider").first
                act(page, lambda moved=slider: moved.press("ArrowRight"))
                kept = slider.get_attribute("aria-valuetext")
                page.reload()
                settled(page)
                expect(page.get_by_role("slider").first).to_have_attribute("aria-valuetext", str(kept))
                # the lid falls: no goodbye, the connection is gone and comes back
                page.context.set_offline(True)
                page.context.set_offline(False)
                settled(page)
                expect(page.get_by_role("slider").first).to_have_attribute("aria-valuetext", str(kept))
            # a plain address in another window says nothing: the work comes from the workspace
            page = visitor.open("/scenarios", language="en", country="AFG")
            act(page, lambda seen=page: seen.get_by_role("button", name="Resume the work of").click())
            expect(page.get_by_test_id("stMain").get_by_text("Returns by host country").first).to_be_visible()
            visitor.close()
            assert not visitor.watch.unexpected()
