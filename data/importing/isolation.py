"""The child process that reads a file: started with nothing but the file, limited in memory and time, killed when it overruns."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import pandas as pd

from data.importing.limits import CHILD_WALL_SECONDS, check_zip, kind_of, lines_are_short, refused

GEODATA_DRIVERS: Final = ("GPKG", "ESRI Shapefile")
"""The only drivers left to the geodata library; GeoJSON is read without it (FINDINGS 18)."""
_HOUSE: Final = Path(__file__).resolve().parents[2]


@dataclass
class Sheet:
    """One sheet of a file as text, indexed by the file's row number; `hxl` has its tags by column."""

    file: str
    sheet: str
    frame: pd.DataFrame
    hxl: dict[str, str] = field(default_factory=dict)
    issues: list[list[Any]] = field(default_factory=list)


def read_in_child(path: Path, seconds: float = CHILD_WALL_SECONDS) -> list[Sheet]:
    """The sheets of a file, read in a child process. Raises InputRefused with the reason, whatever the file does to the child."""
    # bytes only, nothing parsed: most files that are not what they say end here, without a process
    kind = kind_of(path)
    if kind == "csv":
        lines_are_short(path)
    elif kind in ("zip", "xlsx"):
        check_zip(path)
    with tempfile.TemporaryDirectory(prefix="ancrage-import-") as folder:
        out = Path(folder)
        program = [sys.executable, "-m", "data.importing.reading", str(path.resolve()), folder]
        environment = {
            "PATH": os.defpath, "PYTHONPATH": str(_HOUSE), "HOME": folder, "TMPDIR": folder, "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1", "ARROW_NUM_THREADS": "1", "GDAL_SKIP": _skipped_drivers(), "GDAL_HTTP_TIMEOUT": "1",
            "CPL_CURL_ENABLED": "NO", "GDAL_DRIVER_PATH": "disable", "PYTHONDONTWRITEBYTECODE": "1",
        }
        try:
            child = subprocess.run(program, cwd=_HOUSE, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, timeout=seconds, check=False)
        except subprocess.TimeoutExpired as error:
            raise refused(f"{path.name} : lecture arrêtée après {seconds:.0f} s.",
                          f"{path.name}: reading stopped after {seconds:.0f} s.") from error
        if not (out / "manifest.json").is_file() or child.returncode != 0:
            raise refused(f"{path.name} : illisible, ou demande plus de mémoire ou de temps qu'il n'est permis.",
                          f"{path.name}: unreadable, or asks for more memory or time than is allowed.")
        manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        if "refused" in manifest:
            raise refused(manifest["refused"]["message_fr"], manifest["refused"]["message_en"])
        return [
            Sheet(path.name, one["sheet"], pd.read_parquet(out / one["file"]).set_index("row_no"), one["hxl"], one["issues"])
            for one in manifest["sheets"]
        ]


@cache
def _skipped_drivers() -> str:
    import pyogrio

    return ",".join(name for name in pyogrio.list_drivers() if name not in GEODATA_DRIVERS)
