"""Coverage in a browser: three maps, a sector, and no 3W that is never taken for no partner."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def streamlit_looks_for_its_own_base(visitor):
    visitor.watch.expected.append("404")


def test_the_three_maps_and_the_sector_are_in_the_link(visitor):
    page = visitor.open("/coverage", language="en", country="COD")
    for name, view in (("Partners", "partners"), ("Gaps", "absent")):
        page.get_by_role("radio", name=name).click()
        expect(page).to_have_url(re.compile(f"view={view}"))
    box = page.get_by_role("combobox", name=re.compile("^Sector"))
    box.click()
    page.get_by_role("option", name="Health", exact=True).click()
    expect(page).to_have_url(re.compile(re.escape("sector=HEA")))


@pytest.mark.parametrize("country", ["CAF", "AFG"])
def test_without_a_3w_the_page_says_no_data_and_what_to_import(visitor, country):
    page = visitor.open("/coverage", language="en", country=country)
    expect(page.get_by_text("no data on partners")).to_be_visible()
    expect(page.get_by_text("Import a 3W")).to_be_visible()
    expect(page.get_by_text("none reported")).to_have_count(0)
    expect(page.get_by_test_id("stMetric")).to_have_count(0)


def test_an_area_says_which_sectors_have_no_partner(visitor):
    page = visitor.open("/coverage", language="en", country="COD", areas="CD10")
    expect(page.get_by_text(re.compile("Without a reported partner: ")).first).to_be_visible()


def test_likely_duplicates_open_with_their_reason(visitor):
    page = visitor.open("/coverage", language="en", country="COD")
    page.get_by_text("Show the rows").click()
    expect(page.get_by_test_id("stDataFrame")).to_have_count(3)
