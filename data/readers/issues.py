"""What a reader has to say about a row: one issue, by file row, in a code whose sentence is in issue_messages.csv."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

SEVERITIES: Final = ("info", "repaired", "set_aside", "refused")
"""info: kept as it is; repaired: kept, mended; set_aside: kept out of the figures; refused: not read at all."""

COLUMNS: Final = ("source_id", "iso3", "row_no", "column", "value", "severity", "code", "detail")


class InputRefused(ValueError):
    """A file that cannot be imported; carries the sentence in French and English."""

    def __init__(self, message_fr: str, message_en: str):
        self.message_fr = message_fr
        self.message_en = message_en
        super().__init__(message_en)


@dataclass
class Issues:
    """Collects the issues of one source; `row_no` is the row of the file as a spreadsheet numbers it."""

    source_id: str
    iso3: str = ""
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def add(
        self, row_no: int | None, column: str, value: object, severity: str, code: str, detail: str = "", iso3: str = "",
    ) -> None:
        """Note one issue. Raises ValueError for a severity that does not exist."""
        if severity not in SEVERITIES:
            raise ValueError(f"severity {severity!r} is not one of {', '.join(SEVERITIES)}")
        self.rows.append((self.source_id, iso3 or self.iso3, row_no, column, str(value), severity, code, detail))

    def frame(self) -> pd.DataFrame:
        """One row an issue, columns COLUMNS."""
        return issue_frame(self.rows)


def issue_frame(rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Issues as a frame with fixed types: row_no is a nullable integer, the rest text."""
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    text = [c for c in COLUMNS if c != "row_no"]
    return frame.astype({**dict.fromkeys(text, "str"), "row_no": "Int64"})
