"""What every command does alike: exit codes, a refusal as a sentence in both languages, a file to write that is looked at before the work."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer

from data.errors import DataError, Unavailable
from data.importing.report import Report
from data.private_files import write_text

BAD_USAGE: Final = 2
REFUSED: Final = 3
UNAVAILABLE: Final = 4
_OF_FILES: Final[dict[type[OSError], tuple[str, str]]] = {
    FileNotFoundError: ("il n'existe pas", "it does not exist"),
    IsADirectoryError: ("c'est un dossier", "it is a folder"),
    PermissionError: ("l'accès n'est pas permis", "access is not permitted"),
}
TOLD: Final = 10
"""Sentences of one file told one by one; its report has them all."""


@contextmanager
def sentences(language: str | None = None) -> Iterator[None]:
    """Turn an error a person can act on into its sentence on the error stream, in one language or in both, and an exit code."""
    try:
        yield
    except DataError as error:
        refuse(error.message_fr, error.message_en, language, UNAVAILABLE if isinstance(error, Unavailable) else REFUSED)
    except OSError as error:
        why = next((words for kind, words in _OF_FILES.items() if isinstance(error, kind)), (str(error.strerror),) * 2)
        named = error.filename or error
        refuse(f"{named} : ne peut être ni lu ni écrit ({why[0]}).", f"{named}: can be neither read nor written ({why[1]}).", language)


def say_wrong(french: str, english: str, language: str | None = None) -> None:
    """One sentence on the error stream: in the language asked for, in French and then in English when none was."""
    for code, text in (("fr", french), ("en", english)):
        if language in (None, code):
            typer.echo(text, err=True)


def refuse(french: str, english: str, language: str | None = None, code: int = REFUSED) -> NoReturn:
    """Say why, and end with an exit code."""
    say_wrong(french, english, language)
    sys.exit(code)


def to_write(path: Path | None) -> Path | None:
    """A file that is asked for, known to have its place before the work begins; else a sentence and the end."""
    if path is None:
        return None
    if path.is_dir() or not path.parent.is_dir():
        refuse(f"{path} est un dossier, ou n'est dans aucun.", f"{path} is a folder, or stands in none.", code=BAD_USAGE)
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        refuse(f"{path} ne peut pas être écrit.", f"{path} cannot be written.", code=BAD_USAGE)
    return path


ReportFile = Annotated[Path | None, typer.Option("--json", callback=to_write, help="Write the report there.")]


def tell(report: Report) -> None:
    """Say what became of each file, the first sentences of how it is read and of what was refused or set aside, and what changed."""
    for one in report.files:
        name, shares = f"{one.file} {one.sheet}".strip(), [one.join_rate_rows, one.join_rate_persons]
        rows, persons = ("" if share is None else f"{100 * share:.1f}" for share in shares)
        typer.echo(f"{name} : {one.table or 'pas utilisé'}, {one.rows_read} lignes lues = {one.accepted} acceptées (dont {one.repaired} réparées) "
                   f"+ {one.set_aside} mises de côté + {one.refused} refusées"
                   + (f" ; {rows} % des lignes placées" if rows else "").replace(".", ",")
                   + (f", {persons} % des personnes" if persons else "").replace(".", ","))
        typer.echo(f"{name}: {one.table or 'not used'}, {one.rows_read} rows read = {one.accepted} accepted ({one.repaired} of them mended) "
                   f"+ {one.set_aside} set aside + {one.refused} refused"
                   + (f"; {rows} % of rows placed" if rows else "") + (f", {persons} % of persons" if persons else ""))
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
    typer.echo(f"chiffres : {counts['added']} ajoutés, {counts['changed']} changés, {counts['removed']} retirés ; {report.generation or 'rien ne change'}")
    typer.echo(f"figures: {counts['added']} added, {counts['changed']} changed, {counts['removed']} removed; {report.generation or 'nothing switched'}")


def write_report(path: Path | None, report: dict[str, Any]) -> None:
    """Write a report as JSON where it was asked for."""
    if path is not None:
        write_text(path, json.dumps(report, ensure_ascii=False, indent=1, default=str))
