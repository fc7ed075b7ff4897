"""Records of one store in SQL: what belongs together is saved in one transaction, journal included."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from dossier.batches import BatchRow
from dossier.documents import Batch, Document, DocumentState, Item
from dossier.errors import StoreError
from dossier.events import Event, EventKind
from dossier.ids import BatchId, DocumentId, ItemId, Sha256
from dossier.keeping import Act, KeepingAct
from dossier.ports import JournalCheck, JournalEntry
from dossier.queries import PaperQuery
from dossier.totals import Count
from storage import (
    batch_lists,
    batches,
    changes,
    documents,
    filed_rows,
    journal,
    journal_index,
    journal_search,
    journal_walk,
    keeping_acts,
    lock_rows,
    object_uses,
    owner_filing,
    rotation,
    same_papers,
    search,
    shredding,
    word_index,
)
from storage.admissions import SqlAdmissions
from storage.archive_orders import SqlOrders
from storage.arrangements import SqlArrangements
from storage.bundle_desks import SqlDesks
from storage.bundle_sent import SqlSent
from storage.bundles import SqlTaking
from storage.campaigns import SqlCampaigns
from storage.changes import SqlChanges
from storage.check_saves import SqlSaves
from storage.checks import SqlChecks
from storage.database import Database
from storage.database_clock import shared_now
from storage.documents import Saved
from storage.dossier_counts import any_registered, read_for, recount, recount_paper
from storage.evidence import SqlEvidence
from storage.group_commit import GroupCommit
from storage.handlings import SqlHandlings
from storage.heads import Head, HeadKeeper
from storage.holdings import Holdings
from storage.journal import Draft
from storage.key_ring import KeyRing, ring_of_store
from storage.newcomers import SqlNewcomers
from storage.object_uses import ObjectUse
from storage.owner_filing import Filing
from storage.owner_rows import numbers_of
from storage.owners import SqlOwners, link_event
from storage.place_sums import SqlCounts
from storage.portal import SqlPortalCounts
from storage.quality import SqlQuality
from storage.ready import Additions
from storage.same_papers import SqlSamePapers
from storage.sign_waits import SqlSigning
from storage.staff import SqlStaff
from storage.stamps import SqlStamps
from storage.trays import SqlTrays
from storage.upkeep import Upkeep
from storage.vault import Vault
from storage.webhooks import SqlWebhooks
from storage.word_index import SqlPaperSearch
from storage.work import SqlWork
from storage.work_fence import need_lease
from storage.work_rows import Owed, follow, owe
from storage.writing import Writing

_REF_DIGITS = 32
# New versions of a paper that says what it said before: it was compared already.
_SAYS_THE_SAME = frozenset(
    {
        EventKind.DOCUMENT_STAMPED,
        EventKind.DOCUMENT_RENEWED,
        EventKind.DOCUMENT_VERIFIED,
        EventKind.RESULT_HELD_BACK,
        EventKind.RESULT_HANDED_OVER,
        EventKind.SAME_ANSWERED,
    }
)


def owner_reference(key: bytes, number: str) -> str:
    """Opaque reference of an identity number under the secret of a store; see ``Records.owner_ref``."""
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()[:_REF_DIGITS]


class SqlRecords:
    """``dossier.ports.Records`` on SQLAlchemy. Safe for threads; processes take turns in the database."""

    def __init__(  # noqa: PLR0913  the parts of one store
        self,
        database: Database,
        *,
        heads: HeadKeeper,
        namespace: uuid.UUID,
        key: bytes,
        result_type_code: Callable[[str], str],
        ring: KeyRing | None = None,
    ) -> None:
        """Make the records of an open database.

        Args:
            database: with the tables of this program.
            heads: where the head of the journal is kept a second time.
            namespace: ids are derived in it.
            key: secret of the store, at least 32 bytes; identity numbers become opaque references with it.
            result_type_code: national result code (or type name) for a paper type.
            ring: keys that personal data is encrypted with; the store's own when not given.
        """
        self._ring = ring or ring_of_store(key)
        database.unlock(Vault(secret=key, ring=self._ring))
        self._database = database
        self._heads = heads
        self._namespace = namespace
        self._key = key
        self._result_type_code = result_type_code
        self._owners = SqlOwners(
            database, writing=self._writing, namespace=namespace, reference=self.owner_ref
        )
        self.newcomers = SqlNewcomers(
            database, writing=self._writing, namespace=namespace, reference=self.owner_ref
        )
        self._evidence = SqlEvidence(database, writing=self._writing)
        self._recording = GroupCommit(self._write_drafts)
        self.upkeep = Upkeep(database, writing=self._writing)
        self.admissions = SqlAdmissions(database, writing=self._writing)
        self.changes = SqlChanges(database)
        self.webhooks = SqlWebhooks(database, writing=self._writing)
        self.handlings = SqlHandlings(database, writing=self._writing)
        self.campaigns = SqlCampaigns(database, writing=self._writing, namespace=namespace)
        self.same = SqlSamePapers(database, writing=self._writing)
        self.words = SqlPaperSearch(database, writing=self._writing)
        self.portal = SqlPortalCounts(database, writing=self._writing)
        self.counts = SqlCounts(database)
        self.staff = SqlStaff(database, writing=self._writing)
        self.checks = SqlChecks(database, writing=self._writing)
        self.arrangements = SqlArrangements(database, writing=self._writing, save=self._save_one)
        self.saves = SqlSaves(database, writing=self._writing)
        self.signing = SqlSigning(database, writing=self._writing)
        self.orders = SqlOrders(database, writing=self._writing)
        self.trays = SqlTrays(database, writing=self._writing)
        self.quality = SqlQuality(database, writing=self._writing)
        self.work = SqlWork(database, writing=self._writing)
        self.sent = SqlSent(database, writing=self._writing)
        self.desks = SqlDesks(database, writing=self._writing)
        self.taking = SqlTaking(
            database, writing=self._writing, namespace=namespace, reference=self.owner_ref
        )

    @property
    def namespace(self) -> uuid.UUID:
        """See ``Records``."""
        return self._namespace

    def owner_ref(self, number: str) -> str:
        """See ``Records``: HMAC-SHA-256 (RFC 2104), first 128 bits."""
        return owner_reference(self._key, number)

    @property
    def owners(self) -> SqlOwners:
        """See ``Records``."""
        return self._owners

    @property
    def stamps(self) -> SqlStamps:
        """See ``Records``."""
        return SqlStamps(self._database)

    @property
    def evidence(self) -> SqlEvidence:
        """See ``Records``."""
        return self._evidence

    def save_batch(
        self, batch: Batch, items: Sequence[Item], *, events: Sequence[Event] = (), owed: Owed | None = None
    ) -> None:
        """See ``Records``.

        Args:
            batch: which.
            items: its files.
            events: for the journal.
            owed: the files are to be worked on: that is put down in the same transaction, so that a batch
                that was acknowledged is work, whatever dies next.
        """
        with self._writing() as writing:
            if batches.save_batch(writing.connection, batch, members=items):
                writing.add(events)
            if owed is not None:
                owe(writing.connection, batch, members=items, owed=owed)

    def save_item(self, item: Item, *, events: Sequence[Event] = ()) -> None:
        """See ``Records``. State, reason and pages change; the rest stays as handed in.

        Raises:
            RecordMissingError: no such item.
        """
        with self._writing() as writing:
            batches.save_item(writing.connection, item)
            follow(writing.connection, item)
            writing.add(events)

    def declare_count(self, batch: BatchId, declared: Count, *, events: Sequence[Event] = ()) -> None:
        """See ``Records``."""
        with self._writing() as writing:
            if batches.save_declared_count(writing.connection, batch, declared):
                writing.add(events)

    def declared_count(self, batch: BatchId) -> Count:
        """See ``Records``."""
        with self._database.reading() as connection:
            return batches.load_declared_count(connection, batch)

    def batch(self, batch: BatchId) -> Batch:
        """See ``Records``."""
        with self._database.reading() as connection:
            return batches.load_batch(connection, batch)

    def list_batches(
        self, *, first: datetime | None = None, until: datetime | None = None
    ) -> Iterator[BatchRow]:
        """See ``Records``: one transaction, so one state of the database."""
        with self._database.reading() as connection:
            yield from batch_lists.rows(connection, first=first, until=until)

    def item(self, item: ItemId) -> Item:
        """See ``Records``."""
        with self._database.reading() as connection:
            return batches.load_item(connection, item)

    def items(self, batch: BatchId) -> Sequence[Item]:
        """See ``Records``."""
        with self._database.reading() as connection:
            return batches.load_items(connection, batch)

    def item_of_bytes(self, sha256: Sha256, *, besides: ItemId) -> Item | None:
        """The first item that came with these bytes, other than the one named; nothing without one."""
        with self._database.reading() as connection:
            return batches.item_of_bytes(connection, sha256, besides=besides)

    def step_result(self, key: str) -> Sha256 | None:
        """See ``Records``."""
        with self._database.reading() as connection:
            return batches.load_step(connection, key)

    def is_step_result(self, sha256: Sha256, *, kinds: Sequence[str]) -> bool:
        """Whether a step of these kinds produced the object; a kind is how its keys begin."""
        with self._database.reading() as connection:
            return batches.is_step_result(connection, sha256, kinds=kinds)

    def save_step(self, key: str, result: Sha256) -> None:
        """See ``Records``."""
        with self._writing() as writing:
            batches.save_step(writing.connection, key, result=result)

    def save_document(self, document: Document, *, events: Sequence[Event] = ()) -> Document:
        """See ``Records``."""
        with self._writing() as writing:
            return self._save_one(writing, document, events)

    def document(self, document: DocumentId, *, version: int | None = None) -> Document:
        """See ``Records``."""
        with self._database.reading() as connection:
            return documents.load(connection, document, version=version)

    def documents_of_item(self, item: ItemId) -> Sequence[Document]:
        """See ``Records``."""
        with self._database.reading() as connection:
            return search.of_item(connection, item)

    def documents_of_owner(
        self, number: str, *, types: Sequence[str] = (), related: bool = False
    ) -> Sequence[Document]:
        """See ``Records``."""
        with self._database.reading() as connection:
            return search.of_owner(connection, number, types=types, related=related)

    @contextmanager
    def holdings(self) -> Iterator[Holdings]:
        """One state of the records for many reuse questions, as long as the block runs."""
        with self._database.reading() as connection:
            yield Holdings(connection)

    def numbers_of_owner(self, number: str) -> Sequence[str]:
        """See ``Records``."""
        with self._database.reading() as connection:
            return numbers_of(connection, number)

    def documents_named(self, name: str, *, limit: int = 50) -> Sequence[Document]:
        """See ``Records``. The words of the query stand beside each other anywhere in the name."""
        with self._database.reading() as connection:
            return search.find(connection, PaperQuery(name=name), after=None, limit=limit)

    def find_documents(
        self, query: PaperQuery, *, after: DocumentId | None = None, limit: int = 50
    ) -> Sequence[Document]:
        """See ``Records``."""
        with self._database.reading() as connection:
            return search.find(connection, query, after=after, limit=limit)

    def documents_waiting(self, *, limit: int = 50) -> Sequence[Document]:
        """See ``Records``."""
        with self._database.reading() as connection:
            return search.waiting(connection, limit=limit)

    def count_waiting(self) -> int:
        """See ``Records``."""
        with self._database.reading() as connection:
            return search.count_waiting(connection)

    def act(
        self,
        act: KeepingAct,
        *,
        seen: int,
        events: Sequence[Event],
        document: Document | None = None,
        besides: Sequence[tuple[KeepingAct, int]] = (),
    ) -> None:
        """Add an act about keeping with its journal entries and, if given, a document's next version.

        The version that says that a paper is destroyed takes the key of all that were before it.

        Args:
            act: what was done.
            seen: how many acts of its case whoever decides has seen.
            events: for the journal.
            document: the next version of the paper it is about.
            besides: acts of other cases that follow from it, each with how many were seen of its case.

        Raises:
            VersionConflictError: somebody acted on the case, or changed the document, in between.
        """
        with self._writing() as writing:
            for one, known in ((act, seen), *besides):
                keeping_acts.append(writing.connection, one, seen=known)
                if one.act is Act.ASKING_INSISTED:
                    recount(writing.connection, [one.target])
            links: Sequence[Event] = ()
            if act.act in {Act.HOLD_ADDED, Act.HOLD_LIFTED}:
                lock_rows.pend_target(writing.connection, act.target, at=act.at)
            if document is not None:
                destroyed = document.state is DocumentState.DESTROYED
                adding = Additions(writing.connection)
                saved = self._save(adding, document, events, shred=destroyed)
                links = self._follow(adding, saved, events)
            writing.add((*events, *links))
        if document is not None and document.state is DocumentState.DESTROYED:
            # Until then the pages of the key may still stand in the files of the database.
            self._database.scrub("document_keys")

    def acts(self, *, case: str = "", target: str = "", family: str = "") -> Sequence[KeepingAct]:
        """Acts in order: of a case, about a target, or of a family (``hold``, ``disposal``, ``request``)."""
        with self._database.reading() as connection:
            return keeping_acts.load(connection, case=case, target=target, family=family)

    def filed_after(self, serial: int, *, limit: int = 500) -> Sequence[tuple[int, Document]]:
        """Filed papers in the order of capture, with the key that the next page begins after."""
        with self._database.reading() as connection:
            return keeping_acts.filed_after(connection, serial, limit=limit)

    def objects_of(self, document: DocumentId) -> Sequence[Sha256]:
        """Objects that hold the paper and that no other paper needs."""
        with self._database.reading() as connection:
            return keeping_acts.objects_of(connection, document)

    def use_of(self, sha256: Sha256) -> ObjectUse:
        """What an object is to the records, by either of its names."""
        with self._database.reading() as connection:
            return object_uses.use_of(connection, sha256)

    def record(self, *events: Event) -> None:
        """See ``Records``. Threads that record at the same moment share a transaction."""
        self._recording.put([journal.draft(event) for event in events])

    def journal(self, *, after: int = 0, limit: int = 1000) -> Sequence[JournalEntry]:
        """See ``Records``.

        Raises:
            JournalBrokenError: an entry is no event any more.
        """
        with self._database.reading() as connection:
            return journal.entries(connection, after=after, limit=limit)

    def journal_of(self, kind: EventKind) -> Sequence[JournalEntry]:
        """See ``Records``."""
        with self._database.reading() as connection:
            return journal.entries_of_kind(connection, kind)

    def journal_about(self, key: str) -> Sequence[JournalEntry]:
        """Entries about a record or a request, or the answers to reuse questions for a dossier, in order."""
        with self._database.reading() as connection:
            return journal.entries_about(connection, key)

    def check_journal_index(self) -> None:
        """Compare what leads to entries with the entries; see ``storage.journal_index``."""
        with self._database.reading() as connection:
            journal_index.check(connection)

    def rebuild_journal_index(self) -> int:
        """Make again what leads to entries; gives how many entries there are."""
        with self._database.writing() as connection:
            return journal_index.rebuild(connection)

    def journal_of_persons(
        self, numbers: Sequence[str], *, before: int = 0, limit: int = 100
    ) -> Sequence[JournalEntry]:
        """Entries about the bearers of identity numbers, the newest first, from before an entry on."""
        references = [self.owner_ref(number) for number in numbers]
        with self._database.reading() as connection:
            return journal.entries_of_persons(connection, references, before=before, limit=limit)

    def journal_looked_up(
        self, keys: Sequence[str], *, before: int = 0, limit: int = 100
    ) -> Sequence[JournalEntry]:
        """Entries about records, the newest first; see ``storage.journal_search.about``."""
        with self._database.reading() as connection:
            return journal_search.about(connection, keys, before=before, limit=limit)

    def journal_walked(  # noqa: PLR0913 - a walk has these parts
        self, *, kind: EventKind | None, actor: str, first: int, before: int, limit: int, steps: int
    ) -> journal_search.Stretch:
        """Entries of a kind or an actor; see ``storage.journal_search.walk_back``."""
        with self._database.reading() as connection:
            return journal_search.walk_back(
                connection, kind=kind, actor=actor, first=first, before=before, limit=limit, steps=steps
            )

    def journal_number_at(self, moment: datetime) -> int:
        """Number of the first entry from a moment on."""
        with self._database.reading() as connection:
            return journal_search.number_at(connection, moment)

    def journal_entry(self, number: int) -> JournalEntry | None:
        """The entry of a number."""
        with self._database.reading() as connection:
            return journal_search.one(connection, number)

    def journal_lines(self, *, first: int, last: int) -> Sequence[dict[str, object]]:
        """A short stretch of the journal as it stands in the database; nothing is checked."""
        with self._database.reading() as connection:
            return journal_search.lines(connection, first=first, last=last)

    def filed_of_type(
        self, type_: str, *, until: date, after: tuple[date, int] | None = None, limit: int = 50
    ) -> Sequence[tuple[date, int, Document]]:
        """Filed papers of a type up to a day of filing, the oldest first; see ``storage.filed_rows``."""
        with self._database.reading() as connection:
            return filed_rows.of_type(connection, type_, until=until, after=after, limit=limit)

    def filed_by_year(self) -> Sequence[tuple[int, int]]:
        """How many papers were filed in each year; for a worker, not for a page."""
        with self._database.reading() as connection:
            return filed_rows.by_year(connection)

    def cases(self, act: Act, *, before: int = 0, limit: int = 50) -> Sequence[tuple[int, str]]:
        """Cases that began with an act, the newest first, each with the key that lists are cut by."""
        with self._database.reading() as connection:
            return keeping_acts.cases(connection, act, before=before, limit=limit)

    def journal_rows(self) -> Iterator[dict[str, object]]:
        """Every entry as it stands in the database, for an export; nothing is checked."""
        with self._database.reading() as connection:
            yield from journal.raw_lines(connection)

    def kept_head(self) -> JournalCheck | None:
        """The head as kept outside the database; nothing when that is gone."""
        kept = self._heads.read()
        return JournalCheck(kept.number, kept.hash) if kept else None

    def check_journal(
        self, *, since: JournalCheck | None = None, sealed: Sequence[JournalCheck] = ()
    ) -> JournalCheck:
        """See ``Records``."""
        # Read first: writers advance it after their transaction, so it is never ahead of what is read next.
        kept = self._heads.read()
        with self._database.reading() as connection:
            return journal_walk.check(connection, kept=kept, since=since, sealed=sealed)

    @property
    def key_in_use(self) -> str:
        """Id of the key that new records are encrypted with."""
        return self._ring.current

    def key_usage(self) -> Mapping[str, int]:
        """How many values are sealed with each key, by its id."""
        with self._database.reading() as connection:
            return rotation.usage(connection)

    def rotate_keys(self, *, told: Callable[[int], None] = lambda _moved: None, batch: int = 1000) -> int:
        """Move every sealed value to the key in use; see ``storage.rotation``."""
        return rotation.rotate(self._database, told=told, batch=batch)

    def shared_now(self) -> datetime | None:
        """The moment by the clock that all machines share; nothing where there is one machine alone."""
        with self._database.reading() as connection:
            return shared_now(connection)

    def close(self) -> None:
        """Close the connections."""
        self._database.close()

    @contextmanager
    def _writing(self, *, leased: bool = True) -> Iterator[Writing]:
        with self._database.writing() as connection:
            if leased:
                need_lease(connection)
            writing = Writing(connection, self._heads)
            yield writing
        if writing.head is not None:
            self._advance(writing.head)

    def _write_drafts(self, drafts: Sequence[Draft]) -> None:
        # Whoever comes first writes for others too, and the lease in hand is of the one alone.
        with self._writing(leased=False) as writing:
            writing.add_drafts(drafts)

    def _save_one(self, writing: Writing, document: Document, events: Sequence[Event]) -> Document:
        adding = Additions(writing.connection)
        saved = self._save(adding, document, events)
        writing.add((*events, *self._follow(adding, saved, events)))
        return saved.document

    def _save(
        self, adding: Additions, document: Document, events: Sequence[Event], *, shred: bool = False
    ) -> Saved:
        connection = adding.connection
        # Read first: shredding takes the key of every earlier version.
        before = documents.version_before(connection, document)
        if shred:
            shredding.shred(connection, document.id)
        saved = documents.save(adding, document, result_type_code=self._result_type_code)
        after = saved.document
        if before is None:
            theirs = [after.dossier, *read_for(connection, after.id)]
            if any_registered(connection, theirs):
                adding.send()
                recount(connection, theirs)
        elif (before.state, before.type, before.dossier) != (after.state, after.type, after.dossier):
            adding.send()
            recount_paper(connection, after.id, [before.dossier, after.dossier])
        at = events[-1].at if events else after.filed_at
        if at is not None:
            changes.follow(adding, before, after, at=at)
        return saved

    def _follow(self, adding: Additions, saved: Saved, events: Sequence[Event]) -> Sequence[Event]:
        """Locks are looked at again; what the owners make of the paper comes back for the journal.

        All that was collected is sent then.
        """
        told = events[-1] if events else None
        document = saved.document
        if document.state is DocumentState.FILED:
            at, is_new = told.at if told else document.filed_at, document.version == 1
            lock_rows.pend(adding, saved.key.serial, at=at, is_new=is_new)
        if not document.state.is_gone and (told is None or told.kind not in _SAYS_THE_SAME):
            same_papers.pend(adding, saved.key.serial, is_new=document.version == 1)
            word_index.pend(adding, saved.key.serial, is_new=document.version == 1)
        filing = Filing(
            document=document,
            key=saved.key,
            namespace=self._namespace,
            actor=told.actor if told else "",
            at=document.filed_at or (told.at if told else None),
        )
        links = owner_filing.file(adding, filing)
        return [link_event(adding.connection, link, reference=self.owner_ref) for link in links]

    def _advance(self, head: Head) -> None:
        try:
            self._heads.advance(head)
        except StoreError:
            # What was asked for is saved. A head that lags is what a crash leaves too: the next write
            # carries it on, and a head that is gone is reported by the next write and the next check.
            return
