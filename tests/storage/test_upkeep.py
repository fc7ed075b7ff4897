"""Fixity, census and repair over two folders: what is found, recorded, mended and left alone."""

from __future__ import annotations

import gc
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from dossier.events import EventKind
from dossier.ids import Sha256
from dossier.ports import BlobRef, LockingBlobs
from storage.copies import Copier
from storage.database import Database
from storage.fixity import Extent, Fixity
from storage.heads import MemoryHead
from storage.pace import Pace
from storage.places import Listed, Place, Tending
from storage.records import SqlRecords
from storage.repair import Repair, RepairOrder, RepairReport
from storage.schema import steps
from storage.sqlite import make_private_file
from storage.upkeep import Upkeep
from tests.storage.builders import KEY, NAMESPACE, batch, item
from tests.storage.copies import START, Hands, folder_at, object_in, records_in_memory, sha256_of, spoil

ALL = Extent()


class House:
    """A store over two folders, with papers that records name."""

    def __init__(self, folder: Path, *, papers: int = 3) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.clock = Hands()
        self.records = records_in_memory()
        self.upkeep: Upkeep = self.records.upkeep
        self.first = folder_at(folder / "first")
        self.second = folder_at(folder / "second")
        self.papers = [self.take_in(number) for number in range(papers)]

    @property
    def places(self) -> tuple[Place, Place]:
        return self.first, self.second

    def take_in(self, number: int) -> Sha256:
        content = b"paper %d" % number
        source = self.folder / "scan"
        source.write_bytes(content)
        sha256 = self.first.blobs.put(source).sha256
        self.records.save_batch(
            batch(), [replace(item(f"paper {number}", order=number + 1), sha256=sha256, size=len(content))]
        )
        return sha256

    def copy(self) -> None:
        Copier(*self.places, upkeep=self.upkeep, clock=self.clock).run()

    def fixity(self, **changes: object) -> Fixity:
        return Fixity(
            self.places,
            self.upkeep,
            named_elsewhere=lambda _sha256: False,
            clock=self.clock,
            actor="quay-1",
            elapsed=self.clock.elapsed,
            **changes,  # type: ignore[arg-type]  # each test says what it changes
        )

    def repair(self, order: RepairOrder = RepairOrder()) -> RepairReport:  # noqa: B008  a frozen value
        return Repair(
            self.places,
            self.upkeep,
            named_elsewhere=lambda _sha256: False,
            clock=self.clock,
            actor="quay-1",
        ).run(order)

    def at(self, place: str, sha256: Sha256) -> Path:
        return object_in(self.folder / place, sha256)

    def kinds(self) -> Counter[str]:
        return Counter(entry.event.kind.value for entry in self.records.journal())


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path / "house")
    made.copy()
    return made


# --- fixity


def test_everything_is_read_and_recorded_in_both_places(house: House) -> None:
    first, second = house.fixity().run(ALL)
    assert (first.place, first.checked, first.damaged, first.missing, first.orphans) == ("first", 3, 0, 0, 0)
    # The copies were read back when they were made, before this run began.
    assert (second.place, second.checked, second.damaged, second.missing) == ("second", 0, 0, 0)
    house.clock.turn(days=1)
    assert [report.checked for report in house.fixity().run(ALL)] == [3, 3]
    assert dict(house.upkeep.fixity.walk("second")) == dict.fromkeys(house.papers, "ok")
    assert house.kinds() == Counter({"fixity.run": 4})


def test_a_flipped_bit_and_a_lost_file_are_found_and_journalled_with_their_place(house: House) -> None:
    house.clock.turn(days=1)
    spoil(house.at("first", house.papers[0]))
    house.at("second", house.papers[1]).unlink()
    first, second = house.fixity().run(ALL)
    assert (first.damaged, first.missing, second.damaged, second.missing) == (1, 0, 0, 1)
    failed = [entry.event for entry in house.records.journal() if entry.event.kind is EventKind.OBJECT_FAILED]
    assert [(event.subject, dict(event.details), event.at) for event in failed] == [
        (
            house.papers[0],
            {"place": "first", "outcome": "damaged", "algorithm": "SHA-256"},
            house.clock.now,
        ),
        (
            house.papers[1],
            {"place": "second", "outcome": "missing", "algorithm": "SHA-256"},
            house.clock.now,
        ),
    ]


