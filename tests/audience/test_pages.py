"""Pages as each role finds them, in process: what opens, what is said when nothing was published, who is the local officer."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.generations import POINTER, current_name
from tests.audience.people import AUTH, claims

Opened = Callable[..., AppTest]


def text(app: AppTest) -> str:
    return "\n".join(str(one.value) for kind in ("title", "markdown", "info", "caption", "error") for one in app.get(kind))


@pytest.mark.parametrize("role", ["facilitator", "donor"])
def test_before_anything_is_published_there_is_a_sentence_and_no_figure(open_as: Opened, store_folder: Path, tmp_path: Path, role: str, monkeypatch) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in (POINTER, current_name(store_folder) or ""):
        shutil.copy(store_folder / name, bare / name)
    app = open_as(role)
    assert app.metric
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(bare))
    # Streamlit asks for the store anew in the next session
    fresh = AppTest.from_file(app._script_path, default_timeout=240)
    fresh.user, fresh.secrets = claims(role), {"auth": AUTH}
    fresh.run()
    assert not fresh.exception
    assert "python -m data release" in text(fresh)
    assert not fresh.metric and not fresh.dataframe


@pytest.mark.parametrize(("role", "tabs"), [("officer", True), ("facilitator", True), ("donor", False)])
def test_a_plan_is_edited_by_who_may_keep_one(open_as: Opened, role: str, tabs: bool) -> None:
    app = open_as(role, "plan")
    assert not app.exception
    assert ("À la main" in [tab.label for tab in app.tabs]) is tabs


def test_a_facilitator_reads_conditions_and_finds_no_form(open_as: Opened) -> None:
    app = open_as("facilitator", "conditions")
    assert not app.exception
    assert "sans pouvoir y écrire" in text(app)
    assert not app.text_area and not [one for one in app.button if one.key == "conditions.save"]
    assert [one for one in open_as("officer", "conditions").button if one.key == "conditions.save"]


def test_without_sign_in_one_local_officer(open_as: Opened) -> None:
    app = open_as("officer")
    local = AppTest.from_file(app._script_path, default_timeout=240)
    local.run()
    assert local.metric
    assert not [one for one in local.button if "sign_out" in one.key]


def test_half_a_sign_in_lets_nobody_in(open_as: Opened) -> None:
    app = open_as("officer")
    half = AppTest.from_file(app._script_path, default_timeout=240)
    half.secrets = {"auth": {"client_id": "x"}}
    half.run()
    assert not half.metric
    assert "Connectez-vous" in text(half)


@pytest.mark.parametrize("role", ["facilitator", "donor"])
def test_who_may_not_import_is_told_whom_to_ask_for_missing_figures(open_as: Opened, role: str) -> None:
    open_as(role)
    app = AppTest.from_string('from ui import page\npage.way_to_figures("Importez un 3W.")', default_timeout=240)
    app.user, app.secrets = claims(role), {"auth": AUTH}
    app.run()
    assert not app.exception
    assert "Demandez à la personne chargée de programme" in text(app) and "Importez" not in text(app)
