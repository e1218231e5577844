"""`python -m data build | status | import | fetch | undo | export | template | release | audit`.

Exit codes: 0 done, 2 bad usage, 3 input refused, 4 store unavailable.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path
from typing import Annotated, Final

import typer

from data.command_line import BAD_USAGE, REFUSED, ReportFile, refuse, sentences, tell, to_write, write_report
from data.fetching.commands import commands as fetch_commands
from data.generations import current_name, generations, store_dir
from data.protection.commands import commands as release_commands
from data.queries import activity_summary, area_levels, countries, returns_by_year, sources
from data.store import open_store
from data.workspace.commands import commands as workspace_commands
from data.workspace.commands import operator
from data.workspace.log import acting, note, of_store

TABLES_HELP: Final = "boundaries, returns, returns_by_host, returns_own, population, indicators, activities, facilities, funding, in_place or prices."

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(workspace_commands)
app.add_typer(fetch_commands)
app.add_typer(release_commands)


@app.command()
def build() -> None:
    """Build the store from the embedded dataset and switch to it; nothing is done when it is up to date."""
    with sentences():
        # imported here: only this command needs the building tools, and they take half a second
        from data.building import build as build_generation

        started = time.perf_counter()
        generation, new = build_generation()
        done = f"built in {time.perf_counter() - started:.1f} s" if new else "already up to date"
        typer.echo(f"{generation.path}: {done}")


@app.command()
def status() -> None:
    """Say which generation is in use and what is in it."""
    with sentences():
        folder = store_dir()
        with open_store(folder) as store:
            if store.notice is not None:
                typer.echo(store.notice.message_en, err=True)
            typer.echo(f"store: {folder}\nin use: {store.generation.name} (CURRENT: {current_name(folder) or 'missing'})")
            typer.echo(f"kept: {', '.join(one.name for one in generations(folder))}")
            for country in countries(store).itertuples():
                iso3 = str(country.iso3)
                returns = returns_by_year(store, iso3)
                years = "no returns" if returns.empty else f"returns {int(returns['year'].min())}-{int(returns['year'].max())}"
                summary = activity_summary(store, iso3)
                activities = "no 3W" if summary.empty else f"3W of {int(summary['rows'].iloc[0])} rows"
                typer.echo(
                    f"{iso3} {country.name_en}: levels {area_levels(store, iso3)}, {years}, {activities}, {len(sources(store, iso3))} sources")


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="CSV, XLSX, JSON, GeoJSON, GeoPackage, or a zip of them (or of a shapefile).")],
    country: Annotated[str, typer.Option(help="ISO3 of the country the files are about.")],
    as_table: Annotated[str | None, typer.Option("--as", help="Table, when it is not recognised: boundaries, population, returns ...")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, change nothing.")] = False,
    json_path: ReportFile = None,
    mapping: Annotated[Path | None, typer.Option(help="Confirmed mappings by shape (JSON), as the Data page writes them.")] = None,
    progress: Annotated[bool, typer.Option("--progress", help="One JSON line a step on the output.")] = False,
    publisher: Annotated[str, typer.Option(help="Who published the files; unknown when not said.")] = "",
    alias: Annotated[list[str] | None, typer.Option(
        help='A name you confirm for an area, as "Kivou Nord=CD61"; may be repeated; remembered for the country. "Kivou Nord=" forgets it.')] = None,
    licence: Annotated[str, typer.Option(help="Their licence; unknown when not said.")] = "",
    period: Annotated[str, typer.Option(help='When, for files of which no column says it: "2025", "2025-03", "January - June 2025".')] = "",
) -> None:
    """Import users' own files into the next generation of the store."""
    from data.importing.mappings import confirmed_in
    from data.importing.periods import span
    from data.importing.progress import Terminal
    from data.importing.provenance import EVERY_FILE, Provenance
    from data.importing.run import import_files
    from data.importing.table_options import usage_error

    wrong = usage_error(country.upper(), as_table)
    if wrong is not None:
        refuse(*wrong, code=BAD_USAGE)
    aliases = {label.strip(): pcode.strip().upper() for label, _, pcode in (one.rpartition("=") for one in alias or [])}
    if not all(aliases):
        refuse("Un alias s'écrit « Kivou Nord=CD61 ».", 'An alias is written "Kivou Nord=CD61".', code=BAD_USAGE)
    days = span(period) if period.strip() else None
    if period.strip() and days is None:
        refuse(
            f"« {period} » n'est pas une période ; écrivez « 2025 », « 2025-03 », « 2025-01-01 - 2025-06-30 » ou « janvier - juin 2025 ».",
            f"“{period}” is no period; write “2025”, “2025-03”, “2025-01-01 - 2025-06-30” or “January - June 2025”.",
            code=BAD_USAGE,
        )
    with sentences():
        # stopped from outside or by Ctrl-C, it cleans up what it had half written
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        terminal = Terminal(sys.stderr)

        def say(stage: str, share: float) -> None:
            if progress:
                typer.echo(json.dumps({"stage": stage, "share": round(share, 3)}))
            elif sys.stderr.isatty():
                terminal.say(stage, share)

        actor = acting(operator())
        # opened before the work: an import of which no line could be kept is not begun
        engine = None if dry_run else of_store(store_dir())
        confirmed = confirmed_in(mapping) if mapping else None
        before = current_name(store_dir())
        try:
            report = import_files(files, country.upper(), wanted=as_table, dry_run=dry_run, confirmed=confirmed, progress=say,
                                  provenance={EVERY_FILE: Provenance(publisher, licence)}, aliases=aliases, period=days)
        except (KeyboardInterrupt, SystemExit):
            # stopped in the very last moment, the new generation may be in use already
            if current_name(store_dir()) == before:
                typer.echo("\nArrêté ; les données en usage n'ont pas changé.", err=True)
                typer.echo("Stopped; the data in use have not changed.", err=True)
            raise
        if engine is not None and report.generation:
            note(engine, actor, "store.import", report.generation, report.in_a_line(country.upper()))
        write_report(json_path, report.as_json())
    if not progress:
        tell(report)
    if report.is_refused:
        sys.exit(REFUSED)


@app.command()
def undo() -> None:
    """Go back to the generation before the one in use."""
    with sentences():
        from data.importing.undoing import undo as back

        typer.echo(f"in use again: {back(operator(), store_dir()).name}")


@app.command()
def export(
    table: Annotated[str, typer.Argument(help=TABLES_HELP)],
    country: Annotated[str, typer.Option(help="ISO3 of the country.")],
    out: Annotated[Path, typer.Option(callback=to_write, help="CSV file to write; for boundaries GeoJSON, or a zip with a file a level.")],
) -> None:
    """Write a table as CSV with HXL tags and HAPI's column names, boundaries as GeoJSON; the import reads it back."""
    with sentences():
        from data.importing.exporting import export_table

        with open_store(store_dir()) as store:
            typer.echo(f"{out}: {export_table(store, table, country.upper(), out)} rows")


@app.command()
def template(
    table: Annotated[str, typer.Argument(help="returns, returns_by_host, population, indicators, activities, facilities, funding, in_place or prices.")],
    out: Annotated[Path, typer.Option(callback=to_write, help="XLSX file to write.")],
) -> None:
    """Write a workbook to fill in: headings with HXL tags, drop-down lists, notes in both languages."""
    with sentences():
        from data.importing.templates import write_template

        write_template(table, out)
        typer.echo(str(out))


if __name__ == "__main__":
    app()
