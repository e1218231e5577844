"""The map as people meet it: seen, pointed at, clicked, walked through by keyboard, saved."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.visit import Visitor, act, shot

pytestmark = pytest.mark.browser

TWO = re.compile(r"^Selected: XX\d+, XX\d+$")
# the colour of the canvas at the middle of an area, found by asking which pixels there are at all
COLOURS = """(map) => {
  const canvas = map.querySelector('.base')
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  const seen = {}
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] !== 255) continue
    const hex = '#' + [data[i], data[i + 1], data[i + 2]].map((part) => part.toString(16).padStart(2, '0')).join('').toUpperCase()
    seen[hex] = (seen[hex] ?? 0) + 1
  }
  return seen
}"""


def the_map(page: Page) -> Locator:
    return page.locator(".ancrage-map")


def surface(page: Page) -> Locator:
    return the_map(page).get_by_role("listbox")


def painted(page: Page) -> dict[str, int]:
    """Pixels of the picture by colour."""
    counted: dict[str, int] = the_map(page).evaluate(COLOURS)
    return counted


def point_inside(page: Page) -> tuple[float, float]:
    """A point of the page over the middle of the country."""
    box = surface(page).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_each_stance_has_its_colour_and_missing_areas_are_hatched_in_none_of_them(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26, scale="stance")
    seen = painted(page)
    for colour in ("#D55E00", "#E69F00", "#0072B2", "#8C8C8C"):
        assert seen.get(colour, 0) > 400, colour
    # the ground of a missing area is the theme's second background, under the lines of the hatching
    assert seen.get("#F2F5F7", 0) > 400
    shot(page, "map-stance-light-1280")


def test_the_key_counts_every_area_once(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26, scale="stance")
    counts = the_map(page).locator(".legend-count").all_inner_texts()
    assert sum(int(count.strip("()")) for count in counts) == 26
    assert the_map(page).get_by_text("Pas de donnée").is_visible()


def test_a_click_selects_and_tells_the_page_and_a_second_click_lets_go(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26, scale="stance")
    x, y = point_inside(page)
    act(page, lambda: page.mouse.click(x, y))
    expect(page.get_by_text("Selected: XX")).to_be_visible()
    act(page, lambda: page.mouse.click(x, y))
    expect(page.get_by_text("Selected: None")).to_be_visible()


def test_the_keyboard_walks_the_areas_in_alphabetical_order_and_enter_selects(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26, scale="stance")
    box = surface(page)
    page.keyboard.press("Tab")
    while not box.evaluate("(node) => node.getRootNode().activeElement === node"):
        page.keyboard.press("Tab")
    option = the_map(page).get_by_role("option")
    expect(option).to_contain_text("Haut-Kasai 1")
    page.keyboard.press("ArrowDown")
    expect(option).to_contain_text("Haut-Kasai 11")
    assert option.get_attribute("aria-posinset") == "2"
    assert option.get_attribute("aria-setsize") == "26"
    page.keyboard.type("it")
    expect(option).to_contain_text("Ituri 0")
    act(page, lambda: page.keyboard.press("Enter"))
    expect(page.get_by_text("Selected: XX00000")).to_be_visible()
    shot(page, "map-keyboard")
    act(page, lambda: page.keyboard.press("Escape"))
    expect(page.get_by_text("Selected: None")).to_be_visible()


def test_focus_is_seen(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26, scale="stance")
    before = surface(page).evaluate("(node) => getComputedStyle(node).boxShadow")
    surface(page).focus()
    page.keyboard.press("ArrowDown")
    assert surface(page).evaluate("(node) => getComputedStyle(node).boxShadow") != before


def test_the_pointer_shows_name_value_and_quality(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26, scale="stance")
    page.mouse.move(*point_inside(page))
    tip = the_map(page).locator(".tip")
    expect(tip).to_be_visible()
    expect(tip.locator("strong")).to_have_text("Ituri 6")
    expect(tip).to_contain_text("2025")
    expect(tip).to_contain_text("observed")


def test_a_recolour_repaints_without_sending_geometry(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=200, scale="magnitude")
    outlines: list[str] = []
    received: list[int] = []
    page.on("request", lambda request: outlines.append(request.url) if "/geo/" in request.url else None)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.webSocketFrameReceived", lambda event: received.append(len(event["response"]["payloadData"]) * 3 // 4))
    before = painted(page)
    act(page, page.get_by_role("button", name="Recolour").click)
    expect(the_map(page).locator("figcaption")).to_contain_text("tirage 2")
    assert painted(page) != before
    assert outlines == []
    assert 0 < sum(received) < 30_000  # the outline of these 200 areas is 140 kB


def test_zoom_pan_and_back_to_the_whole_country(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26, scale="magnitude", reduced_motion=True)
    whole = painted(page)
    zoom_in = the_map(page).get_by_role("button", name="Agrandir la carte")
    for _ in range(3):
        _repainted(page, zoom_in.click)
    assert sum(painted(page).values()) > 1.5 * sum(whole.values())
    x, y = point_inside(page)
    page.mouse.move(x, y)
    page.mouse.down()
    _repainted(page, lambda: page.mouse.move(x + 120, y + 40, steps=4))
    page.mouse.up()
    expect(page.get_by_text("Selected: None")).to_be_visible()  # a drag is not a click
    _repainted(page, the_map(page).get_by_role("button", name="Voir tout le pays").click)
    assert painted(page) == whole


def test_the_wheel_scrolls_the_page_until_the_map_is_clicked(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26, scale="magnitude", reduced_motion=True)
    number = the_map(page).get_attribute("data-painted")
    page.mouse.move(*point_inside(page))
    page.mouse.wheel(0, -300)
    expect(the_map(page).locator(".hint")).to_be_visible()
    assert the_map(page).get_attribute("data-painted") == number
    surface(page).focus()
    _repainted(page, lambda: page.mouse.wheel(0, -300))


def _repainted(page: Page, what: object) -> None:
    """Do something and wait for the picture after it."""
    assert callable(what)
    number = int(the_map(page).get_attribute("data-painted") or 0)
    what()
    page.wait_for_function(
        "(number) => Number(document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot"
        ".querySelector('.ancrage-map').dataset.painted) > number", arg=number)


def test_the_takeaway_is_there_for_those_who_do_not_see_the_map(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26, scale="stance")
    caption = the_map(page).locator("figcaption")
    assert caption.inner_text() == "Carte d'essai : tirage 1, 26 zones."
    assert caption.get_attribute("aria-live") == "polite"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scale", ["stance", "two_way"])
def test_map_and_key_fit_the_screen_in_both_themes(map_visitor: Visitor, theme: str, width: int, scale: str) -> None:
    page = map_visitor.open(areas=26, scale=scale, theme=theme, width=width)
    shot(page, f"map-{scale}-{theme}-{width}")
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    for part in (".stage", ".legend"):
        box = the_map(page).locator(part).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    ground = "#F2F5F7" if theme == "light" else "#1B272F"
    assert painted(page).get(ground, 0) > 100


@pytest.mark.parametrize(("language", "no_data"), [("fr", "Pas de donnée"), ("en", "No data")])
def test_the_map_speaks_the_language_of_the_page(map_visitor: Visitor, language: str, no_data: str) -> None:
    page = map_visitor.open(areas=26, scale="stance", language=language)
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("html").get_attribute("dir") == "ltr"
    assert the_map(page).get_by_text(no_data).is_visible()


def test_circles_arcs_and_parent_borders_are_drawn_over_the_areas(map_visitor: Visitor) -> None:
    bare = painted(map_visitor.open(areas=60, scale="magnitude"))
    page = map_visitor.open(areas=60, scale="magnitude", overlays=1)
    ink = "#0B161F"
    assert painted(page).get(ink, 0) > bare.get(ink, 0) + 2000
    assert the_map(page).get_by_text("Déplacés").is_visible()
    shot(page, "map-overlays")


def test_an_outline_that_cannot_be_loaded_is_said_in_a_sentence(map_visitor: Visitor) -> None:
    map_visitor.watch.expected.append("404")
    page = map_visitor.open(areas=26, scale="stance", missing=1)
    expect(the_map(page).get_by_text("Le contour du pays n'a pas pu être chargé")).to_be_visible()
    shot(page, "map-failed")


def positions(page: Page) -> dict[str, tuple[float, float]]:
    """Where on the page each area named in the picture can be clicked, found by pointing at a grid."""
    box = surface(page).bounding_box()
    assert box is not None
    found: dict[str, tuple[float, float]] = {}
    for row in range(3, 8):
        for column in range(3, 8):
            at = (box["x"] + box["width"] * column / 10, box["y"] + box["height"] * row / 10)
            page.mouse.move(*at)
            tip = the_map(page).first.locator(".tip")
            if tip.is_visible():
                found.setdefault(tip.locator("strong").inner_text(), at)
            if len(found) == 3:
                return found
    raise AssertionError(f"only {list(found)} under the pointer")


def test_ctrl_and_click_takes_several_areas_and_the_button_lets_all_go(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26, scale="stance")
    (first, at), (second, beside), (third, far) = positions(page).items()
    page.mouse.click(*at)
    page.keyboard.down("Control")
    for one in (beside, far, beside):
        page.mouse.click(*one)
    page.keyboard.up("Control")
    # three clicks faster than the page answers: the last word counts
    expect(the_map(page).locator(".chosen-names")).to_have_text(f"{first}, {third}")
    expect(page.get_by_text(TWO)).to_be_visible()
    assert second not in the_map(page).locator(".chosen-names").inner_text()
    shot(page, "map-several")
    the_map(page).get_by_role("button", name="Effacer le choix").click()
    expect(page.get_by_text("Selected: None")).to_be_visible()


def test_fingers_take_several_areas_with_a_button(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26, scale="stance")
    several = the_map(page).get_by_role("button", name="Choisir plusieurs")
    several.click()
    assert several.get_attribute("aria-pressed") == "true"
    for at in list(positions(page).values())[:2]:
        page.mouse.click(*at)
    expect(page.get_by_text(TWO)).to_be_visible()


def test_the_keyboard_adds_to_the_selection(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26, scale="stance")
    surface(page).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(TWO)).to_be_visible()
    assert surface(page).get_attribute("aria-multiselectable") == "true"
    expect(the_map(page).get_by_role("option").first).to_have_attribute("aria-selected", "true")


def search_box(page: Page) -> Locator:
    return the_map(page).first.get_by_role("combobox")


@pytest.mark.parametrize(("typed", "found"), [
    ("haut kasia 25", "Haut-Kasai 25"), ("HAUT-KASAÏ 7", "Haut-Kasai 7"), ("bukvau", "Haut-Kasai 3"), ("XX00004", "Ituri 4"), ("itrui 8", "Ituri 8")])
def test_a_place_is_found_with_a_slip_without_accents_by_alias_and_by_code(map_visitor: Visitor, typed: str, found: str) -> None:
    page = map_visitor.open(areas=26, scale="stance", reduced_motion=True)
    search_box(page).click()
    search_box(page).press_sequentially(typed)
    expect(the_map(page).locator(".place").first).to_contain_text(found)
    page.keyboard.press("Enter")
    expect(the_map(page).locator(".chosen-names")).to_have_text(found)
    expect(page.get_by_text(re.compile(r"^Selected: XX\d+$"))).to_be_visible()


def test_a_place_nobody_knows_is_said_and_nothing_changes(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26, scale="stance")
    search_box(page).click()
    search_box(page).press_sequentially("zzzzqq")
    expect(the_map(page).get_by_text("Aucun lieu ne ressemble à")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Selected: None")).to_be_visible()


def test_a_place_of_another_level_takes_the_map_there(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26, scale="stance", language="en")
    search_box(page).click()
    search_box(page).press_sequentially("large isl")
    expect(the_map(page).locator(".place").first).to_contain_text("Large Island")
    the_map(page).locator(".place").first.click()
    expect(page.get_by_text("Level: 1")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^Selected: XX$"))).to_be_visible()


def test_the_level_is_switched_on_the_map(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26, scale="stance")
    now = the_map(page).get_by_role("button", name="Niveau 2")
    assert now.get_attribute("aria-pressed") == "true"
    the_map(page).get_by_role("button", name="Niveau 1").click()
    expect(page.get_by_text("Level: 1")).to_be_visible()
    expect(now).to_have_attribute("aria-pressed", "false")


def test_no_data_protected_and_none_have_their_own_pattern_entry_and_words(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=25, scale="magnitude", protected=1)
    labels = the_map(page).locator(".legend-class:has(.absent)").all_inner_texts()
    assert [label.split("\n")[0] for label in labels] == ["Pas de donnée", "Protégé", "Aucun retour attendu"]
    counts = the_map(page).locator(".legend-count").all_inner_texts()
    assert sum(int(count.strip("()")) for count in counts) == 25
    patterns = the_map(page).locator(".absent canvas").evaluate_all("(drawn) => drawn.map((one) => one.toDataURL())")
    assert len(set(patterns)) == 3
    surface(page).focus()
    option = the_map(page).get_by_role("option").first
    page.keyboard.type("haut-kasai 1")
    expect(option).to_contain_text("Chiffre protégé")
    assert "observed" not in option.inner_text()
    shot(page, "map-absences")


def test_two_maps_of_a_group_move_point_and_choose_together(map_visitor: Visitor) -> None:
    page = map_visitor.open(areas=26, scale="magnitude", twice=1, reduced_motion=True, height=1500)
    first, second = the_map(page).nth(0), the_map(page).nth(1)
    first.get_by_role("button", name="Agrandir la carte").click()
    expect(second).to_have_attribute("data-zoom", "1.60")
    second.get_by_role("button", name="Voir tout le pays").click()
    expect(first).to_have_attribute("data-zoom", "1.00")
    box = first.get_by_role("listbox").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(second.locator(".tip strong")).to_have_text(first.locator(".tip strong").inner_text())
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_text(re.compile(r"^Selected: XX\d+$"))).to_be_visible()
    expect(second.locator(".chosen-names")).to_have_text(first.locator(".chosen-names").inner_text())
    shot(page, "map-twice")
