"""`python -m data build | status`. Exit codes: 0 done, 2 bad usage, 3 input refused, 4 store unavailable."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import typer

from data.errors import DataError, StoreUnavailable
from data.generations import current_name, generations, store_dir
from data.queries import activity_summary, area_levels, countries, returns_by_year, sources
from data.store import open_store
from data.workspace.commands import commands as workspace_commands

INPUT_REFUSED: Final = 3
STORE_UNAVAILABLE: Final = 4

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(workspace_commands)


@contextmanager
def sentences() -> Iterator[None]:
    """Turn an error a person can act on into one sentence on stderr and an exit code."""
    try:
        yield
    except StoreUnavailable as error:
        typer.echo(error.message_en, err=True)
        sys.exit(STORE_UNAVAILABLE)
    except DataError as error:
        typer.echo(error.message_en, err=True)
        sys.exit(INPUT_REFUSED)


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
                summary = activity_summary(store, iso3)
                activities = "no 3W" if summary.empty else f"3W of {int(summary['rows'].iloc[0])} rows"
                typer.echo(
                    f"{iso3} {country.name_en}: levels {area_levels(store, iso3)}, returns "
                    f"{int(returns['year'].min())}-{int(returns['year'].max())}, {activities}, {len(sources(store, iso3))} sources")


if __name__ == "__main__":
    app()
