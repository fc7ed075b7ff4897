"""Enciphering objects that were kept plain, and taking the plain bytes away where a place lets them go.

An object is enciphered first: key saved, enciphered bytes put and read back. Only then, place by place, its
plain bytes go, and only where the enciphered ones were read back in that very place and have been there for a
while: a database that is brought back from before, with no keys yet, still finds what it names. Killed
anywhere, both halves go on when they are run again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from dossier.errors import ObjectDamagedError, ObjectMissingError
from dossier.ids import Sha256
from dossier.ports import BlobStore, Clock
from storage import copy_queue, fixity_rows, lock_rows, object_keys
from storage.bodies import moment_to_text
from storage.expected import NamedElsewhere, standing_of
from storage.object_keys import ObjectKey
from storage.places import Listed, Place
from storage.upkeep import Upkeep

_PAGE = 500


@dataclass(slots=True, kw_only=True)
class Enciphered:
    """What a run did.

    Attributes:
        enciphered: objects that have a key now and had none.
        unreadable: objects whose plain bytes are missing or damaged: repair is asked for first.
        removed: plain copies that went.
        young: plain copies that stay for the time that was asked for.
        waiting: plain copies that stay because that place has no good enciphered copy yet.
        locked: plain copies that a lock keeps.
        locked_until: when the last of these locks ends.
    """

    enciphered: int = 0
    unreadable: int = 0
    removed: int = 0
    young: int = 0
    waiting: int = 0
    locked: int = 0
    locked_until: datetime | None = None


class PlainObjects:
    """Those of one store. The caller is its writer while it calls, and the one who makes copies."""

    def __init__(
        self,
        *,
        stored: BlobStore,
        sealed: BlobStore,
        upkeep: Upkeep,
        elsewhere: NamedElsewhere,
        clock: Clock,
    ) -> None:
        """Use a store.

        Args:
            stored: the bytes as they are kept.
            sealed: enciphers what is put.
            upkeep: rows of the store.
            elsewhere: see ``storage.expected``.
            clock: the present moment.
        """
        self._stored = stored
        self._sealed = sealed
        self._upkeep = upkeep
        self._elsewhere = elsewhere
        self._clock = clock

    def encipher(self, hashes: Iterable[Sha256], report: Enciphered) -> None:
        """Encipher these objects; what is damaged is left alone."""
        for sha256 in hashes:
            try:
                with self._stored.path(sha256) as source:
                    self._sealed.put(source)
            except (ObjectMissingError, ObjectDamagedError):
                report.unreadable += 1
                continue
            # A copy of the plain bytes that was still to come is not wanted any more.
            with self._upkeep.writing() as writing:
                copy_queue.drop_within(writing.connection, [sha256])
            report.enciphered += 1

    def take_away(self, place: Place, report: Enciphered, *, grace: timedelta, after: str = "") -> str:
        """Take plain bytes of enciphered objects out of a place, a page of its listing at a time.

        Args:
            place: where.
            report: counts.
            grace: for how long the enciphered bytes must have been there.
            after: the last hash that was looked at.

        Returns:
            The last hash that was looked at; empty at the end.
        """
        page = list(islice(place.tending.walk(after=after), _PAGE))
        for listed, key, since in self._beside(page):
            if since > moment_to_text(self._clock() - grace):
                report.young += 1
            elif not _is_good(place, key.stored):
                report.waiting += 1
            else:
                self._remove(place, listed.sha256, report)
        return page[-1].sha256 if page else ""

    def _beside(self, page: Sequence[Listed]) -> Sequence[tuple[Listed, ObjectKey, str]]:
        with self._upkeep.database.reading() as connection:
            hashes = [one.sha256 for one in page]
            beside = standing_of(connection, hashes, elsewhere=self._elsewhere).beside
            found = [
                (one, object_keys.find_dated(connection, one.sha256)) for one in page if one.sha256 in beside
            ]
        # Without a key of its own it is the enciphered one of the two.
        return [(one, *dated) for one, dated in found if dated is not None]

    def _remove(self, place: Place, sha256: Sha256, report: Enciphered) -> None:
        if not place.tending.remove(sha256):
            report.locked += 1
            until = place.blobs.locked_until(sha256)
            report.locked_until = max(filter(None, (report.locked_until, until)), default=None)
            return
        report.removed += 1
        with self._upkeep.writing() as writing:
            fixity_rows.forget(writing.connection, place.name, [sha256])
            lock_rows.forget_lock(writing.connection, place.name, sha256)


def _is_good(place: Place, stored: Sha256) -> bool:
    try:
        place.blobs.check(stored)
    except (ObjectMissingError, ObjectDamagedError):
        return False
    return True
