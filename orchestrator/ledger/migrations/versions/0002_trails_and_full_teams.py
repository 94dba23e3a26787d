"""The trail of a case, and how much open work a team has"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("handoffs_case_id_idx", table_name="handoffs")
    op.create_index("handoffs_case_id_requested_at_idx", "handoffs", ["case_id", "requested_at"])
    op.create_index(
        "handoffs_receiving_team_idx",
        "handoffs",
        ["receiving_team"],
        postgresql_where=sa.text("status IN ('offered', 'accepted')"),
    )


def downgrade() -> None:
    op.drop_index("handoffs_receiving_team_idx", table_name="handoffs")
    op.drop_index("handoffs_case_id_requested_at_idx", table_name="handoffs")
    op.create_index("handoffs_case_id_idx", "handoffs", ["case_id"])
