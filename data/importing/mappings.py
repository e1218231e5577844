"""Mappings that people confirmed, kept beside the store for the next file of the same shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from data.errors import DataError

REMEMBERED: Final = "import_mappings.json"


def remembered(folder: Path) -> dict[str, dict[str, Any]]:
    """Mappings that people confirmed, by the shape of the file; none when there is no such file or it is damaged."""
    try:
        found = json.loads((folder / REMEMBERED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(shape): one for shape, one in found.items() if isinstance(one, dict)} if isinstance(found, dict) else {}


def confirmed_in(file: Path) -> dict[str, dict[str, Any]]:
    """Confirmed mappings by shape, as the page Data writes them. Raises DataError for a file that holds something else, OSError."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, dict) and isinstance(one.get("mapping"), dict) and "table" in one for one in found.values()):
        raise DataError(
            f'{file.name} : ce ne sont pas des correspondances confirmées ({{"shape": {{"table": "returns", "mapping": {{"colonne": "persons"}}}}}}).',
            f'{file.name}: these are no confirmed mappings ({{"shape": {{"table": "returns", "mapping": {{"column": "persons"}}}}}}).')
    return found


def remember(folder: Path, confirmed: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep confirmed mappings for the next file of the same shape (written beside, then renamed)."""
    beside = folder / f".{REMEMBERED}"
    beside.write_text(json.dumps({**remembered(folder), **confirmed}, ensure_ascii=False, indent=1), encoding="utf-8")
    beside.replace(folder / REMEMBERED)
