"""How long the file of each filed document lasts, and when it is to be renewed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; the first run of renewal fills it from the objects."""
    op.create_table(
        "evidence",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("object_sha256", sa.String(64), nullable=False),
        sa.Column("level", sa.String, nullable=False),
        sa.Column("life_reason", sa.String, nullable=False),
        sa.Column("holds_until", sa.String, nullable=True),
        sa.Column("stamped_at", sa.String, nullable=True),
        sa.Column("stamp_ends", sa.String, nullable=True),
        sa.Column("digests", sa.String, nullable=False),
        sa.Column("longest_days", sa.Integer, nullable=False),
        sa.Column("ends", sa.String, nullable=True),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("due", sa.String, nullable=True),
        sa.Column("notes", sa.String, nullable=False),
        sa.Column("rules", sa.String, nullable=False),
    )
    op.create_index("evidence_by_due", "evidence", ["due", "document_serial", "ends"])
    op.create_index("evidence_by_end", "evidence", ["ends", "reason"])
    op.create_index("evidence_by_reason", "evidence", ["reason", "ends"])
    op.create_index("evidence_by_rules", "evidence", ["digests", "rules"])
