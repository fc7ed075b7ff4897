"""What the business needs from outside, as Protocols. Each docstring is the contract.

Implementations live in ``storage`` (on disk, in memory); the doors (``web``, ``cli``) and the recipes
(``flows``) name only what stands here. ``tests/contract`` runs every implementation through one set of cases.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from dossier.access import Access
from dossier.batches import BatchRow
from dossier.documents import Batch, Document, Item
from dossier.events import Event, EventKind
from dossier.evidence import EndReason, SignatureEvidence
from dossier.ids import BatchId, DocumentId, ItemId, LinkId, OwnerId, ProposalId, Sha256
from dossier.owners import Owner, OwnerLink
from dossier.proposals import Proposal
from dossier.queries import PaperQuery
from dossier.stamping import Backlog, PendingStamp
from dossier.totals import Count

Clock = Callable[[], datetime]
"""Gives the present moment, aware, in UTC."""


@dataclass(frozen=True, slots=True)
class BlobRef:
    """An object in the store: its SHA-256 (hex, lower case) and size in bytes."""

    sha256: Sha256
    size: int


class BlobStore(Protocol):
    """Write-once bytes under their own hash.

    * ``put`` copies a file in, makes it durable (file and folder synced), reads it back and compares before
      it returns; the same bytes twice are one object. Memory use does not grow with the file.
    * Nothing overwrites or deletes. Bytes that no longer match raise ``ObjectDamagedError`` when read.
    """

    def put(self, source: Path) -> BlobRef:
        """Keep a copy of the file for good.

        Raises:
            StoreFullError, StoreReadOnlyError, ObjectDamagedError: read back differs.
        """

    def contains(self, sha256: Sha256) -> bool:
        """Whether an object of that hash is kept (its bytes are not read)."""

    def open(self, sha256: Sha256) -> BinaryIO:
        """The bytes as a seekable stream; the caller closes it.

        Raises:
            ObjectMissingError: no such object.
        """

    def path(self, sha256: Sha256) -> AbstractContextManager[Path]:
        """A readable file that holds the bytes, for libraries that want a path. Never write to it.

        Raises:
            ObjectMissingError: no such object.
        """

    def check(self, sha256: Sha256) -> BlobRef:
        """Read all bytes and compare with the hash.

        Raises:
            ObjectMissingError, ObjectDamagedError.
        """

    def __iter__(self) -> Iterator[Sha256]:
        """Every object kept, in no particular order."""


class DisposableBlobs(BlobStore, Protocol):
    """A blob store that a decision may take an object out of; only the disposal workflow asks for it."""

    def locked_until(self, sha256: Sha256) -> datetime | None:
        """Until when the place itself refuses to give the object up; nothing when it would now.

        A legal hold of the place counts as the end of time.
        """

    def destroy(self, sha256: Sha256) -> None:
        """Make the bytes unreadable for good; an object that is not there is done already.

        Raises:
            StoreLockError: the place still locks it.
            StoreError: it could not be destroyed.
        """


class LockingBlobs(DisposableBlobs, Protocol):
    """Blobs in a place that may be asked to refuse: to give an object up before its time, or at all."""

    @property
    def can_lock(self) -> bool:
        """Whether the place itself keeps locks. Files without write permission are not locked."""

    def keep(self, sha256: Sha256, until: datetime) -> datetime | None:
        """Let nobody remove the object before that moment. A lock that lasts longer stays as it is.

        Args:
            sha256: the object.
            until: aware; fractions of a second are left out.

        Returns:
            Until when the place refuses now, in UTC; nothing when it can lock nothing.

        Raises:
            ObjectMissingError: no such object.
            StoreLockRefusedError: the place does not lock anything so long.
            StoreLockError: the place took the lock and does not keep it.
        """

    def hold(self, sha256: Sha256, *, on: bool) -> bool:
        """Set or lift a legal hold: while it is on nobody removes the object, whatever its lock says.

        Twice is once. Returns whether the place did so; false when it can lock nothing.

        Raises:
            ObjectMissingError, StoreLockError.
        """


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """An event as chained: its number from 1, the hash of the entry before, and its own (hex SHA-256)."""

    number: int
    event: Event
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class JournalCheck:
    """Outcome of walking the whole chain: how many entries, and the head."""

    entries: int
    head: str


class Owners(Protocol):
    """Owners of papers and the links between their records.

    A record is made when a paper that bears its number is filed, with the paper's record and in the same
    transaction. Records are never merged or rewritten: a link joins them, its undoing gives back what was
    before, and both stay in the history. Every decision is journalled with it.
    """

    def owner(self, owner: OwnerId) -> Owner:
        """The owner a record belongs to, with all records that are one with it. Raises RecordMissingError."""

    def owner_of(self, number: str) -> Owner | None:
        """The owner of an identity number, if any filed paper bears it."""

    def owners(self, *, after: OwnerId | None = None, limit: int = 50) -> Sequence[Owner]:
        """Owners in the order they became known, from the one after ``after`` on."""

    def history(self, owner: OwnerId) -> Sequence[OwnerLink]:
        """Every entry about the owner's records, the oldest first."""

    def proposals(self, *, after: ProposalId | None = None, limit: int = 50) -> Sequence[Proposal]:
        """Pairs of owners that may be one person and that nobody decided yet, in the order they were found.

        A refused or undone pair comes again only with evidence that was not there then.
        """

    def proposals_of(self, owner: OwnerId) -> Sequence[Proposal]:
        """The same, of one owner."""

    def confirm(self, proposal: ProposalId, *, access: Access, at: datetime) -> OwnerLink:
        """Link the two owners of a proposal.

        When they are one already, by this link or by others, that is what was wanted: it gives the newest of
        these links, and nothing is entered.

        Raises:
            RecordMissingError: no such proposal.
            OwnerConflictError: something rules it out, or nothing but a name speaks for it.
        """

    def refuse(self, proposal: ProposalId, *, access: Access, at: datetime) -> OwnerLink:
        """Enter that the two are two. Refusing it again without new evidence changes nothing.

        Raises:
            RecordMissingError: no such proposal.
            OwnerLinkedError: the two are one already.
        """

    def unmerge(self, link: LinkId, *, access: Access, at: datetime) -> OwnerLink:
        """Undo a link; the owners are then exactly what they were before it. Twice is once.

        Raises:
            RecordMissingError: no such link.
            OwnerLaterLinkError: the same owner was linked again after it; that link has to be undone first.
        """


