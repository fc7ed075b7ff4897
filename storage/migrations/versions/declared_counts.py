"""Papers and pages declared for a batch."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of declared counts."""
    op.create_table(
        "declared_counts",
        sa.Column("batch_id", sa.String(36), sa.ForeignKey("batches.id"), primary_key=True),
        sa.Column("papers", sa.Integer, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
    )
