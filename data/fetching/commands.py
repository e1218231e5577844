"""`python -m data fetch hapi|unhcr --country ISO3`: published figures from a service into the next generation.

Exit codes as everywhere: 2 bad usage, 3 refused (the service says no, or has nothing; the report says why), 4 the service or the store cannot be
reached now: the same command may work later, and goes on where it stopped.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from data.command_line import BAD_USAGE, REFUSED, ReportFile, refuse, sentences, tell, write_report
from data.fetching.services import SERVICES
from data.generations import store_dir
from data.importing.table_options import usage_error
from data.workspace.commands import operator
from data.workspace.log import note, of_store

commands = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@commands.command()
def fetch(
    service: Annotated[str, typer.Argument(help="hapi (HDX HAPI) or unhcr (UNHCR population statistics).")],
    country: Annotated[str, typer.Option(help="ISO3 of the country.")],
    theme: Annotated[list[str] | None, typer.Option("--theme", help="Only this theme; may be given several times.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, change nothing; pages are kept for the real run.")] = False,
    json_path: ReportFile = None,
    email: Annotated[str | None, typer.Option(help="Who asks, for HDX HAPI; else ANCRAGE_HAPI_EMAIL.")] = None,
    base_url: Annotated[str | None, typer.Option(help="Another address of the service; else ANCRAGE_HAPI_URL, ANCRAGE_UNHCR_URL.")] = None,
) -> None:
    """Fetch a country's published figures and import them."""
    if service not in SERVICES:
        known = ", ".join(SERVICES)
        refuse(f"{service} n'est pas un service ; services : {known}.", f"{service} is no service; services: {known}.", code=BAD_USAGE)
    wrong = usage_error(country.upper(), None)
    if wrong is not None:
        refuse(*wrong, code=BAD_USAGE)
    # imported here: the importers take a second to load
    from data.fetching.run import fetch as fetched

    def say(stage: str, share: float) -> None:
        if sys.stderr.isatty():
            typer.echo(f"{share:4.0%} {stage}", err=True)

    with sentences():
        engine = None if dry_run else of_store(store_dir())
        found = fetched(service, country.upper(), wanted=theme or (), dry_run=dry_run, email=email, base=base_url, progress=say)
        if engine is not None and found.report is not None and found.report.generation:
            note(engine, operator(), "store.fetch", found.report.generation, found.report.in_a_line(country.upper()))
        write_report(json_path, found.as_json())
    for one in found.themes:
        again = f", {one['resumed']} of them already there" if one["resumed"] else ""
        known = f"; {one['codes_known']} of their P-codes are in the store" if "codes_known" in one else ""
        typer.echo(f"{one['theme']}: {one['rows']} rows in {one['pages']} pages{again}{known}")
    if found.report is not None:
        tell(found.report)
        if found.report.is_refused:
            sys.exit(REFUSED)
