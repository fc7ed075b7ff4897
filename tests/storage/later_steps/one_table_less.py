"""Takes away what older programs still read."""

from __future__ import annotations

from alembic import op

revision = "9002"
down_revision = "9001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take it away."""
    op.drop_table("item_origins")
