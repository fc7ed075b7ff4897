"""Backup and restore: made beside a working store, attacked, interrupted, compared with the source."""

from __future__ import annotations

import contextlib
import errno
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dossier.errors import (
    JournalBrokenError,
    MotlanError,
    StoreError,
    StoreFullError,
    TimestampUnavailableError,
)
from dossier.events import EventKind
from dossier.keeping_errors import BackupError, RestoreTargetError
from storage.backup import BackupPlan, make_backup
from storage.backup_manifest import complete_backups
from storage.filesystem import SystemFiles
from storage.restore import KeysFrom, RestoreTarget, check_backup, restore_backup
from tests.storage.builders import batch, document, event, item, party
from tests.wiring.test_sealing import Days, act, attack, services_on
from wiring.backups import back_up, check, choose, compare, restore, settings_in
from wiring.sealing import prove, seal
from wiring.services import Services
from wiring.settings import Settings

PASSPHRASE = "mật khẩu MẪU"  # noqa: S105  invented
KEYS = KeysFrom(passphrase=PASSPHRASE)
WRONG = "khác"
OBJECTS = 4


def fill(services: Services, folder: Path) -> None:
    """A batch, a paper with an owner, some objects, a sealed head."""
    records = services.store.records
    records.save_batch(batch(), [item()])
    owned = document()
    saved = records.save_document(owned, events=[event()])
    records.save_document(
        saved.next_version(parties=(party("Nguyễn Thị Mẫu", number="001185000017"),)), events=[event()]
    )
    with services.writing():
        for number in range(OBJECTS):
            path = folder / f"{number}.bin"
            path.write_bytes(bytes([number]) * (1000 + number))
            services.store.blobs.put(path)
        seal(services)
    (services.settings.data / "rulebook").mkdir(exist_ok=True)
    (services.settings.data / "rulebook" / "office.toml").write_text("# MẪU\n", encoding="utf-8")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    with services_on(folder / "data", Days()) as services:
        services.create()
        fill(services, folder)
    return folder / "data"


@pytest.fixture
def services(filled: Path, tmp_path: Path) -> Iterator[Services]:
    data = Path(shutil.copytree(filled, tmp_path / "data"))
    clock = Days()
    clock.now += timedelta(hours=1)
    with services_on(data, clock) as opened:
        yield opened


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def test_a_restore_into_an_empty_place_equals_its_source(
    services: Services, target: Path, tmp_path: Path
) -> None:
    made = back_up(services, target, passphrase=PASSPHRASE)
    into = tmp_path / "again"
    manifest, by = restore(services, choose(target), there(services, into), keys=KEYS)
    assert (manifest, by) == (made.manifest, "installation")
    compared = compare(services, made.folder, into)
    assert compared.equal
    assert sum(table.same for table in compared.tables) > 10
    with services_on(into, Days()) as restored:
        assert set(restored.store.blobs) == set(services.store.blobs)
        assert all(restored.store.blobs.check(sha256).size for sha256 in restored.store.blobs)
        assert restored.store.records.namespace == services.store.records.namespace
        assert restored.store.records.owner_ref("001185000017") == services.store.records.owner_ref(
            "001185000017"
        )
        (paper,) = restored.store.records.documents_of_owner("001185000017")
        assert paper == services.store.records.document(paper.id)
        assert prove(restored).sealed == 1
    for name in ("store.key", "rulebook/office.toml", "demo-pki/organisation.key"):
        assert (into / name).read_bytes() == (services.settings.data / name).read_bytes()
        assert (into / name).stat().st_mode & 0o077 == 0


def test_a_restored_store_is_written_to_like_any_other(
    services: Services, target: Path, tmp_path: Path
) -> None:
    back_up(services, target, passphrase=PASSPHRASE)
    restore(services, choose(target), there(services, tmp_path / "again"), keys=KEYS)
    with services_on(tmp_path / "again", Days()) as restored, restored.writing():
        act(restored, 1)
        assert seal(restored) is not None
        assert prove(restored).sealed == 2


def test_the_next_backup_copies_only_what_is_new(services: Services, target: Path, tmp_path: Path) -> None:
    first = back_up(services, target)
    assert first.copied == first.manifest.objects == OBJECTS + 2
    (tmp_path / "new.bin").write_bytes(b"new")
    with services.writing():
        services.store.blobs.put(tmp_path / "new.bin")
    second = back_up(services, target)
    assert (second.copied, second.manifest.objects) == (1, OBJECTS + 3)
    assert [path.name for path in complete_backups(target)] == [first.folder.name, second.folder.name]
    for folder in (first.folder, second.folder):
        assert check(services, folder)[0].manifest.objects == check_backup(folder).objects


