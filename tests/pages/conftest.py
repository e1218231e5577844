"""Pages by AppTest on a store of their own; a text that is missing fails the test that asks for it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

os.environ["ANCRAGE_STRICT_TEXTS"] = "1"
HOUSE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def page_store(tmp_path_factory) -> Path:
    """A store built from the embedded dataset."""
    folder = tmp_path_factory.mktemp("store")
    subprocess.run([sys.executable, "-m", "data", "build"], cwd=HOUSE, env={**os.environ, "ANCRAGE_STORE_DIR": str(folder)}, check=True)
    return folder


@pytest.fixture
def open_page(page_store, monkeypatch) -> Callable[..., AppTest]:
    """Opens a page by its link: `open_page("returns", country="AFG", lang="en")`."""
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(page_store))
    monkeypatch.chdir(HOUSE)

    def opened(name: str, **link: str) -> AppTest:
        app = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=240)
        for key, value in link.items():
            app.query_params[key.replace("__", ".")] = value
        # the entry page registers the pages; its own content is not looked at here
        app.run()
        app.switch_page(f"pages/{name}.py").run()
        return app

    return opened


def words(app: AppTest) -> str:
    """Everything a reader sees on the page, for looking for a word."""
    parts = [element.value for kind in ("title", "markdown", "caption", "subheader", "info", "warning") for element in app.get(kind)]
    parts += [element.proto.title for kind in ("info", "warning") for element in app.get(kind)]
    parts += [f"{metric.label} {metric.value}" for metric in app.metric]
    parts += [column for table in app.dataframe for column in map(str, table.value.columns)]
    return "\n".join(str(part) for part in parts)
