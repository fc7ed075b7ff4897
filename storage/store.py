"""Make and open the data folder: bytes, records and work area of one store, ready for use."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert, select

from dossier.errors import SchemaError, StoreError
from dossier.events import Event, EventKind
from dossier.ports import BlobStore, Clock
from storage import journal
from storage.copies import CopiedBlobs, FellOver
from storage.database import Database, make_private_file
from storage.files import FolderBlobs
from storage.filesystem import FileLayer, SystemFiles, store_errors, write_private_file
from storage.folder_place import folder_place
from storage.heads import HeadFile
from storage.inbox import Inbox
from storage.key_ring import RingSource, no_ring, ring_of_store
from storage.layout import DATABASE, Layout
from storage.lock import writer_lock
from storage.owner_filing import fill
from storage.owners import link_event
from storage.places import FIRST, Place
from storage.quarantine import Quarantine
from storage.records import SqlRecords, owner_reference
from storage.schema import facts
from storage.sealing import Progress, no_progress, seal_old_rows
from storage.sealing_state import NAMESPACE, NAMESPACE_PLACE, STATE
from storage.steps import StepRunner
from storage.vault import Vault, vault_of

_KEY_BYTES: Final = 32
_KEY_CHECK: Final = "key_check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One open store.

    Attributes:
        folder: the data folder.
        blobs: the bytes, from whichever place has them.
        places: where they are kept: the first takes what is put, the second gets copies.
        records: records, citizen index, journal.
        quarantine: notes on refused files.
        inbox: takes files in.
        steps: does steps once; its work folder is ``work``.
        work: for files that are not kept; on the file system of the store.
    """

    folder: Path
    blobs: BlobStore
    places: tuple[Place, ...]
    records: SqlRecords
    quarantine: Quarantine
    inbox: Inbox
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


