"""Figures read the way a person says them, in both languages."""

import math
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui import format as say
from ui.language import speaking

N, B = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("language", "value", "text"),
    [
        ("fr", 788, "788 personnes"),
        ("fr", 1, "1 personne"),
        ("fr", 448465, f"448{N}465 personnes"),
        ("fr", 1_957_183, f"1,96{B}million de personnes"),
        ("fr", 3_582_665, f"3,58{B}millions de personnes"),
        ("fr", 999_999.7, f"1{B}million de personnes"),
        ("en", 1, "1 person"),
        ("en", 448465, "448,465 people"),
        ("en", 1_957_183, f"1.96{B}million people"),
        ("en", 2_500_000_000, f"2.5{B}billion people"),
        ("fr", None, "pas de donnée"),
        ("en", math.nan, "no data"),
    ],
)
def test_people_are_counted_in_words(language, value, text):
    with speaking(language):
        assert say.people(value) == text


@pytest.mark.parametrize(
    ("language", "share", "text"),
    [
        ("fr", 0.12, f"12{N}%"),
        ("en", 0.12, "12%"),
        ("fr", 0.004, f"0,4{N}%"),
        ("en", 0.004, "0.4%"),
        ("en", 0, "0%"),
        ("fr", 0.0001, f"<{B}0,1{N}%"),
        ("en", None, "no data"),
    ],
)
def test_a_share_above_nothing_never_reads_nothing(language, share, text):
    with speaking(language):
        assert say.percent(share) == text


@pytest.mark.parametrize(
    ("language", "start", "end", "text"),
    [
        ("fr", date(2025, 1, 1), date(2025, 12, 31), "2025"),
        ("fr", date(2025, 5, 1), date(2025, 5, 31), "mai 2025"),
        ("en", date(2025, 5, 1), date(2025, 5, 31), "May 2025"),
        ("en", date(2017, 1, 1), date(2018, 12, 31), "2017–2018"),
        ("fr", date(2023, 4, 1), date(2023, 6, 30), "avr. 2023 – juin 2023"),
        ("en", date(2026, 11, 23), date(2026, 11, 23), "Nov 23, 2026"),
        ("en", None, None, "no data"),
    ],
)
def test_a_period_is_said_as_short_as_it_can_be(language, start, end, text):
    with speaking(language):
        assert say.period(start, end) == text


def test_money_is_euros():
    with speaking("fr"):
        assert say.money(3400) == f"3{N}400{B}EUR"
        assert say.money(1_960_000) == f"1,96{B}million{B}EUR"


@settings(deadline=None)
@given(value=st.floats(-1e15, 1e15) | st.sampled_from([math.nan, math.inf, -math.inf]), language=st.sampled_from(["fr", "en"]))
def test_no_figure_is_ever_written_for_a_machine(value, language):
    with speaking(language):
        for write in (say.number, say.exact, say.persons, say.people, say.money, say.percent, say.short):
            text = write(value)
            assert text and "None" not in text and "nan" not in text and "inf" not in text and "e+" not in text and "e-" not in text


@settings(deadline=None)
@given(value=st.integers(-(10**9), 10**9), language=st.sampled_from(["fr", "en"]))
def test_exact_keeps_every_digit(value, language):
    with speaking(language):
        assert int("".join(c for c in say.exact(value) if c.isdigit() or c == "-")) == value
