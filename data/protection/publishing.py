"""Making a release: withhold, write beside, audit, and only then name it. Whatever stops the work leaves the release in use."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb

from data.errors import StoreUnavailable, UnknownCountry
from data.generations import fsync, store_dir
from data.protection.audit import AuditReport, Leak, audit_file, read_file
from data.protection.bounds import Memory
from data.protection.cells import Earlier, Withheld, told_before, withheld_cells
from data.protection.releases import (
    AUDIENCES,
    Audience,
    NoRelease,
    clean,
    current,
    published,
    reading,
    release_lock,
    release_path,
    switch,
)
from data.protection.rules import asked
from data.protection.writing import write_release
from data.store import open_store

Year = tuple[str, str, str]
"""Country, year and kind of returns."""
ALL: Final = 2


@dataclass
class ReleaseReport:
    """What a release holds and withholds, and what the audit found; `number` is None on a dry run or a refusal."""

    k: dict[Audience, int]
    generation: str
    number: int | None = None
    previous: int | None = None
    seconds: float = 0.0
    withheld: dict[Audience, dict[str, dict[str, int]]] = field(default_factory=dict)
    whole: dict[Audience, list[Year]] = field(default_factory=dict)
    """Years shown without sexes and ages, or as their total alone."""
    audit: dict[Audience, dict[str, Any]] = field(default_factory=dict)
    leaks: list[Leak] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return {**vars(self), "leaks": [vars(leak) for leak in self.leaks]}


def make_release(
    folder: Path | None = None, *, country: str | None = None, k: Mapping[Audience, int | None] | None = None, dry_run: bool = False,
) -> ReleaseReport:
    """Protect the generation in use for both audiences, audit the files, publish them; `country` publishes that country alone.

    A report with leaks was not published. Raises KLowered, UnknownCountry, StoreBusy while another release is made,
    StoreUnavailable.
    """
    folder = folder or store_dir()
    started = time.perf_counter()
    with open_store(folder) as store:
        generation = store.generation.path
        known = store.frame("SELECT iso3 FROM country ORDER BY display_order::INTEGER")["iso3"].tolist()
    if country is not None and country not in known:
        listed = ", ".join(known)
        raise UnknownCountry(f"Pays inconnu : {country}. Pays présents : {listed}.", f"Unknown country: {country}. Countries present: {listed}.")
    try:
        with release_lock(folder):
            clean(folder)
            report = _make(folder, generation, [country] if country else known, k or {}, dry_run)
    except (OSError, duckdb.IOException) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise StoreUnavailable(
            f"Impossible d'écrire dans {folder} ({reason}). La publication en usage reste.",
            f"Cannot write in {folder} ({reason}). The release in use stays.") from error
    report.seconds = round(time.perf_counter() - started, 2)
    return report


def _make(folder: Path, generation: Path, iso3s: list[str], wanted: Mapping[Audience, int | None], dry_run: bool) -> ReleaseReport:
    previous = current(folder)
    report = ReleaseReport(asked(wanted, thresholds(folder, previous)), generation.name, previous=previous)
    number = max([previous or 0, *published(folder)]) + 1
    files = {audience: folder / f".releasing-{os.getpid()}-{audience}.duckdb" for audience in AUDIENCES}
    try:
        for audience, path in files.items():
            before = [release_path(folder, one, audience) for one in published(folder) if previous is not None and one <= previous]
            earlier = _earlier(before, audience, files)
            said_before = [read_file(one) for one in before if one.is_file()]
            whole: dict[Year, int] = {}
            memory: Memory = {}
            hidden: dict[str, Withheld] = {}
            changed = iso3s
            while True:
                hidden |= _withheld(generation, changed, report.k[audience], earlier, whole)
                write_release(path, generation, audience, number, report.k[audience], iso3s, hidden)
                found = audit_file(path, said_before, memory)
                # where so much was revised that nothing protects what was protected before, sexes and ages of the year are left out, then its places
                leaking = {year for year in found.years if whole.get(year, 0) < ALL}
                if not leaking:
                    break
                whole |= {year: whole.get(year, 0) + 1 for year in leaking}
                changed = sorted({year[0] for year in leaking})
                path.unlink()
            report.withheld[audience] = _summed(hidden)
            report.whole[audience] = sorted(whole)
            report.audit[audience] = found.as_json()
            report.leaks += found.leaks
        if not report.leaks and not dry_run:
            for audience, path in files.items():
                fsync(path)
                path.rename(release_path(folder, number, audience))
            fsync(folder)
            switch(folder, number)
            report.number = number
    finally:
        for path in folder.glob(f".releasing-{os.getpid()}-*"):
            path.unlink()
    return report


def audit_published(folder: Path) -> list[AuditReport]:
    """Audit the release in use again, each file alone and with each release before that is kept. Raises NoRelease, StoreUnavailable."""
    number = current(folder)
    if number is None:
        raise NoRelease.in_folder(folder)
    earlier = [one for one in published(folder) if one < number]
    try:
        return [
            audit_file(release_path(folder, number, audience), [
                read_file(path) for one in earlier if (path := release_path(folder, one, audience)).is_file()])
            for audience in AUDIENCES]
    except duckdb.Error as error:
        raise StoreUnavailable(
            f"La publication {number} est absente ou endommagée. Publiez de nouveau avec : python -m data release",
            f"Release {number} is missing or damaged. Publish again with: python -m data release") from error


def thresholds(folder: Path, number: int | None) -> dict[Audience, int]:
    """The thresholds of a release, empty without one."""
    if number is None:
        return {}
    found: dict[Audience, int] = {}
    for audience in AUDIENCES:
        path = release_path(folder, number, audience)
        if path.is_file():
            with reading(path) as connection:
                row = connection.execute("SELECT k FROM release").fetchone()
            found[audience] = int(row[0]) if row else 0
    return found


def _earlier(before: list[Path], audience: Audience, files: Mapping[Audience, Path]) -> Earlier:
    """What the releases that are kept told this audience, and what those who see more are not told now."""
    with ExitStack() as opened:
        return told_before(
            [opened.enter_context(reading(one)) for one in before if one.is_file()],
            [opened.enter_context(reading(files["inside"]))] if audience == "outside" else [])


def _withheld(generation: Path, iso3s: list[str], k: int, earlier: Earlier, whole: Mapping[Year, int]) -> dict[str, Withheld]:
    with reading(generation) as connection:
        return {iso3: withheld_cells(connection, iso3, k, earlier, whole) for iso3 in iso3s}


def _summed(hidden: Mapping[str, Withheld]) -> dict[str, dict[str, int]]:
    total: dict[str, dict[str, int]] = {}
    for one in hidden.values():
        for table, counts in one.counts.items():
            said = total.setdefault(table, dict.fromkeys(counts, 0))
            for name, number in counts.items():
                said[name] += number
    return total
