"""Compare what a place is to hold with what it lists, in order of hash, a page at a time.

No byte is read and nothing is held in memory but a page: three streams (what it is to hold by the records,
what is known to be there, what it lists) are merged. Objects that appear while the streams run are looked at
once more before anything is said about them.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter
from typing import Final

from dossier.events import Event, EventKind
from dossier.ids import Sha256
from dossier.ports import Clock
from storage.copy_queue import add_within, which_wait
from storage.expected import NamedElsewhere, standing_of, walk_wanted
from storage.fixity_rows import enrol, forget, save_check
from storage.places import Listed, Place
from storage.upkeep import Upkeep
from storage.writing import Writing

PAGE: Final = 500

_NAMED: Final = "named"
_Entry = tuple[Sha256, str | Listed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a page of the census found.

    Attributes:
        after: the last hash that was looked at.
        hashes: how many were.
        new: objects that nobody knew to be in the place; they wait for their first check.
        missing: objects that the place should hold and does not; known before or not.
        waiting: objects that the place does not hold yet; their copies are queued.
        orphans: objects that nothing names.
        destroyed: what is left of objects that a disposal destroyed.
    """

    after: str
    hashes: int
    new: int
    missing: int
    waiting: int
    orphans: tuple[Listed, ...]
    destroyed: tuple[Listed, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    sha256: Sha256
    outcome: str | None
    listed: Listed | None


class Census:
    """The census of one place."""

    def __init__(  # noqa: PLR0913  each is something an installation or a test chooses
        self,
        place: Place,
        upkeep: Upkeep,
        *,
        gets_copies: bool,
        named_elsewhere: NamedElsewhere,
        clock: Clock,
        actor: str,
    ) -> None:
        """Prepare a census.

        Args:
            place: where.
            upkeep: the rows of the store.
            gets_copies: the place gets copies: what it never held is queued and not missing.
            named_elsewhere: whether something outside the database names the object (a note of quarantine).
            clock: for rows and events.
            actor: for events.
        """
        self._place = place
        self._upkeep = upkeep
        self._gets_copies = gets_copies
        self._named_elsewhere = named_elsewhere
        self._clock = clock
        self._actor = actor

    def pages(self, *, after: str = "") -> Iterator[Counted]:
        """Go through the place from the hash after that one, a page whenever the caller asks for one.

        Raises:
            StoreError: the place cannot be listed; pages given before that hold.
        """
        self._place.tending.need_reachable()
        found = self._found(after)
        while page := list(islice(found, PAGE)):
            yield self._settle(page)

    def _found(self, after: str) -> Iterator[_Found]:
        named: Iterator[_Entry] = (
            (sha256, _NAMED) for sha256 in walk_wanted(self._upkeep.database, after=after)
        )
        known: Iterator[_Entry] = (
            (sha256, f"row:{outcome}")
            for sha256, outcome in self._upkeep.fixity.walk(self._place.name, after=after)
        )
        listed: Iterator[_Entry] = ((one.sha256, one) for one in self._place.tending.walk(after=after))
        merged = heapq.merge(named, known, listed, key=itemgetter(0))
        for sha256, entries in groupby(merged, key=itemgetter(0)):
            marks = [mark for _, mark in entries]
            rows = [mark for mark in marks if isinstance(mark, str) and mark.startswith("row:")]
            yield _Found(
                sha256=sha256,
                outcome=rows[0].removeprefix("row:") if rows else None,
                listed=next((mark for mark in marks if isinstance(mark, Listed)), None),
            )

    def _settle(self, page: Sequence[_Found]) -> Counted:
        listed = [one.listed for one in page if one.listed is not None]
        gone = [one for one in page if one.listed is None and not self._place.blobs.contains(one.sha256)]
        # What came since, or is hidden behind a delete marker, is there as well.
        absent = {one.sha256 for one in gone}
        here = [one for one in page if one.sha256 not in absent]
        with self._upkeep.writing() as writing:
            hashes = [one.sha256 for one in page]
            standing = standing_of(writing.connection, hashes, elsewhere=self._named_elsewhere)
            wanted = standing.wanted
            new = [one.sha256 for one in here if one.sha256 in wanted and one.outcome in {None, "missing"}]
            forget(writing.connection, self._place.name, _known(page, wanted))
            missing, waiting = self._settle_gone(writing, [one for one in gone if one.sha256 in wanted])
            self._enrol(writing, new)
        spared = wanted | standing.beside | standing.destroyed
        return Counted(
            after=page[-1].sha256,
            hashes=len(page),
            new=len(new),
            missing=missing,
            waiting=waiting,
            orphans=tuple(one for one in listed if one.sha256 not in spared),
            destroyed=tuple(one for one in listed if one.sha256 in standing.destroyed),
        )

    def _enrol(self, writing: Writing, new: Sequence[Sha256]) -> None:
        """Those that came back after they were missed begin anew."""
        forget(writing.connection, self._place.name, new)
        enrol(writing.connection, self._place.name, new, at=self._clock())

    def _settle_gone(self, writing: Writing, gone: Sequence[_Found]) -> tuple[int, int]:
        """How many are missing and how many wait for their copy."""
        waiting = which_wait(writing.connection, self._place.name, [one.sha256 for one in gone])
        missing = 0
        for one in gone:
            if one.sha256 in waiting:
                continue
            if self._gets_copies and one.outcome is None:
                add_within(writing.connection, self._place.name, [one.sha256], at=self._clock())
                waiting |= {one.sha256}
                continue
            missing += 1
            if one.outcome != "missing":
                self._miss(writing, one.sha256)
        return missing, len(waiting)

    def _miss(self, writing: Writing, sha256: Sha256) -> None:
        at = self._clock()
        save_check(writing.connection, self._place.name, sha256, outcome="missing", at=at)
        writing.add([failed_event(self._place.name, sha256, outcome="missing", at=at, actor=self._actor)])


def failed_event(place: str, sha256: Sha256, *, outcome: str, at: datetime, actor: str) -> Event:
    """A check that an object did not pass, as PREMIS tells it: what, when, by whom, with what outcome."""
    return Event(
        kind=EventKind.OBJECT_FAILED,
        at=at,
        actor=actor,
        subject=sha256,
        details={"place": place, "outcome": outcome, "algorithm": "SHA-256"},
    )


def _known(found: Sequence[_Found], wanted: frozenset[Sha256]) -> Sequence[Sha256]:
    """Rows of what the place need not hold any more."""
    return [one.sha256 for one in found if one.outcome is not None and one.sha256 not in wanted]
