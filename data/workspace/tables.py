"""The tables of the workspace. What a person entered is never changed in place: revisions and entries are only ever added.

Times are ISO 8601 in UTC, as text: they sort, and they read the same in every database.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()


def now() -> str:
    """This moment, to the microsecond, so that two entries of one second keep their order."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _by() -> list[Column[Any]]:
    return [Column("by_id", String(200), nullable=False), Column("by_name", String(200), nullable=False), Column("at", String(32), nullable=False)]


scenario = Table(
    "scenario",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("country", String(3), nullable=False),
    Column("level", Integer, nullable=False),
    Column("name", String(120), nullable=False),
    Column("version", Integer, nullable=False),  # of the latest revision: who saves must have seen it
    Column("forked_from", String(24)),
    Column("forked_version", Integer),
    Column("deleted_at", String(32)),
    Column("deleted_by", String(200)),
    *_by(),
)

revision = Table(
    "revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("scenario_id", String(24), ForeignKey("scenario.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", String(120), nullable=False),
    Column("note", Text, nullable=False),
    Column("reason", String(20), nullable=False),  # created | saved | restored | forked | imported
    Column("content", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    *_by(),
    UniqueConstraint("scenario_id", "version", name="revision_once"),
)

draft = Table(
    "draft",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("actor_id", String(200), nullable=False),
    Column("session", String(40), nullable=False),
    Column("content", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    UniqueConstraint("actor_id", "session", name="draft_once"),
)

score = Table(
    "score",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("country", String(3), nullable=False),
    Column("pcode", String(40), nullable=False),
    Column("indicator", String(10), nullable=False),
    Column("value", Float),  # null: taken back
    Column("evidence", Text, nullable=False),
    Column("assessor", String(200), nullable=False),
    Column("assessed_on", String(10), nullable=False),
    *_by(),
    Index("score_place", "country", "pcode", "indicator"),
)

price = Table(
    "price",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("country", String(3), nullable=False),
    Column("intervention", String(10), nullable=False),
    Column("low", Float),  # null: taken back
    Column("mode", Float),
    Column("high", Float),
    Column("evidence", Text, nullable=False),
    *_by(),
    Index("price_place", "country", "intervention"),
)

structure_in_place = Table(
    "structure_in_place",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("country", String(3), nullable=False),
    Column("intervention", String(10), nullable=False),
    Column("scope_kind", String(12), nullable=False),
    Column("scope_id", String(40), nullable=False),
    Column("units", Integer),  # null: taken back
    Column("evidence", Text, nullable=False),
    *_by(),
    Index("structure_place", "country", "intervention", "scope_kind", "scope_id"),
)

stakeholder = Table(
    "stakeholder",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("country", String(3), nullable=False),
    Column("name", String(200), nullable=False),
    Column("recipient_type", String(20), nullable=False),  # public | private | civil | international
    Column("level", String(20), nullable=False),  # local | national | international
    Column("influence", Integer),  # 0 to 3; null: taken back
    Column("interest", Integer),  # 0 to 3
    Column("evidence", Text, nullable=False),
    *_by(),
    Index("stakeholder_place", "country", "name"),
)

role_grant = Table(
    "role_grant",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("who", String(320), nullable=False),  # the subject of a sign-in, or an e-mail address in lower case
    Column("role", String(20)),  # null: revoked
    Column("note", Text, nullable=False),
    *_by(),
    Index("role_grant_who", "who", "id"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("role", String(20), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("detail", Text, nullable=False),
    *_by(),
)
