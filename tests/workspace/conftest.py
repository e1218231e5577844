"""Workspaces for tests: SQLite always, and a real PostgreSQL when ANCRAGE_TEST_POSTGRES_URL names one (each test in a schema of its own)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from data.workspace.actor import Actor
from data.workspace.schema import open_workspace

POSTGRES = os.environ.get("ANCRAGE_TEST_POSTGRES_URL")
DATABASES = ("sqlite", "postgresql") if POSTGRES else ("sqlite",)

AWA = Actor("awa", "Awa", "officer")
BEN = Actor("ben", "Ben", "facilitator")
DONOR = Actor("donor", "Dona", "donor")
VOTER = Actor("voter", "Vic", "participant")


@pytest.fixture(params=DATABASES)
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Gives URLs of empty databases."""
    schemas: list[str] = []

    def make() -> str:
        name = f"test_{secrets.token_hex(6)}"
        if request.param == "sqlite":
            return f"sqlite:///{tmp_path / name}.sqlite"
        _in_postgres(f'CREATE SCHEMA "{name}"')
        schemas.append(name)
        return f"{POSTGRES}{'&' if '?' in POSTGRES else '?'}options=-csearch_path%3D{name}"

    yield make
    for name in schemas:
        _in_postgres(f'DROP SCHEMA "{name}" CASCADE')


@pytest.fixture
def engine(fresh: Callable[[], str]) -> Iterator[Engine]:
    """An empty workspace."""
    opened = open_workspace(fresh())
    yield opened
    opened.dispose()


def _in_postgres(statement: str) -> None:
    door = create_engine(f"postgresql+psycopg://{POSTGRES.partition('://')[2]}")
    with door.begin() as connection:
        connection.execute(text(statement))
    door.dispose()
