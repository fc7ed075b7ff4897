"""Documents whose stamp comes later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the queue; no earlier document waits for a stamp."""
    op.create_table(
        "stamps_pending",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("since", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try", sa.String, nullable=False),
        sa.Column("error_code", sa.String, nullable=False),
    )
    op.create_index("stamps_pending_by_since", "stamps_pending", ["since", "document_serial"])
