"""The allow-list: nobody has a role who was not given one, the latest line counts, a revocation closes every name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from data.workspace import roles
from data.workspace.actor import RIGHTS, ROLES, Actor, NotAllowed
from data.workspace.tables import audit
from tests.workspace.conftest import AWA, BEN, DONOR, VOTER

HOUSE = Path(__file__).resolve().parents[2]


def test_who_is_on_no_list_has_no_role_and_no_right(engine):
    assert roles.role_of(engine, ["sub-1", "awa@example.org"]) == "none"
    assert roles.role_of(engine, ["", " "]) == "none"
    assert RIGHTS["none"] == frozenset()


def test_the_latest_line_of_a_name_counts_and_all_are_kept(engine):
    roles.grant(engine, AWA, "Ben@Example.org", "donor")
    assert roles.role_of(engine, ["s", "BEN@example.ORG"]) == "donor"
    roles.grant(engine, AWA, "ben@example.org", "facilitator", "atelier de Goma")
    assert roles.role_of(engine, ["s", "ben@example.org"]) == "facilitator"
    (one,) = roles.listed(engine, AWA)
    assert (one.who, one.role, one.note, one.by) == ("ben@example.org", "facilitator", "atelier de Goma", "Awa")
    with engine.connect() as connection:
        said = connection.execute(select(audit.c.action, audit.c.subject, audit.c.detail, audit.c.by_id)).all()
    assert [tuple(row) for row in said] == [("role.grant", "ben@example.org", "donor", "awa"), ("role.grant", "ben@example.org", "facilitator", "awa")]


def test_a_subject_is_not_an_address_and_keeps_its_case(engine):
    roles.grant(engine, AWA, "AbC", "officer")
    assert roles.role_of(engine, ["AbC"]) == "officer"
    assert roles.role_of(engine, ["abc"]) == "none"


def test_a_revocation_of_one_name_closes_the_other_too(engine):
    roles.grant(engine, AWA, "sub-1", "officer")
    roles.grant(engine, AWA, "ben@example.org", "donor")
    assert roles.role_of(engine, ["sub-1", "ben@example.org"]) == "officer"
    roles.revoke(engine, AWA, "ben@example.org")
    assert roles.role_of(engine, ["sub-1", "ben@example.org"]) == "none"
    roles.grant(engine, AWA, "ben@example.org", "donor")
    assert roles.role_of(engine, ["sub-1", "ben@example.org"]) == "officer"


@pytest.mark.parametrize(("who", "role"), [("", "officer"), ("a" * 400, "officer"), ("a\nb", "officer"), ("a@b", "none"), ("a@b", "king"), ("a@b", "")])
def test_what_the_list_cannot_hold_is_refused(engine, who, role):
    with pytest.raises(roles.GrantRefused):
        roles.grant(engine, AWA, who, role)
    assert roles.listed(engine, AWA) == []


def test_revoking_what_was_never_given_is_a_sentence(engine):
    with pytest.raises(roles.GrantRefused, match="has no role"):
        roles.revoke(engine, AWA, "x@example.org")


@pytest.mark.parametrize("actor", [BEN, DONOR, VOTER, Actor("x", "", "none")])
def test_only_officers_see_or_change_the_list(engine, actor):
    for act in (
        lambda: roles.grant(engine, actor, actor.id, "officer"), lambda: roles.revoke(engine, actor, "awa"), lambda: roles.listed(engine, actor)):
        with pytest.raises(NotAllowed):
            act()
    assert roles.role_of(engine, [actor.id]) == "none"


def test_a_word_in_the_table_that_is_no_role_gives_none(engine):
    roles.grant(engine, AWA, "s", "donor")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE role_grant SET role = 'superuser'")
    assert roles.role_of(engine, ["s"]) == "none"
    assert "superuser" not in ROLES


def test_the_command_grants_lists_and_revokes(tmp_path):
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "ANCRAGE_WORKSPACE_URL": f"sqlite:///{tmp_path / 'w.sqlite'}"}
        return subprocess.run([sys.executable, "-m", "data", "roles", *words], cwd=HOUSE, env=environment, capture_output=True, text=True, timeout=240)

    assert "nobody has a role" in run("list").stdout
    assert run("grant", "awa@example.org", "officer", "--note", "chef de programme").stdout == "awa@example.org: officer\n"
    assert "awa@example.org\tofficer" in run("list").stdout
    refused = run("grant", "awa@example.org", "king")
    assert (refused.returncode, refused.stderr.count("\n")) == (3, 2)
    assert run("revoke", "awa@example.org").returncode == 0
    assert "revoked" in run("list").stdout
