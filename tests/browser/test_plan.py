"""From the first page to a plan in two clicks, and what a planner does with it: by mouse, by keyboard, in both languages."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_exports import without_a_way_out
from tests.browser.visit import act, settled

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def streamlit_looks_for_its_own_base(visitor):
    visitor.watch.expected.append("404")


@pytest.mark.parametrize(("language", "link", "title"), [("fr", "Voir le plan", "Combien d'appuis"), ("en", "See the plan", "How many interventions")])
def test_a_newcomer_reaches_a_plan_in_two_clicks(visitor, language, link, title):
    page = visitor.open("/", language=language)
    act(page, lambda: page.get_by_role("link", name=link).click())
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    expect(page.get_by_test_id("stMetricValue").first).to_contain_text("502")
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()


def test_a_budget_typed_by_keyboard_changes_the_plan_and_the_link(visitor):
    page = visitor.open("/plan", language="en", country="CAF", level=1)
    field = page.get_by_role("spinbutton", name="Budget")

    def type_budget() -> None:
        field.fill("5000000")
        field.press("Enter")

    act(page, type_budget)
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("5\u00a0million")
    expect(page).to_have_url(re.compile("s.budget=5000000"))


def test_every_tab_opens_and_the_chain_reaches_the_cost(visitor):
    page = visitor.open("/plan", language="en", country="COD", areas="CD61")
    for tab in page.get_by_role("tab").all()[1:]:
        act(page, tab.click)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        # tables that are written into leave as files too; those of constraints once they hold a row
        assert not without_a_way_out(page, "constraints"), tab.inner_text()
    act(page, page.get_by_role("tab", name="Why this number").click)
    expect(page.get_by_text("Cost:").first).to_be_visible()


def test_a_line_added_by_hand_is_counted_and_can_be_asked_why(visitor):
    page = visitor.open("/plan", language="en", country="AFG", **{"s.budget": 1000000})
    act(page, page.get_by_role("tab", name="By hand").click)
    page.get_by_text("Add a line").click()
    act(page, page.get_by_role("button", name="Add to the plan").click)
    expect(page).to_have_url(re.compile("s.question=by_hand"))
    expect(page.get_by_text("The plan by hand costs").first).to_be_visible()


def test_a_floor_is_set_by_keyboard_and_half_of_it_survives_a_reload(visitor):
    page = visitor.open("/plan", language="en", country="CAF", level=1, **{"s.question": "in_place"})
    keys = page.keyboard
    chosen = page.locator("[role=gridcell][aria-selected=true]")

    def opened() -> None:
        act(page, page.get_by_role("tab", name="Constraints").click)

    def into_the_table() -> None:
        while page.evaluate("() => document.activeElement.tagName") != "CANVAS":
            keys.press("Tab")
        # the table marks its first cell a moment after it was reached; an arrow pressed before that only marks it
        expect(chosen).to_have_id("glide-cell-1-0")

    def typed(text: str, choice: str = "") -> None:
        keys.press("Enter")
        field = page.locator("#portal input").first
        expect(field).to_be_focused()
        keys.type(text)
        if choice:
            expect(page.locator("#portal").get_by_role("option")).to_have_text([choice])
            expect(field).to_have_attribute("aria-activedescendant", re.compile("."))
        else:
            expect(field).to_have_value(text)
            # the table takes what its field had been drawn with: an Enter in the same frame as the last digit leaves the cell empty
            page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        act(page, lambda: keys.press("Enter"))

    opened()
    page.get_by_role("button", name="Add row: Least coverage").focus()
    act(page, lambda: keys.press("Enter"))
    into_the_table()
    typed("Bamingui", "Bamingui-Bangoran")
    missing = page.get_by_text("“Least coverage”, Bamingui-Bangoran: still missing At least (%)")
    expect(missing).to_be_visible()
    page.reload()
    settled(page)
    opened()
    expect(missing).to_be_visible()
    page.get_by_role("button", name="Fullscreen: Least coverage").focus()
    into_the_table()
    keys.press("ArrowRight")
    expect(chosen).to_have_id("glide-cell-2-0")
    typed("50")
    expect(missing).to_be_hidden()
    expect(page).to_have_url(re.compile("s.floors=CF51%3A0.5"))
    act(page, page.get_by_role("button", name="Undo").click)
    expect(missing).to_be_visible()
    expect(page).not_to_have_url(re.compile("s.floors"))


def test_what_is_typed_into_a_table_is_undone_and_does_not_come_back(visitor):
    page = visitor.open("/plan", language="en", country="AFG", **{"s.question": "in_place"})
    act(page, page.get_by_role("tab", name="Prices").click)
    table = page.get_by_test_id("stDataFrame").first
    first, second = (table.get_by_test_id(f"glide-cell-2-{row}") for row in range(2))
    shipped = first.inner_text(), second.inner_text()

    def type_price(row: int, price: str) -> None:
        table.scroll_into_view_if_needed()
        corner = table.bounding_box()
        assert corner is not None
        page.mouse.click(corner["x"] + 40, corner["y"] + 52 + 35 * row)
        for column in (0, 1):
            # the next arrow counts from the cell the last one marked
            expect(table.locator("[role=gridcell][aria-selected=true]")).to_have_id(f"glide-cell-{column}-{row}")
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        field = page.locator("#portal input")
        expect(field).to_be_focused()
        field.fill(price)
        act(page, lambda: field.press("Enter"))

    type_price(0, "31000")
    expect(first).to_have_text("31000")
    act(page, page.get_by_role("button", name="Undo").click)
    expect(first).to_have_text(shipped[0])
    type_price(1, "22000")
    expect(first).to_have_text(shipped[0])
    expect(second).to_have_text("22000")
    type_price(1, "0")
    expect(page.get_by_text("A price must be above zero")).to_be_visible()
    expect(second).to_have_text("22000")


def test_the_whole_plan_is_downloaded_as_its_contract_says(visitor):
    page = visitor.open("/plan", language="fr", country="COD")
    with page.expect_download() as got:
        page.get_by_role("button", name="Télécharger le plan complet").click()
    plan = json.loads(got.value.path().read_text(encoding="utf-8"))
    assert plan["country"] == "COD" and plan["lines"] and plan["totals"]["proven_gap"] <= 0.005


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1920, "dark")])
@pytest.mark.parametrize("path", ["/", "/plan", "/method"])
def test_no_page_is_wider_than_the_screen(visitor, path, width, theme):
    page = visitor.open(path, theme=theme, width=width, country="CAF")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