def test_what_was_never_checked_comes_first_and_then_the_oldest(house: House) -> None:
    house.fixity().run(ALL, only="first")
    house.clock.turn(days=1)
    new = house.take_in(9)
    (report,) = house.fixity().run(Extent(share=Fraction(1, 4)), only="first")
    assert report.checked == 1
    assert house.upkeep.fixity.due("first", before=house.clock.now, limit=9) == sorted(house.papers)
    house.clock.turn(days=1)
    house.fixity().run(Extent(share=Fraction(1, 2)), only="first")
    assert house.upkeep.fixity.due("first", before=house.clock.now, limit=9) == [sorted(house.papers)[2], new]


def test_a_share_every_night_checks_everything_within_the_cycle(tmp_path: Path) -> None:
    house = House(tmp_path / "house", papers=10)
    for night in range(1, 6):
        house.clock.turn(days=1)
        (report,) = house.fixity().run(Extent(share=Fraction(1, 5)), only="first")
        assert (report.checked, report.plan.never) == (2, 10 - 2 * night)
        assert (report.plan.cycle_days, report.plan.is_late) == (5, False)
    assert dict(house.upkeep.fixity.walk("first")) == dict.fromkeys(house.papers, "ok")


def test_the_plan_is_late_when_the_pace_or_a_single_object_is_beyond_the_limit(tmp_path: Path) -> None:
    house = House(tmp_path / "house", papers=10)
    (report,) = house.fixity(limit_days=9).run(Extent(share=Fraction(1, 10)), only="first")
    assert (report.plan.cycle_days, report.plan.overdue, report.plan.is_late) == (10, 0, True)
    assert report.plan.ends_at == house.clock.now + timedelta(days=10)
    house.clock.turn(days=11)
    (report,) = house.fixity(limit_days=10).run(Extent(share=Fraction(1, 2)), only="first")
    assert (report.plan.cycle_days, report.plan.overdue, report.plan.is_late) == (2, 5, True)
    assert house.kinds()["fixity.late"] == 2


def test_a_run_ends_when_its_time_is_over_and_the_next_goes_on(tmp_path: Path) -> None:
    house = House(tmp_path / "house", papers=6)
    slow = Pace(1.0, elapsed=house.clock.elapsed, pause=house.clock.pause)
    (report,) = house.fixity(pace=slow).run(Extent(seconds=20), only="first")
    assert 0 < report.checked < 6
    assert report.plan.never == 6 - report.checked
    (rest,) = house.fixity(pace=slow).run(Extent(seconds=60), only="first")
    assert rest.plan.never == 0


def test_reading_is_held_to_the_rate(tmp_path: Path) -> None:
    clock = Hands()
    pace = Pace(1000.0, elapsed=clock.elapsed, pause=clock.pause)
    for _ in range(100):
        pace.pay(500)
    assert clock.elapsed() == pytest.approx(50, abs=1)
    clock.turn(hours=1)
    before = clock.elapsed()
    for _ in range(10):
        pace.pay(500)
    assert clock.elapsed() - before == pytest.approx(5, abs=1)


def test_a_place_that_is_away_is_no_million_lost_objects(house: House) -> None:
    (house.folder / "second").rename(house.folder / "unplugged")
    _, second = house.fixity().run(ALL)
    assert (second.stopped_by, second.missing, second.checked) == ("store.unavailable", 0, 0)
    assert house.kinds()["object.failed"] == 0


def test_objects_that_nothing_names_are_counted_and_left_alone(house: House) -> None:
    source = house.folder / "stray"
    source.write_bytes(b"stray")
    stray = house.first.blobs.put(source).sha256
    (report,) = house.fixity().run(ALL, only="first")
    assert (report.orphans, report.checked) == (1, 3)
    assert house.at("first", stray).exists()


