"""Papers of before comparisons wait behind one mark instead of in a queue with a row for each."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_MARK: Final = "papers compared down to"
_KEPT: Final = 10_000
"""Waiting papers that stay in the queue, the newest: they may have fingerprints, older ones have none."""


def upgrade() -> None:
    """Put the mark where the walk through the old papers begins; see ``storage.old_papers``."""
    connection = op.get_bind()
    newest = "SELECT document_serial FROM same_pending ORDER BY document_serial DESC LIMIT 1 OFFSET :kept"
    high = connection.execute(sa.text(newest), {"kept": _KEPT}).scalar()
    if high is not None:
        without_prints = (
            "DELETE FROM same_pending WHERE document_serial <= :high AND NOT EXISTS "
            "(SELECT 1 FROM paper_prints WHERE paper_prints.document_serial = same_pending.document_serial)"
        )
        connection.execute(sa.text(without_prints), {"high": high})
    elif not _is_any(connection, "same_pending") and not _is_any(connection, "paper_prints"):
        high = connection.execute(sa.text("SELECT max(serial) FROM documents")).scalar()
    if high is not None:
        connection.execute(
            sa.text("INSERT INTO facts (name, value) VALUES (:name, :value)"),
            {"name": _MARK, "value": str(high + 1)},
        )


def _is_any(connection: sa.Connection, table: str) -> bool:
    # Names of tables are ours.
    query = f"SELECT 1 FROM {table} LIMIT 1"  # noqa: S608
    return connection.execute(sa.text(query)).first() is not None
