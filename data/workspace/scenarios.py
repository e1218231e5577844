"""Scenarios people keep: every save adds a revision, none is ever changed, and nobody saves over what they have not seen."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Engine, RowMapping, insert, select, update

from data.errors import DataError
from data.workspace.actor import Actor, authorise, record, stamp
from data.workspace.engine import reading, writing
from data.workspace.tables import now, revision, scenario

NAME_LENGTH: Final = 120
NOTE_LENGTH: Final = 2_000


@dataclass(frozen=True)
class Content:
    """What a revision keeps: the scenario's values as JSON values, and the country and planning level it was made for."""

    country: str
    level: int
    name: str
    note: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > NAME_LENGTH or len(self.note) > NOTE_LENGTH:
            raise DataError(
                f"Un scénario a besoin d'un nom d'au plus {NAME_LENGTH} caractères et d'une note d'au plus {NOTE_LENGTH}.",
                f"A scenario needs a name of at most {NAME_LENGTH} characters and a note of at most {NOTE_LENGTH}.",
            )

    def text(self) -> str:
        """The canonical JSON that is kept and hashed."""
        return json.dumps({"country": self.country, "level": self.level, "values": dict(self.values)}, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True)
class Revision:
    """One kept state of a scenario: which version, who, when, why it came to be. `intact` is False when its hash does not fit."""

    scenario_id: str
    version: int
    content: Content
    reason: str
    by_id: str
    by_name: str
    at: str
    sha256: str
    intact: bool


@dataclass(frozen=True)
class Kept:
    """A scenario as lists show it: its latest revision, where it was forked from, whether it was deleted."""

    id: str
    latest: Revision
    forked_from: str | None
    forked_version: int | None
    created_by: str
    deleted_at: str | None
    deleted_by: str | None


class Conflict(DataError):
    """Somebody saved in the meantime. Carries both versions; nothing was written."""

    def __init__(self, theirs: Revision, mine: Content | None):
        self.theirs, self.mine = theirs, mine
        who = theirs.by_name or theirs.by_id
        super().__init__(
            f"{who} a enregistré la version {theirs.version} entre-temps ; rien n'a été écrit.",
            f"{who} saved version {theirs.version} in the meantime; nothing was written.",
        )


class NoSuchScenario(DataError):
    """No scenario or version of this id."""

    def __init__(self, scenario_id: str):
        super().__init__(
            f"Le scénario « {scenario_id[:40]} » n'existe pas dans cet espace de travail.", f"The scenario “{scenario_id[:40]}” is not in this workspace."
        )


class Deleted(DataError):
    """The scenario was deleted; it can be brought back, or saved under a new name."""

    def __init__(self, name: str):
        super().__init__(
            f"Le scénario « {name} » a été supprimé ; rétablissez-le ou enregistrez une copie.",
            f"The scenario “{name}” was deleted; bring it back or save a copy.",
        )


class Damaged(DataError):
    """The stored text of a revision does not fit its hash any more (FINDINGS 22)."""

    def __init__(self, name: str, version: int):
        super().__init__(
            f"La version {version} de « {name} » est abîmée dans l'espace de travail ; restaurez une sauvegarde ou une autre version.",
            f"Version {version} of “{name}” is damaged in the workspace; restore a backup or another version.",
        )


def create(engine: Engine, actor: Actor, content: Content, reason: str = "created") -> Revision:
    """Keep a new scenario; its first revision. `reason` is created or imported."""
    authorise(actor, "write_scenarios")
    with writing(engine) as connection:
        return _create(connection, actor, content, reason)


def save(engine: Engine, actor: Actor, scenario_id: str, seen: int, content: Content) -> Revision:
    """A new revision over version `seen`. The same content again writes nothing. Raises Conflict, Deleted, NoSuchScenario."""
    authorise(actor, "write_scenarios")
    with writing(engine) as connection:
        return _add(connection, actor, scenario_id, seen, content, "saved")


