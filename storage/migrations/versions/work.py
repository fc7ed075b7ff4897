"""Work that waits, work in hand, who holds it, and whose turn comes next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, OrderedText

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    """Make the tables. Files that wait from before are worked on when they are handed in again, as ever."""
    op.create_table(
        "work",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("item_id", sa.String(36), sa.ForeignKey("items.id"), nullable=False, unique=True),
        sa.Column("pool", OrderedText, nullable=False),
        sa.Column("lane", OrderedText, nullable=False),
        sa.Column("office", OrderedText, nullable=False),
        sa.Column("turn", sa.BigInteger, nullable=False),
        sa.Column("state", OrderedText, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("begun", sa.Integer, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("holder", OrderedText, nullable=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("since", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("work_by_turn", "work", ["state", "pool", "lane", "turn", "serial"])
    op.create_index("work_by_office", "work", ["office", "pool", "lane", "turn"])
    op.create_index("work_by_holder", "work", ["holder"])
    op.create_table(
        "work_holders",
        sa.Column("id", OrderedText, primary_key=True),
        sa.Column("ends", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "work_turns",
        sa.Column("pool", OrderedText, primary_key=True),
        sa.Column("streak", sa.Integer, nullable=False),
        sa.Column("counter", sa.BigInteger, nullable=False),
        sa.Column("backlog", sa.BigInteger, nullable=False),
    )
