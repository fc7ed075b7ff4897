"""Backups of a store while it works: records as of one moment, then every object they can name.

The order makes it consistent without stopping anybody: the kept head first, the database next, objects and
sealed heads last. Objects are never changed, so what the records of that moment name is there. A backup that
was interrupted is begun anew; the objects it had copied are not copied again.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from dossier.errors import ObjectDamagedError, ObjectMissingError
from dossier.ids import Sha256
from dossier.keeping_errors import BackupError, ObjectDestroyedError
from dossier.ports import BlobRef, BlobStore, JournalCheck
from storage import backup_manifest as written
from storage.backup_manifest import Manifest, file_sha256, object_place
from storage.database import Database
from storage.filesystem import FileLayer, SystemFiles, store_errors, write_private_file
from storage.heads import GENESIS
from storage.key_bundle import bundle
from storage.passphrases import seal_with_passphrase
from storage.record_copy import copy_records
from storage.schema import REVISION
from storage.sources import CHUNK_BYTES

KEPT_FOLDERS: Final = ("heads", "lost-heads", "quarantine", "learning", "rulebook", "trust")
KEPT_FILES: Final = ("journal.head", "motlan-store.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A finished backup.

    Attributes:
        folder: its own folder.
        manifest: what it consists of.
        copied: objects that were copied now; the others were in the folder already.
    """

    folder: Path
    manifest: Manifest
    copied: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupPlan:
    """What to back up, and where to.

    Attributes:
        data: the data folder.
        database: the records; a file or a server.
        blobs: the bytes as they are stored (enciphered ones stay so).
        target: the folder of the backups.
        at: aware; the present.
        sign: signs the manifest; gives the signature.
        passphrase: under which the secrets of the store are kept; ``None`` leaves them out.
    """

    data: Path
    database: Database
    blobs: BlobStore
    target: Path
    at: datetime
    sign: Callable[[bytes], bytes]
    passphrase: str | None = None


def make_backup(
    plan: BackupPlan, *, files: FileLayer | None = None, told: Callable[[int], None] = lambda _: None
) -> Backup:
    """Make a backup beside the earlier ones of the folder.

    Args:
        plan: what and where.
        files: the file system of the target.
        told: hears how many objects are done.

    Raises:
        BackupError: a backup of this very moment is there.
        StoreFullError, StoreReadOnlyError, StoreError: the target cannot be written.
        ObjectDamagedError: the store itself holds a damaged object; nothing is called a backup then.
        SigningError: the manifest could not be signed.
    """
    work = _Work(plan, files or SystemFiles())
    work.begin()
    work.copy_settings(plan.data, names=KEPT_FILES)
    work.copy_database(plan.database)
    journal = _journal_of(work.draft / written.DATABASE)
    work.copy_folders(plan.data, journal=journal)
    if plan.passphrase is not None:
        work.seal_keys(plan.data, plan.passphrase)
    copied, count, size = work.copy_objects(told)
    return work.finish(journal, copied=copied, count=count, size=size)


