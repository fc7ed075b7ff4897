"""A table and a column that older programs neither read nor have to fill."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.schema import REVISION

revision = "9001"
down_revision = REVISION
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    """Add both."""
    op.create_table("later", sa.Column("id", sa.String, primary_key=True))
    op.add_column("batches", sa.Column("later", sa.String, nullable=True))