def test_what_waits_for_its_copy_is_not_missing(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    _, second = house.fixity().run(ALL)
    assert (second.missing, second.waiting) == (0, 3)
    # Nobody had queued them: the census does.
    assert house.upkeep.copies.backlog("second").waiting == 3


def test_an_object_that_comes_back_is_checked_anew(house: House) -> None:
    path = house.at("first", house.papers[0])
    hidden = house.folder / "hidden"
    path.rename(hidden)
    house.fixity().run(ALL)
    hidden.rename(path)
    house.clock.turn(days=1)
    house.fixity().run(ALL)
    assert dict(house.upkeep.fixity.walk("first")) == dict.fromkeys(house.papers, "ok")


# --- repair


def flip(house: House, place: str, sha256: Sha256) -> None:
    spoil(house.at(place, sha256))


def lose(house: House, place: str, sha256: Sha256) -> None:
    house.at(place, sha256).unlink()


@pytest.mark.parametrize("harm", [flip, lose])
@pytest.mark.parametrize("place", ["first", "second"])
def test_a_bad_copy_is_replaced_from_the_good_one(
    house: House, place: str, harm: Callable[[House, str, Sha256], None]
) -> None:
    house.clock.turn(days=1)
    harm(house, place, house.papers[0])
    house.fixity().run(ALL)
    report = house.repair()
    assert (report.repaired, report.lost, report.undecided) == (1, [], 0)
    for each in house.places:
        for sha256 in house.papers:
            each.blobs.check(sha256)
    assert list(house.upkeep.fixity.bad()) == []
    repaired = [
        entry.event for entry in house.records.journal() if entry.event.kind is EventKind.OBJECT_REPAIRED
    ]
    assert [(event.subject, event.details["place"]) for event in repaired] == [(house.papers[0], place)]


def test_damaged_bytes_are_kept_aside(house: House) -> None:
    house.clock.turn(days=1)
    bad = spoil(house.at("first", house.papers[0]))
    house.fixity().run(ALL)
    house.repair()
    assert (house.folder / "first" / "damaged" / f"{house.papers[0]}-1").read_bytes() == bad


def test_a_dry_run_says_the_same_and_does_nothing(house: House) -> None:
    house.clock.turn(days=1)
    bad = spoil(house.at("first", house.papers[0]))
    house.fixity().run(ALL)
    assert house.repair(RepairOrder(dry_run=True)).repaired == 1
    assert house.at("first", house.papers[0]).read_bytes() == bad
    assert house.kinds()["object.repaired"] == 0


def test_when_both_copies_are_bad_nothing_is_touched_and_it_is_said(house: House) -> None:
    house.clock.turn(days=1)
    bad = [spoil(house.at(place, house.papers[0])) for place in ("first", "second")]
    house.fixity().run(ALL)
    report = house.repair()
    assert (report.repaired, report.lost) == (0, [house.papers[0]])
    assert [house.at(place, house.papers[0]).read_bytes() for place in ("first", "second")] == bad
    assert house.kinds()["object.lost"] == 1


def test_a_copy_that_went_bad_since_the_check_is_no_source(house: House) -> None:
    """The second copy passed its check yesterday; what counts is what is read in this very run."""
    house.clock.turn(days=1)
    house.fixity().run(ALL)
    house.at("first", house.papers[0]).unlink()
    house.fixity().run(ALL)
    bad = spoil(house.at("second", house.papers[0]))
    assert house.repair().lost == [house.papers[0]]
    assert house.at("second", house.papers[0]).read_bytes() == bad
    assert not house.at("first", house.papers[0]).exists()


def test_a_place_that_is_away_may_hold_the_good_copy(house: House) -> None:
    house.at("first", house.papers[0]).unlink()
    (house.folder / "second").rename(house.folder / "unplugged")
    report = house.repair()
    assert (report.repaired, report.lost, report.undecided) == (0, [], 1)
    assert report.stopped == {"second": "store.unavailable"}
    (house.folder / "unplugged").rename(house.folder / "second")
    assert house.repair().repaired == 1


def test_repair_finds_what_is_missing_without_a_fixity_run_before(house: House) -> None:
    house.at("first", house.papers[0]).unlink()
    assert house.repair().repaired == 1


def test_a_copy_that_waited_for_a_bad_first_copy_goes_on_once_it_is_good_again(house: House) -> None:
    sha256 = house.papers[0]
    content = house.at("first", sha256).read_bytes()
    house.upkeep.fixity.forget("second", [sha256])
    house.at("second", sha256).unlink()
    house.upkeep.copies.add("second", [sha256], at=house.clock.now)
    spoil(house.at("first", sha256))
    house.copy()
    assert house.upkeep.copies.backlog("second").blocked == 1
    assert house.repair().lost == [sha256]
    house.at("first", sha256).chmod(0o644)
    house.at("first", sha256).write_bytes(content)
    assert house.repair().lost == []
    house.copy()
    house.second.blobs.check(sha256)


def test_leftovers_of_killed_writers_go_and_orphans_only_when_asked_and_old(house: House) -> None:
    (house.folder / "second" / "incoming" / "1-1").write_bytes(b"half")
    source = house.folder / "stray"
    source.write_bytes(b"stray")
    stray = house.first.blobs.put(source).sha256
    house.clock.now = house.clock.now.replace(year=2036)
    report = house.repair()
    assert (report.leftovers, report.orphans, report.orphans_removed) == (1, 1, 0)
    assert list((house.folder / "second" / "incoming").iterdir()) == []
    assert house.at("first", stray).exists()
    report = house.repair(RepairOrder(orphans=True, grace=timedelta(days=36500)))
    assert report.orphans_removed == 0
    report = house.repair(RepairOrder(orphans=True))
    assert (report.orphans, report.orphans_removed) == (1, 1)
    assert not house.at("first", stray).exists()
    assert house.kinds()["orphan.removed"] == 1


def test_what_quarantine_names_is_no_orphan(house: House) -> None:
    source = house.folder / "refused"
    source.write_bytes(b"refused")
    refused = house.first.blobs.put(source).sha256
    house.clock.now = house.clock.now.replace(year=2036)
    report = Repair(
        house.places,
        house.upkeep,
        named_elsewhere=lambda sha256: sha256 == refused,
        clock=house.clock,
        actor="quay-1",
    ).run(RepairOrder(orphans=True))
    assert report.orphans == 0
    assert house.at("first", refused).exists()


# --- laws


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    harms=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(["first", "second"]), st.sampled_from([flip, lose])),
        unique_by=lambda harm: harm[:2],
        max_size=8,
    )
)
def test_whatever_was_harmed_repair_gives_back_all_that_one_good_copy_is_left_of(
    tmp_path_factory: pytest.TempPathFactory,
    harms: list[tuple[int, str, Callable[[House, str, Sha256], None]]],
) -> None:
    house = House(tmp_path_factory.mktemp("law") / "house", papers=4)
    house.copy()
    house.clock.turn(days=1)
    for number, place, harm in harms:
        harm(house, place, house.papers[number])
    harmed = Counter(number for number, _, _ in harms)
    house.fixity().run(ALL)
    report = house.repair()
    lost = {house.papers[number] for number, times in harmed.items() if times == 2}
    assert set(report.lost) == lost
    assert report.repaired == sum(1 for times in harmed.values() if times == 1)
    for each in house.places:
        for sha256 in set(house.papers) - lost:
            assert each.blobs.check(sha256).sha256 == sha256
    assert house.repair().repaired == 0


