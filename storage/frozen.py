"""The durable flag that makes the store read-only. It stands in the database, so every machine sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from dossier.errors import StoreFrozenError
from dossier.events import Event
from storage.database import Database
from storage.schema import facts
from storage.writing import Writing

_FROZEN: Final = "frozen"


class FrozenFlag:
    """The flag of one store."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        self._database = database
        self._writing = writing

    def freeze(self, *, place: str, reason: str, event: Event) -> bool:
        """Make the store read-only, with an entry in the journal. False when it was already.

        Args:
            place: which failed.
            reason: codes of the trials it failed.
            event: for the journal.
        """
        with self._writing() as writing:
            if _value(writing.connection) is not None:
                return False
            value = json.dumps({"place": place, "reason": reason})
            writing.connection.execute(insert(facts).values(name=_FROZEN, value=value))
            writing.add([event])
        return True

    def lift(self, *, event: Event) -> bool:
        """Let the store be written again, with an entry in the journal. False when it was not frozen."""
        with self._writing() as writing:
            lifted = writing.connection.execute(delete(facts).where(facts.c.name == _FROZEN)).rowcount > 0
            if lifted:
                writing.add([event])
        return lifted

    def error(self) -> StoreFrozenError | None:
        """What a writing command is to be told, or nothing."""
        with self._database.reading() as connection:
            value = _value(connection)
        if value is None:
            return None
        told = json.loads(value)
        return StoreFrozenError(str(told["place"]), reason=str(told["reason"]))

    def need_writable(self) -> None:
        """Refuse to write to a frozen store.

        Raises:
            StoreFrozenError.
        """
        error = self.error()
        if error is not None:
            raise error


def _value(connection: Connection) -> str | None:
    return connection.execute(select(facts.c.value).where(facts.c.name == _FROZEN)).scalar()
