"""Files of figures: what the screen draws, as numbers, with what they are said first; nothing runs as a formula, nothing withheld leaks."""

import csv
import io
import math
import re
import zipfile
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.browser.serving import ROOT
from ui import charts, charts_flow
from ui import format as say
from ui.chart_parts import Chart
from ui.colours import magnitude_scale, two_way_scale
from ui.columns import Column, cells
from ui.export_files import csv_bytes, xlsx_bytes
from ui.language import speaking
from ui.map_table import map_table
from ui.tables import styled

STATEMENT = [("Pays", "RDC"), ("Sources", "HCR, 2025\nOCHA, 2025"), ("Établi le", "23 nov. 2026")]
COLUMNS = [
    Column("name", "Nom", hxl="#adm1+name"),
    Column("persons", "Personnes", say.persons, hxl="#affected"),
    Column("share", "Part", say.percent, hxl="#affected+pct"),
    Column("day", "Jour", say.date, hxl="#date"),
]
FRAME = pd.DataFrame(
    {
        "name": ["=1+1", "Ituri", "@SUM(A1)"],
        "persons": [1957183.5, 12.0, math.nan],
        "share": [0.123, 0.0, math.nan],
        "day": [pd.Timestamp("2025-05-31"), pd.NaT, pd.NaT],
        "protected": [False, False, True],
    }
)


@pytest.fixture(autouse=True)
def french():
    with speaking("fr"):
        yield


def sheets(data: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_a_workbook_says_first_what_it_is_and_then_gives_numbers_as_numbers():
    found = sheets(xlsx_bytes(FRAME, COLUMNS, title="Retours", statement=STATEMENT))
    about, data = found["À propos"], found["Données"]
    assert about[0][0] == "Retours"
    assert [tuple(row[:2]) for row in about[2:]] == STATEMENT
    assert data[0] == ["Nom", "Personnes", "Part", "Jour"] and data[1] == ["#adm1+name", "#affected", "#affected+pct", "#date"]
    assert data[2] == ["'=1+1", 1957183.5, 0.123, date(2025, 5, 31)]
    assert data[3][:3] == ["Ituri", 12.0, 0.0]


def test_a_workbook_has_no_formula_and_no_link_whatever_the_text():
    texts = ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", " =1", "=HYPERLINK(\"http://x\")", "http://x.example"]
    frame = pd.DataFrame({"text": texts})
    data = xlsx_bytes(frame, [Column("text", "=cmd", hxl="#x")], title="=1+1", statement=[("=a", "=b")])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if re.search(rb"<f[ >]|<hyperlink", archive.read(name))]
    written = [str(cell) for rows in sheets(data).values() for row in rows for cell in row if cell != ""]
    assert not [cell for cell in written if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_withheld_figures_are_a_word_in_every_file_and_on_the_screen():
    assert rows_of(csv_bytes(FRAME, COLUMNS))[4] == ["'@SUM(A1)", "protégé", "protégé", ""]
    assert sheets(xlsx_bytes(FRAME, COLUMNS, title="T", statement=[]))["Données"][4][:3] == ["'@SUM(A1)", "protégé", "protégé"]
    html = styled(FRAME, COLUMNS).to_html()
    assert html.count("protégé") == 2 and html.count("pas de donnée") == 2


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.none(), st.floats(allow_infinity=False), st.text(max_size=12)), min_size=1, max_size=6), st.data())
def test_no_withheld_cell_is_ever_zero_or_empty_and_no_other_cell_is_the_word(values, data):
    figures = [value if isinstance(value, float) else math.nan for value in values]
    marks = data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values)))
    written = cells(pd.DataFrame({"n": figures, "n_protected": marks}), [Column("n", "N")])
    for [cell], figure, mark in zip(written, figures, marks, strict=True):
        assert (cell == "protégé") == (mark and math.isnan(figure))


def test_charts_export_what_they_draw():
    years = pd.DataFrame({"year": [2024, 2025], "n": [5.0, 7.0], "low": [math.nan, 6.0], "high": [math.nan, 9.0]})
    trend = charts.trend(years, [charts.Line("n", "Retours", low="low", high="high", hxl="#affected")], x="year", y_title="personnes", title="Par an")
    assert trend.title == "Par an"
    assert drawn(trend)[0] == ["Année", "Retours", "Retours, bas de l'intervalle", "Retours, haut de l'intervalle"]
    assert drawn(trend)[1:] == [["2024", "5", "", ""], ["2025", "7", "6", "9"]]
    assert list(trend.figure.data[-1].y) == [5.0, 7.0]
    bars = charts.bars(pd.DataFrame({"name": ["A", "B"], "n": [3.0, 1.0]}), label="name", value="n", title="T")
    assert drawn(bars)[1:] == [["A", "3"], ["B", "1"]] and list(bars.figure.data[0].x) == [1.0, 3.0]
    heat = charts_flow.heat(pd.DataFrame({"x": [1.0, None]}, index=["a", "b"]), title="T", format=say.number, empty="–")
    assert drawn(heat)[1:] == [["a", "1"], ["b", ""]]
    flows = pd.DataFrame({"d": ["D", "E"], "p": ["P", "P"], "n": [2, 3]})
    sankey = charts_flow.sankey(flows, stages=[("d", "Bailleur"), ("p", "Partenaire")], value="n", title="T", value_title="Activités")
    assert drawn(sankey) == [["Bailleur", "Partenaire", "Activités"], ["D", "P", "2"], ["E", "P", "3"]]


