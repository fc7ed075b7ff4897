"""Papers that a step went past are kept by name; a tray counts how often it failed; records to put right."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, OrderedText

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    """Make the table and the column; a program of before that writes trays leaves the count alone."""
    op.create_table(
        "set_aside",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("step", OrderedText, primary_key=True),
        sa.Column("code", sa.String, nullable=False),
    )
    op.add_column("trays", sa.Column("failures", sa.Integer, nullable=False, server_default="0"))
    where = sa.text("told <> '' AND third_by <> ''")
    op.create_index(
        "quality_keys_to_fix", "quality_keys", ["serial"], sqlite_where=where, postgresql_where=where
    )
