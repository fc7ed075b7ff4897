"""Destroying objects for good, on a decision: first the key, at once and under any lock, then the bytes.

Enciphered bytes without their key are noise in every copy there is. Where a lock keeps them, they stay until
it ends and are swept then; nobody can read them meanwhile. Plain bytes can only go where no lock keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, datetime

from dossier.ids import Sha256
from dossier.ports import Clock
from storage import copy_queue, fixity_rows, keeping_acts, lock_rows, object_keys
from storage.places import Place
from storage.upkeep import Upkeep


@dataclass(frozen=True, slots=True, kw_only=True)
class Remains:
    """Bytes without a key that a place still holds.

    Attributes:
        stored: the hash they are kept under.
        place: where.
        until: when their lock ends; nothing when they are just not swept yet.
    """

    stored: Sha256
    place: str
    until: datetime | None


class Destruction:
    """Destroys objects in all places of one store. The caller is its writer."""

    def __init__(self, places: Sequence[Place], upkeep: Upkeep, *, clock: Clock) -> None:
        """Use these places and the rows of their store."""
        self._places = places
        self._upkeep = upkeep
        self._clock = clock

    def need_places(self) -> None:
        """Make sure that every place is there: what is on a disk that is not mounted is not destroyed.

        Raises:
            StoreUnavailableError: one is not, or was never used.
        """
        for place in self._places:
            place.tending.need_reachable()

    def locked_until(self, sha256: Sha256) -> datetime | None:
        """Until when an object cannot be destroyed: its plain bytes are locked, or somebody holds it.

        A lock on enciphered bytes does not count, for it cannot keep them readable; a legal hold does.

        Raises:
            StoreError: a place does not answer.
        """
        stored = self.stored_as([sha256]).get(sha256)
        ends = [place.blobs.locked_until(sha256) for place in self._places]
        if stored is not None:
            on_noise = [place.blobs.locked_until(stored) for place in self._places]
            ends += [end for end in on_noise if end is not None and end.year == MAXYEAR]
        return max((end for end in ends if end is not None), default=None)

    def stored_as(self, hashes: Sequence[Sha256]) -> Mapping[Sha256, Sha256]:
        """Under which hash the bytes of those objects are kept that have a key."""
        with self._upkeep.database.reading() as connection:
            keys = {sha256: object_keys.find_within(connection, sha256) for sha256 in hashes}
        return {sha256: key.stored for sha256, key in keys.items() if key is not None}

    def destroy(self, hashes: Sequence[Sha256]) -> None:
        """Take keys and bytes; killed anywhere, it is done again.

        The keys go, and upkeep stops to miss the objects, in one transaction before the first byte.

        Raises:
            StoreLockError: plain bytes are still locked.
            StoreError: a place does not let go or does not answer.
        """
        self.need_places()
        at = self._clock()
        with self._upkeep.writing() as writing:
            gone = [object_keys.destroy(writing.connection, sha256, at=at) for sha256 in hashes]
            names = [*hashes, *(stored for stored in gone if stored is not None)]
            keeping_acts.forget(writing.connection, hashes)
            copy_queue.drop_within(writing.connection, names)
            lock_rows.forget_locks(writing.connection, names)
            for place in self._places:
                fixity_rows.forget(writing.connection, place.name, names)
        # Before anything slow: until then the pages of the keys may still stand in the files of the database.
        self._upkeep.database.scrub("object_keys")
        for place in self._places:
            for sha256 in hashes:
                place.blobs.destroy(sha256)
        with self._upkeep.database.reading() as connection:
            left = object_keys.keyless_of(connection, hashes)
        for stored in (one for some in left.values() for one in some):
            self._remove(stored)

    def remains(self, hashes: Sequence[Sha256]) -> Sequence[Remains]:
        """What is left of destroyed objects, place by place.

        Raises:
            StoreError: a place does not answer.
        """
        with self._upkeep.database.reading() as connection:
            left = object_keys.keyless_of(connection, hashes)
        return [
            Remains(stored=stored, place=place.name, until=place.blobs.locked_until(stored))
            for some in left.values()
            for stored in some
            for place in self._places
            if place.blobs.contains(stored)
        ]

    def sweep(self) -> tuple[int, int]:
        """Remove what is left wherever the lock has ended; how many objects went, and how many are locked.

        Raises:
            StoreError: a place does not answer; what was removed stays removed.
        """
        self.need_places()
        removed = locked = 0
        for stored in object_keys.walk_keyless(self._upkeep.database):
            if self._remove(stored):
                removed += 1
            else:
                locked += 1
        return removed, locked

    def _remove(self, stored: Sha256) -> bool:
        went = [place.tending.remove(stored) for place in self._places]
        if not all(went):
            return False
        with self._upkeep.writing() as writing:
            object_keys.forget_keyless(writing.connection, stored)
        return True
