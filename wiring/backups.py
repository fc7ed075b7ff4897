"""Backups of an installation: made with its key, checked under its roots, restored beside it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dossier.errors import SettingsError, StoreMissingError
from dossier.events import Event, EventKind
from dossier.keeping_errors import BackupError
from dossier.ports import BlobStore
from storage.backup import Backup, BackupPlan, make_backup
from storage.backup_manifest import (
    DATABASE,
    FILES,
    SIGNATURE,
    Manifest,
    complete_backups,
    listed_objects,
    read_manifest,
)
from storage.compare import ONLY_GROW, TableDifference, compare_records
from storage.database import Database
from storage.files import FolderBlobs
from storage.filesystem import SystemFiles
from storage.layout import Layout
from storage.restore import BackupCheck, KeysFrom, RestoreTarget, check_backup, restore_backup
from storage.store_parts import PlaceNeeds
from wiring.places import store_parts

if TYPE_CHECKING:
    from signing.trust import TrustStore
    from wiring.services import Services
    from wiring.settings import Settings

TrustedBy = Literal["installation", "backup"]
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A backup beside a store.

    Attributes:
        tables: how the records differ.
        missing_objects: objects of the backup that the store lacks.
    """

    tables: tuple[TableDifference, ...]
    missing_objects: int

    @property
    def equal(self) -> bool:
        """Every record and object is the same."""
        return not self.missing_objects and all(table.equal for table in self.tables)

    @property
    def kept(self) -> bool:
        """Nothing the backup holds was lost or rewritten; the store may have gone on."""
        grown = [table for table in self.tables if table.table in ONLY_GROW]
        return not self.missing_objects and all(table.kept for table in grown)


def back_up(
    services: Services, target: Path, *, passphrase: str | None = None, told: Told = lambda _: None
) -> Backup:
    """Back the store up into a folder, while others work with it.

    Raises:
        StoreError, SigningError: see ``storage.backup.make_backup``.
    """
    data = services.settings.data.resolve()
    if target.resolve().is_relative_to(data):
        raise SettingsError("backup -o", reason="thư mục sao lưu phải ở ngoài thư mục dữ liệu")
    plan = BackupPlan(
        data=data,
        database=services.store.records.upkeep.database,
        blobs=services.store.stored,
        target=target,
        at=services.clock(),
        sign=lambda content: services.detached_signer.sign(content, item="manifest.json"),
        passphrase=passphrase,
    )
    # Columns of a newer program would be left out without a word.
    plan.database.need_own_revision()
    with services.bytes_stay():
        made = make_backup(plan, told=told)
    _record(services, EventKind.STORE_BACKED_UP, made.manifest)
    return made


def choose(target: Path) -> Path:
    """The backup that a path names: itself, or the newest complete one in it.

    Raises:
        BackupError: there is none.
    """
    if (target / SIGNATURE).is_file():
        return target
    found = complete_backups(target)
    if not found:
        raise BackupError(target.name, reason="không có bản sao lưu hoàn tất nào trong thư mục này")
    return found[-1]


def check(services: Services, backup: Path, *, told: Told = lambda _: None) -> tuple[BackupCheck, TrustedBy]:
    """Check every byte of a backup, its journal and its signature.

    Returns:
        What was found, and whose roots the signature was judged by: the installation's, or, where this
        machine trusts nothing yet, those in the backup itself (they prove only that no accident altered it).

    Raises:
        BackupError, JournalBrokenError: it is not what its manifest says, or is not signed.
    """
    by = _need_signature(services, backup)
    return check_backup(backup, told=told), by


def compare(services: Services, backup: Path, data: Path) -> Comparison:
    """Compare a backup with a store, record by record and object by object.

    Args:
        services: of this installation.
        backup: the folder of one backup.
        data: the installation's own data folder, or that of a desk: file and folder in it.

    Raises:
        StoreMissingError: there is no store.
    """
    if data.resolve() == services.settings.data.resolve():
        store = services.store
        return _compare(backup, store.records.upkeep.database, store.places[0].blobs)
    layout = Layout(data)
    layout.check_complete()
    if not layout.database.is_file():
        raise StoreMissingError(str(data))
    with closing(Database.on_disk(layout.database)) as database:
        return _compare(backup, database, FolderBlobs(layout.objects, read_only=True))


def _compare(backup: Path, database: Database, blobs: BlobStore) -> Comparison:
    missing = sum(not blobs.contains(ref.sha256) for ref in listed_objects(backup))
    first = Database.on_disk(backup / DATABASE, immutable=True)
    with closing(first), first.reading() as one, database.reading() as two:
        return Comparison(tables=compare_records(one, two), missing_objects=missing)


def settings_in(settings: Settings, into: Path, *, desk: bool) -> Settings:
    """Settings of a store that is restored into a folder.

    Args:
        settings: of this installation.
        into: the data folder to be.
        desk: everything goes into that folder, whatever database and places the installation has.
    """
    there = replace(settings, data=into.absolute())
    return replace(there, database=None, first_place=None, second_place=None) if desk else there


def restore(
    services: Services, backup: Path, target: Settings, *, keys: KeysFrom, told: Told = lambda _: None
) -> tuple[Manifest, TrustedBy]:
    """Make a store of a backup; its signature is judged first.

    Args:
        services: of this installation.
        backup: the folder of one backup.
        target: says where to: an empty data folder, with an empty database and a place where it has them.
        keys: where the secrets of the store come from.
        told: hears how many objects are done.

    Raises:
        BackupError, RestoreTargetError, RestoreDatabaseError, StoreError: see
            ``storage.restore.restore_backup``.
    """
    by = _need_signature(services, backup)
    layout = Layout(target.data)
    needs = PlaceNeeds(layout=layout, files=SystemFiles(), clock=services.clock, read_only=False)
    with ExitStack() as stack:
        parts = stack.enter_context(closing(store_parts(target)))
        database = None
        if target.database is not None:
            database = stack.enter_context(closing(parts.database(layout)))
        place = parts.first(needs) if target.first_place else None
        return restore_backup(backup, RestoreTarget(target.data, database, place), keys=keys, told=told), by


def record_restore(restored: Services, manifest: Manifest) -> None:
    """Enter into the restored store's own journal where it comes from."""
    _record(restored, EventKind.STORE_RESTORED, manifest)


def _record(services: Services, kind: EventKind, manifest: Manifest) -> None:
    services.store.records.record(
        Event(
            kind=kind,
            at=services.clock(),
            actor=services.settings.actor,
            details={
                "manifest": manifest.sha256,
                "entries": manifest.journal.entries,
                "objects": manifest.objects,
            },
        )
    )


def _need_signature(services: Services, backup: Path) -> TrustedBy:
    from signing.detached import verify_detached  # noqa: PLC0415  the library takes a second to load

    manifest = read_manifest(backup)
    trust, by = _trust(services, backup)
    verdict = verify_detached(
        manifest.content,
        (backup / SIGNATURE).read_bytes() if (backup / SIGNATURE).is_file() else b"",
        trust=trust,
        made=manifest.at,
        at=services.clock(),
    )
    if verdict.conclusion != "passed":
        raise BackupError(backup.name, reason=f"chữ ký của manifest không hợp lệ ({verdict.sub_indication})")
    return by


def _trust(services: Services, backup: Path) -> tuple[TrustStore, TrustedBy]:
    from signing.trust import TrustStore  # noqa: PLC0415

    if services.trust.roots():
        return services.trust, "installation"
    return TrustStore(backup / FILES / "trust", production=services.settings.production), "backup"
