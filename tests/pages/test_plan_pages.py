"""Situation, Plan and Method open for every country and language, answer every question, and say the same as the command."""

import json
import re
import subprocess
import sys

import pandas as pd
import pytest

from tests.pages.conftest import HOUSE, words

PAGES = ("situation", "plan", "method")


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("country", ["COD", "CAF", "AFG"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens(open_page, name, country, lang):
    app = open_page(name, country=country, lang=lang)
    assert not app.exception
    assert app.title[0].value.endswith("?")
    text = words(app)
    assert "None" not in text and "nan" not in re.split(r"\W", text) and not re.search(r"\b\d+(?:[.,]\d+)?e[+-]?\d+\b", text)
    assert len(app.metric) == 4


@pytest.mark.parametrize("question", ["in_place", "budget", "target", "by_hand"])
def test_each_question_gets_an_answer(open_page, question):
    app = open_page("plan", country="COD", lang="en", s__question=question)
    assert not app.exception
    cost = app.metric[0].value
    assert (cost == "0") == (question in ("in_place", "by_hand"))


def test_the_page_says_what_the_command_says(open_page, page_store, tmp_path, monkeypatch):
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(page_store))
    out = tmp_path / "plan.json"
    subprocess.run(
        [sys.executable, "-m", "analytics", "plan", "--country", "COD", "--budget", "5000000", "--json", str(out)],
        cwd=HOUSE, check=True, capture_output=True, timeout=240,
    )
    plan = json.loads(out.read_text(encoding="utf-8"))
    shown = open_page("plan", country="COD", lang="en", s__budget="5000000").dataframe[0].value
    by_code = pd.Series([line["intervention"] for line in plan["lines"]]).value_counts()
    assert len(shown) == len(by_code)
    units = sum(line["units"] for line in plan["lines"])
    assert int(pd.to_numeric(shown["units"]).sum()) == units
    assert float(pd.to_numeric(shown["cost"]).sum()) == pytest.approx(plan["totals"]["cost"])


def test_what_one_person_can_change_at_once_is_taken_and_widgets_that_lost_their_values_are_not(open_page):
    app = open_page("plan", country="AFG", lang="en", s__question="in_place")

    def change(**values):
        for name, value in values.items():
            kind = app.selectbox if isinstance(value, str) else app.number_input if isinstance(value, int) else app.select_slider
            kind(key=f"plan.s.{name}").set_value(value)
        app.run()
        assert not app.exception
        return {name.removeprefix("s."): str(value).strip("[]'") for name, value in app.query_params.items() if name.startswith("s.")}

    # one field being typed, another being clicked
    assert change(horizon_months=24, mixed="inclusion") == {"question": "in_place", "horizon_months": "24", "mixed": "inclusion"}
    # three and more in one run: nobody's hand
    assert change(horizon_months=36, mixed="support", host_share=0.5) == {"question": "in_place", "horizon_months": "24", "mixed": "inclusion"}
    assert app.number_input(key="plan.s.horizon_months").value == 24 and app.select_slider(key="plan.s.host_share").value == 0.3
    assert change(host_share=0.5)["host_share"] == "0.5"


def test_a_bigger_budget_costs_more_and_covers_more(open_page):
    covered = []
    for budget in ("1000000", "50000000"):
        app = open_page("plan", country="CAF", lang="en", level="1", s__budget=budget)
        covered.append(float(re.sub(r"[^\d.]", "", app.metric[2].value)))
    assert covered[0] < covered[1]


def test_a_balance_that_whole_units_cannot_keep_is_said(open_page):
    asked = open_page("plan", country="CAF", level="1", lang="en", s__budget="3000000")
    assert "The balance asked for between areas and sectors (50%" in words(asked)
    assert "The balance asked for" not in words(open_page("plan", country="CAF", level="1", lang="en", s__budget="3000000", s__balance="0"))


def test_a_budget_of_nothing_says_what_to_do_next(open_page):
    app = open_page("plan", country="COD", lang="en", s__budget="0")
    assert not app.exception
    assert any("buys nothing" in info.value for info in app.info)


def test_prices_are_marked_illustrative_until_replaced(open_page):
    marked = open_page("plan", country="COD", lang="en")
    assert any("illustrative" in info.value for info in marked.info)
    own = open_page("plan", country="COD", lang="en", s__prices=json.dumps({"A18": {"low": 1000, "mode": 2000, "high": 3000}}))
    assert not own.exception
    assert not any("illustrative" in info.value for info in own.info)
    assert any("1 price entered" in caption.value for caption in own.caption)


def test_a_plan_by_hand_says_which_rules_it_breaks(open_page):
    app = open_page("plan", country="COD", lang="en", s__question="by_hand", s__units=json.dumps({"A16@area:CD61": 3}))
    assert not app.exception
    assert any("needs" in warning.value for warning in app.warning)


def test_a_plan_by_hand_for_a_place_that_is_not_there_is_a_sentence(open_page):
    app = open_page("plan", country="COD", lang="en", s__question="by_hand", s__units=json.dumps({"A16@area:XX99": 3}))
    assert not app.exception
    assert any("A16@area:XX99" in warning.value for warning in app.warning)


def test_why_this_number_runs_from_source_rows_to_cost(open_page):
    app = open_page("plan", country="COD", lang="en", areas="CD61")
    app.session_state["plan.tabs"] = "Why this number"
    app.run()
    assert not app.exception
    text = words(app)
    assert "Nord-Kivu" in text and "row" in text and "Cost:" in text and "gap of" in text


def test_an_area_in_focus_shows_its_stance_and_why(open_page):
    text = words(open_page("situation", country="COD", lang="en", areas="CD61"))
    assert "Insufficient capacities" in text and "Provisional stance" in text


def test_the_method_shows_the_values_of_this_scenario(open_page):
    assert "fewer than 10 returns" in words(open_page("method", country="COD", lang="en"))
    assert "fewer than 25 returns" in words(open_page("method", country="COD", lang="en", s__cut_returns="25"))


@pytest.mark.parametrize(
    ("table", "row", "says"),
    [
        ("stance_overrides", {"area": "AF01", "stance": "watch", "reason": "x"}, "“Stances you set”, Kabul: write the reason"),
        ("earmarks", {"donor": "Banque", "amount": 1e12, "sectors": [], "areas": []}, "Banque: the value 1,000,000,000,000 cannot be taken"),
        ("floors", {"place": "AF01", "share": 140}, "Kabul: the value 140% cannot be taken"),
        ("floors", {"place": "AF01", "share": None}, "Kabul: still missing At least (%)"),
        ("caps", {"code": None, "units": 3}, "new row: still missing Intervention"),
    ],
)
def test_a_row_that_cannot_count_yet_is_kept_with_a_sentence_and_binds_nothing(open_page, table, row, says):
    app = open_page("plan", country="AFG", lang="en", s__question="in_place")
    app.session_state["plan.tabs"] = "Constraints"
    app.session_state["unfinished"] = {f"rows.AFG.{table}": [row]}
    app.run()
    assert not app.exception and says in words(app)
    assert not [name for name in app.query_params if name in ("s.stance_overrides", "s.earmarks", "s.floors", "s.caps")]
    assert len(next(frame.value for frame in app.dataframe if set(row) <= set(frame.value.columns))) == 1


def test_a_calculation_that_gets_no_time_says_so(open_page):
    floors = {"s__budget": "5000000", "s__floors": '{"COD": 0.9}'}
    app = open_page("plan", country="COD", lang="en", s__question="budget", s__seconds_allowed="0.0001", **floors)
    assert not app.exception
    assert ["No plan was found in the time allowed" in error.value for error in app.error] == [True]
    next(button for button in app.button if button.label == "Back to the defaults").click().run()
    assert not app.error and len(app.metric) == 4


def test_a_target_without_time_has_the_plan_that_is_rounded_at_once(open_page):
    app = open_page("plan", country="COD", lang="en", s__question="target", s__seconds_allowed="0.0001")
    assert not app.exception and not app.error and len(app.metric) == 4
