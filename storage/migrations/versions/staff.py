"""Accounts of people who work at the station, their sessions, and failed attempts to sign in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, OrderedText

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nobody has an account before one is made."""
    op.create_table(
        "staff_accounts",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("id", sa.String(16), nullable=False, unique=True),
        sa.Column("login_ref", sa.String(32), nullable=False, unique=True),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("must_change", sa.Integer, nullable=False),
        sa.Column("password_ends", sa.String, nullable=True),
        sa.Column("totp", sa.Text, nullable=False),
        sa.Column("totp_step", Count, nullable=False),
        sa.Column("recovery", sa.Text, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.Column("disabled_at", sa.String, nullable=True),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", OrderedText, primary_key=True),
        sa.Column("actor", OrderedText, nullable=False),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("kept", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=True),
        sa.Column("began_at", OrderedText, nullable=False),
        sa.Column("seen_at", OrderedText, nullable=False),
        sa.Column("ends_at", OrderedText, nullable=False),
    )
    op.create_index("staff_sessions_by_actor", "staff_sessions", ["actor", "began_at"])
    op.create_index("staff_sessions_by_end", "staff_sessions", ["ends_at"])
    op.create_table(
        "staff_attempts",
        sa.Column("key", OrderedText, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", OrderedText, nullable=False),
        sa.Column("free_at", OrderedText, nullable=False),
    )
    op.create_index("staff_attempts_by_time", "staff_attempts", ["last_at"])
