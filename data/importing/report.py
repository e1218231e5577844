"""What an import has to say, by file and sheet: rows read, accepted, mended, set aside, refused; issues in both languages."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any, Final

from data.catalogue_tables import records

MOST_ISSUES: Final = 20_000
"""Issues kept in a report; the counts stay exact."""


@dataclass
class SheetReport:
    """One sheet; `rows_read = accepted + set_aside + refused` always, `repaired` counts accepted rows that were mended."""

    file: str
    sheet: str
    table: str | None
    country: str
    rows_read: int = 0
    accepted: int = 0
    repaired: int = 0
    set_aside: int = 0
    refused: int = 0
    join_rate_rows: float | None = None
    join_rate_persons: float | None = None
    mapping: dict[str, str] = field(default_factory=dict)
    how: dict[str, str] = field(default_factory=dict)
    samples: dict[str, list[str]] = field(default_factory=dict)
    shape: str = ""
    names: list[dict[str, Any]] = field(default_factory=list)
    """Names of the sheet that a person can confirm, or has (likeness)."""
    issues: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Report:
    """A whole import; `generation` is None on a dry run and when something was refused."""

    files: list[SheetReport] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=lambda: {"added": 0, "changed": 0, "removed": 0})
    generation: str | None = None

    @property
    def is_refused(self) -> bool:
        """Whether a file, or the import as a whole, was refused."""
        return any(issue["severity"] == "refused" for one in self.files for issue in one.issues)

    def in_a_line(self, iso3: str) -> str:
        """What was imported, as the audit keeps it: the country, each file with its table and rows, the figures that changed."""
        files = "; ".join(f"{one.file} {one.sheet}".strip() + f" ({one.table or 'not used'}, {one.accepted} rows)" for one in self.files)
        said = f"{iso3}: {files}; {self.changes['added']} added, {self.changes['changed']} changed, {self.changes['removed']} removed"
        return "".join(letter if letter.isprintable() else " " for letter in said)

    def as_json(self) -> dict[str, Any]:
        """The report as `--json` writes it."""
        return asdict(self)


@cache
def _messages() -> dict[str, tuple[str, str]]:
    return {row["code"]: (row["message_fr"], row["message_en"]) for row in records("issue_messages")}


def told(row_no: int | None, column: str, value: str, severity: str, code: str, detail: str) -> dict[str, Any]:
    """One issue with its sentence in French and English."""
    french, english = _messages()[code]
    values = {"row": row_no if row_no is not None else "–", "column": column, "value": value, "detail": detail}
    return {"row": row_no, "column": column, "value": value, "severity": severity, "code": code, "detail": detail,
            "message_fr": french.format(**values), "message_en": english.format(**values)}


def refusal(message_fr: str, message_en: str) -> dict[str, Any]:
    """The issue of a file that is refused."""
    return {"row": None, "column": "", "value": "", "severity": "refused", "code": "refused", "detail": "", "message_fr": message_fr, "message_en": message_en}
