"""Which class and colour a figure gets, on maps, charts, tables and exports alike."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.colours import (
    NO_DATA,
    NONE,
    PROTECTED,
    STANCE_COLOURS,
    class_counts,
    classify,
    classify_two_way,
    difference_scale,
    ink_on,
    magnitude_scale,
    palette_colours,
    stance_scale,
    two_way_scale,
    with_absences,
)

figures = st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), min_size=1, max_size=80)
NEED = two_way_scale(
    "Need", "Coverage", x_breaks=(30, 60), y_breaks=(0.3, 0.6), x_classes=("low", "some", "much"), y_classes=("low", "some", "much"))


def magnitude(values: list[float | None], **options: object) -> object:
    return magnitude_scale(pd.Series(values, dtype="float64"), title="Returns", unit="persons", **options)  # type: ignore[arg-type]


@settings(deadline=None)
@given(figures)
def test_a_missing_figure_has_no_class_and_every_other_has_one(values: list[float | None]) -> None:
    column = pd.Series(values, dtype="float64")
    for scale in (magnitude_scale(column, title="", unit=""), difference_scale(column, title="", unit="")):
        numbers = classify(column, scale)
        assert ((numbers == NO_DATA) == column.isna()).all()
        assert numbers[column.notna()].between(0, len(scale.classes) - 1).all()
        counts, missing = class_counts(numbers, scale)
        assert sum(counts) + missing == len(column)


@settings(deadline=None)
@given(figures)
def test_a_larger_figure_is_never_in_a_lower_class(values: list[float | None]) -> None:
    column = pd.Series(values, dtype="float64").dropna().sort_values()
    for scale in (magnitude_scale(column, title="", unit=""), difference_scale(column, title="", unit="")):
        assert classify(column, scale).is_monotonic_increasing


@settings(deadline=None)
@given(figures)
def test_no_quantile_class_is_empty(values: list[float | None]) -> None:
    column = pd.Series(values, dtype="float64")
    scale = magnitude_scale(column, title="", unit="")
    counts, _ = class_counts(classify(column, scale), scale)
    assert column.notna().sum() == 0 or min(counts) > 0


def test_figures_that_differ_by_a_rounding_error_are_one_class_and_counts_are_named_by_what_a_class_holds() -> None:
    assert len(magnitude([1e9, 999999999.9999999]).classes) == 1  # type: ignore[attr-defined]
    counts = magnitude([0, 1, 2, 7], method="fixed", breaks=(1, 2, 5), format=lambda value: f"{value:.0f}", whole=True)
    assert [part.label for part in counts.classes] == ["0", "1", "2 – 4", "≥ 5"]  # type: ignore[attr-defined]


@settings(deadline=None)
@given(st.floats(0.001, 1e9), st.sampled_from([3, 5, 7]))
def test_a_difference_scale_is_as_wide_below_zero_as_above_and_reaches_the_largest(size: float, classes: int) -> None:
    scale = difference_scale([size], title="", unit="", classes=classes)
    assert scale.breaks is not None
    assert [-edge for edge in reversed(scale.breaks)] == list(scale.breaks)
    assert classify(pd.Series([0.0]), scale).item() == classes // 2
    assert classify(pd.Series([-size * 0.999]), scale).item() + classify(pd.Series([size * 0.999]), scale).item() == classes - 1


def test_a_figure_on_a_limit_belongs_to_the_class_above_even_after_a_rounding_error() -> None:
    scale = magnitude_scale([1, 2, 3], title="", unit="", method="fixed", breaks=[0.3])
    assert classify(pd.Series([0.1 + 0.2, 0.3, 0.29]), scale).tolist() == [1, 1, 0]


def test_where_all_areas_share_one_figure_there_is_one_class() -> None:
    scale = magnitude_scale([7, 7, 7], title="", unit="", format=lambda figure: f"{figure:.0f} p.")
    assert [part.label for part in scale.classes] == ["7 p."]
    assert classify(pd.Series([7.0, np.nan]), scale).tolist() == [0, NO_DATA]


def test_where_most_areas_have_nothing_nothing_is_a_class_of_its_own() -> None:
    column = pd.Series([0.0] * 20 + [5, 900])
    numbers = classify(column, magnitude_scale(column, title="", unit=""))
    assert numbers[:20].eq(0).all()
    assert numbers[20:].gt(0).all()


def test_limits_are_rounded_so_that_a_person_can_say_them() -> None:
    column = pd.Series(np.random.default_rng(1).lognormal(8, 1, 200))
    breaks = magnitude_scale(column, title="", unit="").breaks
    assert breaks is not None
    assert all(f"{edge:.1e}" == f"{edge:.8e}"[:3] + f"{edge:.8e}"[-4:] for edge in breaks)


@settings(deadline=None)  # the first natural breaks bring their library
@given(figures, st.sampled_from(["quantile", "natural", "fixed"]))
def test_whatever_the_method_every_figure_has_a_class_and_a_larger_one_no_lower_class(values: list[float | None], method: str) -> None:
    column = pd.Series(values, dtype="float64").dropna().sort_values()
    scale = magnitude_scale(column, title="", unit="", method=method)  # type: ignore[arg-type]
    assert scale.breaks is not None
    assert list(scale.breaks) == sorted(set(scale.breaks))
    assert len(scale.classes) == len(scale.breaks) + 1 <= 6
    assert classify(column, scale).is_monotonic_increasing


def test_natural_breaks_fall_into_the_gaps() -> None:
    column = pd.Series([1, 2, 3, 100, 101, 102, 1000, 1001])
    scale = magnitude_scale(column, title="", unit="", method="natural", classes=3)
    assert classify(column, scale).tolist() == [0, 0, 0, 1, 1, 1, 2, 2]


def test_natural_breaks_of_five_thousand_figures_do_not_keep_a_person_waiting() -> None:
    column = pd.Series(np.random.default_rng(5).lognormal(7, 1.2, 5000))
    began = time.process_time()
    scale = magnitude_scale(column, title="", unit="", method="natural")
    assert time.process_time() - began < 5
    counts, _ = class_counts(classify(column, scale), scale)
    assert min(counts) > 0


def test_classes_of_equal_width_have_round_limits() -> None:
    scale = magnitude_scale([3, 17, 88, 96], title="", unit="", method="fixed")
    assert scale.breaks == (20, 40, 60, 80)


def test_why_an_area_has_no_class_is_kept_apart_and_protection_counts_most() -> None:
    column = pd.Series([5.0, np.nan, 0.0, 3.0, 0.0], index=list("abcde"))
    numbers = classify(column, magnitude_scale([1, 9], title="", unit=""))
    kept = with_absences(numbers, none=pd.Series({"c": True, "e": True}), protected=pd.Series({"d": True, "e": True}))
    assert kept.tolist() == [numbers["a"], NO_DATA, NONE, PROTECTED, PROTECTED]


def test_stances_keep_their_order_colour_and_symbol_whichever_are_shown() -> None:
    scale = stance_scale("Stance", {"watch": "Watch", "support": "Support"})
    assert [(part.key, part.colour) for part in scale.classes] == [("support", "#D55E00"), ("watch", "#8C8C8C")]
    assert len({part.symbol for part in stance_scale("", {stance: stance for stance in STANCE_COLOURS}).classes}) == len(STANCE_COLOURS)
    assert classify(pd.Series(["watch", None, "support"]), scale).tolist() == [1, NO_DATA, 0]


def test_a_stance_the_scale_does_not_know_is_said_and_not_left_blank() -> None:
    with pytest.raises(ValueError, match="mixed"):
        classify(pd.Series(["mixed"]), stance_scale("Stance", {"watch": "Watch"}))
    with pytest.raises(ValueError, match="unheard"):
        stance_scale("Stance", {"unheard": "?"})


def test_need_against_coverage_has_nine_colours_and_marks_the_corner_that_matters() -> None:
    assert len({part.colour for part in NEED.classes}) == 9
    assert [part.key for part in NEED.classes if part.symbol] == ["2-0"]
    need = pd.Series([80.0, 10, np.nan, 80], index=list("abcd"))
    coverage = pd.Series([0.1, 0.9, 0.5], index=list("abc"))
    numbers = classify_two_way(need, coverage, NEED)
    assert numbers.to_dict() == {"a": 2, "b": 6, "c": NO_DATA, "d": NO_DATA}
    assert NEED.classes[2].label == "Need much · Coverage low"


def test_batlow_darkens_and_vik_is_pale_in_the_middle() -> None:
    grey = [sum(int(colour[i:i + 2], 16) for i in (1, 3, 5)) for colour in palette_colours("batlow", 5)]
    assert grey == sorted(grey, reverse=True)
    middle = palette_colours("vik", 5)[2]
    assert min(int(middle[i:i + 2], 16) for i in (1, 3, 5)) > 200


@pytest.mark.parametrize("colour", [*STANCE_COLOURS.values(), *palette_colours("batlow", 5), *(part.colour for part in NEED.classes)])
def test_words_on_a_colour_can_be_read(colour: str) -> None:
    from tests.test_server import contrast

    assert contrast(colour, ink_on(colour)) >= 4.5


def test_colours_cost_no_plotting_library() -> None:
    program = "import sys, ui.colours, ui.map; ui.colours.palette_colours('vik', 5); print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=240).stdout.split()
    assert not {"matplotlib", "geopandas", "scipy", "cmcrameri"} & set(loaded)
