"""Work on files that were taken in: what is owed, who has it in hand, and whose turn comes next.

A file is owed reading, then signing and filing; when it is done, nothing is owed and the row is gone.
Whoever works holds a lease: the row names the holder, and a fence that grows each time somebody takes it.
What a holder writes counts only while the row still says so (decision 0016).

Turns follow start-time fair queueing (Goyal, Vin, Cheng, SIGCOMM 1996): a file gets a number that lies
behind the office's own files and not before what is served now, and the lowest number is taken. Offices so
take turns, however many files one of them hands in at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dossier.ids import BatchId, ItemId


class Pool(StrEnum):
    """Kinds of workers."""

    READ = "read"
    """Pages to text; needs cores."""
    SIGN = "sign"
    """Signing, understanding, sealing, filing; needs the keys, and is the one writer meanwhile."""
    KEEP = "keep"
    """Stamps and second copies, which have queues of their own."""


class Lane(StrEnum):
    """Who waits for it."""

    COUNTER = "counter"
    """A citizen does."""
    BACKLOG = "backlog"
    """Nobody does today: papers of years ago."""


class WorkReason(StrEnum):
    """Why a try did not end."""

    DIED = "died"
    """The process that had it was gone."""
    MEMORY = "memory"
    """It needed more memory than one file may have."""
    TIMEOUT = "timeout"
    """It finished no page for longer than one file may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """One file in hand.

    Attributes:
        item: the file.
        serial: of the row; never used again for another one.
        pool: what is owed.
        holder: who has it.
        fence: grows with each take of this row.
        tries: this one included.
        reason: why the last try did not end; empty when none failed.
        is_spent: it was tried as often as may be: nobody tries it again, it is parked.
        goes_on: who read it files it as well, and keeps the lease meanwhile.
        furthest: pages that a try before is known to have finished.
    """

    item: ItemId
    serial: int
    pool: Pool
    holder: str
    fence: int
    tries: int
    reason: WorkReason | None = None
    is_spent: bool = False
    goes_on: bool = False
    furthest: int = 0

    @property
    def is_suspect(self) -> bool:
        """A try before did not end: it is read in a process of its own."""
        return self.reason is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class FairRules:
    """How work is given out.

    Attributes:
        cap: files that one office may have in work at the same time in a pool; 0 for any number.
        share: where both lanes wait, one of so many goes to the backlog; at least 2.
        tries: a file is parked instead of being tried more often.
    """

    cap: int
    share: int
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedWork:
    """A file that nobody tries any more until a person decides.

    Attributes:
        item, batch: ids.
        office: agency part of the dossier code; may be empty.
        lane: where it waited.
        tries: that did not end.
        reason: of the last one.
        since: when it was taken in.
    """

    item: ItemId
    batch: BatchId
    office: str
    lane: Lane
    tries: int
    reason: WorkReason | None
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkStand:
    """How much there is of one kind of work.

    Attributes:
        pool, lane: the kind.
        ready: waits.
        held: is in somebody's hands.
        parked: waits for a person.
    """

    pool: Pool
    lane: Lane
    ready: int
    held: int
    parked: int


def next_turn(served: int, last_of_office: int | None) -> int:
    """The number that a new file waits with.

    Args:
        served: the highest number that was taken in its pool and lane.
        last_of_office: the highest one that another file of its office has there.
    """
    return served if last_of_office is None else max(served, last_of_office + 1)


def lanes_in_order(streak: int, share: int) -> tuple[Lane, Lane]:
    """Which lane is looked at first.

    Args:
        streak: how often in a row the counter was served while the backlog waited.
        share: one of so many goes to the backlog.
    """
    if streak >= share - 1:
        return Lane.BACKLOG, Lane.COUNTER
    return Lane.COUNTER, Lane.BACKLOG


def streak_after(streak: int, taken: Lane, *, backlog_waits: bool) -> int:
    """The streak once a file of that lane was taken."""
    if taken is Lane.BACKLOG:
        return 0
    return streak + 1 if backlog_waits else streak
