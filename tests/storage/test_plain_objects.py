"""Enciphering what was plain, killed between any two steps: nothing lost, nothing missed, nothing left."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import func, select

from dossier.ids import Sha256
from dossier.ports import BlobRef, BlobStore
from storage.expected import nowhere_else, standing_of, walk_plain, walk_wanted
from storage.fixity import Extent
from storage.object_keys import ObjectKey, ObjectKeys, page
from storage.places import Place, Tending
from storage.plain_objects import Enciphered, PlainObjects
from storage.repair import RepairOrder
from storage.schema import keyless_objects, object_keys
from storage.sealed_blobs import SealedBlobs
from tests.storage.test_upkeep import House

PAPERS = 2
STEPS = 8
"""For each paper: claim, put, settle and remove, each before it and after it."""

CLAIMED, PUT = 1, 3
"""Steps from which on a key and the bytes are there."""

ALL_NOW = RepairOrder(orphans=True, grace=timedelta(), uploads_older=timedelta())


class Killed(BaseException):
    """The process is gone."""


class Steps:
    """Dies before its n-th step; where a step is an action of the store, before it or right after it."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self) -> None:
        if not self.left:
            raise Killed
        self.left -= 1

    def around(self, work: Callable[[], Any]) -> Any:
        self()
        done = work()
        self()
        return done


class Keys(ObjectKeys):
    steps = Steps(-1)

    def claim(self, wanted: ObjectKey) -> ObjectKey:
        return cast("ObjectKey", self.steps.around(lambda: super(Keys, self).claim(wanted)))

    def settle(self, key: ObjectKey) -> bool:
        return bool(self.steps.around(lambda: super(Keys, self).settle(key)))


class Stored:
    def __init__(self, inner: BlobStore, steps: Steps) -> None:
        self._inner, self._steps = inner, steps

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def put(self, source: Path) -> BlobRef:
        return cast("BlobRef", self._steps.around(lambda: self._inner.put(source)))


class Tended:
    def __init__(self, inner: Tending, steps: Steps) -> None:
        self._inner, self._steps = inner, steps

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def remove(self, sha256: Sha256) -> bool:
        return bool(self._steps.around(lambda: self._inner.remove(sha256)))


def blobs_of(house: House, steps: Steps) -> SealedBlobs:
    keys = Keys(house.upkeep.database, clock=house.clock)
    keys.steps = steps
    inner = cast("BlobStore", Stored(house.first.blobs, steps))
    work = house.folder / "work"
    work.mkdir(exist_ok=True)
    return SealedBlobs(inner, keys, work=work, encipher=True)


def encipher(house: House, *, dies_at: int = -1) -> Enciphered:
    """A whole run over the first place, with the second one not there yet."""
    steps, report = Steps(dies_at), Enciphered()
    blobs = blobs_of(house, steps)
    objects = PlainObjects(
        stored=house.first.blobs,
        sealed=blobs,
        upkeep=house.upkeep,
        elsewhere=nowhere_else,
        clock=house.clock,
    )
    objects.encipher(walk_plain(house.upkeep.database), report)
    first: Place = replace(house.first, tending=cast("Tending", Tended(house.first.tending, steps)))
    after = objects.take_away(first, report, grace=timedelta())
    while after:
        after = objects.take_away(first, report, grace=timedelta(), after=after)
    return report


def alarms(house: House) -> list[tuple[int, int, int]]:
    """Damaged, missing and nameless objects of the first place."""
    (report,) = house.fixity().run(Extent(), only="first")
    return [found] if any(found := (report.damaged, report.missing, report.orphans)) else []


def contents(house: House) -> list[bytes]:
    blobs = blobs_of(house, Steps(-1))
    found = []
    for sha256 in house.papers:
        with blobs.open(sha256) as stream:
            found.append(stream.read())
    return found


WHOLE = [b"paper %d" % number for number in range(PAPERS)]


