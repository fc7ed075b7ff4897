"""The tables of papers that may be one; see ``storage.schema``."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Table, Text

from storage.columns import Count, OrderedText
from storage.metadata import metadata

same_pending = Table(
    "same_pending",
    metadata,
    # Papers that were put down or changed, and were not compared with others since.
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
)

paper_prints = Table(
    "paper_prints",
    metadata,
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    # Keyed reference of type and own number of the paper; empty where it has none.
    Column("number_ref", OrderedText, nullable=False),
    # Sealed with the key of the document: whoever has the sheet could find it by the fingerprints.
    Column("prints", LargeBinary, nullable=False),
    Index("paper_prints_by_number", "number_ref", "document_serial"),
)

same_pairs = Table(
    "same_pairs",
    metadata,
    # Papers that may be one, in the order found.
    Column("serial", Count, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("earlier", ForeignKey("documents.serial"), nullable=False),
    Column("later", ForeignKey("documents.serial"), nullable=False),
    Column("found_at", String, nullable=False),
    # Reason codes, with blanks between.
    Column("because", Text, nullable=False),
    Column("answer", String, nullable=False),
    Column("answered_at", String, nullable=True),
    Column("answered_by", String, nullable=False),
    Index("same_pairs_by_earlier", "earlier"),
    Index("same_pairs_by_later", "later"),
    Index("same_pairs_by_answer", "answer", "serial"),
    sqlite_autoincrement=True,
)
