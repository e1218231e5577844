"""Starting the real server for tests and measurements: on a free port, ready when it says so, stopped by the one who started it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
START_SECONDS = 180
PATIENCE = 60_000
"""Milliseconds a page may take to answer: on a slow machine with other work it is late, not wrong."""


def browser_path() -> str | None:
    """The browser to drive: CHROMIUM, else the system's Chromium, else None for Playwright's own."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Server:
    """A server that runs: where it answers and its process id."""

    address: str
    process: int


@contextmanager
def running(program: list[str], *, log: Path, environment: Mapping[str, str], ready: str = "/readyz") -> Iterator[Server]:
    """A server process; yields when `ready` answers 200, with its log in the error when it never does."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *program], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PORT": str(port), **environment})
        try:
            _await(address + ready, process, log)
            yield Server(address, process.pid)
        finally:
            stop(process)


def stop(process: subprocess.Popen[Any]) -> int:
    """Ask a process to end as a service manager does; its exit code."""
    process.send_signal(signal.SIGTERM)
    try:
        return process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


@contextmanager
def serve_map_app(folder: Path, **environment: str) -> Iterator[str]:
    """The page with nothing but the map (map_app.py), behind the same headers as the dashboard."""
    (folder / "static").mkdir(parents=True, exist_ok=True)
    script = Path(shutil.copy(HERE / "map_app.py", folder))
    program = [str(HERE / "map_server.py")]
    with running(program, log=folder / "server.log", environment={"MAP_APP": str(script), **environment}, ready="/healthz") as server:
        yield server.address


def get(url: str, headers: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, str], str]:
    """Status, headers (lower case) and text of an answer, errors included."""
    request = urllib.request.Request(url, headers=dict(headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read().decode()


def get_json(url: str) -> tuple[int, Any]:
    """Status and parsed JSON of an answer."""
    status, _, text = get(url)
    return status, json.loads(text)


def _await(url: str, process: subprocess.Popen[Any], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}:\n{log.read_text(errors='replace')}")
        try:
            if get(url)[0] == 200:
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass  # not listening yet
        _pause(process)
    raise RuntimeError(f"{url} was not ready after {START_SECONDS} s:\n{log.read_text(errors='replace')}")


def _pause(process: subprocess.Popen[Any]) -> None:
    """Waits for the process rather than for the clock: one that dies is noticed at once."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=0.1)
