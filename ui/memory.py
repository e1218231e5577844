"""What has been worked out and can be used again by every session: a bounded store of results under their full key.

`st.cache_resource` would do the same at a tenth of a millisecond a look; a page asks fifty times a rerun.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, Final

KEPT: Final = 3_000


class Memory:
    """Results by key, the least recently used forgotten first. Two sessions that ask at once may both compute: the first wins."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._results: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, key: Hashable, build: Callable[[], Any]) -> Any:
        """The result of a key; `build` is called when there is none. What it raises is not kept."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return self._results[key]
        built = build()
        with self._lock:
            result = self._results.setdefault(key, built)
            while len(self._results) > self._kept:
                self._results.popitem(last=False)
        return result


@cache
def memory() -> Memory:
    """The one memory of this process."""
    return Memory()
