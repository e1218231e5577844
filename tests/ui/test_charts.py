"""Charts say in words what they draw, keep the unknown visible, and write figures in the language spoken."""

import math

import pandas as pd
import pytest

from ui import charts, charts_flow
from ui.language import speaking


@pytest.fixture(params=["fr", "en"])
def language(request):
    with speaking(request.param):
        yield request.param


def test_a_trend_leaves_gaps_and_names_its_peak(language):
    frame = pd.DataFrame({"year": [2020, 2021, 2022], "persons": [10.0, None, 3_582_665.0], "low": [math.nan] * 3, "high": [math.nan] * 3})
    chart = charts.trend(frame, [charts.Line("persons", "Nord", low="low", high="high")], x="year", y_title="p")
    line = chart.figure.data[-1]
    assert line.connectgaps is False and math.isnan(list(line.y)[1])
    assert ("3,58" if language == "fr" else "3.58") in chart.alt and "2022" in chart.alt
    assert not any("e+" in text for text in chart.figure.layout.yaxis.ticktext)


def test_the_unknown_is_drawn_and_said(language):
    frame = pd.DataFrame({"kind": ["a", "a"], "part": ["f", "unknown"], "n": [1.0, 99.0]})
    parts = [("f", "Femmes", charts.PURPLE), ("m", "Hommes", charts.BLUE), ("unknown", "Inconnu", charts.UNKNOWN)]
    chart = charts.composition(frame, group="kind", part="part", value="n", parts=parts, title="Qui")
    drawn = {bar.name: list(bar.x) for bar in chart.figure.data}
    assert drawn == {"Femmes": [0.01], "Inconnu": [0.99]}
    assert "Inconnu 99" in chart.alt and "Hommes" not in chart.alt


def test_an_empty_cell_is_not_zero(language):
    table = pd.DataFrame({"x": [1.0, None], "y": [0.0, 4.0]}, index=["a", "b"])
    chart = charts_flow.heat(table, title="T", format=lambda v: f"{v:.0f}", empty="–")
    assert [list(row) for row in chart.figure.data[0].text] == [["1", "0"], ["–", "4"]]
    assert "b" in chart.alt and "4" in chart.alt


def test_flows_are_summed_by_stage(language):
    rows = pd.DataFrame({"donor": ["D", "D", "E"], "partner": ["P", "P", "P"], "sector": ["S", "T", "S"], "n": [1, 2, 4]})
    chart = charts_flow.sankey(rows, stages=[("donor", "D"), ("partner", "P"), ("sector", "S")], value="n", title="F")
    assert sorted(chart.figure.data[0].link.value) == [2, 3, 4, 5]
    assert "E 4" in chart.alt


def test_a_flow_folded_for_a_phone_carries_the_same_figures_pair_by_pair(language):
    rows = pd.DataFrame({"donor": ["D", "D", "E"], "partner": ["P", "P", "P"], "sector": ["S", "T", "S"], "n": [1, 2, 4]})
    stages = [("donor", "D"), ("partner", "P"), ("sector", "S")]
    wide, folded = (charts_flow.sankey(rows, stages=stages, value="n", title="F", folded=fold) for fold in (False, True))
    assert [sorted(part.link.value) for part in folded.figure.data] == [[3, 4], [2, 5]]
    assert (folded.alt, folded.rows[0].equals(wide.rows[0])) == (wide.alt, True)
    above, below = (part.domain.y for part in folded.figure.data)
    assert above[0] >= below[1]


def test_quantities_side_by_side_have_an_axis_of_quantities(language):
    frame = pd.DataFrame({"name": ["A"], "targeted": [9000.0], "reached": [4500.0]})
    chart = charts.paired_bars(frame, label="name", values=[("targeted", "T", charts.SKY), ("reached", "R", charts.BLUE)], title="T", shares=False)
    assert chart.figure.layout.xaxis.range[1] >= 9000


def test_bars_carry_their_figures(language):
    chart = charts.bars(pd.DataFrame({"name": ["A", "B"], "n": [2_000_000.0, 5.0]}), label="name", value="n", title="T")
    assert "2" in chart.figure.data[0].text[1] and "million" in chart.figure.data[0].text[1]
    assert chart.figure.layout.separators == (",\u202f" if language == "fr" else ".,")
