"""`python -m data fetch hapi|unhcr --country ISO3`: published figures from a service into the next generation.

Exit codes as everywhere: 2 bad usage, 3 refused (the service says no, or has nothing; the report says why), 4 the service or the store cannot be
reached now: the same command may work later, and goes on where it stopped.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from data.errors import DataError, StoreBusy, StoreUnavailable, WorkspaceUnavailable
from data.fetching.client import ServiceUnavailable
from data.fetching.services import SERVICES
from data.generations import store_dir
from data.importing.report import Report
from data.importing.table_options import usage_error
from data.workspace.commands import operator
from data.workspace.log import note, of_store

REFUSED: Final = 3
UNAVAILABLE: Final = 4

commands = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@commands.command()
def fetch(
    service: Annotated[str, typer.Argument(help="hapi (HDX HAPI) or unhcr (UNHCR population statistics).")],
    country: Annotated[str, typer.Option(help="ISO3 of the country.")],
    theme: Annotated[list[str] | None, typer.Option("--theme", help="Only this theme; may be given several times.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, change nothing; pages are kept for the real run.")] = False,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the report there.")] = None,
    email: Annotated[str | None, typer.Option(help="Who asks, for HDX HAPI; else ANCRAGE_HAPI_EMAIL.")] = None,
    base_url: Annotated[str | None, typer.Option(help="Another address of the service; else ANCRAGE_HAPI_URL, ANCRAGE_UNHCR_URL.")] = None,
) -> None:
    """Fetch a country's published figures and import them."""
    if service not in SERVICES:
        raise typer.BadParameter(f"{service} is no service; services: {', '.join(SERVICES)}.")
    wrong = usage_error(country.upper(), None)
    if wrong is not None:
        raise typer.BadParameter(wrong)
    # imported here: the importers take a second to load
    from data.fetching.run import fetch as fetched

    def say(stage: str, share: float) -> None:
        if sys.stderr.isatty():
            typer.echo(f"{share:4.0%} {stage}", err=True)

    try:
        engine = None if dry_run else of_store(store_dir())
        found = fetched(service, country.upper(), wanted=theme or (), dry_run=dry_run, email=email, base=base_url, progress=say)
        if engine is not None and found.report is not None and found.report.generation:
            note(engine, operator(), "store.fetch", found.report.generation, found.report.in_a_line(country.upper()))
    except (ServiceUnavailable, StoreUnavailable, StoreBusy, WorkspaceUnavailable) as error:
        _both(error, UNAVAILABLE)
    except DataError as error:
        _both(error, REFUSED)
    if json_path is not None:
        json_path.write_text(json.dumps(found.as_json(), ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    for one in found.themes:
        again = f", {one['resumed']} of them already there" if one["resumed"] else ""
        known = f"; {one['codes_known']} of their P-codes are in the store" if "codes_known" in one else ""
        typer.echo(f"{one['theme']}: {one['rows']} rows in {one['pages']} pages{again}{known}")
    if found.report is not None:
        _said(found.report)


def _both(error: DataError, code: int) -> None:
    typer.echo(error.message_fr, err=True)
    typer.echo(error.message_en, err=True)
    sys.exit(code)


def _said(report: Report) -> None:
    for one in report.files:
        typer.echo(f"{one.file}: {one.table or 'not used'}, {one.rows_read} rows = {one.accepted} accepted + {one.set_aside} set aside + {one.refused} refused"
                   + ("" if one.join_rate_rows is None else f"; {one.join_rate_rows:.1%} of rows placed"))
        for issue in [issue for issue in one.issues if issue["severity"] == "refused"]:
            typer.echo(issue["message_fr"], err=True)
            typer.echo(issue["message_en"], err=True)
    counts = report.changes
    typer.echo(f"figures: {counts['added']} added, {counts['changed']} changed, {counts['removed']} removed; {report.generation or 'nothing switched'}")
    if report.is_refused:
        sys.exit(REFUSED)
