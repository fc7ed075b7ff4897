"""The sums of dossiers in one place, as a database makes them, and what decides whether a dossier is late.

Moments are microseconds since 1970 in UTC (``dossier.moments``), so that a database can compare and
subtract them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, NamedTuple

from dossier.handling import Channel, OfficeLevel
from dossier.moments import day_number
from rulebook.time_limits import Punctuality

MARKS: Final = (
    "yields_paper",
    "disliked",
    "insisted",
    "reused",
    "paid_online",
    "synchronised",
    "online",
    "result",
    "digitised",
    "component",
    "shared",
    "data",
)
"""What a dossier does or does not meet; from ``synchronised`` on the shares of the service index."""
INDEX_MARKS: Final[Mapping[str, str]] = {
    "1.4": "synchronised",
    "3.3": "online",
    "4.1": "result",
    "4.2": "digitised",
    "4.3": "component",
    "4.4": "shared",
    "4.5": "data",
}
"""Which mark an indicator counts."""
ALWAYS: Final = 0
"""Of ``overdue_from``: it was late whatever the time is."""


class Verdict(NamedTuple):
    """How a dossier stands to its promised day.

    Attributes:
        late: nothing while that is open, or when no day is promised.
        punctuality: of an ended one; nothing when no day is promised.
        overdue_from: an open one is overdue after this moment; nothing when it cannot be.
    """

    late: bool | None
    punctuality: Punctuality | None
    overdue_from: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What decides about lateness; moments and lengths in microseconds.

    Attributes:
        until: end of handling less what the citizen took, of an open request when it was made; else nothing.
        ended: handling has ended.
        taken: what the citizen took to supplement.
        twice: a supplement was asked for more than once, which counts as late.
    """

    until: int | None
    ended: bool
    taken: int
    twice: bool

    def against(self, promised: int | None) -> Verdict:
        """The verdict for a promised moment, or for none."""
        if self.twice:
            return Verdict(True, Punctuality.LATE if self.ended else None, None if self.ended else ALWAYS)
        if promised is None:
            return Verdict(None, None, None)
        return verdict_of(self.until, promised, ended=self.ended, taken=self.taken)


def verdict_of(until: int | None, promised: int, *, ended: bool, taken: int) -> Verdict:
    """The verdict on a dossier for which a supplement was asked for once at most; see ``Course``."""
    if until is None:
        return Verdict(None, None, promised + taken)
    late = until > promised
    if ended:
        return Verdict(late, punctuality_of(until, promised), None)
    return Verdict(late, None, ALWAYS if late else None)


def punctuality_of(finished: int, promised: int) -> Punctuality:
    """``rulebook.time_limits.punctuality`` for moments in microseconds."""
    if finished > promised:
        return Punctuality.LATE
    earlier = day_number(finished) < day_number(promised)
    return Punctuality.BEFORE if earlier else Punctuality.ON_TIME


Unpromised = tuple[str, str, int, int | None, int, int]
"""A dossier whose promised day nobody told: the rules say it, and then how it stands.

Short code of the procedure, day of reception in Vietnam (ISO 8601), moment of reception, and ``until``,
``ended`` (0 or 1) and ``taken`` of its ``Course``; supplements were asked for once at most. A bare row as the
database gives it: in a province there are a hundred thousand of them.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCount:
    """The sums of one office of one level, as of one moment.

    Attributes:
        office, level: where.
        dossiers: how many.
        met: dossiers by mark (``MARKS``).
        ended: with a verdict on lateness.
        late: of them.
        channels, punctuality: dossiers by kind.
        open_in_time, open_late: not ended at the moment of the report.
        by_officers: ended ones whose officer is known.
        officers: who they are.
        people, again: applicants that are known, and those who brought a paper that they had brought before.
        waiting, handling: how many dossiers have each measured length, in minutes.
        unpromised: those that the numbers above count as if no day were promised.
    """

    office: str
    level: OfficeLevel
    dossiers: int
    met: Mapping[str, int]
    ended: int
    late: int
    channels: Mapping[Channel, int]
    punctuality: Mapping[Punctuality, int]
    open_in_time: int
    open_late: int
    by_officers: int
    officers: Collection[str]
    people: AbstractSet[str]
    again: AbstractSet[str]
    waiting: Mapping[int, int]
    handling: Mapping[int, int]
    unpromised: Sequence[Unpromised]
