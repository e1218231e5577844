"""How far an import is, in words for a terminal."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Final, TextIO

_ROWS: Final = re.compile(r"^(?P<stage>.*) \((?P<rows>\d+)\)$")
_EARLY: Final = 0.02


def stage_and_rows(stage: str) -> tuple[str, int | None]:
    """The stage without the rows done that may stand behind it, and those."""
    found = _ROWS.match(stage)
    return (found["stage"], int(found["rows"])) if found else (stage, None)


@dataclass
class Terminal:
    """One line of a terminal that is written over: share, stage, rows done, seconds left."""

    out: TextIO
    started: float = field(default_factory=time.perf_counter)
    _width: int = 0

    def say(self, stage: str, share: float) -> None:
        """Write where the import is; a new line at its end."""
        name, rows = stage_and_rows(stage)
        done = f", {rows:,} rows" if rows else ""
        spent = time.perf_counter() - self.started
        left = f", about {spent * (1 - share) / share:.0f} s left" if _EARLY < share < 1 else ""
        text = f"{share:4.0%} {name}{done}{left}"
        self.out.write("\r" + text.ljust(self._width) + ("\n" if share >= 1 else ""))
        self.out.flush()
        self._width = len(text)
