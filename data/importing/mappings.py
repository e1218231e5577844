"""Mappings that people confirmed, kept beside the store for the next file of the same shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

REMEMBERED: Final = "import_mappings.json"


def remembered(folder: Path) -> dict[str, dict[str, Any]]:
    """Mappings that people confirmed, by the shape of the file; none when there is no such file or it is damaged."""
    try:
        found = json.loads((folder / REMEMBERED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(shape): one for shape, one in found.items() if isinstance(one, dict)} if isinstance(found, dict) else {}


def remember(folder: Path, confirmed: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep confirmed mappings for the next file of the same shape (written beside, then renamed)."""
    beside = folder / f".{REMEMBERED}"
    beside.write_text(json.dumps({**remembered(folder), **confirmed}, ensure_ascii=False, indent=1), encoding="utf-8")
    beside.replace(folder / REMEMBERED)
