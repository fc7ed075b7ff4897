"""The table of arrangements: how the pages of a file are to be arranged, and what became of it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, String, Table, Text, select

from dossier.arranging import ArrangingState
from storage.columns import OrderedText
from storage.metadata import metadata

arrangements = Table(
    "arrangements",
    metadata,
    # Id of the file and the number of the time, from 1.
    Column("id", OrderedText, primary_key=True),
    Column("item_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),
    Column("actor", OrderedText, nullable=False),
    # Sealed: the plan, the versions of papers that were seen, and why a filed paper changes.
    Column("told", Text, nullable=False),
    Column("state", String, nullable=False),
    # Moments in ISO 8601 in UTC; an empty one: not done yet.
    Column("asked_at", OrderedText, nullable=False),
    Column("done_at", OrderedText, nullable=False),
    # Why it was refused, else empty.
    Column("error_code", String, nullable=False),
    Index("arrangements_by_item", "item_id", "number", unique=True),
    Index("arrangements_by_state", "state", "asked_at"),
)

BEING_ARRANGED: Final = select(arrangements.c.item_id).where(
    arrangements.c.state == ArrangingState.ASKED.value
)
"""Files whose pages are to be arranged: few at any time."""


def arranging_place(row: str) -> str:
    """What the words of an arrangement are bound to."""
    return f"arrangements/{row}/told"
