"""The shell around app.py: security headers, the language of the page, health, graceful start and stop.

`python server.py` serves on 127.0.0.1; `PORT` chooses the port (8501 by default).
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import pkgutil
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import streamlit as st
import structlog
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager

import analytics
import ui
from data.errors import DataError
from data.health import health
from ui import first_load, map_component, settings
from ui.bundle import Bundle, Folder, streamlit_files
from ui.coming_back import ComingBack
from ui.language import speaking, t
from ui.map_files import GEO_DIR, GEO_URL
from ui.media_guard import MediaGuard
from ui.menu import FIRST
from ui.message_guard import MessageGuard
from ui.security import PageHeaders

HERE = Path(__file__).resolve().parent
DEFAULT_PORT = 8501

log = structlog.get_logger("ancrage.server")


async def healthz(_request: Request) -> JSONResponse:
    """The process answers. Says nothing about the data, so that a restart is not the answer to a missing file."""
    return JSONResponse({"alive": True})


async def readyz(_request: Request) -> JSONResponse:
    """Whether people can work: the store opens, what they write can be kept, the disk has room. 503 with reasons otherwise."""
    found = await anyio.to_thread.run_sync(health)
    return JSONResponse(found, status_code=200 if found["ready"] else 503)


async def first_page(request: Request) -> RedirectResponse:
    """The first page by its name is the house's own address: Streamlit knows it by no other and says that there is no such page."""
    return RedirectResponse(f"./?{request.url.query}" if request.url.query else "./")


def say_what_failed(error: Exception) -> bool:
    """One sentence on the page in both languages with a reference; what happened goes to the log under that reference."""
    reference = secrets.token_hex(4).upper()
    log.error("page_failed", reference=reference, exc_info=error)
    if isinstance(error, DataError):
        # the store says itself what is wrong and how to mend it
        st.error(f"{error.message_fr}\n\n{error.message_en}", icon=":material/database_off:")
        return True
    for language in ("fr", "en"):
        with speaking(language):
            st.error(t("server.page_failed", reference=reference), icon=":material/error:")
    return True


def _lifespan(warm: Callable[[], None]) -> Callable[[st.App], AbstractAsyncContextManager[dict[str, Any]]]:
    @asynccontextmanager
    async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
        """Warm what every page needs, then freeze it: the collector never walks the libraries again."""
        settings.require(config.get_option)
        # else the first visitor who opens /plan gets pages/plan.py without app.py, which says who may see it
        PagesManager.uses_pages_directory = False
        await anyio.to_thread.run_sync(warm)
        gc.collect()
        gc.freeze()
        log.info("serving", port=config.get_option("server.port"))
        yield {}
        log.info("stopped")

    return lifespan


def import_libraries() -> None:
    """Import what the pages use: the first visitor should not wait for it, and frozen modules are never walked again."""
    for room in (ui, analytics):
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def _log_plainly() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


def _port() -> int:
    text = os.environ.get("PORT", str(DEFAULT_PORT))
    if not text.isdigit() or not 0 < int(text) < 65536:
        print(f"PORT is {text!r}: give a number from 1 to 65535 / donnez un nombre de 1 à 65535", file=sys.stderr)
        raise SystemExit(2)
    return int(text)


def main() -> None:
    """Serve until stopped; exit code 2 with a sentence for each setting that is not as pinned."""
    port = _port()
    # read with the port from the start: a port that comes later counts as a change and is warned about
    config.get_config_options(force_reparse=True, options_from_flags={"server.port": port})
    try:
        settings.require(config.get_option)
    except settings.SettingsError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from error
    app.run(config={"server.port": port})


def shell(warm: Callable[[], None], outlines: Path = GEO_DIR) -> dict[str, Any]:
    """What goes around a script, for `st.App(script, **shell(...))`: app.py in service, a page of its own in a test.

    `warm` runs once before the first visitor; `outlines` is where the maps of the script write theirs.
    """
    served = {
        "/static/": Folder(streamlit_files()), f"/{GEO_URL}/": Folder(outlines), f"/{first_load.CODE}/": Folder(map_component.HERE / "assets", hashed=False)}
    return {
        "routes": [Route("/healthz", healthz), Route("/readyz", readyz), Route(f"/{FIRST}", first_page)],
        "middleware": [
            Middleware(PageHeaders, head=first_load.head), Middleware(Bundle, folders=served),
            Middleware(ComingBack), Middleware(MediaGuard), Middleware(MessageGuard),
        ],
        "lifespan": _lifespan(warm),
        "on_script_error": say_what_failed,
    }


_log_plainly()
# `streamlit run server.py` finds the app by reading this line, so st.App is called here and not in a function
app = st.App(HERE / "app.py", **shell(import_libraries))

if __name__ == "__main__":
    main()
