"""Many threads, few transactions: who returned is on the disk, in order, and a failure hits its own group."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.errors import StoreBusyError
from dossier.events import Event
from storage.bodies import event_to_json
from storage.database import Database
from storage.group_commit import GroupCommit
from storage.heads import MemoryHead
from storage.journal import draft, entry_hash
from storage.records import SqlRecords
from storage.store import Store, open_store
from tests import processes
from tests.storage.builders import ANY_EVENT, KEY, NAMESPACE, event


class Slow:
    """A store whose first transaction waits until it is told to go on."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self.fails: set[int] = set()

    def __call__(self, entries: Sequence[int]) -> None:
        first = not self.begun.is_set()
        self.begun.set()
        if first:
            assert self.go_on.wait(20)
        if self.fails & set(entries):
            raise StoreBusyError("mau")
        self.groups.append(list(entries))


def waiting(commit: GroupCommit[int]) -> int:
    return len(commit._queue)


def put_beside_a_slow_one(
    slow: Slow, commit: GroupCommit[int], *many: Sequence[int]
) -> list[BaseException | None]:
    """One transaction is under way; the others come meanwhile."""
    with ThreadPoolExecutor(len(many) + 1) as pool:
        first = pool.submit(commit.put, [0])
        assert slow.begun.wait(20)
        others = []
        for place, each in enumerate(many, start=1):
            others.append(pool.submit(commit.put, each))
            while waiting(commit) < place:
                threading.Event().wait(0.001)
        slow.go_on.set()
        return [call.exception(20) for call in (first, *others)]


def test_what_comes_while_one_writes_is_written_together_and_in_order() -> None:
    slow = Slow()
    told = put_beside_a_slow_one(slow, GroupCommit(slow), [1, 2], [3], [4, 5])
    assert told == [None] * 4
    assert slow.groups == [[0], [1, 2, 3, 4, 5]]


def test_a_group_is_bounded_but_no_caller_is_torn_apart() -> None:
    slow = Slow()
    put_beside_a_slow_one(slow, GroupCommit(slow, most=3), [1, 2], [3, 4], [5, 6, 7, 8])
    assert slow.groups == [[0], [1, 2], [3, 4], [5, 6, 7, 8]]


def test_a_failing_transaction_fails_those_in_it_and_nobody_else() -> None:
    slow = Slow()
    slow.fails = {2}
    commit = GroupCommit(slow, most=2)
    told = put_beside_a_slow_one(slow, commit, [1], [2], [3])
    assert [type(each) for each in told] == [type(None), StoreBusyError, StoreBusyError, type(None)]
    assert told[1] is not told[2]
    assert slow.groups == [[0], [3]]
    commit.put([9])
    assert slow.groups[-1] == [9]


def test_nothing_is_no_transaction() -> None:
    slow = Slow()
    GroupCommit(slow).put([])
    assert not slow.begun.is_set()


def test_who_is_interrupted_leaves_nobody_waiting() -> None:
    class Interrupted(BaseException):
        pass

    def interrupted(_entries: Sequence[int]) -> None:
        raise Interrupted

    commit = GroupCommit(interrupted)
    with pytest.raises(Interrupted):
        commit.put([1])
    assert waiting(commit) == 0


@given(ANY_EVENT)
def test_a_draft_has_the_hash_of_its_entry(happened: Event) -> None:
    made = draft(happened)
    assert made.hash(7, "0" * 64) == entry_hash(7, "0" * 64, event=event_to_json(happened))


@settings(max_examples=10, deadline=None)
@given(st.lists(st.lists(ANY_EVENT, min_size=1, max_size=3), min_size=2, max_size=6))
def test_however_threads_meet_the_chain_holds_and_each_finds_its_entries_in_order(
    many: list[list[Event]],
) -> None:
    records = SqlRecords(
        Database.in_memory(), heads=MemoryHead(), namespace=NAMESPACE, key=KEY, result_type_code=str
    )
    with ThreadPoolExecutor(len(many)) as pool:
        for call in [pool.submit(records.record, *each) for each in many]:
            call.result(60)
    kept = [entry.event for entry in records.journal()]
    assert records.check_journal().entries == sum(map(len, many)) == len(kept)
    for each in many:
        places = [place for place in range(len(kept)) if kept[place : place + len(each)] == each]
        assert places
    records.close()


def test_an_event_that_cannot_be_written_fails_before_it_joins_the_others(store: Store) -> None:
    before = store.records.check_journal().entries
    timeless = replace(event(), at=event().at.replace(tzinfo=None))
    with pytest.raises(ValueError, match="time zone"):
        store.records.record(event(), timeless)
    assert store.records.check_journal().entries == before


def answer_until_killed(folder: str, told: str) -> None:
    """Four threads record and, once they return, write down what was recorded, until the power goes."""
    names = iter(range(1_000_000))
    turn = threading.Lock()
    with (
        open_store(Path(folder), clock=lambda: event().at, read_only=True) as store,
        Path(told).open("a", encoding="utf-8", buffering=1) as file,
    ):

        def work() -> None:
            while True:
                with turn:
                    name = next(names)
                store.records.record(event(step=name))
                file.write(f"{name}\n")

        for _ in range(4):
            threading.Thread(target=work, daemon=True).start()
        threading.Event().wait()


def test_a_kill_at_any_moment_loses_no_entry_that_was_answered(data: Path, tmp_path: Path) -> None:
    told = tmp_path / "told"
    told.touch()
    process = processes.start(answer_until_killed, str(data), str(told))
    while len(told.read_text("utf-8").splitlines()) < 20:
        assert process.is_alive()
        threading.Event().wait(0.01)
    process.kill()
    process.join()
    # A line cut off by the kill was no answer.
    answered = {int(line) for line in told.read_text("utf-8").split("\n")[:-1]}
    with open_store(data, clock=lambda: event().at, read_only=True) as store:
        store.records.check_journal()
        kept = [entry.event.details.get("step") for entry in store.records.journal(limit=100_000)]
    assert answered <= set(kept)
    assert len(set(kept)) == len(kept)
