"""Both languages are complete, and a text that is missing is noticed in tests and never shown as a key."""

import re

import pytest

from analytics.scenario_inputs import INPUTS
from ui import language, language_check
from ui.language import speaking, t, tn


def test_the_catalogues_are_complete():
    assert list(language_check.problems()) == []


def test_french_comes_first():
    assert language.languages()[0] == "fr"


@pytest.mark.parametrize("code", language.languages())
def test_every_input_of_the_scenario_has_its_words(code):
    with speaking(code):
        for row in INPUTS:
            assert t(f"input.{row.key}.label") and t(f"input.{row.key}.help")
            for choice in row.choices:
                assert t(f"input.{row.key}.choice.{choice}")
            if row.unit not in ("", "share", "multiplier", "weight", "date"):
                assert t(f"unit.{row.unit}")


def test_plurals_follow_the_language():
    with speaking("fr"):
        assert tn("ui.people", 0, persons="0") == "0 personne"
    with speaking("en"):
        assert tn("ui.people", 0, persons="0") == "0 people"


def test_a_missing_text_raises_in_tests(monkeypatch):
    with pytest.raises(language.MissingText, match="nobody.wrote.this"):
        t("nobody.wrote.this")
    monkeypatch.delenv("ANCRAGE_STRICT_TEXTS")
    assert t("nobody.wrote.this") == ""


def test_the_check_sees_a_lost_placeholder():
    assert language_check.placeholders("{a} and {b}") == {"a", "b"}
    assert language_check.placeholders(("{n} x", "{n} {y}")) == {"y"}


@pytest.mark.parametrize("code", language.languages())
def test_no_line_begins_with_a_mark(code):
    """« Pour 36 mois : 12 appuis ; ... » breaks between words alone, however the catalogue was typed."""
    for key, text in language.catalogue(code).texts.items():
        for one in [text] if isinstance(text, str) else text:
            assert not re.search(r"\S [;:!?»](?:\s|$)|« ", one), key
