"""The tables of bundles: what a desk has sent, which desks a centre knows, and what it took from each.

They register beside those of ``storage.schema``. No personal data stands in them: ids and references of other
stores are opaque, and a journal holds none.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    DDL,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    event,
)

from storage.columns import Count, OrderedText, append_only
from storage.metadata import metadata

ONLY_GROW: Final = ("carried_journal", "carried_versions")

bundle_exports = Table(
    "bundle_exports",
    metadata,
    # At a desk: bundles by their number, from 1. A row without a hash was begun and never finished.
    Column("number", Integer, primary_key=True, autoincrement=False),
    # The acknowledged bundle that it continues; 0 for one that holds everything.
    Column("base", Integer, nullable=False),
    Column("manifest_sha256", String(64), nullable=False),
    # Last entry of the journal that it holds.
    Column("entries", Count, nullable=False),
    # Moments in ISO 8601 in UTC.
    Column("made_at", String, nullable=False),
    Column("acknowledged_at", String, nullable=True),
)

bundle_marks = Table(
    "bundle_marks",
    metadata,
    # At a desk: keyed reference of each record as it was last sent, and as it was last acknowledged.
    Column("kind", OrderedText, primary_key=True),
    Column("key", OrderedText, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("sent", String(32), nullable=False),
    Column("acknowledged", String(32), nullable=False),
)

desks = Table(
    "desks",
    metadata,
    # At a centre. The id follows from the public keys.
    Column("id", String(32), primary_key=True),
    # Its part of the running numbers of result codes; 1 and up.
    Column("part", Integer, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("signing_key", String, nullable=False),
    Column("receiving_key", String, nullable=False),
    Column("enrolled_at", String, nullable=False),
    Column("retired_at", String, nullable=True),
)

bundles = Table(
    "bundles",
    metadata,
    # At a centre: every bundle of which anything was taken.
    Column("desk", ForeignKey("desks.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("base", Integer, nullable=False),
    Column("manifest_sha256", String(64), nullable=False),
    Column("entries", Count, nullable=False),
    Column("begun_at", String, nullable=False),
    # Nothing while the import is under way.
    Column("imported_at", String, nullable=True),
)

carried_ids = Table(
    "carried_ids",
    metadata,
    # What the ids and references of a desk are called here.
    Column("desk", ForeignKey("desks.id"), primary_key=True),
    Column("theirs", OrderedText, primary_key=True),
    Column("ours", OrderedText, nullable=False),
    Index("carried_ids_by_ours", "ours"),
)

carried_versions = Table(
    "carried_versions",
    metadata,
    # Which versions of papers came from which desk, and which were made of several by the rule.
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    # Empty for a version that was made by merging.
    Column("desk", String(32), nullable=False),
    Column("desk_version", Integer, nullable=False),
    Index("carried_versions_by_desk", "desk", "document_serial", "desk_version"),
)

carried_journal = Table(
    "carried_journal",
    metadata,
    # The journals of desks, entry by entry as they stand there: chains of their own.
    Column("desk", ForeignKey("desks.id"), primary_key=True),
    Column("number", Count, primary_key=True, autoincrement=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("event", Text, nullable=False),
)

carried_heads = Table(
    "carried_heads",
    metadata,
    # Sealed heads of the journals of desks, with their signatures.
    Column("desk", ForeignKey("desks.id"), primary_key=True),
    Column("entries", Count, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

merge_questions = Table(
    "merge_questions",
    metadata,
    # What two stores say differently and a person must settle.
    Column("kind", OrderedText, primary_key=True),
    # Id of a paper or of an entry about owners, or a dossier code.
    Column("subject", OrderedText, primary_key=True),
    # What differs: names of fields and codes, never values.
    Column("differs", String, nullable=False),
)

for _name in ONLY_GROW:
    for _dialect in ("sqlite", "postgresql"):
        for _statement in append_only(_name, dialect=_dialect):
            # A percent sign would be taken for a place to fill in.
            _ddl = DDL(_statement.replace("%", "%%"))  # type: ignore[no-untyped-call]  # left without types
            event.listen(metadata.tables[_name], "after_create", _ddl.execute_if(dialect=_dialect))
