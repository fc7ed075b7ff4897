"""The tables of the promise about errors: promises, batches and groups of them, fields keyed again, steps."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from storage.columns import Count, OrderedText
from storage.metadata import metadata

# Moments in ISO 8601 in UTC, empty for none. Rates and shares in parts of a million.

quality_promises = Table(
    "quality_promises",
    metadata,
    Column("serial", Count, primary_key=True),
    Column("office", OrderedText, nullable=False),
    Column("error", Integer, nullable=False),
    Column("confidence", Integer, nullable=False),
    Column("share", Integer, nullable=False),
    Column("days", Integer, nullable=False),
    Column("since", OrderedText, nullable=False),
    Column("actor", OrderedText, nullable=False),
    sqlite_autoincrement=True,
)

quality_steps = Table(
    "quality_steps",
    metadata,
    Column("serial", Count, primary_key=True),
    Column("office", OrderedText, nullable=False),
    Column("at", OrderedText, nullable=False),
    Column("step", Integer, nullable=False),
    Column("group_serial", Integer, nullable=False),
    Column("actor", OrderedText, nullable=False),
    sqlite_autoincrement=True,
)

quality_groups = Table(
    "quality_groups",
    metadata,
    Column("serial", Count, primary_key=True),
    Column("promise", ForeignKey("quality_promises.serial"), nullable=False),
    Column("single", Integer, nullable=False),
    Column("opened_at", OrderedText, nullable=False),
    Column("received_from", OrderedText, nullable=False),
    Column("closed_at", OrderedText, nullable=False),
    Column("judged_at", OrderedText, nullable=False),
    Column("verdict", String, nullable=False),
    # The counts that the verdict stands on, as JSON.
    Column("tallies", Text, nullable=False),
    Column("upper", Integer, nullable=False),
    Column("whole_at", OrderedText, nullable=False),
    Column("whole_done_at", OrderedText, nullable=False),
    Index("quality_groups_by_judging", "judged_at", "promise"),
    Index("quality_groups_by_whole", "whole_done_at", "whole_at"),
    sqlite_autoincrement=True,
)

quality_lots = Table(
    "quality_lots",
    metadata,
    Column("serial", Count, primary_key=True),
    Column("batch_id", String(36), nullable=False, unique=True),
    Column("received_at", OrderedText, nullable=False),
    Column("office", OrderedText, nullable=False),
    Column("state", String, nullable=False),
    # 0 for none.
    Column("group_serial", Integer, nullable=False),
    Column("promise", Integer, nullable=False),
    Column("drawn_at", OrderedText, nullable=False),
    Column("seed", String(64), nullable=False),
    Column("frame", String(64), nullable=False),
    Column("own", Integer, nullable=False),
    Column("alone", Integer, nullable=False),
    Column("person", Integer, nullable=False),
    Index("quality_lots_by_state", "state", "serial"),
    Index("quality_lots_by_group", "group_serial", "received_at"),
    Index("quality_lots_by_promise", "promise", "received_at"),
    Index("quality_lots_by_drawing", "drawn_at", "batch_id"),
    Index("quality_lots_by_moment", "received_at"),
    sqlite_autoincrement=True,
)

quality_keys = Table(
    "quality_keys",
    metadata,
    Column("serial", Count, primary_key=True),
    Column("batch_id", String(36), nullable=False),
    Column("group_serial", Integer, nullable=False),
    Column("document_id", String(36), nullable=False),
    Column("version", Integer, nullable=False),
    Column("field", String, nullable=False),
    Column("route", String, nullable=False),
    Column("whole", Integer, nullable=False),
    Column("office", OrderedText, nullable=False),
    # Accounts that had to do with the paper, each between two spaces.
    Column("not_by", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("holder", OrderedText, nullable=False),
    Column("seen_at", OrderedText, nullable=False),
    # Sealed: what the second person typed; once a third one looked, what a wrong record is to be put right
    # to; empty again once that is settled.
    Column("told", Text, nullable=False),
    Column("second_read", Integer, nullable=False),
    Column("second_by", OrderedText, nullable=False),
    Column("second_at", OrderedText, nullable=False),
    Column("third_by", OrderedText, nullable=False),
    Column("third_at", OrderedText, nullable=False),
    Column("outcome", String, nullable=False),
    Column("fix", String, nullable=False),
    Index("quality_keys_by_state", "state", "serial"),
    Index("quality_keys_by_group", "group_serial", "whole", "state"),
    Index("quality_keys_by_batch", "batch_id", "state"),
    Index("quality_keys_by_holder", "holder", "seen_at"),
    Index(
        "quality_keys_to_fix",
        "serial",
        sqlite_where=text("told <> '' AND third_by <> ''"),
        postgresql_where=text("told <> '' AND third_by <> ''"),
    ),
    Index("quality_keys_once", "document_id", "field", unique=True),
    sqlite_autoincrement=True,
)
