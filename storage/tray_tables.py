"""The tables of trays: what operators gather at the station, its files and the pages to be looked at."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from storage.columns import Count, OrderedText
from storage.metadata import metadata

trays = Table(
    "trays",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("actor", OrderedText, nullable=False),
    Column("dossier", OrderedText, nullable=False),
    Column("procedure", OrderedText, nullable=False),
    # Sealed: the owner.
    Column("told", Text, nullable=False),
    Column("papers", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("state", OrderedText, nullable=False),
    # JSON of codes, counts and names of devices; empty when there is none.
    Column("trouble", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("batch_id", String(36), nullable=False),
    Column("scan_id", String(36), nullable=False),
    Column("scan_state", OrderedText, nullable=False),
    Column("scan_trouble", Text, nullable=False),
    Column("wish", Text, nullable=False),
    Column("advice", Text, nullable=False),
    # Moments in ISO 8601 in UTC.
    Column("began_at", OrderedText, nullable=False),
    Column("changed_at", OrderedText, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("next_file", Integer, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    Index("trays_by_actor", "actor", "began_at"),
    Index("trays_by_actor_and_state", "actor", "state"),
    Index("trays_by_state", "state", "began_at"),
    Index("trays_by_scan_state", "scan_state"),
    Index("trays_by_time", "changed_at"),
)

tray_files = Table(
    "tray_files",
    metadata,
    # Id of the tray and number of the file.
    Column("id", OrderedText, primary_key=True),
    Column("tray_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),
    # Sealed: the name, and the key of its bytes.
    Column("told", Text, nullable=False),
    Column("size", Count, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("state", OrderedText, nullable=False),
    Column("trouble", Text, nullable=False),
    Column("looked", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("item_id", String(36), nullable=False),
    Index("tray_files_by_tray", "tray_id", "number"),
)

tray_pages = Table(
    "tray_pages",
    metadata,
    # Id of the tray, number of the file, number of the page.
    Column("id", OrderedText, primary_key=True),
    Column("tray_id", String(36), nullable=False),
    Column("file", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Column("back", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("advice", Text, nullable=False),
    Index("tray_pages_by_tray", "tray_id", "file", "place"),
)