def test_a_backup_and_its_restore_are_told_in_the_journal(services: Services, target: Path) -> None:
    made = back_up(services, target)
    (told,) = services.store.records.journal_of(EventKind.STORE_BACKED_UP)
    assert told.event.details["manifest"] == made.manifest.sha256


def test_a_backup_holds_no_key_unless_asked_and_then_none_in_clear(services: Services, target: Path) -> None:
    key = (services.settings.data / "store.key").read_bytes().strip()
    private = (services.settings.data / "demo-pki" / "organisation.key").read_bytes()
    without = back_up(services, target)
    assert not (without.folder / "keys.sealed").exists()
    back_up(services, target, passphrase=PASSPHRASE)
    for path in target.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert key not in content
            assert bytes.fromhex(key.decode()) not in content
            assert private not in content


@pytest.mark.parametrize("keys", [KeysFrom(passphrase=WRONG), KeysFrom()])
def test_without_the_passphrase_nothing_becomes_a_store(
    services: Services, target: Path, tmp_path: Path, keys: KeysFrom
) -> None:
    back_up(services, target, passphrase=PASSPHRASE)
    into = tmp_path / "again"
    with pytest.raises(BackupError):
        restore(services, choose(target), there(services, into), keys=keys)
    assert not (into / "motlan-store.json").exists()
    restore(services, choose(target), there(services, into), keys=KEYS)
    assert compare(services, choose(target), into).equal


def test_the_secret_of_the_store_may_come_from_elsewhere(
    services: Services, target: Path, tmp_path: Path
) -> None:
    back_up(services, target)
    kept = (services.settings.data / "store.key").read_bytes()
    restore(services, choose(target), there(services, tmp_path / "again"), keys=KeysFrom(store_key=kept))
    assert compare(services, choose(target), tmp_path / "again").equal


def test_a_folder_that_is_not_empty_is_left_alone(services: Services, target: Path, tmp_path: Path) -> None:
    back_up(services, target, passphrase=PASSPHRASE)
    into = tmp_path / "taken"
    into.mkdir()
    (into / "letter.txt").write_text("MẪU", encoding="utf-8")
    with pytest.raises(RestoreTargetError):
        restore(services, choose(target), there(services, into), keys=KEYS)
    with pytest.raises(RestoreTargetError):
        restore(services, choose(target), there(services, services.settings.data), keys=KEYS)
    assert [path.name for path in into.iterdir()] == ["letter.txt"]


def test_the_folder_of_sockets_that_an_image_brings_does_not_make_a_folder_taken(
    services: Services, target: Path, tmp_path: Path
) -> None:
    back_up(services, target, passphrase=PASSPHRASE)
    (tmp_path / "container" / "run").mkdir(parents=True)
    restore(services, choose(target), there(services, tmp_path / "container"), keys=KEYS)
    assert compare(services, choose(target), tmp_path / "container").equal


def there(services: Services, into: Path) -> Settings:
    return settings_in(services.settings, into, desk=False)


def some_object(target: Path) -> Path:
    return min(path for path in (target / "objects").rglob("*") if path.is_file())


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)


@pytest.mark.parametrize(
    "part", ["object", "store.sqlite3", "objects.txt", "manifest.json", "manifest.p7s", "files/journal.head"]
)
@pytest.mark.parametrize("harm", ["flipped", "removed"])
def test_every_altered_or_missing_part_is_found_and_not_restored(
    services: Services, target: Path, tmp_path: Path, part: str, harm: str
) -> None:
    made = back_up(services, target, passphrase=PASSPHRASE)
    path = some_object(target) if part == "object" else made.folder / part
    if harm == "flipped":
        flip(path)
    else:
        path.unlink()
    with pytest.raises(BackupError):
        check(services, made.folder)
    with pytest.raises(BackupError):
        restore(services, made.folder, there(services, tmp_path / "again"), keys=KEYS)
    assert not (tmp_path / "again" / "motlan-store.json").exists()


def test_a_manifest_signed_by_nobody_trusted_is_refused(
    services: Services, target: Path, tmp_path: Path
) -> None:
    made = back_up(services, target)
    stranger = tmp_path / "stranger"
    with services_on(stranger, Days()) as other:
        other.create()
        with pytest.raises(BackupError, match="NO_CERTIFICATE_CHAIN_FOUND"):
            check(other, made.folder)
    with services_on(tmp_path / "nothing", Days()) as fresh:
        assert check(fresh, made.folder)[1] == "backup"


def test_a_damaged_store_is_never_called_a_backup(services: Services, target: Path) -> None:
    sha256 = next(iter(services.store.blobs))
    flip(services.settings.data / "objects" / sha256[:2] / sha256[2:4] / sha256)
    with pytest.raises(StoreError):
        back_up(services, target)
    assert complete_backups(target) == []


