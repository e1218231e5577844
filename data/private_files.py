"""Files that a command writes for whoever runs it: nobody else of the machine reads them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700


def opener(path: str, flags: int) -> int:
    """Opens a file for `open(..., opener=opener)`; one that is new belongs to its owner alone, one that is there keeps its rights."""
    return os.open(path, flags, FILE_MODE)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text. Raises OSError."""
    with open(path, "w", encoding="utf-8", opener=opener) as file:
        file.write(text)
