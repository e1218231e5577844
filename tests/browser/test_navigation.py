"""Moving between pages keeps what was chosen; a copied link reopens it; country, level and language stay in one place."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PAGES = {"returns": "Combien de personnes reviennent", "communities": "De quoi les communautés", "coverage": "Qui couvre quels besoins"}


@pytest.fixture(autouse=True)
def streamlit_looks_for_its_own_base(visitor):
    # a page opened by its path first asks /page/_stcore/... and finds the server at the root after that
    visitor.watch.expected.append("404")


@pytest.mark.parametrize("name", PAGES)
def test_a_link_opens_its_page_country_and_language(visitor, name):
    page = visitor.open(f"/{name}", language="en", country="AFG")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_contain_text("?")
    expect(page.get_by_text("Afghanistan").first).to_be_visible()


def test_choices_stay_when_moving_between_pages(visitor):
    page = visitor.open("/returns", country="CAF", areas="CF421")
    for name in ("communities", "coverage", "returns"):
        page.get_by_role("link", name={"communities": "Communautés", "coverage": "Couverture", "returns": "Retours"}[name]).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(PAGES[name])
        expect(page).to_have_url(re.compile(rf"{name}\?.*country=CAF&areas=CF421|{name}\?.*areas=CF421.*"))
        expect(page.get_by_role("combobox", name=re.compile("Territoire"))).to_have_value("Kaga-Bandoro")


def test_the_language_changes_everything_and_stays_in_the_link(visitor):
    page = visitor.open("/returns", country="COD")
    page.get_by_role("radio", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("How many people return")
    expect(page).to_have_url(re.compile("lang=en"))
    page.get_by_role("link", name="Coverage").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Who covers which needs")


def test_the_back_button_returns_to_what_was_seen(visitor):
    page = visitor.open("/returns", country="COD")
    page.get_by_role("radio", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("How many")
    # an address replaced less than three seconds ago counts as late, not as the Back button
    page.wait_for_function("() => new Promise((done) => setTimeout(() => done(true), 3200))")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Combien")


def test_a_wrong_link_is_said_in_sentences_and_the_rest_kept(visitor):
    page = visitor.open("/returns", country="XXX", areas="CD61", **{"s.target": "9", "s.budgte": "1", "s.horizon_months": "24"})
    warning = page.get_by_role("alert").first
    expect(warning).to_contain_text("« XXX »".replace(" ", "\u202f"))
    expect(warning).to_contain_text("s.target = 9")
    expect(warning).to_contain_text("s.budgte")
    expect(page.get_by_text("2026–2027").first).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_a_changed_assumption_is_counted_on_every_page_and_can_be_taken_back_by_keyboard(visitor):
    page = visitor.open("/coverage", country="COD", **{"s.horizon_months": "24"})
    in_use = page.get_by_test_id("stSidebar").locator("summary")
    expect(in_use).to_contain_text("1 hypothèse changée")
    page.get_by_role("radio", name="Français").focus()
    page.keyboard.press("Tab")
    expect(in_use).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Durée de la période")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Revenir aux hypothèses de base")).to_be_focused()
    page.keyboard.press("Enter")
    expect(in_use).to_contain_text("hypothèses de base")
    expect(page).not_to_have_url(re.compile("s.horizon_months"))


def test_the_keyboard_reaches_country_and_page(visitor):
    page = visitor.open("/returns", country="COD")
    country = page.get_by_role("combobox", name=re.compile("Pays"))
    country.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("country=(CAF|AFG)"))
    link = page.get_by_role("link", name="Communautés")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(PAGES["communities"])


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1920, "light")])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_the_screen(visitor, name, width, theme):
    page = visitor.open(f"/{name}", width=width, theme=theme, country="COD")
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("language", "words"), [("fr", ["Choisir", "Au plus 20 Mo par fichier"]), ("en", ["Choose", "At most 20 MB a file"])])
def test_a_file_field_speaks_the_language_of_the_page(visitor, language, words):
    page = visitor.open("/data", language=language, country="COD")
    said = page.locator("[data-testid=stFileUploaderDropzone] :is(button p, [data-testid=stFileUploaderDropzoneInstructions] span)").evaluate_all(
        "(all) => all.map((one) => [getComputedStyle(one).fontSize, JSON.parse(getComputedStyle(one, '::after').content)])")
    assert [size for size, _ in said] == ["0px", "0px"]
    assert [re.sub(r"\s", " ", one) for _, one in said] == words
