"""Where somebody is sent after signing in: a page of this house with what stood behind it, and never another place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.audience.people import AUTH
from ui import coming_back
from ui.coming_back import COOKIE, ComingBack, place_of
from ui.menu import PAGES

HERE = frozenset({"ancrage.example.org"})


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://ancrage.example.org/plan?country=COD&areas=CD61", "/plan?country=COD&areas=CD61"),
        ("https://ancrage.example.org/?lang=en", "/?lang=en"),
        ("https://ancrage.example.org/returns", "/returns"),
        ("https://ancrage.example.org/plan?z=" + "a" * 6000, "/plan?z=" + "a" * 6000),
        ("https://ancrage.example.org/", ""),
        ("https://elsewhere.example.org/plan", ""),
        ("https://ancrage.example.org//elsewhere.example.org/plan", ""),
        ("https://ancrage.example.org/oauth2callback?code=1", ""),
        ("https://ancrage.example.org@elsewhere.example.org/plan", ""),
        ("https://ancrage.example.org/plan?a=1%0d%0aSet-Cookie:x=1", "/plan?a=1%0D%0ASet-Cookie%3Ax%3D1"),
        ("https://[", ""),
    ],
)
def test_only_a_page_of_this_house_is_kept(address: str, place: str) -> None:
    assert place_of(address, HERE) == place


@given(st.text() | st.text().map("https://ancrage.example.org/".__add__))
@example("https://ancrage.example.org/\\\\elsewhere")
def test_no_address_leads_elsewhere(address: str) -> None:
    place = place_of(address, HERE)
    assert place == "" or place.split("?")[0] in {"/", *(f"/{page.name}" for page in PAGES)}
    assert place.isascii() and place.isprintable()


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A provider that lets in whoever brings `ok`."""
    async def leave(_request: Request) -> Response:
        return RedirectResponse("https://login.example.org/")

    async def come(request: Request) -> Response:
        answer = RedirectResponse("/", status_code=302)
        if "ok" in request.query_params:
            answer.set_cookie("_streamlit_user", "somebody")
        else:
            answer.delete_cookie("_streamlit_user")
        return answer

    monkeypatch.setattr(coming_back, "auth_section", lambda: AUTH)
    app = Starlette(routes=[Route("/auth/login", leave), Route("/oauth2callback", come)])
    with TestClient(ComingBack(app), base_url="https://ancrage.example.org", follow_redirects=False) as opened:
        yield opened


def test_one_comes_back_once_and_only_signed_in(client: TestClient) -> None:
    def leave() -> None:
        client.get("/auth/login", headers={"referer": "https://ancrage.example.org/plan?areas=CD61"})

    leave()
    assert COOKIE in client.cookies and "plan" not in client.cookies[COOKIE]
    assert client.get("/oauth2callback?ok=1").headers["location"] == "/plan?areas=CD61"
    assert client.get("/oauth2callback?ok=1").headers["location"] == "/"
    leave()
    assert client.get("/oauth2callback").headers["location"] == "/"
    assert client.get("/oauth2callback?ok=1").headers["location"] == "/"
    client.get("/auth/login", headers={"referer": "https://elsewhere.example.org/plan"})
    assert client.get("/oauth2callback?ok=1").headers["location"] == "/"
    client.cookies.set(COOKIE, "//elsewhere.example.org", path="/oauth2callback")
    assert client.get("/oauth2callback?ok=1").headers["location"] == "/"
