"""Exports: no cell runs as a formula, no figure is rounded, the header is ours."""

import csv
import io
import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui import format as say
from ui.language import speaking
from ui.tables import Column, csv_bytes, safe_cell, styled


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_formulas_are_quoted(text):
    assert safe_cell(text) == f"'{text}"


@settings(deadline=None)
@given(st.text())
def test_no_text_starts_a_formula(text):
    assert not safe_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_figures_stay_figures():
    assert safe_cell(-3.25) == -3.25
    assert safe_cell(float("nan")) == "" and safe_cell(None) == "" and safe_cell(pd.NaT) == ""


def test_the_file_has_a_byte_order_mark_a_header_and_hxl_tags():
    frame = pd.DataFrame({"pcode": ["CD61"], "name": ["=Nord-Kivu"], "persons": [1957183.5], "hidden": [1]})
    columns = [
        Column("pcode", "Code P", hxl="#adm1+code", on_screen=False),
        Column("name", "Nom", hxl="#adm1+name"),
        Column("persons", "Personnes", say.persons, hxl="#inneed"),
    ]
    data = csv_bytes(frame, columns)
    assert data.startswith(b"\xef\xbb\xbf")
    assert rows_of(data) == [["Code P", "Nom", "Personnes"], ["#adm1+code", "#adm1+name", "#inneed"], ["CD61", "'=Nord-Kivu", "1957183.5"]]
    assert rows_of(csv_bytes(frame, columns, hxl=False))[1][0] == "CD61"


def test_what_is_kept_back_is_not_empty_on_the_screen():
    """Streamlit writes "no data" into every empty cell: a figure that is kept back is none of them, and no number either."""
    frame = pd.DataFrame({"name": ["a", "b", "c"], "persons": [1234.0, None, None], "persons_protected": [False, True, False]})
    with speaking("fr"):
        table = styled(frame, [Column("name", "Nom"), Column("persons", "Personnes", say.persons)])
        html = table.to_html()
    assert html.count("protégé") == 1 and html.count("pas de donnée") == 1
    assert table.data["persons"].isna().tolist() == [False, False, True]
    assert not math.isfinite(table.data["persons"][1])
    assert frame["persons"].isna().tolist() == [False, True, True]


def test_the_screen_formats_and_keeps_the_figure_for_sorting():
    frame = pd.DataFrame({"name": ["a", "b"], "persons": [1234.0, None]})
    with speaking("fr"):
        table = styled(frame, [Column("name", "Nom"), Column("persons", "Personnes", say.persons)])
        html = table.to_html()
    assert "1\u202f234" in html and "pas de donnée" in html
    assert table.data["persons"].dtype == "float64"


def test_an_empty_cell_says_the_word_of_its_column_whatever_it_would_hold():
    frame = pd.DataFrame({"score": [0.5, None], "who": ["Awa", None], "on": [pd.Timestamp("2026-11-01"), pd.NaT], "more": [None, 2.0]})
    columns = [
        Column("score", "Note", say.number, missing="non noté"),
        Column("who", "Qui", missing="–"),
        Column("on", "Date", say.date, missing="–"),
        Column("more", "Plus", say.number),
    ]
    with speaking("fr"):
        table = styled(frame, columns)
        html = table.to_html()
    assert (html.count("non noté"), html.count("–"), html.count("pas de donnée")) == (1, 2, 1)
    # Streamlit writes over what is empty: only the cell that has no word of its own may be
    assert table.data.isna().sum().to_dict() == {"score": 0, "who": 0, "on": 0, "more": 1}
    assert rows_of(csv_bytes(frame, columns))[-1] == ["", "", "", "2"]
