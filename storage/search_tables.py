"""The tables of the index of words; see ``storage.word_index``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table

from storage.columns import Count, OrderedText
from storage.metadata import metadata

search_pending = Table(
    "search_pending",
    metadata,
    # Papers that were put down or changed, and whose words were not taken in since.
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
)

search_offices = Table(
    "search_offices",
    metadata,
    Column("id", Count, primary_key=True),
    # Agency part of dossier codes; empty for papers without one.
    Column("office", OrderedText, nullable=False, unique=True),
    # Places given so far: new papers go up from 0, papers of before there was an index down from -1.
    Column("newest", Integer, nullable=False),
    Column("oldest", Integer, nullable=False),
)

search_papers = Table(
    "search_papers",
    metadata,
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    Column("office_id", ForeignKey("search_offices.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    # Sealed with the key of the document: the lines that were read, and the fields.
    Column("text", LargeBinary, nullable=False),
    Index("search_papers_by_place", "office_id", "place", unique=True),
)

search_postings = Table(
    "search_postings",
    metadata,
    # Keyed word of one office.
    Column("token", BigInteger, primary_key=True, autoincrement=False),
    # 512 places of that office.
    Column("part", Integer, primary_key=True, autoincrement=False),
    # Two bytes for each paper: nine bits of its place, seven that tell accents apart.
    Column("papers", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
