"""From the filing of a paper to the lock of its objects, by the rulebook and the holds of an installation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dossier.documents import Document, DocumentState
from dossier.errors import StoreBusyError, StoreFrozenError
from dossier.events import EventKind
from dossier.ids import Sha256
from dossier.ports import Clock
from flows.copies import captured_key
from flows.disposal import add_hold, lift_hold
from flows.locks import locks_are_late, prolong_locks
from flows.upkeep import make_copies
from storage.locker import LockLimits, LockReport
from storage.places import Place
from storage.s3 import Keeping
from storage.s3_client import S3Place
from storage.s3_locks import Lock, lock_of
from storage.s3_place import bucket_place
from tests.storage.builders import batch, document, event, item
from tests.storage.s3_server import Bucket, s3_server
from wiring.services import Services
from wiring.settings import Settings, read_settings

TERMS = """extends = "marriage_certificate"
retention = {{ years = {years}, article = 'MẪU', verified = true }}
"""
DOSSIER = "H26.5.12-261120-0001"


class Office:
    """An installation with a bucket for second copies, and a clock that can be turned."""

    def __init__(self, folder: Path, place: S3Place, bucket: Bucket) -> None:
        self.folder = folder
        self.place = place
        self.bucket = bucket
        self.now = datetime.now(UTC)
        with self.as_("quay-1") as services:
            services.create()
            self.original = self.put(services, "original")
            services.store.records.save_batch(batch(), [replace(item(), sha256=self.original)])

    def clock(self) -> datetime:
        return self.now

    def as_(self, actor: str) -> Services:
        settings = read_settings(
            {
                "MOTLAN_DATA": str(self.folder / "data"),
                "MOTLAN_ACTOR": actor,
                "MOTLAN_LOCK_SECONDS": "0",
                "MOTLAN_RULES": str(self.folder / "rules"),
            }
        )
        return Services(settings, clock=self.clock, second_place=self._bucket)

    def term(self, years: int) -> None:
        papers = self.folder / "rules" / "papers"
        papers.mkdir(parents=True, exist_ok=True)
        (papers / "terms.toml").write_text(TERMS.format(years=years), encoding="utf-8")

    def put(self, services: Services, name: str) -> Sha256:
        path = self.folder / name
        path.write_bytes(f"bytes of {name}".encode())
        with services.writing():
            return services.store.blobs.put(path).sha256

    def file(self, name: str) -> Document:
        """A paper with the officer's copy, and the sealed one that it shows; copied to the bucket."""
        with self.as_("quay-1") as services:
            captured, sealed = (self.put(services, f"{name}-{stage}") for stage in ("captured", "sealed"))
            records = services.store.records
            first = replace(document(name), dossier=DOSSIER, object_sha256=captured)
            records.save_document(first, events=[event()])
            records.save_step(captured_key(first.id), captured)
            filed = first.next_version(state=DocumentState.FILED, filed_at=self.now, object_sha256=sealed)
            saved = records.save_document(filed, events=[event()])
            make_copies(services, wait=False)
        return saved

    def locks(self, *, review: bool = False) -> LockReport:
        with self.as_("he-thong") as services:
            return prolong_locks(services, review=review)

    def kept(self) -> dict[str, Lock | None]:
        """What the bucket keeps, by the bytes."""
        return {
            versions[0].body.decode().removeprefix("bytes of "): lock_of(versions[0].headers)
            for versions in self.bucket.versions.values()
        }

    def years_kept(self) -> dict[str, int]:
        return {
            name: lock.until.year - self.now.year for name, lock in self.kept().items() if lock is not None
        }

    def _bucket(self, _settings: Settings, clock: Clock) -> Place:
        work = self.folder / "s3-work"
        work.mkdir(exist_ok=True)
        keeping = Keeping(mode="COMPLIANCE", until=lambda at: at + timedelta(days=1))
        return bucket_place("xa", self.place, keeping=keeping, work=work, clock=clock)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    bucket = Bucket()
    with s3_server(bucket) as endpoint:
        place = S3Place(
            endpoint=endpoint,
            bucket="luu-tru",
            secure=False,
            access_key=lambda: "someone",
            secret_key=lambda: "a secret",
            timeout_s=5.0,
        )
        yield Office(tmp_path, place, bucket)


