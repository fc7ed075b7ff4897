"""A writing transaction that may add to the journal."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from dossier.events import Event
from storage import journal
from storage.dossier_reads import note_reads
from storage.heads import Head, HeadKeeper


class Writing:
    """An open writing transaction that may add to the journal."""

    def __init__(self, connection: Connection, heads: HeadKeeper) -> None:
        self.connection = connection
        self._heads = heads
        self.head: Head | None = None

    def add(self, events: Sequence[Event]) -> None:
        """Append the events."""
        if events:
            note_reads(self.connection, events)
            self.head = journal.append(self.connection, events, kept=self._heads.read())
