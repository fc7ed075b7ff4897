"""A store whose bytes are enciphered, through everything that happens to it; and one that becomes so."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select

from dossier.errors import ObjectMissingError, SettingsError, StoreBusyError, StoreUnavailableError
from dossier.events import EventKind
from dossier.ids import Sha256
from dossier.keeping import DisposalState
from dossier.keeping_errors import DisposalError
from dossier.ports import Clock, DisposableBlobs, LockingBlobs
from flows.disposal import approve, disposal, execute, propose, sweep
from flows.enciphering import Kept, encipher_objects, how_kept
from flows.rotation import rotate_keys
from flows.upkeep import check_fixity, make_copies, repair, try_places
from storage.destruction import Destruction
from storage.fixity import Extent
from storage.folder_place import folder_place
from storage.object_keys import reference
from storage.places import Place, Tending
from storage.repair import RepairOrder
from storage.restore import KeysFrom
from storage.schema import object_keys
from storage.vault import vault_of
from tests.flows.test_disposal import LATER, PAPER, Office, content_of, file_paper, one_year, put
from tests.storage.buckets import place_for_test
from tests.storage.builders import batch, item
from tests.storage.copies import bucket_of, object_in, spoil
from wiring.backups import back_up, choose, compare, restore, settings_in
from wiring.services import Services
from wiring.settings import Settings, read_settings

TEXT = b"Nguyen Thi Mau, invented " * 4000
RING = f"2026-11 {'1a' * 32}"
BOTH = f"{RING};2027-01 {'2b' * 32}"
PASSPHRASE = "mật khẩu MẪU"  # noqa: S105  invented
KEYS = KeysFrom(passphrase=PASSPHRASE)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
NEVER = datetime(1, 1, 1, tzinfo=UTC)


class Days:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


class Locks:
    """A second folder that locks what it holds until a day, as a bucket does."""

    def __init__(self, folder: Path) -> None:
        self.until = NEVER
        self._folder = folder

    def place(self, _settings: Settings, clock: Clock) -> Place:
        inner = folder_place("ban-sao", self._folder)
        lock = _Lock(self, clock)
        return replace(
            inner,
            blobs=cast("LockingBlobs", _LockedBlobs(inner.blobs, lock)),
            tending=cast("Tending", _LockedTending(inner.tending, lock)),
        )


class _Lock:
    def __init__(self, locks: Locks, clock: Clock) -> None:
        self._locks, self._clock = locks, clock

    @property
    def is_on(self) -> bool:
        return self._locks.until > self._clock()

    @property
    def until(self) -> datetime:
        return self._locks.until


class _Behind:
    def __init__(self, inner: object, lock: _Lock) -> None:
        self._inner, self._lock = inner, lock

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


class _LockedBlobs(_Behind):
    def locked_until(self, sha256: Sha256) -> datetime | None:
        there = cast("DisposableBlobs", self._inner).contains(sha256)
        return self._lock.until if there and self._lock.is_on else None


class _LockedTending(_Behind):
    def remove(self, sha256: Sha256) -> bool:
        return not self._lock.is_on and cast("Tending", self._inner).remove(sha256)


class Town:
    """One installation with two folders; each call of it may enter with other settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data, self.second = folder / "data", folder / "second"
        self.clock = Days()
        self.locks = Locks(self.second)
        self.second_place: Callable[[Settings, Clock], Place] = self.locks.place

    def services(self, *, encipher: bool = True, ring: str = RING, data: Path | None = None) -> Services:
        environment = {
            "MOTLAN_DATA": str(data or self.data),
            "MOTLAN_LOCK_SECONDS": "0",
            "MOTLAN_ENCRYPTION_KEYS": "env:RING",
            "MOTLAN_ENCRYPT_OBJECTS": str(encipher).lower(),
            "RING": ring,
        }
        return Services(read_settings(environment), clock=self.clock, second_place=self.second_place)

    def take_in(self, services: Services, *contents: bytes) -> list[Sha256]:
        scans = self.folder / "scans"
        scans.mkdir(exist_ok=True)
        for path in scans.iterdir():
            path.unlink()
        for number, content in enumerate(contents):
            (scans / f"trang-{number}.jpg").write_bytes(content)
        with services.writing():
            taken = services.store.inbox.take_in([scans])
            assert taken.batch is not None
            services.store.records.save_batch(taken.batch, taken.items)
        return [one.sha256 for one in taken.items]

    def plain_files(self) -> list[str]:
        """Kept files in which the text of a paper can be read."""
        kept = [*self.data.rglob("*"), *self.second.rglob("*")]
        return sorted(path.name for path in kept if path.is_file() and TEXT[:60] in path.read_bytes())


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def alarms(services: Services) -> list[str]:
    """What upkeep would tell a person; a place that may not be checked yet is none."""
    return [
        f"{report.place}: {report.damaged} damaged, {report.missing} missing, {report.orphans} orphans"
        for report in check_fixity(services, Extent())
        if report.damaged or report.missing or report.orphans or report.stopped_by
    ]


