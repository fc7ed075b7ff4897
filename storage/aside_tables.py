"""The table of papers that a step went past; see ``storage.set_aside``."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from storage.columns import OrderedText
from storage.metadata import metadata

set_aside = Table(
    "set_aside",
    metadata,
    Column("document_serial", ForeignKey("documents.serial"), primary_key=True),
    # Which step went past it.
    Column("step", OrderedText, primary_key=True),
    # Stable code of the error; never a word of the paper.
    Column("code", String, nullable=False),
)
