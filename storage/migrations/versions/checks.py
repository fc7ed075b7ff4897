"""Who has which waiting paper on the table, and answers about it that are not saved yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import OrderedText

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nobody has a paper on the table yet."""
    op.create_table(
        "check_holds",
        sa.Column("document_id", sa.String(36), primary_key=True),
        sa.Column("holder", OrderedText, nullable=False),
        sa.Column("since", OrderedText, nullable=False),
        sa.Column("seen_at", OrderedText, nullable=False),
        sa.Column("aside", sa.Integer, nullable=False),
    )
    op.create_index("check_holds_by_holder", "check_holds", ["holder", "since"])
    op.create_table(
        "check_drafts",
        sa.Column("id", OrderedText, primary_key=True),
        sa.Column("document_id", sa.String(36), nullable=False),
        sa.Column("actor", OrderedText, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("saved_at", OrderedText, nullable=False),
    )
    op.create_index("check_drafts_by_document", "check_drafts", ["document_id"])
    op.create_index("check_drafts_by_time", "check_drafts", ["saved_at"])
