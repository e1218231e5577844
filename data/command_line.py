"""What every command does alike: exit codes, a refusal as a sentence in both languages, a file to write that is looked at before the work."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from data.errors import DataError, Unavailable
from data.importing.report import Report
from data.private_files import write_text

BAD_USAGE: Final = 2
REFUSED: Final = 3
UNAVAILABLE: Final = 4
TOLD: Final = 10
"""Sentences of one file told one by one; its report has them all."""


@contextmanager
def sentences() -> Iterator[None]:
    """Turn an error a person can act on into its sentence in French and in English on the error stream, and an exit code."""
    try:
        yield
    except DataError as error:
        typer.echo(error.message_fr, err=True)
        typer.echo(error.message_en, err=True)
        sys.exit(UNAVAILABLE if isinstance(error, Unavailable) else REFUSED)
    except OSError as error:
        typer.echo(f"{error.filename or error} : ne peut être ni lu ni écrit ({error.strerror}).", err=True)
        typer.echo(f"{error.filename or error}: can be neither read nor written ({error.strerror}).", err=True)
        sys.exit(REFUSED)


def to_write(path: Path | None) -> Path | None:
    """A file that is asked for, known to have its place before the work begins. Raises typer.BadParameter."""
    if path is None:
        return None
    if path.is_dir() or not path.parent.is_dir():
        raise typer.BadParameter(f"{path} is a folder, or stands in none.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise typer.BadParameter(f"{path} cannot be written.")
    return path


ReportFile = Annotated[Path | None, typer.Option("--json", callback=to_write, help="Write the report there.")]


def tell(report: Report) -> None:
    """Say what became of each file, the first sentences of how it is read and of what was refused or set aside, and what changed."""
    for one in report.files:
        typer.echo(f"{one.file} {one.sheet}".strip() + f": {one.table or 'not used'}, {one.rows_read} rows read = {one.accepted} accepted "
                   f"({one.repaired} mended) + {one.set_aside} set aside + {one.refused} refused"
                   + ("" if one.join_rate_rows is None else f"; {one.join_rate_rows:.1%} of rows placed")
                   + ("" if one.join_rate_persons is None else f", {one.join_rate_persons:.1%} of persons"))
        # what concerns the whole file first: it says how all its figures are read
        to_say = [issue for issue in one.issues if one.table and issue["severity"] in ("info", "repaired") and issue["row"] is None]
        to_say += [issue for issue in one.issues if issue["severity"] in ("refused", "set_aside")]
        for issue in to_say[:TOLD]:
            for language in ("fr", "en"):
                typer.echo(f"  {issue[f'message_{language}']}", err=issue["severity"] == "refused")
        if len(to_say) > TOLD:
            typer.echo(f"  … {len(to_say) - TOLD} de plus : --json les écrit tous.")
            typer.echo(f"  … {len(to_say) - TOLD} more: --json writes them all.")
    counts = report.changes
    for key, french, english in (("areas_gaining", "unités qui gagnent des données", "areas that gain data"),
                                 ("areas_losing", "unités qui perdent des données", "areas that lose data")):
        if codes := counts.get(key):
            for words, number in ((french, 0), (english, 1)):
                named = ", ".join(counts["area_names"].get(code, [code, code])[number] for code in codes)
                more = counts["areas"][key] - len(codes)
                typer.echo(f"{words}{' :' if number == 0 else ':'} {named}" + (f", + {more}" if more else ""))
    typer.echo(f"figures: {counts['added']} added, {counts['changed']} changed, {counts['removed']} removed; {report.generation or 'nothing switched'}")


def write_report(path: Path | None, report: dict[str, Any]) -> None:
    """Write a report as JSON where it was asked for."""
    if path is not None:
        write_text(path, json.dumps(report, ensure_ascii=False, indent=1, default=str))
