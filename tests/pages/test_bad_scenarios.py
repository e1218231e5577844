"""Files and links that are wrong, on screen: each fault is a sentence, the rest is kept (the command line: tests/workspace)."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from data.workspace import scenario_file
from tests.pages.conftest import HOUSE, words

FINE = {"low": 1, "mode": 2, "high": 3}
KEPT = {"horizon_months": 24}


@pytest.fixture(autouse=True)
def own_workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("ANCRAGE_WORKSPACE_URL", f"sqlite:///{tmp_path / 'w.sqlite'}")


def uploaded(open_page, data: bytes):
    app = open_page("scenarios", country="AFG", lang="en")
    app.file_uploader(key="scenarios.upload").upload("sent.json", data, "application/json").run()
    app.button(key="scenarios.import").click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"magic": 1}, "“magic” is unknown"),
        ({"area_weights": {f"X{n}": 1.0 for n in range(1_000_000)}}, "has 1000000 entries"),
        ({"prices": {"A16": {"low": 0, "mode": 0, "high": 0}, "A17": FINE}}, "Unit prices: “prices, A16” cannot be “0"),
        ({"prices": {"A16": {"low": 1, "mode": "cher", "high": 3}, "A17": FINE}}, "“cher”"),
    ],
)
def test_what_a_file_cannot_give_is_a_sentence_and_the_rest_is_kept(open_page, values, says):
    app = uploaded(open_page, json.dumps(KEPT | values).encode())
    assert says in words(app) and "Version 1" in words(app)
    assert app.query_params["s.horizon_months"] in ("24", ["24"])
    assert ("A17" in str(app.query_params.get("s.prices", ""))) == ("prices" in values)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"prices": {"A16": {"low": 0, "mode": 0, "high": 0}}}, "« prices, A16 » ne peut pas être « 0 » (il faut plus que 0)"),
        ({"prices": {"A16": {"low": 1, "mode": "cher", "high": 3}}}, "« cher » (il faut un nombre)"),
        ({"prices": {"A16": {"low": 5, "mode": 2, "high": 3}}}, "ne peut pas être pris (il faut bas ≤ plus probable ≤ haut)"),
        ({"floors": {"AF01": 1.5}}, "(au plus 1 ; écrivez 0.015 pour 1.5 %)"),
        ({"question": "tout"}, "(au choix : in_place, budget, target ou by_hand)"),
        ({"stance_overrides": {"AF01": {"stance": "watch", "reason": "a"}}}, "(au moins 3 lettres)"),
        ({"caps": {"A16": 1.5}}, "(il faut un nombre entier)"),
        ({"start": "hier"}, "(il faut une date"),
        ({"mixed_by_area": 5}, "(il faut une table de noms et de valeurs)"),
        ({"utility": []}, "« utility » ne peut pas être pris (les paliers"),
        ({"dimension_weights": {"economic": 1}}, "il faut exactement economic"),
    ],
)
def test_what_is_wrong_is_said_in_french_to_who_reads_french(values, says):
    reading = scenario_file.read(json.dumps(KEPT | values).encode())
    assert says in " ".join(sentence.fr for sentence in reading.left_out) and reading.scenario.horizon_months == 24
    assert not any(word in sentence.fr for sentence in reading.left_out for word in ("must", "should", "needed", " or "))


def test_an_area_that_is_not_there_is_said_at_once_of_the_scenario_and_not_of_a_link(open_page):
    gone = {"stance_overrides": {"AF99": {"stance": "support", "reason": "décidé"}}}
    app = uploaded(open_page, json.dumps(KEPT | gone).encode())
    assert "This scenario names what this country does not have" in words(app) and "“AF99” does not exist here" in words(app)
    assert "This link" not in words(app)
    # opened anew, the scenario is only one of those that can be compared: nothing is said of what is on screen
    app = open_page("scenarios", lang="en", country="AFG")
    assert "This scenario names" not in words(app) and "names what this country does not have (AF99); the comparison is made without it" in words(app)


def test_of_a_list_of_earmarks_only_the_wrong_one_is_left_out(open_page):
    earmarks = [{"donor": "A", "amount": 5, "sectors": ["protection"]}, {"donor": "B", "amount": 7}, {"donor": "C", "amount": -1}]
    reading = scenario_file.read(json.dumps({"earmarks": earmarks}).encode())
    assert [one.donor for one in reading.scenario.earmarks] == ["B"] and [s.fr[:15] for s in reading.left_out] == ["« earmarks, 1 »", "« earmarks, 3 »"]
    app = open_page("plan", country="AFG", lang="en", s__question="in_place", s__earmarks=json.dumps(earmarks))
    said = [line for warning in app.warning for line in warning.value.splitlines() if "earmarks" in line]
    assert not app.exception and len(said) == 2 and '"B"' in str(app.query_params["s.earmarks"])


@pytest.mark.parametrize(("data", "says"), [(b'{"horizon_months": 2', "cut short"), (b'{"schema_version": 99, "horizon_months": 24}', "newer version (99)")])
def test_a_file_of_which_nothing_can_be_used_changes_nothing(open_page, data, says):
    app = uploaded(open_page, data)
    assert says in words(app) and "Version 1" not in words(app) and "s.horizon_months" not in app.query_params


@pytest.mark.parametrize(
    ("field", "wrong", "fine"),
    [
        ("prices", {"A16": {"low": 0, "mode": 0, "high": 0}}, {"A17": FINE}),
        ("prices", {"A16": {"low": 1, "mode": "cher", "high": 3}}, {"A17": FINE}),
        ("stance_overrides", {"AF99": {"stance": "watch", "reason": "décidé"}}, {"AF01": {"stance": "watch", "reason": "décidé"}}),
        ("mixed_by_area", {"AF99": "support"}, {"AF01": "support"}),
    ],
)
def test_what_a_link_cannot_give_is_a_sentence_and_the_rest_is_kept(open_page, field, wrong, fine):
    app = open_page("plan", country="AFG", lang="en", s__question="in_place", **{f"s__{field}": json.dumps(wrong | fine)})
    assert not app.exception
    bad, good = next(iter(wrong)), next(iter(fine))
    said = [line for warning in app.warning for line in warning.value.splitlines() if bad in line]
    assert len(said) == 1 and not any(good in warning.value for warning in app.warning)
    assert good in str(app.query_params[f"s.{field}"])


@pytest.mark.parametrize(("link", "says"), [({"z": "eJx"}, "cut short"), ({"scenario": "nowhere"}, "not in this workspace")])
def test_a_link_that_opens_nothing_says_so_on_the_first_page_whichever_it_is(page_store, monkeypatch, link, says):
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(page_store))
    monkeypatch.chdir(HOUSE)
    app = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=240)
    for name, value in ({"country": "AFG", "lang": "en", "s.question": "in_place"} | link).items():
        app.query_params[name] = value
    app.run()
    assert not app.exception and len(app.warning) == 1 and says in app.warning[0].value
    assert not set(link) & set(app.query_params)
