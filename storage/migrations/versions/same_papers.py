"""Fingerprints of papers, pairs that may be one paper, and campaigns that digitise results of before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, OrderedText

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; papers there are get their turn by the mark that 0024 puts down."""
    _same_papers()
    _campaigns()


def _same_papers() -> None:
    op.create_table(
        "same_pending",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
    )
    op.create_table(
        "paper_prints",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("number_ref", OrderedText, nullable=False),
        sa.Column("prints", sa.LargeBinary, nullable=False),
    )
    op.create_index("paper_prints_by_number", "paper_prints", ["number_ref", "document_serial"])
    op.create_table(
        "same_pairs",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("earlier", Count, sa.ForeignKey("documents.serial"), nullable=False),
        sa.Column("later", Count, sa.ForeignKey("documents.serial"), nullable=False),
        sa.Column("found_at", sa.String, nullable=False),
        sa.Column("because", sa.Text, nullable=False),
        sa.Column("answer", sa.String, nullable=False),
        sa.Column("answered_at", sa.String, nullable=True),
        sa.Column("answered_by", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("same_pairs_by_earlier", "same_pairs", ["earlier"])
    op.create_index("same_pairs_by_later", "same_pairs", ["later"])
    op.create_index("same_pairs_by_answer", "same_pairs", ["answer", "serial"])


def _campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", OrderedText, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("types", sa.Text, nullable=False),
        sa.Column("targets", sa.Text, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("made_at", OrderedText, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
    )
    op.create_table(
        "campaign_boxes",
        sa.Column("id", OrderedText, primary_key=True),
        sa.Column("campaign_id", OrderedText, sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("results", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("operator", sa.String, nullable=False),
        sa.Column("since", sa.String, nullable=False),
        sa.Column("files", sa.Integer, nullable=False),
        sa.Column("next_file", sa.Text, nullable=False),
    )
    op.create_index("campaign_boxes_by_campaign", "campaign_boxes", ["campaign_id", "position"], unique=True)
    op.create_table(
        "campaign_files",
        sa.Column("box_id", OrderedText, sa.ForeignKey("campaign_boxes.id"), primary_key=True),
        sa.Column("file_ref", OrderedText, primary_key=True),
        sa.Column("error_code", sa.String, nullable=False),
        sa.Column("day", OrderedText, nullable=False),
    )
    op.create_table(
        "campaign_papers",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("box_id", OrderedText, sa.ForeignKey("campaign_boxes.id"), nullable=False),
        sa.Column("day", OrderedText, nullable=False),
    )
    op.create_index("campaign_papers_by_box", "campaign_papers", ["box_id", "day"])
