"""A province whose machines, lines, disks, clocks and servers fail: nothing lost, doubled or stuck.

The run itself needs root and minutes, so it is begun by ``FAULT_PROVINCE=300`` (``make faults``); seed and
old release by ``FAULT_PROVINCE_SEED`` and ``FAULT_PROVINCE_UPGRADE=0``. What judges it is tried here always.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dossier.documents import Document, ItemState
from dossier.events import Event, EventKind
from dossier.ports import JournalEntry
from tests.faults.province import hosts, life
from tests.faults.province.faults import ALL, PROGRAMS
from tests.faults.province.release import release_before
from tests.faults.province.run import ROUND, begin, plan
from tests.storage import pg_server
from tests.storage.builders import document, item

FAULTS = int(os.environ.get("FAULT_PROVINCE", "0"))
SEED = int(os.environ.get("FAULT_PROVINCE_SEED", "0"))
UPGRADES = os.environ.get("FAULT_PROVINCE_UPGRADE", "1") == "1"
HOURS = 6 * 3600
DOSSIER = "H26.5.1-261127-0001"


def why_not() -> str:
    """Why no province is built here; empty when one is."""
    if not FAULTS:
        return "FAULT_PROVINCE says how many faults (make faults)"
    return hosts.missing() or pg_server.missing()


@pytest.mark.slow
@pytest.mark.timeout(HOURS)
@pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")
def test_nothing_is_lost_doubled_or_stuck_in_a_province_on_its_worst_days(
    capsys: pytest.CaptureFixture[str],
) -> None:
    seed = SEED or secrets.randbelow(10**6) + 1
    # A short path: sockets have no room for long ones.
    folder = Path(tempfile.mkdtemp(prefix="mau-"))
    folder.chmod(0o755)
    old = release_before(folder / "old") if UPGRADES else None
    with capsys.disabled():
        print(f"\nFAULT_PROVINCE_SEED={seed} FAULT_PROVINCE={FAULTS}")  # noqa: T201 - how to do it again
        report = begin(folder, faults=FAULTS, seed=seed, old=old, seconds=HOURS)
    assert report.verdict == life.Verdict()
    assert sum(report.faults.values()) + sum(report.not_possible.values()) >= FAULTS
    assert report.files > 0
    shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.timeout(HOURS)
@pytest.mark.skipif(bool(why_not()) or not UPGRADES, reason=why_not() or "FAULT_PROVINCE_UPGRADE=0")
def test_a_change_of_release_under_work_is_seen_by_no_client() -> None:
    folder = Path(tempfile.mkdtemp(prefix="mau-"))
    folder.chmod(0o755)
    old = release_before(folder / "old")
    report = begin(folder, faults=0, seed=SEED or 1, old=old, seconds=HOURS)
    assert report.verdict == life.Verdict()
    assert report.faults == {"new-release": len(PROGRAMS)}
    assert list(report.asked) == ["200"]
    assert report.refused == {}
    assert report.files > 0
    shutil.rmtree(folder)


def kept(name: str = "one", *, state: ItemState = ItemState.DONE, pages: tuple[int, ...] = (1,)) -> life.Kept:
    papers: list[Document] = [document(f"{name} {page}", of=name, pages=(page,)) for page in pages]
    return life.Kept(replace(item(name), state=state), DOSSIER, papers)


def told(*kept: life.Kept, besides: tuple[tuple[EventKind, str], ...] = ()) -> list[JournalEntry]:
    steps: list[tuple[EventKind, str]] = [
        (kind, each.item.id) for each in kept for kind in (EventKind.ITEM_RECEIVED, EventKind.ITEM_SPLIT)
    ]
    steps += [
        (kind, paper.id)
        for each in kept
        for paper in each.papers
        for kind in (EventKind.DOCUMENT_CAPTURED, EventKind.DOCUMENT_WAITING)
    ]
    at = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
    events = [
        Event(kind=kind, at=at, actor="quay-mau", subject=subject) for kind, subject in (*steps, *besides)
    ]
    return [JournalEntry(number, event, "", "") for number, event in enumerate(events, start=1)]


def wanted(*kept: life.Kept) -> list[tuple[str, str]]:
    return [(DOSSIER, str(each.item.sha256)) for each in kept]


def test_a_store_that_holds_what_was_acknowledged_is_good() -> None:
    one, other = kept("one"), kept("two", pages=(1, 2))
    verdict = life.of_files(wanted(one, other), [one, other], refused={})
    assert verdict.with_also(life.of_journal(told(one, other), [one, other])) == life.Verdict()


def test_an_acknowledged_file_that_is_not_there_is_lost() -> None:
    one, other = kept("one"), kept("two")
    verdict = life.of_files(wanted(one, other), [one], refused={})
    assert verdict.lost == [f"file {other.item.sha256} of {DOSSIER}"]


def test_a_done_file_without_papers_is_lost_and_one_in_work_is_stuck() -> None:
    empty, waits = kept("one", pages=()), kept("two", state=ItemState.READ)
    verdict = life.of_files(wanted(empty, waits), [empty, waits], refused={})
    assert verdict.lost == [f"papers of file {empty.item.sha256}"]
    assert verdict.stuck == [f"file {waits.item.sha256} is read"]


def test_a_page_of_two_papers_and_a_file_twice_are_doubled() -> None:
    twice = kept("one", pages=(1, 1))
    verdict = life.of_files(wanted(twice), [twice, twice], refused={})
    assert f"page 1 of file {twice.item.sha256}" in verdict.doubled
    assert f"file {twice.item.sha256}" in verdict.doubled


def test_a_file_that_was_refused_for_another_reason_is_strange() -> None:
    bad = life.Kept(replace(item(), state=ItemState.QUARANTINED, error_code="work.parked"), DOSSIER, ())
    sha256 = str(bad.item.sha256)
    assert life.of_files([(DOSSIER, sha256)], [bad], refused={sha256: "work.parked"}).is_good
    assert life.of_files([(DOSSIER, sha256)], [bad], refused={}).strange == [
        f"file {sha256} was refused as work.parked"
    ]


def test_a_step_told_twice_or_never_is_found_in_the_journal() -> None:
    one = kept("one")
    twice = life.of_journal(told(one, besides=((EventKind.DOCUMENT_CAPTURED, one.papers[0].id),)), [one])
    assert twice.doubled == [f"document.captured of {one.papers[0].id}"]
    assert life.of_journal(told(), [one]).lost == [
        f"item.received of {one.item.id}",
        f"item.split of {one.item.id}",
        f"document.captured of {one.papers[0].id}",
        f"where {one.papers[0].id} came to rest",
    ]


def test_objects_are_in_both_places_once_and_as_they_were_put() -> None:
    places = {"a": {"x": ["x"], "y": ["y", "y"], "z": ["z"]}, "b": {"x": ["other"], "y": ["y"]}}
    verdict = life.of_objects({"x", "y", "w"}, places)
    assert verdict.lost == ["object w in a", "object w in b"]
    assert verdict.doubled == ["object y in a"]
    assert verdict.strange == ["object x in b has other bytes"]
    assert life.orphans({"x", "y"}, places) == 1


def test_a_seed_draws_the_same_bad_days_and_another_one_others() -> None:
    def names(seed: int) -> list[tuple[str, str, float]]:
        return [
            (one.fault.name, one.target, one.at) for each in plan(seed, 300, upgrade=False) for one in each
        ]

    assert names(7) == names(7)
    assert names(7) != names(8)
    assert [len(each) for each in plan(7, 50, upgrade=False)] == [ROUND, ROUND, 10]
    drawn = Counter(name for seed in range(5) for name, _, _ in names(seed))
    assert set(drawn) == {fault.name for fault in ALL}


def test_in_an_upgrade_every_program_changes_its_release_once_in_the_first_round() -> None:
    first, *others = plan(7, 60, upgrade=True)
    changed = [one.target for one in first if one.fault.name == "new-release"]
    assert sorted(changed) == ["answer-1", "answer-2", "desk", "keep", "work-1", "work-2"]
    assert [one.at for one in first] == sorted(one.at for one in first)
    assert not [one for each in others for one in each if one.fault.name == "new-release"]
    assert [[one.fault.name for one in each] for each in plan(7, 0, upgrade=True)] == [["new-release"] * 6]
