"""The tables. ``storage/migrations`` makes the same, step by step; a test compares the two.

Four tables only ever grow, and the database itself refuses anything else: the journal, the versions of
documents, the history of links between owners and the acts about keeping. The rest is either what a record
says now or an index that could be made again from the versions.
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

from storage.columns import Count, OrderedText, append_only

REVISION: Final = "0008"
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
    Column("size", Count, nullable=False),
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

declared_counts = Table(
    "declared_counts",
    metadata,
    Column("batch_id", ForeignKey("batches.id"), primary_key=True),
    Column("papers", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    # Grows with every new document, so it is the order of capture and the key that pages are cut by.
    Column("serial", Count, primary_key=True),
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
    Column("accented", OrderedText, primary_key=True),
    Column("bare", OrderedText, nullable=False),
    Index("names_by_bare_tail", "bare", "document_serial"),
    Index("names_by_accented_tail", "accented", "document_serial"),
)

owners = Table(
    "owners",
    metadata,
    # The order in which they became known; the oldest of linked records gives the owner its id.
    Column("serial", Count, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("kind", String, nullable=False),
    sqlite_autoincrement=True,
)

owner_numbers = Table(
    "owner_numbers",
    metadata,
    Column("number", String, primary_key=True),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    Column("kind", String, nullable=False),
    # ISO 8601 in UTC; empty where the paper's record does not tell when it was filed.
    Column("since", String, nullable=False),
    Column("document_id", String(36), nullable=False),
    Index("owner_numbers_by_owner", "owner_id"),
)

owner_names = Table(
    "owner_names",
    metadata,
    # What the newest version of a filed document says about the bearer of a number.
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    # Family name, given name and birth year: records that may be one person share it. Empty without a year.
    Column("match_key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("birth", String, nullable=False),
    Column("sex", String, nullable=False),
    Column("mother", Text, nullable=False),
    Column("father", Text, nullable=False),
    Column("residence", Text, nullable=False),
    Index("owner_names_by_owner", "owner_id"),
    Index("owner_names_by_match_key", "match_key", "owner_id"),
)

owner_proposals = Table(
    "owner_proposals",
    metadata,
    # Pairs worth judging, in the order found; whether they still are is judged when they are asked for.
    Column("serial", Count, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("left_owner", ForeignKey("owners.id"), nullable=False),
    Column("right_owner", ForeignKey("owners.id"), nullable=False),
    Index("owner_proposals_by_left", "left_owner"),
    Index("owner_proposals_by_right", "right_owner"),
)

owner_links = Table(
    "owner_links",
    metadata,
    Column("serial", Count, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("action", String, nullable=False),
    Column("left_owner", ForeignKey("owners.id"), nullable=False),
    Column("right_owner", ForeignKey("owners.id"), nullable=False),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("because", Text, nullable=False),
    Column("document_id", String(36), nullable=False),
    # A link is undone at most once; entries that undo nothing are no duplicates of each other.
    Column("undoes", String(36), nullable=True, unique=True),
    Index("owner_links_by_left", "left_owner"),
    Index("owner_links_by_right", "right_owner"),
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

keeping_acts = Table(
    "keeping_acts",
    metadata,
    Column("serial", Count, primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("act", String, nullable=False),
    # Id of a document, or a dossier code.
    Column("target", String, nullable=False),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("details", Text, nullable=False),
    Index("keeping_acts_by_case", "case_id"),
    Index("keeping_acts_by_target", "target"),
)

journal = Table(
    "journal",
    metadata,
    Column("number", Count, primary_key=True),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("event", Text, nullable=False),
)


for _table in (versions, journal, owner_links, keeping_acts):
    for _dialect in ("sqlite", "postgresql"):
        for _statement in append_only(_table.name, dialect=_dialect):
            # A percent sign would be taken for a place to fill in.
            _ddl = DDL(_statement.replace("%", "%%"))  # type: ignore[no-untyped-call]  # left without types
            event.listen(_table, "after_create", _ddl.execute_if(dialect=_dialect))
