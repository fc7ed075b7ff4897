"""Trays of the station: files and pages that operators gather before they are handed in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, OrderedText

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    """Make the tables; nothing lies in a tray yet."""
    op.create_table(
        "trays",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("actor", OrderedText, nullable=False),
        sa.Column("dossier", OrderedText, nullable=False),
        sa.Column("procedure", OrderedText, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("papers", sa.Integer, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("state", OrderedText, nullable=False),
        sa.Column("trouble", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("scan_id", sa.String(36), nullable=False),
        sa.Column("scan_state", OrderedText, nullable=False),
        sa.Column("scan_trouble", sa.Text, nullable=False),
        sa.Column("wish", sa.Text, nullable=False),
        sa.Column("advice", sa.Text, nullable=False),
        sa.Column("began_at", OrderedText, nullable=False),
        sa.Column("changed_at", OrderedText, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("next_file", sa.Integer, nullable=False),
    )
    op.create_index("trays_by_actor", "trays", ["actor", "began_at"])
    op.create_index("trays_by_actor_and_state", "trays", ["actor", "state"])
    op.create_index("trays_by_state", "trays", ["state", "began_at"])
    op.create_index("trays_by_scan_state", "trays", ["scan_state"])
    op.create_index("trays_by_time", "trays", ["changed_at"])
    op.create_table(
        "tray_files",
        sa.Column("id", OrderedText, primary_key=True),
        sa.Column("tray_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("size", Count, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("state", OrderedText, nullable=False),
        sa.Column("trouble", sa.Text, nullable=False),
        sa.Column("looked", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("item_id", sa.String(36), nullable=False),
    )
    op.create_index("tray_files_by_tray", "tray_files", ["tray_id", "number"])
    op.create_table(
        "tray_pages",
        sa.Column("id", OrderedText, primary_key=True),
        sa.Column("tray_id", sa.String(36), nullable=False),
        sa.Column("file", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("back", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("advice", sa.Text, nullable=False),
    )
    op.create_index("tray_pages_by_tray", "tray_pages", ["tray_id", "file", "place"])
