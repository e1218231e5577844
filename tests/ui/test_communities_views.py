"""Two maps side by side, one set of classes, and what nobody knows: facts about the frames behind the page Communities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.assessment import assess
from analytics.scenario import Scenario
from tests.analytics.world import world
from ui import format as say
from ui.colours import PROTECTED, classify
from ui.figures import Figure
from ui.language import speaking
from ui.map import map_data
from ui.views import communities_beside as beside
from ui.views import communities_text as words
from ui.views.communities import Measure, neighbours_of

AREAS = pd.Index(["CD10", "CD54", "CD61"], name="pcode")


def measure(*values: float, protected: tuple[bool, ...] = (False, False, False)) -> Measure:
    frame = pd.DataFrame({
        "value": values, "quality": "observed", "source_id": "ipc", "period_start": pd.Timestamp("2024-01-01"),
        "period_end": pd.Timestamp("2024-12-31"), "protected": protected}, index=AREAS)
    return Measure(frame, None)


@pytest.mark.parametrize("method", ["quantile", "natural", "fixed"])
def test_the_same_figure_has_the_same_class_on_both_maps(method: str) -> None:
    then, now = measure(1.0, 5.0, 9.0), measure(5.0, 40.0, 90.0)
    scale = words.scale([then, now], "Facilities", "per 10,000", method)
    assert classify(then.areas["value"], scale)["CD54"] == classify(now.areas["value"], scale)["CD10"]
    assert scale == words.scale([now, then], "Facilities", "per 10,000", method)


def test_a_measure_can_stand_beside_itself_only_where_it_differs() -> None:
    assert beside.options("need", ["need", "EC6"], [], changed=False) == ["EC6"]
    assert beside.options("need", ["need", "EC6"], [], changed=True) == ["need_default", "EC6"]
    assert beside.options("EC6", ["need", "EC6"], [2023, 2022], changed=True) == ["EC6_2023", "EC6_2022", "need"]


@pytest.mark.parametrize("text", ["need_default", "EC6_2023", "EC6", "capacity"])
def test_an_option_of_the_link_is_read_apart_and_together_again(text: str) -> None:
    code, variant = beside.parts(text)
    assert f"{code}_{variant}" == text if variant else code == text


def test_an_earlier_year_has_what_the_sources_said_then_and_nothing_carried_over() -> None:
    history = pd.DataFrame({
        "pcode": ["CD10", "CD54", "CD10", None], "value": [3.0, 4.0, 9.0, 1.0], "quality": "observed", "source_id": "ipc",
        "period_start": pd.to_datetime(["2022-01-01", "2022-01-01", "2024-01-01", "2021-01-01"]),
        "period_end": pd.to_datetime(["2022-12-31", "2022-12-31", "2024-12-31", "2021-12-31"])})
    assert beside.earlier_years(history, "EC6", measure(9.0, 9.0, 9.0)) == [2022]
    then = beside.in_year(history, 2022, AREAS).areas
    assert then["value"].tolist()[:2] == [3.0, 4.0]
    assert np.isnan(then.at["CD61", "value"]) and then.at["CD61", "quality"] is None


def test_under_the_pointer_stand_period_source_and_quality() -> None:
    rows = words.map_rows(measure(1.0, np.nan, 3.0), pd.Series("x", index=AREAS), "%", {"ipc": "IPC"}, 36)
    assert all(part in rows.at["CD10", "text"] for part in ("2024", "IPC", "●"))
    assert rows.at["CD54", "text"] == "pas de donnée"


def test_a_withheld_figure_is_drawn_as_protected_and_its_text_does_not_travel() -> None:
    kept_back = measure(1.0, np.nan, 3.0, protected=(False, True, False))
    rows = words.map_rows(kept_back, pd.Series("x", index=AREAS), "%", {}, 36)
    data = map_data(geometry_url="", rows=rows, scale=words.scale([kept_back], "Share", "%"), alt="")
    assert data["numbers"][1] == PROTECTED
    assert "pas de donnée" not in data["texts"][1]


def test_an_area_that_lacks_nothing_is_no_class_of_the_gaps() -> None:
    gaps = pd.DataFrame({"missing": [0, 4, 9], "inherited": 1, "own": 2, "total": 12, "worst": "social"}, index=AREAS)
    rows = words.gap_rows(gaps, pd.Series("x", index=AREAS))
    assert rows["none"].tolist() == [True, False, False]


def test_an_area_without_an_outline_has_no_neighbours() -> None:
    ring = [[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]
    collection = {"features": [
        {"id": "A", "geometry": {"type": "Polygon", "coordinates": [ring]}}, {"id": "B", "geometry": None},
        {"id": "C", "geometry": {"type": "Polygon", "coordinates": [[[1, 0], [1, 1], [2, 1], [1, 0]]]}}]}
    assert neighbours_of(collection) == {"A": ("C",), "B": (), "C": ("A",)}


@pytest.mark.parametrize(("needs", "said"), [
    ((68.0, 68.0, 40.0), "CD10 and 1 other area have the greatest needs (68 of 100)"),
    ((68.2, 68.0, 40.0), "CD10 has the greatest needs (68 of 100)"),
    ((50.2, 50.0, 50.1), "X: 50 of 100 for needs, in every area"),
])
def test_an_area_is_first_in_needs_only_where_no_other_has_as_many(needs: tuple[float, ...], said: str) -> None:
    inputs = world(3)
    assessed = assess(inputs, Scenario())
    assessed.scored.scores["need"] = needs
    with speaking("en"):
        answer = words.answer(words.summary(inputs, assessed, None), "X", pd.Series(["CD10", "CD54", "CD61"], index=inputs.areas.index))
    assert said in answer.replace("**", "")


def test_nothing_known_is_no_share_of_nothing_and_has_no_quality() -> None:
    inputs = world(3)
    bare = replace(inputs, has_activities=False, indicators=inputs.indicators.iloc[:0], activities=inputs.activities.iloc[:0],
                   returns=inputs.returns.iloc[:0], hosts=inputs.hosts.iloc[:0],
                   areas=inputs.areas.assign(population=np.nan, population_quality=None, population_period=None, population_known=np.nan))
    found = words.summary(bare, assess(bare, Scenario()), None)
    assert np.isnan(found.known) and found.population_quality is None and words.residents_of(found) is None


def test_residents_of_a_country_of_which_a_part_is_unknown_are_estimated_with_the_share_known() -> None:
    inputs = world(4)
    pcode = inputs.areas.index[0]
    areas = inputs.areas.copy()
    areas.loc[pcode, ["population", "population_quality", "population_known"]] = [np.nan, None, np.nan]
    part = replace(inputs, areas=areas)
    found = words.summary(part, assess(part, Scenario()), None)
    assert (found.population_quality, found.population_known) == ("estimated", 0.75)
    with speaking("en"):
        assert words.residents_of(found) == "2020 · counted in 75% of the parts"
    whole = words.summary(inputs, assess(inputs, Scenario()), None)
    assert whole.population_quality == "observed" and words.residents_of(whole) == "2020"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_figure_that_is_missing_has_no_quality(language: str) -> None:
    with speaking(language):
        assert Figure("Coverage", say.percent(float("nan")), "2025", "assumed").known_as is None
        assert Figure("Coverage", say.percent(0.0), "2025", "assumed").known_as == "assumed"
