"""Nothing leaves the machine and nothing needs more rights than the policy gives; faults are said in words, not in code."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.serving import get
from tests.browser.visit import Visitor, shot

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_first_page_opens_without_a_request_outside_or_a_violation(page: Page, language: str) -> None:
    # the fixture fails the test on any such request or violation; here it is enough that the page stands
    assert page.locator("html").get_attribute("lang") == language
    expect(page.get_by_role("heading", level=1).first).to_be_visible()


@pytest.mark.parametrize(("language", "selected"), [("fr", "Territoires de la carte"), ("en", "Areas of the map")])
def test_the_map_of_a_real_country_is_drawn_on_the_first_page(page: Page, language: str, selected: str) -> None:
    drawn = page.locator(".ancrage-map[data-state=ready]").first
    expect(drawn).to_be_visible()
    assert int(drawn.get_attribute("data-painted") or 0) > 0
    assert drawn.get_by_role("listbox").get_attribute("aria-label") == selected
    shot(page, f"situation-{language}")


def test_the_watch_notices_a_request_that_leaves_the_machine(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26)
    page.evaluate("() => fetch('https://example.org/').catch(() => null)")
    assert any("example.org" in fault for fault in map_visitor.watch.unexpected())
    map_visitor.watch.expected.append("example.org|Failed to load|Content Security Policy")


def test_the_policy_refuses_code_from_text(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26)
    refused = page.evaluate("""() => {
      const script = document.createElement('script')
      script.textContent = 'window.intruder = true'
      document.head.append(script)
      return window.intruder === undefined
    }""")
    assert refused
    map_visitor.watch.expected.append("Content Security Policy")


def test_a_page_that_fails_says_one_sentence_in_both_languages_and_no_traceback(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26)
    page.get_by_role("button", name="Fail").click()
    expect(page.get_by_text("Cette page n'a pas pu être préparée")).to_be_visible()
    expect(page.get_by_text("This page could not be prepared")).to_be_visible()
    text = page.locator("body").inner_text()
    assert "secret detail" not in text
    assert "Traceback" not in text


def test_outlines_are_kept_by_the_browser_and_pages_are_not(map_address: str, map_visitor: Visitor) -> None:
    map_visitor.open(areas=26)
    status, headers, _ = get(f"{map_address}/app/static/geo/test-26.json")
    assert status == 200
    assert "immutable" in headers["cache-control"]
    assert "access-control-allow-origin" not in headers
    status, headers, _ = get(f"{map_address}/app/static/geo/none.json")
    assert status == 404
    assert "immutable" not in headers.get("cache-control", "")
