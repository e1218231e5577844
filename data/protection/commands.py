"""`python -m data release | audit`: what donors and presentations see, published only when the audit finds nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from data.errors import DataError, StoreBusy, StoreUnavailable
from data.generations import store_dir

REFUSED: Final = 3
UNAVAILABLE: Final = 4
_SAID: Final = 10
"""Leaks told one by one on the error stream; the report has them all."""

commands = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
Report = Annotated[Path | None, typer.Option("--json", help="Write the report there.")]


@commands.command()
def release(
    country: Annotated[str | None, typer.Option(help="ISO3: publish this country alone.")] = None,
    k_outside: Annotated[int | None, typer.Option(help="Fewest persons shown outside; only ever raised.")] = None,
    k_inside: Annotated[int | None, typer.Option(help="Fewest persons shown inside; only ever raised.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Protect and audit, publish nothing.")] = False,
    json_path: Report = None,
) -> None:
    """Publish what donors and presentations see: small numbers protected, audited."""
    from data.protection.publishing import make_release

    try:
        report = make_release(
            country=country.upper() if country else None, k={"outside": k_outside, "inside": k_inside}, dry_run=dry_run)
    except (StoreUnavailable, StoreBusy) as error:
        _stop(error, UNAVAILABLE)
    except DataError as error:
        _stop(error, REFUSED)
    _write(json_path, report.as_json())
    for audience, tables in report.withheld.items():
        cells, hidden = (sum(counts[name] for counts in tables.values()) for name in ("cells", "withheld"))
        typer.echo(f"{audience}: below {report.k[audience]} nothing is shown; {hidden} of {cells} figures protected, "
                   f"audit of {report.audit[audience]['withheld']} in {report.audit[audience]['seconds']} s")
    if report.leaks:
        _tell([leak.message_en for leak in report.leaks], "not published")
    published = "dry run: nothing published" if report.number is None else f"release {report.number} published"
    typer.echo(f"{published} ({report.generation}, {report.seconds} s)")


@commands.command()
def audit(json_path: Report = None) -> None:
    """Audit again what is published, each file alone and with each release before that is kept."""
    from data.protection.publishing import audit_published

    try:
        reports = audit_published(store_dir())
    except (StoreUnavailable, StoreBusy) as error:
        _stop(error, UNAVAILABLE)
    except DataError as error:
        _stop(error, REFUSED)
    _write(json_path, {report.file: report.as_json() for report in reports})
    for report in reports:
        against = f", also with {', '.join(report.against)}" if report.against else ""
        typer.echo(f"{report.file}: {report.withheld} of {report.figures} figures protected, {report.exact} worked out exactly, "
                   f"{report.below_k} seen to be below {report.k}{against} ({report.seconds} s)")
    leaks = [leak.message_en for report in reports for leak in report.leaks]
    if leaks:
        _tell(leaks, "what is published leaks: publish again with python -m data release")


def _tell(sentences: list[str], end: str) -> None:
    for sentence in sentences[:_SAID]:
        typer.echo(sentence, err=True)
    more = f"{len(sentences) - _SAID} more in the report; " if len(sentences) > _SAID else ""
    typer.echo(f"{more}{end}", err=True)
    sys.exit(REFUSED)


def _stop(error: DataError, code: int) -> None:
    typer.echo(error.message_en, err=True)
    sys.exit(code)


def _write(path: Path | None, report: dict[str, Any]) -> None:
    if path is not None:
        path.write_text(json.dumps(report, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