class StampQueue(Protocol):
    """Documents whose stamp comes later, in the order in which they were put down.

    A document is in the queue exactly while its newest version says ``STAMP_PENDING``: it comes and goes with
    that version, in the same transaction.
    """

    def due(self, now: datetime, *, limit: int, patient: bool = True) -> Sequence[PendingStamp]:
        """Those whose turn has come, oldest first.

        Args:
            now: aware.
            limit: how many at most.
            patient: leave alone what failed until its time comes; and all of them while one that failed for
                want of an authority waits, since the next would fail the same way.
        """

    def failed(self, document: DocumentId, *, code: str, next_try: datetime) -> None:
        """Note that it could not be done: once more, why, and when next. Gone already, it does nothing.

        Args:
            document: which.
            code: of the error.
            next_try: aware.
        """

    def backlog(self) -> Backlog:
        """How many wait, since when, what was wrong last."""


@dataclass(frozen=True, slots=True)
class EndGroup:
    """How many documents end in one year for one reason; ``year`` is ``None`` for those that do not end."""

    year: int | None
    reason: EndReason
    count: int


class EvidenceRecords(Protocol):
    """How long filed documents last: one row for each, made by looking at its file.

    A row belongs to one version of its document; when a newer one is saved the document counts as missing
    until somebody looks again. Nothing here is journalled: rows can be made again from the objects.
    """

    def save(self, rows: Sequence[SignatureEvidence]) -> None:
        """Keep rows in one transaction; those that were there for the same documents are replaced.

        Raises:
            RecordMissingError: no such document; nothing is kept then.
        """

    def of(self, document: DocumentId) -> SignatureEvidence | None:
        """The row of a document, also one of an earlier version."""

    def missing(self, *, after: DocumentId | None = None, limit: int = 100) -> Sequence[Document]:
        """Filed documents without a row for their newest version, in the order of capture."""

    def count_missing(self) -> int:
        """How many those are."""

    def due(
        self,
        *,
        until: date,
        now: datetime,
        after: SignatureEvidence | None = None,
        limit: int = 100,
    ) -> Sequence[SignatureEvidence]:
        """Rows due by that day whose documents still verify ``now``, the longest due first.

        Args:
            until: that day included.
            now: aware.
            after: the last row of the page before.
            limit: at most so many.
        """

    def count_due(self, *, until: date, now: datetime) -> int:
        """How many those are."""

    def plans(self) -> Sequence[tuple[tuple[str, ...], str]]:
        """Every pair of digests and rules that rows were planned by."""

    def planned(
        self, digests: Sequence[str], rules: str, *, limit: int = 1000
    ) -> Sequence[SignatureEvidence]:
        """Rows that were planned by one of these pairs, in no particular order."""

    def ending(self, *, before: datetime) -> Mapping[EndReason, int]:
        """How many documents end before a moment, by reason."""

    def by_year(self) -> Sequence[EndGroup]:
        """How many documents end in each year (UTC), by reason."""

    def due_by_month(self, *, now: datetime, limit: int = 24) -> Sequence[tuple[str, int]]:
        """How many documents that still verify ``now`` are due in each month (``2030-07``), soonest first."""

    def examples(
        self, reason: EndReason, *, before: datetime, limit: int = 10
    ) -> Sequence[SignatureEvidence]:
        """Some of the documents that end before a moment for one reason, soonest first."""