def drawn(chart: Chart) -> list[list[str]]:
    frame, columns = chart.rows
    return rows_of(csv_bytes(frame, columns, hxl=False))


def test_a_chart_that_names_no_rows_gives_its_points():
    figure = charts.bars(pd.DataFrame({"name": ["A"], "n": [3.0]}), label="name", value="n", title="T").figure
    assert drawn(Chart(figure, "alt"))[1:] == [["", "3", "A"]]


def test_withheld_parts_stand_as_one_part_of_the_total_and_never_as_zero():
    frame = pd.DataFrame({"kind": ["a", "a", "a", "b"], "part": ["f", "m", "u", "f"], "n": [60.0, None, None, None]})
    parts = [("f", "Femmes", charts.PURPLE), ("m", "Hommes", charts.BLUE), ("u", "Inconnu", charts.UNKNOWN)]
    chart = charts.composition(frame, group="kind", part="part", value="n", parts=parts, title="Qui", totals={"a": 100.0, "b": math.nan})
    assert {bar.name: list(bar.x)[-1] for bar in chart.figure.data} == {"Femmes": 0.6, "protégé": 0.4}
    assert drawn(chart)[1:] == [["a", "Femmes", "60", "0.6"], ["a", "protégé", "40", "0.4"], ["b", "protégé", "protégé", "protégé"]]
    assert "b : protégé" in chart.alt


def test_a_withheld_bar_has_a_word_and_no_length():
    chart = charts.bars(pd.DataFrame({"name": ["A", "B"], "n": [3.0, None], "protected": [False, True]}), label="name", value="n", title="T")
    assert list(chart.figure.data[0].text) == ["protégé", "3"] and "B protégé" in chart.alt
    assert math.isnan(list(chart.figure.data[0].x)[0])
    # the bar is not drawn, and its text with it: the word stands by itself in the row of the name
    word = chart.figure.data[1]
    assert (word.mode, list(word.y), list(word.text)) == ("text", ["B"], ["protégé"])
    assert len(charts.bars(pd.DataFrame({"name": ["A"], "n": [3.0], "protected": [False]}), label="name", value="n", title="T").figure.data) == 1


def test_a_withheld_year_is_marked_in_the_key_and_in_words():
    years = pd.DataFrame({"year": [2023, 2024, 2025], "n": [5.0, None, 7.0], "n_protected": [False, True, False], "m": [1.0, 2.0, None]})
    chart = charts.trend(years, [charts.Line("n", "Retours"), charts.Line("m", "Autres")], x="year", y_title="personnes")
    mark = chart.figure.data[-1]
    assert (mark.name, list(mark.x), list(mark.customdata)) == ("protégé", [2024], ["2024 : protégé (Retours)"])
    assert "Retours, protégé\u202f: 2024." in chart.alt


def test_a_map_exports_its_figures_classes_and_reasons_and_no_withheld_text():
    rows = pd.DataFrame(
        {
            "name": ["A", "B", "C", "D"],
            "value": [10.0, 900.0, None, 3.0],
            "text": ["dix", "neuf cents", "", "trois personnes"],
            "protected": [False, False, False, True],
        },
        index=["P1", "P2", "P3", "P4"],
    )
    scale = magnitude_scale(rows["value"].head(2), title="Retours", unit="personnes", method="fixed", breaks=(100,), format=say.number)
    frame, columns = map_table(rows, scale, 1)
    written = rows_of(csv_bytes(frame, columns))
    assert written[:2] == [
        ["Code P", "Territoire", "Retours (personnes)", "Classe", "Ce que dit la carte"],
        ["#adm1+code", "#adm1+name", "#indicator+value+num", "#indicator+class", "#description"],
    ]
    assert written[2][:4] == ["P1", "A", "10", scale.classes[0].label] and written[3][2] == "900"
    assert written[4][2] == "" and written[5][2] == "protégé"
    assert "trois" not in ",".join(written[5])


def test_a_map_of_two_figures_exports_both():
    rows = pd.DataFrame({"name": ["A"], "value": [80.0], "value_y": [0.1], "text": ["x"]}, index=["P1"])
    scale = two_way_scale("Besoin", "Couverture", x_breaks=(33, 67), y_breaks=(0.3, 0.6), x_classes=("f", "m", "F"), y_classes=("f", "m", "F"))
    frame, columns = map_table(rows, scale, 2)
    assert rows_of(csv_bytes(frame, columns))[0][2:4] == ["Besoin", "Couverture"] and frame.loc[0, "value_y"] == 0.1


DRAWERS = {
    "plotly_chart": {"ui/chart_parts.py"},
    "dataframe": {"ui/tables.py"},
    "table": set(), "map": set(), "pyplot": set(), "altair_chart": set(), "line_chart": set(), "bar_chart": set(), "area_chart": set(),
}
"""Where each drawing function of Streamlit may be called: next to the line that exports what it draws."""


def test_nothing_is_drawn_without_the_line_that_exports_it():
    sources = [path for room in ("pages", "ui") for path in (ROOT / room).rglob("*.py")]
    for name, allowed in DRAWERS.items():
        found = {str(path.relative_to(ROOT)) for path in sources if re.search(rf"\bst\.{name}\(", path.read_text(encoding="utf-8"))}
        assert found <= allowed, name
    mounted = {str(path.relative_to(ROOT)) for path in sources if "map_component.mount(" in path.read_text(encoding="utf-8")}
    assert mounted == {"ui/map.py"}
