"""How the pages of files are to be arranged, and what became of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import OrderedText

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; no file was arranged yet."""
    op.create_table(
        "arrangements",
        sa.Column("id", OrderedText, primary_key=True),
        sa.Column("item_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("actor", OrderedText, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("asked_at", OrderedText, nullable=False),
        sa.Column("done_at", OrderedText, nullable=False),
        sa.Column("error_code", sa.String, nullable=False),
    )
    op.create_index("arrangements_by_item", "arrangements", ["item_id", "number"], unique=True)
    op.create_index("arrangements_by_state", "arrangements", ["state", "asked_at"])