def read(services: Services, hashes: list[Sha256]) -> list[bytes]:
    return [content_of(services, sha256) for sha256 in hashes]


def test_an_enciphered_store_is_copied_checked_mended_backed_up_restored_and_rotated(town: Town) -> None:
    contents = [TEXT, TEXT * 2, b"short"]
    with town.services() as services:
        services.create()
        hashes = town.take_in(services, *contents)
        assert make_copies(services, wait=True).copied == 3
        assert alarms(services) == []
        assert how_kept(services) == Kept(enciphered=3, plain=0, keyless=0)
        assert town.plain_files() == []
        stored = services.store.keys.find(hashes[0])
        assert stored is not None
        spoil(object_in(town.data / "objects", stored.stored))
        assert read(services, hashes) == contents
        assert alarms(services) == ["kho: 1 damaged, 0 missing, 0 orphans"]
        assert repair(services, RepairOrder(orphans=True, grace=timedelta())).repaired == 1
        assert alarms(services) == []
        assert all(
            trial.outcome != "failed"
            for trials in try_places(services).values()
            for trial in trials
            if not isinstance(trial, str)
        )
        made = back_up(services, town.folder / "backups", passphrase=PASSPHRASE)
        restored = town.folder / "again"
        target = settings_in(services.settings, restored, desk=True)
        restore(services, choose(town.folder / "backups"), target, keys=KEYS)
        assert compare(services, made.folder, restored).equal
    with town.services(data=restored, ring=BOTH) as services:
        assert read(services, hashes) == contents
        assert rotate_keys(services, told=lambda _moved: None) > 3
    with town.services(data=restored, ring=BOTH.partition(";")[2]) as services:
        assert [services.store.blobs.check(sha256).sha256 for sha256 in hashes] == hashes
    names = [path.name for path in (town.folder / "backups").rglob("*")]
    assert not set(hashes) & set(names)


def test_plain_objects_are_enciphered_and_go_only_after_their_time_and_nobody_misses_them(town: Town) -> None:
    contents = [TEXT, TEXT * 2]
    with town.services(encipher=False) as services:
        services.create()
        hashes = town.take_in(services, *contents)
        make_copies(services, wait=True)
        with pytest.raises(SettingsError):
            encipher_objects(services, grace=WEEK)
    with town.services() as services:
        assert how_kept(services) == Kept(enciphered=0, plain=2, keyless=0)
        report = encipher_objects(services, grace=WEEK, pause=no_pause)
        assert (report.enciphered, report.removed, report.young) == (2, 0, 4)
        assert how_kept(services) == Kept(enciphered=2, plain=0, keyless=0)
        assert alarms(services) == []
        town.clock.now += WEEK + DAY
        # The second place has no enciphered copies yet, so its plain ones stay.
        report = encipher_objects(services, grace=WEEK, pause=no_pause)
        assert (report.enciphered, report.removed, report.waiting) == (0, 2, 2)
        assert make_copies(services, wait=True).copied == 2
        assert encipher_objects(services, grace=WEEK, pause=no_pause).removed == 2
        assert town.plain_files() == []
        assert read(services, hashes) == contents
        assert alarms(services) == []
        assert repair(services, RepairOrder(orphans=True, grace=timedelta())).orphans == 0
        kinds = [entry.event.kind for entry in services.store.records.journal()]
        assert kinds.count(EventKind.OBJECTS_ENCIPHERED) == 3


def no_pause(_seconds: float) -> None:
    return


def test_plain_bytes_under_a_lock_stay_and_are_told_with_its_end(town: Town) -> None:
    with town.services(encipher=False) as services:
        services.create()
        (sha256,) = town.take_in(services, TEXT)
        make_copies(services, wait=True)
    town.locks.until = datetime(2040, 1, 1, tzinfo=UTC)
    with town.services() as services:
        encipher_objects(services, grace=timedelta(), pause=no_pause)
        make_copies(services, wait=True)
        report = encipher_objects(services, grace=timedelta(), pause=no_pause)
        assert (report.locked, report.locked_until) == (1, town.locks.until)
        assert town.plain_files() == [sha256]
        assert alarms(services) == []
        assert repair(services, RepairOrder(orphans=True, grace=timedelta())).orphans == 0
        assert town.plain_files() == [sha256]


