"""A writing transaction that may add to the journal."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from dossier.events import Event
from storage import journal
from storage.dossier_reads import note_reads
from storage.heads import Head, HeadKeeper
from storage.journal import Draft


class Writing:
    """An open writing transaction that may add to the journal."""

    def __init__(self, connection: Connection, heads: HeadKeeper) -> None:
        self.connection = connection
        self._heads = heads
        self.head: Head | None = None

    def add(self, events: Sequence[Event]) -> None:
        """Append the events."""
        self.add_drafts([journal.draft(event) for event in events])

    def add_drafts(self, drafts: Sequence[Draft]) -> None:
        """Append events that were made ready before the transaction began."""
        if drafts:
            note_reads(self.connection, [each.event for each in drafts])
            self.head = journal.append_drafts(self.connection, drafts, kept=self._heads.read())
