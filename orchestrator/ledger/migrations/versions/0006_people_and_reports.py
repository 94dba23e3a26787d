"""What belongs to the people who use the board, and ranges of time for reports"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("teams", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="access_tokens_pkey"),
        sa.UniqueConstraint("hash", name="access_tokens_hash_key"),
    )
    op.create_table(
        "saved_views",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "page", "name", name="saved_views_pkey"),
    )
    op.create_table(
        "api_answers",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name="api_answers_pkey"),
    )
    op.create_index("handoffs_requested_at_idx", "handoffs", ["requested_at"], postgresql_using="brin")
    op.create_index("clocks_started_at_idx", "clocks", ["started_at"], postgresql_using="brin")
    op.create_index("clocks_due_at_idx", "clocks", ["due_at"], postgresql_using="brin")
    op.create_index("clocks_ended_at_idx", "clocks", ["ended_at"], postgresql_using="brin")


def downgrade() -> None:
    op.drop_index("clocks_ended_at_idx", table_name="clocks")
    op.drop_index("clocks_due_at_idx", table_name="clocks")
    op.drop_index("clocks_started_at_idx", table_name="clocks")
    op.drop_index("handoffs_requested_at_idx", table_name="handoffs")
    op.drop_table("api_answers")
    op.drop_table("saved_views")
    op.drop_table("access_tokens")