def restore(engine: Engine, actor: Actor, scenario_id: str, seen: int, version: int) -> Revision:
    """An old version becomes the newest, as a further revision. Raises Conflict, Deleted, Damaged, NoSuchScenario."""
    authorise(actor, "write_scenarios")
    with writing(engine) as connection:
        old = _revision(connection, scenario_id, version)
        return _add(connection, actor, scenario_id, seen, _whole(old).content, "restored")


def fork(engine: Engine, actor: Actor, scenario_id: str, version: int, name: str) -> Revision:
    """A scenario of its own that starts as a version of another. Raises Damaged, NoSuchScenario."""
    authorise(actor, "write_scenarios")
    with writing(engine) as connection:
        old = _whole(_revision(connection, scenario_id, version)).content
        content = Content(old.country, old.level, name, old.note, old.values)
        return _create(connection, actor, content, "forked", (scenario_id, version))


def delete(engine: Engine, actor: Actor, scenario_id: str, seen: int) -> None:
    """Put a scenario away; `bring_back` undoes it. Raises Conflict when somebody saved since version `seen`, Deleted, NoSuchScenario."""
    authorise(actor, "write_scenarios")
    with writing(engine) as connection:
        row = _locked(connection, scenario_id)
        if row["version"] != seen:
            raise Conflict(_revision(connection, scenario_id, row["version"]), None)
        connection.execute(update(scenario).where(scenario.c.id == scenario_id).values(deleted_at=now(), deleted_by=actor.name or actor.id))
        record(connection, actor, "scenario.delete", scenario_id, row["name"])


def bring_back(engine: Engine, actor: Actor, scenario_id: str) -> Revision:
    """Undo a deletion. Raises NoSuchScenario."""
    authorise(actor, "write_scenarios")
    with writing(engine) as connection:
        row = _row(connection, scenario_id)
        if row["deleted_at"] is not None:
            connection.execute(update(scenario).where(scenario.c.id == scenario_id).values(deleted_at=None, deleted_by=None))
            record(connection, actor, "scenario.bring_back", scenario_id, row["name"])
        return _revision(connection, scenario_id, row["version"])


def listed(engine: Engine, actor: Actor, country: str | None = None, deleted: bool = False) -> list[Kept]:
    """The scenarios of a country (None: all), latest change first."""
    authorise(actor, "read")
    wanted = select(scenario).where(scenario.c.deleted_at.is_not(None) if deleted else scenario.c.deleted_at.is_(None))
    if country is not None:
        wanted = wanted.where(scenario.c.country == country)
    with reading(engine) as connection:
        rows = connection.execute(wanted).mappings().all()
        newest = select(revision).join(scenario, (scenario.c.id == revision.c.scenario_id) & (scenario.c.version == revision.c.version))
        latest = {row["scenario_id"]: _read(row) for row in connection.execute(newest).mappings()}
    found = [_kept(row, latest[row["id"]]) for row in rows]
    return sorted(found, key=lambda kept: kept.latest.at, reverse=True)


def opened(engine: Engine, actor: Actor, scenario_id: str) -> Kept:
    """One scenario with its latest revision, deleted ones too. Raises NoSuchScenario."""
    authorise(actor, "read")
    with reading(engine) as connection:
        row = _row(connection, scenario_id)
        return _kept(row, _revision(connection, scenario_id, row["version"]))


def history(engine: Engine, actor: Actor, scenario_id: str) -> list[Revision]:
    """Every revision, newest first. Raises NoSuchScenario."""
    authorise(actor, "read")
    with reading(engine) as connection:
        _row(connection, scenario_id)
        wanted = select(revision).where(revision.c.scenario_id == scenario_id).order_by(revision.c.version.desc())
        return [_read(row) for row in connection.execute(wanted).mappings()]


