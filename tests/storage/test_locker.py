"""Locks that are owed: asked for at the place, entered when it answered, put off when it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dossier.documents import Document, DocumentState
from dossier.errors import StoreUnavailableError
from dossier.ids import Sha256
from dossier.keeping import Act, KeepingAct
from dossier.locking import LockPlan
from dossier.ports import Clock
from dossier.retention import RetentionRule, RetentionVerdict, judge
from storage.lock_needs import PaperSteps
from storage.lock_rows import LockBacklog
from storage.locker import Locker, LockLimits, LockReport, PlaceLocks
from storage.places import Place
from storage.records import SqlRecords
from storage.s3 import Keeping
from storage.s3_client import S3Place
from storage.s3_locks import Lock, lock_of
from storage.s3_place import bucket_place
from tests.storage.builders import batch, document, event, item, record_id
from tests.storage.copies import Hands, folder_at, records_in_memory
from tests.storage.s3_server import Bucket, Refusal, Version, s3_server

YEAR = timedelta(days=365)
NO_STEPS = PaperSteps(of_paper=lambda _paper, _version: [], of_item=lambda _item: [])
DOSSIER = "H26.5.12-261102-0001"


class Archive:
    """A folder and a bucket, papers in both, and whoever prolongs locks."""

    def __init__(self, folder: Path, place: S3Place, bucket: Bucket) -> None:
        self.folder = folder
        self.bucket = bucket
        # Servers know one clock: their own.
        self.clock = Hands()
        self.clock.now = datetime.now(UTC)
        self.records: SqlRecords = records_in_memory()
        self.rules: dict[str, RetentionRule] = {}
        self.far = bucket_of(place, folder / "work", clock=self.clock)
        self.near = folder_at(folder / "near")
        self.papers: list[Document] = []

    def judge(self, type_: str, filed_at: datetime | None) -> RetentionVerdict:
        return judge(self.rules.get(type_), filed_at=filed_at, today=self.clock.now.date())

    def put(self, content: bytes, *places: Place) -> Sha256:
        source = self.folder / "scan"
        source.write_bytes(content)
        kept = [place.blobs.put(source).sha256 for place in places or (self.near, self.far)]
        return kept[0]

    def file(self, name: str, *, type_: str = "health_certificate", copied: bool = True) -> Document:
        places = (self.near, self.far) if copied else (self.near,)
        original = self.put(f"original of {name}".encode(), *places)
        sealed = self.put(f"sealed {name}".encode(), *places)
        self.records.save_batch(batch(), [replace(item(name, order=len(self.papers) + 1), sha256=original)])
        paper = self.records.save_document(
            replace(
                document(name, of=name),
                type=type_,
                dossier=DOSSIER,
                state=DocumentState.FILED,
                filed_at=self.clock.now,
                object_sha256=sealed,
            ),
            events=[replace(event(), at=self.clock.now)],
        )
        self.papers.append(paper)
        return paper

    def hold(self, target: str, act: Act = Act.HOLD_ADDED, *, case: str = "hold", seen: int = 0) -> None:
        one = KeepingAct(
            case=record_id(case), act=act, target=target, at=self.clock.now, actor="quay-1", details={}
        )
        self.records.act(one, seen=seen, events=[])

    def run(self, *, wait: bool = False, plan: LockPlan | None = None) -> LockReport:
        return Locker(
            (self.near, self.far),
            self.records.upkeep,
            judge=self.judge,
            keys=NO_STEPS,
            clock=self.clock,
            plan=plan,
            pause=self.clock.pause,
        ).run(wait=wait)

    def far_side(self, report: LockReport) -> PlaceLocks:
        return next(one for one in report.places if one.place == "xa")

    def locks(self) -> list[Lock | None]:
        return [lock_of(version.headers) for version in self.versions()]

    def versions(self) -> list[Version]:
        return [version for versions in self.bucket.versions.values() for version in versions]

    def left(self) -> list[float]:
        """Years that each lock still runs."""
        found = [lock for lock in self.locks() if lock is not None]
        return [round((lock.until - self.clock.now) / YEAR, 1) for lock in found]


def bucket_of(place: S3Place, work: Path, *, clock: Clock) -> Place:
    work.mkdir()
    keeping = Keeping(mode="COMPLIANCE", until=lambda at: at + timedelta(days=1))
    return bucket_place("xa", place, keeping=keeping, work=work, clock=clock, pause=lambda _seconds: None)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
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
        yield Archive(tmp_path, place, bucket)


def requests_of(archive: Archive, kind: str) -> int:
    return sum(kind in one for one in archive.bucket.requests)


def test_every_object_of_a_filed_paper_is_locked_to_the_end_of_its_term(archive: Archive) -> None:
    archive.rules["health_certificate"] = RetentionRule(article="MẪU", years=10, verified=True)
    archive.file("a")
    report = archive.run()
    end = datetime(archive.clock.now.year + 10, 12, 31, 17, tzinfo=UTC)
    assert archive.locks() == [Lock(mode="COMPLIANCE", until=end)] * 2
    assert report == LockReport(
        papers=1,
        places=(
            PlaceLocks(place="near", can_lock=False),
            PlaceLocks(place="xa", can_lock=True, prolonged=2),
        ),
        backlog=LockBacklog(),
    )


def test_what_is_locked_is_not_asked_for_again(archive: Archive) -> None:
    archive.rules["health_certificate"] = RetentionRule(article="MẪU", years=10, verified=True)
    archive.file("a")
    archive.run()
    archive.bucket.requests.clear()
    archive.clock.turn(days=300)
    assert archive.run().papers == 0
    assert archive.bucket.requests == []


@pytest.mark.parametrize(
    ("rule", "years", "turn"),
    [
        (RetentionRule(article="MẪU", permanent=True), 30.0, 366),
        (RetentionRule(article="MẪU", years=70, verified=True), 30.0, 366),
        (None, 2.0, 366),
    ],
    ids=["permanent", "longer than any lock", "unknown"],
)
def test_what_has_no_end_within_reach_is_prolonged_every_year(
    archive: Archive, rule: RetentionRule | None, years: float, turn: int
) -> None:
    if rule is not None:
        archive.rules["health_certificate"] = rule
    archive.file("a")
    for _ in range(3):
        archive.run()
        assert archive.left() == [years, years]
        archive.bucket.requests.clear()
        archive.clock.turn(days=turn - 30)
        archive.run()
        assert archive.bucket.requests == []
        archive.clock.turn(days=30)


def test_a_longer_term_prolongs_and_a_shorter_one_does_not_shorten(archive: Archive) -> None:
    archive.rules["health_certificate"] = RetentionRule(article="MẪU", years=10, verified=True)
    archive.rules["decision"] = RetentionRule(article="MẪU", years=20, verified=True)
    paper = archive.file("a")
    archive.run()
    before = archive.locks()
    longer = archive.records.save_document(paper.next_version(type="decision"), events=[event()])
    assert archive.far_side(archive.run()).prolonged == 2
    after = archive.locks()
    assert [lock.until.year for lock in after if lock] == [archive.clock.now.year + 20] * 2
    archive.records.save_document(longer.next_version(type="health_certificate"), events=[event()])
    assert archive.far_side(archive.run()).prolonged == 0
    assert archive.locks() == after != before


def test_a_hold_is_set_and_is_lifted_when_no_paper_needs_it_any_more(archive: Archive) -> None:
    paper = archive.file("a")
    archive.run()
    archive.hold(paper.id, case="one")
    archive.hold(DOSSIER, case="two")
    assert archive.far_side(archive.run()).held == 2
    assert [lock and lock.hold for lock in archive.locks()] == [True, True]
    archive.hold(paper.id, Act.HOLD_LIFTED, case="one", seen=1)
    assert archive.far_side(archive.run()).lifted == 0
    archive.hold(DOSSIER, Act.HOLD_LIFTED, case="two", seen=1)
    report = archive.far_side(archive.run())
    assert (report.held, report.lifted, report.prolonged) == (0, 2, 0)
    assert [lock and lock.hold for lock in archive.locks()] == [False, False]


def test_a_place_that_is_away_is_asked_later_and_nothing_is_forgotten(archive: Archive) -> None:
    archive.file("a")

    def away(_method: str, _path: str) -> None:
        raise Refusal(503, "SlowDown")

    archive.bucket.trouble = away
    report = archive.run()
    assert (report.stopped_by, archive.far_side(report).failed) == (StoreUnavailableError.code, 2)
    assert (report.backlog.objects, report.backlog.oldest) == (2, archive.clock.now)
    assert archive.run().stopped_by == ""
    assert len(archive.bucket.requests) - len(archive.versions()) * 3 == 2

    def back(seconds: float) -> None:
        archive.clock.turn(seconds=seconds)
        archive.bucket.trouble = lambda _method, _path: None

    archive.clock.pause = back  # type: ignore[method-assign]  # a clock of this test
    report = archive.run(wait=True)
    assert report.backlog == LockBacklog()
    assert archive.far_side(report).prolonged == 2


def test_a_run_that_is_killed_after_the_place_answered_asks_once_more_and_changes_nothing(
    archive: Archive,
) -> None:
    archive.file("a")

    class Killed(BaseException):
        pass

    rows = archive.records.upkeep.locks
    settle = rows.settle

    def die(*_: object, **__: object) -> None:
        raise Killed

    rows.settle = die  # type: ignore[method-assign]  # the process ends between answer and entry
    with pytest.raises(Killed):
        archive.run()
    rows.settle = settle  # type: ignore[method-assign]
    before = archive.locks()
    archive.bucket.requests.clear()
    assert archive.run().backlog == LockBacklog()
    assert requests_of(archive, "retention") == 0
    assert archive.locks() == before


def test_what_is_not_copied_yet_is_locked_once_it_is(archive: Archive) -> None:
    paper = archive.file("a", copied=False)
    queue = archive.records.upkeep.copies
    original = archive.records.item(paper.item).sha256
    assert paper.object_sha256 is not None
    queue.add("xa", [original, paper.object_sha256], at=archive.clock.now)
    report = archive.run()
    assert (archive.far_side(report).failed, report.backlog.objects) == (0, 2)
    assert archive.bucket.requests == []
    for content in (b"original of a", b"sealed a"):
        queue.done("xa", archive.put(content, archive.far), at=archive.clock.now)
    archive.clock.turn(hours=1)
    assert archive.far_side(archive.run()).prolonged == 2


def test_an_object_that_is_missing_holds_up_no_other(archive: Archive) -> None:
    archive.file("a", copied=False)
    archive.file("b")
    report = archive.run()
    far = archive.far_side(report)
    assert (far.prolonged, far.failed, far.stopped_by) == (2, 2, "")
    assert report.backlog.objects == 2


def test_a_server_that_refuses_distant_ends_gets_nearer_ones_that_are_prolonged(archive: Archive) -> None:
    archive.bucket.longest = 9 * YEAR
    archive.rules["health_certificate"] = RetentionRule(article="MẪU", years=20, verified=True)
    for name in "abc":
        archive.file(name)
    report = archive.run()
    assert report.backlog == LockBacklog()
    assert set(archive.left()) == {7.5}
    # 30 and 15 years were refused; what follows begins with what was taken.
    assert requests_of(archive, "retention") <= 6 + 2 * 6
    archive.clock.turn(days=370)
    assert archive.far_side(archive.run()).prolonged == 6


def test_a_server_that_takes_locks_and_keeps_none_ends_the_run(archive: Archive) -> None:
    archive.file("a")
    archive.bucket.keeps_locks = False
    report = archive.run()
    assert report.stopped_by == "store.lock"
    assert report.backlog.objects == 2


def test_a_review_finds_a_lock_that_is_gone(archive: Archive) -> None:
    archive.file("a")
    archive.run()
    for version in archive.versions():
        version.headers.pop("x-amz-object-lock-retain-until-date")
    assert archive.run().papers == 0
    archive.records.upkeep.locks.review_all(at=archive.clock.now)
    far = archive.far_side(archive.run())
    assert (far.prolonged, far.held, far.lifted) == (2, 0, 0)
    assert archive.left() == [2.0, 2.0]


@pytest.mark.parametrize(
    ("backlog", "is_late"),
    [
        (LockBacklog(), False),
        (LockBacklog(papers=6, objects=5), True),
        (LockBacklog(papers=5, objects=5), False),
        (LockBacklog(objects=1, oldest=datetime(2026, 11, 1, 23, tzinfo=UTC)), False),
        (LockBacklog(papers=1, oldest=datetime(2026, 10, 31, tzinfo=UTC)), True),
    ],
)
def test_a_backlog_is_an_alarm_when_it_is_too_large_or_too_old(
    backlog: LockBacklog, *, is_late: bool
) -> None:
    limits = LockLimits(count=10, age=timedelta(days=1))
    assert limits.are_passed(backlog, at=datetime(2026, 11, 2, tzinfo=UTC)) is is_late


def test_papers_of_one_file_lock_it_for_the_longest_term(archive: Archive) -> None:
    archive.rules["health_certificate"] = RetentionRule(article="MẪU", years=5, verified=True)
    archive.rules["decision"] = RetentionRule(article="MẪU", years=25, verified=True)
    first = archive.file("a")
    other = replace(first, id=type(first.id)(record_id("other")), type="decision", pages=(2,), result_code="")
    archive.records.save_document(replace(other, object_sha256=None), events=[event()])
    archive.run()
    original, sealed = archive.locks()
    assert original is not None
    assert sealed is not None
    assert original.until.year - archive.clock.now.year == 25
    assert sealed.until.year - archive.clock.now.year == 5
    assert date(original.until.year, 12, 31) == original.until.date()
