"""A backup checked byte by byte, and made a store again in an empty folder.

Every object is read back after it was written; the mark that makes a folder a store comes last. A restore
that was interrupted goes on where it stopped when it is called again with the same backup.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dossier.errors import InputError, ObjectDamagedError
from dossier.keeping_errors import BackupError, RestoreTargetError
from dossier.ports import BlobRef, BlobStore, JournalCheck
from storage import backup_manifest as written
from storage.backup_manifest import Manifest, file_sha256, listed_objects, object_place, read_manifest
from storage.database import Database
from storage.filesystem import FileLayer, SystemFiles, store_errors, write_private_file
from storage.folder_place import folder_place
from storage.heads import Head, HeadFile
from storage.journal_walk import check as check_chain
from storage.key_bundle import unpack
from storage.layout import RUNNING, Layout
from storage.passphrases import WrongKeyError, open_with_passphrase
from storage.places import FIRST, Place
from storage.record_copy import need_empty, put_records
from storage.schema import REVISION
from storage.sealed_heads import HeadFolder, need_linked

_PROGRESS: Final = "restore.json"
_MARKER: Final = "motlan-store.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysFrom:
    """Where the secrets of a restored store come from: one of the two.

    Attributes:
        passphrase: opens those in the backup.
        store_key: content of ``store.key``, kept elsewhere.
    """

    passphrase: str | None = field(default=None, repr=False)
    store_key: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RestoreTarget:
    """Where a restored store goes.

    Attributes:
        folder: the data folder; empty, missing, or left by an interrupted restore of the same backup.
        database: an empty database of a server for the records; a SQLite file in the folder by default.
        place: where the objects go; ``objects`` in the folder by default. What is there already is read and
            compared, not put again.
    """

    folder: Path
    database: Database | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupCheck:
    """What was found in a backup in which everything is as the manifest says.

    Attributes:
        manifest: the backup.
        objects: how many were read and compared with their hash.
        size: of all of them together, in bytes.
        journal: the chain in it, walked entry by entry.
    """

    manifest: Manifest
    objects: int
    size: int
    journal: JournalCheck


def check_backup(folder: Path, *, told: Callable[[int], None] = lambda _: None) -> BackupCheck:
    """Read every byte of a backup and compare it with the manifest; walk its journal.

    Args:
        folder: of one backup; its signature is checked by the caller, who has the trust store.
        told: hears how many objects are done.

    Raises:
        BackupError: a file or an object is missing or altered.
        JournalBrokenError: its journal does not hold.
    """
    manifest = _check_files(folder)
    objects, size = 0, 0
    for ref in listed_objects(folder):
        _check_object(folder.parent, ref)
        objects, size = objects + 1, size + ref.size
        told(objects)
    if (objects, size) != (manifest.objects, manifest.size):
        raise BackupError(folder.name, reason="danh sách đối tượng không khớp với manifest")
    journal = _check_journal(folder, manifest)
    return BackupCheck(manifest=manifest, objects=objects, size=size, journal=journal)


def restore_backup(
    folder: Path,
    into: RestoreTarget,
    *,
    keys: KeysFrom,
    files: FileLayer | None = None,
    told: Callable[[int], None] = lambda _: None,
) -> Manifest:
    """Make a store of a backup.

    Args:
        folder: of one backup; its signature is checked by the caller.
        into: where to.
        keys: where the secrets of the store come from.
        files: the file system.
        told: hears how many objects are done.

    Raises:
        RestoreTargetError, RestoreDatabaseError: the target holds something else.
        BackupError: the backup is altered, or its secrets cannot be opened; the target is no store then.
        StoreFullError, StoreReadOnlyError, StoreError: the target cannot be written.
    """
    layer: FileLayer = files or SystemFiles()
    manifest = _check_files(folder)
    layout = Layout(into.folder)
    if into.database is not None:
        _need_schema(manifest)
        if not (into.folder / _PROGRESS).exists():
            need_empty(into.database)
    _begin(layout, manifest, files=layer)
    _put_keys(folder, into.folder, keys=keys, files=layer)
    for name in (layout.work, layout.quarantine):
        with store_errors(name.name):
            layer.make_folder(name)
    place = into.place or folder_place(FIRST, layout.objects, files=layer)
    place.prepare()
    _put_objects(folder, place.blobs, told=told)
    _put_files(folder, into.folder, manifest, files=layer)
    if into.database is None:
        _put_database(folder, layout, manifest, files=layer)
    else:
        put_records(folder / written.DATABASE, into.database)
    _put_head(layout, manifest, files=layer)
    _finish(folder, layout, files=layer)
    return manifest


def _check_files(folder: Path) -> Manifest:
    """Everything but the objects."""
    manifest = read_manifest(folder)
    for path, sha256 in manifest.files.items():
        if not (folder / path).is_file():
            raise BackupError(folder.name, reason=f"thiếu tệp {path}")
        with store_errors(folder.name):
            if file_sha256(folder / path) != sha256:
                raise BackupError(folder.name, reason=f"tệp {path} đã bị sửa")
    if written.DATABASE not in manifest.files or written.OBJECTS not in manifest.files:
        raise BackupError(folder.name, reason="manifest thiếu phần bắt buộc")
    return manifest


def _check_object(target: Path, ref: BlobRef) -> None:
    place = object_place(target, ref.sha256)
    if not place.is_file():
        raise BackupError(ref.sha256, reason="thiếu đối tượng này trong bản sao lưu")
    with store_errors(ref.sha256):
        if place.stat().st_size != ref.size or file_sha256(place) != ref.sha256:
            raise BackupError(ref.sha256, reason="đối tượng này trong bản sao lưu đã bị thay đổi")


def _check_journal(folder: Path, manifest: Manifest) -> JournalCheck:
    """Walk the chain in the backup and through the sealed heads in it."""
    with closing(
        sqlite3.connect(f"{(folder / written.DATABASE).absolute().as_uri()}?mode=ro", uri=True)
    ) as raw:
        if raw.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise BackupError(folder.name, reason="cơ sở dữ liệu trong bản sao lưu bị hỏng")
    heads = HeadFolder(folder / written.FILES / "heads").all()
    need_linked(heads)
    database = Database.on_disk(folder / written.DATABASE, immutable=True)
    try:
        with database.reading() as connection:
            kept = Head(manifest.journal.entries, manifest.journal.head)
            return check_chain(connection, kept=kept, sealed=[one.head.check for one in heads])
    finally:
        database.close()


def _need_schema(manifest: Manifest) -> None:
    """Rows of older tables are brought up to date in a SQLite file, not on the way into a server."""
    if manifest.schema != REVISION:
        reason = (
            f"sao lưu bằng phiên bản khác của chương trình (bảng {manifest.schema}, cần {REVISION}); "
            "khôi phục vào thư mục bằng --desk, chạy motlan init, rồi sao lưu lại"
        )
        raise BackupError(manifest.name, reason=reason)


def _begin(layout: Layout, manifest: Manifest, *, files: FileLayer) -> None:
    """Take an empty folder for this backup, or go on in one that was taken for it."""
    mark = json.dumps({"backup": manifest.sha256}).encode()
    progress = layout.folder / _PROGRESS
    with store_errors(layout.folder.name):
        if layout.folder.exists():
            if not layout.folder.is_dir():
                raise RestoreTargetError(str(layout.folder))
            standing = progress.read_bytes() if progress.is_file() else None
            if standing == mark:
                return
            if standing is not None or any(each.name != RUNNING for each in layout.folder.iterdir()):
                raise RestoreTargetError(str(layout.folder))
    layout.make_folder(files)
    write_private_file(files, progress, mark)


def _put_keys(folder: Path, into: Path, *, keys: KeysFrom, files: FileLayer) -> None:
    if keys.store_key is not None:
        write_private_file(files, into / "store.key", keys.store_key)
        return
    sealed = folder / written.KEYS
    if not sealed.is_file():
        raise BackupError(folder.name, reason="bản sao lưu không có khóa; cần --store-key với tệp store.key")
    if keys.passphrase is None:
        raise BackupError(folder.name, reason="cần mật khẩu của phần khóa trong bản sao lưu")
    try:
        content = open_with_passphrase(sealed.read_bytes(), keys.passphrase)
    except WrongKeyError as error:
        raise BackupError(folder.name, reason="sai mật khẩu của phần khóa, hoặc phần khóa bị sửa") from error
    unpack(content, into, files=files)


def _put_objects(folder: Path, blobs: BlobStore, *, told: Callable[[int], None]) -> None:
    for count, ref in enumerate(listed_objects(folder), 1):
        if not _is_whole(blobs, ref):
            place = object_place(folder.parent, ref.sha256)
            try:
                put = blobs.put(place)
            except InputError as error:
                raise BackupError(ref.sha256, reason="thiếu đối tượng này trong bản sao lưu") from error
            if put != ref:
                raise BackupError(ref.sha256, reason="đối tượng này trong bản sao lưu đã bị thay đổi")
        told(count)


def _is_whole(blobs: BlobStore, ref: BlobRef) -> bool:
    if not blobs.contains(ref.sha256):
        return False
    try:
        return blobs.check(ref.sha256) == ref
    except ObjectDamagedError as error:
        raise BackupError(ref.sha256, reason="đối tượng đã chép sang bị hỏng; kiểm tra ổ đĩa đích") from error


def _put_files(folder: Path, into: Path, manifest: Manifest, *, files: FileLayer) -> None:
    prefix = f"{written.FILES}/"
    for path in manifest.files:
        name = path.removeprefix(prefix)
        if name in {path, _MARKER}:
            continue
        place = into / name
        with store_errors(place.name):
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            content = (folder / path).read_bytes()
        write_private_file(files, place, content)


def _put_database(folder: Path, layout: Layout, manifest: Manifest, *, files: FileLayer) -> None:
    draft = layout.database.with_name(f"{layout.database.name}.part")
    with store_errors(layout.database.name):
        draft.unlink(missing_ok=True)
        descriptor = files.create(draft)
        try:
            with (folder / written.DATABASE).open("rb") as stream:
                while piece := stream.read(1024 * 1024):
                    files.write(descriptor, piece)
            files.sync(descriptor)
        finally:
            files.close(descriptor)
        if file_sha256(draft) != manifest.files[written.DATABASE]:
            raise BackupError(layout.database.name, reason="chép sang bị sai; kiểm tra ổ đĩa đích")
        files.replace(draft, layout.database)
        files.sync_folder(layout.folder)


def _put_head(layout: Layout, manifest: Manifest, *, files: FileLayer) -> None:
    head = HeadFile(layout.head)
    head.prepare(files)
    head.advance(Head(manifest.journal.entries, manifest.journal.head))


def _finish(folder: Path, layout: Layout, *, files: FileLayer) -> None:
    marker = folder / written.FILES / _MARKER
    write_private_file(files, layout.marker, marker.read_bytes())
    with store_errors(layout.folder.name):
        files.remove(layout.folder / _PROGRESS)
        files.sync_folder(layout.folder)
