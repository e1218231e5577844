"""Who may do what: the allow-list of roles."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("who", sa.String(320), nullable=False),
        sa.Column("role", sa.String(20)),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("by_id", sa.String(200), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
    )
    op.create_index("role_grant_who", "role_grant", ["who", "id"])


def downgrade() -> None:
    op.drop_table("role_grant")
