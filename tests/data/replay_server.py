"""A real HTTP server on this machine that answers as the services' documents say, and fails as services do."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Row = dict[str, Any]


@dataclass
class Replay:
    """Rows by path; `faults` are played first, one a request, then the page itself. `asked` has every request."""

    rows: dict[str, list[Row]]
    faults: list[str] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    slow: threading.Event = field(default_factory=threading.Event)
    address: str = ""

    def page(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        """A page as HAPI (offset) or UNHCR (page) writes it, rows filtered by the parameters that name a column."""
        rows = [row for row in self.rows.get(path, []) if all(str(row[key]) == value for key, value in query.items() if key in row)]
        limit = int(query["limit"])
        if "offset" in query:
            return {"data": rows[int(query["offset"]) : int(query["offset"]) + limit]}
        number = int(query["page"])
        return {"page": number, "maxPages": -(-len(rows) // limit), "total": [], "items": rows[(number - 1) * limit : number * limit]}


@contextmanager
def replaying(rows: dict[str, list[Row]], faults: list[str] | None = None) -> Iterator[Replay]:
    """The server at `address`, stopped at the end. Faults: a status code, "429 7" (with Retry-After), cut, html, malformed, slow, elsewhere, list."""
    replay = Replay(rows, list(faults or []))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            replay.asked.append((parts.path.lstrip("/"), query, dict(self.headers)))
            fault = replay.faults.pop(0) if replay.faults else ""
            if fault == "slow":
                replay.slow.wait(5)
                return
            if fault == "elsewhere":
                self._send(302, b"", {"Location": "https://elsewhere.example/page"})
            elif fault[:3].isdigit():
                status, _, after = fault.partition(" ")
                self._send(int(status), json.dumps({"error": "said by the service"}).encode(), {"Retry-After": after} if after else {})
            elif fault == "html":
                self._send(200, b"<html><body>Maintenance</body></html>")
            elif fault == "malformed":
                self._send(200, b'{"data": [{"a": 1},')
            elif fault == "list":
                self._send(200, b'{"message": "Welcome to the API"}')
            else:
                body = json.dumps(replay.page(parts.path.lstrip("/"), query)).encode()
                self._send(200, body, cut=fault == "cut")

        def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None, cut: bool = False) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            for key, value in (headers or {}).items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)

        def log_message(self, *arguments: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    replay.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield replay
    finally:
        replay.slow.set()
        server.shutdown()
        server.server_close()
        thread.join()
