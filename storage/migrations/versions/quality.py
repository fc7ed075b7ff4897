"""Promises about errors, batches and groups of them, fields that are keyed again, and steps of thresholds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, OrderedText

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    """Make the tables; nothing is promised yet."""
    op.create_table(
        "quality_promises",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("office", OrderedText, nullable=False),
        sa.Column("error", sa.Integer, nullable=False),
        sa.Column("confidence", sa.Integer, nullable=False),
        sa.Column("share", sa.Integer, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("since", OrderedText, nullable=False),
        sa.Column("actor", OrderedText, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "quality_steps",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("office", OrderedText, nullable=False),
        sa.Column("at", OrderedText, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("group_serial", sa.Integer, nullable=False),
        sa.Column("actor", OrderedText, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "quality_groups",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("promise", Count, sa.ForeignKey("quality_promises.serial"), nullable=False),
        sa.Column("single", sa.Integer, nullable=False),
        sa.Column("opened_at", OrderedText, nullable=False),
        sa.Column("received_from", OrderedText, nullable=False),
        sa.Column("closed_at", OrderedText, nullable=False),
        sa.Column("judged_at", OrderedText, nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("tallies", sa.Text, nullable=False),
        sa.Column("upper", sa.Integer, nullable=False),
        sa.Column("whole_at", OrderedText, nullable=False),
        sa.Column("whole_done_at", OrderedText, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("quality_groups_by_judging", "quality_groups", ["judged_at", "promise"])
    op.create_index("quality_groups_by_whole", "quality_groups", ["whole_done_at", "whole_at"])
    op.create_table(
        "quality_lots",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("batch_id", sa.String(36), nullable=False, unique=True),
        sa.Column("received_at", OrderedText, nullable=False),
        sa.Column("office", OrderedText, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("group_serial", sa.Integer, nullable=False),
        sa.Column("promise", sa.Integer, nullable=False),
        sa.Column("drawn_at", OrderedText, nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("frame", sa.String(64), nullable=False),
        sa.Column("own", sa.Integer, nullable=False),
        sa.Column("alone", sa.Integer, nullable=False),
        sa.Column("person", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("quality_lots_by_state", "quality_lots", ["state", "serial"])
    op.create_index("quality_lots_by_group", "quality_lots", ["group_serial", "received_at"])
    op.create_index("quality_lots_by_promise", "quality_lots", ["promise", "received_at"])
    op.create_index("quality_lots_by_drawing", "quality_lots", ["drawn_at", "batch_id"])
    op.create_index("quality_lots_by_moment", "quality_lots", ["received_at"])
    op.create_table(
        "quality_keys",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("group_serial", sa.Integer, nullable=False),
        sa.Column("document_id", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("field", sa.String, nullable=False),
        sa.Column("route", sa.String, nullable=False),
        sa.Column("whole", sa.Integer, nullable=False),
        sa.Column("office", OrderedText, nullable=False),
        sa.Column("not_by", sa.Text, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("holder", OrderedText, nullable=False),
        sa.Column("seen_at", OrderedText, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("second_read", sa.Integer, nullable=False),
        sa.Column("second_by", OrderedText, nullable=False),
        sa.Column("second_at", OrderedText, nullable=False),
        sa.Column("third_by", OrderedText, nullable=False),
        sa.Column("third_at", OrderedText, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("fix", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("quality_keys_by_state", "quality_keys", ["state", "serial"])
    op.create_index("quality_keys_by_group", "quality_keys", ["group_serial", "whole", "state"])
    op.create_index("quality_keys_by_batch", "quality_keys", ["batch_id", "state"])
    op.create_index("quality_keys_by_holder", "quality_keys", ["holder", "seen_at"])
    op.create_index("quality_keys_once", "quality_keys", ["document_id", "field"], unique=True)
