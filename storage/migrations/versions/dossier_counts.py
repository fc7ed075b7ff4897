"""What figures count of each dossier, as one flat row; alarms that several processes raise once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import OrderedText

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_MARKS = (
    "yields_paper",
    "disliked",
    "insisted",
    "reused",
    "paid_online",
    "synchronised",
    "online",
    "result",
    "digitised",
    "component",
    "shared",
    "data",
)


def upgrade() -> None:
    """Make the tables, and say that rows have to be counted: only the program of today knows how."""
    op.create_index("dossier_reads_by_document", "dossier_reads", ["document_id"])
    op.create_table(
        "dossier_counts",
        sa.Column("office", OrderedText, primary_key=True),
        sa.Column("level", OrderedText, primary_key=True),
        sa.Column("day", OrderedText, primary_key=True),
        sa.Column("code", OrderedText, primary_key=True),
        sa.Column("procedure", sa.String, nullable=False),
        sa.Column("channel", sa.Integer, nullable=False),
        sa.Column("applicant_ref", OrderedText, nullable=False),
        sa.Column("officer_ref", sa.String(32), nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("promised_at", sa.BigInteger, nullable=True),
        sa.Column("until", sa.BigInteger, nullable=True),
        sa.Column("taken", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.Integer, nullable=False),
        sa.Column("twice", sa.Integer, nullable=False),
        sa.Column("late", sa.Integer, nullable=True),
        sa.Column("punctuality", sa.String, nullable=False),
        sa.Column("overdue_from", sa.BigInteger, nullable=True),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("again", sa.Integer, nullable=False),
        sa.Column("waited", sa.Integer, nullable=True),
        sa.Column("handling", sa.Integer, nullable=True),
        *(sa.Column(mark, sa.Integer, nullable=False) for mark in _MARKS),
        sqlite_with_rowid=False,
    )
    op.create_index("dossier_counts_by_code", "dossier_counts", ["code"], unique=True)
    columns = ["applicant_ref", "received_at", "code"]
    op.create_index("dossier_counts_by_applicant", "dossier_counts", columns)
    op.create_table(
        "access_alarms",
        sa.Column("caller", OrderedText, primary_key=True),
        sa.Column("why", OrderedText, primary_key=True),
        sa.Column("at", OrderedText, nullable=False),
    )
    facts = sa.table("facts", sa.column("name"), sa.column("value"))
    op.get_bind().execute(sa.insert(facts).values(name="dossiers to count", value="0018"))
