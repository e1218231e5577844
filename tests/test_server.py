"""The server around the pages, started for real: headers, language, health, settings, stop."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests.browser.serving import ROOT, Server, free_port, get, get_json, running, stop
from ui import settings
from ui.security import page_language

DOCUMENT = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("store")
    subprocess.run(
        [sys.executable, "-m", "data", "build"], cwd=ROOT, env={**os.environ, "ANCRAGE_STORE_DIR": str(built)}, check=True,
        capture_output=True, timeout=240)
    return built


@pytest.fixture(scope="module")
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("log") / "server.log"
    with running([str(ROOT / "server.py")], log=log, environment=places(folder)) as started:
        yield started


def places(folder: Path) -> dict[str, str]:
    """Environment of a server whose store and workspace lie in a folder."""
    return {"ANCRAGE_STORE_DIR": str(folder), "ANCRAGE_WORKSPACE_URL": f"sqlite:///{folder / 'workspace.sqlite'}"}


@pytest.mark.parametrize("path", ["/", "/plan", "/healthz", "/_stcore/health", "/static/nothing.js", "/app/static/geo/nothing.json"])
def test_every_answer_carries_the_policy(server: Server, path: str) -> None:
    _, headers, _ = get(server.address + path, DOCUMENT)
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "'unsafe-eval'" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]


def test_the_policy_allows_the_one_inline_script_of_the_installed_streamlit(server: Server) -> None:
    index = (Path(streamlit.__file__).parent / "static" / "index.html").read_text()
    inline = [body for opening, body in re.findall(r"<script([^>]*)>(.*?)</script>", index, re.DOTALL) if "src=" not in opening]
    assert len(inline) == 1
    wanted = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
    _, headers, page = get(server.address, DOCUMENT)
    script_sources = next(part for part in headers["content-security-policy"].split("; ") if part.startswith("script-src"))
    assert script_sources == f"script-src 'self' 'sha256-{wanted}' 'wasm-unsafe-eval'"
    assert inline[0] in page


@pytest.mark.parametrize(("query", "language"), [("", "fr"), ("?lang=en", "en"), ("?lang=xx", "fr"), ("?lang=%22%3E%3Cscript%3E", "fr")])
def test_the_page_says_its_language(server: Server, query: str, language: str) -> None:
    _, headers, page = get(f"{server.address}/{query}", {**DOCUMENT, "Accept-Encoding": "gzip"})
    assert f'<html lang="{language}" dir="ltr">' in page
    assert "<title>Ancrage</title>" in page
    assert "etag" not in headers  # a copy kept by the browser may be in another language


def test_a_language_written_from_right_to_left_turns_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.security.languages", lambda: ("fr", "en", "fa"))
    assert page_language("lang=fa&x=1") == "fa"


def test_the_first_page_by_its_name_opens_the_house_with_what_the_link_says(server: Server) -> None:
    with urllib.request.urlopen(f"{server.address}/situation?country=CAF&lang=en", timeout=20) as answer:
        assert answer.url == f"{server.address}/?country=CAF&lang=en"
        assert answer.status == 200


def test_ready_when_store_workspace_and_disk_are(server: Server) -> None:
    assert get_json(f"{server.address}/healthz") == (200, {"alive": True})
    status, found = get_json(f"{server.address}/readyz")
    assert status == 200
    assert found["ready"]
    assert found["store"]["ok"]
    assert found["workspace"]["ok"]
    assert found["disk"]["ok"]


def test_without_a_store_alive_but_not_ready_and_it_says_how_to_mend(tmp_path: Path) -> None:
    environment = places(tmp_path)
    with running([str(ROOT / "server.py")], log=tmp_path / "log", environment=environment, ready="/healthz") as started:
        status, found = get_json(f"{started.address}/readyz")
    assert status == 503
    assert not found["store"]["ok"]
    assert "python -m data build" in found["store"]["message_fr"]
    assert "python -m data build" in found["store"]["message_en"]
    assert found["disk"]["ok"]


def test_a_workspace_that_cannot_be_written_is_not_ready(folder: Path, tmp_path: Path) -> None:
    environment = {**places(folder), "ANCRAGE_WORKSPACE_URL": f"sqlite:///{tmp_path / 'file' / 'w.sqlite'}"}
    (tmp_path / "file").write_text("not a folder")
    with running([str(ROOT / "server.py")], log=tmp_path / "log", environment=environment, ready="/healthz") as started:
        status, found = get_json(f"{started.address}/readyz")
    assert status == 503
    assert found["store"]["ok"]
    assert not found["workspace"]["ok"]
    assert found["workspace"]["message_fr"]


def test_the_settings_file_sets_every_pinned_value_as_pinned() -> None:
    written = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    for name, (wanted, _) in settings.PINNED.items():
        section, option = name.split(".")
        assert written[section][option] == wanted, name


@pytest.mark.parametrize("name", sorted(settings.PINNED))
def test_each_pinned_setting_is_missed_when_it_differs(name: str) -> None:
    def option(asked: str) -> Any:
        return "something else" if asked == name else as_it_should_be(asked)

    found = settings.differences(option)
    assert len(found) == 1
    assert found[0].startswith(name)


def test_hosts_must_be_named() -> None:
    def option(asked: str) -> Any:
        return ["*"] if asked == "server.allowedHosts" else as_it_should_be(asked)

    assert settings.differences(option)[0] == (
        "server.allowedHosts must name the hosts this server answers to: any other name could be a rebinding attack")


def as_it_should_be(asked: str) -> Any:
    """An option of a server on this machine with every pinned value as pinned."""
    return {"server.allowedHosts": ["localhost"], "server.address": "127.0.0.1"}.get(asked) or settings.PINNED[asked][0]


def test_a_setting_that_differs_stops_the_start_with_a_sentence() -> None:
    program = "import server; from ui import settings; settings.PINNED['server.maxUploadSize'] = (5, 'of the test'); server.main()"
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=240)
    assert ended.returncode == 2
    assert "server.maxUploadSize is 20 and must be 5: of the test" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_weakened_setting_stops_other_ways_to_start_too(folder: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "server.py", f"--server.port={free_port()}", "--client.showErrorDetails=full"],
        cwd=ROOT, env={**os.environ, **places(folder)}, capture_output=True, text=True, timeout=240)
    assert ended.returncode != 0
    assert "client.showErrorDetails is 'full' and must be 'none'" in ended.stdout + ended.stderr


def test_a_port_that_is_none_is_refused() -> None:
    ended = subprocess.run(
        [sys.executable, "server.py"], cwd=ROOT, env={**os.environ, "PORT": "many"}, capture_output=True, text=True, timeout=240)
    assert ended.returncode == 2
    assert "PORT is 'many'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_stop_is_graceful(folder: Path, tmp_path: Path) -> None:
    port = free_port()
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "server.py"], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT,
            env={**os.environ, **places(folder), "PORT": str(port)})
        started = ""
        while '"serving"' not in started and process.poll() is None:
            started = log.read_text()
        address = f"127.0.0.1:{port}"
        # somebody is looking at a page: their session must not hold the server up
        with connect(f"ws://{address}/_stcore/stream", origin=Origin(f"http://{address}"), subprotocols=[Subprotocol("streamlit")]):
            began = time.monotonic()
            assert stop(process) in (0, -15)
        assert time.monotonic() - began < 8
    assert '"stopped"' in log.read_text()
    assert "Traceback" not in log.read_text()


def test_streamlit_run_serves_the_same_pages(folder: Path, tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"], cwd=ROOT, env={**os.environ, **places(folder)},
        stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        answer = 0
        while answer != 200 and process.poll() is None:
            try:
                answer, _, text = get(f"http://127.0.0.1:{port}/_stcore/health")
            except OSError:
                continue  # not listening yet
        assert text == "ok"
    finally:
        stop(process)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_captions_of_the_theme_can_be_read(theme: str) -> None:
    colours = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"][theme]
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        # Streamlit draws captions at 60 % of the text colour
        assert contrast(blend(colours["textColor"], colours[ground], 0.6), colours[ground]) >= 4.5, ground
        assert contrast(colours["linkColor"], colours[ground]) >= 4.5, ground
        # a chosen option is written in the primary colour on a tenth of it
        ink = colours["primaryColor"]
        if (theme, ground) != ("dark", "secondaryBackgroundColor"):
            assert contrast(ink, blend(ink, colours[ground], 0.1)) >= 4.5, ground


def test_no_page_has_a_button_that_the_dark_theme_makes_hard_to_read() -> None:
    white_on_primary = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]["dark"]["primaryColor"]
    assert contrast("#FFFFFF", white_on_primary) < 4.5  # once this is not so, the test below has no reason
    for room in ("pages", "ui"):
        for file in (ROOT / room).rglob("*.py"):
            assert 'type="primary"' not in file.read_text(), file.name


def blend(ink: str, paper: str, share: float) -> str:
    mixed = (share * int(ink[i:i + 2], 16) + (1 - share) * int(paper[i:i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(part):02X}" for part in mixed)


def contrast(one: str, other: str) -> float:
    """WCAG contrast of two colours."""
    def luminance(colour: str) -> float:
        parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
