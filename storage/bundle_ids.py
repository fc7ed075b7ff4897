"""What the ids and references of a desk are called at the centre."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, bindparam, insert, select

from storage.bundle_tables import carried_ids

# Put together once: every record of a bundle asks.
_OURS: Final = select(carried_ids.c.ours).where(
    carried_ids.c.desk == bindparam("of_desk"), carried_ids.c.theirs == bindparam("their_name")
)
_LEARN: Final = insert(carried_ids)


class Names:
    """The names of one desk, within one transaction."""

    def __init__(self, connection: Connection, desk: str) -> None:
        self._connection = connection
        self._desk = desk
        self._known: dict[str, str] = {}

    def learn(self, theirs: str, ours: str) -> None:
        """Remember what something is called here; learnt before, it stays."""
        if self.ours(theirs) != ours:
            self._connection.execute(_LEARN, {"desk": self._desk, "theirs": theirs, "ours": ours})
            self._known[theirs] = ours

    def ours(self, theirs: str) -> str:
        """What it is called here; what nobody told is called the same."""
        if theirs not in self._known:
            asked = {"of_desk": self._desk, "their_name": theirs}
            self._known[theirs] = self._connection.execute(_OURS, asked).scalar() or theirs
        return self._known[theirs]
