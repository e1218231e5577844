"""A store with a release, a workspace with a role for everybody, and the page as somebody of a role finds it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import ibis
import pytest
from streamlit.testing.v1 import AppTest

from data.building import build
from data.cubes import cube_activity
from data.generations import current_name
from data.protection.cells import KEYS, RETURNS
from data.protection.publishing import make_release
from data.protection.releases import release_path
from data.workspace import roles
from data.workspace.actor import LOCAL
from data.workspace.schema import Engine, open_workspace
from tests.audience.marks import MARK, MARKS
from tests.audience.people import AUTH, claims, subject
from tests.audience.taking import Known, of_an_officer
from tests.audience.visiting import serving
from tests.audience.writes import World
from tests.browser.serving import Server

os.environ["ANCRAGE_STRICT_TEXTS"] = "1"
FIRST_YEAR = 2024
HOUSE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def store_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store built from the embedded dataset with the returns of its last years, and the release of one country: a few seconds."""
    folder = tmp_path_factory.mktemp("store")
    build(folder)
    with duckdb.connect(str(folder / (current_name(folder) or ""))) as connection:
        for name in (*RETURNS, "return_flow"):
            connection.execute(f'DELETE FROM "{name}" WHERE year < {FIRST_YEAR}')
    assert make_release(folder, country="COD").number == 1
    _mark(folder)
    return folder


@pytest.fixture
def store(store_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the store that a test may write to, and no workspace beside it."""
    folder = tmp_path / "store"
    folder.mkdir()
    for name in ("CURRENT", current_name(store_folder) or ""):
        shutil.copy(store_folder / name, folder / name)
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(folder))
    monkeypatch.delenv("ANCRAGE_WORKSPACE_URL", raising=False)
    return folder


def _mark(folder: Path) -> None:
    """Gives every figure of returns, beneficiaries and indicators that the release withholds a size and an odd part in the store that no other
    figure has, so that it is known wherever it turns up, rounded or not."""
    with duckdb.connect(str(folder / (current_name(folder) or ""))) as connection:
        connection.execute(f"ATTACH '{release_path(folder, 1, 'outside')}' AS release (READ_ONLY)")
        marked = 0
        for table, keys in KEYS.items():
            same = " AND ".join(f'ours."{key}" IS NOT DISTINCT FROM shown."{key}"' for key in keys)
            counts = connection.execute(
                "SELECT column_name FROM duckdb_columns() WHERE database_name = 'release' AND table_name = ? AND data_type = 'DOUBLE'", [table]).fetchall()
            for (name,) in counts:
                (changed,) = connection.execute(
                    f'UPDATE "{table}" AS ours SET "{name}" = floor(ours."{name}") % 1000 + {MARK} FROM release."{table}" AS shown '
                    f'WHERE shown.protected AND shown."{name}" IS NULL AND ours."{name}" IS NOT NULL AND {same}').fetchone() or (0,)
                marked += changed
        assert marked > 50, "nothing is withheld: nothing would be proved"
        for kind, tables, keys in (
            ("beneficiaries", {"partner_activity": "activity"}, ("iso3", "source_id", "row_no")),
            ("indicators", {"cube_indicator": "cube_indicator", "indicator_value": "indicator_past"}, ("iso3", "indicator", "pcode", "period_end", "row_no")),
        ):
            for ours, shown in tables.items():
                name = "beneficiaries" if kind == "beneficiaries" else "value"
                same = " AND ".join(f'ours."{key}" IS NOT DISTINCT FROM shown."{key}"' for key in keys)
                (changed,) = connection.execute(
                    f'UPDATE "{ours}" AS ours SET "{name}" = floor(ours."{name}") + {MARKS[kind]} FROM release."{shown}" AS shown '
                    f'WHERE shown.protected AND shown."{name}" IS NULL AND ours."{name}" IS NOT NULL AND {same}').fetchone() or (0,)
                assert changed, f"no {kind} are withheld"
        connection.execute("DETACH release")
        connection.execute("DROP TABLE cube_activity")
        rows = ibis.duckdb.from_connection(connection)
        rows.create_table("cube_activity", cube_activity({"partner_activity": rows.table("partner_activity")}))


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the account that runs the server: its secrets and its workspace."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def shared(home: Path) -> Engine:
    """The workspace of the server: everybody has the role of their name."""
    opened = open_workspace(f"sqlite:///{home / 'workspace.sqlite'}")
    for role in roles.GRANTED:
        roles.grant(opened, LOCAL, subject(role), role)
    return opened


@pytest.fixture(scope="session")
def served_world(shared: Engine, home: Path) -> World:
    """What there is to write on in the server's workspace."""
    return World(shared, home)


@pytest.fixture(scope="session")
def server(home: Path, store_folder: Path, served_world: World) -> Iterator[Server]:
    """The real server with sign-in configured."""
    with serving(home, store_folder) as started:
        yield started


@pytest.fixture(scope="session")
def known(server: Server, served_world: World) -> Known:
    """What an officer has seen and taken of every export there is."""
    return of_an_officer(server, served_world)


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A workspace in which everybody has the role of their name; "none" is on no list."""
    url = f"sqlite:///{tmp_path / 'workspace.sqlite'}"
    monkeypatch.setenv("ANCRAGE_WORKSPACE_URL", url)
    opened = open_workspace(url)
    for role in roles.GRANTED:
        roles.grant(opened, LOCAL, subject(role), role)
    return opened


@pytest.fixture
def open_as(store_folder: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Opens the dashboard as somebody: `open_as("donor", "plan", country="AFG")`."""
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(store_folder))
    monkeypatch.chdir(HOUSE)

    def opened(role: str, name: str = "situation", **link: str) -> AppTest:
        app = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=240)
        app.user, app.secrets = claims(role), {"auth": AUTH}
        for key, value in link.items():
            app.query_params[key] = value
        app.run()
        return app if name == "situation" else app.switch_page(f"pages/{name}.py").run()

    return opened
