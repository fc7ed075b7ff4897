"""Alembic's entry: run the steps on the connection that ``storage.schema_upgrade`` hands over."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    # SQLite undoes schema changes with the transaction, which the caller opens and closes.
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
