"""Is this the same sheet of paper once more? What was found, and what a person said to it.

Nothing is dropped and no signed byte is touched by an answer: it only says how two records belong together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from dossier.aside import ToldAside, tell_nobody
from dossier.documents import Document
from dossier.events import Event
from dossier.fingerprints import Fingerprint
from dossier.ids import DocumentId, PairId

SAME_BYTES: Final = "same.bytes"
"""Reason code: both records are pages of files with the very same bytes."""
SAME_NUMBER: Final = "same.number"
"""Reason code: type and number of the paper agree."""
SAME_PICTURE: Final = "same.picture"
"""Reason code: the print of the pages lies alike (``ocr.fingerprints``)."""
SAME_WORDS: Final = "same.words"
"""Reason code: most words agree, in order."""
CHANGED_FIELD: Final = "same.changed_field"
"""Reason code: a key field was read surely on both and differs."""
CHANGED_DIGITS: Final = "same.changed_digits"
"""Reason code: digits differ somewhere on the page."""

MOST_CANDIDATES: Final = 50
"""Papers of one owner and type that a new one is compared with at most, the newest first."""


class SameAnswer(StrEnum):
    """What is known of a pair: ``OPEN`` until a person answers.

    ``SAME``: one sheet, scanned twice. ``NEWER``: the later record is a newer version, which replaces the
    earlier; ``OLDER`` the other way round. ``DIFFERENT``: two papers that only look alike.
    """

    OPEN = "open"
    SAME = "same"
    NEWER = "newer"
    OLDER = "older"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamePair:
    """Two papers that may be one.

    Attributes:
        id: opaque.
        earlier, later: in the order of capture.
        because: reason codes, never a word of what stands on the papers.
        found_at: aware.
        answer: ``OPEN`` until somebody answered.
        answered_at: aware; nothing while it is open.
        answered_by: account; empty while it is open.
    """

    id: PairId
    earlier: DocumentId
    later: DocumentId
    because: tuple[str, ...]
    found_at: datetime
    answer: SameAnswer = SameAnswer.OPEN
    answered_at: datetime | None = None
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A paper that another one is compared with, and the fingerprints of its pages, none where unknown."""

    document: Document
    prints: tuple[Fingerprint, ...]


class SamePapers(Protocol):
    """Pairs of papers that may be one, and the queue of papers that nobody looked at yet.

    A paper waits from the version that changed it until ``settle``; a crash in between forgets none.
    """

    def pending(self, *, limit: int, told: ToldAside = tell_nobody) -> Sequence[Document]:
        """Papers that wait to be compared, the newest first.

        One whose record is damaged is set aside on the way: it waits no more until it is changed, and
        ``told`` hears its id and the code of the reason.
        """

    def set_aside(self, document: DocumentId, *, code: str, told: ToldAside = tell_nobody) -> None:
        """Go on past a paper that cannot be compared: it waits no more until it is changed."""

    def look_back(self, *, limit: int) -> int:
        """Go on through the papers of before there were comparisons, the newest first.

        Those that share bytes or number with another one wait from then on like new ones; the others can be
        found by whatever comes. Gives how many were passed, none when all were.
        """

    def candidates(self, document: Document) -> Sequence[Known]:
        """Papers of the same type with the same number, or of the same owner, the newest first; by index.

        At most ``MOST_CANDIDATES``; never the paper itself, never one that was destroyed.
        """

    def settle(
        self,
        document: Document,
        prints: Sequence[Fingerprint],
        found: Sequence[SamePair],
        *,
        events: Sequence[Event] = (),
    ) -> Sequence[SamePair]:
        """Keep the fingerprints and what was found, and take the paper from the queue.

        Returns:
            The pairs that are new. A pair that is known stays as it was answered; events about known pairs
            (their ``details`` name the pair) are not entered again.
        """

    def pairs(
        self, *, open_only: bool = True, after: PairId | None = None, limit: int = 50
    ) -> Sequence[SamePair]:
        """Pairs in the order they were found, from the one after ``after`` on."""

    def pair(self, pair: PairId) -> SamePair:
        """Raises RecordMissingError."""

    def pairs_of(self, document: DocumentId) -> Sequence[SamePair]:
        """All pairs a paper is in."""

    def answer(
        self, pair: PairId, answer: SameAnswer, *, at: datetime, by: str, events: Sequence[Event]
    ) -> SamePair:
        """Enter an answer; the last one counts, the journal keeps them all. The same again changes nothing.

        Raises:
            RecordMissingError: no such pair.
        """

    def scans_of(self, documents: Sequence[DocumentId]) -> Mapping[DocumentId, tuple[DocumentId, ...]]:
        """For papers of which there are several scans: all of them, in the order of capture.

        Papers that stand for themselves are left out, and those that were destroyed.
        """

    def open_count(self) -> int:
        """How many pairs wait for an answer."""
