"""The tables of the check station: who has which paper, answers not saved yet, and papers on their way."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from storage.columns import OrderedText
from storage.metadata import metadata

check_holds = Table(
    "check_holds",
    metadata,
    Column("document_id", String(36), primary_key=True),
    # Empty once it was laid aside.
    Column("holder", OrderedText, nullable=False),
    # Moments in ISO 8601 in UTC.
    Column("since", OrderedText, nullable=False),
    Column("seen_at", OrderedText, nullable=False),
    # The version that was laid aside, 0 when none was.
    Column("aside", Integer, nullable=False),
    Index("check_holds_by_holder", "holder", "since"),
)

check_drafts = Table(
    "check_drafts",
    metadata,
    # Id of the paper and opaque name of the person.
    Column("id", OrderedText, primary_key=True),
    Column("document_id", String(36), nullable=False),
    Column("actor", OrderedText, nullable=False),
    Column("version", Integer, nullable=False),
    # Sealed: the answers.
    Column("told", Text, nullable=False),
    Column("saved_at", OrderedText, nullable=False),
    Index("check_drafts_by_document", "document_id"),
    Index("check_drafts_by_time", "saved_at"),
)

check_saves = Table(
    "check_saves",
    metadata,
    Column("document_id", String(36), primary_key=True),
    Column("actor", OrderedText, nullable=False),
    # Moments in ISO 8601 in UTC.
    Column("since", OrderedText, nullable=False),
    Column("due_at", OrderedText, nullable=False),
    # Code of the error for which it came back; empty while it is on its way.
    Column("code", OrderedText, nullable=False),
    Index("check_saves_due", "code", "due_at"),
    Index("check_saves_by_actor", "actor", "since"),
)
