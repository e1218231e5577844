"""ASGI middleware: files that do not change while the server runs are answered from memory, packed once.

A page asks for seventy of them before it shows anything. Streamlit reads each from disk at every request and packs none of its own.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.security import KEPT_FOREVER

PACKED: Final = frozenset({"text/javascript", "text/css", "application/json", "application/wasm", "image/svg+xml"})
LARGEST: Final = 64 * 1024 * 1024
"""Bytes kept; files beyond are read again."""
_SMALLEST_PACKED: Final = 600


@dataclass(frozen=True)
class Folder:
    """Where files lie that are served under a path; `hashed` when their names hold the hash of what is in them."""

    path: Path
    hashed: bool = True


@dataclass(frozen=True)
class Kept:
    """A file as it is answered: its type, its mark, its bytes, and the packed ones where packing helps."""

    kind: bytes
    mark: bytes
    plain: bytes
    packed: bytes | None


def streamlit_files() -> Path:
    """Where the installed Streamlit keeps what it serves under /static. Raises RuntimeError without one."""
    spec = find_spec("streamlit")
    if spec is None or spec.origin is None:
        raise RuntimeError("streamlit is not installed")
    return Path(spec.origin).parent / "static" / "static"


class Bundle:
    """Answers GET and HEAD for files of `folders` (by the path they are served under); anything else goes on."""

    def __init__(self, app: ASGIApp, folders: Mapping[str, Folder]) -> None:
        self.app = app
        self.folders = folders
        self.kept: dict[Path, Kept] = {}
        self.size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        folder, path = self._path(scope) or (None, None)
        file = None if path is None else self.kept.get(path) or await anyio.to_thread.run_sync(self._read, path)
        if folder is None or file is None:
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        is_packed = file.packed is not None and "gzip" in asked.get("accept-encoding", "") and "range" not in asked
        body = file.packed if is_packed and file.packed is not None else file.plain
        headers = [
            (b"cache-control", KEPT_FOREVER.encode() if folder.hashed else b"no-cache"), (b"etag", file.mark), (b"vary", b"Accept-Encoding")]
        if asked.get("if-none-match", "").encode("latin-1") == file.mark:
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        headers += [(b"content-type", file.kind), (b"content-length", str(len(body)).encode())]
        if is_packed:
            headers.append((b"content-encoding", b"gzip"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _path(self, scope: Scope) -> tuple[Folder, Path] | None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return None
        for served, folder in self.folders.items():
            name = scope["path"].removeprefix(served)
            if name != scope["path"]:
                parts = name.split("/")
                # no way out of the folder, and nothing hidden
                if all(part and not part.startswith(".") and "\\" not in part and "\0" not in part for part in parts):
                    return folder, folder.path.joinpath(*parts)
        return None

    def _read(self, path: Path) -> Kept | None:
        try:
            plain = path.read_bytes() if path.is_file() and not path.is_symlink() else None
        except OSError:
            plain = None
        if plain is None:
            return None
        # what a machine's own list calls .js differs from one to the next
        kind = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        packed = gzip.compress(plain, 6, mtime=0) if kind in PACKED and len(plain) >= _SMALLEST_PACKED else None
        text = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
        mark = f'"{hashlib.sha256(plain).hexdigest()[:20]}"'
        found = Kept(text.encode(), mark.encode(), plain, packed if packed is None or len(packed) < len(plain) else None)
        size = len(plain) + len(packed or b"")
        if self.size + size <= LARGEST:
            self.size += size
            self.kept[path] = found
        return found