# --- size


class ManyObjects:
    """A place of invented objects that costs no memory: blobs and tending in one."""

    def __init__(self, hashes: Sequence[Sha256]) -> None:
        self.hashes = hashes

    def need_reachable(self) -> None:
        """It is always there."""

    def walk(self, *, after: str = "") -> Iterator[Listed]:
        for sha256 in self.hashes:
            if sha256 > after:
                yield Listed(sha256=sha256, size=1, stored_at=START)

    def check(self, sha256: Sha256) -> BlobRef:
        return BlobRef(sha256, 1)


@contextmanager
def collecting_as_in_a_command() -> Iterator[None]:
    """Cycles are looked for as often as the interpreter does by itself: tests do so less often."""
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def peak_of_a_run(folder: Path, count: int) -> int:
    """Bytes of Python objects at the worst moment of a run over so many objects."""
    folder.mkdir()
    make_private_file(folder / "store.sqlite3")
    database = Database.on_disk(folder / "store.sqlite3")
    database.upgrade()
    records = SqlRecords(database, heads=MemoryHead(), namespace=NAMESPACE, key=KEY, result_type_code=str)
    hashes = sorted(sha256_of(b"%d" % number) for number in range(count))
    with database.writing() as connection:
        connection.execute(
            insert(steps), [{"key": f"{number}", "sha256": sha256} for number, sha256 in enumerate(hashes)]
        )
    many = ManyObjects(hashes)
    place = Place(
        name="kho",
        blobs=cast("LockingBlobs", many),
        tending=cast("Tending", many),
        prepare=lambda: None,
        prove=lambda: (),
    )
    fixity = Fixity(
        (place,),
        records.upkeep,
        named_elsewhere=lambda _sha256: False,
        clock=lambda: datetime.now(UTC),
        actor="quay-1",
    )
    with collecting_as_in_a_command():
        tracemalloc.start()
        (report,) = fixity.run(ALL)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    records.close()
    assert (report.checked, report.new, report.plan.never) == (count, count, 0)
    return peak


@pytest.mark.slow
def test_memory_does_not_grow_with_the_store(tmp_path: Path) -> None:
    peak_of_a_run(tmp_path / "warm", 100)
    small, large = peak_of_a_run(tmp_path / "small", 1200), peak_of_a_run(tmp_path / "large", 4800)
    assert large < 1.3 * small
