"""The signing desk: papers that wait for the signature of the office, and batches that are being signed.

A paper waits by its newest version: a row comes and goes with it. Whoever looks through a paper, and every
batch that signs, holds it; nobody else signs it meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dossier.documents import Document
from dossier.events import Event
from dossier.ids import DocumentId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignQuery:
    """Which papers of the queue.

    Attributes:
        offices: that the signer signs for, ``*`` for all of them.
        type_: papers of one type alone, empty for all.
        office: papers of one agency and those below it alone, empty for all of the signer's.
        types: whose papers the signer may see as a whole; nothing where that is every type.
    """

    offices: tuple[str, ...]
    type_: str = ""
    office: str = ""
    types: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignLine:
    """A paper of the queue.

    Attributes:
        serial: key that the next page begins after, with ``since``.
        document: newest version.
        since: aware; from when on it waits.
        holder: opaque name of who looks through it or signs it; empty for nobody.
        seen_at: aware; when they last did anything; ``None`` for nobody.
        marked: whether the holder found it right.
        batch: id of the batch that signs it, empty for none.
        error_code: why it could not be signed last; empty if it never failed.
    """

    serial: int
    document: Document
    since: datetime
    holder: str = ""
    seen_at: datetime | None = None
    marked: bool = False
    batch: str = ""
    error_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignBatch:
    """Papers signed together.

    Attributes:
        id: of the batch.
        actor: opaque name of who signs.
        began_at, seen_at: aware; the second when it last did anything.
        ended_at: aware; nothing while it runs.
        wanted: papers at the beginning.
        signed, failed: of them, so far.
        error_code: what ended it early; empty if nothing did.
    """

    id: str
    actor: str
    began_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    wanted: int = 0
    signed: int = 0
    failed: int = 0
    error_code: str = ""

    @property
    def left(self) -> int:
        """Papers that neither were signed nor failed."""
        return max(0, self.wanted - self.signed - self.failed)


class SignTable(Protocol):
    """The queue of one store. Each write is one transaction with its events."""

    def queue(
        self, query: SignQuery, *, after: tuple[datetime, int] | None = None, limit: int = 50
    ) -> Sequence[SignLine]:
        """Papers that wait, the longest first, from behind a paper on."""

    def line(self, document: DocumentId) -> SignLine:
        """One paper. Raises RecordMissingError when it does not wait for a signature."""

    def count(self, *, most: int) -> int:
        """How many wait, counted up to ``most``."""

    def take(self, document: DocumentId, actor: str, *, at: datetime, free_before: datetime) -> SignLine:
        """Let somebody look through a paper, unless another one holds it; gives it as it is then."""

    def mark(self, document: DocumentId, actor: str, *, at: datetime, marked: bool) -> bool:
        """Note whether the holder found a paper right; ``False`` when they hold it no more."""

    def leave(self, actor: str) -> int:
        """Give back what somebody looks through; papers of their running batches stay with these."""

    def begin(
        self,
        batch: SignBatch,
        documents: Sequence[DocumentId],
        *,
        free_before: datetime,
        events: Sequence[Event],
    ) -> Sequence[DocumentId]:
        """Keep a batch and let it hold those of the papers that are free; gives them, the longest first."""

    def beat(self, batch: str, *, at: datetime) -> bool:
        """Note that a batch goes on; ``False`` when it was ended."""

    def holds(self, batch: str, document: DocumentId, *, at: datetime) -> bool:
        """Whether a paper is still the batch's own to sign; notes that it goes on."""

    def failed(self, batch: str, document: DocumentId, *, code: str) -> None:
        """A paper could not be signed: it goes back into the queue with the reason."""

    def end(self, batch: str, *, at: datetime, code: str, events: Sequence[Event]) -> SignBatch | None:
        """End a batch; what it holds is free again. Nothing when it was ended or is not there."""

    def batch(self, batch: str) -> SignBatch | None:
        """One batch, counted as it stands."""

    def batches(self, actor: str, *, limit: int = 10) -> Sequence[SignBatch]:
        """Batches of somebody, the newest first."""

    def stale(self, *, before: datetime) -> Sequence[str]:
        """Batches that neither ended nor did anything since that moment: their process died."""
