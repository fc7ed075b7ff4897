"""The tables of work that waits and work in hand; see ``storage.schema`` and decision 0016."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table

from storage.columns import Count, OrderedText
from storage.metadata import metadata

work = Table(
    "work",
    metadata,
    # A row for each file that something is owed on; it goes when nothing is. Numbers are never used again.
    Column("serial", Count, primary_key=True),
    Column("item_id", ForeignKey("items.id"), nullable=False, unique=True),
    Column("pool", OrderedText, nullable=False),
    Column("lane", OrderedText, nullable=False),
    # Agency part of the dossier code; may be empty.
    Column("office", OrderedText, nullable=False),
    # The lowest one is taken next.
    Column("turn", BigInteger, nullable=False),
    # ready, held, parked.
    Column("state", OrderedText, nullable=False),
    # Counted when it is taken, so that a killed process counts; 1 in ``begun`` while that try goes on.
    Column("tries", Integer, nullable=False),
    Column("begun", Integer, nullable=False),
    # Why the last try did not end, empty when none failed.
    Column("reason", String, nullable=False),
    # Empty unless held.
    Column("holder", OrderedText, nullable=False),
    Column("fence", BigInteger, nullable=False),
    # ISO 8601 in UTC.
    Column("since", String, nullable=False),
    # Pages that the furthest try is known to have finished: one that got on does not count as failed.
    Column("furthest", Integer, nullable=False, server_default="0"),
    # Not taken before, in milliseconds since 1970 by the clock of the database: it failed just now.
    Column("after", BigInteger, nullable=False, server_default="0"),
    Index("work_by_turn", "state", "pool", "lane", "turn", "serial"),
    Index("work_by_office", "office", "pool", "lane", "turn"),
    Index("work_by_holder", "holder"),
    sqlite_autoincrement=True,
)

work_holders = Table(
    "work_holders",
    metadata,
    # Processes that hold work. Without a sign of life until ``ends`` what they hold is anybody's.
    Column("id", OrderedText, primary_key=True),
    # Milliseconds since 1970 by the clock of the database, so that machines need not agree about theirs.
    Column("ends", BigInteger, nullable=False),
)

work_turns = Table(
    "work_turns",
    metadata,
    # How far each pool has come: the highest turn taken in each lane, and how often in a row the counter was
    # served while the backlog waited.
    Column("pool", OrderedText, primary_key=True),
    Column("streak", Integer, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("backlog", BigInteger, nullable=False),
)
