"""The tables. ``storage/migrations`` makes the same, step by step; a test compares the two.

Two tables only ever grow, and the database itself refuses anything else: the journal and the versions of
documents. The rest is either what a record says now or an index that could be made again from the versions.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    DDL,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    event,
)

REVISION: Final = "0001"
"""The newest migration: the version of the schema this program reads and writes."""

metadata = MetaData()

facts = Table(
    "facts",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("received_at", String, nullable=False),
    Column("dossier", String, nullable=False),
    Column("procedure", String, nullable=False),
    Column("owner", String, nullable=False),
)

items = Table(
    "items",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("batch_id", ForeignKey("batches.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("error_code", String, nullable=False),
    Column("pages", Integer, nullable=False),
    Index("items_by_object", "sha256"),
)

batch_items = Table(
    "batch_items",
    metadata,
    Column("batch_id", ForeignKey("batches.id"), primary_key=True),
    Column("item_id", ForeignKey("items.id"), primary_key=True),
    Column("position", Integer, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    # Grows with every new document, so it is the order of capture and the key that pages are cut by.
    Column("serial", Integer, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("item_id", ForeignKey("items.id"), nullable=False),
    Column("first_page", Integer, nullable=False),
    Column("type", String, nullable=False),
    Column("state", String, nullable=False),
    Column("result_code", String, nullable=True, unique=True),
    CheckConstraint("version > 0", name="version_from_one"),
    Index("documents_by_item", "item_id", "first_page"),
    Index("documents_by_state", "state", "serial"),
    sqlite_autoincrement=True,
)

versions = Table(
    "document_versions",
    metadata,
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("body", Text, nullable=False),
)

parties = Table(
    "parties",
    metadata,
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("role", String, nullable=False),
    Column("relation", String, nullable=False),
    Column("number", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_search", Text, nullable=False),
    Column("birth", String, nullable=False),
    Index("parties_by_number", "number", "document_serial", "role"),
)

name_tails = Table(
    "name_tails",
    metadata,
    # Every tail of a name that starts at a word ("nguyen thi hoa ", "thi hoa ", "hoa "): words that follow
    # each other are then found anywhere in a name by one range of an index.
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    Column("accented", Text, primary_key=True),
    Column("bare", Text, nullable=False),
    Index("names_by_bare_tail", "bare", "document_serial"),
    Index("names_by_accented_tail", "accented", "document_serial"),
)

steps = Table(
    "steps",
    metadata,
    Column("key", String, primary_key=True),
    Column("sha256", String(64), nullable=False),
)

counters = Table(
    "result_code_counters",
    metadata,
    Column("prefix", String, primary_key=True),
    Column("last", Integer, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("event", Text, nullable=False),
)


def append_only(table: str) -> tuple[str, ...]:
    """The statements that make SQLite refuse to change or remove rows of the table."""
    return tuple(
        f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
        for verb in ("UPDATE", "DELETE")
    )


for _table in (versions, journal):
    for _statement in append_only(_table.name):
        _ddl = DDL(_statement)  # type: ignore[no-untyped-call]  # SQLAlchemy left it without types
        event.listen(_table, "after_create", _ddl.execute_if(dialect="sqlite"))
