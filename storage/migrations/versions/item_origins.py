"""Who fed each file, through which device, in which legal form; batches by their moment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; of files of before nothing is known."""
    op.create_table(
        "item_origins",
        sa.Column("item_id", sa.String(36), sa.ForeignKey("items.id"), primary_key=True),
        sa.Column("operator", sa.String, nullable=False),
        sa.Column("device", sa.String, nullable=False),
        sa.Column("form", sa.String, nullable=False),
        sa.Column("compared", sa.Integer, nullable=False),
    )
    op.create_index("batches_by_moment", "batches", ["received_at", "id"])
