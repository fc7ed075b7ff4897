"""Papers that wait for the signature of the office, batches of signatures, and work that people ask for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, OrderedText

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nothing waits yet, since no earlier paper was kept from the line's own signature."""
    op.create_index("keeping_acts_by_act", "keeping_acts", ["act", "serial"])
    op.create_table(
        "sign_waits",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("since", OrderedText, nullable=False),
        sa.Column("holder", OrderedText, nullable=False),
        sa.Column("seen_at", OrderedText, nullable=False),
        sa.Column("marked", sa.Integer, nullable=False),
        sa.Column("batch", sa.String(36), nullable=False),
        sa.Column("error_code", sa.String, nullable=False),
    )
    op.create_index("sign_waits_by_since", "sign_waits", ["since", "document_serial"])
    op.create_index("sign_waits_by_holder", "sign_waits", ["holder"])
    op.create_index("sign_waits_by_batch", "sign_waits", ["batch"])
    op.create_table(
        "sign_batches",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("actor", OrderedText, nullable=False),
        sa.Column("began_at", OrderedText, nullable=False),
        sa.Column("seen_at", OrderedText, nullable=False),
        sa.Column("ended_at", OrderedText, nullable=False),
        sa.Column("wanted", sa.Integer, nullable=False),
        sa.Column("signed", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("error_code", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("sign_batches_by_actor", "sign_batches", ["actor", "serial"])
    op.create_index("sign_batches_by_end", "sign_batches", ["ended_at", "seen_at"])
    op.create_table(
        "archive_orders",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("actor", OrderedText, nullable=False),
        sa.Column("asked_at", OrderedText, nullable=False),
        sa.Column("same", OrderedText, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("seen_at", OrderedText, nullable=False),
        sa.Column("ended_at", OrderedText, nullable=False),
        sa.Column("wanted", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("archive_orders_by_state", "archive_orders", ["state", "serial"])
    op.create_index("archive_orders_by_kind", "archive_orders", ["kind", "serial"])
    op.create_index("archive_orders_by_wish", "archive_orders", ["same"])
