"""The tables of campaigns; see ``storage.schema``."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from storage.columns import OrderedText
from storage.metadata import metadata

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", OrderedText, primary_key=True),
    # Sealed: free words.
    Column("name", Text, nullable=False),
    Column("office", String, nullable=False),
    # Canonical JSON: paper types; share to be digitised by the end of a year.
    Column("types", Text, nullable=False),
    Column("targets", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("made_at", OrderedText, nullable=False),
    Column("made_by", String, nullable=False),
)

campaign_boxes = Table(
    "campaign_boxes",
    metadata,
    Column("id", OrderedText, primary_key=True),
    Column("campaign_id", OrderedText, ForeignKey("campaigns.id"), nullable=False),
    Column("position", Integer, nullable=False),
    # Sealed: what stands on a box may name people.
    Column("label", Text, nullable=False),
    Column("office", String, nullable=False),
    Column("year", Integer, nullable=False),
    # Empty: several types.
    Column("type", String, nullable=False),
    Column("results", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("operator", String, nullable=False),
    Column("since", String, nullable=False),
    # Of its folder, as last seen; the name of the next one is sealed.
    Column("files", Integer, nullable=False),
    Column("next_file", Text, nullable=False),
    Index("campaign_boxes_by_campaign", "campaign_id", "position", unique=True),
)

campaign_files = Table(
    "campaign_files",
    metadata,
    # Files of a box that are worked through; a row follows when their papers are put down.
    Column("box_id", OrderedText, ForeignKey("campaign_boxes.id"), primary_key=True),
    # Keyed reference of the path within the folder of the box.
    Column("file_ref", OrderedText, primary_key=True),
    Column("error_code", String, nullable=False),
    Column("day", OrderedText, nullable=False),
)

campaign_papers = Table(
    "campaign_papers",
    metadata,
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    Column("box_id", OrderedText, ForeignKey("campaign_boxes.id"), nullable=False),
    # Of Vietnam, ISO 8601.
    Column("day", OrderedText, nullable=False),
    Index("campaign_papers_by_box", "box_id", "day"),
)