def digest(scenario_id: str, version: int, content: Content) -> str:
    """The hash of a revision: of where it stands as well as of what it says, so that no two can be exchanged unnoticed."""
    return hashlib.sha256("\n".join((scenario_id, str(version), content.name, content.note, content.text())).encode()).hexdigest()


def _create(connection: Connection, actor: Actor, content: Content, reason: str, origin: tuple[str, int] | None = None) -> Revision:
    scenario_id = secrets.token_urlsafe(12)
    connection.execute(
        insert(scenario).values(
            id=scenario_id,
            country=content.country,
            level=content.level,
            name=content.name,
            version=1,
            forked_from=origin[0] if origin else None,
            forked_version=origin[1] if origin else None,
            **stamp(actor),
        )
    )
    return _insert(connection, actor, scenario_id, 1, content, reason)


def _add(connection: Connection, actor: Actor, scenario_id: str, seen: int, content: Content, reason: str) -> Revision:
    row = _locked(connection, scenario_id)
    latest = _revision(connection, scenario_id, row["version"])
    if row["version"] != seen:
        raise Conflict(latest, content)
    if latest.intact and latest.content == content:
        return latest
    connection.execute(
        update(scenario).where(scenario.c.id == scenario_id).values(version=seen + 1, name=content.name, country=content.country, level=content.level)
    )
    return _insert(connection, actor, scenario_id, seen + 1, content, reason)


def _insert(connection: Connection, actor: Actor, scenario_id: str, version: int, content: Content, reason: str) -> Revision:
    connection.execute(
        insert(revision).values(
            scenario_id=scenario_id,
            version=version,
            name=content.name,
            note=content.note,
            reason=reason,
            content=content.text(),
            sha256=digest(scenario_id, version, content),
            **stamp(actor),
        )
    )
    record(connection, actor, f"scenario.{reason}", scenario_id, f"{version} {content.name}")
    return _revision(connection, scenario_id, version)


def _locked(connection: Connection, scenario_id: str) -> RowMapping:
    """The scenario's row, held until the end of the transaction. Raises NoSuchScenario, Deleted."""
    # FOR UPDATE makes PostgreSQL wait here; SQLite ignores it and has waited at BEGIN IMMEDIATE
    row = _row(connection, scenario_id, lock=True)
    if row["deleted_at"] is not None:
        raise Deleted(row["name"])
    return row


def _row(connection: Connection, scenario_id: str, lock: bool = False) -> RowMapping:
    wanted = select(scenario).where(scenario.c.id == scenario_id)
    row = connection.execute(wanted.with_for_update() if lock else wanted).mappings().one_or_none()
    if row is None:
        raise NoSuchScenario(scenario_id)
    return row


def _revision(connection: Connection, scenario_id: str, version: int) -> Revision:
    wanted = select(revision).where(revision.c.scenario_id == scenario_id, revision.c.version == version)
    row = connection.execute(wanted).mappings().one_or_none()
    if row is None:
        raise NoSuchScenario(f"{scenario_id}/{version}")
    return _read(row)


def _whole(found: Revision) -> Revision:
    if not found.intact:
        raise Damaged(found.content.name, found.version)
    return found


def _read(row: RowMapping) -> Revision:
    try:
        kept = json.loads(row["content"])
        content = Content(str(kept["country"]), int(kept["level"]), row["name"], row["note"], kept["values"])
        intact = digest(row["scenario_id"], row["version"], content) == row["sha256"]
    except (ValueError, KeyError, TypeError, DataError):
        content, intact = Content("", 0, row["name"] or "?", "", {}), False
    return Revision(row["scenario_id"], row["version"], content, row["reason"], row["by_id"], row["by_name"], row["at"], row["sha256"], intact)


def _kept(row: RowMapping, latest: Revision) -> Kept:
    return Kept(row["id"], latest, row["forked_from"], row["forked_version"], row["by_name"] or row["by_id"], row["deleted_at"], row["deleted_by"])