def create_store(  # noqa: PLR0913  each is something a size of installation or a test chooses
    folder: Path,
    *,
    clock: Clock,
    actor: str,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    files: FileLayer | None = None,
    ring: RingSource = no_ring,
    progress: Progress = no_progress,
) -> bool:
    """Make the store, finish one whose making was interrupted, or bring an older one up to date.

    Args:
        folder: the data folder; must be empty, missing, or ours.
        clock: for the first entry of the journal.
        actor: who makes it, an opaque name from the settings.
        random_bytes: source of secrets.
        files: the file system.
        ring: keys that personal data is encrypted with, besides the store's own.
        progress: told how an older store gets on.

    Returns:
        True when the store was not complete before.

    Raises:
        StoreFolderTakenError, StoreBusyError, StoreReadOnlyError, StoreFullError, SchemaError.
    """
    layer: FileLayer = files or SystemFiles()
    layout = Layout(folder)
    layout.make_folder(layer)
    with writer_lock(layout.lock):
        is_new = not layout.marker.exists()
        if is_new:
            _make_key(layout, random_bytes=random_bytes, files=layer)
            _make_parts(layout, files=layer)
        else:
            layout.check_complete()
        # Upkeep takes a place without its folder of drafts for one that is not mounted.
        FolderBlobs(layout.objects, files=layer).prepare()
        database = Database.on_disk(layout.database)
        try:
            database.unlock(_vault(layout, ring))
            database.upgrade()
            if is_new:
                _record_birth(database, layout, event=_birth(clock, actor), random_bytes=random_bytes)
                layout.mark_complete(layer)
            else:
                at = clock()
                seal_old_rows(
                    database,
                    then=lambda connection: _fill_owners(connection, layout, actor=actor, at=at),
                    progress=progress,
                )
        finally:
            database.close()
    return is_new


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

    Raises:
        StoreMissingError, StoreBusyError, SchemaError, StoreReadOnlyError, StoreError.
        StoreFrozenError: a place did not protect what it holds; looking is still possible.
    """
    layer: FileLayer = files or SystemFiles()
    layout = Layout(folder)
    layout.check_complete()
    with ExitStack() as stack:
        if not read_only:
            stack.enter_context(writer_lock(layout.lock, wait_seconds=wait_seconds))
        database = Database.on_disk(layout.database)
        stack.callback(database.close)
        database.check_revision()
        key = _read_key(layout)
        keys = ring_of_store(key, ring())
        database.unlock(Vault(secret=key, ring=keys))
        namespace = _read_namespace(database, key=key)
        folder_blobs = FolderBlobs(layout.objects, files=layer, read_only=read_only)
        records = SqlRecords(
            database,
            heads=HeadFile(layout.head),
            namespace=namespace,
            key=key,
            result_type_code=result_type_code,
            ring=keys,
        )
        if not read_only:
            records.upkeep.frozen.need_writable()
        first = replace(folder_place(FIRST, layout.objects, files=layer), blobs=folder_blobs)
        places = (first, second.place) if second else (first,)
        blobs: BlobStore = folder_blobs
        if second:
            blobs = _joined(first, second, records=records, clock=clock)
        quarantine = Quarantine(layout.quarantine, namespace=namespace, secret=key, clock=clock, files=layer)
        steps = StepRunner(layout.work, blobs=blobs, records=records, files=layer)
        if not read_only:
            folder_blobs.prepare()
            steps.prepare()
            quarantine.prepare()
        yield Store(
            folder=folder,
            blobs=blobs,
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
            steps=steps,
            work=layout.work,
        )


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


def _vault(layout: Layout, ring: RingSource) -> Vault:
    key = _read_key(layout)
    return Vault(secret=key, ring=ring_of_store(key, ring()))


def _birth(clock: Clock, actor: str) -> Event:
    return Event(kind=EventKind.STORE_MADE, at=clock(), actor=actor)


def _make_key(layout: Layout, *, random_bytes: Callable[[int], bytes], files: FileLayer) -> None:
    """An interrupted making keeps the key it wrote: the database may already hold its check value."""
    if not layout.key.exists():
        write_private_file(files, layout.key, f"{random_bytes(_KEY_BYTES).hex()}\n".encode())


def _make_parts(layout: Layout, *, files: FileLayer) -> None:
    with store_errors(layout.folder.name):
        for folder in (layout.objects, layout.work, layout.quarantine):
            files.make_folder(folder)
        make_private_file(layout.database)
        files.sync_folder(layout.folder)
    head = HeadFile(layout.head)
    if head.read() is None:
        head.prepare(files)


def _record_birth(
    database: Database, layout: Layout, *, event: Event, random_bytes: Callable[[int], bytes]
) -> None:
    """Namespace, check value of the key and first entry of the journal, unless they are there."""
    heads = HeadFile(layout.head)
    with database.writing() as connection:
        if _fact(connection, NAMESPACE) is not None:
            return
        namespace = uuid.UUID(bytes=random_bytes(16), version=4)
        connection.execute(
            insert(facts),
            [
                {
                    "name": NAMESPACE,
                    "value": vault_of(connection).seal(str(namespace), place=NAMESPACE_PLACE),
                },
                {"name": _KEY_CHECK, "value": _key_check(_read_key(layout))},
            ],
        )
        head = journal.append(connection, [event], kept=heads.read())
    heads.advance(head)


def _fill_owners(connection: Connection, layout: Layout, *, actor: str, at: datetime) -> None:
    """A store of an earlier version has papers and no owners yet; they are made with the tables."""
    key = _read_key(layout)
    namespace = _namespace(connection, key=key)
    links = fill(connection, namespace=namespace, actor=actor, at=at)
    events = [
        link_event(connection, link, reference=lambda number: owner_reference(key, number)) for link in links
    ]
    if events:
        # The head kept outside lags as after a crash; the next entry carries it on.
        journal.append(connection, events, kept=HeadFile(layout.head).read())


def _read_key(layout: Layout) -> bytes:
    with store_errors(layout.key.name):
        text = layout.key.read_text("ascii")
    try:
        key = bytes.fromhex(text)
    except ValueError as error:
        raise StoreError(layout.key.name, cause="not a key") from error
    if len(key) != _KEY_BYTES:
        raise StoreError(layout.key.name, cause="not a key")
    return key


def _read_namespace(database: Database, *, key: bytes) -> uuid.UUID:
    with database.reading() as connection:
        if _fact(connection, STATE) is not None:
            raise SchemaError(DATABASE, cause="rows of an older version wait to be sealed")
        return _namespace(connection, key=key)


def _namespace(connection: Connection, *, key: bytes) -> uuid.UUID:
    namespace = _fact(connection, NAMESPACE)
    check = _fact(connection, _KEY_CHECK)
    if namespace is None or check is None or not hmac.compare_digest(check, _key_check(key)):
        # References made with another key would name nobody, so nothing is done with it.
        raise StoreError("store.key", cause="not the key of this database")
    return uuid.UUID(vault_of(connection).unseal(namespace, place=NAMESPACE_PLACE))


def _key_check(key: bytes) -> str:
    return hmac.new(key, b"motlan store key check", hashlib.sha256).hexdigest()


def _fact(connection: Connection, name: str) -> str | None:
    return connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()
