"""What the ids and references of a desk are called at the centre."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from storage.bundle_tables import carried_ids


class Names:
    """The names of one desk, within one transaction."""

    def __init__(self, connection: Connection, desk: str) -> None:
        self._connection = connection
        self._desk = desk
        self._known: dict[str, str] = {}

    def learn(self, theirs: str, ours: str) -> None:
        """Remember what something is called here; learnt before, it stays."""
        if self.ours(theirs) != ours:
            self._connection.execute(insert(carried_ids).values(desk=self._desk, theirs=theirs, ours=ours))
            self._known[theirs] = ours

    def ours(self, theirs: str) -> str:
        """What it is called here; what nobody told is called the same."""
        if theirs not in self._known:
            query = select(carried_ids.c.ours).where(
                carried_ids.c.desk == self._desk, carried_ids.c.theirs == theirs
            )
            self._known[theirs] = self._connection.execute(query).scalar() or theirs
        return self._known[theirs]
