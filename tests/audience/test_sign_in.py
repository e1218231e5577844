"""Signing in through a provider, in a real browser: nobody, then no role, then a role, then the way out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser, expect

from data.workspace import roles
from data.workspace.actor import LOCAL
from data.workspace.schema import open_workspace
from tests.audience.visiting import serving
from tests.browser.visit import Visitor, settled, shot

OF_THE_PROVIDER = ["ERR_NAME_NOT_RESOLVED", "404 \\(NOT FOUND\\)", "request leaves the machine: https://cdn"]


@pytest.fixture
def provider() -> Iterator[str]:
    """An OpenID Connect provider that knows one person."""
    known = User(sub="awa-1", claims={"name": "Awa D.", "email": "awa@example.org", "email_verified": True})
    with run_server_in_thread(user_claims=[known]) as running:
        yield f"http://localhost:{running.server_port}"


def test_from_the_door_to_the_pages_and_out_again(browser: Browser, provider: str, store_folder: Path, tmp_path: Path) -> None:
    settings = f"{provider}/.well-known/openid-configuration"
    with serving(tmp_path, store_folder, server_metadata_url=settings) as server:
        workspace = open_workspace(f"sqlite:///{tmp_path / 'workspace.sqlite'}")
        visitor = Visitor(browser, server.address)
        page = visitor.open("/plan", language="en", country="COD", areas="CD61")
        expect(page.get_by_text("Sign in to go on.")).to_be_visible()
        shot(page, "audience/door")

        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="awa-1").click()
        page.wait_for_url(f"{server.address}/**")
        settled(page)
        # the page and all that the link said, through the provider and back
        came_back = urlsplit(page.url)
        assert (came_back.path, parse_qs(came_back.query)) == ("/plan", {"lang": ["en"], "country": ["COD"], "areas": ["CD61"]})
        # on no list: who you are, whom to ask, and nothing else
        expect(page.get_by_text("Awa D.", exact=False).first).to_be_visible()
        expect(page.get_by_test_id("stMain").get_by_text("awa@example.org")).to_be_visible()
        assert page.get_by_test_id("stDataFrame").count() == 0
        assert page.get_by_test_id("stSidebarNavLink").count() == 0
        shot(page, "audience/no-role")
        cookies = {one["name"]: one for one in page.context.cookies()}
        assert cookies["_streamlit_user"]["httpOnly"]

        roles.grant(workspace, LOCAL, "awa@example.org", "donor")
        page.reload()
        settled(page)
        expect(page.get_by_role("link", name="Plan", exact=True)).to_be_visible()
        assert page.get_by_role("link", name="Data", exact=True).count() == 0
        expect(page.get_by_text("Awa D. · donor")).to_be_visible()
        expect(page.get_by_text("Figures published on")).to_be_visible()
        shot(page, "audience/donor")

        roles.revoke(workspace, LOCAL, "awa@example.org")
        page.get_by_role("link", name="Plan", exact=True).click()
        expect(page.get_by_text("You have no role")).to_be_visible()
        shot(page, "audience/revoked")
        assert page.get_by_test_id("stMetric").count() == 0

        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{provider}/**")  # the provider is told too
        page.goto(server.address)
        settled(page)
        expect(page.get_by_role("button", name="Se connecter")).to_be_visible()
        visitor.close()
        # the provider's own page asks for a style sheet elsewhere
        visitor.watch.expected = OF_THE_PROVIDER
        assert not visitor.watch.unexpected(), "\n".join(visitor.watch.unexpected())
