"""Acts about keeping and destroying: legal holds, disposals, requests of data subjects."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Count, OrderedText, append_only

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of acts."""
    op.create_table(
        "keeping_acts",
        sa.Column("serial", Count, primary_key=True),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
    )
    op.create_table("destroyed_objects", sa.Column("sha256", OrderedText, primary_key=True))
    op.create_index("keeping_acts_by_case", "keeping_acts", ["case_id"])
    op.create_index("keeping_acts_by_target", "keeping_acts", ["target"])
    for statement in append_only("keeping_acts", dialect=op.get_bind().dialect.name):
        op.execute(statement)
