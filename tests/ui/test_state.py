"""The link reopens what is seen, what is wrong in it is said, and controls keep their state between pages."""

import pytest
from streamlit.testing.v1 import AppTest


def script():
    import streamlit as st

    from ui import state

    state.open_link()
    st.write(f"{state.get('lang')}|{state.country()}|{state.level()}|{','.join(state.selected_areas())}|{state.scenario().target}")
    for problem in state.link_problems():
        st.write(f"problem {problem.parameter}={problem.value} {problem.reason}")
    if st.button("area", key="area", on_click=state.select_area, args=("CD61",)):
        pass
    st.button("other", key="other", on_click=state.compare_with, args=("CD54",))
    st.button("country", key="country", on_click=state.put, args=("country", "AFG"))
    st.button("target", key="target", on_click=state.set_scenario, kwargs={"target": 0.5})
    st.button("reset", key="reset", on_click=state.reset_scenario)


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(script)


def link(app: AppTest) -> dict[str, str]:
    return {key: value[0] if isinstance(value, list) else value for key, value in app.query_params.items()}


def said(app: AppTest) -> list[str]:
    return [element.value for element in app.markdown]


def test_the_first_visit_has_the_defaults_and_an_empty_link(app):
    app.run()
    assert said(app) == ["fr||0||0.8"]
    assert link(app) == {}


def test_a_link_is_opened(app):
    for key, value in {"lang": "en", "country": "cod", "level": "2", "areas": "CD61,CD54", "s.target": "0.6"}.items():
        app.query_params[key] = value
    app.run()
    assert said(app) == ["en|COD|2|CD61,CD54|0.6"]


def test_what_is_wrong_in_a_link_is_said_and_the_rest_kept(app):
    for key, value in {"lang": "xx", "level": "9", "country": "AFG", "s.target": "7", "s.nothing": "1", "utm": "x"}.items():
        app.query_params[key] = value
    app.run()
    assert said(app)[0] == "fr|AFG|0||0.8"
    assert sorted(said(app)[1:]) == [
        "problem lang=xx link.unreadable",
        "problem level=9 link.unreadable",
        "problem s.nothing=1 link.unknown",
        "problem s.target=7 link.out_of_range",
    ]


def test_a_change_is_in_the_link_and_leaves_strangers_alone(app):
    app.query_params["utm"] = "x"
    app.run()
    app.button(key="area").click().run()
    app.button(key="other").click().run()
    app.button(key="target").click().run()
    assert link(app) == {"utm": "x", "areas": "CD61,CD54", "s.target": "0.5"}
    app.button(key="reset").click().run()
    assert link(app) == {"utm": "x", "areas": "CD61,CD54"}


def test_another_country_forgets_the_areas_of_the_first(app):
    app.query_params["areas"] = "CD61"
    app.run()
    app.button(key="country").click().run()
    assert said(app) == ["fr|AFG|0||0.8"]
    assert link(app) == {"country": "AFG"}


def test_the_back_button_reopens_the_older_link(app, monkeypatch):
    monkeypatch.setattr("ui.state._RACE_SECONDS", -1.0)
    app.run()
    app.button(key="area").click().run()
    app.query_params.clear()
    app.query_params["areas"] = "CD54"
    app.run()
    assert said(app) == ["fr||0|CD54|0.8"]


def test_an_address_that_arrives_late_does_not_undo_a_change(app):
    app.run()
    app.button(key="area").click().run()
    app.query_params.clear()
    app.run()
    assert said(app) == ["fr||0|CD61|0.8"]
    assert link(app) == {"areas": "CD61"}
