"""What a map fetches by URL, written once to `static/geo/` under the hash of its content: outlines, and names to look for."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from ui.language import t

if TYPE_CHECKING:
    from data.store import Store

GEO_DIR: Final = Path(__file__).resolve().parent.parent / "static" / "geo"
GEO_URL: Final = "app/static/geo"


class MapGeometryError(RuntimeError):
    """The outline of the country could not be read or written; the text says which and how to mend it."""


@dataclass(frozen=True)
class Outline:
    """Where the browser finds an outline, and the P-codes it has a shape for."""

    url: str
    codes: frozenset[str]


def outline(country: str, level: int) -> Outline:
    """The outline of a country at a level; written on first use.

    Raises MapGeometryError when `static/geo` cannot be written, and what the store raises for a level it does not have.
    """
    from ui import session

    store = session.store()
    return _published_outline(country, level, str(store.generation.path), store)


def places_url(country: str) -> str:
    """Where the browser finds the names of a country's places, aliases and codes included; written on first use.

    Raises MapGeometryError when `static/geo` cannot be written.
    """
    from ui import session

    store = session.store()
    return _published_places(country, str(store.generation.path), store)


@st.cache_resource(show_spinner=False, max_entries=64)
def _published_outline(country: str, level: int, generation: str, _store: Store) -> Outline:
    from data.queries import geometry

    collection = geometry(_store, country, level)
    url = publish_geometry(f"{country}-{level}-{collection['content_hash']}", collection)
    return Outline(url, frozenset(str(feature["id"]) for feature in collection["features"] if feature["geometry"]))


@st.cache_resource(show_spinner=False, max_entries=64)
def _published_places(country: str, generation: str, _store: Store) -> str:
    from data.queries.places import places

    listed = [
        {"code": str(code), "level": int(level), "parent": parent, "name_fr": french, "name_en": english, "aliases": list(aliases)}
        for code, level, parent, french, english, aliases in places(_store, country).itertuples(name=None)
    ]
    mark = hashlib.sha256(json.dumps(listed, ensure_ascii=False).encode()).hexdigest()[:16]
    return publish_geometry(f"{country}-places-{mark}", {"places": listed})


def publish_geometry(name: str, content: Mapping[str, Any], *, folder: Path = GEO_DIR) -> str:
    """Write a file of a map under a name that holds its hash, whole or not at all, and return its URL.

    Two processes may write the same name at once: both write the same bytes, and rename replaces one by the other.
    Raises MapGeometryError when the folder cannot be written.
    """
    target = folder / f"{name}.json"
    if not target.exists():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".writing-", delete=False, encoding="utf-8") as file:
                json.dump(content, file, ensure_ascii=False, separators=(",", ":"))
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(target)
        except OSError as error:
            raise MapGeometryError(t("map.error.not_writable", folder=str(folder), reason=error.strerror or str(error))) from error
    return f"{GEO_URL}/{target.name}"
