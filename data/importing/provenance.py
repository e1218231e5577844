"""Who published an imported file and under which licence: said by who imports it, or by the service it came from; else unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

UNKNOWN: Final = "–"
"""What stands for a publisher or licence that nobody said; screens say "unknown"."""
EVERY_FILE: Final = "*"


@dataclass(frozen=True)
class Provenance:
    """What is known of a file's origin; what is left empty stays unknown."""

    publisher: str = ""
    licence: str = ""
    url: str = ""
    title_fr: str = ""
    title_en: str = ""
    retrieved: date | None = None


def described(source: dict[str, Any], told: Mapping[str, Provenance]) -> dict[str, Any]:
    """A row of `source` with what was said of its (first) file, or of every file."""
    known = told.get(str(source["dataset"]).split(", ")[0]) or told.get(EVERY_FILE) or Provenance()
    found = {**source, "publisher": known.publisher.strip()[:200] or UNKNOWN, "licence": known.licence.strip()[:200] or UNKNOWN,
             "url": known.url or source["url"]}
    if known.title_fr and known.title_en:
        found |= {"title_fr": known.title_fr, "title_en": known.title_en}
    if known.retrieved is not None:
        found |= {"changes_fr": f"Relevé le {known.retrieved:%d.%m.%Y}. {source['changes_fr']}",
                  "changes_en": f"Retrieved on {known.retrieved.isoformat()}. {source['changes_en']}"}
    return found
