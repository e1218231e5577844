"""The first tables: scenarios and revisions, drafts, scores, prices, structures in place, stakeholders, audit."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def by() -> list[sa.Column[Any]]:
    return [sa.Column("by_id", sa.String(200), nullable=False), sa.Column("by_name", sa.String(200), nullable=False),
            sa.Column("at", sa.String(32), nullable=False)]


def number() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer, primary_key=True, autoincrement=True)


def text(name: str, size: int | None = None, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(size) if size else sa.Text(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "scenario", sa.Column("id", sa.String(24), primary_key=True), text("country", 3), sa.Column("level", sa.Integer, nullable=False),
        text("name", 120), sa.Column("version", sa.Integer, nullable=False), text("forked_from", 24, nullable=True),
        sa.Column("forked_version", sa.Integer), text("deleted_at", 32, nullable=True), text("deleted_by", 200, nullable=True), *by())
    op.create_table(
        "revision", number(), sa.Column("scenario_id", sa.String(24), sa.ForeignKey("scenario.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False), text("name", 120), text("note"), text("reason", 20), text("content"), text("sha256", 64), *by(),
        sa.UniqueConstraint("scenario_id", "version", name="revision_once"))
    op.create_table(
        "draft", number(), text("actor_id", 200), text("session", 40), text("content"), text("sha256", 64), text("at", 32),
        sa.UniqueConstraint("actor_id", "session", name="draft_once"))
    op.create_table(
        "score", number(), text("country", 3), text("pcode", 40), text("indicator", 10), sa.Column("value", sa.Float), text("evidence"),
        text("assessor", 200), text("assessed_on", 10), *by())
    op.create_index("score_place", "score", ["country", "pcode", "indicator"])
    op.create_table(
        "price", number(), text("country", 3), text("intervention", 10), sa.Column("low", sa.Float), sa.Column("mode", sa.Float),
        sa.Column("high", sa.Float), text("evidence"), *by())
    op.create_index("price_place", "price", ["country", "intervention"])
    op.create_table(
        "structure_in_place", number(), text("country", 3), text("intervention", 10), text("scope_kind", 12), text("scope_id", 40),
        sa.Column("units", sa.Integer), text("evidence"), *by())
    op.create_index("structure_place", "structure_in_place", ["country", "intervention", "scope_kind", "scope_id"])
    op.create_table(
        "stakeholder", number(), text("country", 3), text("name", 200), text("recipient_type", 20), text("level", 20),
        sa.Column("influence", sa.Integer), sa.Column("interest", sa.Integer), text("evidence"), *by())
    op.create_index("stakeholder_place", "stakeholder", ["country", "name"])
    op.create_table("audit", number(), text("role", 20), text("action", 40), text("subject", 200), text("detail"), *by())


def downgrade() -> None:
    for name in ("audit", "stakeholder", "structure_in_place", "price", "score", "draft", "revision", "scenario"):
        op.drop_table(name)
