"""What upkeep keeps in the database, beside the records: copies that wait, checks, locks, the frozen flag."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from storage.copy_queue import CopyQueue
from storage.database import Database
from storage.fixity_rows import FixityRows
from storage.frozen import FrozenFlag
from storage.lock_rows import LockRows
from storage.operating import Operating
from storage.writing import Writing


class Upkeep:
    """One store's rows of upkeep.

    Attributes:
        database: of the store.
        writing: opens a writing transaction that may add to the journal.
        copies: the queue of second copies.
        locks: what each object needs of its lock in each place.
        fixity: the last check of each object in each place.
        frozen: whether the store may be written.
        operating: what an operator looks at.
    """

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        self.database = database
        self.writing = writing
        self.copies = CopyQueue(database, writing=writing)
        self.locks = LockRows(database, writing=writing)
        self.fixity = FixityRows(database, writing=writing)
        self.frozen = FrozenFlag(database, writing=writing)
        self.operating = Operating(database, writing=writing)
