"""Repair: a bad copy is replaced from one read and hashed right in this very run, or nothing is done.

Then it sweeps: drafts of killed writers, orphans, what is left of destroyed objects, keys without bytes.

The caller holds the lock of the writer and the lock of copies, so no object is on its way meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from dossier.errors import ObjectDamagedError, ObjectMissingError, StoreError
from dossier.events import Event, EventKind
from dossier.ids import Sha256
from dossier.ports import BlobStore, Clock
from storage.bodies import moment_to_text
from storage.census import Census
from storage.copy_queue import which_wait
from storage.expected import NamedElsewhere, standing_of, walk_unused
from storage.fixity_rows import Check
from storage.object_keys import drop_unused, forget_keyless, walk_keyless
from storage.places import Listed, Place
from storage.upkeep import Upkeep

Condition = Literal["ok", "damaged", "missing", "unreachable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairOrder:
    """What may be done.

    Attributes:
        dry_run: only say what would be done.
        orphans: remove objects that nothing names once they are older than ``grace``.
        grace: age from which an orphan is one for good: not a paper on its way.
        uploads_older: age from which an unfinished upload is taken for a dead one.
        spared: spans of time, from and until, whose records were lost: what came then may have been named.
        spare: is handed every orphan of such a span, which stays.
    """

    dry_run: bool = False
    orphans: bool = False
    grace: timedelta = timedelta(days=7)
    uploads_older: timedelta = timedelta(days=1)
    spared: tuple[tuple[datetime, datetime], ...] = ()
    spare: Callable[[BlobStore, Sha256], None] = lambda _blobs, _sha256: None


@dataclass(slots=True, kw_only=True)
class RepairReport:
    """What was done, or would be.

    Attributes:
        repaired: copies that were bad and are good.
        lost: objects without a good copy anywhere; untouched.
        undecided: objects whose good copy may be in a place that does not answer, or could not be written.
        leftovers: drafts and unfinished uploads of killed writers, removed.
        orphans: objects that nothing names.
        orphans_removed: of them, removed.
        orphans_locked: of them, to be removed and still under a lock.
        orphans_spared: of them, from a time whose records were lost; they stay.
        remains_removed: what was left of destroyed objects, removed.
        remains_locked: of it, still under a lock; nobody can read it.
        keys_removed: keys that were made for bytes that a killed writer never put.
        stopped: places that could not be looked through, with the code of the trouble.
    """

    repaired: int = 0
    lost: list[Sha256] = field(default_factory=list)
    undecided: int = 0
    leftovers: int = 0
    orphans: int = 0
    orphans_removed: int = 0
    orphans_locked: int = 0
    orphans_spared: int = 0
    remains_removed: int = 0
    remains_locked: int = 0
    keys_removed: int = 0
    stopped: dict[str, str] = field(default_factory=dict)


class Repair:
    """Repairs the places of one store."""

    def __init__(
        self,
        places: Sequence[Place],
        upkeep: Upkeep,
        *,
        named_elsewhere: NamedElsewhere,
        clock: Clock,
        actor: str,
    ) -> None:
        """Prepare; see ``Fixity`` for the arguments."""
        self._places = places
        self._upkeep = upkeep
        self._named_elsewhere = named_elsewhere
        self._clock = clock
        self._actor = actor

    def run(self, order: RepairOrder) -> RepairReport:
        """Look through every place, then mend what is known to be bad, then sweep."""
        report = RepairReport()
        for place in self._places:
            try:
                self._look_through(place, order, report)
            except StoreError as error:
                report.stopped[place.name] = error.code
        for sha256 in self._bad():
            self._mend(sha256, order, report)
        if not report.stopped and not order.dry_run:
            self._sweep_keys(order, report)
        return report

    def _look_through(self, place: Place, order: RepairOrder, report: RepairReport) -> None:
        census = Census(
            place,
            self._upkeep,
            gets_copies=place is not self._places[0],
            named_elsewhere=self._named_elsewhere,
            clock=self._clock,
            actor=self._actor,
        )
        for page in census.pages():
            report.orphans += len(page.orphans)
            for orphan in page.orphans:
                self._remove_orphan(place, orphan, order, report)
            for left in page.destroyed:
                self._remove_left(place, left, order, report)
        before = self._clock() - order.uploads_older
        swept = place.tending.leftovers(before=before, remove=not order.dry_run)
        report.leftovers += swept
        if swept and not order.dry_run:
            self._note(EventKind.LEFTOVERS_REMOVED, "", place=place.name, count=swept)

    def _remove_orphan(self, place: Place, orphan: Listed, order: RepairOrder, report: RepairReport) -> None:
        if any(since <= orphan.stored_at <= until for since, until in order.spared):
            report.orphans_spared += 1
            order.spare(place.blobs, orphan.sha256)
            return
        if not order.orphans or order.dry_run or self._clock() - orphan.stored_at < order.grace:
            return
        if place.tending.remove(orphan.sha256):
            report.orphans_removed += 1
            self._note(EventKind.ORPHAN_REMOVED, orphan.sha256, place=place.name, size=orphan.size)
        else:
            report.orphans_locked += 1

    def _remove_left(self, place: Place, left: Listed, order: RepairOrder, report: RepairReport) -> None:
        """A decision destroyed it: no grace, only a lock keeps what is left."""
        if order.dry_run:
            return
        if place.tending.remove(left.sha256):
            report.remains_removed += 1
            self._note(EventKind.REMAINS_REMOVED, left.sha256, place=place.name, size=left.size)
        else:
            report.remains_locked += 1

    def _sweep_keys(self, order: RepairOrder, report: RepairReport) -> None:
        """Every place was looked through: what stands in none and is named by nothing needs no key."""
        before = moment_to_text(self._clock() - order.uploads_older)
        for key, since in walk_unused(self._upkeep.database, elsewhere=self._named_elsewhere):
            if since < before and not self._is_anywhere(key.stored, report):
                with self._upkeep.writing() as writing:
                    report.keys_removed += drop_unused(writing.connection, key, before=before)
        for stored in walk_keyless(self._upkeep.database):
            if not self._is_anywhere(stored, report):
                with self._upkeep.writing() as writing:
                    forget_keyless(writing.connection, stored)

    def _is_anywhere(self, sha256: Sha256, report: RepairReport) -> bool:
        """Also when a place does not answer any more: nobody knows then."""
        for place in self._places:
            try:
                if place.blobs.contains(sha256):
                    return True
            except StoreError as error:
                report.stopped[place.name] = error.code
                return True
        return False

    def _bad(self) -> Iterator[Sha256]:
        after = ""
        while page := self._upkeep.fixity.bad(after=after):
            yield from page
            after = page[-1]

    def _mend(self, sha256: Sha256, order: RepairOrder, report: RepairReport) -> None:
        if not self._is_wanted(sha256):
            for place in self._places:
                self._upkeep.fixity.forget(place.name, [sha256])
            return
        found = {place.name: self._condition(place, sha256) for place in self._places}
        good = next((place for place in self._places if found[place.name] == "ok"), None)
        if good is None:
            if "unreachable" in found.values():
                report.undecided += 1
            else:
                report.lost.append(sha256)
                self._note(EventKind.OBJECT_LOST, sha256, **found)
            return
        for place in self._places:
            if found[place.name] == "unreachable":
                report.undecided += 1
            elif found[place.name] != "ok" and not self._waits(place, sha256):
                self._replace(place, sha256, good=good, was=found[place.name], order=order, report=report)
            elif found[place.name] == "ok" and not order.dry_run:
                self._settled(place, sha256)

    def _replace(  # noqa: PLR0913  what is bad, what is good, and what may be done about it
        self,
        place: Place,
        sha256: Sha256,
        *,
        good: Place,
        was: Condition,
        order: RepairOrder,
        report: RepairReport,
    ) -> None:
        if order.dry_run:
            report.repaired += 1
            return
        try:
            with good.blobs.path(sha256) as source:
                aside = was == "damaged" and place.tending.set_aside(sha256)
                place.blobs.put(source)
            # Also when the source changed under our hands: what counts is what stands there now.
            place.blobs.check(sha256)
        except StoreError as error:
            report.undecided += 1
            report.stopped[place.name] = error.code
            return
        report.repaired += 1
        self._settled(
            place,
            sha256,
            self._event(
                EventKind.OBJECT_REPAIRED,
                sha256,
                place=place.name,
                source=good.name,
                was=was,
                kept_aside=int(aside),
            ),
        )

    def _settled(self, place: Place, sha256: Sha256, *events: Event) -> None:
        check = Check(sha256=sha256, at=self._clock(), outcome="ok")
        self._upkeep.fixity.save(place.name, [check], events=events)
        self._upkeep.copies.release(sha256, at=self._clock())

    def _condition(self, place: Place, sha256: Sha256) -> Condition:
        try:
            place.tending.need_reachable()
            place.blobs.check(sha256)
        except ObjectMissingError:
            return "missing"
        except ObjectDamagedError:
            return "damaged"
        except StoreError:
            return "unreachable"
        except OSError:
            # The disk cannot give the bytes back.
            return "damaged"
        return "ok"

    def _is_wanted(self, sha256: Sha256) -> bool:
        with self._upkeep.database.reading() as connection:
            return sha256 in standing_of(connection, [sha256], elsewhere=self._named_elsewhere).wanted

    def _waits(self, place: Place, sha256: Sha256) -> bool:
        """A copy that is still to come is made by the queue, once it is let go on."""
        with self._upkeep.database.reading() as connection:
            waits = bool(which_wait(connection, place.name, [sha256]))
        return waits and not self._upkeep.fixity.knows(place.name, sha256)

    def _note(self, kind: EventKind, subject: str, **details: str | int) -> None:
        self._upkeep.fixity.save("", [], events=[self._event(kind, subject, **details)])

    def _event(self, kind: EventKind, subject: str, **details: str | int) -> Event:
        at: datetime = self._clock()
        return Event(kind=kind, at=at, actor=self._actor, subject=subject, details=details)
