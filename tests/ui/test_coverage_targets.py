"""Planned against reached: like is compared with like, and what cannot be compared is counted, not guessed."""

import math

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from ui.views.coverage_targets import compared

figures = st.one_of(st.just(math.nan), st.integers(0, 10_000).map(float))


def test_an_activity_that_says_one_of_the_two_is_counted_and_not_summed() -> None:
    rows = pd.DataFrame({"pcode": ["A", "A", "B"], "targeted": [100.0, 900, 50], "reached": [40.0, math.nan, math.nan]})
    found = compared(rows, "pcode").set_index("pcode")
    assert list(found.loc["A", ["activities", "both", "targeted", "reached", "share"]]) == [2, 1, 100, 40, 0.4]
    assert found.loc["B", ["activities", "both"]].tolist() == [1, 0] and math.isnan(found.at["B", "share"])


@given(st.lists(st.tuples(st.sampled_from("ABC"), figures, figures), min_size=1, max_size=30))
def test_areas_add_up_to_the_country_and_a_share_of_nothing_is_unknown(listed: list[tuple[str, float, float]]) -> None:
    rows = pd.DataFrame(listed, columns=["pcode", "targeted", "reached"]).assign(country="X")
    areas, country = compared(rows, "pcode"), compared(rows, "country").iloc[0]
    for name in ("activities", "both", "targeted", "reached"):
        assert math.isclose(areas[name].sum(), 0 if math.isnan(country[name]) else country[name])
    assert areas.loc[~(areas["targeted"] > 0), "share"].isna().all()
