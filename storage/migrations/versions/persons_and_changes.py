"""Who looked at whom, the feed of changes, webhooks, and what dossiers declare."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, OrderedText

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TOLD = {
    "sqlite": ("json_extract(event, '$.owner_ref')", "json_extract(event, '$.details.other')"),
    "postgresql": ("CAST(event AS json) ->> 'owner_ref'", "CAST(event AS json) -> 'details' ->> 'other'"),
}
"""The person an entry is about; entries about two records that are one person name the other one too."""


def upgrade() -> None:
    """Make the tables, and find the persons that the journal names so far."""
    op.create_table(
        "dossier_components",
        sa.Column("code", OrderedText, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("declared_by", sa.String, nullable=False),
        sa.Column("declared_at", sa.String, nullable=False),
    )
    op.create_table(
        "changes",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("document_id", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("dossier", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("procedure", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_table(
        "webhooks",
        sa.Column("id", OrderedText, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.Column("after", Count, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("failing_since", sa.String, nullable=True),
        sa.Column("next_try", sa.String, nullable=True),
        sa.Column("error_code", sa.String, nullable=False),
        sa.Column("off_at", sa.String, nullable=True),
    )
    op.create_table(
        "journal_refs",
        sa.Column("owner_ref", OrderedText, primary_key=True),
        sa.Column("number", Count, primary_key=True, autoincrement=False),
    )
    person, other = _TOLD[op.get_bind().dialect.name]
    op.execute(
        f"INSERT INTO journal_refs (owner_ref, number) SELECT {person}, number FROM journal "  # noqa: S608
        f"WHERE {person} <> '' UNION SELECT {other}, number FROM journal "
        f"WHERE {other} <> '' AND event LIKE '%\"kind\":\"owner.%'"
    )
