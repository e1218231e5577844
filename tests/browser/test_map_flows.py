"""Returns in relief in a browser: drawn by WebGL under the strict policy, from files of ours only, and readable without seeing it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.serving import PATIENCE
from tests.browser.visit import act

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def streamlit_looks_for_its_own_base(visitor):
    visitor.watch.expected.append("404")


def test_arcs_columns_and_points_are_drawn_without_a_request_outside_and_said_in_words_and_rows(visitor):
    page = visitor.open("/returns", language="en", country="COD", kind="abroad", width=900, height=700)
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    # the watch of the visitor fails the test on any request that leaves the machine and on any violation of the policy
    page.get_by_role("tab", name="In relief").click()
    chart = page.get_by_test_id("stDeckGlJsonChart")
    expect(chart.locator("canvas").first).to_be_visible(timeout=PATIENCE)
    page.wait_for_function(
        "() => performance.getEntriesByType('resource').some((one) => one.name.includes('/app/static/blank.json'))", timeout=PATIENCE)
    assert any("/app/static/geo/COD-1-" in url for url in fetched)
    expect(page.get_by_text(re.compile(r"\d+ host countries in 2025; first Angola")).first).to_be_visible()
    expect(page.get_by_text("point: a health facility, where it stands")).to_be_visible()
    act(page, page.get_by_text("The same rows, as a table").click)
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
