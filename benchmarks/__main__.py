"""`python -m benchmarks [name ...]`: every benchmark of this folder (files `bench_*.py`), or those named, one after the other.

`name=argument` hands a benchmark its size: `import=100000000`.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path


def main(names: list[str]) -> int:
    """Runs the benchmarks; an unknown name lists the known ones and returns 2."""
    known = {path.stem.removeprefix("bench_"): path for path in sorted(Path(__file__).parent.glob("bench_*.py"))}
    asked = [name.partition("=")[::2] for name in names] or [(name, "") for name in known]
    unknown = [name for name, _ in asked if name not in known]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}", file=sys.stderr)
        return 2
    for name, argument in asked:
        print(f"== {name}", flush=True)
        sys.argv = [str(known[name]), *([argument] if argument else [])]
        runpy.run_module(f"benchmarks.{known[name].stem}", run_name="__main__")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
