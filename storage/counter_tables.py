"""Tables beside those of ``storage.schema``: portal counts, owners without a number, ways to entries."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from storage.columns import Count, OrderedText
from storage.metadata import metadata

unnumbered_owners = Table(
    "unnumbered_owners",
    metadata,
    # Owners who have no number of the state: what was told of them when they got an id of this store.
    Column("owner_id", String(36), ForeignKey("owners.id"), primary_key=True),
    # As in owner_names: records that may be one person share it.
    Column("match_ref", String(32), nullable=False),
    # Keyed reference of everything that was told: saying the same again makes no second owner.
    Column("repeat_ref", OrderedText, nullable=False, unique=True),
    # Sealed: name, birth, and the paper that was shown.
    Column("told", Text, nullable=False),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Index("unnumbered_owners_by_match", "match_ref", "owner_id"),
)

portal_counts = Table(
    "portal_counts",
    metadata,
    # Dossiers received as the national portal counts them; of one office and period the newest row counts.
    Column("serial", Count, primary_key=True),
    Column("office", OrderedText, nullable=False),
    # Days of reception in Vietnam, ISO 8601, both included.
    Column("first", OrderedText, nullable=False),
    Column("last", OrderedText, nullable=False),
    Column("received", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("told_by", String, nullable=False),
    Index("portal_counts_by_day", "first", "office"),
)

journal_about = Table(
    "journal_about",
    metadata,
    # Which entries are about a record, a request, or the answer for a dossier; could be made again.
    Column("about", OrderedText, primary_key=True),
    Column("number", Count, primary_key=True, autoincrement=False),
)