def test_a_journal_that_was_attacked_is_found_in_its_backup(services: Services, target: Path) -> None:
    attack(
        services.settings.data, "UPDATE journal SET event = replace(event, 'quay-1', 'q') WHERE number = 3"
    )
    made = back_up(services, target)
    with pytest.raises(JournalBrokenError):
        check(services, made.folder)


def test_records_that_were_lost_or_rewritten_since_are_found_by_comparing(
    services: Services, target: Path
) -> None:
    made = back_up(services, target)
    act(services, 2)
    grown = compare(services, made.folder, services.settings.data)
    assert grown.kept
    assert not grown.equal
    attack(
        services.settings.data,
        "DROP TRIGGER document_versions_refuses_update",
        "UPDATE document_versions SET body = zeroblob(5) WHERE version = 2",
    )
    rewritten = compare(services, made.folder, services.settings.data)
    assert not rewritten.kept
    (table,) = [one for one in rewritten.tables if one.table == "document_versions"]
    assert (table.same, table.changed, table.missing) == (1, 1, 0)


def test_an_object_that_was_lost_since_is_found_by_comparing(services: Services, target: Path) -> None:
    made = back_up(services, target)
    sha256 = next(iter(services.store.blobs))
    (services.settings.data / "objects" / sha256[:2] / sha256[2:4] / sha256).unlink()
    assert compare(services, made.folder, services.settings.data).missing_objects == 1


def test_entries_written_while_a_backup_runs_do_not_break_it(services: Services, target: Path) -> None:
    """Somebody works on after the records were copied: more entries, another sealed head, more objects."""

    def work_on(count: int) -> None:
        if count == 1:
            act(services, 3)
            with services.writing():
                seal(services)

    made = back_up(services, target, passphrase=PASSPHRASE, told=work_on)
    found, _ = check(services, made.folder)
    assert found.journal.entries == made.manifest.journal.entries
    assert services.store.records.check_journal().entries > found.journal.entries


class FailingFiles(SystemFiles):
    """Fails at the n-th call that changes something, as a full disk or a pulled cable would."""

    def __init__(self, at: int) -> None:
        self.left = at

    def _step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise OSError(errno.ENOSPC, "no space left")

    def create(self, path: Path) -> int:
        self._step()
        return super().create(path)

    def write(self, descriptor: int, data: bytes | memoryview) -> None:
        self._step()
        super().write(descriptor, data)

    def replace(self, source: Path, target: Path) -> None:
        self._step()
        super().replace(source, target)

    def publish(self, source: Path, target: Path) -> None:
        self._step()
        super().publish(source, target)


def plan_of(services: Services, target: Path) -> BackupPlan:
    return BackupPlan(
        data=services.settings.data,
        database=services.store.records.upkeep.database,
        blobs=services.store.blobs,
        target=target,
        at=services.clock(),
        sign=lambda content: services.detached_signer.sign(content, item="manifest.json"),
        passphrase=PASSPHRASE,
    )


def test_a_backup_interrupted_at_any_point_is_none_and_the_next_one_is_whole(
    services: Services, target: Path
) -> None:
    failures, step = 0, 5
    while not complete_backups(target):
        with contextlib.suppress(StoreFullError):
            make_backup(plan_of(services, target), files=FailingFiles(step))
            break
        assert complete_backups(target) == []
        failures, step = failures + 1, step + 5
    assert failures > 4
    (folder,) = complete_backups(target)
    assert check(services, folder)[0].objects == OBJECTS + 2
    assert not list(target.glob("*.part"))


def test_a_restore_interrupted_at_any_point_goes_on_and_ends_equal(
    services: Services, target: Path, tmp_path: Path
) -> None:
    back_up(services, target, passphrase=PASSPHRASE)
    into, failures = tmp_path / "again", 0
    for at in range(1, 300, 5):
        try:
            restore_backup(choose(target), RestoreTarget(into), keys=KEYS, files=FailingFiles(at))
        except MotlanError:
            failures += 1
            assert not (into / "motlan-store.json").exists()
            continue
        break
    assert failures > 5
    assert compare(services, choose(target), into).equal
    assert not (into / "restore.json").exists()


def test_a_backup_that_cannot_be_signed_is_none_and_loses_no_copied_object(
    services: Services, target: Path
) -> None:
    def refuse(_: bytes) -> bytes:
        raise TimestampUnavailableError("manifest.json")

    plan = plan_of(services, target)
    with pytest.raises(TimestampUnavailableError):
        make_backup(replace(plan, sign=refuse, passphrase=None))
    assert complete_backups(target) == []
    assert back_up(services, target).copied == 0


def test_a_backup_inside_the_data_folder_is_refused(services: Services) -> None:
    with pytest.raises(MotlanError):
        back_up(services, services.settings.data / "backups")