class Records(Protocol):
    """Batches, items, documents, the citizen index and the journal of one store.

    Everything that belongs together is saved in one transaction: a document, its place in the citizen index
    and its journal entries appear together or not at all.
    """

    @property
    def namespace(self) -> uuid.UUID:
        """The secret name space ids are derived in; made once with the store."""

    def owner_ref(self, number: str) -> str:
        """Opaque reference of an identity number for journal and logs (keyed hash, 32 hex digits)."""

    @property
    def owners(self) -> Owners:
        """The people and organisations of this store."""

    @property
    def stamps(self) -> StampQueue:
        """Documents that wait for their stamp."""

    @property
    def evidence(self) -> EvidenceRecords:
        """How long filed documents last."""

    # batches and items

    def save_batch(self, batch: Batch, items: Sequence[Item], *, events: Sequence[Event] = ()) -> None:
        """Save a batch and its items. Doing it again changes nothing that is there, and journals nothing."""

    def declare_count(self, batch: BatchId, declared: Count, *, events: Sequence[Event] = ()) -> None:
        """Papers and pages that staff counted; a later count replaces an earlier one.

        The same count again changes and journals nothing.
        """

    def declared_count(self, batch: BatchId) -> Count:
        """What was declared last; ``Count()`` when nobody counted."""

    def save_item(self, item: Item, *, events: Sequence[Event] = ()) -> None:
        """Replace an item's record (state, pages, error)."""

    def batch(self, batch: BatchId) -> Batch:
        """Raises RecordMissingError."""

    def list_batches(
        self, *, first: datetime | None = None, until: datetime | None = None
    ) -> Iterator[BatchRow]:
        """Batches received from ``first`` to before ``until`` (aware), the newest first."""

    def item(self, item: ItemId) -> Item:
        """Raises RecordMissingError."""

    def items(self, batch: BatchId) -> Sequence[Item]:
        """Items of a batch in the order they were handed in (also items that came with an earlier batch)."""

    # steps

    def step_result(self, key: str) -> Sha256 | None:
        """The object a step produced before, or nothing. Keys are opaque."""

    def save_step(self, key: str, result: Sha256) -> None:
        """Remember what a step produced. The first result stays; another one raises VersionConflictError."""

    # documents

    def save_document(self, document: Document, *, events: Sequence[Event] = ()) -> Document:
        """Save the next version, its index entries and its events in one transaction.

        ``document.version`` must be one above the saved one (1 for a new document). A result code is handed
        out here when the document is FILED and has none: prefix from ``dossier.codes``, counter from the
        database, so two writers never share one.

        Returns:
            The document as saved.

        Raises:
            VersionConflictError: somebody saved that version before.
        """

    def document(self, document: DocumentId, *, version: int | None = None) -> Document:
        """The newest or the named version. Raises RecordMissingError."""

    def documents_of_item(self, item: ItemId) -> Sequence[Document]:
        """Newest versions, by first page."""

    def documents_of_owner(
        self, number: str, *, types: Sequence[str] = (), related: bool = False
    ) -> Sequence[Document]:
        """Newest versions of papers the person owns, newest first; with ``related`` also those naming them.

        Papers under every number that is linked with this one count. ``types`` empty means all.
        """

    def numbers_of_owner(self, number: str) -> Sequence[str]:
        """The number itself first, then all numbers that are linked with it now."""

    def documents_named(self, name: str, *, limit: int = 50) -> Sequence[Document]:
        """Papers by a party's name; accents count when the query has any, else they are ignored.

        The words of the query stand beside each other in the name; a last word that ends in ``*`` is the
        beginning of one. Papers of one name stand together, the newest first; of several names, the one that
        became known last stands first.
        """

    def find_documents(
        self, query: PaperQuery, *, after: DocumentId | None = None, limit: int = 50
    ) -> Sequence[Document]:
        """One page of the papers a query asks for, newest versions; an empty query finds nothing.

        The last filed come first; when a name is asked for, the order is that of ``documents_named``. The
        next page begins after the last paper of this one.

        Raises:
            RecordMissingError: there is no paper ``after``, or it does not bear the name.
        """

    def documents_waiting(self, *, limit: int = 50) -> Sequence[Document]:
        """Papers that wait for a person, oldest first."""

    def count_waiting(self) -> int:
        """How many documents wait for a person; none of them is read."""

    # journal

    def record(self, *events: Event) -> None:
        """Append events that come with no record (look-ups, reads)."""

    def journal(self, *, after: int = 0, limit: int = 1000) -> Sequence[JournalEntry]:
        """Entries after that number."""

    def journal_of(self, kind: EventKind) -> Sequence[JournalEntry]:
        """All entries of a kind, in order; for kinds of which there are few."""

    def check_journal(
        self, *, since: JournalCheck | None = None, sealed: Sequence[JournalCheck] = ()
    ) -> JournalCheck:
        """Walk the chain.

        Args:
            since: a head that was checked before; only what follows is walked then.
            sealed: heads as they were when they were sealed; the chain must run through each of them.

        Raises:
            JournalBrokenError: one of its kinds, with the number of the first entry that does not hold.
        """
