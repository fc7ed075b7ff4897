"""Locks of objects: what each needs in each place, and the papers that wait to be looked at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, OrderedText

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables. The first run of 'motlan locks' puts every filed paper down."""
    op.create_table(
        "locks",
        sa.Column("place", OrderedText, primary_key=True),
        sa.Column("sha256", OrderedText, primary_key=True),
        sa.Column("wanted", OrderedText, nullable=False),
        sa.Column("is_open", sa.Integer, nullable=False),
        sa.Column("hold", sa.Integer, nullable=False),
        sa.Column("until", OrderedText, nullable=False),
        sa.Column("holds", sa.Integer, nullable=True),
        sa.Column("due", OrderedText, nullable=False),
        sa.Column("since", OrderedText, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("error_code", sa.String, nullable=False),
    )
    op.create_index("locks_by_turn", "locks", ["place", "due", "sha256"])
    op.create_index("locks_by_wait", "locks", ["place", "since"])
    op.create_table(
        "locks_pending",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("since", OrderedText, nullable=False),
    )
    op.create_index("document_objects_by_document", "document_objects", ["document_serial"])
