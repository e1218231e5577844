"""Communities in a browser: any indicator on the map, an area picked by list shows its profile, two areas are compared."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visit import act, choose_by_keyboard

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def streamlit_looks_for_its_own_base(visitor):
    visitor.watch.expected.append("404")


def choose(page, label, name):
    box = page.get_by_role("combobox", name=re.compile(label))
    box.click()
    box.fill(name)
    page.get_by_role("option", name=name).first.click()


def test_an_area_picked_from_the_list_shows_its_profile(visitor):
    page = visitor.open("/communities", language="en", country="COD")
    choose(page, "^Area", "Ituri")
    expect(page.get_by_role("heading", name="The profile of Ituri")).to_be_visible()
    choose(page, "Compare with", "Tanganyika")
    expect(page).to_have_url(re.compile(re.escape("areas=CD54%2CCD74")))


def test_an_indicator_says_period_source_and_quality(visitor):
    page = visitor.open("/communities", language="en", country="CAF", indicator="EC6")
    expect(page.get_by_text(re.compile(r"Period: .*2023.*Source: IPC.*Quality:\s"))).to_be_visible()


def test_an_unknown_indicator_in_a_link_shows_another(visitor):
    page = visitor.open("/communities", language="en", country="COD", indicator="ZZ9")
    expect(page.get_by_role("alert").first).to_contain_text("ZZ9")


def test_what_is_missing_is_a_table_of_its_own(visitor):
    page = visitor.open("/communities", language="en", country="AFG")
    page.get_by_text("Indicators not known everywhere").click()
    expect(page.get_by_test_id("stDataFrame")).to_have_count(2)


def maps(page):
    return page.locator(".ancrage-map[data-state=ready]")


def test_two_measures_stand_side_by_side_move_together_and_share_the_selection(visitor):
    page = visitor.open("/communities", language="en", country="COD", beside="capacity", reduced_motion=True)
    expect(maps(page)).to_have_count(3)  # the third is what is missing
    maps(page).nth(1).get_by_role("button", name="Zoom in").click()
    expect(maps(page).nth(0)).to_have_attribute("data-zoom", "1.60")
    box = maps(page).nth(0).get_by_role("combobox")
    box.click()
    box.press_sequentially("tshpoo")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("areas=CD51"))
    expect(maps(page).nth(1).locator(".chosen-names")).to_have_text("Tshopo")
    expect(page.get_by_role("heading", name="The profile of Tshopo")).to_be_visible()
    # by keyboard alone, there and back: the layout changes, what is chosen keeps the keyboard
    chooser = page.get_by_role("combobox", name=re.compile("^Put beside it"))
    chooser.focus()
    choose_by_keyboard(chooser, "Nothing")
    expect(maps(page)).to_have_count(2)
    expect(chooser).to_be_focused()
    choose_by_keyboard(chooser, "capacity (score")
    expect(maps(page)).to_have_count(3)
    expect(chooser).to_be_focused()


def test_the_classes_are_a_choice_that_the_link_keeps(visitor):
    page = visitor.open("/communities", language="en", country="CAF", indicator="SV1")
    before = maps(page).first.locator(".legend-label").all_inner_texts()
    page.get_by_text("More settings").click()
    act(page, page.get_by_role("radio", name="Natural breaks").click)
    expect(page).to_have_url(re.compile("classes=natural"))
    assert maps(page).first.locator(".legend-label").all_inner_texts() != before


def test_what_is_missing_is_a_map_of_its_own(visitor):
    page = visitor.open("/communities", language="en", country="COD", dimension="social")
    gaps = maps(page).nth(1)
    expect(gaps.locator(".legend-title")).to_contain_text("Missing indicators: Social")
    counts = [int(count.strip("()")) for count in gaps.locator(".legend-count").all_inner_texts()]
    assert sum(counts) == 26
