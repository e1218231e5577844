"""Who counts as nobody, as the local officer and as somebody; and when the server refuses to start."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from tests.audience.people import AUTH, claims
from tests.browser.serving import ROOT, free_port
from ui import sign_in_settings
from ui.downloads import Made
from ui.sign_in import identified
from ui.sign_in_settings import OPEN, sentences

WHOLE = {**AUTH, "redirect_uri": "https://ancrage.example.org/oauth2callback"}


def options(**changed: Any) -> Any:
    return {"server.address": "127.0.0.1", "server.allowedHosts": ["127.0.0.1", "localhost"], **changed}.__getitem__


def test_on_this_machine_nothing_has_to_be_set() -> None:
    assert sentences({}, options()) == []
    assert sentences({}, options(**{"server.address": "::1"})) == []


@pytest.mark.parametrize(
    ("option", "value"),
    [("server.address", "0.0.0.0"), ("server.address", ""), ("server.address", None), ("server.address", "10.1.2.3"),
     ("server.allowedHosts", ["localhost", "ancrage.example.org"]), ("server.allowedHosts", ["*"])],
)
def test_reached_from_elsewhere_it_takes_sign_in_or_somebody_who_says_otherwise(option: str, value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (said,) = sentences({}, options(**{option: value}))
    assert "nobody has to sign in" in said
    assert sentences(WHOLE, options(**{option: value})) == []
    monkeypatch.setenv(OPEN, "1")
    assert sentences({}, options(**{option: value})) == []
    monkeypatch.setenv(OPEN, "0")
    assert len(sentences({}, options(**{option: value}))) == 1


@pytest.mark.parametrize("name", sign_in_settings.NEEDED)
def test_half_a_sign_in_is_none(name: str) -> None:
    assert sentences({key: value for key, value in WHOLE.items() if key != name}, options()) == [f"[auth] has no {name}"]


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [("cookie_secret", "short", "shorter than"), ("redirect_uri", "http://ancrage.example.org/oauth2callback", "https"),
     ("redirect_uri", "https://ancrage.example.org/", "oauth2callback"), ("other", {"client_id": "x"}, "several providers")],
)
def test_a_sign_in_that_would_be_weak_is_refused(name: str, value: Any, word: str) -> None:
    (said,) = sentences({**WHOLE, name: value}, options())
    assert word in said


def test_the_server_does_not_start_open_to_a_network(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "server.py", f"--server.port={free_port()}", "--server.address=0.0.0.0"], cwd=ROOT,
        capture_output=True, text=True, timeout=240, env={**os.environ, "HOME": str(tmp_path)})
    assert ended.returncode != 0
    assert "nobody has to sign in" in ended.stdout + ended.stderr


@given(st.dictionaries(
    st.sampled_from(["is_logged_in", "sub", "exp", "email", "email_verified", "name"]),
    st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=8), st.integers(), st.lists(st.text(max_size=2), max_size=2))))
def test_no_set_of_claims_signs_in_without_a_subject_and_an_end_to_come(said: dict[str, Any]) -> None:
    found = identified(said, 1_000.0)
    if found.state == "signed_in":
        assert said["is_logged_in"]
        assert said["sub"].strip() and found.names[0] == said["sub"]
        assert said["exp"] > 1_000.0
        assert len(found.names) == 1 or said["email_verified"] is True


@pytest.mark.parametrize(("header", "state"), [({}, "local"), ({"X-Forwarded-For": "10.0.0.1"}, "not_local"), ({"Forwarded": "for=10.0.0.1"}, "not_local")])
def test_behind_a_proxy_without_sign_in_nobody_is_local(header: dict[str, str], state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from ui import sign_in

    monkeypatch.setattr(type(sign_in.st.context), "headers", header)
    monkeypatch.setattr(type(sign_in.st.context), "ip_address", None)
    monkeypatch.delenv(OPEN, raising=False)
    assert sign_in.person().state == state
    monkeypatch.setattr(type(sign_in.st.context), "ip_address", "10.0.0.7")
    assert sign_in.person().state == "not_local"


def test_a_file_is_for_the_roles_it_was_made_for() -> None:
    made = Made(remembered=2)
    made.note(b"a", "officer")
    assert made.is_for(b"a", "officer") and not made.is_for(b"a", "donor")
    made.note(b"a", "donor")
    assert made.is_for(b"a", "officer") and made.is_for(b"a", "donor") and not made.is_for(b"a", "facilitator")
    assert made.is_for(b"a picture of a page", "donor")


def test_every_download_is_offered_to_who_sees_it() -> None:
    for path in [*(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "download_button":
                (data,) = [word.value for word in node.keywords if word.arg == "data"] or node.args[1:2]
                assert ast.unparse(data).startswith("offered("), f"{path.name}:{node.lineno} gives a file away without asking who takes it"


def test_every_fragment_asks_who_looks() -> None:
    """A fragment runs without app.py (FINDINGS 2): each begins by asking for the right its page takes."""
    for path in [*(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any("fragment" in ast.unparse(one) or "dialog" in ast.unparse(one) for one in node.decorator_list):
                assert "workspace.may(" in ast.unparse(node) or "workspace.require(" in ast.unparse(node), f"{path.name}: {node.name}"


def test_a_fragment_of_somebody_whose_role_is_gone_shows_nothing(engine: object) -> None:
    def watched() -> None:
        import subprocess
        import sys
        from pathlib import Path

        import streamlit as st

        from data.importing.process import RunningImport
        from ui.views import data_import

        if st.session_state.setdefault("runs", 0) < 2:
            st.session_state["runs"] += 1
            st.session_state["data.running"] = RunningImport(subprocess.Popen([sys.executable, "-c", ""]), Path("/nonexistent"), True)
            data_import._progress()

    app = AppTest.from_function(watched, default_timeout=240)
    app.user, app.secrets = claims("donor"), {"auth": AUTH}
    app.run()
    assert not app.exception
    assert not app.button and not app.get("progress")
