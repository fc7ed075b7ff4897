"""Owners: the records of people and organisations, what papers say about them, and the links between them.

The tables are filled from the filed documents by the program that opens the store, not here.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, append_only

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of owners."""
    op.create_table(
        "owners",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("kind", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "owner_numbers",
        sa.Column("number", sa.String, primary_key=True),
        sa.Column("owner_id", sa.String(36), sa.ForeignKey("owners.id"), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("since", sa.String, nullable=False),
        sa.Column("document_id", sa.String(36), nullable=False),
    )
    op.create_index("owner_numbers_by_owner", "owner_numbers", ["owner_id"])
    _names()
    _proposals()
    _links()


def _names() -> None:
    op.create_table(
        "owner_names",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("owner_id", sa.String(36), sa.ForeignKey("owners.id"), nullable=False),
        sa.Column("match_key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("birth", sa.String, nullable=False),
        sa.Column("sex", sa.String, nullable=False),
        sa.Column("mother", sa.Text, nullable=False),
        sa.Column("father", sa.Text, nullable=False),
        sa.Column("residence", sa.Text, nullable=False),
    )
    op.create_index("owner_names_by_owner", "owner_names", ["owner_id"])
    op.create_index("owner_names_by_match_key", "owner_names", ["match_key", "owner_id"])


def _proposals() -> None:
    op.create_table(
        "owner_proposals",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("left_owner", sa.String(36), sa.ForeignKey("owners.id"), nullable=False),
        sa.Column("right_owner", sa.String(36), sa.ForeignKey("owners.id"), nullable=False),
    )
    op.create_index("owner_proposals_by_left", "owner_proposals", ["left_owner"])
    op.create_index("owner_proposals_by_right", "owner_proposals", ["right_owner"])


def _links() -> None:
    op.create_table(
        "owner_links",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("left_owner", sa.String(36), sa.ForeignKey("owners.id"), nullable=False),
        sa.Column("right_owner", sa.String(36), sa.ForeignKey("owners.id"), nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("because", sa.Text, nullable=False),
        sa.Column("document_id", sa.String(36), nullable=False),
        sa.Column("undoes", sa.String(36), nullable=True, unique=True),
    )
    op.create_index("owner_links_by_left", "owner_links", ["left_owner"])
    op.create_index("owner_links_by_right", "owner_links", ["right_owner"])
    for statement in append_only("owner_links", dialect=op.get_bind().dialect.name):
        op.execute(statement)
