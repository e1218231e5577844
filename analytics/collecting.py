"""Many objects made at once that all stay: the interpreter's search for those nobody holds would walk through all of them again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Puts the search off to the end: a tenth of the time of 5,000 areas. Two at once are no trouble: the first to begin turns it on again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
