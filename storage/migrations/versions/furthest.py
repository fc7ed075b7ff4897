"""Work: how many pages of a file were finished at most, and when a file that failed is tried again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    """Add the columns; a program of before that adds work leaves both at nothing, and does not wait."""
    op.add_column("work", sa.Column("furthest", sa.Integer, nullable=False, server_default="0"))
    op.add_column("work", sa.Column("after", sa.BigInteger, nullable=False, server_default="0"))