class _Work:
    """A backup in the making: a folder whose name ends in ``.part``."""

    def __init__(self, plan: BackupPlan, files: FileLayer) -> None:
        self._plan = plan
        self._files = files
        self.draft = plan.target / "incomplete.part"

    def begin(self) -> None:
        with store_errors(self._plan.target.name):
            self._plan.target.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self.draft.exists():
                shutil.rmtree(self.draft)
            self._files.make_folder(self.draft)

    def copy_settings(self, data: Path, *, names: tuple[str, ...]) -> None:
        for name in names:
            if (data / name).is_file():
                self._copy(data / name, self.draft / written.FILES / name)

    def copy_folders(self, data: Path, *, journal: JournalCheck) -> None:
        for name in KEPT_FOLDERS:
            for path in _files_below(data / name):
                # A head that was sealed after the records were copied would tell of entries that are missing.
                if name == "heads" and int(path.stem) > journal.entries:
                    continue
                self._copy(path, self.draft / written.FILES / path.relative_to(data))

    def copy_database(self, database: Database) -> None:
        copy_records(database, self.draft / written.DATABASE, files=self._files)

    def seal_keys(self, data: Path, passphrase: str) -> None:
        sealed = seal_with_passphrase(bundle(data), passphrase)
        write_private_file(self._files, self.draft / written.KEYS, sealed)

    def copy_objects(self, told: Callable[[int], None]) -> tuple[int, int, int]:
        copied = count = size = 0
        with (
            store_errors(written.OBJECTS),
            (self.draft / written.OBJECTS).open("w", encoding="ascii") as listed,
        ):
            for sha256 in self._plan.blobs:
                try:
                    ref, is_new = self._object(sha256)
                except (ObjectMissingError, ObjectDestroyedError):
                    if self._plan.blobs.contains(sha256):
                        raise
                    # Destroyed by a decision while we copied; its record tells.
                    continue
                listed.write(f"{ref.sha256} {ref.size}\n")
                copied, count, size = copied + is_new, count + 1, size + ref.size
                told(count)
        return copied, count, size

    def finish(self, journal: JournalCheck, *, copied: int, count: int, size: int) -> Backup:
        paths = sorted(_files_below(self.draft))
        with store_errors(self._plan.target.name):
            hashes = {path.relative_to(self.draft).as_posix(): file_sha256(path) for path in paths}
        manifest = Manifest(
            at=self._plan.at, schema=REVISION, journal=journal, objects=count, size=size, files=hashes
        )
        place = self._plan.target / manifest.name
        if place.exists():
            raise BackupError(manifest.name, reason="đã có bản sao lưu của đúng thời điểm này")
        write_private_file(self._files, self.draft / written.MANIFEST, manifest.content)
        signature = self._plan.sign(manifest.content)
        write_private_file(self._files, self.draft / written.SIGNATURE, signature)
        with store_errors(self._plan.target.name):
            for folder in {path.parent for path in _files_below(self.draft)}:
                self._files.sync_folder(folder)
            self._files.replace(self.draft, place)
            self._files.sync_folder(self._plan.target)
        return Backup(folder=place, manifest=manifest, copied=copied)

    def _object(self, sha256: Sha256) -> tuple[BlobRef, bool]:
        place = object_place(self._plan.target, sha256)
        if place.is_file():
            return BlobRef(sha256, place.stat().st_size), False
        for folder in (place.parent.parent.parent, place.parent.parent, place.parent):
            self._files.make_folder(folder)
        digest, size = hashlib.sha256(), 0
        draft = place.with_name(f"{place.name}.part")
        draft.unlink(missing_ok=True)
        with self._plan.blobs.open(sha256) as stream:
            descriptor = self._files.create(draft)
            try:
                while piece := stream.read(CHUNK_BYTES):
                    digest.update(piece)
                    size += len(piece)
                    self._files.write(descriptor, piece)
                self._files.protect(descriptor)
                self._files.sync(descriptor)
            finally:
                self._files.close(descriptor)
        if digest.hexdigest() != sha256:
            draft.unlink()
            raise ObjectDamagedError(sha256)
        self._files.replace(draft, place)
        self._files.sync_folder(place.parent)
        return BlobRef(sha256, size), True

    def _copy(self, source: Path, target: Path) -> None:
        with store_errors(source.name):
            content = source.read_bytes()
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private_file(self._files, target, content)


def _files_below(folder: Path) -> Iterator[Path]:
    """Finished files; drafts of others are on their way."""
    if folder.is_dir():
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.suffix != ".part":
                yield path


def _journal_of(database: Path) -> JournalCheck:
    with closing(sqlite3.connect(database)) as connection:
        last = connection.execute("SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1").fetchone()
    return JournalCheck(int(last[0]), str(last[1])) if last else JournalCheck(0, GENESIS)
