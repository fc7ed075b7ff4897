"""The tables of the signing desk and of work that people at the station ask for."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from storage.columns import Count, OrderedText
from storage.metadata import metadata

sign_waits = Table(
    "sign_waits",
    metadata,
    # A row exactly for the papers whose newest version waits for the signature of the office.
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    # Moments in ISO 8601 in UTC; empty for none.
    Column("since", OrderedText, nullable=False),
    Column("holder", OrderedText, nullable=False),
    Column("seen_at", OrderedText, nullable=False),
    # 1 once whoever looked through it found it right.
    Column("marked", Integer, nullable=False),
    # Empty, or the batch that signs it.
    Column("batch", String(36), nullable=False),
    Column("error_code", String, nullable=False),
    Index("sign_waits_by_since", "since", "document_serial"),
    Index("sign_waits_by_holder", "holder"),
    Index("sign_waits_by_batch", "batch"),
)

sign_batches = Table(
    "sign_batches",
    metadata,
    Column("serial", Count, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("actor", OrderedText, nullable=False),
    Column("began_at", OrderedText, nullable=False),
    Column("seen_at", OrderedText, nullable=False),
    # Empty while it runs.
    Column("ended_at", OrderedText, nullable=False),
    Column("wanted", Integer, nullable=False),
    # Counted when it ends; before, it is what it does not hold any more.
    Column("signed", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("error_code", String, nullable=False),
    Index("sign_batches_by_actor", "actor", "serial"),
    Index("sign_batches_by_end", "ended_at", "seen_at"),
    sqlite_autoincrement=True,
)

archive_orders = Table(
    "archive_orders",
    metadata,
    Column("serial", Count, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("actor", OrderedText, nullable=False),
    Column("asked_at", OrderedText, nullable=False),
    # SHA-256 of kind and wish while it waits or runs, so that the same is not done twice; empty afterwards.
    Column("same", OrderedText, nullable=False),
    Column("state", String, nullable=False),
    Column("seen_at", OrderedText, nullable=False),
    Column("ended_at", OrderedText, nullable=False),
    # Sealed: what exactly, and what came of it.
    Column("wanted", Text, nullable=False),
    Column("result", Text, nullable=False),
    Index("archive_orders_by_state", "state", "serial"),
    Index("archive_orders_by_kind", "kind", "serial"),
    Index("archive_orders_by_wish", "same"),
    sqlite_autoincrement=True,
)
