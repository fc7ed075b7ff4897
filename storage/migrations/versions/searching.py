"""Papers are found by their words, those of before behind one mark; counted months tell when they changed."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, OrderedText

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_MARK: Final = "papers searchable down to"


def upgrade() -> None:
    """Make the tables, and put the mark where the walk through the old papers begins."""
    op.create_table(
        "search_pending",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
    )
    op.create_table(
        "search_offices",
        sa.Column("id", Count, primary_key=True),
        sa.Column("office", OrderedText, nullable=False, unique=True),
        sa.Column("newest", sa.Integer, nullable=False),
        sa.Column("oldest", sa.Integer, nullable=False),
    )
    op.create_table(
        "search_papers",
        sa.Column("document_serial", Count, sa.ForeignKey("documents.serial"), primary_key=True),
        sa.Column("office_id", Count, sa.ForeignKey("search_offices.id"), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
    )
    op.create_index("search_papers_by_place", "search_papers", ["office_id", "place"], unique=True)
    op.create_table(
        "search_postings",
        sa.Column("token", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("papers", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    _months()
    connection = op.get_bind()
    high = connection.execute(sa.text("SELECT max(serial) FROM documents")).scalar()
    if high is not None:
        connection.execute(
            sa.text("INSERT INTO facts (name, value) VALUES (:name, :value)"),
            {"name": _MARK, "value": str(high + 1)},
        )


def _months() -> None:
    op.create_table(
        "dossier_count_marks",
        sa.Column("month", OrderedText, primary_key=True),
        sa.Column("office", OrderedText, primary_key=True),
        sa.Column("level", OrderedText, primary_key=True),
        sa.Column("version", Count, nullable=False),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO dossier_count_marks (month, office, level, version) "
        "SELECT DISTINCT substr(day, 1, 7), office, level, 1 FROM dossier_counts"
    )
