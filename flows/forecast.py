"""What of the archive would no longer verify in years if nothing were done, and why. No file is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dossier.evidence import EndReason, SignatureEvidence
from dossier.ports import EndGroup
from flows.renewal import bring_up_to_date
from wiring.services import Services

_YEAR = timedelta(days=365.25)
_EXAMPLES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """The archive on one day.

    Attributes:
        years: from now; 0 is now.
        on: the day.
        lost: documents that do not verify on it, by reason.
    """

    years: int
    on: date
    lost: Mapping[EndReason, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.lost.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The future of the archive.

    Attributes:
        at: when it was made.
        documents: filed documents that were looked at.
        unsigned: those of them that nobody signed.
        unseen: filed documents that nobody looked at yet: nothing is said about them.
        prospects: now, then the years that were asked for.
        by_year: when documents end, and why.
        overdue: documents that still verify and should have been renewed already.
        due: how many are due in each month (``2030-07``), those overdue among them.
        examples: some documents of the last prospect, by reason; empty unless asked for.
    """

    at: datetime
    documents: int
    unsigned: int
    unseen: int
    prospects: Sequence[Prospect]
    by_year: Sequence[EndGroup]
    overdue: int
    due: Sequence[tuple[str, int]]
    examples: Mapping[EndReason, Sequence[SignatureEvidence]]


def forecast(services: Services, *, years: Sequence[int], details: bool) -> Forecast:
    """What would no longer verify, if nothing were done.

    Args:
        services: of this installation.
        years: from now, each at least 1.
        details: give examples of documents.
    """
    bring_up_to_date(services)
    now = services.clock()
    evidence = services.store.records.evidence
    asked = sorted(set(years))
    moments = {0: now} | {count: now + count * _YEAR for count in asked}
    groups = evidence.by_year()
    last = moments[max(moments)]
    prospects = [
        Prospect(years=count, on=moment.date(), lost=evidence.ending(before=moment))
        for count, moment in moments.items()
    ]
    return Forecast(
        at=now,
        documents=sum(group.count for group in groups),
        unsigned=sum(group.count for group in groups if group.reason is EndReason.UNSIGNED),
        unseen=evidence.count_missing(),
        prospects=prospects,
        by_year=[group for group in groups if group.year is not None],
        overdue=evidence.count_due(until=now.date(), now=now),
        due=evidence.due_by_month(now=now),
        examples={
            reason: evidence.examples(reason, before=last, limit=_EXAMPLES)
            for reason in (prospects[-1].lost if details else ())
        },
    )
