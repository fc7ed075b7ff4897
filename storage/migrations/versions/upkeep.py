"""Second copies that wait, results of fixity checks, and which documents name which objects."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, OrderedText

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables. Objects of documents saved before are named by their steps and items as well."""
    op.create_table(
        "copies",
        sa.Column("place", OrderedText, primary_key=True),
        sa.Column("sha256", OrderedText, primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("since", OrderedText, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try", OrderedText, nullable=False),
        sa.Column("error_code", sa.String, nullable=False),
    )
    op.create_index("copies_by_turn", "copies", ["place", "state", "next_try", "sha256"])
    op.create_table(
        "fixity",
        sa.Column("place", OrderedText, primary_key=True),
        sa.Column("sha256", OrderedText, primary_key=True),
        sa.Column("since", OrderedText, nullable=False),
        sa.Column("checked_at", OrderedText, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
    )
    op.create_index("fixity_by_age", "fixity", ["place", "checked_at", "sha256"])
    op.create_index("fixity_by_outcome", "fixity", ["outcome", "sha256"])
    op.create_table(
        "document_objects",
        sa.Column("sha256", OrderedText, primary_key=True),
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
    )
    op.create_index("steps_by_object", "steps", ["sha256"])
