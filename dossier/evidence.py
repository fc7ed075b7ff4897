"""How long the signatures of a filed document last, when they must be renewed, and why.

What the bytes of a file say (:class:`Life`) never changes; what follows from it (:class:`SignatureEvidence`)
depends on rules that do: until when a digest may be used, how early an office renews. Rows are an index: they
can always be made again from the objects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from dossier.ids import DocumentId, Sha256

MIN_LEAD_DAYS = 180
_MARGIN = timedelta(days=90)
_EARLIEST = datetime.min.replace(tzinfo=UTC)

LEAD_SHORTENED = "lead.shortened"
"""The timestamp's certificate is too short for the full lead: the first half of its term is used instead."""


class EndReason(StrEnum):
    """Why a file will no longer verify."""

    STAMP_ENDS = "stamp.ends"
    """The certificate of the last timestamp runs out."""
    DIGEST_ENDS = "digest.ends"
    """A digest that the last timestamp rests on may no longer be used."""
    REVOCATION_OUTLIVED = "revocation.outlived"
    """A certificate runs out before the revocation data about it in the file does."""
    NO_EVIDENCE = "evidence.none"
    """Nothing in the file outlives the certificates of signer and timestamp."""
    STAMP_PENDING = "stamp.pending"
    """A timestamp is still missing."""
    NOT_PASSED = "signature.not_passed"
    """Verification did not pass when it was last done."""
    UNSIGNED = "signature.none"
    """Nobody signed it; nothing ends."""


RENEWABLE = frozenset(
    {EndReason.STAMP_ENDS, EndReason.DIGEST_ENDS, EndReason.REVOCATION_OUTLIVED, EndReason.NO_EVIDENCE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What the bytes of a file say about its future.

    Attributes:
        level: ``B-B`` to ``B-LTA`` (ETSI EN 319 142-1), empty if nobody signed.
        reason: why it ends; one of those that a file itself can tell.
        holds_until: aware; after it the file no longer verifies; ``None`` for an unsigned file.
        stamped_at: aware; time of the last timestamp.
        stamp_ends: aware; when a certificate of that timestamp runs out.
        digests: those that the file rests on, sorted, as ``hashlib`` names them.
        longest_days: the longest that revocation data in the file is good for, in days.
    """

    level: str
    reason: EndReason
    holds_until: datetime | None = None
    stamped_at: datetime | None = None
    stamp_ends: datetime | None = None
    digests: tuple[str, ...] = ()
    longest_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalRules:
    """By what renewal is planned.

    Attributes:
        digest_ends: the day from which a digest may no longer be relied on; ``None`` while none is set.
        lead_days: renew at least so many days before the end; not below ``MIN_LEAD_DAYS``.
    """

    digest_ends: Callable[[str], date | None]
    lead_days: int = MIN_LEAD_DAYS

    def key(self, digests: Sequence[str]) -> str:
        """The rules that matter for these digests, as one text: rows made with another are old."""
        ends = ",".join(f"{name}={self.digest_ends(name) or ''}" for name in sorted(digests))
        return f"{self.lead_days};{ends}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureEvidence:
    """One document in the plan.

    Attributes:
        document, version: the document as it was looked at.
        object_sha256: the file that was looked at.
        life: what the file says.
        ends: aware; after it the document no longer verifies; ``None`` if nothing ends.
        reason: why.
        due: the day from which it is to be renewed; ``None`` if renewal is not what it needs.
        notes: codes of what is unusual.
        rules: ``RenewalRules.key`` of the rules it was planned by.
    """

    document: DocumentId
    version: int
    object_sha256: Sha256
    life: Life
    ends: datetime | None
    reason: EndReason
    due: date | None
    notes: tuple[str, ...] = ()
    rules: str


def plan(
    document: DocumentId, *, version: int, object_sha256: Sha256, life: Life, rules: RenewalRules
) -> SignatureEvidence:
    """What follows from the bytes of a document's file under some rules.

    Renewal is due at ``min(certificate's end, digest's end)`` minus twice the longest validity of revocation
    data and 90 days, at least ``lead_days``: whoever looks back later starts from the last day on which the
    revocation data archived at the renewal may be used, and that must be before the old certificate's end.
    Where this would be before the timestamp's own first half is over, the half is taken, and noted: a term
    shorter than its lead must not make a file due for ever.
    """
    ends, reason = _end(life, rules)
    row = SignatureEvidence(
        document=document,
        version=version,
        object_sha256=object_sha256,
        life=life,
        ends=ends,
        reason=reason,
        due=None,
        rules=rules.key(life.digests),
    )
    if ends is None or reason not in RENEWABLE:
        return row
    if reason is EndReason.NO_EVIDENCE:
        return replace(row, due=(life.stamped_at or ends).astimezone(UTC).date())
    lead = max(timedelta(days=rules.lead_days), 2 * timedelta(days=life.longest_days) + _MARGIN)
    half = _half(life.stamped_at, ends)
    if half is not None and ends - half < lead:
        return replace(row, due=half.date(), notes=(LEAD_SHORTENED,))
    return replace(row, due=(ends - min(lead, ends - _EARLIEST)).date())


def plan_again(row: SignatureEvidence, rules: RenewalRules) -> SignatureEvidence:
    """The same document under other rules; its file is not read for it."""
    return plan(
        row.document, version=row.version, object_sha256=row.object_sha256, life=row.life, rules=rules
    )


def _end(life: Life, rules: RenewalRules) -> tuple[datetime | None, EndReason]:
    days = [day for name in life.digests if (day := rules.digest_ends(name)) is not None]
    digest_end = min((datetime(day.year, day.month, day.day, tzinfo=UTC) for day in days), default=None)
    if life.holds_until is None or digest_end is None or life.reason not in RENEWABLE:
        return life.holds_until, life.reason
    if digest_end < life.holds_until:
        return digest_end, EndReason.DIGEST_ENDS
    return life.holds_until, life.reason


def _half(start: datetime | None, end: datetime) -> datetime | None:
    return None if start is None or start >= end else start + (end - start) / 2
