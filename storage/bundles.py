"""Taking bundles in: a transaction for each piece, so that others write in between and kills lose nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from dossier.bundles import Desk
from storage import bundle_chain
from storage.bundle_chain import RawEntry
from storage.bundle_papers import Fold
from storage.bundle_taking import Line, Taker
from storage.database import Database
from storage.sealed_heads import KeptHead
from storage.writing import Writing


class SqlTaking:
    """Folds what bundles bring into the records of a centre. Safe for threads."""

    def __init__(
        self,
        database: Database,
        *,
        writing: Callable[[], AbstractContextManager[Writing]],
        namespace: uuid.UUID,
        reference: Callable[[str], str],
    ) -> None:
        """Use an open database.

        Args:
            database: with the tables of this program.
            writing: opens a writing transaction.
            namespace: ids are derived in it.
            reference: opaque reference of an identity number.
        """
        self._database = database
        self._writing = writing
        self._namespace = namespace
        self._reference = reference

    def take(self, desk: Desk, lines: Sequence[Line], *, at: datetime, actor: str) -> None:
        """Fold some records in, all of them or none.

        Raises:
            KeyError, TypeError, ValueError: a line is none of ours.
        """
        with self._writing() as writing:
            fold = Fold(
                desk=desk.id,
                part=desk.part,
                at=at,
                actor=actor,
                namespace=self._namespace,
                reference=self._reference,
            )
            taker = Taker(writing.connection, fold)
            for line in lines:
                taker.take(line)
            writing.add(taker.events)

    def take_entries(self, desk: Desk, entries: Sequence[RawEntry]) -> None:
        """Keep entries of the desk's journal, which were checked; those that are here are left alone."""
        with self._writing() as writing:
            writing.add(bundle_chain.take_entries(writing.connection, desk.id, entries))

    def take_heads(self, desk: Desk, heads: Sequence[KeptHead]) -> None:
        """Keep sealed heads of the desk's journal."""
        with self._writing() as writing:
            bundle_chain.take_heads(writing.connection, desk.id, heads)

    def carried_hash(self, desk: str, number: int) -> str | None:
        """Hash of an entry of a desk's journal, if it is known."""
        with self._database.reading() as connection:
            return bundle_chain.carried_hash(connection, desk, number)

    def last_carried(self, desk: str) -> int:
        """Number of the last entry that is known of a desk's journal."""
        with self._database.reading() as connection:
            return bundle_chain.last_carried(connection, desk)
