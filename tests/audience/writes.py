"""Every write there is, as data: the right it takes, and one that would succeed for whoever has it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, func, select

from data.importing.process import Upload, start
from data.importing.undoing import undo
from data.workspace import backup, drafts, entries, log, roles, scenarios
from data.workspace.actor import Actor, Right
from data.workspace.scenarios import Content
from data.workspace.tables import metadata
from tests.audience.people import actor

OFFICER = actor("officer")


@dataclass
class World:
    """A workspace in which each of the writes has something to write on."""

    engine: Engine
    folder: Path
    kept: str = ""
    away: str = ""
    score: int = 0
    backup: Path = Path()

    def __post_init__(self) -> None:
        first = scenarios.create(self.engine, OFFICER, content(1.0))
        self.kept = scenarios.save(self.engine, OFFICER, first.scenario_id, 1, content(2.0)).scenario_id
        self.away = scenarios.create(self.engine, OFFICER, content(3.0)).scenario_id
        scenarios.delete(self.engine, OFFICER, self.away, 1)
        self.score = entries.enter(self.engine, OFFICER, "score", score(0.5))
        roles.grant(self.engine, OFFICER, "somebody@example.org", "donor")
        self.backup = self.folder / "w.gz"
        backup.backup(self.engine, OFFICER, self.backup)

    def rows(self) -> dict[str, tuple[int, Any]]:
        """Rows and the newest moment of every table: what no refused write may change."""
        with self.engine.connect() as connection:
            asked = ((table.name, select(func.count(), func.max(table.c.at)).select_from(table)) for table in metadata.sorted_tables)
            return {name: tuple(connection.execute(one).one()) for name, one in asked}


def content(budget: float) -> Content:
    return Content("COD", 1, "A", "", {"budget": budget * 1e6})


def score(value: float) -> dict[str, Any]:
    return {"country": "COD", "pcode": "CD61", "indicator": "CO1", "value": value, "evidence": "", "assessor": "", "assessed_on": "2026-11-01"}


def price() -> dict[str, Any]:
    return {"country": "COD", "intervention": "A16", "low": 1, "mode": 2, "high": 3, "evidence": ""}


Act = Callable[[World, Actor], Any]
WRITES: Final[dict[str, tuple[Right, Act]]] = {
    "scenarios.create": ("write_scenarios", lambda w, who: scenarios.create(w.engine, who, content(9))),
    "scenarios.save": ("write_scenarios", lambda w, who: scenarios.save(w.engine, who, w.kept, 2, content(9))),
    "scenarios.restore": ("write_scenarios", lambda w, who: scenarios.restore(w.engine, who, w.kept, 2, 1)),
    "scenarios.fork": ("write_scenarios", lambda w, who: scenarios.fork(w.engine, who, w.kept, 1, "B")),
    "scenarios.delete": ("write_scenarios", lambda w, who: scenarios.delete(w.engine, who, w.kept, 2)),
    "scenarios.bring_back": ("write_scenarios", lambda w, who: scenarios.bring_back(w.engine, who, w.away)),
    "entries.enter": ("write_conditions", lambda w, who: entries.enter(w.engine, who, "score", score(1))),
    "entries.enter_all": ("write_conditions", lambda w, who: entries.enter_all(w.engine, who, "price", [price()])),
    "entries.take_back": ("write_conditions", lambda w, who: entries.take_back(w.engine, who, "score", w.score)),
    "drafts.keep": ("keep_draft", lambda w, who: drafts.keep(w.engine, who, "s", {"values": {}})),
    "drafts.discard": ("keep_draft", lambda w, who: drafts.discard(w.engine, who, "s")),
    "roles.grant": ("administer", lambda w, who: roles.grant(w.engine, who, who.id, "officer")),
    "roles.revoke": ("administer", lambda w, who: roles.revoke(w.engine, who, "somebody@example.org")),
    "backup.backup": ("administer", lambda w, who: backup.backup(w.engine, who, w.folder / "other.gz")),
    "backup.restore": ("administer", lambda w, who: backup.restore(w.engine, who, w.backup, replace=True)),
    "log.note": ("import_data", lambda w, who: log.note(w.engine, who, "store.import", "g-1", "COD: a.csv")),
    "process.start": ("import_data", lambda w, who: _import(who)),
    "undoing.undo": ("import_data", lambda w, who: undo(who, w.folder / "store")),
}
"""Write -> (right, one that works). A public function that writes and is missing here fails a test."""

READS: Final[dict[str, tuple[Right, Act]]] = {
    "scenarios.listed": ("read", lambda w, who: scenarios.listed(w.engine, who)),
    "scenarios.opened": ("read", lambda w, who: scenarios.opened(w.engine, who, w.kept)),
    "scenarios.history": ("read", lambda w, who: scenarios.history(w.engine, who, w.kept)),
    "entries.current": ("read", lambda w, who: entries.current(w.engine, who, "score", "COD")),
    "entries.history": ("read", lambda w, who: entries.history(w.engine, who, "score", "COD")),
    "drafts.listed": ("keep_draft", lambda w, who: drafts.listed(w.engine, who)),
    "log.listed": ("administer", lambda w, who: log.listed(w.engine, who)),
    "roles.listed": ("administer", lambda w, who: roles.listed(w.engine, who)),
}

REACHED: Final[dict[str, set[str]]] = {
    "kept_scenarios.save_new": {"scenarios.create"},
    "kept_scenarios.keep_both": {"scenarios.create"},
    "kept_scenarios.import_file": {"scenarios.create"},
    "kept_scenarios.save": {"scenarios.save"},
    "kept_scenarios.keep_mine": {"scenarios.save"},
    "kept_scenarios.restore": {"scenarios.restore"},
    "kept_scenarios.fork": {"scenarios.fork"},
    "kept_scenarios.delete": {"scenarios.delete"},
    "kept_scenarios.bring_back": {"scenarios.bring_back"},
    "condition_entries.enter_score": {"entries.enter"},
    "condition_entries.enter_stakeholder": {"entries.enter"},
    "condition_entries.enter_structure": {"entries.enter"},
    "condition_entries.enter_structures": {"entries.enter"},
    "condition_entries.enter_prices": {"entries.enter"},
    "condition_entries.import_file": {"entries.enter_all"},
    "condition_entries.take_back": {"entries.take_back"},
    "steps.undo": {"drafts.keep", "entries.take_back"},
    "steps.redo": {"drafts.keep", "entries.take_back"},
    "steps.follow": {"drafts.keep", "drafts.discard"},
    "steps.finished": {"drafts.keep"},
    "data_import.show_import": {"process.start"},
    "pages.data": {"undoing.undo"},
}
"""Function of ui/ or page -> the writes it reaches."""

EVERY_RUN: Final = {"steps.follow", "steps.finished"}
"""Not set off by anybody: what keeps the draft, in each run of whoever may keep one."""

BY_COMMAND_ALONE: Final = {"roles.grant", "roles.revoke", "backup.backup", "backup.restore", "log.note"}
"""Writes that no page reaches: `python -m data` on the server."""

WIDGETS: Final[dict[str, str]] = {
    "scenarios.save_new": "kept_scenarios.save_new",
    "scenarios.save": "kept_scenarios.save",
    "scenarios.keep_mine": "kept_scenarios.keep_mine",
    "scenarios.keep_both": "kept_scenarios.keep_both",
    "scenarios.restore": "kept_scenarios.restore",
    "scenarios.fork.*": "kept_scenarios.fork",
    "scenarios.delete.*": "kept_scenarios.delete",
    "scenarios.back.*": "kept_scenarios.bring_back",
    "scenarios.undo_delete": "kept_scenarios.bring_back",
    "scenarios.import": "kept_scenarios.import_file",
    "conditions.save": "condition_entries.enter_score",
    "conditions.actor.save": "condition_entries.enter_stakeholder",
    "conditions.structure.save": "condition_entries.enter_structure",
    "conditions.structures.editor.*.*": "condition_entries.enter_structures",
    "conditions.prices.*.*": "condition_entries.enter_prices",
    "conditions.import.structure": "condition_entries.import_file",
    "conditions.import.price": "condition_entries.import_file",
    "conditions.take_back": "condition_entries.take_back",
    "conditions.actor.take_back": "condition_entries.take_back",
    "conditions.structure.take_back": "condition_entries.take_back",
    "conditions.price.take_back": "condition_entries.take_back",
    "*undo": "steps.undo",
    "*redo": "steps.redo",
}
"""Key of a button or table, `*` for what changes in it -> what it sets off; the first word is the page."""


def _import(who: Actor) -> None:
    upload = Upload("COD", Path(tempfile.mkdtemp(prefix="ancrage-test-")))
    try:
        start(who, upload, dry_run=True).cancel()
    finally:
        upload.forget()
