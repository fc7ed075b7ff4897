"""Who may ask the service: keys issued here, open dossiers, emergency grants, tokens that were used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, OrderedText

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the four tables."""
    op.create_table(
        "api_keys",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("id", sa.String(16), nullable=False, unique=True),
        sa.Column("label", sa.String, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.Column("ends_at", sa.String, nullable=False),
        sa.Column("revoked_at", sa.String, nullable=True),
    )
    op.create_table(
        "dossiers",
        sa.Column("code", OrderedText, primary_key=True),
        sa.Column("procedure", sa.String, nullable=False),
        sa.Column("received_on", sa.String, nullable=False),
        sa.Column("persons", sa.Text, nullable=False),
        sa.Column("registered_by", sa.String, nullable=False),
        sa.Column("registered_at", sa.String, nullable=False),
        sa.Column("closed_at", sa.String, nullable=True),
    )
    op.create_table(
        "emergency_grants",
        sa.Column("id", OrderedText, primary_key=True),
        sa.Column("caller", sa.String, nullable=False),
        sa.Column("document_id", sa.String(36), nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("ends_at", sa.String, nullable=False),
    )
    op.create_table(
        "used_tokens",
        sa.Column("token_ref", OrderedText, primary_key=True),
        sa.Column("ends_at", OrderedText, nullable=False),
    )
    op.create_index("used_tokens_by_end", "used_tokens", ["ends_at"])