def test_a_filed_paper_is_locked_for_its_term_from_the_original_to_the_sealed_copy(office: Office) -> None:
    office.term(10)
    office.file("a")
    report = office.locks()
    assert office.years_kept() == {"original": 10, "a-captured": 10, "a-sealed": 10}
    assert [(one.place, one.can_lock) for one in report.places] == [("kho", False), ("xa", True)]
    assert (report.papers, report.backlog.papers, report.backlog.objects) == (1, 0, 0)


def test_a_term_that_an_office_lengthens_reaches_the_papers_that_are_there(office: Office) -> None:
    office.term(10)
    office.file("a")
    office.locks()
    office.term(15)
    assert office.locks().papers == 1
    assert set(office.years_kept().values()) == {15}
    office.term(5)
    office.locks()
    assert set(office.years_kept().values()) == {15}
    assert office.locks().papers == 0


def test_a_hold_reaches_the_bucket_and_stays_while_another_needs_it(office: Office) -> None:
    office.term(10)
    paper, other = office.file("a"), office.file("b")
    with office.as_("luu-tru") as services:
        first = add_hold(services, paper.id, reason="vụ án mẫu")
        second = add_hold(services, other.id, reason="thanh tra mẫu")
        prolong_locks(services)
        until = services.store.places[1].blobs.locked_until(office.original)
    assert until == datetime.max.replace(tzinfo=UTC)
    assert {name for name, lock in office.kept().items() if lock and lock.hold} == set(office.kept())
    with office.as_("luu-tru") as services:
        lift_hold(services, first.id, reason="đã xong")
        prolong_locks(services)
    held = {name for name, lock in office.kept().items() if lock and lock.hold}
    # Both came in one file.
    assert held == {"original", "b-captured", "b-sealed"}
    with office.as_("luu-tru") as services:
        lift_hold(services, second.id, reason="đã xong")
        prolong_locks(services)
    assert {lock and lock.hold for lock in office.kept().values()} == {False}


def test_a_filing_that_died_before_its_locks_is_caught_up_with(office: Office) -> None:
    """The record is there, nobody ever ran the command: the row in the queue came with the record."""
    office.term(10)
    office.file("a")
    with office.as_("he-thong") as services:
        assert services.store.records.upkeep.locks.backlog(["xa"]).papers == 1
    assert office.locks().papers == 1
    assert set(office.years_kept().values()) == {10}


def test_locks_that_wait_too_long_are_told_in_log_and_journal(office: Office) -> None:
    office.term(10)
    office.file("a")
    office.bucket.keeps_locks = False
    report = office.locks()
    assert report.stopped_by == "store.lock"
    office.now += timedelta(days=2)
    with office.as_("he-thong") as services:
        assert not locks_are_late(services, report, LockLimits(age=timedelta(days=3)))
        assert locks_are_late(services, report, LockLimits())
        (entry,) = services.store.records.journal_of(EventKind.LOCKS_LATE)
        log = (services.settings.data / "logs" / "motlan.jsonl").read_text("utf-8")
    assert entry.event.details == {"papers": 0, "objects": 3, "hours": 48}
    assert json.loads(log.splitlines()[-1])["code"] == "store.lock"


def test_one_at_a_time_and_never_in_a_store_that_is_read_only(office: Office) -> None:
    with office.as_("he-thong") as services, services.locking():
        with pytest.raises(StoreBusyError):
            office.locks()
        frozen = services.store.records.upkeep.frozen
        frozen.freeze(place="xa", reason="delete", event=event(EventKind.STORE_FROZEN))
    with pytest.raises(StoreFrozenError):
        office.locks()
