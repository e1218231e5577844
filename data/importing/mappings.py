"""What people confirmed, kept beside the store: mappings for the next file of the same shape, other names of areas by country."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from data.readers.places import place_key

REMEMBERED: Final = "import_mappings.json"
ALIASES: Final = "import_aliases.json"


def remembered(folder: Path) -> dict[str, dict[str, Any]]:
    """Mappings that people confirmed, by the shape of the file; none when there is no such file or it is damaged."""
    return _kept(folder / REMEMBERED)


def remember(folder: Path, confirmed: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep confirmed mappings for the next file of the same shape."""
    _keep(folder / REMEMBERED, {**remembered(folder), **confirmed})


def known_aliases(folder: Path, iso3: str, given: Mapping[str, str]) -> dict[str, str]:
    """Names that people confirmed for areas of a country, name -> P-code: those given now, first, then those of earlier imports.

    A name given with an empty P-code is one to forget.
    """
    said_now = {place_key(label) for label in given}
    earlier = {str(label): str(pcode) for label, pcode in _kept(folder / ALIASES).get(iso3, {}).items() if place_key(str(label)) not in said_now}
    return {**{label: pcode for label, pcode in given.items() if pcode}, **earlier}


def remember_aliases(folder: Path, iso3: str, aliases: Mapping[str, str]) -> None:
    """Keep the confirmed names of a country's areas for its next files."""
    _keep(folder / ALIASES, {**_kept(folder / ALIASES), iso3: dict(aliases)})


def _kept(path: Path) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): one for key, one in found.items() if isinstance(one, dict)} if isinstance(found, dict) else {}


def _keep(path: Path, content: Mapping[str, Any]) -> None:
    """Written beside, then renamed."""
    beside = path.with_name(f".{path.name}")
    beside.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    beside.replace(path)
