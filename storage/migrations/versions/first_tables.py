"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, OrderedText, append_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table of the first release."""
    _reception()
    _documents()
    _index()
    op.create_table(
        "steps",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
    op.create_table(
        "result_code_counters",
        sa.Column("prefix", sa.String, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "journal",
        sa.Column("number", Count, primary_key=True),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("event", sa.Text, nullable=False),
    )
    for table in ("document_versions", "journal"):
        for statement in append_only(table, dialect=op.get_bind().dialect.name):
            op.execute(statement)


def _reception() -> None:
    op.create_table(
        "facts",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("received_at", sa.String, nullable=False),
        sa.Column("dossier", sa.String, nullable=False),
        sa.Column("procedure", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
    )
    op.create_table(
        "items",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("batch_id", sa.String(36), sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", Count, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("error_code", sa.String, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
    )
    op.create_index("items_by_object", "items", ["sha256"])
    op.create_table(
        "batch_items",
        sa.Column("batch_id", sa.String(36), sa.ForeignKey("batches.id"), primary_key=True),
        sa.Column("item_id", sa.String(36), sa.ForeignKey("items.id"), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
    )


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("item_id", sa.String(36), sa.ForeignKey("items.id"), nullable=False),
        sa.Column("first_page", sa.Integer, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("result_code", sa.String, nullable=True, unique=True),
        sa.CheckConstraint("version > 0", name="version_from_one"),
        sqlite_autoincrement=True,
    )
    op.create_index("documents_by_item", "documents", ["item_id", "first_page"])
    op.create_index("documents_by_state", "documents", ["state", "serial"])
    op.create_table(
        "document_versions",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )


def _index() -> None:
    op.create_table(
        "parties",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("relation", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_search", sa.Text, nullable=False),
        sa.Column("birth", sa.String, nullable=False),
    )
    op.create_index("parties_by_number", "parties", ["number", "document_serial", "role"])
    op.create_table(
        "name_tails",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("accented", OrderedText, primary_key=True),
        sa.Column("bare", OrderedText, nullable=False),
    )
    op.create_index("names_by_bare_tail", "name_tails", ["bare", "document_serial"])
    op.create_index("names_by_accented_tail", "name_tails", ["accented", "document_serial"])
