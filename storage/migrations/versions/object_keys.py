"""Keys of enciphered objects, and what is left of objects whose key was destroyed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import OrderedText

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables. Objects of before stay as they are: without a row an object is plain."""
    op.create_table(
        "object_keys",
        sa.Column("ref", sa.String(32), primary_key=True),
        sa.Column("stored", OrderedText, nullable=False, unique=True),
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("since", OrderedText, nullable=False),
        sa.Column("pending", sa.Integer, nullable=False),
    )
    op.create_table(
        "keyless_objects",
        sa.Column("stored", OrderedText, primary_key=True),
        sa.Column("sha256", OrderedText, nullable=False),
        sa.Column("since", OrderedText, nullable=False),
    )
    op.create_index("keyless_objects_by_object", "keyless_objects", ["sha256"])
