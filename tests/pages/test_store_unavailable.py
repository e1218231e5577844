"""Without a store there is one clear page: what is missing, where, how to mend it; never a traceback."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import HOUSE


@pytest.mark.parametrize(("lang", "title"), [("fr", "Les données ne sont pas disponibles"), ("en", "The data are not available")])
def test_a_missing_store_is_said_with_the_way_to_mend_it(tmp_path, monkeypatch, lang, title):
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(tmp_path / "nothing"))
    app = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=240)
    app.query_params["lang"] = lang
    app.run()
    assert not app.exception
    assert app.title[0].value == title
    assert app.code[0].value == "python -m data build"
    assert str(tmp_path / "nothing") in app.caption[0].value


def test_a_damaged_store_is_said_too(tmp_path, monkeypatch):
    monkeypatch.setenv("ANCRAGE_STORE_DIR", str(tmp_path))
    (tmp_path / "gen-000001-0123456789ab.duckdb").write_bytes(b"not a database" * 1000)
    (tmp_path / "CURRENT").write_text("gen-000001-0123456789ab.duckdb\n")
    app = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=240).run()
    assert not app.exception
    assert app.title[0].value == "Les données ne sont pas disponibles"
