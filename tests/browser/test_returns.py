"""Returns in a browser: sliders move what is expected, the map selects, the table is offered for download without formulas."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def streamlit_looks_for_its_own_base(visitor):
    visitor.watch.expected.append("404")


def expected(page):
    return page.get_by_test_id("stMetric").filter(has_text="Expected").get_by_test_id("stMetricValue").inner_text()


def test_a_slider_moves_what_is_expected_by_keyboard(visitor):
    page = visitor.open("/returns", language="en", country="AFG")
    before = expected(page)
    slider = page.get_by_role("slider", name=re.compile("Iran"))
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("stMetric").filter(has_text="Expected").get_by_test_id("stMetricValue")).not_to_have_text(before)
    expect(page).to_have_url(re.compile(re.escape("s.host_multipliers=IRN")))


def test_another_year_and_kind_are_shown_and_linked(visitor):
    page = visitor.open("/returns", language="en", country="AFG", year="2021", kind="internal")
    expect(page.get_by_text("Returns, 2021").first).to_be_visible()
    page.get_by_role("radio", name="From abroad").click()
    expect(page).to_have_url(re.compile(re.escape("kind=abroad")))
    expect(page).to_have_url(re.compile(re.escape("year=2021")))


def test_the_table_is_downloaded_with_codes_and_tags(visitor):
    page = visitor.open("/returns", language="en", country="COD")
    with page.expect_download() as waiting:
        page.get_by_role("button", name=re.compile("^Download: Returns by area")).click()
        page.get_by_role("button", name="CSV table with HXL tags").click()
    text = waiting.value.path().read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    lines = text.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("#adm1+code,#adm1+name") and any(line.startswith("CD61,Nord-Kivu,1962304") for line in lines)


def test_the_home_office_has_its_own_panel(visitor):
    page = visitor.open("/returns", language="en", country="AFG")
    expect(page.get_by_role("heading", name="Returns from the United Kingdom")).to_be_visible()