@pytest.mark.parametrize("step", range(STEPS * PAPERS + 1))
def test_a_run_killed_at_any_step_loses_nothing_and_the_next_one_ends_it(tmp_path: Path, step: int) -> None:
    house = House(tmp_path / "house", papers=PAPERS)
    with suppress(Killed):
        encipher(house, dies_at=step)
    assert (contents(house), alarms(house)) == (WHOLE, [])
    house.clock.turn(hours=1)
    report = house.repair(ALL_NOW)
    assert (report.lost, report.orphans_removed, report.repaired) == ([], 0, 0)
    assert (contents(house), alarms(house)) == (WHOLE, [])
    encipher(house)
    assert (contents(house), alarms(house)) == (WHOLE, [])
    assert [path for path in house.folder.rglob("*") if path.is_file() and path.read_bytes() in WHOLE] == [
        house.folder / "scan"
    ]
    kept = {listed.sha256 for listed in house.first.tending.walk()}
    assert (len(kept), set(walk_wanted(house.upkeep.database))) == (PAPERS, kept)


@pytest.mark.parametrize("step", range(6))
def test_a_new_object_killed_at_any_step_leaves_only_what_repair_sweeps(tmp_path: Path, step: int) -> None:
    house = House(tmp_path / "house", papers=0)
    (house.folder / "scan").write_bytes(b"new")
    with suppress(Killed):
        blobs_of(house, Steps(step)).put(house.folder / "scan")
    # Files bear the time of this machine, not of the house.
    house.clock.now = datetime.now(UTC) + timedelta(hours=1)
    report = house.repair(ALL_NOW)
    # The second look finds no bytes any more, so the key of those that were removed goes too.
    keys = report.keys_removed + house.repair(ALL_NOW).keys_removed
    assert (keys, report.orphans_removed) == (int(step >= CLAIMED), int(step >= PUT))
    assert (count(house, object_keys), list(house.first.tending.walk())) == (0, [])


def count(house: House, table: Any) -> int:
    with house.upkeep.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_key_that_somebody_wants_to_put_under_right_now_is_not_swept(tmp_path: Path) -> None:
    house = House(tmp_path / "house", papers=0)
    (house.folder / "scan").write_bytes(b"new")
    with suppress(Killed):
        blobs_of(house, Steps(2)).put(house.folder / "scan")
    assert house.repair(RepairOrder(orphans=True, grace=timedelta())).keys_removed == 0
    house.clock.turn(days=2)
    with suppress(Killed):
        blobs_of(house, Steps(2)).put(house.folder / "scan")
    assert house.repair(RepairOrder(orphans=True, grace=timedelta())).keys_removed == 0
    assert count(house, object_keys) == 1


def test_a_damaged_plain_object_is_left_alone_and_counted(tmp_path: Path) -> None:
    house = House(tmp_path / "house", papers=PAPERS)
    place = house.at("first", house.papers[0])
    place.chmod(0o600)
    place.write_bytes(b"something else")
    report = encipher(house)
    assert (report.enciphered, report.unreadable, report.removed) == (1, 1, 1)
    assert place.read_bytes() == b"something else"


def test_what_hashes_stand_for(tmp_path: Path) -> None:
    house = House(tmp_path / "house", papers=PAPERS)
    plain, changing = house.papers
    with suppress(Killed):
        # Claimed and put, and not settled.
        blobs_of(house, Steps(4))._put_enciphered(house.at("first", changing))
    with house.upkeep.database.reading() as connection:
        ((key, _),) = page(connection, after="")
        strange = Sha256("f" * 64)
        standing = standing_of(connection, [plain, changing, key.stored, strange])
    assert key.pending
    assert standing.wanted == {plain, changing}
    assert standing.beside == {key.stored}
    assert standing.destroyed == frozenset()
    blobs_of(house, Steps(-1)).put(house.at("first", changing))
    with house.upkeep.database.reading() as connection:
        standing = standing_of(connection, [plain, changing, key.stored])
    assert standing.wanted == {plain, key.stored}
    assert standing.beside == {changing}
    assert count(house, keyless_objects) == 0
