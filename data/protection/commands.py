"""`python -m data release | audit`: what donors and presentations see, published only when the audit finds nothing."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from data.command_line import REFUSED, TOLD, ReportFile, sentences, write_report
from data.generations import store_dir
from data.protection.audit import Leak

commands = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@commands.command()
def release(
    country: Annotated[str | None, typer.Option(help="ISO3: publish this country alone.")] = None,
    k_outside: Annotated[int | None, typer.Option(help="Fewest persons shown outside; only ever raised.")] = None,
    k_inside: Annotated[int | None, typer.Option(help="Fewest persons shown inside; only ever raised.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Protect and audit, publish nothing.")] = False,
    json_path: ReportFile = None,
) -> None:
    """Publish what donors and presentations see: small numbers protected, audited."""
    from data.protection.publishing import make_release

    with sentences():
        report = make_release(
            country=country.upper() if country else None, k={"outside": k_outside, "inside": k_inside}, dry_run=dry_run)
        write_report(json_path, report.as_json())
    for audience, tables in report.withheld.items():
        cells, hidden = (sum(counts[name] for counts in tables.values()) for name in ("cells", "withheld"))
        typer.echo(f"{audience}: below {report.k[audience]} nothing is shown; {hidden} of {cells} figures protected, "
                   f"audit of {report.audit[audience]['withheld']} in {report.audit[audience]['seconds']} s")
        if report.whole[audience]:
            years = "; ".join(" ".join(year) for year in report.whole[audience])
            typer.echo(f"{audience}: so much was revised since earlier releases that these years have no sexes and ages, or only their total: {years}")
    if report.leaks:
        _tell(report.leaks, "rien n'est publié", "not published")
    published = "dry run: nothing published" if report.number is None else f"release {report.number} published"
    typer.echo(f"{published} ({report.generation}, {report.seconds} s)")


@commands.command()
def audit(json_path: ReportFile = None) -> None:
    """Audit again what is published, each file alone and with each release before that is kept."""
    from data.protection.publishing import audit_published

    with sentences():
        reports = audit_published(store_dir())
        write_report(json_path, {report.file: report.as_json() for report in reports})
    for report in reports:
        against = f", also with {', '.join(report.against)}" if report.against else ""
        typer.echo(f"{report.file}: {report.withheld} of {report.figures} figures protected, {report.exact} worked out exactly, "
                   f"{report.below_k} seen to be below {report.k}{against} ({report.seconds} s)")
    leaks = [leak for report in reports for leak in report.leaks]
    if leaks:
        _tell(leaks, "ce qui est publié laisse deviner des chiffres : publiez de nouveau avec python -m data release",
              "what is published leaks: publish again with python -m data release")


def _tell(leaks: list[Leak], end_fr: str, end_en: str) -> None:
    for leak in leaks[:TOLD]:
        typer.echo(leak.message_fr, err=True)
        typer.echo(leak.message_en, err=True)
    more = len(leaks) - TOLD
    typer.echo((f"{more} de plus dans le rapport ; " if more > 0 else "") + end_fr, err=True)
    typer.echo((f"{more} more in the report; " if more > 0 else "") + end_en, err=True)
    sys.exit(REFUSED)
