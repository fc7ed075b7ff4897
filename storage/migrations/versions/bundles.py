"""Bundles: what a desk has sent, which desks a centre knows, and what it took from each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, OrderedText, append_only

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; a store that never met a bundle has them empty."""
    _at_a_desk()
    _at_a_centre()
    _carried()
    for name in ("carried_journal", "carried_versions"):
        for statement in append_only(name, dialect=op.get_bind().dialect.name):
            op.execute(statement)


def _at_a_desk() -> None:
    op.create_table(
        "bundle_exports",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("manifest_sha256", sa.String(64), nullable=False),
        sa.Column("entries", Count, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.Column("acknowledged_at", sa.String, nullable=True),
    )
    op.create_table(
        "bundle_marks",
        sa.Column("kind", OrderedText, primary_key=True),
        sa.Column("key", OrderedText, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("sent", sa.String(32), nullable=False),
        sa.Column("acknowledged", sa.String(32), nullable=False),
    )


def _at_a_centre() -> None:
    op.create_table(
        "desks",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("part", sa.Integer, nullable=False, unique=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("signing_key", sa.String, nullable=False),
        sa.Column("receiving_key", sa.String, nullable=False),
        sa.Column("enrolled_at", sa.String, nullable=False),
        sa.Column("retired_at", sa.String, nullable=True),
    )
    op.create_table(
        "bundles",
        sa.Column("desk", sa.String(32), sa.ForeignKey("desks.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("manifest_sha256", sa.String(64), nullable=False),
        sa.Column("entries", Count, nullable=False),
        sa.Column("begun_at", sa.String, nullable=False),
        sa.Column("imported_at", sa.String, nullable=True),
    )
    op.create_table(
        "merge_questions",
        sa.Column("kind", OrderedText, primary_key=True),
        sa.Column("subject", OrderedText, primary_key=True),
        sa.Column("differs", sa.String, nullable=False),
    )


def _carried() -> None:
    op.create_table(
        "carried_ids",
        sa.Column("desk", sa.String(32), sa.ForeignKey("desks.id"), primary_key=True),
        sa.Column("theirs", OrderedText, primary_key=True),
        sa.Column("ours", OrderedText, nullable=False),
    )
    op.create_index("carried_ids_by_ours", "carried_ids", ["ours"])
    op.create_table(
        "carried_versions",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("desk", sa.String(32), nullable=False),
        sa.Column("desk_version", sa.Integer, nullable=False),
    )
    op.create_index(
        "carried_versions_by_desk", "carried_versions", ["desk", "document_serial", "desk_version"]
    )
    op.create_table(
        "carried_journal",
        sa.Column("desk", sa.String(32), sa.ForeignKey("desks.id"), primary_key=True),
        sa.Column("number", Count, primary_key=True, autoincrement=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("event", sa.Text, nullable=False),
    )
    op.create_table(
        "carried_heads",
        sa.Column("desk", sa.String(32), sa.ForeignKey("desks.id"), primary_key=True),
        sa.Column("entries", Count, primary_key=True, autoincrement=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
    )
