"""Coverage in a browser: three maps, a sector, and no 3W that is never taken for no partner."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from tests.browser.visit import act, choose_by_keyboard

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


def test_on_a_phone_the_flow_is_folded_and_no_name_covers_another(visitor):
    page = visitor.open("/coverage", language="en", country="COD", width=390)
    flow = page.locator("[class*='st-key-coverage-flow'] .js-plotly-plot").first
    expect(flow.locator(".sankey")).to_have_count(3)
    boxes = flow.evaluate("(plot) => [...plot.querySelectorAll('.node-label')].map((one) => { const b = one.getBoundingClientRect(); "
                          "return [one.textContent, b.left, b.top + b.height * 0.2, b.right, b.bottom - b.height * 0.2] })")
    assert len(boxes) > 30
    for number, (name, left, top, right, bottom) in enumerate(boxes):
        over = [other for other, *box in boxes[:number] if left < box[2] and box[0] < right and top < box[3] and box[1] < bottom]
        assert not over, (name, over)
    expect(page.get_by_text("does not say whether it is planned or reached")).to_be_visible()


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


def test_likely_duplicates_open_with_their_reason(visitor, tmp_path):
    page = visitor.open("/coverage", language="en", country="COD")
    act(page, page.get_by_text("Show the rows").click)
    line = page.locator(".ancrage-foot").filter(has=page.get_by_role("button", name="Download: Rows of the 3W that may count the same thing twice"))
    line.get_by_role("button", name=re.compile("^Download")).click()
    with page.expect_download() as waiting:
        line.locator("[data-format=csv]").click()
    rows = list(csv.reader(io.StringIO(waiting.value.path().read_bytes().decode("utf-8-sig"))))
    assert rows[1][0] == "#meta+reason" and {row[0] for row in rows[2:]} == {"Exact copy", "Same figures, another organisation"}


def test_the_matrix_is_narrowed_and_stays_so_on_other_pages_and_in_the_link(visitor):
    page = visitor.open("/coverage", language="en", country="COD", reach="local", layout="rows")
    expect(page.get_by_text("Running, Local. One row an organisation, sector and area.")).to_be_visible()
    act(page, page.get_by_role("radio", name="By area").click)
    act(page, page.locator("[data-testid=stSidebarNavLink][href*='/returns']").click)
    act(page, page.locator("[data-testid=stSidebarNavLink][href*='/coverage']").click)
    expect(page.get_by_text(re.compile("^Running, Local. A cell counts the organisations"))).to_be_visible()
    for part in ("reach=local", "layout=areas"):
        expect(page).to_have_url(re.compile(part))


def test_the_matrix_is_narrowed_and_sorted_by_keyboard_alone(visitor):
    page = visitor.open("/coverage", language="en", country="COD")
    page.locator("summary", has_text="Filters and order").focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("combobox", name=re.compile("^Sort by"))
    expect(box).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        if box.evaluate("(one) => one === document.activeElement"):
            break
    expect(box).to_be_focused()
    choose_by_keyboard(box, "Areas")
    expect(page).to_have_url(re.compile("sort=areas"))
    # the grid is a canvas; what a screen reader gets is its table
    first = page.get_by_test_id("stDataFrame").nth(1).locator("table tbody tr").first
    expect(first).to_contain_text("Programme Alimentaire Mondial")


def test_a_choice_that_leaves_nothing_says_so_and_shows_the_way_out(visitor):
    page = visitor.open("/coverage", language="en", country="COD", sector="HOU", status="planned")
    expect(page.get_by_text("No activity of the 3W fits all these choices at once.")).to_be_visible()
    act(page, page.get_by_role("button", name=re.compile("Without “Planned”")).click)
    expect(page.get_by_text("No activity of the 3W fits")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("status="))
    expect(page).to_have_url(re.compile("sector=HOU"))


def test_a_sector_the_3w_says_nothing_of_is_no_data_and_an_organisation_that_is_not_there_is_said(visitor):
    page = visitor.open("/coverage", language="en", country="COD", sector="EMP", partner="Nobody")
    expect(page.get_by_text(re.compile("this is not an absence of partners, it is an absence of data"))).to_be_visible()
    expect(page.get_by_text(re.compile("The organisation “Nobody” is not in this country's 3W"))).to_be_visible()