def test_in_a_bucket_with_locks_plain_bytes_stay_and_enciphered_ones_lose_their_key(tmp_path: Path) -> None:
    with place_for_test(tmp_path) as bucket:
        town = Town(tmp_path)
        # Longer than the test may take on a busy machine.
        second = bucket_of(bucket, tmp_path / "s3-work", name="ban-sao", kept_for=timedelta(minutes=10))
        town.second_place = lambda _settings, _clock: second
        with town.services(encipher=False) as services:
            services.create()
            (before,) = town.take_in(services, TEXT)
            make_copies(services, wait=True)
        with town.services() as services:
            (since,) = town.take_in(services, TEXT * 2)
            encipher_objects(services, grace=timedelta(), pause=no_pause)
            make_copies(services, wait=True)
            report = encipher_objects(services, grace=timedelta(), pause=no_pause)
            # The folder let its plain bytes go in the first run; the bucket does not.
            assert (report.removed, report.locked) == (0, 1)
            assert report.locked_until == second.blobs.locked_until(before) is not None
            with services.writing():
                store = services.store
                destruction = Destruction(store.places, store.records.upkeep, clock=services.clock)
                assert destruction.locked_until(before) == report.locked_until
                assert destruction.locked_until(since) is None
                destruction.destroy([since])
            (left,) = destruction.remains([since])
            assert (left.place, left.until) == ("ban-sao", second.blobs.locked_until(left.stored))
            assert destruction.sweep() == (0, 1)
            assert read(services, [before]) == [TEXT]
            assert alarms(services) == []


def test_no_plain_bytes_go_while_a_backup_is_made_of_what_records_name(town: Town) -> None:
    with town.services(encipher=False) as services:
        services.create()
        (sha256,) = town.take_in(services, TEXT)
    with town.services() as services:
        with town.services() as backing_up, backing_up.bytes_stay(), backing_up.bytes_stay():
            with pytest.raises(StoreBusyError):
                encipher_objects(services, grace=timedelta(), pause=no_pause)
            assert how_kept(services).plain == 0
            assert object_in(town.data / "objects", sha256).exists()
        assert encipher_objects(services, grace=timedelta(), pause=no_pause).removed == 1
        assert read(services, [sha256]) == [TEXT]


# --- destruction


class SealedOffice(Office):
    """The office of the disposal tests, its bytes enciphered and copied to a second place that locks."""

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.locks = Locks(data.parent / "second")

    def as_(self, actor: str, **settings: str) -> Services:
        own = {"MOTLAN_DATA": str(self.data), "MOTLAN_ACTOR": actor, "MOTLAN_ENCRYPT_OBJECTS": "true"}
        environment = {**own, **settings}
        return Services(read_settings(environment), clock=self.clock, second_place=self.locks.place)


@pytest.fixture
def office(tmp_path: Path) -> SealedOffice:
    made = SealedOffice(tmp_path / "data")
    with made.as_("quay-1") as services:
        services.create()
        original = put(services, tmp_path, "original")
        services.store.records.save_batch(batch(), [replace(item(), sha256=original)])
        for name in ("paper", "neighbour"):
            file_paper(services, tmp_path, name, of="item")
        make_copies(services, wait=True)
    one_year(made.data)
    made.now = LATER
    made.locks.until = LATER + timedelta(days=400)
    return made


def approved(office: SealedOffice) -> str:
    with office.as_("de-nghi") as one:
        case = propose(one, PAPER, reason="hết thời hạn").id
    for actor in ("duyet-1", "duyet-2"):
        with office.as_(actor) as one:
            approve(one, case)
    return case


def wrapped_of(services: Services, hashes: list[Sha256]) -> list[bytes]:
    """Their wrapped keys, as the database holds them."""
    with services.store.records.upkeep.database.reading() as connection:
        refs = [reference(vault_of(connection), sha256) for sha256 in hashes]
        query = select(object_keys.c.wrapped).where(object_keys.c.ref.in_(refs))
        return [bytes(one) for one in connection.execute(query).scalars()]


def database_files(services: Services) -> bytes:
    return b"".join(path.read_bytes() for path in services.settings.data.glob("store.sqlite3*"))


