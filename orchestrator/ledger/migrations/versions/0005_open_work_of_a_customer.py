"""The open work of an account and of a customer"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("handoffs", sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    op.create_index(
        "handoffs_account_id_requested_at_id_idx",
        "handoffs",
        ["account_id", "requested_at", "id"],
        postgresql_where=sa.text("account_id IS NOT NULL AND status IN ('held', 'offered', 'accepted')"),
    )
    op.create_index(
        "handoffs_customer_id_account_id_requested_at_idx",
        "handoffs",
        ["customer_id", "account_id", "requested_at"],
        postgresql_where=sa.text("status IN ('held', 'offered', 'accepted')"),
    )


def downgrade() -> None:
    op.drop_index("handoffs_customer_id_account_id_requested_at_idx", table_name="handoffs")
    op.drop_index("handoffs_account_id_requested_at_id_idx", table_name="handoffs")
    op.drop_column("handoffs", "reason")
