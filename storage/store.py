"""Open the data folder: bytes, records and work area of one store, ready for use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dossier.database_errors import StoreForeignDatabaseError
from dossier.events import Event, EventKind
from dossier.ports import BlobStore, Clock
from storage.copies import CopiedBlobs, FellOver
from storage.database import Database
from storage.filesystem import FileLayer, SystemFiles
from storage.heads import HeadFile
from storage.inbox import Inbox
from storage.key_ring import RingSource, no_ring, ring_of_store
from storage.layout import Layout
from storage.lock import writer_lock
from storage.object_keys import ObjectKeys
from storage.places import Place
from storage.quarantine import Quarantine
from storage.records import SqlRecords
from storage.scans import Scans
from storage.sealed_blobs import SealedBlobs
from storage.steps import StepRunner
from storage.store_parts import PlaceNeeds, StoreParts
from storage.store_secret import read_key, read_namespace
from storage.tray_files import TrayFiles
from storage.vault import Vault

_DESK = StoreParts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One open store.

    Attributes:
        folder: the data folder.
        blobs: the bytes, from whichever place has them; deciphered where they are enciphered.
        stored: the same as they are kept, under the hashes that places know.
        keys: of enciphered objects.
        places: where they are kept: the first takes what is put, the second gets copies.
        records: records, citizen index, journal.
        quarantine: notes on refused files.
        inbox: takes files in.
        scans: what scanners gave and was not handed in yet.
        trays: what was sent to the station and was not handed in yet.
        steps: does steps once; its work folder is ``work``.
        work: for files that are not kept; on the file system of the store.
    """

    folder: Path
    blobs: BlobStore
    stored: BlobStore
    keys: ObjectKeys
    places: tuple[Place, ...]
    records: SqlRecords
    quarantine: Quarantine
    inbox: Inbox
    scans: Scans
    trays: TrayFiles
    steps: StepRunner
    work: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondCopy:
    """A second place for every object.

    Attributes:
        place: where.
        actor: for the journal, when an object had to be read from there.
        warn: is told as well, for the log.
    """

    place: Place
    actor: str
    warn: Callable[[FellOver], None] = lambda _fell_over: None


@contextmanager
def open_store(  # noqa: PLR0913  each is something a size of installation or a test chooses
    folder: Path,
    *,
    clock: Clock,
    read_only: bool,
    result_type_code: Callable[[str], str] = str,
    wait_seconds: float = 0.0,
    max_file_bytes: int | None = None,
    files: FileLayer | None = None,
    second: SecondCopy | None = None,
    ring: RingSource = no_ring,
    parts: StoreParts = _DESK,
    encipher: bool = False,
) -> Iterator[Store]:
    """The store of a data folder, for as long as the block runs.

    Args:
        folder: the data folder.
        clock: for notes and batches.
        read_only: no writer lock is taken, nothing is tidied up and no bytes are put, so that any number of
            readers run beside the writer. The journal still grows: looking at a citizen's data leaves an
            entry.
        result_type_code: national result code for a paper type; the type's own name by default.
        wait_seconds: how long to wait for another writer.
        max_file_bytes: the largest file that is taken in; no limit by default.
        files: the file system.
        second: gets a copy of every object, and is read where the first place fails.
        ring: keys that personal data is encrypted with, besides the store's own.
        parts: database and first place; file and folder in the data folder by default.
        encipher: whether what is put is enciphered before it leaves this machine.

    Raises:
        StoreMissingError, StoreBusyError, SchemaError, StoreReadOnlyError, StoreUnavailableError, StoreError.
        StoreForeignDatabaseError: database and data folder do not belong together.
        StoreFrozenError: a place did not protect what it holds; looking is still possible.
    """
    layer: FileLayer = files or SystemFiles()
    layout = Layout(folder)
    layout.check_complete()
    with ExitStack() as stack:
        database = stack.enter_context(
            _database(layout, parts=parts, read_only=read_only, wait_seconds=wait_seconds)
        )
        key = read_key(layout)
        key_ring = ring_of_store(key, ring())
        vault = Vault(secret=key, ring=key_ring)
        database.unlock(vault)
        namespace = read_namespace(database, key=key)
        records = SqlRecords(
            database,
            heads=HeadFile(layout.head),
            namespace=namespace,
            key=key,
            result_type_code=result_type_code,
            ring=key_ring,
        )
        if not read_only:
            records.upkeep.frozen.need_writable()
        first = parts.first(PlaceNeeds(layout=layout, files=layer, clock=clock, read_only=read_only))
        places = (first, second.place) if second else (first,)
        stored: BlobStore = first.blobs
        if second:
            stored = _joined(first, second, records=records, clock=clock)
        keys = ObjectKeys(database, clock=clock)
        blobs = SealedBlobs(stored, keys, work=layout.work, encipher=encipher)
        quarantine = Quarantine(layout.quarantine, namespace=namespace, secret=key, clock=clock, files=layer)
        steps = StepRunner(layout.work, blobs=blobs, records=records, files=layer)
        if not read_only:
            # A mount that is gone must not be taken for a new, empty place.
            first.tending.need_reachable()
            first.prepare()
            steps.prepare()
            blobs.prepare()
            quarantine.prepare()
        yield Store(
            folder=folder,
            blobs=blobs,
            stored=stored,
            keys=keys,
            places=places,
            records=records,
            quarantine=quarantine,
            inbox=Inbox(
                blobs,
                quarantine=quarantine,
                namespace=namespace,
                clock=clock,
                max_file_bytes=max_file_bytes,
            ),
            scans=Scans(layout.scans, vault=vault, files=layer),
            trays=TrayFiles(layout.trays, files=layer),
            steps=steps,
            work=layout.work,
        )


@contextmanager
def _database(
    layout: Layout, *, parts: StoreParts, read_only: bool, wait_seconds: float
) -> Iterator[Database]:
    """The database, of this program's version; for a writer with both locks, on this machine and of all."""
    with ExitStack() as stack:
        if not read_only:
            stack.enter_context(writer_lock(layout.lock, wait_seconds=wait_seconds))
        database = parts.database(layout)
        stack.callback(database.close)
        if not database.is_there():
            raise StoreForeignDatabaseError(database.name, reason="không thấy tệp cơ sở dữ liệu của kho")
        if not read_only:
            stack.enter_context(database.only_writer(wait_seconds=wait_seconds))
        database.check_revision()
        yield database


def _joined(first: Place, second: SecondCopy, *, records: SqlRecords, clock: Clock) -> CopiedBlobs:
    def told(fell_over: FellOver) -> None:
        details = {"place": fell_over.place, "code": fell_over.code}
        records.record(
            Event(
                kind=EventKind.OBJECT_FELL_OVER,
                at=clock(),
                actor=second.actor,
                subject=fell_over.sha256,
                details=details,
            )
        )
        second.warn(fell_over)

    return CopiedBlobs(first, second.place, queue=records.upkeep.copies, clock=clock, told=told)
