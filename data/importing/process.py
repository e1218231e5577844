"""An import in a process of its own, for a screen that shows how far it is and can stop it: the command line, seen from outside."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from data.generations import store_dir
from data.workspace import log, workspace_url
from data.workspace.actor import Actor, authorise

_HOUSE: Final = Path(__file__).resolve().parents[2]
_PATIENCE: Final = 3.0
"""Seconds that a stopped import has to clean up."""


@dataclass
class Upload:
    """Files of a person in a folder of their own, until they are imported or given up; who published them, under which licence, and when they
    speak of where they do not say it."""

    iso3: str
    publisher: str = ""
    licence: str = ""
    period: str = ""
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="ancrage-upload-")))

    def keep(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Write the files under names that hold no path."""
        for name, content in files:
            safe = re.sub(r"[^\w. ()-]", "_", Path(name.replace("\\", "/")).name)[-120:] or "file"
            (self.folder / safe).write_bytes(content)

    @property
    def paths(self) -> list[Path]:
        """The files, in order of their names."""
        return sorted(path for path in self.folder.iterdir() if not path.name.startswith("."))

    def forget(self) -> None:
        """Remove the files."""
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass
class RunningImport:
    """One run of `python -m data import` on an upload."""

    process: subprocess.Popen[bytes]
    folder: Path
    dry_run: bool
    started: float = field(default_factory=time.monotonic)

    def progress(self) -> tuple[str, float]:
        """The stage it is at, with the rows done in brackets where they are counted, and the share done, 0 to 1."""
        lines = (self.folder / ".progress").read_text(encoding="utf-8").splitlines()
        for line in reversed(lines):
            try:
                said = json.loads(line)
                return str(said["stage"]), float(said["share"])
            except (ValueError, KeyError):
                continue
        return "", 0.0

    def seconds_left(self) -> float | None:
        """About how long it still takes, None before anything can be said."""
        _, share = self.progress()
        return None if share < 0.1 else (time.monotonic() - self.started) * (1 - share) / share

    @property
    def is_done(self) -> bool:
        """Whether it has ended, one way or another."""
        return self.process.poll() is not None

    def cancel(self) -> None:
        """Stop it; the generation in use stays, and what was half written goes now, or with the next import when it does not let go."""
        self.process.terminate()
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def report(self) -> dict[str, Any] | None:
        """Its report, None when it wrote none: `sentence` says why."""
        try:
            found: dict[str, Any] = json.loads((self.folder / ".report.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found

    def sentence(self, language: str = "en") -> str:
        """What it said last on its error stream, in French or in English: the sentence of an import that could not run."""
        said = (self.folder / ".errors").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return said[-2 if language == "fr" and len(said) > 1 else -1] if said else ""


def start(actor: Actor, upload: Upload, *, dry_run: bool, confirmed: Mapping[str, Any] | None = None,
          aliases: Mapping[str, str] | None = None) -> RunningImport:
    """Start importing an upload in the name of who acts; `confirmed` has the mappings a person corrected, by shape, `aliases` the names a
    person confirmed for areas, name -> P-code, empty for a name to forget. Raises NotAllowed.
    """
    authorise(actor, "import_data")
    (upload.folder / ".report.json").unlink(missing_ok=True)
    program = [sys.executable, "-m", "data", "import", *map(str, upload.paths), "--country", upload.iso3, "--progress", "--json",
               str(upload.folder / ".report.json")]
    program += [f"--publisher={upload.publisher}", f"--licence={upload.licence}", f"--period={upload.period}"]
    program += [f"--alias={name}={pcode}" for name, pcode in (aliases or {}).items()]
    if dry_run:
        program.append("--dry-run")
    if confirmed:
        (upload.folder / ".mapping.json").write_text(json.dumps(confirmed), encoding="utf-8")
        program += ["--mapping", str(upload.folder / ".mapping.json")]
    environment = {"PATH": os.defpath, "PYTHONPATH": str(_HOUSE), "ANCRAGE_STORE_DIR": str(store_dir()), "PYTHONUNBUFFERED": "1",
                   "TMPDIR": tempfile.gettempdir(), "HOME": str(Path.home()), "ANCRAGE_WORKSPACE_URL": workspace_url(), log.ACTING: log.handed_on(actor)}
    with (upload.folder / ".progress").open("wb") as said, (upload.folder / ".errors").open("wb") as errors:
        process = subprocess.Popen(program, cwd=_HOUSE, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=errors)
    return RunningImport(process, upload.folder, dry_run)
