"""Papers whose every question was answered, on their way into the records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import OrderedText

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    """Make the table; nothing is on its way yet."""
    op.create_table(
        "check_saves",
        sa.Column("document_id", sa.String(36), primary_key=True),
        sa.Column("actor", OrderedText, nullable=False),
        sa.Column("since", OrderedText, nullable=False),
        sa.Column("due_at", OrderedText, nullable=False),
        sa.Column("code", OrderedText, nullable=False),
    )
    op.create_index("check_saves_due", "check_saves", ["code", "due_at"])
    op.create_index("check_saves_by_actor", "check_saves", ["actor", "since"])
