"""When a paper's term of keeping has ended. Unknown is a value of its own: what nobody knows is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dossier.moments import VIETNAM


class Retention(StrEnum):
    """What is known about how long a paper is kept."""

    PERMANENT = "permanent"
    RUNNING = "running"
    ENDED = "ended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """A term as the rulebook gives it.

    Attributes:
        years: 0 when not known, or when ``permanent``.
        permanent: kept for good.
        article: where it stands.
        verified: somebody read the article; nothing is destroyed by a rule that nobody verified.
    """

    article: str
    years: int = 0
    permanent: bool = False
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionVerdict:
    """Whether the term has ended.

    Attributes:
        state: see ``Retention``.
        until: the last day of keeping; ``None`` for permanent or unknown terms.
        article: where it stands; empty without a rule.
        verified: whether the article was read.
    """

    state: Retention
    until: date | None = None
    article: str = ""
    verified: bool = False

    @property
    def may_be_proposed(self) -> bool:
        """Whether the paper may be put on the list "Xem xét hủy"."""
        return self.state is Retention.ENDED and self.verified


def judge(rule: RetentionRule | None, *, filed_at: datetime | None, today: date) -> RetentionVerdict:
    """Judge one paper.

    The term runs from the end of the year in which the work ended (the paper was filed), so it ends on
    31 December (Law on Archives 33/2024/QH15; the practice of term tables).

    Args:
        rule: of its type; nothing when no table says.
        filed_at: aware; nothing when it never was.
        today: in Vietnam.
    """
    if rule is None:
        return RetentionVerdict(state=Retention.UNKNOWN)
    if rule.permanent:
        return RetentionVerdict(state=Retention.PERMANENT, article=rule.article, verified=rule.verified)
    if not rule.years or filed_at is None:
        return RetentionVerdict(state=Retention.UNKNOWN, article=rule.article, verified=rule.verified)
    until = date(filed_at.astimezone(VIETNAM).year + rule.years, 12, 31)
    state = Retention.ENDED if until < today else Retention.RUNNING
    return RetentionVerdict(state=state, until=until, article=rule.article, verified=rule.verified)