def test_destroying_takes_the_key_at_once_under_any_lock_and_the_bytes_when_it_ends(
    office: SealedOffice,
) -> None:
    case = approved(office)
    with office.as_("thuc-hien") as services:
        gone = list(services.store.records.objects_of(PAPER))
        stored = {sha256: key.stored for sha256 in gone if (key := services.store.keys.find(sha256))}
        wrapped = wrapped_of(services, gone)
        assert len(stored) == len(wrapped) == len(gone) > 0
        assert all(key in database_files(services) for key in wrapped)
        assert execute(services, case).state is DisposalState.EXECUTED
        for sha256 in gone:
            assert not services.store.blobs.contains(sha256)
            with pytest.raises(ObjectMissingError):
                services.store.blobs.open(sha256)
        # Nobody can read the bytes that the lock keeps: their keys are in no file of the database.
        assert [key for key in wrapped if key in database_files(services)] == []
        left = [object_in(office.data.parent / "second", one) for one in stored.values()]
        assert all(path.exists() for path in left)
        assert not any(object_in(office.data / "objects", one).exists() for one in stored.values())
        certificate = json.loads(content_of(services, Sha256(disposal(services, case).certificate)))
        assert {one["object"]: one["stored"] for one in certificate["keys_destroyed"]} == stored
        assert {(one["stored"], one["place"]) for one in certificate["unreadable_bytes_left"]} == {
            (one, "ban-sao") for one in stored.values()
        }
        assert {one["locked_until"][:10] for one in certificate["unreadable_bytes_left"]} == {"2029-04-05"}
        # Upkeep neither misses the paper nor takes the noise for something that was forgotten.
        assert alarms(services) == []
        assert make_copies(services, wait=True).copied == 2
        report = repair(services, RepairOrder(orphans=True, grace=timedelta()))
        assert (report.orphans, report.remains_locked, report.lost) == (0, len(gone), [])
        assert sweep(services) == (0, len(gone))
        assert how_kept(services).keyless == len(gone)
        office.now = office.locks.until + DAY
        assert sweep(services) == (len(gone), 0)
        assert not any(path.exists() for path in left)
        assert (how_kept(services).keyless, alarms(services)) == (0, [])


def test_nothing_is_called_destroyed_while_a_place_is_not_mounted(office: SealedOffice) -> None:
    case = approved(office)
    second = office.data.parent / "second"
    second.rename(second.with_name("away"))
    second.mkdir()
    with office.as_("thuc-hien") as services:
        with pytest.raises(StoreUnavailableError):
            execute(services, case)
        assert disposal(services, case).state is DisposalState.APPROVED
        with pytest.raises(StoreUnavailableError):
            sweep(services)
    second.rmdir()
    second.with_name("away").rename(second)
    with office.as_("thuc-hien") as services:
        assert execute(services, case).state is DisposalState.EXECUTED


def test_a_hold_of_the_place_itself_wins_over_the_key(office: SealedOffice) -> None:
    case = approved(office)
    office.locks.until = datetime.max.replace(tzinfo=UTC)
    with office.as_("thuc-hien") as services, pytest.raises(DisposalError, match="31/12/9999"):
        execute(services, case)


def test_plain_bytes_that_are_still_locked_are_not_called_destroyed(tmp_path: Path) -> None:
    town = Town(tmp_path)
    with town.services(encipher=False) as services:
        services.create()
        (sha256,) = town.take_in(services, TEXT)
        make_copies(services, wait=True)
    town.locks.until = datetime(2040, 1, 1, tzinfo=UTC)
    with town.services() as services:
        encipher_objects(services, grace=timedelta(), pause=no_pause)
        store = services.store
        destruction = Destruction(store.places, store.records.upkeep, clock=town.clock)
        assert destruction.stored_as([sha256])
        assert destruction.locked_until(sha256) == town.locks.until


def test_a_late_copy_of_a_destroyed_paper_is_swept_and_what_is_filed_anew_stays(
    office: SealedOffice,
) -> None:
    case = approved(office)
    office.locks.until = NEVER
    with office.as_("thuc-hien") as services:
        gone = list(services.store.records.objects_of(PAPER))
        execute(services, case)
        source = office.data.parent / "late"
        source.write_bytes(b"bytes of paper-captured")
        assert services.store.places[1].blobs.put(source).sha256 in gone
        assert alarms(services) == []
        assert repair(services, RepairOrder()).remains_removed == 1
        again = put(services, office.data.parent, "paper-sealed")
        assert again in gone
        services.store.records.save_step("filed/anew", again)
        assert alarms(services) == []
        assert repair(services, RepairOrder(orphans=True, grace=timedelta())).remains_removed == 0
        assert content_of(services, again) == b"bytes of paper-sealed"
