"""What other systems know of accounts and customers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "context_records",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("newest_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", "key", "item", "system", name="context_records_pkey"),
    )
    op.create_index(
        "context_records_key_idx",
        "context_records",
        ["key"],
        postgresql_where=sa.text("is_live AND subject NOT IN ('issue', 'interaction')"),
    )
    op.create_index(
        "context_records_key_subject_newest_at_idx",
        "context_records",
        ["key", "subject", "newest_at"],
        postgresql_where=sa.text("is_live AND subject IN ('issue', 'interaction')"),
    )


def downgrade() -> None:
    op.drop_table("context_records")
