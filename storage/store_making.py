"""Make a store, finish one whose making was interrupted, bring an older one up to date."""

from __future__ import annotations

import secrets
import uuid
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from dossier.database_errors import StoreForeignDatabaseError
from dossier.events import Event, EventKind
from dossier.ports import Clock
from storage import journal
from storage.database import Database
from storage.filesystem import FileLayer, SystemFiles, store_errors
from storage.heads import HeadFile
from storage.key_ring import RingSource, no_ring
from storage.layout import Layout
from storage.lock import writer_lock
from storage.owner_filing import fill
from storage.owners import link_event
from storage.records import owner_reference
from storage.sealing import Progress, no_progress, seal_old_rows
from storage.store_parts import PlaceNeeds, StoreParts
from storage.store_secret import (
    RandomBytes,
    is_named,
    make_key,
    name_store,
    namespace_of,
    read_key,
    vault_with,
)

_DESK = StoreParts()


def create_store(  # noqa: PLR0913  each is something a size of installation or a test chooses
    folder: Path,
    *,
    clock: Clock,
    actor: str,
    random_bytes: RandomBytes = secrets.token_bytes,
    files: FileLayer | None = None,
    ring: RingSource = no_ring,
    progress: Progress = no_progress,
    parts: StoreParts = _DESK,
    wait_seconds: float = 0.0,
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
        parts: database and first place; file and folder in the data folder by default.
        wait_seconds: how long to wait for a writer, or for another machine that does the same.

    Returns:
        True when the store was not complete before.

    Raises:
        StoreFolderTakenError, StoreBusyError, StoreReadOnlyError, StoreFullError, SchemaError,
        StoreUnavailableError, StoreCredentialsError, StoreBucketError.
        StoreForeignDatabaseError: database and data folder do not belong together.
    """
    layer: FileLayer = files or SystemFiles()
    layout = Layout(folder)
    layout.make_folder(layer)
    with ExitStack() as stack:
        stack.enter_context(writer_lock(layout.lock, wait_seconds=wait_seconds))
        is_new = not layout.marker.exists()
        database = parts.database(layout)
        stack.callback(database.close)
        if is_new:
            _make_folders(layout, files=layer)
            database.prepare()
        else:
            layout.check_complete()
        stack.enter_context(database.only_writer(wait_seconds=wait_seconds))
        _need_own(database, layout, is_new=is_new)
        # Upkeep takes a place without its folder of drafts for one that is not mounted.
        parts.first(PlaceNeeds(layout=layout, files=layer, clock=clock, read_only=False)).prepare()
        if is_new:
            make_key(layout, files=layer, random_bytes=random_bytes)
            _make_head(layout, files=layer)
        key = read_key(layout)
        database.unlock(vault_with(key, ring))
        database.upgrade()
        if is_new:
            _record_birth(database, layout, key, event=_birth(clock, actor), random_bytes=random_bytes)
            layout.mark_complete(layer)
        else:
            at = clock()
            seal_old_rows(
                database,
                then=lambda connection: _fill_owners(
                    connection, layout, key, actor=actor, at=at, database=database.name
                ),
                progress=progress,
            )
    return is_new


def _need_own(database: Database, layout: Layout, *, is_new: bool) -> None:
    """A data folder and a database are bound for life: by the secret in the one, its check in the other.

    Raises:
        StoreForeignDatabaseError: one of them is a stranger's, or was taken for another.
    """
    if not is_new and (not database.is_there() or not database.revision()):
        reason = "thư mục đã có kho, nhưng cơ sở dữ liệu này chưa có gì"
        raise StoreForeignDatabaseError(database.name, reason=reason)
    if is_new and database.revision() and not layout.key.exists():
        with database.reading() as connection:
            if is_named(connection):
                reason = "cơ sở dữ liệu đã thuộc về một thư mục dữ liệu khác"
                raise StoreForeignDatabaseError(database.name, reason=reason)


def _make_folders(layout: Layout, *, files: FileLayer) -> None:
    with store_errors(layout.folder.name):
        for folder in (layout.work, layout.quarantine):
            files.make_folder(folder)
        files.sync_folder(layout.folder)


def _make_head(layout: Layout, *, files: FileLayer) -> None:
    head = HeadFile(layout.head)
    if head.read() is None:
        head.prepare(files)


def _birth(clock: Clock, actor: str) -> Event:
    return Event(kind=EventKind.STORE_MADE, at=clock(), actor=actor)


def _record_birth(
    database: Database, layout: Layout, key: bytes, *, event: Event, random_bytes: RandomBytes
) -> None:
    """Namespace, check value of the key and first entry of the journal, unless they are there."""
    heads = HeadFile(layout.head)
    with database.writing() as connection:
        if is_named(connection):
            # Interrupted after this, or one more machine that was given the key.
            namespace_of(connection, key=key, database=database.name)
            return
        name_store(connection, key=key, namespace=uuid.UUID(bytes=random_bytes(16), version=4))
        head = journal.append(connection, [event], kept=heads.read())
    heads.advance(head)


def _fill_owners(  # noqa: PLR0913  what an older store has and owners are made of
    connection: Connection, layout: Layout, key: bytes, *, actor: str, at: datetime, database: str
) -> None:
    """A store of an earlier version has papers and no owners yet; they are made with the tables."""
    namespace = namespace_of(connection, key=key, database=database)
    links = fill(connection, namespace=namespace, actor=actor, at=at)
    events = [
        link_event(connection, link, reference=lambda number: owner_reference(key, number)) for link in links
    ]
    if events:
        # The head kept outside lags as after a crash; the next entry carries it on.
        journal.append(connection, events, kept=HeadFile(layout.head).read())
