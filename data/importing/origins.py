"""The sources that an import leaves in the store: which files, for which period, with which hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd

from data.catalogue_tables import records
from data.importing.periods import Span
from data.importing.provenance import UNKNOWN

TOPICS: Final = {"population": "population", "returns": "returns", "indicators": "indicators", "activities": "partners",
                 "facilities": "facilities", "boundaries": "boundaries", "funding": "funding", "in_place": "in_place", "prices": "prices"}


def source_row(source_id: str, of_table: str, iso3: str, files: list[str], paths: Sequence[Path], period: Span | None,
            changes_fr: str, changes_en: str) -> dict[str, Any]:
    """The row of `source` for what an import brings of a table: its files, their period (first and last day; None where
    nothing says it: the day of the import is then told among the changes) and their hash.
    """
    named = next(row for row in records("import_tables") if row["table"] == of_table)
    content = b"".join(_digest(path) for path in paths if path.name in files)
    first, last = (str(period[0].year), str(period[1].year)) if period else (UNKNOWN, UNKNOWN)
    today = date.today()
    if period is None:
        changes_fr, changes_en = f"Importé le {today:%d.%m.%Y}. {changes_fr}", f"Imported on {today.isoformat()}. {changes_en}"
    listed = ", ".join(files)
    return {"source_id": source_id, "topic": TOPICS[of_table], "countries": iso3, "publisher": listed, "title_fr": f"{named['name_fr']} : {listed}",
            "title_en": f"{named['name_en']}: {listed}", "licence": "–", "period": first if first == last else f"{first}-{last}", "url": "",
            "dataset": listed, "changes_fr": changes_fr, "changes_en": changes_en, "sha256": hashlib.sha256(content).hexdigest(),
            "period_start": period[0] if period else pd.NaT, "period_end": period[1] if period else pd.NaT}


def sources_of(in_use: Path, sources: list[dict[str, Any]]) -> pd.DataFrame:
    """Sources with the period of what an earlier import of the same source left in the store."""
    frame = pd.DataFrame(sources).drop_duplicates("source_id", keep="last")
    with duckdb.connect(str(in_use), read_only=True) as connection:
        before = connection.execute("SELECT source_id, topic, period_start, period_end FROM source").df().set_index("source_id")
    for position, row in frame.iterrows():
        if row["source_id"] in before.index and row["topic"] == "returns":
            first = min(row["period_start"], before.at[row["source_id"], "period_start"])
            last = max(row["period_end"], before.at[row["source_id"], "period_end"])
            frame.loc[position, ["period_start", "period_end"]] = [first, last]
            frame.loc[position, "period"] = f"{first.year}-{last.year}" if first.year != last.year else str(first.year)
    return frame


def _digest(path: Path) -> bytes:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").digest()
